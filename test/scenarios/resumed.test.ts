import fc from "fast-check";
import { expect, test } from "vitest";
import { applyPlan } from "../../src/apply/apply.js";
import type { ApplyResult } from "../../src/model/apply-result.js";
import { makePlan } from "../../src/plan/plan.js";
import type { PlanInput } from "../../src/plan/plan.js";
import { boundBy } from "../../src/plan/saved.js";
import type { Connection } from "../../src/live/connect.js";
import type { Plan } from "../../src/model/plan.js";
import type { State } from "../../src/model/state.js";
import { createLiveWorld } from "../live/live-world.js";
import type { LiveWorld } from "../live/live-world.js";
import { declaring } from "../support/declarations.js";
import { organizations } from "../support/organizations.js";

const never = new AbortController().signal;

async function planFor({ reader }: Connection, state: State): Promise<{ input: PlanInput; plan: Plan }> {
  await reader.settle(never);
  const live = await reader.snapshot({ kind: "all" }, never);
  const input: PlanInput = {
    declared: declaring(state),
    live,
    purpose: "plan",
    toolVersion: "0.0.0",
    adopt: null,
  };
  const plan = makePlan(input);
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return { input, plan: plan.value };
}

/** Applies; interrupted when so many changes have been started, or never. */
async function applied(
  world: LiveWorld,
  { reader, writer }: Connection,
  plan: Plan,
  interruptedAfter: number,
): Promise<ApplyResult> {
  const interrupt = new AbortController();
  let started = 0;
  return await applyPlan(plan, {
    reader,
    writer,
    clock: world.time,
    signal: interrupt.signal,
    operationsInFlight: 3,
    on: ({ type }) => {
      if (type === "started" && (started += 1) > interruptedAfter) interrupt.abort();
    },
  });
}

test("a plan that was interrupted anywhere can be taken up again as it was saved, and ends the same", async () => {
  await fc.assert(
    fc.asyncProperty(organizations(), organizations(), fc.nat(40), async (from, to, stop) => {
      const world = createLiveWorld({ settleMs: 700, inFlight: 10 });
      const first = await world.connect();
      await applied(world, first, (await planFor(first, from)).plan, Infinity);
      const { plan: reviewed } = await planFor(first, to);
      const saved = JSON.parse(JSON.stringify(reviewed)) as Plan;
      await applied(world, first, reviewed, stop);

      const second = await world.connect();
      const now = await planFor(second, to);
      const bounded = boundBy(now.input, now.plan, saved);
      if (!bounded.ok) throw new Error(JSON.stringify(bounded.diagnostics));
      const rest = await applied(world, second, bounded.plan, Infinity);
      expect(rest.outcomes.filter(({ outcome }) => outcome.status !== "done")).toEqual([]);
      expect((await planFor(await world.connect(), to)).plan.changes).toEqual([]);
    }),
    { numRuns: 80 },
  );
});
