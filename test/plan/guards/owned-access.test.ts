import fc from "fast-check";
import { expect, test } from "vitest";
import { reachOf } from "../../../src/model/reach.js";
import { accessOwned, accessOwnedAtLeast } from "../../../src/plan/guards/owned-access.js";
import type { Judged } from "../../../src/plan/guards/judged.js";
import { own } from "../../../src/plan/own.js";
import { declaring, managing } from "../../support/declarations.js";
import { organizations, snapshotOf } from "../../support/organizations.js";
import { runs } from "../../support/runs.js";

const ownership = fc.constantFrom("all", "declared", "none" as const);

/** What counting takes of what a guard looks at. */
function counting(parts: Pick<Judged, "live" | "before" | "owned">): Judged {
  return parts as Judged;
}

test("what is quickly counted of people's accesses is never more than there are that are owned", () => {
  let [cases, exact] = [0, 0];
  fc.assert(
    fc.property(
      organizations(),
      organizations(),
      fc.record({ groups: ownership, permissionSets: ownership, assignments: ownership }),
      (state, files, manage) => {
        const live = snapshotOf(state);
        const owned = own(declaring(files, { settings: managing(manage) }), live);
        const judged = counting({ live, before: reachOf(state), owned });
        const [atLeast, all] = [accessOwnedAtLeast(judged), accessOwned(judged)];
        expect(atLeast).toBeLessThanOrEqual(all);
        if (all > 0) cases += 1;
        if (all > 0 && atLeast === all) exact += 1;
      },
    ),
    { numRuns: runs(1000) },
  );
  expect(cases).toBeGreaterThan(0);
  expect(exact).toBeGreaterThan(0);
});
