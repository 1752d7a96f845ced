import type { Input } from "../constraints.js";
import { checked } from "../check.js";
import type { Context, SomeHandlers } from "../context.js";
import { notFound, quotaExceeded, type ServiceError, validationError } from "../errors.js";
import { page } from "../page.js";
import { foldName, type Group } from "../state.js";
import {
  auditOutput,
  duplicate,
  newAudit,
  newId,
  refuseReservedName,
  removeMemberships,
  requiredAttribute,
  requireGroup,
  requireStore,
  touched,
  withExternalId,
} from "./common.js";

type GroupOperation =
  | "CreateGroup"
  | "DescribeGroup"
  | "UpdateGroup"
  | "DeleteGroup"
  | "ListGroups"
  | "GetGroupId";

const maxGroups = 100_000;

export const groupHandlers: SomeHandlers<"identitystore", GroupOperation> = {
  CreateGroup: (context, { IdentityStoreId, DisplayName, Description }) => {
    requireStore(context, IdentityStoreId);
    if (DisplayName === undefined) throw requiredAttribute("displayName");
    const description = Description ?? null;
    const group = addGroup(context, { displayName: DisplayName, description, externalIds: [] });
    return { GroupId: group.id, IdentityStoreId };
  },

  DescribeGroup: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    return groupOutput(context, requireGroup(context, input.GroupId));
  },

  UpdateGroup: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const group = requireGroup(context, input.GroupId);
    let { displayName, description } = group;
    for (const { AttributePath: path, AttributeValue: value } of input.Operations) {
      if (path === "displayName") displayName = newName(value);
      else if (path === "description") description = newDescription(value);
      else throw validationError(`The attribute path ${path} is not supported, or cannot be changed.`);
    }
    replaceGroup(context, group, { ...group, displayName, description });
    return {};
  },

  DeleteGroup: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const group = requireGroup(context, input.GroupId);
    removeMemberships(context, "group", group.id);
    context.state.groups.delete(group.id);
    return {};
  },

  ListGroups: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const { rows, next } = page(context, input, filtered(context, input), ({ id }) => id);
    return { Groups: rows.map((group) => groupOutput(context, group)), ...next };
  },

  GetGroupId: (context, { IdentityStoreId, AlternateIdentifier }) => {
    requireStore(context, IdentityStoreId);
    const group = findGroup(context, AlternateIdentifier);
    if (group === null) throw notFound("GROUP not found.", { ResourceType: "GROUP" });
    return { GroupId: group.id, IdentityStoreId };
  },
};

/** What of a group its makers decide. */
export type GroupContent = Pick<Group, "displayName" | "description" | "externalIds">;

/** @throws ServiceError where the name is reserved or taken. */
export function addGroup(context: Context, content: GroupContent): Group {
  requireUnique(context, content, null);
  if (context.state.groups.size >= maxGroups)
    throw quotaExceeded(`You have exceeded the limit of ${maxGroups} groups.`);
  const id = newId(context);
  const { displayName, description, externalIds } = content;
  const group: Group = { id, displayName, description, externalIds, ...newAudit(context) };
  context.state.groups.set(id, group);
  return group;
}

/** @throws ServiceError where the name is reserved or taken. */
export function replaceGroup(context: Context, group: Group, content: GroupContent): Group {
  requireUnique(context, content, group.id);
  const changed: Group = { ...group, ...content, ...touched(context) };
  context.state.groups.set(group.id, changed);
  return changed;
}

function requireUnique(context: Context, content: GroupContent, ownId: string | null): void {
  const { groups } = context.state;
  const isOthers = ({ id }: Group): boolean => id !== ownId;
  refuseReservedName(content.displayName);
  if (groups.by("name", foldName(content.displayName)).some(isOthers))
    throw duplicate("Duplicate GroupDisplayName");
  for (const externalId of content.externalIds) {
    const holder = withExternalId(groups.values(), externalId);
    if (holder !== null && isOthers(holder)) throw duplicate("Duplicate ExternalId");
  }
}

function newName(value: unknown): string {
  if (value === undefined) throw requiredAttribute("displayName");
  return checked("identitystore", "GroupDisplayName", value);
}

function newDescription(value: unknown): string | null {
  return value === undefined ? null : checked("identitystore", "SensitiveStringType", value);
}

function filtered(context: Context, input: Input<"identitystore", "ListGroups">): readonly Group[] {
  const filter = input.Filters?.[0];
  if (filter === undefined) return context.state.groups.sorted();
  if (foldName(filter.AttributePath) === "displayname")
    return context.state.groups.by("name", foldName(filter.AttributeValue));
  throw unknownPath(filter.AttributePath);
}

function findGroup(
  context: Context,
  by: Input<"identitystore", "GetGroupId">["AlternateIdentifier"],
): Group | null {
  const { groups } = context.state;
  if (by.ExternalId !== undefined) return withExternalId(groups.values(), by.ExternalId);
  const { AttributePath, AttributeValue } = by.UniqueAttribute;
  if (typeof AttributeValue !== "string") throw validationError("AttributeValue must be a string.");
  if (foldName(AttributePath) === "displayname")
    return groups.by("name", foldName(AttributeValue))[0] ?? null;
  throw unknownPath(AttributePath);
}

function unknownPath(path: string): ServiceError {
  return validationError(`Groups cannot be looked up by the attribute path ${path}.`);
}

function groupOutput(context: Context, group: Group): object {
  return {
    GroupId: group.id,
    DisplayName: group.displayName,
    ...(group.description !== null && { Description: group.description }),
    ...(group.externalIds.length > 0 && { ExternalIds: group.externalIds }),
    ...auditOutput(group),
    IdentityStoreId: context.state.instance.identityStoreId,
  };
}
