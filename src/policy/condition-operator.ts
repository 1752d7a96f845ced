import { foldCase } from "./json.js";

/**
 * The condition operators of IAM, as the IAM user guide's page on condition operators lists them. Their names are
 * compared without case here; `ForAllValues:` and `ForAnyValue:` may stand before each, `IfExists` after each but Null.
 */
export const conditionOperators = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "NumericEquals",
  "NumericNotEquals",
  "NumericLessThan",
  "NumericLessThanEquals",
  "NumericGreaterThan",
  "NumericGreaterThanEquals",
  "DateEquals",
  "DateNotEquals",
  "DateLessThan",
  "DateLessThanEquals",
  "DateGreaterThan",
  "DateGreaterThanEquals",
  "Bool",
  "BinaryEquals",
  "IpAddress",
  "NotIpAddress",
  "ArnEquals",
  "ArnLike",
  "ArnNotEquals",
  "ArnNotLike",
  "Null",
] as const;

export type ConditionOperator = {
  readonly quantifier: "ForAllValues" | "ForAnyValue" | null;
  readonly base: (typeof conditionOperators)[number];
  readonly ifExists: boolean;
};

/** What an operator's name says; null when IAM has no such operator. */
export function readOperator(name: string): ConditionOperator | null {
  const match = /^(?:(forallvalues|foranyvalue):)?(\w+?)(ifexists)?$/.exec(foldCase(name));
  const base = conditionOperators.find((known) => foldCase(known) === match?.[2]);
  if (match === null || base === undefined) return null;
  const ifExists = match[3] !== undefined;
  if (base === "Null" && ifExists) return null;
  return { quantifier: quantifierOf(match[1]), base, ifExists };
}

function quantifierOf(prefix: string | undefined): ConditionOperator["quantifier"] {
  if (prefix === undefined) return null;
  return prefix === "forallvalues" ? "ForAllValues" : "ForAnyValue";
}
