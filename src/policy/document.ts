import type { JsonObject, JsonValue, PolicyDocument } from "../model/policy-document.js";
import { byText } from "../model/text.js";
import { conditionFaults } from "./condition-faults.js";
import { actionFaults, resourceFaults } from "./element-faults.js";
import { characterFaults, fault, kindOf, shown, type PolicyFault } from "./fault.js";
import { isList, isObject, listOf, member } from "./json.js";
import { nearest } from "../model/nearest.js";

/**
 * Whether a value is an identity policy that the service would take, with every fault that it has.
 *
 * The rules are those of the IAM user guide's grammar of the policy language for identity-based policies. Two of them
 * are stricter than the service:
 * - `Version` must be written. IAM reads a document without one as 2008-10-17, in which `${aws:username}` and every
 *   other policy variable is plain text: a rule that looks right and is not. Whoever means that says so.
 * - Operators, keys and elements are checked against the known names, since a misspelt one is a rule that does not hold.
 *
 * `Id` passes although the grammar has it for resource policies alone: live policies carry one and it decides nothing.
 */
export function parsePolicy(
  value: JsonValue,
):
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] } {
  if (!isObject(value)) {
    return {
      ok: false,
      faults: [
        fault([], "policy-type", `A policy is a mapping with Version and Statement, not ${kindOf(value)}.`),
      ],
    };
  }
  const faults = [...documentFaults(value), ...statementFaults(value)];
  return faults.length === 0 ? { ok: true, document: value } : { ok: false, faults };
}

const documentKeys = ["Version", "Id", "Statement"];
const statementKeys = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const versions = ["2012-10-17", "2008-10-17"];

function documentFaults(document: JsonObject): readonly PolicyFault[] {
  const version = member(document, "Version");
  const id = member(document, "Id");
  const faults = [...unknownKeys(document, [], documentKeys, "a policy")];
  if (version === undefined) {
    faults.push(
      fault(
        [],
        "policy-missing-key",
        "The policy has no Version, and IAM would read it as 2008-10-17, which knows no policy variables.",
        'Write Version: "2012-10-17".',
      ),
    );
  } else if (typeof version !== "string" || !versions.includes(version)) {
    faults.push(
      fault(
        ["Version"],
        "policy-value",
        `Version is the version of the policy language, "2012-10-17" or "2008-10-17", not ${shown(version)}.`,
        'Write Version: "2012-10-17".',
      ),
    );
  }
  if (id !== undefined) {
    faults.push(
      ...(typeof id === "string"
        ? characterFaults(id, ["Id"])
        : [fault(["Id"], "policy-type", `Id is a text, not ${kindOf(id)}.`)]),
    );
  }
  return faults;
}

function statementFaults(document: JsonObject): readonly PolicyFault[] {
  const written = member(document, "Statement");
  if (written === undefined) {
    return [fault([], "policy-missing-key", "The policy has no Statement.", "Write at least one statement.")];
  }
  if (isList(written) && written.length === 0) {
    return [
      fault(
        ["Statement"],
        "policy-empty",
        "Statement is empty, and the service refuses a policy without statements.",
        "Write a statement, or leave the policy out.",
      ),
    ];
  }
  const paths = isList(written)
    ? written.map((_, index) => ["Statement", index] as const)
    : [["Statement"] as const];
  const statements = listOf(written);
  return [
    ...statements.flatMap((statement, index) => oneStatement(statement, paths[index] ?? [])),
    ...sidFaults(statements, paths),
  ];
}

function oneStatement(statement: JsonValue, path: PolicyFault["path"]): readonly PolicyFault[] {
  if (!isObject(statement)) {
    return [
      fault(
        path,
        "policy-type",
        `A statement is a mapping with Effect, Action and Resource, not ${kindOf(statement)}.`,
      ),
    ];
  }
  const condition = member(statement, "Condition");
  return [
    ...unknownKeys(statement, path, [...statementKeys, ...principalKeys], "a statement"),
    ...principalFaults(statement, path),
    ...effectFaults(statement, path),
    ...exactlyOne(statement, path, "Action", "NotAction"),
    ...exactlyOne(statement, path, "Resource", "NotResource"),
    ...["Action", "NotAction"].flatMap((key) => actionFaults(member(statement, key), [...path, key])),
    ...["Resource", "NotResource"].flatMap((key) => resourceFaults(member(statement, key), [...path, key])),
    ...(condition === undefined ? [] : conditionFaults(condition, [...path, "Condition"])),
  ];
}

const principalKeys = ["Principal", "NotPrincipal"];

function principalFaults(statement: JsonObject, path: PolicyFault["path"]): readonly PolicyFault[] {
  return principalKeys
    .filter((key) => Object.hasOwn(statement, key))
    .map((key) =>
      fault(
        [...path, key],
        "policy-principal",
        `${key} has no place in a permission set's policy: the principal is whoever holds the permission set.`,
        `Remove ${key}; who holds the permission set is said by assignments.`,
        "key",
      ),
    );
}

function effectFaults(statement: JsonObject, path: PolicyFault["path"]): readonly PolicyFault[] {
  const effect = member(statement, "Effect");
  if (effect === "Allow" || effect === "Deny") return [];
  if (effect === undefined) {
    return [
      fault(
        path,
        "policy-missing-key",
        "The statement has no Effect.",
        "Write Effect: Allow or Effect: Deny.",
      ),
    ];
  }
  const meant = typeof effect === "string" ? nearest(effect, ["Allow", "Deny"]) : null;
  return [
    fault(
      [...path, "Effect"],
      "policy-value",
      `Effect is "Allow" or "Deny", in exactly this spelling, not ${shown(effect)}.`,
      meant === null ? null : `Did you mean "${meant}"?`,
    ),
  ];
}

function exactlyOne(
  statement: JsonObject,
  path: PolicyFault["path"],
  plain: string,
  negated: string,
): readonly PolicyFault[] {
  const has = [plain, negated].filter((key) => Object.hasOwn(statement, key));
  if (has.length === 1) return [];
  if (has.length === 0) {
    return [
      fault(
        path,
        "policy-missing-key",
        `The statement has no ${plain}.`,
        `Write ${plain} (or ${negated}); "*" stands for all.`,
      ),
    ];
  }
  return [
    fault(
      [...path, negated],
      "policy-conflicting-keys",
      `The statement has both ${plain} and ${negated}, and IAM takes one of them.`,
      `Keep one, or make two statements.`,
      "key",
    ),
  ];
}

/** Sids are letters and digits and unique; an empty one, as Terraform writes it, is none. */
function sidFaults(
  statements: readonly JsonValue[],
  paths: readonly PolicyFault["path"][],
): readonly PolicyFault[] {
  const seen = new Set<string>();
  return statements.flatMap((statement, index) => {
    const sid = isObject(statement) ? member(statement, "Sid") : undefined;
    if (sid === undefined || sid === "") return [];
    const path = [...(paths[index] ?? []), "Sid"];
    if (typeof sid !== "string") return [fault(path, "policy-type", `Sid is a text, not ${kindOf(sid)}.`)];
    if (!/^[A-Za-z0-9]+$/.test(sid)) {
      return [
        fault(
          path,
          "policy-value",
          `A Sid consists of the letters A to Z and a to z and of digits, and ${shown(sid)} does not.`,
        ),
      ];
    }
    if (seen.has(sid)) {
      return [
        fault(
          path,
          "policy-duplicate-sid",
          `Two statements have the Sid ${shown(sid)}.`,
          "Change one of them.",
        ),
      ];
    }
    seen.add(sid);
    return [];
  });
}

function unknownKeys(
  object: JsonObject,
  path: PolicyFault["path"],
  known: readonly string[],
  where: string,
): readonly PolicyFault[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .sort(byText)
    .map((key) => {
      const meant = nearest(key, known);
      return fault(
        [...path, key],
        "policy-unknown-key",
        `${shown(key)} is not an element of ${where}.`,
        meant === null ? null : `Did you mean "${meant}"?`,
        "key",
      );
    });
}
