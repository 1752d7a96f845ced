import { applyPlan } from "../../src/apply/apply.js";
import type { ApplyPorts } from "../../src/apply/apply.js";
import type { Writer } from "../../src/apply/ports.js";
import type { Connection } from "../../src/live/connect.js";
import type { ApplyResult } from "../../src/model/apply-result.js";
import type { Declared } from "../../src/model/declared.js";
import type { Plan } from "../../src/model/plan.js";
import type { State } from "../../src/model/state.js";
import type { PlanInput } from "../../src/plan/plan.js";
import type { LiveWorld } from "../live/live-world.js";
import { declaring, defaultSettings } from "./declarations.js";
import { planInput, planned } from "./planning.js";

export const never = new AbortController().signal;

/** Settings under which whoever is in no file is deleted, so that nothing of an earlier State remains. */
export const deleting = { ...defaultSettings, onUserRemoval: "delete" } as const;

/** What a plan is made of when the files say `state` and live is what `connection` reads now. */
export async function inputFor(
  { reader }: Connection,
  state: State,
  given: Partial<Declared> = {},
): Promise<PlanInput> {
  return planInput(declaring(state, given), await reader.snapshot({ kind: "all" }, never));
}

export async function planFor(
  connection: Connection,
  state: State,
  given: Partial<Declared> = {},
): Promise<Plan> {
  const { declared, live } = await inputFor(connection, state, given);
  return planned(declared, live);
}

export async function applied(
  world: LiveWorld,
  { reader, writer }: Connection,
  plan: Plan,
  given: Partial<ApplyPorts> = {},
): Promise<ApplyResult> {
  const writerFor = (): Writer => writer;
  const ports = { reader, writerFor, clock: world.time, signal: never, operationsInFlight: 10, on: () => {} };
  return await applyPlan(plan, { ...ports, ...given });
}

/** What did not go as it should. */
export function failures({ outcomes, errors }: ApplyResult): readonly unknown[] {
  return [...outcomes.filter(({ outcome }) => outcome.status !== "done"), ...errors];
}
