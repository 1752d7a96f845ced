import type { Change } from "../model/change.js";
import type { AssignmentKey, ChangeId } from "../model/keys.js";
import { byText } from "../model/text.js";
import { addContinuity } from "./continuity.js";
import { indexed, reaches } from "./edges.js";
import type { Edges, OrderInput } from "./edges.js";
import { addExistence } from "./existence.js";
import { addKeepAccess } from "./keep-access.js";
import type { KeptGrant } from "./kept-grants.js";
import { keepContentApart, keepMeetingsApart } from "./upper-bound.js";

// The order of an apply follows from one promise (access never strays): at every moment, what each person can reach
// lies between (before ∩ after) and (before ∪ after), where "reach" is a permission set with its content, in an
// account. It is kept by edges between changes, not by phases:
//
//      removals  ──▶  provisioning  ──▶  additions  ──▶  deletions of groups, sets and people
//          ▲                                 │
//          └───── only where a person keeps ─┘
//                 the access another way
//
// Upper bound, never given up:
//  1. Joining a group waits for the grants the group loses, and granting to a group waits for the members it loses,
//     wherever the two together would give somebody what they had neither before nor shall have after.
//  2. A set's new content is put in force after those who lose the set have lost it, and before anybody new gets it.
// Lower bound, given up where it contradicts the upper one (less access wins):
//  3. Where somebody keeps a grant but by another way, the old way waits for the new one.
//  4. Where a set stays in an account but every assignment changes hands, one old one waits for one new one: the role,
//     and the ARN that other policies name, would die with the last assignment.
// People who leave wait for nothing of 3 and 4.
//
// What the settings keep (keep-access.ts), that so many people hold a grant at every moment, stands above 2, 3 and 4: in
// place of nobody being left, somebody may for a moment have a set's old content, or its new one, who shall not. It does not
// stand above 1: where somebody would have to meet a set in an account that they neither had nor shall have there, no order
// will do, and the plan is refused.
//
// Phases ("first all removals, then all additions") were rejected: they break 3 and 4 always, and 2 whenever a set is
// widened for somebody on their way out.

/** The changes with their dependencies, each after everything it depends on; who leaves comes first. */
export function inOrder(given: OrderInput): {
  readonly changes: readonly Change[];
  /** Grants that fewer people than the settings ask for would hold on the way. */
  readonly unkept: readonly KeptGrant[];
} {
  const input = { ...given, changes: given.changes.toSorted((left, right) => byText(left.id, right.id)) };
  const index = indexed(input.changes);
  const edges: Edges = new Map(input.changes.map(({ id }) => [id, new Set<ChangeId>()]));
  addExistence(index, edges);
  keepMeetingsApart(input, index, (change, other) => edges.get(change)?.add(other));
  const { isOrdered, unkept } = addKeepAccess(input, index, edges);
  keepContentApart(input, index, (change, other) => {
    const waits = edges.get(change);
    // The same is asked for as often as there are people whom it is for.
    if (waits?.has(other) === true) return;
    if (!isOrdered || !reaches(edges, other, change)) waits?.add(other);
  });
  addContinuity(input, index, edges);
  return { changes: sorted(input, edges), unkept };
}

/** Every change after what it depends on; among the free ones by rank, then by id. */
function sorted({ changes, leavers }: OrderInput, edges: Edges): readonly Change[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  const ranked = changes.toSorted(
    (left, right) => rank(left, leavers) - rank(right, leavers) || byText(left.id, right.id),
  );
  const placed = new Set<ChangeId>();
  const result: Change[] = [];
  const place = (change: Change): void => {
    if (placed.has(change.id)) return;
    placed.add(change.id);
    const dependsOn = [...(edges.get(change.id) ?? [])].sort(byText);
    for (const id of dependsOn) {
      const dependency = byId.get(id);
      if (dependency !== undefined) place(dependency);
    }
    result.push({ ...change, dependsOn });
  };
  for (const change of ranked) place(change);
  return result;
}

function rank(change: Change, leavers: ReadonlySet<string>): number {
  switch (change.kind) {
    case "membership":
      if (change.action === "delete") return leavers.has(change.key.user) ? 0 : 2;
      return 5;
    case "assignment":
      if (change.action === "delete") return isOf(change.key, leavers) ? 0 : 2;
      return 5;
    case "applicationAssignment":
      return 0;
    case "user":
      return change.action === "disable" ? 1 : change.action === "delete" ? 6 : 3;
    case "group":
    case "permissionSet":
      return change.action === "delete" ? 6 : 3;
    case "provisioning":
      return 4;
  }
}

function isOf({ principalType, principal }: AssignmentKey, leavers: ReadonlySet<string>): boolean {
  return principalType === "user" && leavers.has(principal);
}
