import { expect, test } from "vitest";
import type { Revision } from "../../src/declare/git-tree.js";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { memoryTree } from "../declare/memory-tree.js";
import { createRunWorld } from "./run-world.js";

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

test("a guard is loosened before it is broken, by two applies: in one go it refuses, and nothing is written", async () => {
  const world = createRunWorld({});
  const apply = async (step: Step) => {
    for (const path of Object.keys(world.files)) delete world.files[path];
    for (const [name, text] of Object.entries(history[step])) world.files[`access/${name}`] = text;
    world.commit = step.repeat(40);
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

async function revisionOf(commit: string): Promise<Revision> {
  const found = Object.entries(history).find(([step]) => commit === step.repeat(40));
  return found === undefined
    ? { ok: false, why: "unknown" }
    : { ok: true, commit, tree: memoryTree(found[1]) };
}
