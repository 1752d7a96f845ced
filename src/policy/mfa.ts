import type { JsonObject, JsonValue, PolicyDocument } from "../model/policy-document.js";
import { readOperator } from "./condition-operator.js";
import { foldCase, isList, isObject, listOf, member } from "./json.js";

// A permission set becomes an IAM role that people take through SAML federation, and AWS cannot know whether the
// identity provider asked for a second factor: the keys below are absent from every such session (IAM user guide,
// "Configuring MFA-protected API access"). So there are two ways to ask for MFA: `demandMfa` does what people write
// and expect to work, and `mfaFindings` says what it does instead; `demandSessionTag` is the one that does work, with
// an identity provider that says in a session tag that there was a second factor.
const presentKey = "aws:MultiFactorAuthPresent";
const absentKeys: ReadonlySet<string> = new Set([presentKey, "aws:MultiFactorAuthAge"].map(foldCase));

/** The policy with `Bool aws:MultiFactorAuthPresent "true"` among the conditions of every Allow statement. */
export function demandMfa(document: PolicyDocument): PolicyDocument {
  return mapStatements(document, (statement) => {
    if (member(statement, "Effect") !== "Allow") return statement;
    const condition = member(statement, "Condition") ?? {};
    return isObject(condition) ? { ...statement, Condition: withMfa(condition) } : statement;
  });
}

/**
 * The policy with a Deny of everything for sessions that do not carry the tag `key` with exactly `value`; null asks for
 * a policy of that statement alone. A Deny reaches what managed policies allow, too.
 *
 * `StringNotEquals` is a negated operator: it holds also when the session has no such tag. That is the point here, and
 * `StringNotEqualsIfExists` would say the same in more letters.
 */
export function demandSessionTag(
  document: PolicyDocument | null,
  tag: { readonly key: string; readonly value: string },
): PolicyDocument {
  const deny = {
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: { StringNotEquals: Object.fromEntries([[`aws:PrincipalTag/${tag.key}`, tag.value]]) },
  };
  if (document === null) return { Version: "2012-10-17", Statement: [deny] };
  return { ...document, Statement: [...listOf(member(document, "Statement") ?? []), deny] };
}

export type MfaFinding = {
  /** From the document down to the key in a statement's Condition. */
  readonly path: readonly (string | number)[];
  readonly code: "mfa-key-absent";
  readonly message: string;
  readonly help: string;
};

/** Every test of an MFA key, and what it does in a session that has no such key. */
export function mfaFindings(document: PolicyDocument): readonly MfaFinding[] {
  const written = member(document, "Statement") ?? [];
  return listOf(written).flatMap((statement, index) => {
    const path = isList(written) ? ["Statement", index] : ["Statement"];
    const condition = isObject(statement) ? member(statement, "Condition") : undefined;
    if (!isObject(statement) || !isObject(condition)) return [];
    return testsOf(condition)
      .filter(({ key }) => absentKeys.has(foldCase(key)))
      .map(({ operator, key, values }) => ({
        path: [...path, "Condition", operator, key],
        code: "mfa-key-absent" as const,
        message: `Sessions of permission sets carry no ${key}, so ${consequence(member(statement, "Effect"), operator, values)}`,
        help: mfaHelp,
      }));
  });
}

/** The way out, for every warning about MFA conditions. */
export const mfaHelp =
  "Require MFA where people sign in (docs/mfa.md says where), or use requireMfa: {sessionTag: {key, value}} with an identity provider that sends the tag.";

function withMfa(condition: JsonObject): JsonObject {
  const written = testsOf(condition).filter(
    ({ operator, key }) => foldCase(operator) === "bool" && foldCase(key) === foldCase(presentKey),
  );
  const [first] = written;
  if (first === undefined) return withTest(condition, "Bool", presentKey);
  if (written.some(({ values }) => values.length > 0 && values.every(isTrue))) return condition;
  // The statement holds with and without MFA: what is left of it is with.
  if (first.values.some(isTrue)) return withTest(condition, first.operator, first.key);
  // It holds without MFA alone, so with MFA demanded it must never hold. A key stands only once in an operator;
  // this operator asks the same of it, and both tests must hold.
  return withTest(condition, "ForAnyValue:Bool", presentKey);
}

/** The condition with this test in place of any of that operator and key, however those are spelt. */
function withTest(condition: JsonObject, operator: string, key: string): JsonObject {
  const name = Object.keys(condition).find((one) => foldCase(one) === foldCase(operator)) ?? operator;
  const tests = member(condition, name);
  const others = Object.entries(isObject(tests) ? tests : {}).filter(
    ([one]) => foldCase(one) !== foldCase(key),
  );
  return { ...condition, [name]: Object.fromEntries([...others, [key, "true"]]) };
}

function isTrue(value: JsonValue): boolean {
  return value === true || (typeof value === "string" && foldCase(value) === "true");
}

function consequence(effect: JsonValue | undefined, operator: string, values: readonly JsonValue[]): string {
  const holds = holdsWithoutKey(operator, values);
  if (effect === "Deny") {
    return holds
      ? "this Deny locks everybody out of what it names, whether they used MFA or not."
      : "this Deny never applies, whether people used MFA or not.";
  }
  return holds
    ? "this statement allows without asking for MFA."
    : "this statement never allows anything, whether people used MFA or not.";
}

/** Whether a test holds when the request has no such key (IAM user guide: condition operators, set operators). */
function holdsWithoutKey(name: string, values: readonly JsonValue[]): boolean {
  const operator = readOperator(name);
  if (operator === null) return false;
  if (operator.base === "Null") return values.some(isTrue);
  if (operator.quantifier !== null) return operator.quantifier === "ForAllValues";
  return operator.ifExists || operator.base.includes("Not");
}

type Test = { readonly operator: string; readonly key: string; readonly values: readonly JsonValue[] };

function testsOf(condition: JsonObject): readonly Test[] {
  return Object.entries(condition).flatMap(([operator, tests]) =>
    isObject(tests)
      ? Object.entries(tests).map(([key, value]) => ({ operator, key, values: listOf(value) }))
      : [],
  );
}

function mapStatements(
  document: PolicyDocument,
  change: (statement: JsonObject) => JsonObject,
): PolicyDocument {
  const written = member(document, "Statement");
  if (written === undefined) return document;
  const changed = (statement: JsonValue) => (isObject(statement) ? change(statement) : statement);
  return { ...document, Statement: isList(written) ? written.map(changed) : changed(written) };
}
