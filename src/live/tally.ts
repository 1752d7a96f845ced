import type { ReadProgress, Subject } from "./progress.js";

/** Counts what was read, for the progress line. */
export type Tally = { expect(what: Subject, count: number): void; did(what: Subject, count?: number): void };

export function createTally(onProgress: (event: ReadProgress) => void): Tally {
  const counts = new Map<Subject, { done: number; total: number }>();
  function of(what: Subject): { done: number; total: number } {
    const count = counts.get(what) ?? { done: 0, total: 0 };
    counts.set(what, count);
    return count;
  }
  return {
    expect(what, number) {
      of(what).total += number;
    },
    did(what, number = 1) {
      const count = of(what);
      count.done += number;
      onProgress({ type: "reading", what, ...count });
    },
  };
}
