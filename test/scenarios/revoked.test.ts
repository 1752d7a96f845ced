import equal from "fast-deep-equal";
import { beforeAll, describe, expect, test } from "vitest";
import { LiveError } from "../../src/model/live-error.js";
import type { RevokeRun } from "../../src/run/revoke.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { deserialize, serialize } from "../../src/sandbox/state.js";
import type { SandboxState } from "../../src/sandbox/state.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import {
  accessOf,
  applied,
  company,
  cutOffIn,
  files,
  heldBy,
  heldIds,
  pendingIn,
  revoked,
  tagsOf,
} from "../run/revoke-world.js";
import { createRunWorld } from "../run/run-world.js";
import type { RunWorld } from "../run/run-world.js";
import { runs } from "../support/runs.js";

// Somebody has to be out, and the day is bad: the process is killed, the service stumbles. Whatever happens, what is told
// is so; and the same command once more ends it.

const timing = { settleMs: 700, inFlight: 10 };
const covered = { Admin: ["bob"], Own: ["bob"], Read: ["bob"] };

let origin: SandboxState;
let sent: readonly string[];

beforeAll(async () => {
  origin = (await company()).sandbox.state;
  const whole = worldOn(timing);
  await revoked(whole, { sessions: true });
  sent = whole.sent;
});

function worldOn(options: Partial<SandboxOptions>, state = deserialize(serialize(origin))): RunWorld {
  return createRunWorld(files, { ...options, state });
}

/** The same by a process that is gone at its `request`th request, which still arrives or does not. */
async function killedAt(world: RunWorld, request: number, arrives: boolean): Promise<"killed" | RevokeRun> {
  let count = 0;
  return new Promise((resolve, reject) => {
    world.faults = () => {
      count += 1;
      if (count < request) return null;
      resolve("killed");
      return { silence: count === request && arrives ? "after" : "before" };
    };
    revoked(world, { sessions: true }).then(resolve, reject);
  });
}

function expectAllGone(world: RunWorld): void {
  expect(heldBy(world, "bob")).toBe(0);
  expect(accessOf(world, "bob")).toEqual([]);
  expect(Object.keys(tagsOf(world))).toHaveLength(1);
  expect(cutOffIn(world)).toMatchObject(covered);
}

test("killed at whichever request, the same once more ends it, and no plan gives anything back", async () => {
  expect(sent.filter((one) => isWrite({ operation: one.split(" ")[1] ?? "" })).length).toBeGreaterThan(10);
  const first = sent.findIndex((one) => isWrite({ operation: one.split(" ")[1] ?? "" })) + 1;
  for (let request = first; request <= sent.length; request += 1)
    for (const arrives of isWrite({ operation: sent[request - 1]?.split(" ")[1] ?? "" })
      ? [false, true]
      : [true]) {
      const killed = worldOn(timing);
      expect(await killedAt(killed, request, arrives)).toBe("killed");
      const next = worldOn(timing, killed.sandbox.state);
      next.clock.time = killed.clock.time;
      const run = await revoked(next, { sessions: true });
      expect([request, arrives, run.verdicts]).toEqual([request, arrives, []]);
      expectAllGone(next);
      expect((await pendingIn(next)).changes).toEqual([]);
    }
});

describe("on a bad day", () => {
  const seeds = Array.from({ length: runs(8) }, (_, index) => index + 1);
  test.each([
    ["throttled", { throttle: 0.3 }],
    ["cut off", { drop: 0.2 }],
    ["met by errors of the service", { error500: 0.2, conflict: 0.2 }],
    ["given short pages, late", { "short-pages": 0.5, slow: 0.3 }],
    ["failed late", { "fail-async": 0.4 }],
    [
      "all of that",
      { throttle: 0.1, drop: 0.1, error500: 0.1, conflict: 0.1, "short-pages": 0.2, "fail-async": 0.2 },
    ],
  ])("%s, it says nothing that is not so, and the same once more ends it", async (_what, faults) => {
    for (const seed of seeds) {
      const world = worldOn({ ...timing, faults, seed });
      const run = await revoked(world, { sessions: true }).catch((error: unknown) => {
        if (error instanceof LiveError) return null;
        throw error;
      });
      world.settle();
      if (run !== null) expectTrue(run, world, seed);
      if (run?.verdicts.length === 0) expectAllGone(world);

      const next = worldOn(timing, world.sandbox.state);
      next.clock.time = world.clock.time;
      expect([seed, (await revoked(next, { sessions: true })).verdicts]).toEqual([seed, []]);
      expectAllGone(next);
      expect(await applied(next)).toEqual([]);
      expectAllGone(next);
    }
  });
});

/** What the run says was done, was; and what it does not call done, it explains. */
function expectTrue({ verdicts, result }: RevokeRun, world: RunWorld, seed: number): void {
  if (result === null) throw new Error("it was begun");
  const done = result.outcomes.flatMap(({ change, outcome }) =>
    outcome.status === "done" ? [change.id] : [],
  );
  const cutOff = (result.sessions.cutOff ?? []).filter(({ status }) => status === "done");
  const held = heldIds(world, "bob");
  const inForce = cutOffIn(world);
  const troubles = [
    ...result.errors,
    ...result.outcomes.filter(({ outcome }) => outcome.status !== "done"),
    ...(result.sessions.cutOff ?? []).filter(({ status }) => status === "left"),
  ];
  expect({
    seed,
    heldAllTheSame: done.filter((id) => held.has(id)),
    notInForce: cutOff.filter(({ permissionSet }) => !equal(inForce[permissionSet], ["bob"])),
    tags: Object.values(tagsOf(world)).slice(0, result.since === null ? 0 : 1),
    isExplained: troubles.length > 0,
  }).toEqual({
    seed,
    heldAllTheSame: [],
    notInForce: [],
    tags: result.since === null ? [] : [`${result.since} bob`],
    isExplained: verdicts.length > 0,
  });
}
