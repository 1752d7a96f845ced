import type { Change } from "../model/change.js";
import type { Clock } from "../model/clock.js";
import type { ChangeId } from "../model/keys.js";
import { asLiveError } from "../model/live-error.js";
import type { Plan } from "../model/plan.js";
import type { Reader, Writer } from "./ports.js";
import { readBack, unread } from "./read-back.js";
import { endsRun, isOfCredentials, type ApplyResult, type Outcome } from "../model/apply-result.js";
import type { ApplyEvent } from "./event.js";
import { Schedule } from "./schedule.js";
import { make } from "./steps.js";

export type ApplyPorts = {
  readonly reader: Reader;
  /** The writer by which a change is made. */
  readonly writerFor: (change: ChangeId) => Writer;
  readonly clock: Clock;
  /** Once aborted, nothing new is started; what is under way is followed to its end. */
  readonly signal: AbortSignal;
  /** How many assignment and provisioning operations may be under way at once; the service allows ten. */
  readonly operationsInFlight: number;
  readonly on: (event: ApplyEvent) => void;
};

type Work = Pick<Plan, "changes"> & Partial<Pick<Plan, "withheld">>;

/** Makes a plan's changes in the order of their dependencies, side by side where they are independent, and reads back what it touched. Never rejects. */
export async function applyPlan(plan: Work, ports: ApplyPorts): Promise<ApplyResult> {
  const outcomes = await makeAll(plan, ports);
  const made = plan.changes.filter(({ id }) => {
    const status = outcomes.get(id)?.status;
    return status === "done" || status === "unconfirmed";
  });
  const isBlind = [...outcomes.values()].some(isOfCredentials);
  if (made.length > 0 && !isBlind) ports.on({ type: "reading-back" });
  const { unseen, errors } = isBlind
    ? { unseen: new Map(made.map(({ id }) => [id, unread])), errors: [] }
    : await readBack(made, ports.reader, ports.clock);
  for (const { id } of made) {
    const reason = unseen.get(id);
    const earlier = outcomes.get(id);
    if (reason === undefined) outcomes.set(id, { status: "done" });
    else if (earlier?.status !== "unconfirmed") outcomes.set(id, { status: "unconfirmed", reason });
  }
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
  { changes, withheld = [] }: Work,
  { writerFor, signal, operationsInFlight, on }: ApplyPorts,
): Promise<Map<ChangeId, Outcome>> {
  const schedule = new Schedule(
    changes,
    operationsInFlight,
    withheld.map(({ change }) => change),
  );
  const outcomes = new Map<ChangeId, Outcome>();
  let underway = 0;
  let isOver = false;
  let wake = (): void => {};
  const conclude = (change: Change, outcome: Outcome): void => {
    outcomes.set(change.id, outcome);
    on({ type: "finished", change, outcome });
  };
  const stop = (): void => {
    isOver = true;
    for (const change of schedule.abandon()) conclude(change, { status: "interrupted" });
  };
  const run = async (change: Change): Promise<void> => {
    underway += 1;
    on({ type: "started", change });
    const outcome = await attempt(change, writerFor(change.id), signal);
    underway -= 1;
    conclude(change, outcome);
    // What would be left to do meets the same end: it is not begun, whatever it depends on.
    if (outcome.status === "interrupted" || endsRun(outcome)) stop();
    for (const given of schedule.finish(change, outcome.status === "done"))
      conclude(given.change, { status: "skipped", because: given.because });
    wake();
  };
  for (;;) {
    if (signal.aborted) stop();
    if (!isOver) for (const change of schedule.start()) void run(change);
    if (underway === 0) return outcomes;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

async function attempt(change: Change, writer: Writer, signal: AbortSignal): Promise<Outcome> {
  try {
    await make(change, writer);
    return { status: "done" };
  } catch (error) {
    // What waited to be begun, and was given up for the signal, had no effect.
    if (signal.aborted && error === signal.reason) return { status: "interrupted" };
    const told = asLiveError(error);
    return told.kind === "unclear"
      ? { status: "unconfirmed", reason: told.message }
      : { status: "failed", error: told };
  }
}
