import type { Change } from "../model/change.js";
import type { Declared, Declaration } from "../model/declared.js";
import type { Source } from "../model/diagnostic.js";

/**
 * The place in the files that asks for a change; of what nothing declares any more, the group's or the `removed` entry's,
 * if any; of what has run out, the place that says when.
 */
export function sourceOf(change: Change, declared: Declared): Source | null {
  switch (change.kind) {
    case "user":
      return (
        ofField(change, declared.users.get(change.key.name)) ??
        declared.removed.users.get(change.key.name) ??
        null
      );
    case "group":
      return (
        ofField(change, declared.groups.get(change.key.name)) ??
        declared.removed.groups.get(change.key.name) ??
        null
      );
    case "permissionSet":
      return (
        ofField(change, declared.permissionSets.get(change.key.name)) ??
        declared.removed.permissionSets.get(change.key.name) ??
        null
      );
    case "membership": {
      const group = declared.groups.get(change.key.group);
      return (
        declared.memberships.get(change.id)?.source ??
        declared.expired.get(change.id) ??
        group?.fields.get("members") ??
        group?.source ??
        null
      );
    }
    case "assignment":
      return (
        declared.assignments.get(change.id)?.source ??
        declared.expired.get(change.id) ??
        declared.removed.assignments.get(change.id) ??
        null
      );
    case "applicationAssignment":
      return declared.users.get(change.key.user)?.fields.get("status") ?? null;
    case "provisioning":
      return declared.permissionSets.get(change.key.permissionSet)?.source ?? null;
  }
}

/** The first changed field that has a place of its own, otherwise the object's. */
function ofField(change: Change, declaration: Declaration<unknown> | undefined): Source | null {
  if (declaration === undefined) return null;
  if (change.action === "disable") return declaration.fields.get("status") ?? declaration.source;
  const fields = change.action === "update" ? change.fields : [];
  for (const { path } of fields) {
    const source = declaration.fields.get(path);
    if (source !== undefined) return source;
  }
  return declaration.source;
}
