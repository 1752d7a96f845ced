import type { JsonValue } from "../model/policy-document.js";
import { isObject, listOf } from "../policy/json.js";
import { safeText } from "./untrusted.js";

/** One statement on one line: `Allow s3:Get*, s3:List* on * when Bool aws:MultiFactorAuthPresent is true`. */
export function statementWords(statement: JsonValue): string {
  if (!isObject(statement)) return safeText(JSON.stringify(statement));
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition, ...others } = statement;
  const parts = [
    Sid === undefined ? null : `[${word(Sid)}]`,
    Effect === undefined ? null : word(Effect),
    Action === undefined ? null : words(Action),
    NotAction === undefined ? null : `everything but ${words(NotAction)}`,
    Resource === undefined ? null : `on ${words(Resource)}`,
    NotResource === undefined ? null : `on everything but ${words(NotResource)}`,
    Condition === undefined ? null : `when ${conditionWords(Condition)}`,
    // A key that is not foreseen here must not vanish from what a reviewer sees.
    Object.keys(others).length === 0 ? null : safeText(JSON.stringify(others)),
  ];
  return parts.filter((part) => part !== null).join(" ");
}

export function statementsOf(policy: JsonValue | undefined): readonly JsonValue[] {
  if (policy === undefined || !isObject(policy)) return [];
  return itemsOf(policy["Statement"]);
}

/** The lists and texts a value consists of. */
export function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined ? [] : listOf(value);
}

export function word(value: JsonValue): string {
  if (typeof value !== "string") return safeText(JSON.stringify(value));
  return /^[^\s",[\]]+$/u.test(value) ? safeText(value) : safeText(JSON.stringify(value));
}

function words(value: JsonValue): string {
  return itemsOf(value).map(word).join(", ");
}

function conditionWords(condition: JsonValue): string {
  if (!isObject(condition)) return safeText(JSON.stringify(condition));
  const clauses = Object.entries(condition).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(
          ([key, values]) => `${word(operator)} ${word(key)} is ${itemsOf(values).map(word).join(" or ")}`,
        )
      : [`${word(operator)} ${safeText(JSON.stringify(keys))}`],
  );
  return clauses.join(" and ");
}
