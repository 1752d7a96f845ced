import { changeId } from "../../model/keys.js";
import type { AssignmentKey } from "../../model/keys.js";
import { own } from "../own.js";
import type { Owned } from "../own.js";
import { endOf } from "./endings.js";
import type { Judged } from "./judged.js";

// What runs out is not taken: it was never there to stay. So an end that is given to what had none, or an earlier one, is
// what takes it, and it is told of now: on that day nobody would ask any more.

type Ended = {
  readonly kind: "users" | "groups" | "permissionSets" | "accounts";
  readonly name: string;
  readonly what: string;
};

/**
 * What is in force and comes to end by itself with these files, where the base's had no end for it, or a later one; or did
 * not own it, and would have left it where it is. `isAble`: who can sign in.
 */
export function endsGiven(judged: Judged, isAble: (user: string) => boolean): readonly Ended[] {
  const { declared, base, live, after } = judged;
  if (base === null) return [];
  const { assignments, memberships } = live.state;
  const emptied = new Set<string>();
  // Only what is there and gets an end asks for it, and of most plans nothing does.
  let stood: Owned["desired"] | null = null;
  return [...declared.expiries].flatMap(([id, end]): readonly Ended[] => {
    if (end >= (base.expiries.get(id) ?? Infinity)) return [];
    if (!assignments.has(id) && !memberships.has(id)) return [];
    stood ??= own(base, live).desired;
    const grant = stood.assignments.get(id);
    if (grant !== undefined) return ofGrant(grant, end, judged);
    const membership = stood.memberships.get(id);
    if (membership === undefined) return [];
    const { group, user } = membership;
    const leaves: Ended = { kind: "users", name: user, what: `leaves the group ${group} ${at(end)}` };
    if (emptied.has(group)) return [leaves];
    emptied.add(group);
    const ends = [...after.membersOf(group)]
      .filter((one) => isAble(one) || !isAble(user))
      .map((one) => declared.expiries.get(changeId.membership(group, one)) ?? Infinity);
    const last = ends.reduce((one, other) => Math.max(one, other), end);
    return last === Infinity
      ? [leaves]
      : [leaves, { kind: "groups", name: group, what: `is left without members ${at(last)}` }];
  });
}

function ofGrant(
  key: AssignmentKey,
  end: number,
  { after, declared: { expiries } }: Judged,
): readonly Ended[] {
  const { principalType, principal, permissionSet, account } = key;
  const what = `loses ${permissionSet} in ${account} ${at(end)}`;
  const losers = [...after.holdersOf(key)].filter(
    (user) => endOf(user, { permissionSet, account }, after, expiries) !== Infinity,
  );
  return [
    ...losers.map((name) => ({ kind: "users", name, what }) as const),
    ...(principalType === "group" ? [{ kind: "groups", name: principal, what } as const] : []),
    {
      kind: "permissionSets",
      name: permissionSet,
      what: `is taken from ${principalType} ${principal} in ${account} ${at(end)}`,
    },
    {
      kind: "accounts",
      name: account,
      what: `loses ${permissionSet} of ${principalType} ${principal} ${at(end)}`,
    },
  ];
}

function at(end: number): string {
  return `at ${new Date(end).toISOString()}`;
}
