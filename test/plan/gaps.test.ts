import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../../src/model/change.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { State } from "../../src/model/state.js";
import { noConsent } from "../../src/plan/consent.js";
import { makePlan } from "../../src/plan/plan.js";
import { declaring, defaultSettings } from "../support/declarations.js";
import { organizations, snapshotOf } from "../support/organizations.js";
import { settledAccess, Simulation } from "../support/simulation.js";
import { readWith, troubles } from "../support/unread.js";

function changesFor(to: State, live: Snapshot): readonly Change[] {
  const plan = makePlan({
    declared: declaring(to, { settings: { ...defaultSettings, onUserRemoval: "delete" } }),
    base: null,
    live,
    purpose: "plan",
    toolVersion: "0.0.0",
    consent: noConsent,
  });
  return plan.ok ? plan.value.changes : [];
}

test("whatever could not be read, nobody comes to reach what they neither had nor shall have", () => {
  fc.assert(
    fc.property(organizations(), organizations(), troubles, (from, to, covers) => {
      const truth = snapshotOf(from);
      const simulation = new Simulation(truth);
      const allowed = new Set([...simulation.access(), ...settledAccess(to)]);
      for (const change of changesFor(to, readWith(truth, covers))) {
        simulation.make(change);
        expect([...simulation.access()].filter((access) => !allowed.has(access))).toEqual([]);
      }
    }),
    { numRuns: 1000 },
  );
});
