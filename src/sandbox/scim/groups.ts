import type { Context } from "../context.js";
import { requireGroup, requireUser, withExternalId } from "../identitystore/common.js";
import { addGroup, type GroupContent, groupHandlers, replaceGroup } from "../identitystore/groups.js";
import { addMembership, findMembership } from "../identitystore/memberships.js";
import { foldName, type Group, type SandboxState } from "../state.js";
import { bodyOf, type JsonObject, present } from "./body.js";
import { parseFilter, unsupportedFilter, valueOf } from "./filter.js";
import { memberIds, patchedGroup, requireFew, withGroupAttribute } from "./group-patch.js";
import type { ScimHandlers } from "./handlers.js";
import { listResponse } from "./list.js";
import { patchOperations } from "./patch.js";
import { externalIdOf, issued, meta, oneOrNone, passedOver, unknownAttribute } from "./resource.js";

export const groupOperations: ScimHandlers<
  "ListGroups" | "CreateGroup" | "GetGroup" | "PatchGroup" | "DeleteGroup"
> = {
  ListGroups: (context, { query }) => {
    const groups = filtered(context, query.get("filter"));
    // Members are never told: their list is there, and empty.
    const listed = (group: Group): object => ({ ...groupResource(context.state, group), members: [] });
    return { status: 200, body: listResponse(context, query, groups, listed) };
  },

  CreateGroup: (context, _, request) => {
    const body = bodyOf(request);
    const content = newGroup(context.state, body);
    const members = memberIds(context.state, present(body["members"]) ?? []);
    requireFew(members.length);
    const group = addGroup(context, content);
    for (const userId of new Set(members)) addMembership(context, group.id, userId);
    return { status: 201, body: groupResource(context.state, group) };
  },

  GetGroup: (context, { id }) => ({
    status: 200,
    body: groupResource(context.state, requireGroup(context, id)),
  }),

  PatchGroup: (context, { id }, request) => {
    const group = requireGroup(context, id);
    const { content, members } = patchedGroup(context.state, group, patchOperations(bodyOf(request)));
    replaceGroup(context, group, content);
    for (const [userId, isMember] of members) setMember(context, id, userId, isMember);
    return { status: 204, body: null };
  },

  DeleteGroup: (context, { id }) => {
    const IdentityStoreId = context.state.instance.identityStoreId;
    groupHandlers.DeleteGroup(context, { IdentityStoreId, GroupId: id });
    return { status: 204, body: null };
  },
};

function groupResource(state: SandboxState, group: Group): JsonObject {
  return {
    id: group.id,
    ...externalIdOf(state, group),
    meta: meta("Group", group),
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: group.displayName,
  };
}

function newGroup(state: SandboxState, body: JsonObject): GroupContent {
  let content: GroupContent = { displayName: "", description: null, externalIds: [] };
  for (const attribute of Object.keys(body))
    if (!["displayName", "externalId", "members"].includes(attribute) && !passedOver.has(attribute))
      throw unknownAttribute(attribute);
  for (const attribute of ["displayName", "externalId"])
    content = withGroupAttribute(state, content, attribute, present(body[attribute]));
  return content;
}

function setMember(context: Context, groupId: string, userId: string, isMember: boolean): void {
  const membership = findMembership(context, groupId, userId);
  if (isMember && membership === null) addMembership(context, groupId, userId);
  if (!isMember && membership !== null) context.state.memberships.delete(membership.id);
}

function filtered(context: Context, filter: string | null): readonly Group[] {
  const { state } = context;
  if (filter === null) return state.groups.sorted();
  const comparisons = parseFilter(filter);
  const value = (attribute: string): string => valueOf(comparisons, attribute);
  switch (comparisons.map(({ attribute }) => attribute).join(" and ")) {
    case "displayName":
      return state.groups.by("name", foldName(value("displayName")));
    case "externalId":
      return oneOrNone(withExternalId(state.groups.values(), issued(state, value("externalId"))));
    case "members.value":
      return groupsOf(context, value("members.value"));
    case "id":
      return oneOrNone(state.groups.get(value("id")));
    // AWS's page says member in its text and members in its example.
    case "id and member":
    case "member and id":
    case "id and members":
    case "members and id":
      return groupsOf(context, value("member") + value("members")).filter(({ id }) => id === value("id"));
    default:
      throw unsupportedFilter(comparisons);
  }
}

/** @throws ServiceError ResourceNotFoundException for a member that does not exist. */
function groupsOf(context: Context, userId: string): readonly Group[] {
  const { memberships, groups } = context.state;
  const user = requireUser(context, userId);
  return memberships.by("user", user.id).flatMap(({ groupId }) => oneOrNone(groups.get(groupId)));
}
