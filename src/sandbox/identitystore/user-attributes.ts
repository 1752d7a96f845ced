/**
 * The operations of UpdateUser: each sets the value at one attribute path, or removes it where the value is null
 * or left out. Multi-valued attributes are replaced whole, with lists of objects in lower camel case.
 */
import { checked } from "../check.js";
import { type ServiceError, validationError } from "../errors.js";
import type { UserAttributes } from "../state.js";
import { requiredAttribute } from "./common.js";

type Attributes = {
  readonly attributes: UserAttributes;
  readonly extensions: Readonly<Record<string, unknown>>;
};
type Operation = { readonly AttributePath: string; readonly AttributeValue?: unknown };

const simplePaths = new Set([
  "displayName",
  "nickName",
  "profileUrl",
  "userType",
  "title",
  "preferredLanguage",
  "locale",
  "timezone",
  "website",
  "birthdate",
]);
const namePaths = new Set([
  "formatted",
  "familyName",
  "givenName",
  "middleName",
  "honorificPrefix",
  "honorificSuffix",
]);
const listPaths = new Set(["emails", "addresses", "phoneNumbers", "photos", "roles"]);
const requiredPaths = new Set(["displayName", "name.givenName", "name.familyName"]);

export const enterprise = "aws:identitystore:enterprise";
/** The attributes of SCIM's enterprise extension. */
const enterpriseAttributes = new Set([
  "employeeNumber",
  "costCenter",
  "organization",
  "division",
  "department",
  "manager",
]);

/** @throws ServiceError ValidationException */
export function applyOperation(
  current: Attributes,
  { AttributePath: path, AttributeValue: value }: Operation,
): Attributes {
  if (value === undefined && requiredPaths.has(path)) throw requiredAttribute(path);
  if (path === enterprise || path.startsWith(`${enterprise}.`))
    return { ...current, extensions: withExtension(current.extensions, path, value) };
  return { ...current, attributes: withAttribute(current.attributes, path, value) };
}

/** @throws ServiceError ValidationException unless it is a calendar date, `YYYY-MM-DD`. */
export function checkBirthdate(value: string | undefined): void {
  if (value === undefined) return;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(value))
    throw validationError("birthdate must be a date in the form YYYY-MM-DD.");
}

/** @throws ServiceError ValidationException */
export function checkExtension(name: string, value: unknown): void {
  if (name !== enterprise) throw validationError(`The extension ${name} is not supported.`);
  if (!isObject(value)) throw validationError(`The value of ${name} must be an object.`);
  for (const [attribute, content] of Object.entries(value)) checkEnterpriseAttribute(attribute, content);
}

function withAttribute(attributes: UserAttributes, path: string, value: unknown): UserAttributes {
  const { Name, ...others } = attributes;
  const [first = "", second, third] = path.split(".");
  if (first === "name" && second !== undefined && third === undefined && namePaths.has(second))
    return recheck({ ...others, Name: { ...Name, [pascal(second)]: value } });
  if (second === undefined && simplePaths.has(first))
    return recheck({ ...attributes, [pascal(first)]: value });
  if (second === undefined && listPaths.has(first))
    return recheck({ ...attributes, [pascal(first)]: value === undefined ? value : pascalList(path, value) });
  throw unknownPath(path);
}

/** Holds all attributes against the model's constraints, which also drops those that were removed. */
function recheck(changed: object): UserAttributes {
  const value = checked("identitystore", "CreateUserRequest", {
    ...changed,
    IdentityStoreId: "d-0000000000",
  });
  checkBirthdate(value.Birthdate);
  const { IdentityStoreId: _, ...attributes } = value;
  return attributes;
}

function pascalList(path: string, value: unknown): readonly object[] {
  if (!Array.isArray(value)) throw validationError(`The value of ${path} must be a list.`);
  return value.map((member: unknown) => {
    if (!isObject(member)) throw validationError(`Every member of ${path} must be an object.`);
    return Object.fromEntries(
      Object.entries(member).map(([key, content]) => [checkedKey(path, key, content), content]),
    );
  });
}

/** Unknown members and nulls are refused here, where the rest of the API passes over them. */
function checkedKey(path: string, key: string, content: unknown): string {
  const known = memberNames[path]?.includes(key) ?? false;
  if (!known) throw validationError(`${path} has no attribute ${key}.`);
  if (content === null) throw validationError(`${path}.${key} must not be null: leave it out.`);
  return pascal(key);
}

const typed = ["value", "type", "primary"];
const memberNames: Readonly<Record<string, readonly string[]>> = {
  emails: typed,
  phoneNumbers: typed,
  roles: typed,
  photos: ["value", "type", "display", "primary"],
  addresses: ["streetAddress", "locality", "region", "postalCode", "country", "formatted", "type", "primary"],
};

function withExtension(
  extensions: Readonly<Record<string, unknown>>,
  path: string,
  value: unknown,
): Readonly<Record<string, unknown>> {
  const attribute = path.slice(enterprise.length + 1);
  if (attribute === "") return withEnterprise(value);
  const { [attribute]: _, ...others } = isObject(extensions[enterprise]) ? extensions[enterprise] : {};
  if (!enterpriseAttributes.has(attribute)) throw unknownPath(path);
  return withEnterprise(value === undefined ? others : { ...others, [attribute]: value });
}

function withEnterprise(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  checkExtension(enterprise, value);
  return isObject(value) && Object.keys(value).length === 0 ? {} : { [enterprise]: value };
}

/** A text, or for `manager` what SCIM lets it be: an object with texts. */
function checkEnterpriseAttribute(name: string, value: unknown): void {
  if (!enterpriseAttributes.has(name)) throw unknownPath(`${enterprise}.${name}`);
  const texts = name === "manager" && isObject(value) ? Object.values(value) : [value];
  for (const text of texts)
    if (typeof text !== "string" || text === "" || text.length > 1024)
      throw validationError(`${enterprise}.${name} must be a text of 1 to 1024 characters.`);
}

function unknownPath(path: string): ServiceError {
  return validationError(`The attribute path ${path} is not supported, or cannot be changed.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
