import type { Reader } from "../apply/ports.js";
import type { Clock } from "../model/clock.js";
import { principalRef } from "../model/keys.js";
import type { Principal, Waited } from "../plan/missing-principals.js";

// An identity provider makes people and groups in its own time: who was assigned to its application a minute ago is late,
// not missing. So a run may wait for them. It looks for each by name, a request a name and round, and plans anew from a
// whole reading when all are there or the time is over: what it read before is too old by then to change anything by.

/** How a run waits for users and groups that the files name and that are not there yet. */
export type Waiting = {
  /** At most, in milliseconds, however often it is begun. */
  readonly most: number;
  readonly clock: Clock;
  /** Called before each pause. `left`: milliseconds. */
  readonly onWait: (late: readonly Principal[], left: number) => void;
  /** When it began, by the clock, and for whom it was so far (by `principalRef`); null: not yet. */
  readonly begun: { readonly at: number; readonly for: ReadonlySet<string> } | null;
};

/**
 * Waits until all of `late` are there, or the time is over. Resolves to the waiting with which to plan anew; null when
 * there was nobody to wait for, or no time left. Rejects with LiveError when nobody can say whether they are there, or
 * with the signal's reason.
 */
export async function waitFor(
  late: readonly Principal[],
  waiting: Waiting | null,
  reader: Reader,
  signal: AbortSignal,
): Promise<Waiting | null> {
  if (waiting === null || late.length === 0) return null;
  const { begun, clock, most } = waiting;
  const at = begun?.at ?? clock.now();
  if (clock.now() >= at + most) return null;
  await look(late, { ...waiting, until: at + most }, reader, signal);
  const refs = late.map(({ type, name }) => principalRef(type, name));
  return { ...waiting, begun: { at, for: new Set([...(begun?.for ?? []), ...refs]) } };
}

/** What a plan is told of the waiting before it. */
export function waitedBy(waiting: Waiting | null): Waited | null {
  const begun = waiting?.begun ?? null;
  return waiting === null || begun === null ? null : { milliseconds: waiting.most, for: begun.for };
}

/** In milliseconds. Providers take from seconds to most of an hour. */
const firstPause = 2_000;
const longestPause = 30_000;

/** Another spelling of a name ends it at once: which of the two is right, no waiting can tell. */
async function look(
  late: readonly Principal[],
  { clock, onWait, until }: Waiting & { readonly until: number },
  reader: Reader,
  signal: AbortSignal,
): Promise<void> {
  let missing = late;
  for (let pause = firstPause; missing.length > 0; pause = Math.min(pause * 1.5, longestPause)) {
    const left = until - clock.now();
    if (left <= 0) return;
    onWait(missing, left);
    await clock.sleep(Math.min(pause, left), signal);
    const still: Principal[] = [];
    // One after the other: thousands would otherwise go on being asked for long after the time is over.
    for (const one of missing) {
      const found = clock.now() > until ? null : await reader.principal(one.type, one.name, signal);
      if (found === null) still.push(one);
      else if (found.name !== one.name) return;
    }
    missing = still;
  }
}
