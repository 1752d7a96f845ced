import type { JsonValue } from "../model/policy-document.js";
import { isList } from "./json.js";

/** One thing that is wrong in a policy document. */
export type PolicyFault = {
  /** From the document down; empty for the document itself. */
  readonly path: readonly (string | number)[];
  /** Whether the key at the end of the path is at fault or what stands under it. */
  readonly at: "key" | "value";
  readonly code: PolicyFaultCode;
  /** One sentence. */
  readonly message: string;
  /** What to do about it, where that is more than the message says. */
  readonly help: string | null;
};

export type PolicyFaultCode =
  | "policy-type"
  | "policy-missing-key"
  | "policy-unknown-key"
  | "policy-conflicting-keys"
  | "policy-principal"
  | "policy-value"
  | "policy-empty"
  | "policy-duplicate-sid"
  | "policy-characters";

export function fault(
  path: PolicyFault["path"],
  code: PolicyFaultCode,
  message: string,
  help: string | null = null,
  at: PolicyFault["at"] = "value",
): PolicyFault {
  return { path, at, code, message, help };
}

/** The kind of a value in words that fit after "not". */
export function kindOf(value: JsonValue): string {
  if (value === null) return "nothing";
  if (isList(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return "a text";
  return typeof value === "number" ? "a number" : "true or false";
}

/** A value as a message quotes it: scalars as JSON, cut when long, anything else by its kind. */
export function shown(value: JsonValue): string {
  if (typeof value === "object") return kindOf(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/**
 * The service takes policy text in Latin-1 alone (PutInlinePolicyToPermissionSet: tab, line ends, U+0020 to U+00FF).
 * Control characters pass, since JSON writes them as escapes.
 */
export function characterFaults(text: string, path: PolicyFault["path"], at: PolicyFault["at"] = "value") {
  const strange = /[^\0-\u00FF]/u.exec(text)?.[0];
  if (strange === undefined) return [];
  const code = (strange.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return [
    fault(
      path,
      "policy-characters",
      `${shown(text)} holds the character U+${code}, and the service takes policies in Latin-1 letters only.`,
      `Use "*" or "?" in its place where a pattern is allowed.`,
      at,
    ),
  ];
}
