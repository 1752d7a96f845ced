import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { boundsBetween } from "../support/bounds.js";
import { reorganizations } from "../support/organizations.js";
import { runs } from "../support/runs.js";
import {
  applyFiles,
  applyUntil,
  copyOf,
  establishedAs,
  lies,
  pending,
  type Removal,
  troubles,
  untroubled,
  worldOn,
} from "../support/trial.js";
import { passing, weathers } from "../support/weather.js";

const removals = fc.constantFrom<Removal>({ onUserRemoval: "disable" }, { onUserRemoval: "delete" });

/** What the cases met, for the page that tells of it. */
const met = { cases: 0, killed: 0, "exit 0": 0, "exit 1": 0, requests: 0, troubles: 0 };

afterAll(() => {
  console.info(
    `random trouble: ${Object.entries(met)
      .map(([what, count]) => `${what} ${count}`)
      .join(", ")}`,
  );
});

describe("whatever the service does to an apply", () => {
  test("access stays within its bounds at every write, the exit code is true, and one more apply heals", async () => {
    await fc.assert(
      fc.asyncProperty(
        reorganizations(),
        removals,
        weathers,
        fc.nat(2 ** 31),
        fc.nat(3000),
        fc.constantFrom(20, Infinity),
        fc.option(fc.nat(400)),
        async ({ from, to, strict }, removal, faults, seed, settleMs, rate, killedAt) => {
          const before = await establishedAs(from, removal);
          const after = await untroubled(before, to, removal);
          const bounds = boundsBetween(before, after, { strict });

          const state = copyOf(before);
          const breaches: string[] = [];
          const nasty = worldOn(state, to, removal, {
            faults,
            seed,
            settleMs,
            rate,
            inFlight: 10,
            onChange: () => breaches.push(...bounds.breaches(state)),
          });
          const ended = await applyUntil(nasty, killedAt);
          met.cases += 1;
          met[ended === "killed" ? "killed" : ended.code === 0 ? "exit 0" : "exit 1"] += 1;
          met.requests += nasty.log.length;
          met.troubles += nasty.log.filter(({ outcome }) => outcome !== "ok").length;
          expect(breaches).toEqual([]);
          const left = await pending(worldOn(state, to, removal));
          expect(ended === "killed" ? [] : lies(ended, left)).toEqual([]);
          expect(ended === "killed" || faults !== passing ? [] : troubles(ended)).toEqual([]);

          const calm = worldOn(state, to, removal, {
            onChange: () => breaches.push(...bounds.breaches(state)),
          });
          calm.clock.time = nasty.clock.time;
          expect(troubles(await applyFiles(calm))).toEqual([]);
          expect(breaches).toEqual([]);
          expect(bounds.breaches(state)).toEqual([]);
          expect(await pending(worldOn(state, to, removal))).toEqual([]);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
