import { setMaxListeners } from "node:events";

/** How long after the first signal another one still counts as the same, in milliseconds. */
const samePress = 250;

/** Thrown by what is cut short because somebody pressed Ctrl-C or the process was told to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * A signal that aborts with the first Ctrl-C or SIGTERM, so that what is under way can be brought to a safe end; the
 * second one ends the process at once. `stop` gives both back their usual meaning.
 */
export function listenForInterrupts(onFirst: () => void): { signal: AbortSignal; stop: () => void } {
  // Every request under way listens to a signal: many listeners are the rule here, not a leak to warn of.
  setMaxListeners(0);
  const controller = new AbortController();
  let first = 0;
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      // npm and npx pass on what the terminal has sent us already: one key press comes as two signals.
      if (performance.now() - first > samePress) process.exit(130);
      return;
    }
    first = performance.now();
    controller.abort(new Interrupted("interrupted"));
    onFirst();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
