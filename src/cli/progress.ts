import type { ApplyEvent } from "../apply/event.js";
import type { ReadProgress } from "../live/progress.js";
import type { Clock } from "../model/clock.js";
import type { Plan } from "../model/plan.js";
import { planPhrase } from "../report/phrase.js";
import { count } from "../model/plural.js";
import type { Stage } from "../run/prepare.js";
import type { Terminal } from "./terminal.js";

/** Tells where a run is. */
export function stageTeller(terminal: Terminal, dir: string): (stage: Stage) => void {
  const words = {
    files: `Reading ${dir} …`,
    connecting: "Connecting to Identity Center …",
    // Said when there is something to wait for.
    settling: null,
    accounts: "Reading the organization's accounts …",
    "identity-center": "Reading Identity Center …",
    planning: "Planning …",
  } as const satisfies Record<Stage, string | null>;
  return (stage) => {
    const said = words[stage];
    if (said !== null) terminal.step(said);
    if (stage === "planning") terminal.rest();
  };
}

/** How long a wait goes on before it is worth a line of its own, and how long until the next one, in milliseconds. */
const worthTelling = 10_000;
const untilNext = 30_000;

/**
 * Tells how far a reading is, and what it waits for: on a live line always, elsewhere when the wait gets long. A wait is
 * over when something was read, or when nobody has waited for `worthTelling`.
 */
export function progressTeller(
  terminal: Terminal,
  { now }: Pick<Clock, "now">,
): (event: ReadProgress) => void {
  let since: number | null = null;
  let until = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  const wait = (text: string, milliseconds: number): void => {
    const at = now();
    if (since === null || at > until + worthTelling) since = at;
    until = Math.max(until, at + milliseconds);
    const isDue = until - since >= worthTelling && at - toldAt >= untilNext;
    if (isDue) toldAt = at;
    (isDue ? terminal.step : terminal.detail)(text);
  };
  let isSettling = false;
  return (event) => {
    switch (event.type) {
      case "reading":
        since = null;
        terminal.detail(`Reading ${event.what}: ${event.done} of ${event.total}`);
        break;
      case "settling":
        if (!isSettling) terminal.step("Waiting for operations in progress …");
        isSettling = true;
        wait(`Waiting for ${count(event.inProgress, "operation")} in progress …`, 0);
        break;
      case "waiting":
        wait(
          `Waiting ${(event.milliseconds / 1000).toFixed(1)} s to try ${event.operation} again (${event.reason}) …`,
          event.milliseconds,
        );
        break;
    }
  };
}

/** Tells each change of an apply as it ends, and on a live line what is under way. */
export function applyTeller(terminal: Terminal): (event: ApplyEvent, plan: Pick<Plan, "accounts">) => void {
  let done = 0;
  return (event, { accounts }) => {
    switch (event.type) {
      case "started":
        terminal.detail(`Applying, ${done} made: ${planPhrase(event.change, accounts).words} …`);
        break;
      case "finished": {
        const { status } = event.outcome;
        // What was not begun is told by the result: nothing happens here any more.
        if (status === "interrupted") break;
        done += 1;
        const { sign, words } = planPhrase(event.change, accounts);
        terminal.step(
          `${status === "failed" ? "FAILED" : status === "done" ? "made" : status}: ${sign} ${words}`,
        );
        break;
      }
      case "reading-back":
        terminal.step("Reading back what was touched …");
        break;
    }
  };
}
