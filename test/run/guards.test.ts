import { describe, expect, test } from "vitest";
import type { Revision } from "../../src/declare/git-tree.js";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runPlan } from "../../src/run/plan.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { memoryTree } from "../declare/memory-tree.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const strict = "guardrails: {keepAccess: [{permissionSet: Break, accounts: [{all: true}], atLeast: 2}]}\n";
const loose = "guardrails: {keepAccess: [{permissionSet: Break, accounts: [{all: true}], atLeast: 1}]}\n";

function files(settings: string, members: string): Readonly<Record<string, string>> {
  return {
    "settings.yaml": settings,
    "access.yaml": `users:
  ann: {givenName: A, familyName: B, email: ann@example.com}
  ben: {givenName: B, familyName: C, email: ben@example.com}
groups:
  admins: {members: [${members}]}
permissionSets: {Break: {}}
assignments: [{groups: [admins], permissionSets: [Break], accounts: [{all: true}, management]}]
`,
  };
}

/** Every revision of a repository, by its commit: one digit, forty times. */
const history = {
  "1": files(strict, "ann, ben"),
  "2": files(loose, "ann"),
  "3": files(loose, "ann, ben"),
  "4": files(loose, "ann"),
} as const;
type Step = keyof typeof history;

function check(world: RunWorld, commit: string | null, held: Readonly<Record<string, string>>): void {
  for (const path of Object.keys(world.files)) delete world.files[path];
  for (const [name, text] of Object.entries(held)) world.files[`access/${name}`] = text;
  world.commit = commit;
}

test("a guard is loosened before it is broken, by two applies: in one go it refuses, and nothing is written", async () => {
  const world = createRunWorld({});
  const apply = async (step: Step) => {
    check(world, step.repeat(40), history[step]);
    const since = world.log.length;
    const run = await runApply(world.order({ revisionOf }));
    return {
      code: exitCode(run.verdicts),
      said: (run.plan?.diagnostics ?? [])
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message),
      writes: world.log
        .slice(since)
        .filter(isWrite)
        .map(({ operation }) => operation),
      isShown: (run.plan?.changes.length ?? 0) > 0,
    };
  };

  expect(await apply("1")).toMatchObject({ code: 0, said: [] });
  expect(await apply("2")).toEqual({
    code: 4,
    said: [
      expect.stringMatching(
        /^Too few people would be left with Break: at least 2 are to keep it in .*\. ben loses it\. So the guardrails say at 111111111111, and they hold until others are applied\.$/,
      ),
    ],
    writes: [],
    isShown: true,
  });
  // The mark moves, and nothing else.
  expect(await apply("3")).toEqual({ code: 0, said: [], writes: ["TagResource"], isShown: false });
  expect(await apply("4")).toMatchObject({
    code: 0,
    said: [],
    writes: ["DeleteGroupMembership", "TagResource"],
  });
});

describe("what was applied last loosens no guard by being hard to read", () => {
  async function established(): Promise<RunWorld> {
    const world = createRunWorld({});
    check(world, "1".repeat(40), files(strict, "ann, ben"));
    expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
    check(world, "2".repeat(40), files(loose, "ann"));
    return world;
  }

  test.each<[string, Readonly<Record<string, string>>]>([
    ["files that are not sound", { "broken.yaml": "user: {}\n" }],
    [
      "files that ask for an account that has left since",
      {
        "gone.yaml":
          "assignments: [{groups: [admins], permissionSets: [Break], accounts: ['999988887777']}]\n",
      },
    ],
  ])("%s", async (_what, more) => {
    const world = await established();
    const base = { ...files(strict, "ann, ben"), ...more };
    const run = await runPlan(
      world.order({ revisionOf: async (commit) => ({ ok: true, commit, tree: memoryTree(base) }) }),
    );
    expect(exitCode(run.verdicts)).toBe(4);
    expect(run.diagnostics.map(({ code }) => code)).toEqual(["base-unreadable"]);
    expect(run.plan?.diagnostics).toMatchObject([
      { code: "keep-access", severity: "error", message: expect.stringContaining("at 111111111111") },
    ]);
  });

  test("settings that cannot be read say nothing, and the defaults not in their place", async () => {
    const free = "guardrails: {maxRemovals: {percent: 100}}\n";
    const people = Array.from({ length: 13 }, (_, index) => `user-${index}`);
    const held = (settings: string, members: readonly string[]) => ({
      "settings.yaml": settings,
      "access.yaml": `users: {${people.map((name) => `${name}: {givenName: A, familyName: B, email: ${name}@example.com}`).join(", ")}}
groups: {developers: {members: [${members.join(", ")}]}}
`,
    });
    const world = createRunWorld({});
    check(world, "1".repeat(40), held(free, people));
    expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
    check(world, "2".repeat(40), held(free, ["user-0"]));
    const planned = async (settings: string) => {
      const tree = memoryTree(held(settings, people));
      const run = await runPlan(world.order({ revisionOf: async (commit) => ({ ok: true, commit, tree }) }));
      return { told: run.diagnostics.map(({ code }) => code), refusals: run.plan?.diagnostics };
    };
    expect(await planned("")).toMatchObject({
      told: [],
      refusals: [{ code: "max-removals", message: expect.stringContaining("at 111111111111") }],
    });
    expect(await planned(free.slice(0, -3))).toEqual({
      told: ["base-unreadable", "base-limits-unknown"],
      refusals: [],
    });
  });

  test.each<[string, { readonly commit: string | null; readonly now: string | null }, string, RegExp]>([
    [
      "a commit that git does not have",
      { commit: "1".repeat(40), now: "2".repeat(40) },
      "warning",
      /^What was applied last \(1{40}\) is not to be had from git here, so nobody can say whether these files loosen/,
    ],
    [
      "a commit, outside git",
      { commit: "1".repeat(40), now: null },
      "warning",
      /is not to be had from git here/,
    ],
    ["files that were not committed", { commit: null, now: "2".repeat(40) }, "warning", /is in no commit/],
    ["files outside git", { commit: null, now: null }, "info", /is in no commit/],
  ])(
    "%s: that is told, and these files' own guards hold",
    async (_what, { commit, now }, severity, message) => {
      const world = createRunWorld({});
      check(world, commit, files(strict, "ann, ben"));
      expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
      for (const [settings, code] of [
        [loose, 2],
        ["", 2],
        [strict, 4],
      ] as const) {
        check(world, now, files(settings, "ann"));
        const run = await runPlan(world.order());
        expect(run.diagnostics).toEqual([
          expect.objectContaining({
            code: "base-limits-unknown",
            severity,
            message: expect.stringMatching(message),
          }),
        ]);
        expect(exitCode(run.verdicts)).toBe(code);
      }
    },
  );
});

async function revisionOf(commit: string): Promise<Revision> {
  const found = Object.entries(history).find(([step]) => commit === step.repeat(40));
  return found === undefined
    ? { ok: false, why: "unknown" }
    : { ok: true, commit, tree: memoryTree(found[1]) };
}
