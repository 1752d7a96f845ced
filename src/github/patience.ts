/**
 * Waiting for GitHub. Octokit's plug-ins decide whether a request is made again; the waiting itself is done here, because
 * theirs can neither be interrupted nor has an end: on the run's own clock, told beforehand, and at most `patience`
 * altogether for one request.
 */
import type { Clock } from "../model/clock.js";
import type { Failed } from "./explain.js";

/** Seconds. */
const patience = 120;
/** Seconds between writes: GitHub asks for it. */
const pace = 1;
/** How often a request is made again that the server failed at. */
export const serverRetries = 3;

export type Patience = {
  /** Resolves when the next write may be made. */
  turn(): Promise<void>;
  /** Resolves to whether the request shall be made again: after the wait, or at once when that would take too long. */
  wait(request: object, seconds: number, why: string): Promise<boolean>;
  /** Waits as long as the server asks, or a little longer each time; not at all when it is not the server that failed. */
  waitForServer(request: object, retried: number, failed: Failed): Promise<void>;
};

export function createPatience(given: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onWait: (seconds: number, why: string) => void;
}): Patience {
  const { clock, signal, onWait } = given;
  const waited = new WeakMap<object, number>();

  async function wait(request: object, seconds: number, why: string): Promise<boolean> {
    const total = (waited.get(request) ?? 0) + seconds;
    if (total > patience) return false;
    waited.set(request, total);
    onWait(seconds, why);
    return await clock.sleep(seconds * 1_000, signal).then(
      () => true,
      () => false,
    );
  }

  let nextTurn = 0;
  return {
    turn: async () => {
      const now = clock.now();
      const mine = Math.max(now, nextTurn);
      nextTurn = mine + pace * 1_000;
      if (mine > now) await clock.sleep(mine - now, signal);
    },
    wait,
    waitForServer: async (request, retried, { status, response }) => {
      if (status < 500 || retried >= serverRetries) return;
      const asked = Number(response?.headers["retry-after"]);
      const seconds = asked > 0 ? asked : (retried + 1) ** 2;
      await wait(request, seconds, response ? `GitHub answered ${status}` : "GitHub was not reached");
    },
  };
}
