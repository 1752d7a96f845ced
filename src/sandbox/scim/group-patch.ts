/** What the operations of a PATCH make of a group. */
import { checked } from "../check.js";
import { validationError } from "../errors.js";
import type { GroupContent } from "../identitystore/groups.js";
import type { Group, SandboxState } from "../state.js";
import { isObject } from "./body.js";
import { parseFilter } from "./filter.js";
import type { PatchOperation } from "./patch.js";
import { externalIdsWith, unknownAttribute } from "./resource.js";

export type PatchedGroup = {
  readonly content: GroupContent;
  /** By id of a user: whether it is to be a member. Who is not named stays what it is. */
  readonly members: ReadonlyMap<string, boolean>;
};

/** @throws ServiceError ValidationException */
export function patchedGroup(
  state: SandboxState,
  group: Group,
  operations: readonly PatchOperation[],
): PatchedGroup {
  let content: GroupContent = group;
  const members = new Map<string, boolean>();
  let changes = 0;
  for (const operation of operations) {
    const { op, path } = operation;
    const named = membersNamed(state, operation);
    if (named === null)
      content = withGroupAttribute(state, content, path, op === "remove" ? undefined : operation.value);
    for (const userId of named ?? []) members.set(userId, op === "add");
    changes += named?.length ?? 0;
  }
  requireFew(changes);
  return { content, members };
}

/** `value` undefined takes it away. @throws ServiceError ValidationException */
export function withGroupAttribute(
  state: SandboxState,
  content: GroupContent,
  attribute: string,
  value: unknown,
): GroupContent {
  switch (attribute) {
    case "displayName":
      return { ...content, displayName: checked("identitystore", "GroupDisplayName", value) };
    case "externalId":
      return { ...content, externalIds: externalIdsWith(state, content.externalIds, value) };
    default:
      throw unknownAttribute(attribute);
  }
}

/** @throws ServiceError ValidationException for more changes of members than a request may have. */
export function requireFew(changes: number): void {
  if (changes > 100) throw validationError("At most 100 members can be changed in a request.");
}

/** The ids in a list of members. @throws ServiceError ValidationException for one that is no user's. */
export function memberIds({ users }: SandboxState, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw validationError("members must be a list.");
  return value.map((member: unknown) => {
    const id = isObject(member) ? member["value"] : undefined;
    if (typeof id !== "string" || !users.has(id)) throw validationError("A member must be the id of a user.");
    return id;
  });
}

/** Whom an operation on the members names; null for one on something else. */
function membersNamed(state: SandboxState, { op, path, value }: PatchOperation): readonly string[] | null {
  const [, filter] = /^members\[(.*)\]$/s.exec(path) ?? [];
  if (path !== "members" && filter === undefined) return null;
  if (op === "replace") throw validationError("Replacing group memberships is not supported.");
  if (filter === undefined) {
    const named = memberIds(state, value ?? []);
    if (named.length === 0) throw validationError("Changing all members at once is not supported.");
    return named;
  }
  const [first, second] = parseFilter(filter);
  if (op === "add" || first?.attribute !== "value" || second !== undefined)
    throw validationError("Members are chosen by value, and only to remove them.");
  return memberIds(state, [{ value: first.value }]);
}
