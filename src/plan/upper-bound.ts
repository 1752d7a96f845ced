import { changeId } from "../model/keys.js";
import type { ChangeId } from "../model/keys.js";
import type { Grant, Reach } from "../model/reach.js";
import { isKeptAnotherWay } from "./edges.js";
import type { AssignmentChange, Edges, Index, MembershipChange, OrderInput } from "./edges.js";

/** Rules 1 and 2 of order.ts: nobody reaches, even for a moment, what they neither had nor shall have. */
export function addUpperBound({ before, after }: OrderInput, index: Index, edges: Edges): void {
  const gains = (user: string, grant: Grant): boolean => before.via(user, grant).length === 0;
  // Who loses a set whose content changes may keep what they had for a while, but never meet the new content.
  const strays = (user: string, grant: Grant): boolean =>
    after.via(user, grant).length === 0 && (gains(user, grant) || index.contentOf.has(grant.permissionSet));

  for (const { memberships, assignments } of index.byGroup.values())
    for (const membership of memberships)
      for (const assignment of assignments) {
        if (membership.action === assignment.action || !strays(membership.key.user, assignment.key)) continue;
        const [addition, removal] =
          membership.action === "create" ? [membership, assignment] : [assignment, membership];
        edges.get(addition.id)?.add(removal.id);
      }

  for (const { id, key, action } of index.memberships)
    if (action === "create")
      for (const reach of [before, after])
        for (const grant of reach.grantsOf("group", key.group))
          if (gains(key.user, grant))
            for (const content of provisioningOf(grant.permissionSet, index)) edges.get(id)?.add(content);

  for (const [change, user, grant] of losses(index, before, after))
    for (const content of provisioningOf(grant.permissionSet, index))
      edges.get(content)?.add(removalFor(change, user, grant, index, before, after));
}

/** The provisioning of a set, if there is one; a set that only gets new tags has none. */
function provisioningOf(permissionSet: string, { all }: Index): readonly ChangeId[] {
  const id = changeId.provisioning(permissionSet);
  return all.has(id) ? [id] : [];
}

/** Each removal with each person and grant it ends a way to, where the person loses the grant altogether. */
function* losses(
  { memberships, assignments }: Index,
  before: Reach,
  after: Reach,
): Iterable<readonly [MembershipChange | AssignmentChange, string, Grant]> {
  for (const change of memberships)
    if (change.action === "delete")
      for (const grant of before.grantsOf("group", change.key.group))
        if (after.via(change.key.user, grant).length === 0) yield [change, change.key.user, grant];
  for (const change of assignments)
    if (change.action === "delete")
      for (const user of before.holdersOf(change.key))
        if (after.via(user, change.key).length === 0) yield [change, user, change.key];
}

/**
 * Of a way that ends at both its ends, the one that ends it first. As a rule the membership: it is the person's own, and
 * waits for nobody else; but where that membership also carries what the person keeps, it may have to wait for a
 * replacement, so there it is the group's grant.
 */
function removalFor(
  change: MembershipChange | AssignmentChange,
  user: string,
  grant: Grant,
  { all }: Index,
  before: Reach,
  after: Reach,
): ChangeId {
  if (change.kind === "assignment" && change.key.principalType === "user") return change.id;
  const group = change.kind === "membership" ? change.key.group : change.key.principal;
  const membership = changeId.membership(group, user);
  const assignment = changeId.assignment({ principalType: "group", principal: group, ...grant });
  if (all.get(membership)?.action !== "delete") return assignment;
  if (all.get(assignment)?.action !== "delete") return membership;
  const isReplaced = [...before.grantsOf("group", group)].some((held) =>
    isKeptAnotherWay(user, held, before, after),
  );
  return isReplaced ? assignment : membership;
}
