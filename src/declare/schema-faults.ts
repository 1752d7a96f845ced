import type { ErrorObject } from "ajv";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import validate from "./access-schema.generated.js";
import { didYouMean, error as fault, quoted, shortened } from "./fault.js";
import type { Report } from "./fault.js";
import { nearest } from "../model/nearest.js";
import { locate } from "./node.js";
import type { Node } from "./node.js";

/** What a schema says beside its rules: `title` names the notion, `description` says what it may be. */
type Words = {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Alternative[];
  readonly anyOf?: readonly Alternative[];
};
type Alternative = { readonly required?: readonly string[] };

/**
 * Reports where a file departs from the schema, in plain words, at the value that is wrong, at the key that is unknown, at
 * the key of the mapping that lacks one. A text that is empty is also too short and does not match: that is told more than
 * once in the same words, and kept once.
 */
export function reportSchemaFaults(root: Node, report: Report): void {
  if (validate(root.value)) return;
  const errors = (validate.errors ?? []).filter((error) => !isEcho(error));
  const byPlace = grouped(errors);
  for (const error of errors) {
    const fault = faultOf(error, root, byPlace.get(error.instancePath) ?? []);
    if (fault !== null) report(fault);
  }
}

/** Errors inside the alternatives of a union tell nothing that the union's own error does not; so with names of keys, and with conditions, of which their parts tell. */
function isEcho({ schemaPath, keyword }: ErrorObject): boolean {
  return keyword === "propertyNames" || keyword === "if" || /\/(oneOf|anyOf)\/\d/.test(schemaPath);
}

function grouped(errors: readonly ErrorObject[]): ReadonlyMap<string, readonly ErrorObject[]> {
  const groups = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const group = groups.get(error.instancePath);
    if (group === undefined) groups.set(error.instancePath, [error]);
    else group.push(error);
  }
  return groups;
}

/** `siblings` are all the errors of the same value, this one among them. */
function faultOf(error: ErrorObject, root: Node, siblings: readonly ErrorObject[]): Diagnostic | null {
  const path = error.instancePath.split("/").slice(1).map(unescaped);
  const { node, key } = locate(root, path);
  const words = wordsOf(error);
  switch (error.keyword) {
    case "type":
      return wrongType(node, error, words);
    case "additionalProperties":
      return unknownKey(node, String(error.params["additionalProperty"]), words);
    case "required":
      return missingKey(String(error.params["missingProperty"]), key, siblings, words);
    case "oneOf":
    case "anyOf":
      return unmetUnion(node, key, siblings, words);
    case "enum":
    case "const":
      return unknownValue(node, error, words);
    case "minItems":
    case "minProperties":
      return fault("empty", key, "This is empty, and at least one entry is needed.", words.description);
    case "maxItems":
    case "maxProperties":
      return fault(
        "too-many",
        key,
        `There are more than ${error.params["limit"]} entries.`,
        words.description,
      );
    case "pattern":
    case "minLength":
    case "maxLength":
    case "not": {
      const named = error.propertyName === undefined ? null : locate(node, [error.propertyName]).key;
      return invalid(error.propertyName ?? node.value, named ?? node.source, words);
    }
    default:
      return fault(
        "out-of-range",
        node.source,
        `This value ${error.message ?? "is not allowed"}.`,
        words.description,
      );
  }
}

function invalid(value: unknown, source: Source, { title = "value", description }: Words): Diagnostic {
  const shown = value === "" ? "An empty text" : quoted(String(value));
  return fault(
    title.toLowerCase().replace(/[^a-z]+/g, "-"),
    source,
    `${shown} is not a valid ${title}.`,
    description,
  );
}

function wrongType(node: Node, error: ErrorObject, { title, description }: Words): Diagnostic {
  const types: readonly string[] = [error.params["type"]].flat().flatMap((type) => String(type).split(","));
  const wantsText = types.includes("string");
  if (
    node.kind === "scalar" &&
    typeof node.value === "number" &&
    (title === "account id" || title === "account selector")
  )
    return fault(
      "wrong-type",
      node.source,
      `The account id ${shortened(node.text)} has no quotes, so YAML reads a number and drops leading zeros.`,
      `Write "${shortened(node.text)}".`,
    );
  const expected = types
    .filter((type) => type !== "null")
    .map((type) => typeWords[type] ?? type)
    .join(" or ");
  const isQuotable = wantsText && node.kind === "scalar" && node.value !== null;
  return fault(
    "wrong-type",
    node.source,
    `Expected ${expected}, found ${foundWords(node)}.`,
    isQuotable ? `Write it in quotes: "${shortened(node.text)}".` : description,
  );
}

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  object: "a mapping",
  array: "a list",
  boolean: "true or false",
  number: "a number",
  integer: "a whole number",
};

function foundWords(node: Node): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  if (node.value === null) return "nothing";
  if (typeof node.value === "number") return `the number ${shortened(node.text)}`;
  return typeof node.value === "boolean" ? node.text : "text";
}

function unknownKey(node: Node, name: string, { title = "mapping", properties = {} }: Words): Diagnostic {
  const known = Object.keys(properties);
  const meant = didYouMean(name, known);
  const help = meant === "" ? `Known keys: ${known.join(", ")}.` : null;
  return fault(
    "unknown-key",
    locate(node, [name]).key,
    `Unknown key ${quoted(name)} in this ${title}.${meant}`,
    help,
  );
}

function missingKey(
  name: string,
  source: Source,
  siblings: readonly ErrorObject[],
  { title }: Words,
): Diagnostic | null {
  // A misspelt key is both unknown and missing; the first of the two says what to do.
  if (misspellings(siblings).includes(name)) return null;
  return fault("missing-key", source, `${quoted(name)} is missing from this ${title ?? "mapping"}.`);
}

/** Unions tell mappings apart by which key they have: too few of them, or more than one. */
function unmetUnion(
  node: Node,
  key: Source,
  siblings: readonly ErrorObject[],
  words: Words,
): Diagnostic | null {
  if (siblings.some(({ keyword }) => keyword === "type")) return null;
  const choices = [...(words.oneOf ?? []), ...(words.anyOf ?? [])].flatMap((one) => one.required ?? []);
  const given = choices.filter((choice) => node.kind === "mapping" && node.entries.has(choice));
  const title = words.title ?? "mapping";
  if (given.length > 1)
    return fault(
      "conflicting-keys",
      key,
      `This ${title} has ${given.join(" and ")}, and takes one of them.`,
      words.description,
    );
  if (misspellings(siblings).some((meant) => choices.includes(meant))) return null;
  return fault("missing-key", key, `This ${title} needs one of: ${choices.join(", ")}.`, words.description);
}

/** The keys that unknown ones beside them most likely mean. */
function misspellings(siblings: readonly ErrorObject[]): readonly string[] {
  return siblings
    .filter(({ keyword }) => keyword === "additionalProperties")
    .flatMap((error) => {
      const { properties = {} } = wordsOf(error);
      return nearest(String(error.params["additionalProperty"]), Object.keys(properties)) ?? [];
    });
}

function unknownValue(node: Node, error: ErrorObject, words: Words): Diagnostic {
  const allowed = words.enum?.map(String) ?? [String(error.params["allowedValue"])];
  const found = node.kind === "scalar" ? node.text : `a ${node.kind}`;
  if (allowed.length === 1) {
    const shown = node.kind === "scalar" && typeof node.value === "string" ? quoted(found) : shortened(found);
    return fault(
      "unknown-value",
      node.source,
      `This can only be ${allowed[0]}, not ${shown}.`,
      words.description,
    );
  }
  const message = `${quoted(found)} is not one of: ${allowed.join(", ")}.${didYouMean(found, allowed)}`;
  return fault("unknown-value", node.source, message, words.description);
}

function wordsOf(error: ErrorObject): Words {
  return (error.parentSchema ?? {}) as Words;
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
