/** What makes a text an IAM policy document that Identity Center takes as an inline policy. */
import { quotaExceeded, type ServiceError, validationError } from "../errors.js";

const maxCharacters = 10_240;

/** @throws ServiceError ValidationException, or ServiceQuotaExceededException for one that is too long. */
export function checkPolicyDocument(text: string): void {
  const size = text.replaceAll(/\s/g, "").length;
  if (size > maxCharacters)
    throw quotaExceeded(
      `The inline policy has ${size} characters without white space; the limit is ${maxCharacters}.`,
    );
  const policy = parse(text);
  if (!isObject(policy)) throw malformed("it is no JSON object");
  for (const key of Object.keys(policy))
    if (!["Version", "Id", "Statement"].includes(key)) throw malformed(`${key} is not known`);
  const version = policy["Version"];
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17")
    throw malformed("its Version is not known");
  const { Statement: statements } = policy;
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  if (list.length === 0) throw malformed("it has no Statement");
  for (const statement of list) checkStatement(statement);
}

const statementKeys = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

function checkStatement(statement: unknown): void {
  if (!isObject(statement)) throw malformed("a Statement is no object");
  for (const key of Object.keys(statement))
    if (!statementKeys.includes(key)) throw malformed(`${key} is not allowed`);
  if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny")
    throw malformed("Effect must be Allow or Deny");
  for (const [key, opposite] of [
    ["Action", "NotAction"],
    ["Resource", "NotResource"],
  ] as const) {
    const given = [statement[key], statement[opposite]].filter((value) => value !== undefined);
    if (given.length !== 1) throw malformed(`a Statement needs either ${key} or ${opposite}`);
    if (!isTexts(given[0])) throw malformed(`${key} must be a text or a list of texts`);
  }
  if (statement["Condition"] !== undefined && !isObject(statement["Condition"]))
    throw malformed("Condition must be an object");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("it is not valid JSON");
  }
}

function isTexts(value: unknown): boolean {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === "string" && text !== "");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(problem: string): ServiceError {
  return validationError(`The policy document is malformed: ${problem}.`);
}
