import type { JsonObject, JsonValue, PolicyDocument } from "../model/policy-document.js";
import { byText } from "../model/text.js";
import { foldCase, isList, isObject, listOf, member } from "./json.js";

/**
 * One spelling for what a policy says, so that two documents can be compared and shown field by field.
 *
 * What IAM reads as the same becomes the same: one value or a list of it, the order of statements, the order and
 * repetition of actions, resources and a condition's values, `true` or `"true"` in a condition, an absent Version or
 * 2008-10-17, an absent or an empty Sid, an absent or an empty Condition. Nothing else is touched: statements are
 * neither merged nor dropped, an empty list stays one, names keep their letters' case (`samePolicy` looks past it).
 * A document that `parsePolicy` would refuse keeps its strange parts, so that they show as a difference.
 */
export function normalize(document: PolicyDocument): PolicyDocument {
  const statement = member(document, "Statement");
  return ordered(document, documentOrder, {
    Version: member(document, "Version") ?? "2008-10-17",
    ...(statement === undefined ? {} : { Statement: byJson(listOf(statement).map(normalStatement)) }),
  });
}

/** Whether two policies grant and deny the same, as far as one can tell from each statement by itself. Null is no policy. */
export function samePolicy(a: PolicyDocument | null, b: PolicyDocument | null): boolean {
  if (a === null || b === null) return a === b;
  return policyIdentity(a) === policyIdentity(b);
}

/** The same text for the same policies, in the sense of `samePolicy`, and for no others. */
export function policyIdentity(document: PolicyDocument): string {
  return JSON.stringify(folded(document));
}

/**
 * The document as it is sent to the service: JSON without white space between its parts, a list of one as that one.
 * With all the brackets of the normal form, a policy that just fits as it is written would be over the quota.
 */
export function policyText(document: PolicyDocument): string {
  return JSON.stringify(document, (key, value: JsonValue) =>
    key !== "Statement" && isList(value) && value.length === 1 ? value[0] : value,
  );
}

/** Its size as the service's quota of 10,240 counts: characters that are not white space. */
export function policySize(document: PolicyDocument): number {
  return policyText(document).replace(/\s/g, "").length;
}

const documentOrder = ["Version", "Id", "Statement"];
const statementOrder = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const setKeys = ["Action", "NotAction", "Resource", "NotResource"];

function normalStatement(statement: JsonValue): JsonValue {
  if (!isObject(statement)) return canonical(statement);
  const entries = Object.entries(statement).flatMap(([key, value]): readonly [string, JsonValue][] => {
    if (key === "Sid" && value === "") return [];
    if (setKeys.includes(key)) return [[key, setOf(listOf(value).map(canonical))]];
    if (key !== "Condition" || !isObject(value)) return [[key, canonical(value)]];
    return Object.keys(value).length === 0 ? [] : [[key, normalCondition(value)]];
  });
  const normal = Object.fromEntries(entries);
  return ordered(normal, statementOrder, normal);
}

function normalCondition(condition: JsonObject): JsonObject {
  return mapSorted(condition, (tests) =>
    isObject(tests)
      ? mapSorted(tests, (value) => setOf(listOf(value).map(conditionValue)))
      : canonical(tests),
  );
}

/** The grammar lets quotation marks be left out around numbers and booleans. */
function conditionValue(value: JsonValue): JsonValue {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : canonical(value);
}

/** The normal form with everything in one case that IAM compares without case, to be compared and never to be sent. */
function folded(document: PolicyDocument): JsonValue {
  const normal = normalize(document);
  const statements = listOf(member(normal, "Statement") ?? []);
  return { ...normal, Statement: byJson(statements.map(foldedStatement)) };
}

function foldedStatement(statement: JsonValue): JsonValue {
  if (!isObject(statement)) return statement;
  return Object.fromEntries(
    Object.entries(statement).map(([key, value]) => {
      if (key === "Action" || key === "NotAction") return [key, setOf(listOf(value).map(foldedText))];
      return [key, key === "Condition" && isObject(value) ? foldedCondition(value) : value];
    }),
  );
}

/**
 * A list of tests that must all hold, each with its operator and key. Not a mapping: two spellings of one key would
 * fall together there, and one of the two tests would be lost.
 */
function foldedCondition(condition: JsonObject): JsonValue {
  return setOf(
    Object.entries(condition).flatMap(([operator, tests]): readonly JsonValue[] =>
      isObject(tests) && Object.keys(tests).length > 0
        ? Object.entries(tests).map(([key, value]) => [foldCase(operator), foldCase(key), value])
        : [[foldCase(operator), tests]],
    ),
  );
}

function foldedText(value: JsonValue): JsonValue {
  return typeof value === "string" ? foldCase(value) : value;
}

/** `values` in the order of `first`, then what else `object` has, by name. */
function ordered(object: JsonObject, first: readonly string[], values: JsonObject): JsonObject {
  const others = Object.keys(object)
    .filter((key) => !first.includes(key))
    .sort(byText);
  return Object.fromEntries(
    [...first, ...others].flatMap((key) => {
      const value = member(values, key) ?? canonicalMember(object, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function canonicalMember(object: JsonObject, key: string): JsonValue | undefined {
  const value = member(object, key);
  return value === undefined ? undefined : canonical(value);
}

/** Any value with its mappings' keys in order: what the grammar does not know is compared as JSON. */
function canonical(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(canonical);
  return isObject(value) ? mapSorted(value, canonical) : value;
}

function mapSorted(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .sort(([left], [right]) => byText(left, right))
      .map(([key, value]) => [key, change(value)]),
  );
}

function setOf(values: readonly JsonValue[]): readonly JsonValue[] {
  return byJson([...new Map(values.map((value) => [JSON.stringify(value), value])).values()]);
}

function byJson(values: readonly JsonValue[]): readonly JsonValue[] {
  return values
    .map((value) => ({ value, text: JSON.stringify(value) }))
    .sort((left, right) => byText(left.text, right.text))
    .map(({ value }) => value);
}
