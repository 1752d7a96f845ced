import type { Declared } from "../../model/declared.js";
import type { Grant, Reach } from "../../model/reach.js";
import { partsOfWay } from "../edges.js";
import type { Judged } from "./judged.js";

/**
 * When the access of these people ends by itself, in milliseconds since the epoch, the first first; nothing where so many
 * as are asked for keep it without an end.
 */
export function endingsOf(
  people: Iterable<string>,
  grant: Grant,
  atLeast: number,
  { after, declared: { expiries } }: Pick<Judged, "after" | "declared">,
): readonly number[] {
  if (expiries.size === 0) return [];
  const endings: number[] = [];
  let staying = 0;
  for (const user of people) {
    const end = endOf(user, grant, after, expiries);
    if (end !== Infinity) endings.push(end);
    else if ((staying += 1) === atLeast) return [];
  }
  return endings.sort((left, right) => left - right);
}

/** The end of the last of somebody's ways; each ends with the first of its parts. */
export function endOf(user: string, grant: Grant, after: Reach, expiries: Declared["expiries"]): number {
  const ends = after
    .via(user, grant)
    .map((way) => Math.min(...partsOfWay(way, user, grant).map((id) => expiries.get(id) ?? Infinity)));
  return Math.max(...ends);
}
