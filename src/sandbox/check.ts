/**
 * Holds a request against the constraints of the service's model. The texts are those of AWS's own framework:
 * "1 validation error detected: Value 'x' at 'name' failed to satisfy constraint: Member must …"; members are
 * named in lower camel case, list members as `tags.1.member.key`.
 */
import { constraints } from "./constraints.generated.js";
import type { Constraints, Named, Service, Shape } from "./constraints.js";
import { ServiceError, validationError } from "./errors.js";

/** One constraint that a value does not satisfy. */
export type Violation = { readonly text: string; readonly kind: ViolationKind };

/** Named as AWS Organizations names its reasons, the one service that tells them. */
type ViolationKind =
  | "INPUT_REQUIRED"
  | "INVALID_ENUM"
  | "INVALID_PATTERN"
  | "MAX_LENGTH_EXCEEDED"
  | "MIN_LENGTH_EXCEEDED"
  | "MAX_VALUE_EXCEEDED"
  | "MIN_VALUE_EXCEEDED";

/**
 * A copy of `value` with only what the shape `name` knows; null members count as absent, unknown ones are
 * passed over, as the service does.
 * @throws ServiceError SerializationException where a value is of the wrong JSON type.
 */
export function check<S extends Service, N extends string>(
  service: S,
  name: N,
  value: unknown,
  path = "",
): { readonly value: Named<S, N>; readonly violations: readonly Violation[] } {
  const violations: Violation[] = [];
  const checked = walk(
    { shapes: (constraints satisfies Constraints)[service].shapes, violations },
    name,
    value,
    path,
  );
  // The table that was walked is the one the type is derived from.
  return { value: checked as Named<S, N>, violations };
}

/**
 * The checked copy of a value that stands where the model allows any JSON, such as an attribute's new value.
 * @throws ServiceError ValidationException for whatever is wrong with it.
 */
export function checked<S extends Service, N extends string>(
  service: S,
  name: N,
  value: unknown,
): Named<S, N> {
  try {
    const found = check(service, name, value);
    if (found.violations.length > 0) throw validationError(violationMessage(found.violations));
    return found.value;
  } catch (error) {
    if (error instanceof ServiceError) throw validationError(error.message);
    throw error;
  }
}

/** All violations in one message, in AWS's words. */
export function violationMessage(violations: readonly Violation[]): string {
  const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"} detected`;
  return `${count}: ${violations.map((violation) => violation.text).join("; ")}`;
}

type Walk = { readonly shapes: Readonly<Record<string, Shape>>; readonly violations: Violation[] };

function walk(at: Walk, name: string, value: unknown, path: string): unknown {
  const shape = at.shapes[name];
  if (shape === undefined) throw new Error(`the constraint table has no shape ${name}`);
  switch (shape.type) {
    case "string":
      return checkString(at, shape, expect(value, "string", path), path);
    case "integer":
      return checkInteger(at, shape, expect(value, "number", path), path);
    case "boolean":
      return expect(value, "boolean", path);
    case "document":
      return value;
    case "list":
      return checkList(at, shape, value, path);
    case "map":
      return checkMap(at, shape, value, path);
    case "structure":
      break;
  }
  return checkStructure(at, shape, value, path);
}

function checkString(at: Walk, shape: Shape & { type: "string" }, value: string, path: string): string {
  const fail = (kind: ViolationKind, constraint: string): void => {
    const shown = shape.sensitive === true ? "Value" : `Value '${value}'`;
    at.violations.push({ kind, text: `${shown} at '${path}' failed to satisfy constraint: ${constraint}` });
  };
  // A string has at most as many code points as code units: count them only where it matters.
  const longer = shape.max !== undefined && value.length > shape.max && codePoints(value) > shape.max;
  if (longer) fail("MAX_LENGTH_EXCEEDED", `Member must have length less than or equal to ${shape.max}`);
  if (shape.min !== undefined && value.length < shape.min)
    fail("MIN_LENGTH_EXCEEDED", `Member must have length greater than or equal to ${shape.min}`);
  if (shape.pattern !== undefined && !whole(shape.pattern).test(value))
    fail("INVALID_PATTERN", `Member must satisfy regular expression pattern: ${shape.pattern}`);
  if (shape.enum !== undefined && !shape.enum.includes(value))
    fail("INVALID_ENUM", `Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
  return value;
}

function checkInteger(at: Walk, shape: Shape & { type: "integer" }, value: number, path: string): number {
  if (!Number.isInteger(value)) throw wrongType(path, "an integer");
  const fail = (kind: ViolationKind, constraint: string): void => {
    at.violations.push({
      kind,
      text: `Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`,
    });
  };
  if (shape.max !== undefined && value > shape.max)
    fail("MAX_VALUE_EXCEEDED", `Member must have value less than or equal to ${shape.max}`);
  if (shape.min !== undefined && value < shape.min)
    fail("MIN_VALUE_EXCEEDED", `Member must have value greater than or equal to ${shape.min}`);
  return value;
}

function checkList(at: Walk, shape: Shape & { type: "list" }, value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw wrongType(path, "a list");
  checkSize(at, shape, value.length, path);
  return value.map((member: unknown, index) => {
    const place = `${path}.${index + 1}.member`;
    if (member === null) at.violations.push(missing(place));
    return member === null ? null : walk(at, shape.member, member, place);
  });
}

function checkMap(at: Walk, shape: Shape & { type: "map" }, value: unknown, path: string): unknown {
  const entries = Object.entries(expectObject(value, path)).filter(([, member]) => member !== null);
  checkSize(at, shape, entries.length, path);
  return Object.fromEntries(
    entries.map(([key, member]) => [
      walk(at, shape.key, key, path),
      walk(at, shape.value, member, path === "" ? key : `${path}.${key}.member`),
    ]),
  );
}

function checkStructure(
  at: Walk,
  shape: Shape & { type: "structure" },
  value: unknown,
  path: string,
): unknown {
  const given = expectObject(value, path);
  const known: Record<string, unknown> = {};
  for (const [member, name] of Object.entries(shape.members)) {
    const found = Object.hasOwn(given, member) ? given[member] : undefined;
    if (found !== undefined && found !== null) known[member] = walk(at, name, found, join(path, member));
    else if (shape.required.includes(member)) at.violations.push(missing(join(path, member)));
  }
  if (shape.union === true && Object.keys(known).length !== 1)
    throw new ServiceError("SerializationException", `Exactly one member of '${path}' must be given`);
  return known;
}

function checkSize(at: Walk, shape: { min?: number; max?: number }, size: number, path: string): void {
  const fail = (kind: ViolationKind, constraint: string): void => {
    at.violations.push({ kind, text: `Value at '${path}' failed to satisfy constraint: ${constraint}` });
  };
  if (shape.max !== undefined && size > shape.max)
    fail("MAX_LENGTH_EXCEEDED", `Member must have length less than or equal to ${shape.max}`);
  if (shape.min !== undefined && size < shape.min)
    fail("MIN_LENGTH_EXCEEDED", `Member must have length greater than or equal to ${shape.min}`);
}

function missing(path: string): Violation {
  return {
    kind: "INPUT_REQUIRED",
    text: `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  };
}

function join(path: string, member: string): string {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return path === "" ? name : `${path}.${name}`;
}

type Primitives = { string: string; number: number; boolean: boolean };

function expect<T extends keyof Primitives>(value: unknown, type: T, path: string): Primitives[T] {
  if (typeof value !== type) throw wrongType(path, `a ${type}`);
  return value as Primitives[T];
}

function expectObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(path, "an object");
  return value as Readonly<Record<string, unknown>>;
}

function wrongType(path: string, expected: string): ServiceError {
  return new ServiceError(
    "SerializationException",
    `The value${path === "" ? "" : ` at '${path}'`} must be ${expected}`,
  );
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const compiled = new Map<string, RegExp>();

function whole(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const expression = new RegExp(`^(?:${pattern})$`, "u");
  compiled.set(pattern, expression);
  return expression;
}
