/** A user as SCIM shows and takes it: the store's attributes in lower camel case, `active`, `externalId`. */
import { checked } from "../check.js";
import { validationError } from "../errors.js";
import { refuseReservedName } from "../identitystore/common.js";
import { applyOperation, enterprise } from "../identitystore/user-attributes.js";
import type { UserContent } from "../identitystore/users.js";
import type { SandboxState, User, UserStatus } from "../state.js";
import { isObject, type JsonObject } from "./body.js";
import { externalIdOf, externalIdsWith, meta, unknownAttribute } from "./resource.js";

export const enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";

const simpleAttributes = [
  "displayName",
  "nickName",
  "profileUrl",
  "title",
  "userType",
  "preferredLanguage",
  "locale",
  "timezone",
] as const;
const nameAttributes = [
  "formatted",
  "familyName",
  "givenName",
  "middleName",
  "honorificPrefix",
  "honorificSuffix",
] as const;
const listAttributes = ["emails", "addresses", "phoneNumbers", "roles"] as const;

/** All that a user can be given, in the order in which it is taken. */
export const userAttributes: readonly string[] = [
  "userName",
  "externalId",
  "name",
  ...simpleAttributes,
  ...listAttributes,
  "active",
  enterpriseSchema,
];

export function userResource(state: SandboxState, user: User): JsonObject {
  const { attributes, extensions } = user;
  const shown = camelObject(attributes);
  const work = enterpriseResource(extensions[enterprise]);
  return {
    id: user.id,
    ...externalIdOf(state, user),
    meta: meta("User", user),
    schemas: work === null ? [userSchema] : [userSchema, enterpriseSchema],
    userName: attributes.UserName,
    name: shown["name"],
    ...pick(shown, simpleAttributes),
    active: user.status === "ENABLED",
    ...pick(shown, listAttributes),
    ...(work !== null && { [enterpriseSchema]: work }),
  };
}

/**
 * `content` with another value of one attribute; undefined takes it away.
 * @throws ServiceError ValidationException for a value that is none of this attribute, or one that is not known.
 */
export function withAttribute(
  state: SandboxState,
  content: UserContent,
  attribute: string,
  value: unknown,
): UserContent {
  const { attributes } = content;
  switch (attribute) {
    case "userName":
      return { ...content, attributes: { ...attributes, UserName: userNameOf(value) } };
    case "externalId":
      return { ...content, externalIds: externalIdsWith(state, content.externalIds, value) };
    case "active":
      return { ...content, status: statusOf(value) };
    case "name":
      return withName(content, value);
    case enterpriseSchema:
      return { ...content, ...applyOperation(content, operation(enterprise, storedEnterprise(value))) };
    case "emails":
      requirePrimary(value);
  }
  if (!userAttributes.includes(attribute)) throw unknownAttribute(attribute);
  return { ...content, ...applyOperation(content, operation(attribute, value)) };
}

function userNameOf(value: unknown): string {
  const name = checked("identitystore", "UserName", value);
  refuseReservedName(name);
  return name;
}

/** Also as a text, as in AWS's example. */
function statusOf(value: unknown): UserStatus {
  switch (typeof value === "string" ? value.toLowerCase() : value) {
    case true:
    case "true":
      return "ENABLED";
    case false:
    case "false":
      return "DISABLED";
    default:
      throw validationError("active must be true or false.");
  }
}

/** The whole name: what is not given is taken away. */
function withName(content: UserContent, value: unknown): UserContent {
  const given = value ?? {};
  if (!isObject(given)) throw validationError("name must be an object.");
  for (const part of Object.keys(given))
    if (!nameAttributes.some((known) => known === part)) throw unknownAttribute(`name.${part}`);
  let changed = content;
  for (const part of nameAttributes)
    changed = { ...changed, ...applyOperation(changed, operation(`name.${part}`, given[part] ?? undefined)) };
  return changed;
}

function requirePrimary(value: unknown): void {
  const [first] = Array.isArray(value) ? (value as unknown[]) : [];
  if (isObject(first) && first["primary"] !== true)
    throw validationError("The e-mail must be marked as primary.");
}

function operation(path: string, value: unknown): { AttributePath: string; AttributeValue?: unknown } {
  return { AttributePath: path, ...(value !== undefined && { AttributeValue: value }) };
}

/** Of a manager only the id is kept: `$ref` says the same, and more is not supported. */
function storedEnterprise(value: unknown): unknown {
  if (!isObject(value)) return value;
  const given = Object.fromEntries(Object.entries(value).filter(([, content]) => content !== null));
  if (!isObject(given["manager"])) return given;
  const { $ref: _, ...manager } = given["manager"];
  for (const part of Object.keys(manager)) if (part !== "value") throw unknownAttribute(`manager.${part}`);
  return { ...given, manager };
}

function enterpriseResource(stored: unknown): JsonObject | null {
  if (!isObject(stored)) return null;
  const { manager, ...others } = stored;
  const value = idOf(manager);
  return value === undefined ? others : { ...others, manager: { value } };
}

/** The id of a user's manager; undefined where none is given. */
export function managerOf({ extensions }: User): unknown {
  const work = extensions[enterprise];
  return isObject(work) ? idOf(work["manager"]) : undefined;
}

/** The store takes it as a text as well. */
function idOf(manager: unknown): unknown {
  return isObject(manager) ? manager["value"] : manager;
}

/** The store's names with a small first letter, at every depth. */
function camelObject(given: object): JsonObject {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      camel(value),
    ]),
  );
}

function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  return isObject(value) ? camelObject(value) : value;
}

function pick(given: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const])),
  );
}
