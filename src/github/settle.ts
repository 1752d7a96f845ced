import { isNewer, type Run } from "./marker.js";

/** What a run has to say, or said. */
export type Said = { readonly run: Run; readonly content: string };

/**
 * What makes one text out of those that are there, however many runs wrote them at the same moment: the oldest stays, with
 * what the newest run said, and the others go. It follows from what is there alone, so that two runs that look at the same
 * do the same, and whoever looks last leaves exactly one.
 */
export function settle<S extends Said, T extends S & { readonly id: number }>(
  found: readonly T[],
  mine: S | null,
): {
  /** Null when nothing is there. */
  readonly kept: T | null;
  /** What the kept one has to say instead; null when it says so already. */
  readonly write: S | null;
  readonly spare: readonly T[];
} {
  const [kept = null, ...spare] = [...found].sort((left, right) => left.id - right.id);
  const newest = found.reduce<S | null>(
    (best, one) => (best === null || isNewer(one.run, best.run) ? one : best),
    mine,
  );
  // A newer run with the same to say makes no edit. What a spare one says would be gone with it.
  const isSaid = newest === kept || (newest === mine && newest?.content === kept?.content);
  return { kept, write: isSaid ? null : newest, spare };
}
