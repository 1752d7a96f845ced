import { changeId } from "../model/keys.js";
import type { ChangeId } from "../model/keys.js";
import type { Grant, Reach } from "../model/reach.js";
import { isKeptAnotherWay } from "./edges.js";
import type { AssignmentChange, Index, MembershipChange, OrderInput } from "./edges.js";

type Wait = (change: ChangeId, forOther: ChangeId) => void;

/**
 * Rule 1 of order.ts: nobody reaches, even for a moment, a permission set in an account that they neither had nor shall
 * have there, whatever its content.
 */
export function keepMeetingsApart(input: OrderInput, index: Index, wait: Wait): void {
  const { before, after } = input;
  forMeetings(index, wait, (user, grant) => !after.reaches(user, grant) && !before.reaches(user, grant));
}

/** Rule 2 of order.ts: nobody reaches, even for a moment, other content than they had or shall have. */
export function keepContentApart(input: OrderInput, index: Index, wait: Wait): void {
  const { before, after } = input;
  // Who loses a set whose content changes may keep what they had for a while, but never meet the new content.
  if (index.contentOf.size > 0)
    forMeetings(
      index,
      wait,
      (user, grant) =>
        !after.reaches(user, grant) &&
        before.reaches(user, grant) &&
        index.contentOf.has(grant.permissionSet),
    );
  if (index.provisioningOf.size > 0) keepContentFromOthers(input, index, wait);
}

/** Who joins a group never meets a grant that the group loses, nor a new grant those whom it loses, where that is a stray. */
function forMeetings({ byGroup }: Index, wait: Wait, strays: (user: string, grant: Grant) => boolean): void {
  for (const { memberships, assignments } of byGroup.values())
    for (const membership of memberships)
      for (const assignment of assignments) {
        if (membership.action === assignment.action || !strays(membership.key.user, assignment.key)) continue;
        const [addition, removal] =
          membership.action === "create" ? [membership, assignment] : [assignment, membership];
        wait(addition.id, removal.id);
      }
}

/** New content is in force before somebody new gets it, and after those have lost the set who lose it. */
function keepContentFromOthers({ before, after }: OrderInput, index: Index, wait: Wait): void {
  const { provisioningOf } = index;
  for (const { id, key, action } of index.memberships)
    if (action === "create")
      for (const reach of [before, after])
        for (const grant of reach.grantsOf("group", key.group)) {
          const content = provisioningOf.get(grant.permissionSet);
          if (content !== undefined && !before.reaches(key.user, grant)) wait(id, content.id);
        }

  const replaced = new Map<ChangeId, boolean>();
  for (const [change, user, grant] of losses(index, before, after)) {
    const content = provisioningOf.get(grant.permissionSet);
    if (content?.reachesInto(grant.account) === true)
      wait(content.id, removalFor(change, user, grant, { index, before, after, replaced }));
  }
}

/** Each removal with each person and grant of changing content that it ends a way to, where the person loses the grant altogether. */
function* losses(
  { memberships, assignments, provisioningOf }: Index,
  before: Reach,
  after: Reach,
): Iterable<readonly [MembershipChange | AssignmentChange, string, Grant]> {
  for (const change of memberships)
    if (change.action === "delete")
      for (const grant of before.grantsOf("group", change.key.group))
        if (provisioningOf.has(grant.permissionSet) && !after.reaches(change.key.user, grant))
          yield [change, change.key.user, grant];
  for (const change of assignments)
    if (change.action === "delete" && provisioningOf.has(change.key.permissionSet))
      for (const user of before.holdersOf(change.key))
        if (!after.reaches(user, change.key)) yield [change, user, change.key];
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
  {
    index: { all },
    before,
    after,
    replaced,
  }: {
    index: Index;
    before: Reach;
    after: Reach;
    /** Whether a membership carries what its user keeps by another way, as far as it was asked before. */
    replaced: Map<ChangeId, boolean>;
  },
): ChangeId {
  if (change.kind === "assignment" && change.key.principalType === "user") return change.id;
  const group = change.kind === "membership" ? change.key.group : change.key.principal;
  const membership = changeId.membership(group, user);
  const assignment = changeId.assignment({ principalType: "group", principal: group, ...grant });
  if (all.get(membership)?.action !== "delete") return assignment;
  if (all.get(assignment)?.action !== "delete") return membership;
  const isReplaced =
    replaced.get(membership) ??
    [...before.grantsOf("group", group)].some((held) => isKeptAnotherWay(user, held, before, after));
  replaced.set(membership, isReplaced);
  return isReplaced ? assignment : membership;
}
