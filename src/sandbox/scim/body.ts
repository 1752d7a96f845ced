/** Bodies of requests: untrusted JSON. */
import { type ServiceError, validationError } from "../errors.js";
import type { SandboxRequest } from "../wire.js";

export type JsonObject = Readonly<Record<string, unknown>>;

/** AWS's examples have no content type; one that is given must be JSON's or SCIM's. */
const json = /^application\/(scim\+)?json\s*(;|$)/i;

/** @throws ServiceError ValidationException for a body that is no JSON object. */
export function bodyOf({ headers, body }: SandboxRequest): JsonObject {
  const type = headers["content-type"];
  if (type !== undefined && !json.test(type))
    throw validationError("The content type must be application/scim+json or application/json.");
  const value = parse(body);
  if (!isObject(value)) throw unparsable();
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Null and an empty list stand for an attribute that is not there: undefined. */
export function present(value: unknown): unknown {
  return value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw unparsable();
  }
}

function unparsable(): ServiceError {
  return validationError("Request is unparsable, syntactically incorrect, or violates schema.");
}
