import type { Change } from "../model/change.js";
import type { Clock } from "../model/clock.js";
import type { ChangeId } from "../model/keys.js";
import { asLiveError } from "../model/live-error.js";
import type { Plan } from "../model/plan.js";
import type { Reader, Writer } from "./ports.js";
import { readBack } from "./read-back.js";
import type { ApplyResult, Outcome } from "../model/apply-result.js";
import type { ApplyEvent } from "./event.js";
import { Schedule } from "./schedule.js";
import { make } from "./steps.js";

export type ApplyPorts = {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly clock: Clock;
  /** Once aborted, nothing new is started; what is under way is followed to its end. */
  readonly signal: AbortSignal;
  /** How many assignment and provisioning operations may be under way at once; the service allows ten. */
  readonly operationsInFlight: number;
  readonly on: (event: ApplyEvent) => void;
};

/** Makes a plan's changes in the order of their dependencies, side by side where they are independent, and reads back what it touched. Never rejects. */
export async function applyPlan(plan: Plan, ports: ApplyPorts): Promise<ApplyResult> {
  const outcomes = await makeAll(plan.changes, ports);
  const made = plan.changes.filter(({ id }) => outcomes.get(id)?.status === "done");
  if (made.length > 0) ports.on({ type: "reading-back" });
  const { unseen, errors } = await readBack(made, ports.reader, ports.clock);
  for (const [id, reason] of unseen) outcomes.set(id, { status: "unconfirmed", reason });
  return {
    outcomes: plan.changes.map((change) => ({
      change,
      outcome: outcomes.get(change.id) ?? { status: "interrupted" },
    })),
    interrupted: ports.signal.aborted,
    errors,
  };
}

async function makeAll(
  changes: readonly Change[],
  { writer, signal, operationsInFlight, on }: ApplyPorts,
): Promise<Map<ChangeId, Outcome>> {
  const schedule = new Schedule(changes, operationsInFlight);
  const outcomes = new Map<ChangeId, Outcome>();
  let underway = 0;
  let wake = (): void => {};
  const conclude = (change: Change, outcome: Outcome): void => {
    outcomes.set(change.id, outcome);
    on({ type: "finished", change, outcome });
  };
  const run = async (change: Change): Promise<void> => {
    underway += 1;
    on({ type: "started", change });
    const outcome = await attempt(change, writer);
    underway -= 1;
    conclude(change, outcome);
    for (const given of schedule.finish(change, outcome.status === "done"))
      conclude(given.change, { status: "skipped", because: given.because });
    wake();
  };
  for (;;) {
    if (signal.aborted) for (const change of schedule.abandon()) conclude(change, { status: "interrupted" });
    else for (const change of schedule.start()) void run(change);
    if (underway === 0) return outcomes;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

async function attempt(change: Change, writer: Writer): Promise<Outcome> {
  try {
    await make(change, writer);
    return { status: "done" };
  } catch (error) {
    return { status: "failed", error: asLiveError(error) };
  }
}
