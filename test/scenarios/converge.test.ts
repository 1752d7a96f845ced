import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLiveWorld } from "../live/live-world.js";
import { applied, failures, planFor } from "../support/applying.js";
import { defaultSettings } from "../support/declarations.js";
import { observedAccess, withoutContent } from "../support/observed-access.js";
import { organizations } from "../support/organizations.js";
import { runs } from "../support/runs.js";
import { settledAccess } from "../support/simulation.js";

type Removal = (typeof defaultSettings)["onUserRemoval"];

const removals = fc.constantFrom<Removal>("disable", "delete");

describe("for any two organizations", () => {
  test("an apply makes the next plan empty, and nobody's access strays at any write", async () => {
    await fc.assert(
      fc.asyncProperty(
        organizations(),
        organizations(),
        fc.nat(3000),
        removals,
        async (from, to, settleMs, removal) => {
          const given = { settings: { ...defaultSettings, onUserRemoval: removal } };
          let onWrite = (): void => {};
          const world = createLiveWorld({ settleMs, inFlight: 10, onChange: () => onWrite() });
          const connection = await world.connect();
          expect(failures(await applied(world, connection, await planFor(connection, from, given)))).toEqual(
            [],
          );

          const seen = [observedAccess(world.sandbox.state)];
          onWrite = () => seen.push(observedAccess(world.sandbox.state));
          expect(failures(await applied(world, connection, await planFor(connection, to, given)))).toEqual(
            [],
          );
          onWrite = () => {};

          const [before = new Set<string>()] = seen;
          const after = observedAccess(world.sandbox.state);
          expect(withoutContent(after)).toEqual(withoutContent(settledAccess(to)));
          for (const access of seen)
            expect([...access].filter((one) => !before.has(one) && !after.has(one))).toEqual([]);

          const next = await planFor(await world.connect(), to, given);
          expect(next.changes).toEqual([]);
          expect(next.withheld).toEqual([]);
        },
      ),
      { numRuns: runs(150) },
    );
  });
});
