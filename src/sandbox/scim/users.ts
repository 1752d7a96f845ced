import type { Context } from "../context.js";
import { requireUser, withExternalId } from "../identitystore/common.js";
import { addUser, replaceUser, type UserContent, userHandlers } from "../identitystore/users.js";
import { foldName, type SandboxState, type User } from "../state.js";
import { bodyOf, type JsonObject, present } from "./body.js";
import { parseFilter, unsupportedFilter, valueOf } from "./filter.js";
import type { ScimHandlers } from "./handlers.js";
import { listResponse } from "./list.js";
import { patchOperations } from "./patch.js";
import { issued, oneOrNone, passedOver, unknownAttribute } from "./resource.js";
import { patchedUser } from "./user-patch.js";
import { managerOf, userAttributes, userResource, withAttribute } from "./user-resource.js";

export const userOperations: ScimHandlers<
  "ListUsers" | "CreateUser" | "GetUser" | "PutUser" | "PatchUser" | "DeleteUser"
> = {
  ListUsers: (context, { query }) => ({
    status: 200,
    body: listResponse(context, query, filtered(context, query.get("filter")), (user) =>
      userResource(context.state, user),
    ),
  }),

  CreateUser: (context, _, request) => {
    const content = withAttributes(context, nobody, bodyOf(request));
    return { status: 201, body: userResource(context.state, addUser(context, content)) };
  },

  GetUser: (context, { id }) => ({
    status: 200,
    body: userResource(context.state, requireUser(context, id)),
  }),

  PutUser: (context, { id }, request) => {
    const user = requireUser(context, id);
    const content = withAttributes(context, user, bodyOf(request));
    return { status: 200, body: userResource(context.state, replaceUser(context, user, content)) };
  },

  PatchUser: (context, { id }, request) => {
    const user = requireUser(context, id);
    const content = patchedUser(context.state, user, patchOperations(bodyOf(request)));
    return { status: 200, body: userResource(context.state, replaceUser(context, user, content)) };
  },

  DeleteUser: (context, { id }) => {
    const IdentityStoreId = context.state.instance.identityStoreId;
    userHandlers.DeleteUser(context, { IdentityStoreId, UserId: id });
    return { status: 204, body: null };
  },
};

const nobody: UserContent = { status: "ENABLED", attributes: {}, extensions: {}, externalIds: [] };

/**
 * `content` with all that SCIM can say as the body says it: what it leaves out goes, but for the status, which only
 * changes where it is named.
 */
function withAttributes(context: Context, content: UserContent, body: JsonObject): UserContent {
  for (const attribute of Object.keys(body))
    if (!userAttributes.includes(attribute) && !passedOver.has(attribute)) throw unknownAttribute(attribute);
  let changed = content;
  for (const attribute of userAttributes) {
    const value = present(body[attribute]);
    if (attribute !== "active" || value !== undefined)
      changed = withAttribute(context.state, changed, attribute, value);
  }
  return changed;
}

function filtered(context: Context, filter: string | null): readonly User[] {
  const { state } = context;
  if (filter === null) return state.users.sorted();
  const comparisons = parseFilter(filter);
  const value = (attribute: string): string => valueOf(comparisons, attribute);
  switch (comparisons.map(({ attribute }) => attribute).join(" and ")) {
    case "userName":
      return state.users.by("name", foldName(value("userName")));
    case "externalId":
      return oneOrNone(withExternalId(state.users.values(), issued(state, value("externalId"))));
    case "groups.value":
      return membersOf(state, value("groups.value"));
    case "id":
      return oneOrNone(state.users.get(value("id")));
    case "id and manager":
    case "manager and id":
      return oneOrNone(state.users.get(value("id"))).filter((user) => managerOf(user) === value("manager"));
    default:
      throw unsupportedFilter(comparisons);
  }
}

function membersOf({ memberships, users }: SandboxState, groupId: string): readonly User[] {
  return memberships.by("group", groupId).flatMap(({ userId }) => oneOrNone(users.get(userId)));
}
