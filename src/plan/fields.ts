import equal from "fast-deep-equal";
import type { Field } from "../model/change.js";
import { userAttributes } from "../model/state.js";
import type { Group, PermissionSet, User } from "../model/state.js";
import { byText } from "../model/text.js";
import { samePolicy } from "../policy/normal-form.js";

/** The attributes in which two users differ, by the path that access files use. */
export function fieldsOfUser(before: User, after: User): readonly Field[] {
  return userAttributes
    .filter((path) => before[path] !== after[path])
    .map((path) => ({ path, before: before[path] ?? null, after: after[path] ?? null }));
}

export function fieldsOfGroup(before: Group, after: Group): readonly Field[] {
  return differing("description", before.description, after.description);
}

/** The facets in which two permission sets differ; tags one by one, policies by meaning. */
export function fieldsOfPermissionSet(before: PermissionSet, after: PermissionSet): readonly Field[] {
  const policy = samePolicy(before.inlinePolicy, after.inlinePolicy)
    ? []
    : [{ path: "inlinePolicy", before: before.inlinePolicy, after: after.inlinePolicy }];
  return [
    ...differing("description", before.description, after.description),
    ...differing("sessionDuration", before.sessionDuration, after.sessionDuration),
    ...differing("relayState", before.relayState, after.relayState),
    ...differing("managedPolicies", before.managedPolicies, after.managedPolicies),
    ...differing("customerManagedPolicies", before.customerManagedPolicies, after.customerManagedPolicies),
    ...policy,
    ...differing("permissionsBoundary", before.permissionsBoundary, after.permissionsBoundary),
    ...fieldsOfTags(before.tags, after.tags),
  ];
}

/** Whether a field of a permission set is part of the role in each account, and so takes a provisioning; tags are not. */
export function isProvisioned(field: Field): boolean {
  return !field.path.startsWith("tags.");
}

function fieldsOfTags(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly Field[] {
  const left = new Map(Object.entries(before));
  const right = new Map(Object.entries(after));
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort(byText)
    .flatMap((key) => differing(`tags.${key}`, left.get(key), right.get(key)));
}

function differing(path: string, before: unknown, after: unknown): readonly Field[] {
  return equal(before, after) ? [] : [{ path, before: before ?? null, after: after ?? null }];
}
