/**
 * Lists of users or groups. Without a cursor there is one page, and `totalResults` counts what is on it, as in AWS's
 * own example of a group with more members; a client that wants them all asks with `cursor`, empty for the first page.
 */
import type { Context } from "../context.js";
import { validationError } from "../errors.js";
import { page } from "../page.js";

/** The most that a page holds, and what it holds when `count` is not given. */
const most = 100;

/** `rows` in any order. @throws ServiceError ValidationException for a count or a cursor that is not good here. */
export function listResponse<Row extends { readonly id: string }>(
  context: Context,
  query: URLSearchParams,
  rows: readonly Row[],
  resourceOf: (row: Row) => object,
): object {
  const cursor = query.get("cursor");
  const input = {
    MaxResults: countOf(query),
    filter: query.get("filter"),
    ...(cursor !== null && cursor !== "" && { NextToken: cursor }),
  };
  // Only who asks with a cursor can ask for the rest of a page that comes short.
  const pageShare = cursor === null ? null : context.pageShare;
  const { rows: shown, next } = page({ ...context, pageShare }, input, rows, ({ id }) => id);
  return {
    ...(cursor === null
      ? { totalResults: shown.length, itemsPerPage: shown.length, startIndex: 1 }
      : { itemsPerPage: shown.length }),
    ...(cursor !== null && next.NextToken !== undefined && { nextCursor: next.NextToken }),
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    Resources: shown.map(resourceOf),
  };
}

function countOf(query: URLSearchParams): number {
  const count = query.get("count") ?? String(most);
  if (!/^\d{1,3}$/.test(count) || Number(count) < 1 || Number(count) > most)
    throw validationError(`count must be a number from 1 to ${most}.`);
  return Number(count);
}
