/** Filters as AWS takes them: `userName eq "alice"`, one or two of them with `and`, and nothing else. */
import { type ServiceError, validationError } from "../errors.js";

export type Comparison = { readonly attribute: string; readonly value: string };

const comparison = /([A-Za-z.]+) eq ("(?:[^"\\]|\\.)*")/.source;
const one = new RegExp(`^${comparison}$`);
const two = new RegExp(`^${comparison} and ${comparison}$`);

/** @throws ServiceError ValidationException */
export function parseFilter(text: string): readonly Comparison[] {
  const [, first, firstValue, second, secondValue] = one.exec(text) ?? two.exec(text) ?? [];
  if (first === undefined || firstValue === undefined)
    throw validationError('A filter must be of the form: attribute eq "value"');
  const found = [{ attribute: first, value: textOf(firstValue) }];
  if (second !== undefined && secondValue !== undefined)
    found.push({ attribute: second, value: textOf(secondValue) });
  return found;
}

/** Empty where the filter does not name the attribute. */
export function valueOf(comparisons: readonly Comparison[], attribute: string): string {
  return comparisons.find((comparison) => comparison.attribute === attribute)?.value ?? "";
}

export function unsupportedFilter(comparisons: readonly Comparison[]): ServiceError {
  const attributes = comparisons.map(({ attribute }) => attribute).join(" and ");
  return validationError(`Filtering by ${attributes} is not supported.`);
}

/** A value is written as JSON writes a text. */
function textOf(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    throw validationError("The value of a filter must be a text in double quotes.");
  }
}
