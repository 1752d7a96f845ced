import type { Clock } from "../model/clock.js";
import { createSlots, type Slots } from "./slots.js";

/** HTTP requests open at once; at the services' rates more would only wait there instead of here. */
const requestsInFlight = 32;

/**
 * The one budget that every request of a run is paid from, whatever its service: at most `requestsPerSecond`
 * (Infinity: no limit), evenly spaced, and a bounded number open at once. What was not used is saved up for a quarter
 * of a second: at the default of 15 no second sees more than 19, below the 20 that the service allows everybody together.
 */
export function createBudget(options: { readonly requestsPerSecond: number; readonly clock: Clock }): Slots {
  const { clock, requestsPerSecond } = options;
  const spacing = 1000 / requestsPerSecond;
  const savings = requestsPerSecond === Infinity ? 0 : Math.floor(requestsPerSecond / 4) * spacing;
  const slots = createSlots(requestsInFlight);
  let next = Number.NEGATIVE_INFINITY;

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    if (spacing === 0) return;
    const now = clock.now();
    // Nobody ever waits for more than those before them: a later `next` means that the clock was set back.
    const at = Math.max(Math.min(next, now + requestsInFlight * spacing), now - savings);
    next = at + spacing;
    if (at > now) await clock.sleep(at - now, signal);
  }

  return {
    use: (work, signal) =>
      slots.use(async () => {
        await turn(signal);
        return work();
      }, signal),
  };
}
