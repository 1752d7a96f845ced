import type {
  Address,
  AttributeOperation,
  CreateUserRequest,
  DescribeUserResponse,
  Name,
} from "@aws-sdk/client-identitystore";
import type { Field } from "../model/change.js";
import { LiveError } from "../model/live-error.js";
import { userAttributes, type User, type UserAttribute } from "../model/state.js";

/** The only extension there is: the enterprise attributes of SCIM. They come back only when asked for. */
export const enterpriseExtension = "aws:identitystore:enterprise";

/** A user as ListUsers and DescribeUser tell it. */
export type ApiUser = Partial<DescribeUserResponse>;

/** Where the service keeps an attribute: lists have one entry, of which files declare the value or some parts. */
type Place =
  | { readonly in: "user"; readonly member: PlainMember }
  | { readonly in: "name"; readonly member: "GivenName" | "FamilyName" }
  | { readonly in: "emails" | "phoneNumbers" }
  | { readonly in: "address"; readonly member: AddressMember; readonly path: string }
  | { readonly in: "enterprise"; readonly member: string };

type PlainMember =
  | "DisplayName"
  | "Title"
  | "NickName"
  | "UserType"
  | "Locale"
  | "Timezone"
  | "PreferredLanguage"
  | "ProfileUrl"
  | "Website"
  | "Birthdate";
type AddressMember = "StreetAddress" | "Locality" | "Region" | "PostalCode" | "Country";

const places = {
  givenName: { in: "name", member: "GivenName" },
  familyName: { in: "name", member: "FamilyName" },
  displayName: { in: "user", member: "DisplayName" },
  email: { in: "emails" },
  title: { in: "user", member: "Title" },
  nickName: { in: "user", member: "NickName" },
  userType: { in: "user", member: "UserType" },
  locale: { in: "user", member: "Locale" },
  timezone: { in: "user", member: "Timezone" },
  preferredLanguage: { in: "user", member: "PreferredLanguage" },
  profileUrl: { in: "user", member: "ProfileUrl" },
  phone: { in: "phoneNumbers" },
  website: { in: "user", member: "Website" },
  birthdate: { in: "user", member: "Birthdate" },
  "address.street": { in: "address", member: "StreetAddress", path: "streetAddress" },
  "address.locality": { in: "address", member: "Locality", path: "locality" },
  "address.region": { in: "address", member: "Region", path: "region" },
  "address.postalCode": { in: "address", member: "PostalCode", path: "postalCode" },
  "address.country": { in: "address", member: "Country", path: "country" },
  "enterprise.employeeNumber": { in: "enterprise", member: "employeeNumber" },
  "enterprise.costCenter": { in: "enterprise", member: "costCenter" },
  "enterprise.organization": { in: "enterprise", member: "organization" },
  "enterprise.division": { in: "enterprise", member: "division" },
  "enterprise.department": { in: "enterprise", member: "department" },
  "enterprise.manager": { in: "enterprise", member: "manager" },
} as const satisfies { readonly [A in UserAttribute]: Place };

/** The attributes that access files can declare, of a user as the service tells it. */
export function userOf(api: ApiUser): User {
  const user: { -readonly [A in UserAttribute]?: string } = {};
  for (const attribute of userAttributes) {
    const value = read(api, places[attribute]);
    if (value !== undefined && value !== "") user[attribute] = value;
  }
  return user;
}

function read(api: ApiUser, place: Place): string | undefined {
  switch (place.in) {
    case "user":
      return api[place.member];
    case "name":
      return api.Name?.[place.member];
    case "emails":
      return primary(api.Emails)?.Value;
    case "phoneNumbers":
      return primary(api.PhoneNumbers)?.Value;
    case "address":
      return primary(api.Addresses)?.[place.member];
    case "enterprise":
      return textOf(enterpriseOf(api)[place.member]);
  }
}

/** What CreateUser takes for these attributes. */
export function creation(user: User): Partial<CreateUserRequest> {
  const plain: { [M in PlainMember]?: string } = {};
  const name: Name = {};
  const address: Address = {};
  const enterprise: Record<string, string> = {};
  const lists: Pick<CreateUserRequest, "Emails" | "PhoneNumbers"> = {};
  for (const attribute of userAttributes) {
    const [place, value]: [Place, string | undefined] = [places[attribute], user[attribute]];
    if (value === undefined) continue;
    if (place.in === "user") plain[place.member] = value;
    else if (place.in === "name") name[place.member] = value;
    else if (place.in === "address") address[place.member] = value;
    else if (place.in === "enterprise") enterprise[place.member] = value;
    // Without Primary the attribute mapping `${user:email}` finds nothing.
    else
      lists[place.in === "emails" ? "Emails" : "PhoneNumbers"] = [
        { Value: value, Type: "work", Primary: true },
      ];
  }
  return {
    ...plain,
    ...lists,
    ...(isFilled(name) && { Name: name }),
    ...(isFilled(address) && { Addresses: [{ ...address, Type: "work", Primary: true }] }),
    ...(isFilled(enterprise) && { Extensions: { [enterpriseExtension]: enterprise } }),
  };
}

/** Whether these fields replace an attribute of many parts, of which some may be there that files cannot declare. */
export function needsCurrent(fields: readonly Field[]): boolean {
  return fields.some(({ path }) => /^(email$|phone$|address\.|enterprise\.manager$)/.test(path));
}

type Document = NonNullable<AttributeOperation["AttributeValue"]>;
type Value = string | null;

/**
 * What UpdateUser takes to change these fields. An operation without a value removes the attribute. An attribute of many
 * parts (e-mail, telephone, address) is replaced whole, so `current` gives the parts that files cannot declare.
 */
export function updates(fields: readonly Field[], current: ApiUser): AttributeOperation[] {
  const operations: AttributeOperation[] = [];
  const address = new Map<AddressMember, Value>();
  for (const field of fields) {
    const { place, value } = declarable(field);
    switch (place.in) {
      case "user":
        operations.push(operation(field.path, value));
        break;
      case "name":
        operations.push(operation(`name.${field.path}`, value));
        break;
      case "emails":
        operations.push(operation("emails", entry(primary(current.Emails), value)));
        break;
      case "phoneNumbers":
        operations.push(operation("phoneNumbers", entry(primary(current.PhoneNumbers), value)));
        break;
      case "address":
        address.set(place.member, value);
        break;
      case "enterprise": {
        const now = enterpriseOf(current)[place.member];
        operations.push(operation(`${enterpriseExtension}.${place.member}`, enterpriseValue(now, value)));
      }
    }
  }
  if (address.size > 0)
    operations.push(operation("addresses", addressEntry(primary(current.Addresses), address)));
  return operations;
}

function declarable({ path, after }: Field): { place: Place; value: Value } {
  const attribute = userAttributes.find((one) => one === path);
  if (attribute !== undefined && (after === null || typeof after === "string"))
    return { place: places[attribute], value: after };
  throw new LiveError(`A user's ${path} cannot be changed through the API.`, { kind: "invalid" });
}

function operation(path: string, value: Document | null): AttributeOperation {
  return { AttributePath: path, ...(value !== null && { AttributeValue: value }) };
}

type Entry = { readonly Type?: string | undefined; readonly Primary?: boolean | undefined };

function entry(current: Entry | undefined, value: Value): Document | null {
  return value === null ? null : [{ value, ...kept(current) }];
}

/** A formatted address that somebody wrote stays: files cannot say it. */
function addressEntry(
  current: Address | undefined,
  changed: ReadonlyMap<AddressMember, Value>,
): Document | null {
  const parts: Record<string, string> = {};
  for (const place of Object.values(places)) {
    if (place.in !== "address") continue;
    const value = changed.has(place.member) ? changed.get(place.member) : current?.[place.member];
    if (typeof value === "string") parts[place.path] = value;
  }
  if (!isFilled(parts)) return null;
  const formatted = current?.Formatted === undefined ? {} : { formatted: current.Formatted };
  return [{ ...parts, ...formatted, ...kept(current) }];
}

function kept(current: Entry | undefined): { type: string; primary: boolean } {
  return { type: current?.Type ?? "work", primary: current?.Primary ?? true };
}

/** The manager may be an object (SCIM's `{value, displayName}`): then only its value is ours. */
function enterpriseValue(current: unknown, value: Value): Document | null {
  return value !== null && isRecord(current) ? { ...current, value } : value;
}

function enterpriseOf(api: ApiUser): { readonly [name: string]: unknown } {
  const extension: unknown = api.Extensions?.[enterpriseExtension];
  return isRecord(extension) ? extension : {};
}

function isRecord(value: unknown): value is { readonly [name: string]: Document } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  if (isRecord(value)) return textOf(value["value"]);
  return typeof value === "string" ? value : undefined;
}

function primary<T extends Entry>(values: readonly T[] | undefined): T | undefined {
  return values?.find((one) => one.Primary === true) ?? values?.[0];
}

function isFilled(object: object): boolean {
  return Object.keys(object).length > 0;
}
