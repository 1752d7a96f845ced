import type { Input } from "../constraints.js";
import type { Context, SomeHandlers } from "../context.js";
import { notFound, quotaExceeded, type ServiceError, validationError } from "../errors.js";
import { page } from "../page.js";
import { foldName, type User } from "../state.js";
import {
  auditOutput,
  duplicate,
  newAudit,
  newId,
  refuseReservedName,
  removeMemberships,
  requiredAttribute,
  requireStore,
  requireUser,
  touched,
  withExternalId,
} from "./common.js";
import { applyOperation, checkBirthdate, checkExtension } from "./user-attributes.js";

type UserOperation = "CreateUser" | "DescribeUser" | "UpdateUser" | "DeleteUser" | "ListUsers" | "GetUserId";

const maxUsers = 100_000;

export const userHandlers: SomeHandlers<"identitystore", UserOperation> = {
  CreateUser: (context, { IdentityStoreId, Extensions, ...attributes }) => {
    requireStore(context, IdentityStoreId);
    const extensions = Extensions ?? {};
    const user = addUser(context, { status: "ENABLED", attributes, extensions, externalIds: [] });
    return { IdentityStoreId, UserId: user.id };
  },

  DescribeUser: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    return userOutput(context, requireUser(context, input.UserId), input.Extensions);
  },

  UpdateUser: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const user = requireUser(context, input.UserId);
    if (user.status === "DISABLED") throw validationError("A disabled user cannot be edited.");
    let { attributes, extensions } = user;
    for (const operation of input.Operations)
      ({ attributes, extensions } = applyOperation({ attributes, extensions }, operation));
    replaceUser(context, user, { ...user, attributes, extensions });
    return {};
  },

  DeleteUser: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const user = requireUser(context, input.UserId);
    removeMemberships(context, "user", user.id);
    context.state.users.delete(user.id);
    return {};
  },

  ListUsers: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const { rows, next } = page(context, input, filtered(context, input), ({ id }) => id);
    return { Users: rows.map((user) => userOutput(context, user, input.Extensions)), ...next };
  },

  GetUserId: (context, { IdentityStoreId, AlternateIdentifier }) => {
    requireStore(context, IdentityStoreId);
    const user = findUser(context, AlternateIdentifier);
    if (user === null) throw notFound("USER not found.", { ResourceType: "USER" });
    return { IdentityStoreId, UserId: user.id };
  },
};

/** What of a user its makers decide. */
export type UserContent = Pick<User, "attributes" | "extensions" | "status" | "externalIds">;

/** @throws ServiceError where an attribute is missing, reserved or taken. */
export function addUser(context: Context, content: UserContent): User {
  const { status, attributes, extensions, externalIds } = content;
  if (attributes.UserName === undefined) throw requiredAttribute("userName");
  if (attributes.Name?.GivenName === undefined) throw requiredAttribute("name.givenName");
  if (attributes.Name.FamilyName === undefined) throw requiredAttribute("name.familyName");
  if (attributes.DisplayName === undefined) throw requiredAttribute("displayName");
  refuseReservedName(attributes.UserName);
  checkBirthdate(attributes.Birthdate);
  for (const [name, value] of Object.entries(extensions)) checkExtension(name, value);
  requireUnique(context, content, null);
  if (context.state.users.size >= maxUsers)
    throw quotaExceeded(`You have exceeded the limit of ${maxUsers} users.`);
  const id = newId(context);
  const user: User = { id, status, attributes, extensions, externalIds, ...newAudit(context) };
  context.state.users.set(id, user);
  return user;
}

/** @throws ServiceError where what identifies a user is taken. */
export function replaceUser(context: Context, user: User, content: UserContent): User {
  requireUnique(context, content, user.id);
  const changed: User = { ...user, ...content, ...touched(context) };
  context.state.users.set(user.id, changed);
  return changed;
}

function requireUnique(context: Context, content: UserContent, ownId: string | null): void {
  const { users } = context.state;
  const { UserName = "", Emails } = content.attributes;
  const isOthers = ({ id }: User): boolean => id !== ownId;
  if (users.by("name", foldName(UserName)).some(isOthers)) throw duplicate("Duplicate UserName");
  const email = Emails?.[0]?.Value;
  if (email !== undefined && users.by("email", foldName(email)).some(isOthers))
    throw duplicate("Duplicate Email");
  for (const externalId of content.externalIds) {
    const holder = withExternalId(users.values(), externalId);
    if (holder !== null && isOthers(holder)) throw duplicate("Duplicate ExternalId");
  }
}

function filtered(context: Context, input: Input<"identitystore", "ListUsers">): readonly User[] {
  const filter = input.Filters?.[0];
  if (filter === undefined) return context.state.users.sorted();
  if (foldName(filter.AttributePath) === "username")
    return context.state.users.by("name", foldName(filter.AttributeValue));
  throw unknownPath(filter.AttributePath);
}

function findUser(
  context: Context,
  by: Input<"identitystore", "GetUserId">["AlternateIdentifier"],
): User | null {
  const { users } = context.state;
  if (by.ExternalId !== undefined) return withExternalId(users.values(), by.ExternalId);
  const { AttributePath, AttributeValue } = by.UniqueAttribute;
  if (typeof AttributeValue !== "string") throw validationError("AttributeValue must be a string.");
  if (foldName(AttributePath) === "username") return users.by("name", foldName(AttributeValue))[0] ?? null;
  if (foldName(AttributePath) === "emails.value" && AttributeValue !== "")
    return users.by("email", foldName(AttributeValue))[0] ?? null;
  throw unknownPath(AttributePath);
}

function unknownPath(path: string): ServiceError {
  return validationError(`Users cannot be looked up by the attribute path ${path}.`);
}

/** Extensions are shown only where the request names them. */
function userOutput(context: Context, user: User, extensions: readonly string[] = []): object {
  const asked = extensions.filter((name) => Object.hasOwn(user.extensions, name));
  return {
    ...user.attributes,
    IdentityStoreId: context.state.instance.identityStoreId,
    UserId: user.id,
    UserStatus: user.status,
    ...(user.externalIds.length > 0 && { ExternalIds: user.externalIds }),
    ...auditOutput(user),
    ...(asked.length > 0 && {
      Extensions: Object.fromEntries(asked.map((name) => [name, user.extensions[name]])),
    }),
  };
}
