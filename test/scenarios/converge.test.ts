import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyPlan } from "../../src/apply/apply.js";
import type { ApplyResult } from "../../src/model/apply-result.js";
import type { Connection } from "../../src/live/connect.js";
import type { Plan } from "../../src/model/plan.js";
import type { State } from "../../src/model/state.js";
import { makePlan } from "../../src/plan/plan.js";
import { createLiveWorld } from "../live/live-world.js";
import type { LiveWorld } from "../live/live-world.js";
import { declaring, defaultSettings } from "../support/declarations.js";
import { observedAccess, withoutContent } from "../support/observed-access.js";
import { organizations } from "../support/organizations.js";
import { settledAccess } from "../support/simulation.js";

const never = new AbortController().signal;
type Removal = (typeof defaultSettings)["onUserRemoval"];

async function planFor(connection: Connection, state: State, onUserRemoval: Removal): Promise<Plan> {
  const live = await connection.reader.snapshot({ kind: "all" }, never);
  const plan = makePlan({
    declared: declaring(state, { settings: { ...defaultSettings, onUserRemoval } }),
    live,
    purpose: "plan",
    toolVersion: "0.0.0",
    adopt: null,
  });
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return plan.value;
}

async function applied(world: LiveWorld, connection: Connection, plan: Plan): Promise<ApplyResult> {
  const { reader, writer } = connection;
  return await applyPlan(plan, {
    reader,
    writer,
    clock: world.time,
    signal: never,
    operationsInFlight: 10,
    on: () => {},
  });
}

const removals = fc.constantFrom<Removal>("disable", "delete");

function failures({ outcomes, errors }: ApplyResult): readonly unknown[] {
  return [...outcomes.filter(({ outcome }) => outcome.status !== "done"), ...errors];
}

describe("for any two organizations", () => {
  test("an apply makes the next plan empty, and nobody's access strays at any write", async () => {
    await fc.assert(
      fc.asyncProperty(
        organizations(),
        organizations(),
        fc.nat(3000),
        removals,
        async (from, to, settleMs, removal) => {
          let onWrite = (): void => {};
          const world = createLiveWorld({ settleMs, inFlight: 10, onChange: () => onWrite() });
          const connection = await world.connect();
          expect(
            failures(await applied(world, connection, await planFor(connection, from, removal))),
          ).toEqual([]);

          const seen = [observedAccess(world.sandbox.state)];
          onWrite = () => seen.push(observedAccess(world.sandbox.state));
          expect(failures(await applied(world, connection, await planFor(connection, to, removal)))).toEqual(
            [],
          );
          onWrite = () => {};

          const [before = new Set<string>()] = seen;
          const after = observedAccess(world.sandbox.state);
          expect(withoutContent(after)).toEqual(withoutContent(settledAccess(to)));
          for (const access of seen)
            expect([...access].filter((one) => !before.has(one) && !after.has(one))).toEqual([]);

          const next = await planFor(await world.connect(), to, removal);
          expect(next.changes).toEqual([]);
          expect(next.withheld).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
