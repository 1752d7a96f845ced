import type { Change } from "../model/change.js";
import { byText } from "../model/text.js";

const titles = ["People", "Groups", "Permission sets", "Assignments"] as const;

const titleOf = {
  user: "People",
  group: "Groups",
  membership: "Groups",
  permissionSet: "Permission sets",
  provisioning: "Permission sets",
  assignment: "Assignments",
  applicationAssignment: "People",
} as const satisfies Record<Change["kind"], (typeof titles)[number]>;

/** Under what a change stands: `Groups` for a membership. */
export function sectionTitle({ kind }: Change): string {
  return titleOf[kind];
}

/** By section; in it a group before its members, a permission set before where it is put in force; otherwise by name. */
export function inReadingOrder(left: Change, right: Change): number {
  return (
    titles.indexOf(titleOf[left.kind]) - titles.indexOf(titleOf[right.kind]) ||
    byText(subjectOf(left), subjectOf(right)) ||
    byText(left.kind, right.kind) ||
    byText(left.id, right.id)
  );
}

function subjectOf(change: Change): string {
  switch (change.kind) {
    case "membership":
      return change.key.group;
    case "assignment":
      return `${change.key.principalType}/${change.key.principal}`;
    case "applicationAssignment":
      return change.key.user;
    case "provisioning":
      return change.key.permissionSet;
    case "user":
    case "group":
    case "permissionSet":
      return change.key.name;
  }
}
