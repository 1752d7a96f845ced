import { changeId } from "../../model/keys.js";
import { grantKey } from "../../model/reach.js";
import type { Grant } from "../../model/reach.js";
import type { Judged } from "./judged.js";

// A failed read is never "nobody". Who was not seen does not count among those who keep a grant, and is not seen to lose
// it: a group whose members could not be read loses its grants all the same, and people leave a group whatever that turns
// out to hold. So a guard over people has to know where it did not see all of them.

export type Unseen = {
  /** Whether nobody could say who all the group's members are. */
  readonly isGroup: (group: string) => boolean;
  /** Whether any assignments could not be read. */
  readonly areGrants: boolean;
  /** Whether others may hold the grant than those who were seen to. */
  readonly isHeld: (grant: Grant) => boolean;
  /** Whether the plan may take the grant from one of those others. */
  readonly isTaken: (grant: Grant) => boolean;
};

export function unseenIn({ live: { state, gaps }, changes }: Pick<Judged, "live" | "changes">): Unseen {
  if (gaps.length === 0) return { isGroup: no, areGrants: false, isHeld: no, isTaken: no };
  const groups = new Set<string>();
  const sets = new Set<string>();
  const grants = new Set<string>();
  let areAllGroups = false;
  let areAllGrants = false;
  for (const scope of gaps.flatMap(({ covers }) => covers))
    if (scope.kind === "membership") {
      if ("group" in scope) groups.add(scope.group);
      else areAllGroups = true;
    } else if (scope.kind === "assignment") {
      if (!("permissionSet" in scope)) areAllGrants = true;
      else if (!("account" in scope) || scope.account === null) sets.add(scope.permissionSet);
      else grants.add(grantKey({ permissionSet: scope.permissionSet, account: scope.account }));
    }
  const isGroup = (group: string): boolean => areAllGroups || groups.has(group);
  const isGrant = (grant: Grant): boolean =>
    areAllGrants || sets.has(grant.permissionSet) || grants.has(grantKey(grant));

  const holding = new Map<string, string[]>();
  for (const { principalType, principal, orphan, ...grant } of state.assignments.values())
    if (principalType === "group" && orphan !== true && isGroup(principal))
      holding.set(grantKey(grant), [...(holding.get(grantKey(grant)) ?? []), principal]);
  const groupsOf = (grant: Grant): readonly string[] => holding.get(grantKey(grant)) ?? [];
  const removed = new Set(changes.flatMap(({ action, id }) => (action === "delete" ? [id] : [])));
  const doesAnybodyLeave = changes.some(({ kind, action }) => kind === "membership" && action === "delete");
  return {
    isGroup,
    areGrants: areAllGrants || sets.size + grants.size > 0,
    isHeld: (grant) => isGrant(grant) || groupsOf(grant).length > 0,
    isTaken: (grant) =>
      (doesAnybodyLeave && isGrant(grant)) ||
      groupsOf(grant).some((principal) =>
        removed.has(changeId.assignment({ principalType: "group", principal, ...grant })),
      ),
  };
}

function no(): boolean {
  return false;
}
