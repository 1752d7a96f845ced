/** What the operations of a PATCH make of a user. */
import { validationError } from "../errors.js";
import type { UserContent } from "../identitystore/users.js";
import type { SandboxState, User } from "../state.js";
import { isObject, type JsonObject } from "./body.js";
import { parseFilter } from "./filter.js";
import type { PatchOperation } from "./patch.js";
import { unknownAttribute } from "./resource.js";
import { enterpriseSchema, userResource, withAttribute } from "./user-resource.js";

/** @throws ServiceError ValidationException */
export function patchedUser(
  state: SandboxState,
  user: User,
  operations: readonly PatchOperation[],
): UserContent {
  for (const once of ["userName", "active"])
    if (operations.filter(({ path }) => path === once).length > 1)
      throw validationError(`Several operations on ${once} are not supported.`);
  let patched = user;
  for (const operation of operations) {
    const { attribute, value } = change(userResource(state, patched), operation);
    patched = { ...patched, ...withAttribute(state, patched, attribute, value) };
  }
  return patched;
}

/** The attribute that an operation is about, and its whole new value; undefined: it goes. */
function change(
  resource: JsonObject,
  operation: PatchOperation,
): { readonly attribute: string; readonly value: unknown } {
  const { attribute, part, filter } = targetOf(operation.path);
  if (operation.op === "remove" && (attribute === "userName" || attribute === "active"))
    throw validationError(`The operation remove is not supported for ${attribute}.`);
  if (attribute === "roles") throw unknownAttribute(attribute);
  const value = operation.op === "remove" ? undefined : operation.value;
  const now = resource[attribute];
  if (filter !== null) return { attribute, value: withEntry(now, filter, part, value) };
  if (part !== null) return { attribute, value: withPart(now, part, value) };
  // Of an object only what is named changes.
  const isPartial = isObject(value) && (attribute === "name" || attribute === enterpriseSchema);
  return { attribute, value: isPartial ? { ...(isObject(now) && now), ...value } : value };
}

type Target = {
  readonly attribute: string;
  /** Of the attribute's value, or of its entry that the filter chooses. */
  readonly part: string | null;
  /** Between brackets. */
  readonly filter: string | null;
};

const inEnterprise = new RegExp(`^${enterpriseSchema}(?::([A-Za-z]+))?$`);
const inList = /^(emails|addresses|phoneNumbers)\[(.*)\](?:\.([A-Za-z]+))?$/s;

function targetOf(path: string): Target {
  const enterprise = inEnterprise.exec(path);
  if (enterprise !== null) return { attribute: enterpriseSchema, part: enterprise[1] ?? null, filter: null };
  const [, list, filter, ofEntry] = inList.exec(path) ?? [];
  if (list !== undefined && filter !== undefined) return { attribute: list, part: ofEntry ?? null, filter };
  const [, ofName] = /^name\.([A-Za-z]+)$/.exec(path) ?? [];
  if (ofName !== undefined) return { attribute: "name", part: ofName, filter: null };
  return { attribute: path, part: null, filter: null };
}

function withPart(now: unknown, part: string, value: unknown): JsonObject {
  const { [part]: _, ...others } = isObject(now) ? now : {};
  return value === undefined ? others : { ...others, [part]: value };
}

function withEntry(now: unknown, filter: string, part: string | null, value: unknown): unknown {
  const comparisons = parseFilter(filter);
  const entries: readonly unknown[] = Array.isArray(now) ? now : [];
  const isMeant = (entry: unknown): boolean =>
    isObject(entry) && comparisons.every(({ attribute, value }) => entry[attribute] === value);
  if (!entries.some(isMeant)) throw validationError("The filter of the path matches nothing.");
  const changed = entries.flatMap((entry) => {
    if (!isMeant(entry)) return [entry];
    if (part !== null) return [withPart(entry, part, value)];
    return value === undefined ? [] : [value];
  });
  return changed.length === 0 ? undefined : changed;
}
