import type { ApplyEvent } from "../apply/event.js";
import type { ReadProgress } from "../live/progress.js";
import type { Plan } from "../model/plan.js";
import { planPhrase } from "../report/phrase.js";
import { count } from "../report/plural.js";
import type { Stage } from "../run/prepare.js";
import type { Terminal } from "./terminal.js";

/** Tells where a run is. */
export function stageTeller(terminal: Terminal, dir: string): (stage: Stage) => void {
  const words = {
    files: `Reading ${dir} …`,
    connecting: "Connecting to Identity Center …",
    settling: "Waiting for operations in progress …",
    accounts: "Reading the organization's accounts …",
    "identity-center": "Reading Identity Center …",
    planning: "Planning …",
  } as const satisfies Record<Stage, string>;
  return (stage) => {
    terminal.step(words[stage]);
    if (stage === "planning") terminal.rest();
  };
}

/** Tells how far a reading is. */
export function progressTeller(terminal: Terminal): (event: ReadProgress) => void {
  return (event) => {
    switch (event.type) {
      case "reading":
        terminal.detail(`Reading ${event.what}: ${event.done} of ${event.total}`);
        break;
      case "settling":
        terminal.detail(`Waiting for ${count(event.inProgress, "operation")} in progress …`);
        break;
      case "waiting":
        terminal.detail(
          `Waiting ${(event.milliseconds / 1000).toFixed(1)} s to try ${event.operation} again (${event.reason}) …`,
        );
        break;
    }
  };
}

/** Tells each change of an apply as it ends, and on a live line what is under way. */
export function applyTeller(terminal: Terminal): (event: ApplyEvent, plan: Plan) => void {
  let done = 0;
  return (event, { accounts }) => {
    switch (event.type) {
      case "started":
        terminal.detail(`Applying, ${done} made: ${planPhrase(event.change, accounts).words} …`);
        break;
      case "finished": {
        done += 1;
        const { status } = event.outcome;
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
