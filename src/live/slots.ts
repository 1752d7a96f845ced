/** Lets at most `count` pieces of work run at once; the others wait in order. */
export type Slots = { use<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> };

type Waiter = {
  readonly signal: AbortSignal | undefined;
  readonly start: () => void;
  readonly stop: (reason: unknown) => void;
};

export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<Waiter>();
  const watched = new WeakSet<AbortSignal>();

  async function take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    if (signal !== undefined) watch(signal);
    await new Promise<void>((start, stop) => waiting.add({ signal, start, stop }));
  }

  /** One listener for all who wait: adding one takes time for each that is there, and tens of thousands may wait. */
  function watch(signal: AbortSignal): void {
    if (watched.has(signal)) return;
    watched.add(signal);
    const stopAll = (): void => {
      for (const waiter of waiting)
        if (waiter.signal === signal) {
          waiting.delete(waiter);
          waiter.stop(signal.reason);
        }
    };
    signal.addEventListener("abort", stopAll, { once: true });
  }

  /** Hands the slot straight to who waits longest, so that nobody overtakes. */
  function giveBack(): void {
    for (const next of waiting) {
      waiting.delete(next);
      next.start();
      return;
    }
    free += 1;
  }

  return {
    async use(work, signal) {
      await take(signal);
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}
