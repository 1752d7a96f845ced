import type { Change } from "../model/change.js";
import { changeId } from "../model/keys.js";
import type { ChangeId } from "../model/keys.js";
import type { Edges, Index } from "./edges.js";
import { statusAfter } from "./status.js";

/** Parents before children on the way in, children before parents on the way out. */
export function addExistence({ all, memberships, assignments, contentOf }: Index, edges: Edges): void {
  const link = (parentId: ChangeId, childId: ChangeId): void => {
    const parent = all.get(parentId);
    if (parent === undefined) return;
    if (parent.action === "delete" || parent.action === "disable") edges.get(parentId)?.add(childId);
    else if (parent.action === "create") edges.get(childId)?.add(parentId);
    // The service adds nothing to a user that is DISABLED.
    else if (statusAfter(parent) === "ENABLED" && all.get(childId)?.action === "create")
      edges.get(childId)?.add(parentId);
  };
  for (const { id, key } of memberships) {
    link(changeId.group(key.group), id);
    link(changeId.user(key.user), id);
  }
  for (const { id, key, action } of assignments) {
    link(changeId.permissionSet(key.permissionSet), id);
    if (key.orphan !== true)
      link(key.principalType === "group" ? changeId.group(key.principal) : changeId.user(key.principal), id);
    if (action === "create")
      for (const content of contentOf.get(key.permissionSet) ?? []) edges.get(id)?.add(content);
  }
  for (const { id, kind, key } of all.values())
    if (kind === "applicationAssignment") link(changeId.user(key.user), id);
  for (const change of all.values())
    if (change.kind === "provisioning" && all.has(changeId.permissionSet(change.key.permissionSet)))
      edges.get(change.id)?.add(changeId.permissionSet(change.key.permissionSet));
  addEmails(all, edges);
}

/** An e-mail address is one person's at a time: who takes it over waits until it is given up. */
function addEmails(all: ReadonlyMap<ChangeId, Change>, edges: Edges): void {
  const givenUp = new Map<string, ChangeId>();
  for (const change of all.values())
    if (
      change.kind === "user" &&
      change.before?.email !== undefined &&
      change.before.email !== change.after?.email
    )
      givenUp.set(change.before.email.toLowerCase(), change.id);
  for (const change of all.values()) {
    if (change.kind !== "user" || change.after?.email === undefined) continue;
    const holder = givenUp.get(change.after.email.toLowerCase());
    if (holder !== undefined && holder !== change.id) edges.get(change.id)?.add(holder);
  }
}
