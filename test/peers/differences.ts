/** Where two answers differ, e.g. `Users[0].UserName: "alice" / nothing`. */
export type Difference = { readonly at: string; readonly left: unknown; readonly right: unknown };

/** Lists of different lengths differ by their lengths; an answer and an error differ by the error's code. */
export function differences(left: unknown, right: unknown, at = ""): readonly Difference[] {
  if (isError(left) !== isError(right)) return [{ at, left: outcome(left), right: outcome(right) }];
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length
      ? left.flatMap((one: unknown, index) => differences(one, right[index], `${at}[]`))
      : [{ at, left: rows(left), right: rows(right) }];
  if (isObject(left) && isObject(right))
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
      differences(left[key], right[key], at === "" ? key : `${at}.${key}`),
    );
  return Object.is(left, right) ? [] : [{ at, left, right }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isError(answer: unknown): answer is { readonly error: string } {
  return isObject(answer) && typeof answer["error"] === "string";
}

function outcome(answer: unknown): string {
  return isError(answer) ? answer.error : "accepted";
}

function rows(list: readonly unknown[]): string {
  return list.length === 1 ? "1 row" : `${list.length} rows`;
}
