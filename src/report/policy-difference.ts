import type { JsonObject, JsonValue } from "../model/policy-document.js";
import type { Nested } from "./lines.js";
import { isObject } from "../policy/json.js";
import { itemsOf, statementWords, statementsOf, word } from "./policy-words.js";

/**
 * What differs between two policies, statement by statement: those gone, those new, and of a statement that differs in
 * one list alone only the entries that came or went, so that one new action among fifty is one line and not a hundred.
 */
export function policyDifference(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly Nested[] {
  const gone = missingFrom(statementsOf(before), statementsOf(after));
  const come = missingFrom(statementsOf(after), statementsOf(before));
  const lines: Nested[] = [];
  for (const statement of gone) {
    const twin = come.findIndex((other) => onlyListThatDiffers(statement, other) !== null);
    const successor = twin === -1 ? undefined : come.splice(twin, 1)[0];
    if (successor === undefined) lines.push({ sign: "-", words: statementWords(statement) });
    else lines.push(...listDifference(statement, successor));
  }
  lines.push(...come.map((statement): Nested => ({ sign: "+", words: statementWords(statement) })));
  return [...lines, ...restDifference(before, after)];
}

function missingFrom(statements: readonly JsonValue[], others: readonly JsonValue[]): JsonValue[] {
  const there = new Set(others.map((other) => JSON.stringify(other)));
  return statements.filter((statement) => !there.has(JSON.stringify(statement)));
}

const lists = ["Action", "NotAction", "Resource", "NotResource"];

function onlyListThatDiffers(left: JsonValue, right: JsonValue): string | null {
  if (!isObject(left) || !isObject(right)) return null;
  const differing = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (key) => JSON.stringify(left[key]) !== JSON.stringify(right[key]),
  );
  const [key] = differing;
  if (differing.length !== 1 || key === undefined || !lists.includes(key)) return null;
  return left[key] === undefined || right[key] === undefined ? null : key;
}

function listDifference(before: JsonValue, after: JsonValue): readonly Nested[] {
  const key = onlyListThatDiffers(before, after);
  if (key === null || !isObject(before) || !isObject(after)) return [];
  const old = itemsOf(before[key]).map(word);
  const now = itemsOf(after[key]).map(word);
  return [
    { sign: "~", words: `${statementWords(without(after, key))}, ${key}:` },
    ...old
      .filter((item) => !now.includes(item))
      .map((item): Nested => ({ sign: "-", words: item, deeper: 1 })),
    ...now
      .filter((item) => !old.includes(item))
      .map((item): Nested => ({ sign: "+", words: item, deeper: 1 })),
  ];
}

function without(statement: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== key));
}

/** Version and Id change what a policy means or is called, too. */
function restDifference(before: JsonValue | undefined, after: JsonValue | undefined): readonly Nested[] {
  if (!isObject(before) || !isObject(after)) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => key !== "Statement" && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => ({
      sign: "~",
      words: `${word(key)}: ${word(before[key] ?? null)} -> ${word(after[key] ?? null)}`,
    }));
}
