import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/model/clock.js";

/** Time that passes only when everybody sleeps: then the earliest sleeper wakes, at once. */
export function createVirtualClock(time: { time: number }): Clock {
  const sleepers = new Set<{ at: number; wake: () => void }>();
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (sleepers.size > 0) {
      await setImmediate();
      const [next] = [...sleepers].sort((left, right) => left.at - right.at);
      if (next === undefined) break;
      sleepers.delete(next);
      time.time = Math.max(time.time, next.at);
      next.wake();
    }
    isRunning = false;
  }

  return {
    now: () => time.time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = (): void => {
          signal?.removeEventListener("abort", stop);
          resolve();
        };
        const sleeper = { at: time.time + milliseconds, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", stop);
        if (!isRunning) void run();
      }),
  };
}
