import type { JsonValue } from "../model/policy-document.js";
import { characterFaults, fault, kindOf, shown, type PolicyFault } from "./fault.js";
import { isList } from "./json.js";

/** What is wrong with the value of Action or NotAction; nothing when it is absent. */
export function actionFaults(
  value: JsonValue | undefined,
  path: PolicyFault["path"],
): readonly PolicyFault[] {
  return textFaults(value, path, (text, at) =>
    actionPattern.test(text)
      ? []
      : [
          fault(
            at,
            "policy-value",
            `An action is "*" or a service and an operation, as in "s3:GetObject", and ${shown(text)} is neither.`,
            `The service's name is spelt out before one colon; "*" and "?" may stand in the operation.`,
          ),
        ],
  );
}

/** What is wrong with the value of Resource or NotResource; nothing when it is absent. */
export function resourceFaults(
  value: JsonValue | undefined,
  path: PolicyFault["path"],
): readonly PolicyFault[] {
  return textFaults(value, path, (text, at) =>
    text === "*" || text.startsWith("arn:")
      ? characterFaults(text, at)
      : [
          fault(
            at,
            "policy-value",
            `A resource is "*" or an ARN, as in "arn:aws:s3:::bucket/*", and ${shown(text)} is neither.`,
          ),
        ],
  );
}

/** One colon, since IAM says "Actions/Condition can contain only one colon"; the service is a name or `*`, no pattern. */
const actionPattern = /^(?:\*|(?:\*|[A-Za-z0-9-]+):[A-Za-z0-9*?_-]+)$/;

function textFaults(
  value: JsonValue | undefined,
  path: PolicyFault["path"],
  check: (text: string, path: PolicyFault["path"]) => readonly PolicyFault[],
): readonly PolicyFault[] {
  if (value === undefined) return [];
  if (typeof value === "string") return check(value, path);
  const key = path.at(-1);
  if (!isList(value)) {
    return [fault(path, "policy-type", `${key} is a text or a list of texts, not ${kindOf(value)}.`)];
  }
  if (value.length === 0) {
    return [
      fault(
        path,
        "policy-empty",
        `${key} is empty, and the service refuses a statement that names none.`,
        "Name at least one, or remove the statement.",
      ),
    ];
  }
  return value.flatMap((one, index) =>
    typeof one === "string"
      ? check(one, [...path, index])
      : [fault([...path, index], "policy-type", `${key} is a list of texts, and this is ${kindOf(one)}.`)],
  );
}
