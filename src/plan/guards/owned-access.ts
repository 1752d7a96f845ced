import { changeId } from "../../model/keys.js";
import type { Judged } from "./judged.js";
import type { Renamed } from "./renamed.js";

// An access is one person with one permission set in one account, however many ways lead there: what somebody notices
// when it is gone. Counting them needs everybody's groups, so it is done only for a plan that takes away more than always
// passes.

/**
 * How many accesses people lose, without those that the same person has under another name; and with those to permission
 * sets that come to allow nothing.
 */
export function accessLost(judged: Judged, renamed: Renamed): number {
  const { access, after } = judged;
  let { lost } = accessToNothing(judged);
  for (const { user, permissionSet, accounts } of access.lost)
    for (const account of accounts)
      if (!after.reaches(renamed.user(user), renamed.grant({ permissionSet, account }))) lost += 1;
  return lost;
}

/** How many accesses there are to permission sets that come to allow nothing, and to which. */
export function accessToNothing({ access, bare }: Judged): {
  readonly lost: number;
  readonly sets: readonly string[];
} {
  let lost = 0;
  const sets = new Set<string>();
  for (const { permissionSet, accounts } of access.changed) {
    if (!bare.has(permissionSet)) continue;
    lost += accounts.length;
    sets.add(permissionSet);
  }
  return { lost, sets: [...sets].toSorted() };
}

/**
 * At least so many accesses there are that this repository could take away: of each person those by the one group that gives
 * most. That is quickly counted, and enough for most plans.
 */
export function accessOwnedAtLeast({ live, owned: { leftAlone } }: Judged): number {
  const grants = new Map<string, number>();
  for (const { principalType, principal, orphan } of live.state.assignments.values())
    if (principalType === "group" && orphan !== true) grants.set(principal, (grants.get(principal) ?? 0) + 1);
  const most = new Map<string, number>();
  for (const [id, { group, user }] of live.state.memberships) {
    const given = grants.get(group) ?? 0;
    if (given > (most.get(user) ?? 0) && !leftAlone.memberships.has(id)) most.set(user, given);
  }
  return [...most.values()].reduce((all, one) => all + one, 0);
}

/** How many accesses there are that this repository could take away: either end of one of their ways is owned. */
export function accessOwned({ live, before, owned: { leftAlone } }: Judged): number {
  const people = new Set([...live.state.memberships.values()].map(({ user }) => user));
  for (const { principalType, principal, orphan } of live.state.assignments.values())
    if (principalType === "user" && orphan !== true) people.add(principal);
  // People of the same groups reach the same, and most have no grant of their own.
  const byWays = new Map<string, number>();
  let all = 0;
  for (const user of people) {
    const holdings = before.holdingsOf(user).filter(({ grants }) => grants.size > 0);
    const ways = holdings.map(({ way, principalType, principal }) => {
      const isOwned =
        principalType === "group" && !leftAlone.memberships.has(changeId.membership(principal, user));
      return `${isOwned ? "+" : "-"}${way}`;
    });
    // No name holds a NUL.
    const key = ways.join("\0");
    const known = byWays.get(key);
    if (known !== undefined) {
      all += known;
      continue;
    }
    const reached = new Set<string>();
    for (const [index, { principalType, principal, grants }] of holdings.entries())
      for (const [grant, { permissionSet, account }] of grants)
        if (
          ways[index]?.startsWith("+") === true ||
          !leftAlone.assignments.has(
            changeId.assignment({ principalType, principal, permissionSet, account }),
          )
        )
          reached.add(grant);
    byWays.set(key, reached.size);
    all += reached.size;
  }
  return all;
}
