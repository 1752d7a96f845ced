/** The operations of a PATCH, in the forms that AWS takes. */
import { type ServiceError, validationError } from "../errors.js";
import { isObject, type JsonObject } from "./body.js";

export type PatchOperation = {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  /** Never undefined or null where something is added or replaced. */
  readonly value: unknown;
};

const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** @throws ServiceError ValidationException */
export function patchOperations(body: JsonObject): readonly PatchOperation[] {
  const { schemas, Operations: operations } = body;
  if (!Array.isArray(schemas) || !schemas.includes(patchSchema))
    throw validationError(`schemas must contain ${patchSchema}.`);
  if (!Array.isArray(operations) || operations.length === 0)
    throw validationError("Operations must be a list with at least one operation.");
  return operations.map(operationOf);
}

function operationOf(given: unknown): PatchOperation {
  if (!isObject(given)) throw validationError("An operation must be an object.");
  const { path } = given;
  const op = typeof given["op"] === "string" ? given["op"].toLowerCase() : null;
  if (path !== undefined && typeof path !== "string") throw validationError("The path must be a text.");
  if (op === "remove") {
    if (path === undefined) throw validationError("The operation remove needs a path.");
    return { op, path, value: given["value"] };
  }
  if (op !== "add" && op !== "replace")
    throw validationError("The operation must be add, replace or remove.");
  const target = path === undefined ? onlyAttribute(given["value"]) : { path, value: given["value"] };
  if (target.value === undefined || target.value === null)
    throw validationError(`The operation ${op} needs a value.`);
  return { op, ...target };
}

/** AWS's example for a group has the `id` beside the attribute: it is passed over. */
function onlyAttribute(value: unknown): { readonly path: string; readonly value: unknown } {
  if (!isObject(value)) throw severalAttributes();
  const [first, ...others] = Object.entries(value).filter(([name]) => name !== "id");
  if (first === undefined || others.length > 0) throw severalAttributes();
  return { path: first[0], value: first[1] };
}

function severalAttributes(): ServiceError {
  return validationError(
    'Current PATCH support allows omitting "path" attribute only for Add and Replace operations modifying a single attribute.',
  );
}
