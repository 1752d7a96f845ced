import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noConsent } from "../../src/plan/consent.js";
import { makePlan } from "../../src/plan/plan.js";
import { driftText, planText } from "../../src/report/text.js";
import { readPlanFile } from "../../src/run/plan-file.js";
import { declaring } from "../support/declarations.js";
import { organizations, snapshotOf } from "../support/organizations.js";

const files = `sha256:${"f".repeat(64)}`;

/** Plans as the engine makes them, from any organization to any other. */
const plans = fc.tuple(organizations(), organizations()).map(([live, desired]) => {
  const planned = makePlan({
    declared: declaring(desired, { digest: files }),
    base: null,
    live: snapshotOf(live),
    purpose: "plan",
    toolVersion: "0.0.0",
    consent: noConsent,
  });
  if (!planned.ok) throw new Error(planned.diagnostics.map(({ message }) => message).join());
  return planned.value;
});

describe("plans of any two organizations", () => {
  it("follow the published schema, and come back as they were saved", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(readPlanFile(JSON.stringify(plan))).toEqual({ ok: true, value: plan, diagnostics: [] });
      }),
    );
  });

  it("are told whole: one signed line for every change, either way round", () => {
    const options = { color: false, width: 100, dir: "access", full: true };
    fc.assert(
      fc.property(plans, (plan) => {
        const { gained, lost, changed } = plan.access;
        for (const text of [planText(plan, options), driftText(plan, options)]) {
          const changes = text.split(/^Access/m)[0] ?? "";
          expect(changes.match(/^[+~-] (?!there beyond)/gm) ?? []).toHaveLength(plan.changes.length);
          for (const { user } of [...gained, ...lost, ...changed])
            expect(text.split(/^Access/m)[1]).toContain(user);
        }
      }),
    );
  });
});
