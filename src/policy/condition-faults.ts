import type { JsonObject, JsonValue } from "../model/policy-document.js";
import { conditionOperators, readOperator } from "./condition-operator.js";
import { characterFaults, fault, kindOf, shown, type PolicyFault } from "./fault.js";
import { foldCase, isList, isObject, listOf } from "./json.js";
import { nearest } from "../model/nearest.js";

/** What is wrong with a statement's Condition. An empty one is as good as none: AWS's own console writes it. */
export function conditionFaults(condition: JsonValue, path: PolicyFault["path"]): readonly PolicyFault[] {
  if (!isObject(condition)) {
    return [
      fault(path, "policy-type", `Condition is a mapping of operators, not ${kindOf(condition)}.`, example),
    ];
  }
  return Object.entries(condition).flatMap(([operator, tests]) => [
    ...operatorFaults(operator, [...path, operator]),
    ...testsFaults(operator, tests, [...path, operator]),
  ]);
}

const example = 'For example: {StringEquals: {"aws:RequestedRegion": "eu-west-1"}}.';

function operatorFaults(operator: string, path: PolicyFault["path"]): readonly PolicyFault[] {
  if (readOperator(operator) !== null) return [];
  const meant = nearest(operator, allOperators);
  return [
    fault(
      path,
      "policy-unknown-key",
      `${shown(operator)} is not a condition operator.`,
      meant === null ? example : `Did you mean "${meant}"?`,
      "key",
    ),
  ];
}

/** Every spelling that `readOperator` takes. */
const allOperators = ["", "ForAllValues:", "ForAnyValue:"].flatMap((quantifier) =>
  conditionOperators.flatMap((base) =>
    base === "Null" ? [`${quantifier}Null`] : [`${quantifier}${base}`, `${quantifier}${base}IfExists`],
  ),
);

function testsFaults(operator: string, tests: JsonValue, path: PolicyFault["path"]): readonly PolicyFault[] {
  if (!isObject(tests)) {
    return [
      fault(
        path,
        "policy-type",
        `${shown(operator)} is a mapping of condition keys to values, not ${kindOf(tests)}.`,
        example,
      ),
    ];
  }
  if (Object.keys(tests).length === 0) {
    return [
      fault(
        path,
        "policy-empty",
        `${shown(operator)} tests no key, so the statement would hold without it.`,
        "Name the key to test, or remove the operator.",
      ),
    ];
  }
  return [
    ...repeatedKeys(tests, path),
    ...Object.entries(tests).flatMap(([key, value]) => [
      ...keyFaults(key, [...path, key]),
      ...valueFaults(key, value, [...path, key]),
    ]),
  ];
}

/** Keys are compared without case, and IAM refuses one key twice in one operator. */
function repeatedKeys(tests: JsonObject, path: PolicyFault["path"]): readonly PolicyFault[] {
  const seen = new Map<string, string>();
  return Object.keys(tests).flatMap((key) => {
    const folded = foldCase(key);
    const first = seen.get(folded);
    if (first !== undefined) {
      return [
        fault(
          [...path, key],
          "policy-conflicting-keys",
          `${shown(first)} and ${shown(key)} are one condition key: their letters' case does not count.`,
          "Write it once, with all its values.",
          "key",
        ),
      ];
    }
    seen.set(folded, key);
    return [];
  });
}

/** A tag's key follows the slash, and may hold spaces and colons; an identity provider's host and path stand for a service. */
function keyFaults(key: string, path: PolicyFault["path"]): readonly PolicyFault[] {
  if (/^[A-Za-z0-9._/-]+:./.test(key)) return characterFaults(key, path, "key");
  return [
    fault(
      path,
      "policy-value",
      `A condition key is a service and a name, as in "aws:SourceIp", and ${shown(key)} is not.`,
      null,
      "key",
    ),
  ];
}

function valueFaults(key: string, value: JsonValue, path: PolicyFault["path"]): readonly PolicyFault[] {
  const values = listOf(value);
  if (values.length === 0) {
    return [
      fault(
        path,
        "policy-empty",
        `${shown(key)} is compared with an empty list, which no value can equal.`,
        "Name at least one value, or remove the key.",
      ),
    ];
  }
  return values.flatMap((one, index) => {
    const at = isList(value) ? [...path, index] : path;
    if (typeof one === "string") return characterFaults(one, at);
    if (typeof one === "number" || typeof one === "boolean") return [];
    return [
      fault(
        at,
        "policy-type",
        `${shown(key)} is compared with texts, numbers, true or false, not ${kindOf(one)}.`,
      ),
    ];
  });
}
