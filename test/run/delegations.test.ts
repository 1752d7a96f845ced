import { describe, expect, test } from "vitest";
import type { Revision } from "../../src/declare/git-tree.js";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runDrift, runPlan } from "../../src/run/plan.js";
import { runProfiles } from "../../src/run/profiles.js";
import { memoryTree } from "../declare/memory-tree.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

// What a team may declare, from the files to the exit code: against what was applied last, and against a revision.

const first = "1".repeat(40);
const second = "2".repeat(40);
const people =
  "users: {alice: {givenName: Alice, familyName: Nguyen}}\npermissionSets: {Read: {}, Deploy: {}}\n";
const delegating = (sets: string, accounts = "{ou: Workloads/Dev}"): string =>
  `delegations:\n  - {files: "teams/pay/**", groups: ["pay-*"], permissionSets: [${sets}], accounts: [${accounts}]}\n`;
const team = (set: string, accounts = "payments-dev"): string =>
  `groups: {pay-devs: {members: [alice]}}\nassignments:\n  - {groups: [pay-devs], permissionSets: [${set}], accounts: [${accounts}]}\n`;

type Files = Readonly<Record<string, string>>;

const before: Files = {
  "people.yaml": people,
  "settings.yaml": delegating("Read"),
  "teams/pay/rules.yaml": team("Read"),
};

/** A world that has applied `before` as the commit `first`, and has these files now as the commit `second`. */
async function changedTo(files: Files): Promise<RunWorld> {
  const world = createRunWorld(inFolder(before));
  world.commit = first;
  expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
  world.commit = second;
  world.files = inFolder({ ...before, ...files });
  return world;
}

function inFolder(files: Files): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`access/${path}`, text]));
}

function git(revisions: Readonly<Record<string, Files>>) {
  return async (revision: string): Promise<Revision> => {
    const files = revisions[revision];
    return files === undefined
      ? { ok: false, why: "unknown" }
      : { ok: true, commit: revision, tree: memoryTree(files) };
  };
}

const revisionOf = git({ [first]: before });
const codes = (diagnostics: readonly { readonly code: string }[]) => diagnostics.map(({ code }) => code);

describe("a change that widens a delegation and makes use of it", () => {
  const both = { "settings.yaml": delegating("Read, Deploy"), "teams/pay/rules.yaml": team("Deploy") };

  test("is refused by plan, apply and drift, by what was applied last; nothing is written", async () => {
    const world = await changedTo(both);
    const writes = world.sent.length;
    const order = world.order({ revisionOf });
    for (const run of [await runPlan(order), await runApply(order), await runDrift(order)]) {
      expect([exitCode(run.verdicts), codes(run.diagnostics), run.plan]).toEqual([
        3,
        ["outside-base-delegation"],
        null,
      ]);
      expect(run.diagnostics[0]).toMatchObject({
        source: { file: "access/teams/pay/rules.yaml", line: 3 },
        message: expect.stringContaining(`at ${first}, access/settings.yaml:2 delegated Read to them.`),
      });
    }
    const after = world.sent.slice(writes);
    expect(
      after.filter((operation) => / (Create|Update|Delete|Put|Attach|Tag|Provision)/.test(operation)),
    ).toEqual([]);
  });

  test("is fine as two, one applied after the other", async () => {
    const world = await changedTo({ "settings.yaml": both["settings.yaml"] });
    expect(exitCode((await runApply(world.order({ revisionOf }))).verdicts)).toBe(0);
    const widened = git({ [second]: { ...before, "settings.yaml": both["settings.yaml"] } });
    world.commit = "3".repeat(40);
    world.files = inFolder({ ...before, ...both });
    const run = await runApply(world.order({ revisionOf: widened, ancestryOf: async () => "ancestor" }));
    expect([exitCode(run.verdicts), codes(run.diagnostics)]).toEqual([0, []]);
  });

  test("is refused of accounts, too, which need the organization", async () => {
    const world = await changedTo({
      "settings.yaml": delegating("Read", "{all: true}"),
      "teams/pay/rules.yaml": team("Read", "payments-prod"),
    });
    const run = await runPlan(world.order({ revisionOf }));
    expect([exitCode(run.verdicts), codes(run.diagnostics)]).toEqual([3, ["outside-base-delegation"]]);
  });

  test("is refused by a revision that is named, whatever was applied", async () => {
    const world = await changedTo(both);
    const main = { ...before, "settings.yaml": delegating("Read").replace("pay-*", "pay-devs") };
    const named = git({ [first]: { ...before, ...both }, main });
    expect(codes((await runPlan(world.order({ revisionOf: named }))).diagnostics)).toEqual([]);
    const run = await runPlan(world.order({ revisionOf: named, base: "main" }));
    expect([exitCode(run.verdicts), codes(run.diagnostics)]).toEqual([3, ["outside-base-delegation"]]);
  });

  test("is refused by files that are not sound, as far as they can be read", async () => {
    const world = await changedTo(both);
    const unsound = git({ main: { ...before, "people.yaml": `${people}group: {}\n` } });
    const run = await runPlan(world.order({ revisionOf: unsound, base: "main" }));
    expect(exitCode(run.verdicts)).toBe(3);
    expect(codes(run.diagnostics)).toEqual(["base-unreadable", "outside-base-delegation"]);
  });

  test("cannot be told where git does not have what was applied, which is said; its own delegations hold", async () => {
    const world = await changedTo(both);
    const { diagnostics, verdicts } = await runPlan(world.order());
    expect(codes(diagnostics)).toEqual(["base-limits-unknown"]);
    expect(exitCode(verdicts)).toBe(2);
    world.files = inFolder({ ...before, "settings.yaml": "" });
    expect(codes((await runPlan(world.order())).diagnostics)).toEqual(["base-limits-unknown"]);
    world.files = inFolder({ ...before, "teams/pay/rules.yaml": team("Deploy") });
    expect(codes((await runPlan(world.order())).diagnostics)).toEqual(["outside-delegation"]);
  });
});

test("of a delegation that is narrower than what was applied, both are not told: its own says it", async () => {
  const world = await changedTo({
    "settings.yaml": delegating("Read", "payments-dev"),
    "teams/pay/rules.yaml": team("Read", "payments-prod"),
  });
  const run = await runPlan(world.order({ revisionOf }));
  expect([exitCode(run.verdicts), codes(run.diagnostics)]).toEqual([3, ["outside-delegation"]]);
});

test("an account that leaves the unit stops what is planned, not what it is told against", async () => {
  const named = "payments-dev, payments-prod";
  const world = await changedTo({
    "settings.yaml": delegating("Read", named),
    "teams/pay/rules.yaml": team("Read", "payments-dev"),
  });
  // As if the unit had held the account when this was applied.
  const moved = git({ [first]: { ...before, "teams/pay/rules.yaml": team("Read", named) } });
  const run = await runPlan(world.order({ revisionOf: moved }));
  expect([exitCode(run.verdicts), codes(run.diagnostics)]).toEqual([0, []]);
  expect(run.plan?.base).toEqual({ commit: first });

  world.files = inFolder({ ...before, "teams/pay/rules.yaml": team("Read", named) });
  const planned = await runPlan(world.order({ revisionOf: moved }));
  expect([exitCode(planned.verdicts), codes(planned.diagnostics)]).toEqual([3, ["outside-delegation"]]);
  const applied = await runDrift(world.order({ revisionOf: moved, whose: "applied" }));
  expect([exitCode(applied.verdicts), codes(applied.diagnostics)]).toEqual([3, ["outside-delegation"]]);
});

test("the tags that delegations ask for are read, those of the base alone as well", async () => {
  const tagged = delegating("Read", "{tags: {env: dev}}");
  const world = await changedTo({ "settings.yaml": tagged });
  expect(codes((await runPlan(world.order({ revisionOf }))).diagnostics)).toEqual([]);
  const base = git({ [first]: { ...before, "settings.yaml": tagged } });
  world.files = inFolder(before);
  expect(codes((await runPlan(world.order({ revisionOf: base }))).diagnostics)).toEqual([]);
});

test("profiles are of what may be: units of a delegation are looked up", async () => {
  const world = await changedTo({});
  const asked = { user: null, instance: "unneeded" } as const;
  const run = await runProfiles({ ...world.order(), ...asked });
  expect(run.reached?.rows).toHaveLength(1);
  world.files["access/teams/pay/rules.yaml"] = team("Read", "payments-prod");
  expect(codes((await runProfiles({ ...world.order(), ...asked })).diagnostics)).toEqual([
    "outside-delegation",
  ]);
});
