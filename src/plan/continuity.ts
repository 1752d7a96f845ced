import type { ChangeId } from "../model/keys.js";
import { grantKey } from "../model/reach.js";
import type { Grant } from "../model/reach.js";
import { byText } from "../model/text.js";
import { changesOfWay, isKeptAnotherWay, reaches } from "./edges.js";
import type { AssignmentChange, Edges, Index, OrderInput } from "./edges.js";

/** Rules 3 and 4 of order.ts: nobody loses, even for a moment, what they have and shall have, where that can be had. */
export function addContinuity(input: OrderInput, index: Index, edges: Edges): void {
  const { before, after, leavers } = input;
  const wait = (removal: ChangeId, additions: readonly ChangeId[]): boolean => {
    if (additions.some((addition) => reaches(edges, addition, removal))) return false;
    for (const addition of additions) edges.get(removal)?.add(addition);
    return true;
  };
  const candidates = new Map<string, readonly [string, Grant]>();
  const consider = (user: string, grant: Grant): void => {
    if (isKeptAnotherWay(user, grant, before, after))
      candidates.set(`${grantKey(grant)} ${user}`, [user, grant]);
  };
  for (const { action, key } of index.memberships)
    if (action === "delete" && !leavers.has(key.user))
      for (const grant of before.grantsOf("group", key.group)) consider(key.user, grant);
  for (const { action, key } of index.assignments)
    if (action === "delete") for (const user of before.holdersOf(key)) consider(user, key);
  for (const [, [user, grant]] of [...candidates].sort(([left], [right]) => byText(left, right)))
    keepOneWay(user, grant, before.via(user, grant), after.via(user, grant), index, wait);
  keepRoles(input, index, wait);
}

/** Makes one old way of reaching a grant wait for one new way, the first pair that contradicts no edge. */
function keepOneWay(
  user: string,
  grant: Grant,
  oldWays: readonly string[],
  newWays: readonly string[],
  { all }: Index,
  wait: (removal: ChangeId, additions: readonly ChangeId[]) => boolean,
): void {
  const changesOf = (way: string, action: "create" | "delete"): readonly ChangeId[] =>
    changesOfWay(way, user, grant, action, all);
  const byLength = newWays
    .map((way) => changesOf(way, "create"))
    .sort((left, right) => left.length - right.length);
  // A direct grant first: it carries nobody else's access, so making it wait contradicts least.
  for (const additions of byLength)
    for (const oldWay of oldWays.toReversed()) {
      const removals = changesOf(oldWay, "delete");
      if (removals.every((removal) => wait(removal, additions))) return;
    }
}

/** Where a set stays in an account but every assignment of it changes, lets one old assignment wait for one new one. */
function keepRoles(
  { live, desired, before, after, leavers }: OrderInput,
  { assignments }: Index,
  wait: (removal: ChangeId, additions: readonly ChangeId[]) => boolean,
): void {
  const kept = new Set<string>();
  for (const [id, key] of live.assignments) if (desired.assignments.has(id)) kept.add(grantKey(key));
  const byRole = new Map<string, { removed: AssignmentChange[]; added: AssignmentChange[] }>();
  for (const change of assignments) {
    const role = byRole.get(grantKey(change.key)) ?? { removed: [], added: [] };
    (change.action === "delete" ? role.removed : role.added).push(change);
    byRole.set(grantKey(change.key), role);
  }
  const losers = ({ key }: AssignmentChange): number =>
    [...before.holdersOf(key)].filter((user) => !after.reaches(user, key)).length;
  for (const [role, { removed, added }] of byRole) {
    if (added.length === 0 || kept.has(role)) continue;
    const waiting = removed
      .filter(({ key }) => !(key.principalType === "user" && leavers.has(key.principal)))
      .map((change) => ({ change, losers: losers(change) }))
      .sort((left, right) => left.losers - right.losers || byText(left.change.id, right.change.id));
    const pairs = waiting.flatMap(({ change }) => added.map((addition) => [change.id, addition.id] as const));
    pairs.some(([removal, addition]) => wait(removal, [addition]));
  }
}
