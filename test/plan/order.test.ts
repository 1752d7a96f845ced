import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/model/change.js";
import { reachOf } from "../../src/model/reach.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { State } from "../../src/model/state.js";
import { differences } from "../../src/plan/differences.js";
import { inOrder } from "../../src/plan/order.js";
import { defaultSettings } from "../support/declarations.js";
import type { LeftAlone } from "../../src/plan/tally.js";
import { organizations, snapshotOf } from "../support/organizations.js";
import { draws, lagging, snapshotBehind, someOrder } from "../support/some-order.js";
import { settledAccess, Simulation } from "../support/simulation.js";

const runs = { numRuns: 1000 };
const nothing: LeftAlone = {
  users: new Set(),
  groups: new Set(),
  memberships: new Set(),
  permissionSets: new Set(),
  assignments: new Set(),
};

function changesBetween(
  live: Snapshot,
  desired: State,
  leavers: ReadonlySet<string> = new Set(),
): readonly Change[] {
  const before = reachOf(live.state);
  return inOrder({
    changes: differences(
      live,
      { desired, leavers, leftAlone: nothing },
      { accountIds: null, inactiveAccounts: new Map(), settings: defaultSettings, users: new Map() },
      before,
    ),
    live: live.state,
    desired,
    before,
    after: reachOf(desired),
    leavers,
    kept: new Map(),
    status: live.status,
  }).changes;
}

describe("the order of changes", () => {
  test("places every change after what it depends on", () => {
    fc.assert(
      fc.property(organizations(), organizations(), (from, to) => {
        const seen = new Set<string>();
        for (const change of changesBetween(snapshotOf(from), to)) {
          expect(change.dependsOn.filter((id) => !seen.has(id))).toEqual([]);
          seen.add(change.id);
        }
      }),
      runs,
    );
  });

  test("leads to the access that is wanted, and never on the way beyond what somebody had or shall have", () => {
    fc.assert(
      fc.property(organizations(), organizations(), lagging, draws, (from, to, behind, drawn) => {
        const live = snapshotBehind(from, behind);
        const simulation = new Simulation(live);
        const allowed = new Set([...simulation.access(), ...settledAccess(to)]);
        for (const change of someOrder(changesBetween(live, to), drawn)) {
          simulation.make(change);
          expect([...simulation.access()].filter((access) => !allowed.has(access))).toEqual([]);
        }
        expect(simulation.access()).toEqual(settledAccess(to));
      }),
      runs,
    );
  });

  test("stays within the bounds when any change fails and what depends on it is skipped", () => {
    fc.assert(
      fc.property(organizations(), organizations(), lagging, draws, (from, to, behind, drawn) => {
        const live = snapshotBehind(from, behind);
        const simulation = new Simulation(live);
        const allowed = new Set([...simulation.access(), ...settledAccess(to)]);
        const failed = new Set<string>();
        for (const [index, change] of someOrder(changesBetween(live, to), drawn).entries()) {
          if ((drawn[index % drawn.length] ?? 0) % 4 === 0 || change.dependsOn.some((id) => failed.has(id))) {
            failed.add(change.id);
            continue;
          }
          simulation.make(change);
          expect([...simulation.access()].filter((access) => !allowed.has(access))).toEqual([]);
        }
      }),
      runs,
    );
  });

  const parts = [
    ["people move between groups", "memberships"],
    ["grants move between groups and people", "assignments"],
  ] as const;

  test.each(parts)("never takes away for a moment what somebody has and shall have, when %s", (_, part) => {
    fc.assert(
      fc.property(organizations(), organizations(), draws, (from, other, drawn) => {
        const live = snapshotOf({ ...from, ...rolesOf(other), [part]: from[part] });
        const to = { ...live.state, [part]: other[part] };
        const simulation = new Simulation(live);
        const wanted = settledAccess(to);
        const kept = [...simulation.access()].filter((access) => wanted.has(access));
        for (const change of someOrder(changesBetween(live, to), drawn)) {
          simulation.make(change);
          const access = simulation.access();
          expect(kept.filter((one) => !access.has(one))).toEqual([]);
        }
      }),
      runs,
    );
  });
});

function rolesOf({ permissionSets, memberships, assignments }: State): Partial<State> {
  return { permissionSets, memberships, assignments };
}
