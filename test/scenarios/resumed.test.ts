import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApplyPorts } from "../../src/apply/apply.js";
import { boundBy } from "../../src/plan/saved.js";
import type { Plan } from "../../src/model/plan.js";
import { createLiveWorld } from "../live/live-world.js";
import { applied, failures, inputFor, never, planFor } from "../support/applying.js";
import { organizations } from "../support/organizations.js";
import { runs } from "../support/runs.js";
import { planned } from "../support/planning.js";

/** Ports of an apply that is interrupted when so many changes have been started. */
function interruptedAfter(count: number): Partial<ApplyPorts> {
  const interrupt = new AbortController();
  let started = 0;
  return {
    signal: interrupt.signal,
    on: ({ type }) => {
      if (type === "started" && (started += 1) > count) interrupt.abort();
    },
  };
}

/** As many operations at once as leave some waiting. */
const few = { operationsInFlight: 3 };

test("a plan that was interrupted anywhere can be taken up again as it was saved, and ends the same", async () => {
  await fc.assert(
    fc.asyncProperty(organizations(), organizations(), fc.nat(40), async (from, to, stop) => {
      const world = createLiveWorld({ settleMs: 700, inFlight: 10 });
      const first = await world.connect();
      await applied(world, first, await planFor(first, from), few);
      const reviewed = await planFor(first, to);
      const saved = JSON.parse(JSON.stringify(reviewed)) as Plan;
      await applied(world, first, reviewed, { ...few, ...interruptedAfter(stop) });

      const second = await world.connect();
      await second.reader.settle(never);
      const now = await inputFor(second, to);
      const bounded = boundBy(now, planned(now.declared, now.live), saved);
      if (!bounded.ok) throw new Error(JSON.stringify(bounded.diagnostics));
      const rest = await applied(world, second, bounded.plan, few);
      expect(failures(rest)).toEqual([]);
      expect((await planFor(await world.connect(), to)).changes).toEqual([]);
    }),
    { numRuns: runs(80) },
  );
});
