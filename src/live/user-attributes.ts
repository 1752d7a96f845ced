import type {
  Address,
  AttributeOperation,
  CreateUserRequest,
  DescribeUserResponse,
  Email,
  PhoneNumber,
} from "@aws-sdk/client-identitystore";
import type { Field } from "../model/change.js";
import { LiveError } from "../model/live-error.js";
import { userAttributes, type User, type UserAttribute } from "../model/state.js";

/** The only extension there is: the enterprise attributes of SCIM. They come back only when asked for. */
export const enterpriseExtension = "aws:identitystore:enterprise";

/** A user as ListUsers and DescribeUser tell it. */
export type ApiUser = Partial<DescribeUserResponse>;

/** Attributes that stand at the top of the service's user, by their path in access files. */
const plain = {
  displayName: "DisplayName",
  title: "Title",
  nickName: "NickName",
  userType: "UserType",
  locale: "Locale",
  timezone: "Timezone",
  preferredLanguage: "PreferredLanguage",
  profileUrl: "ProfileUrl",
  website: "Website",
  birthdate: "Birthdate",
} as const satisfies { readonly [A in UserAttribute]?: keyof CreateUserRequest };

const names = {
  givenName: "GivenName",
  familyName: "FamilyName",
} as const satisfies { readonly [A in UserAttribute]?: keyof NonNullable<CreateUserRequest["Name"]> };

const addressParts = {
  "address.street": "StreetAddress",
  "address.locality": "Locality",
  "address.region": "Region",
  "address.postalCode": "PostalCode",
  "address.country": "Country",
} as const satisfies { readonly [A in UserAttribute]?: keyof Address };

type AddressAttribute = keyof typeof addressParts;
type Value = string | null;

/** The attributes that access files can declare, of a user as the service tells it. */
export function userOf(api: ApiUser): User {
  const user: { -readonly [A in UserAttribute]?: string } = {};
  for (const attribute of userAttributes) {
    const value = read(api, attribute);
    if (value !== undefined && value !== "") user[attribute] = value;
  }
  return user;
}

function read(api: ApiUser, attribute: UserAttribute): string | undefined {
  if (attribute in plain) return api[plain[attribute as keyof typeof plain]];
  if (attribute in names) return api.Name?.[names[attribute as keyof typeof names]];
  if (attribute === "email") return primary(api.Emails)?.Value;
  if (attribute === "phone") return primary(api.PhoneNumbers)?.Value;
  if (isAddress(attribute)) return primary(api.Addresses)?.[addressParts[attribute]];
  return enterpriseText(enterpriseOf(api)[enterpriseName(attribute)]);
}

/** What CreateUser takes for these attributes. */
export function creation(user: User): Partial<CreateUserRequest> {
  const request: Record<string, unknown> = {};
  const name: Record<string, string> = {};
  const address: Record<string, string> = {};
  const enterprise: Record<string, string> = {};
  for (const attribute of userAttributes) {
    const value = user[attribute];
    if (value === undefined) continue;
    if (attribute in plain) request[plain[attribute as keyof typeof plain]] = value;
    else if (attribute in names) name[names[attribute as keyof typeof names]] = value;
    // Without Primary the attribute mapping `${user:email}` finds nothing.
    else if (attribute === "email") request["Emails"] = [{ Value: value, Type: "work", Primary: true }];
    else if (attribute === "phone") request["PhoneNumbers"] = [{ Value: value, Type: "work", Primary: true }];
    else if (isAddress(attribute)) address[addressParts[attribute]] = value;
    else enterprise[enterpriseName(attribute)] = value;
  }
  if (isFilled(name)) request["Name"] = name;
  if (isFilled(address)) request["Addresses"] = [{ ...address, Type: "work", Primary: true }];
  if (isFilled(enterprise)) request["Extensions"] = { [enterpriseExtension]: enterprise };
  return request;
}

/** Whether these fields replace an attribute of many parts, of which some may be there that files cannot declare. */
export function needsCurrent(fields: readonly Field[]): boolean {
  return fields.some(({ path }) => /^(email$|phone$|address\.|enterprise\.manager$)/.test(path));
}

/**
 * What UpdateUser takes to change these fields. An operation without a value removes the attribute. An attribute of many
 * parts (e-mail, telephone, address) is replaced whole, so `current` gives the parts that files cannot declare.
 */
export function updates(fields: readonly Field[], current: ApiUser): AttributeOperation[] {
  const operations: AttributeOperation[] = [];
  const address: { [A in AddressAttribute]?: Value } = {};
  for (const field of fields) {
    const attribute = userAttributes.find((one) => one === field.path);
    if (attribute === undefined || !(field.after === null || typeof field.after === "string"))
      throw new LiveError(`A user's ${field.path} cannot be changed through the API.`, { kind: "invalid" });
    const value = field.after;
    if (attribute in plain) operations.push(operation(attribute, value));
    else if (attribute in names) operations.push(operation(`name.${attribute}`, value));
    else if (attribute === "email")
      operations.push(operation("emails", oneValue(primary(current.Emails), value)));
    else if (attribute === "phone")
      operations.push(operation("phoneNumbers", oneValue(primary(current.PhoneNumbers), value)));
    else if (isAddress(attribute)) address[attribute] = value;
    else
      operations.push(
        operation(
          `${enterpriseExtension}.${enterpriseName(attribute)}`,
          enterpriseValue(attribute, value, current),
        ),
      );
  }
  if (Object.keys(address).length > 0)
    operations.push(operation("addresses", oneAddress(primary(current.Addresses), address)));
  return operations;
}

type Json = string | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function operation(path: string, value: Json): AttributeOperation {
  return {
    AttributePath: path,
    ...(value !== null && { AttributeValue: value as NonNullable<AttributeOperation["AttributeValue"]> }),
  };
}

function oneValue(current: Email | PhoneNumber | undefined, value: Value): Json {
  return value === null
    ? null
    : [{ value, type: current?.Type ?? "work", primary: current?.Primary ?? true }];
}

function oneAddress(
  current: Address | undefined,
  changed: { readonly [A in AddressAttribute]?: Value },
): Json {
  const parts: Record<string, string> = {};
  for (const attribute of Object.keys(addressParts) as AddressAttribute[]) {
    const value = attribute in changed ? changed[attribute] : current?.[addressParts[attribute]];
    if (typeof value === "string") parts[lowerFirst(addressParts[attribute])] = value;
  }
  if (!isFilled(parts)) return null;
  // A formatted address that somebody wrote is kept: files cannot say it.
  const formatted = current?.Formatted === undefined ? {} : { formatted: current.Formatted };
  return [{ ...parts, ...formatted, type: current?.Type ?? "work", primary: current?.Primary ?? true }];
}

/** The manager may be an object (SCIM's `{value, displayName}`): then only its value is ours. */
function enterpriseValue(attribute: UserAttribute, value: Value, current: ApiUser): Json {
  const now = enterpriseOf(current)[enterpriseName(attribute)];
  return value !== null && typeof now === "object" && now !== null
    ? { ...(now as { [key: string]: Json }), value }
    : value;
}

function enterpriseOf(api: ApiUser): Record<string, unknown> {
  const extension: unknown = api.Extensions?.[enterpriseExtension];
  return typeof extension === "object" && extension !== null ? { ...extension } : {};
}

function enterpriseText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "value" in value) return enterpriseText(value.value);
  return undefined;
}

function enterpriseName(attribute: UserAttribute): string {
  return attribute.slice("enterprise.".length);
}

function isAddress(attribute: UserAttribute): attribute is AddressAttribute {
  return attribute in addressParts;
}

function primary<T extends { Primary?: boolean | undefined }>(
  values: readonly T[] | undefined,
): T | undefined {
  return values?.find((one) => one.Primary === true) ?? values?.[0];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function isFilled(object: object): boolean {
  return Object.keys(object).length > 0;
}
