import type { JsonObject, JsonValue, PolicyDocument } from "../model/policy-document.js";
import { foldCase, isObject, listOf, member } from "./json.js";
import { covers, isPattern, mayMeet } from "./wildcard.js";

/** Where a statement holds: one pattern of resources, or all but some, and only while every test does. */
type Place = {
  readonly resource: string | { readonly allBut: readonly string[] };
  /** The condition's tests, each as one text; none when it always holds. */
  readonly tests: ReadonlySet<string>;
};

/** A statement as what it says about actions, at each of its resources. */
export type Clause = {
  readonly allows: boolean;
  /** Whether it is about the action, or about all that a pattern stands for; in small letters. */
  readonly isAbout: (action: string) => boolean;
  readonly places: readonly Place[];
};

/** Where an action is allowed, where denied; null where it is not allowed anywhere. */
export type Extent = { readonly allowed: readonly Place[]; readonly denied: readonly Place[] };

/** The statements of a policy that the grammar knows; what it does not know says nothing about actions. */
export function clausesOf(policy: PolicyDocument | null): readonly Clause[] {
  return statementsOf(policy).flatMap((statement) => {
    const effect = member(statement, "Effect");
    if (effect !== "Allow" && effect !== "Deny") return [];
    return [{ allows: effect === "Allow", isAbout: aboutness(statement), places: placesOf(statement) }];
  });
}

/**
 * Every pattern of actions in a policy as it is written, those of them that a Deny of all others spares, and whether some
 * statement is about all but those it names.
 */
export function writtenActions(policy: PolicyDocument | null): {
  readonly patterns: readonly string[];
  readonly spared: readonly string[];
  readonly hasInverse: boolean;
} {
  const statements = statementsOf(policy);
  return {
    patterns: statements.flatMap((one) => [...textsOf(one, "Action"), ...textsOf(one, "NotAction")]),
    spared: statements.flatMap((one) => (member(one, "Effect") === "Deny" ? textsOf(one, "NotAction") : [])),
    hasInverse: statements.some((one) => member(one, "NotAction") !== undefined),
  };
}

/** What the clauses that are about one action come to. */
export function extentOf(clauses: readonly Clause[]): Extent | null {
  const denied = clauses.filter(({ allows }) => !allows).flatMap(({ places }) => places);
  const allowed = clauses
    .filter(({ allows }) => allows)
    .flatMap(({ places }) => places)
    .filter((place) => !denied.some((deny) => isWithin(place, deny)));
  return allowed.length === 0 ? null : { allowed, denied };
}

/** Whether it is allowed on every resource, whatever the circumstances. */
export function isUnlimited({ allowed, denied }: Extent): boolean {
  return denied.length === 0 && allowed.some(({ resource, tests }) => isEvery(resource) && tests.size === 0);
}

/** Whether `now` may allow something that `then` did not; false only where it is certain that it does not. */
export function reachesBeyond(now: Extent, then: Extent): boolean {
  return (
    now.allowed.some((place) => !then.allowed.some((old) => isWithin(place, old))) ||
    then.denied.some((place) => !now.denied.some((left) => isWithin(place, left)))
  );
}

function statementsOf(policy: PolicyDocument | null): readonly JsonObject[] {
  const written = policy === null ? undefined : member(policy, "Statement");
  return written === undefined ? [] : listOf(written).filter((one) => isObject(one));
}

function textsOf(statement: JsonObject, key: string): readonly string[] {
  const written = member(statement, key);
  return written === undefined ? [] : listOf(written).filter((one: JsonValue) => typeof one === "string");
}

/**
 * What a statement is about. A pattern stands for what of it no other pattern names, so that a statement is about it
 * when it is about all of it.
 */
function aboutness(statement: JsonObject): Clause["isAbout"] {
  if (member(statement, "NotAction") === undefined) {
    const patterns = byService(textsOf(statement, "Action"));
    return (action) => patterns(action).some((pattern) => covers(pattern, action));
  }
  const excluded = byService(textsOf(statement, "NotAction"));
  return (action) => !excluded(action).some((pattern) => covers(pattern, action));
}

/** The patterns that can be about an action: those of its service, and those of no certain one. */
function byService(patterns: readonly string[]): (action: string) => readonly string[] {
  const found = new Map<string, string[]>();
  for (const pattern of patterns.map(foldedAction)) {
    const service = serviceOf(pattern);
    found.set(service, [...(found.get(service) ?? []), pattern]);
  }
  const anywhere = [...found].flatMap(([service, some]) => (isPattern(service) ? some : []));
  return (action) => [...(found.get(serviceOf(action)) ?? []), ...anywhere];
}

/** A pattern of actions as it is compared: in small letters, and everything in one spelling, `*`. */
export function foldedAction(pattern: string): string {
  return /^\*+(?::\*+)?$/.test(pattern) ? "*" : foldCase(pattern);
}

/** `s3:GetObject` → `s3`; a text without a colon is its own. */
export function serviceOf(action: string): string {
  return action.slice(0, action.search(/:|$/));
}

function placesOf(statement: JsonObject): readonly Place[] {
  const tests = testsOf(member(statement, "Condition"));
  const allBut = textsOf(statement, "NotResource");
  if (allBut.length > 0) return [{ resource: { allBut }, tests }];
  return textsOf(statement, "Resource").map((resource) => ({ resource, tests }));
}

/** The tests of a condition, all of which must hold; operators and keys are read without case. */
function testsOf(condition: JsonValue | undefined): ReadonlySet<string> {
  if (condition === undefined) return new Set();
  if (!isObject(condition)) return new Set([JSON.stringify(condition)]);
  return new Set(
    Object.entries(condition).flatMap(([operator, keys]) =>
      isObject(keys)
        ? Object.entries(keys).map(([key, values]) =>
            JSON.stringify([foldCase(operator), foldCase(key), values]),
          )
        : [JSON.stringify([foldCase(operator), keys])],
    ),
  );
}

/** Whether everything at `inner` is at `outer` as well, as far as one can tell. */
function isWithin(inner: Place, outer: Place): boolean {
  return isPartOf(inner.resource, outer.resource) && [...outer.tests].every((test) => inner.tests.has(test));
}

function isPartOf(inner: Place["resource"], outer: Place["resource"]): boolean {
  if (typeof outer === "string") return typeof inner === "string" ? covers(outer, inner) : isEvery(outer);
  return typeof inner === "string"
    ? outer.allBut.every((excluded) => !mayMeet(excluded, inner))
    : outer.allBut.every((excluded) => inner.allBut.some((pattern) => covers(pattern, excluded)));
}

function isEvery(resource: Place["resource"]): boolean {
  return typeof resource === "string" && /^\*+$/.test(resource);
}
