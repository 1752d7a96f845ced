import { setTimeout } from "node:timers/promises";
import type { Clock } from "../model/clock.js";

/**
 * Time as it passes, from what the wall clock said when the process began: a wall clock that is set while a run waits
 * would make patience end at once, or never.
 */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  async sleep(milliseconds, signal) {
    try {
      await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
