import type { Change, Field } from "../model/change.js";
import type { JsonValue, PolicyDocument } from "../model/policy-document.js";
import type {
  CustomerManagedPolicy,
  Group,
  PermissionSet,
  PermissionsBoundary,
  User,
} from "../model/state.js";
import type { Nested } from "./lines.js";
import { policyDifference } from "./policy-difference.js";
import { statementWords, statementsOf, word } from "./policy-words.js";
import { safeText, shownName, shownValue } from "./untrusted.js";

/** What a change does inside its object, from what Identity Center has to what the files say. */
export function planDetails(change: Change): readonly Nested[] {
  if ("fields" in change) return change.fields.flatMap(fieldLines);
  return change.action === "create" ? [...contentLines(change), ...termsLines(change)] : [];
}

/** `until 2026-12-31T18:00:00Z`; a whole day as people write it, `through 2026-12-31`. */
export function untilWords(expires: string): string {
  const midnight = /^(\d{4}-\d{2}-\d{2})T00:00:00(\.0+)?Z$/.test(expires);
  if (!midnight) return `until ${safeText(expires.replace(/\.0+Z$/, "Z"))}`;
  return `through ${new Date(Date.parse(expires) - 1).toISOString().slice(0, 10)}`;
}

/** Until when something is given, and why. */
function termsLines({ reason, expires }: Change): readonly Nested[] {
  return [
    ...(expires === undefined ? [] : [{ sign: " ", words: untilWords(expires) } as const]),
    ...(reason === undefined ? [] : [line("reason", shownValue(reason))]),
  ];
}

/** The same for drift: from what the files say to what Identity Center has. */
export function driftDetails(change: Change): readonly Nested[] {
  if ("fields" in change)
    return change.fields.flatMap(({ path, before, after }) =>
      fieldLines({ path, before: after, after: before }),
    );
  return change.action === "delete" ? contentLines(change) : [];
}

function fieldLines({ path, before, after }: Field): readonly Nested[] {
  const name = safeText(path);
  if (path === "inlinePolicy")
    return [
      { sign: signOf(before, after), words: name },
      ...deeper(policyDifference(json(before), json(after))),
    ];
  if (Array.isArray(before) || Array.isArray(after))
    return [{ sign: "~", words: name }, ...deeper(listDifference(listOf(before), listOf(after)))];
  switch (signOf(before, after)) {
    case "+":
      return [{ sign: "+", words: `${name}: ${itemWords(after)}` }];
    case "-":
      return [{ sign: "-", words: `${name}: ${itemWords(before)}` }];
    case "~":
      return [{ sign: "~", words: `${name}: ${itemWords(before)} -> ${itemWords(after)}` }];
  }
}

function signOf(before: unknown, after: unknown): "+" | "~" | "-" {
  if (before === null || before === undefined) return "+";
  return after === null || after === undefined ? "-" : "~";
}

function listDifference(before: readonly string[], after: readonly string[]): readonly Nested[] {
  return [
    ...before.filter((item) => !after.includes(item)).map((words): Nested => ({ sign: "-", words })),
    ...after.filter((item) => !before.includes(item)).map((words): Nested => ({ sign: "+", words })),
  ];
}

/** What an object that comes (or, in drift, is there beyond the files) consists of. */
function contentLines(change: Exclude<Change, { action: "provision" }>): readonly Nested[] {
  switch (change.kind) {
    case "user":
      return userLines(change.action === "create" ? change.after : change.before);
    case "group":
      return groupLines(change.action === "create" ? change.after : change.before);
    case "permissionSet":
      return permissionSetLines(change.action === "create" ? change.after : change.before);
    case "membership":
    case "assignment":
    case "applicationAssignment":
      return [];
  }
}

function userLines(user: User): readonly Nested[] {
  const { givenName, familyName, displayName, email: _inTheHeading, ...others } = user;
  const name = `${givenName} ${familyName}` === displayName ? {} : { givenName, familyName };
  return Object.entries({ ...name, ...others }).flatMap(([path, value]) =>
    value === undefined ? [] : [line(path, shownValue(value))],
  );
}

function groupLines({ description }: Group): readonly Nested[] {
  return description === undefined ? [] : [line("description", shownValue(description))];
}

function permissionSetLines(set: PermissionSet): readonly Nested[] {
  const { description, sessionDuration, relayState, tags, inlinePolicy, permissionsBoundary, ...policies } =
    set;
  const { managedPolicies, customerManagedPolicies, ...unforeseen } = policies;
  // A facet that joins the type must be shown here as well.
  unforeseen satisfies Record<string, never>;
  const tagWords = Object.entries(tags).map(([key, value]) => `${shownName(key)}=${shownName(value)}`);
  return [
    ...(description === undefined ? [] : [line("description", shownValue(description))]),
    line("sessionDuration", safeText(sessionDuration)),
    ...(relayState === undefined ? [] : [line("relayState", shownValue(relayState))]),
    ...listLine("managedPolicies", managedPolicies.map(managedWord)),
    ...listLine("customerManagedPolicies", customerManagedPolicies.map(customerManagedWord)),
    ...(inlinePolicy === null ? [] : policyLines(inlinePolicy)),
    ...(permissionsBoundary === null ? [] : [line("permissionsBoundary", itemWords(permissionsBoundary))]),
    ...listLine("tags", tagWords),
  ];
}

function policyLines(policy: PolicyDocument): readonly Nested[] {
  const statements = statementsOf(policy).map((one): Nested => ({ sign: " ", words: statementWords(one) }));
  return [{ sign: " ", words: "inlinePolicy:" }, ...deeper(statements)];
}

function listLine(path: string, items: readonly string[]): readonly Nested[] {
  return items.length === 0 ? [] : [line(path, items.join(", "))];
}

function line(path: string, words: string): Nested {
  return { sign: " ", words: `${path}: ${words}` };
}

function deeper(lines: readonly Nested[]): readonly Nested[] {
  return lines.map((nested) => ({ ...nested, deeper: (nested.deeper ?? 0) + 1 }));
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.map((item) => (typeof item === "string" ? managedWord(item) : itemWords(item)))
    : [];
}

/** A value as the files would spell it. */
function itemWords(item: unknown): string {
  if (typeof item === "string") return awsManaged.test(item) ? managedWord(item) : shownValue(item);
  if (isCustomerManaged(item)) return customerManagedWord(item);
  if (isBoundary(item))
    return "managedPolicy" in item
      ? managedWord(item.managedPolicy)
      : customerManagedWord(item.customerManagedPolicy);
  return shownValue(item);
}

const awsManaged = /^arn:aws[a-z-]*:iam::aws:policy\//;

function managedWord(arn: string): string {
  return word(arn.replace(awsManaged, ""));
}

function customerManagedWord({ name, path }: CustomerManagedPolicy): string {
  return `${safeText(path)}${safeText(name)}`;
}

function isCustomerManaged(item: unknown): item is CustomerManagedPolicy {
  return typeof item === "object" && item !== null && "name" in item && "path" in item;
}

function isBoundary(item: unknown): item is PermissionsBoundary {
  return (
    typeof item === "object" && item !== null && ("managedPolicy" in item || "customerManagedPolicy" in item)
  );
}

function json(value: unknown): JsonValue | undefined {
  return value === null || value === undefined ? undefined : (value as JsonValue);
}
