/** Lets at most `count` pieces of work run at once; the others wait in order. */
export type Slots = { use<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> };

export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  async function take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        waiting.delete(start);
        reject(signal?.reason);
      };
      const start = (): void => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      waiting.add(start);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Hands the slot straight to who waits longest, so that nobody overtakes. */
  function giveBack(): void {
    for (const next of waiting) {
      waiting.delete(next);
      next();
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
