import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { State } from "../../src/model/state.js";
import type { ExitCode } from "../../src/run/exit-code.js";
import { type SandboxState, setUserStatus } from "../../src/sandbox/state.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { createRunWorld } from "../run/run-world.js";
import { accessFiles } from "../support/access-files.js";
import { type Guarding, lockOutChecks } from "../support/guardrails.js";
import { type Holders, holders, missed } from "../support/holders.js";
import { observedAccess } from "../support/observed-access.js";
import { organizations, permissionSet, setPool, userPool } from "../support/organizations.js";
import { runs } from "../support/runs.js";
import { applyUntil, establishedAs, type Removal } from "../support/trial.js";
import { weathers } from "../support/weather.js";

type Checks = NonNullable<Guarding["keepAccess"]>;

const removals = fc.constantFrom<Removal>({ onUserRemoval: "disable" }, { onUserRemoval: "delete" });

/** What one run wants, and what it meets. */
const sorties = fc.record({
  wanted: organizations().map(withEverySet),
  faults: fc.oneof(fc.constant({}), weathers),
  seed: fc.nat(2 ** 31),
  settleMs: fc.nat(3000),
  killedAt: fc.option(fc.nat(400), { freq: 2 }),
});

/** What the cases met, for the page that tells of it. */
const met = { runs: 0, killed: 0, refused: 0, whole: 0, "in part": 0, otherwise: 0, writes: 0 };
const endings = {
  0: "whole",
  1: "in part",
  2: "otherwise",
  3: "otherwise",
  4: "refused",
  5: "otherwise",
  130: "otherwise",
} as const satisfies Record<ExitCode, keyof typeof met>;

afterAll(() => {
  console.info(
    `lock-out checks: ${Object.entries(met)
      .map(([what, count]) => `${what} ${count}`)
      .join(", ")}`,
  );
});

describe("under keepAccess", () => {
  test("no sequence of applies, whatever befalls them, passes through a state with fewer people, at any write", async () => {
    await fc.assert(
      fc.asyncProperty(
        organizations().map(withEverySet),
        fc.array(sorties, { minLength: 1, maxLength: 4 }),
        lockOutChecks(),
        removals,
        fc.subarray([...userPool], { maxLength: 2 }),
        async (first, sequence, checks, removal, disabled) => {
          const state = await establishedAs(first, removal);
          disable(state, disabled);
          const begin = counted(checks, state);
          for (const { wanted, killedAt, ...trouble } of sequence) {
            const breaches: string[] = [];
            let before: Holders | null = null;
            const onChange = (): void => {
              const now = counted(checks, state);
              breaches.push(...missed(checks, begin, now), ...missed(checks, before ?? begin, now));
            };
            const guardrails = { keepAccess: checks, maxRemovals: { percent: 100 } };
            const world = createRunWorld(accessFiles(wanted, removal, guardrails), {
              ...trouble,
              state,
              inFlight: 10,
              onChange,
            });
            const order = world.order.bind(world);
            world.order = (given) =>
              order({
                ...given,
                // From here on it is this run's doing, and no longer what an earlier one left in progress.
                onStage: (stage) => {
                  if (stage === "identity-center") before = counted(checks, state);
                },
              });
            const ended = await applyUntil(world, killedAt);
            expect(breaches).toEqual([]);

            const writes = world.log.filter(isWrite);
            const how = ended === "killed" ? "killed" : endings[ended.code];
            expect(how === "refused" ? writes : []).toEqual([]);
            met.runs += 1;
            met[how] += 1;
            met.writes += writes.length;
          }
        },
      ),
      { numRuns: runs(50) },
    );
    expect(met.otherwise).toBe(0);
  });
});

function counted(checks: Checks, state: SandboxState): Holders {
  const statuses = new Map(
    [...state.users.values()].map((user) => [user.attributes.UserName ?? "", user.status]),
  );
  return holders(checks, observedAccess(state), (user) => statuses.get(user));
}

function disable(state: SandboxState, names: readonly string[]): void {
  for (const [id, { attributes }] of state.users)
    if (names.includes(attributes.UserName ?? "")) setUserStatus(state, id, "DISABLED");
}

/** A check on a permission set that the files do not have would be a fault of theirs. */
function withEverySet(state: State): State {
  return {
    ...state,
    permissionSets: new Map(
      setPool.map((name) => [name, state.permissionSets.get(name) ?? permissionSet()] as const),
    ),
  };
}
