import type { JsonObject, JsonValue } from "../model/policy-document.js";

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** `Array.isArray` does not see a readonly array in a union; this does. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A member of the object itself; what every object inherits (`constructor`, `__proto__`) is not a member. */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** What may be written as one value or as a list of them, as a list. */
export function listOf(value: JsonValue): readonly JsonValue[] {
  return isList(value) ? value : [value];
}

/** Lower case for A to Z alone: names that IAM compares without case are ASCII, and nothing else may become equal. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
