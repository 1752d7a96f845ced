/**
 * Pages with opaque tokens. A token holds the last key that was listed, so rows that come or go between two
 * pages neither hide nor repeat others; and what was asked for, so that it opens no other list.
 */
import type { Context } from "./context.js";
import { ServiceError, validationError } from "./errors.js";

type PagingInput = { readonly MaxResults?: number; readonly NextToken?: string };

/** `rows` in any order; each has a key of its own, by which the list is ordered. */
export function page<Row>(
  context: Context,
  input: PagingInput,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  defaultSize = context.service === "organizations" ? 20 : 100,
): { readonly rows: readonly Row[]; readonly next: { readonly NextToken?: string } } {
  const scope = fingerprint(context, input);
  const after = input.NextToken === undefined ? null : readToken(context, input.NextToken, scope);
  const size = input.MaxResults ?? defaultSize;
  const rest = rows
    .map((row) => ({ key: keyOf(row), row }))
    .filter(({ key }) => after === null || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const most = Math.min(size, rest.length);
  const shown = rest.slice(0, context.pageShare === null ? most : Math.floor(context.pageShare * (most + 1)));
  const last = shown.at(-1)?.key ?? after ?? "";
  return {
    rows: shown.map(({ row }) => row),
    next: shown.length === rest.length ? {} : { NextToken: writeToken(context, scope, last) },
  };
}

function fingerprint(context: Context, input: PagingInput): number {
  const { MaxResults: _, NextToken: __, ...asked } = input;
  let hash = 0x811c9dc5;
  for (const char of `${context.service}.${context.operation}${JSON.stringify(asked)}`)
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** No token comes twice: one that did would seem to open the same page again and again. */
function writeToken({ requestId }: Context, scope: number, key: string): string {
  return Buffer.from(JSON.stringify([scope, key, requestId.slice(0, 8)])).toString("base64url");
}

function readToken(context: Context, token: string, scope: number): string {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (
      Array.isArray(content) &&
      content.length === 3 &&
      content[0] === scope &&
      typeof content[1] === "string"
    )
      return content[1];
  } catch {
    // Not a token of ours: told below.
  }
  throw context.service === "organizations"
    ? new ServiceError("InvalidInputException", "You provided an invalid next token.", {
        Reason: "INVALID_NEXT_TOKEN",
      })
    : validationError("The NextToken is not valid for this request.");
}
