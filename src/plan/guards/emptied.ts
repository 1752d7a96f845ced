import { changeId } from "../../model/keys.js";
import type { Judged } from "./judged.js";

/**
 * How many users, groups and permission sets stay and are left with nothing: somebody who reached something, a group that
 * had members or grants, a set that somebody was assigned to or that comes to allow nothing. Only of what this
 * repository owns.
 */
export function emptiedBy({ changes, access, before, after, live, held, owned, bare }: Judged): {
  readonly users: number;
  readonly groups: number;
  readonly permissionSets: number;
} {
  const gone = new Set(
    changes.flatMap(({ id, action }) => (action === "delete" || action === "disable" ? [id] : [])),
  );
  const stays = (kind: "user" | "group" | "permissionSet", name: string): boolean =>
    !gone.has(changeId[kind](name)) && !owned.leftAlone[`${kind}s`].has(name);
  const isStripped = (user: string): boolean =>
    after.holdingsOf(user).every(({ grants }) => grants.size === 0);
  const isEmptied = (group: string): boolean =>
    (before.membersOf(group).size > 0 && after.membersOf(group).size === 0) ||
    (any(before.grantsOf("group", group)) && !any(after.grantsOf("group", group)));
  const losers = new Set(access.lost.map(({ user }) => user));
  const groups = new Set<string>();
  const sets = new Set<string>();
  for (const change of changes) {
    if (change.action !== "delete") continue;
    if (change.kind === "membership") groups.add(change.key.group);
    if (change.kind !== "assignment" || change.key.orphan === true) continue;
    sets.add(change.key.permissionSet);
    if (change.key.principalType === "group") groups.add(change.key.principal);
  }
  const assigned = new Set([...held.assignments.values()].map(({ permissionSet }) => permissionSet));
  for (const set of bare) if (assigned.has(set)) sets.add(set);
  return {
    users: count(losers, (user) => live.state.users.has(user) && stays("user", user) && isStripped(user)),
    groups: count(groups, (group) => stays("group", group) && isEmptied(group)),
    permissionSets: count(
      sets,
      (set) => stays("permissionSet", set) && (!assigned.has(set) || bare.has(set)),
    ),
  };
}

function any(some: Iterable<unknown>): boolean {
  for (const _one of some) return true;
  return false;
}

function count(names: Iterable<string>, is: (name: string) => boolean): number {
  let number = 0;
  for (const name of names) if (is(name)) number += 1;
  return number;
}
