import { describe, expect, test } from "vitest";
import type { Revision } from "../../src/declare/git-tree.js";
import { SourceTreeError } from "../../src/declare/source-tree.js";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runDrift, runPlan } from "../../src/run/plan.js";
import type { PlanRun } from "../../src/run/plan.js";
import { memoryTree } from "../declare/memory-tree.js";
import { text } from "../sandbox/world.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const people = `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
`;
const groups = (...members: readonly string[]): string =>
  `groups:\n  developers: {members: [${members.join(", ")}]}\n  auditors: {}\n`;
const first = "1".repeat(40);
const second = "2".repeat(40);

/** A world that has applied `groups(alice)` as the commit `first`. */
async function established(): Promise<RunWorld> {
  const world = createRunWorld({ "access/people.yaml": people, "access/groups.yaml": groups("alice") });
  world.commit = first;
  expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
  return world;
}

/** What git has at each revision, files below access/. */
function git(revisions: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  return async (revision: string): Promise<Revision> => {
    const files = revisions[revision];
    return files === undefined
      ? { ok: false, why: "unknown" }
      : { ok: true, commit: revision, tree: memoryTree(files) };
  };
}

const atFirst = git({ [first]: { "people.yaml": people, "groups.yaml": groups("alice") } });

function id(world: RunWorld, operation: "GetGroupId" | "GetUserId", name: string): string {
  const path = operation === "GetGroupId" ? "displayName" : "userName";
  const by = { UniqueAttribute: { AttributePath: path, AttributeValue: name } };
  return text(world.store(operation, { AlternateIdentifier: by }), operation.slice(3));
}

/** Somebody puts bob among the auditors, in the console. */
function changeByHand(world: RunWorld): void {
  world.store("CreateGroupMembership", {
    GroupId: id(world, "GetGroupId", "auditors"),
    MemberId: { UserId: id(world, "GetUserId", "bob") },
  });
}

function causes({ plan }: Pick<PlanRun, "plan">): readonly string[] {
  return (plan?.changes ?? []).map(({ cause, id: change }) => `${cause} ${change}`).sort();
}

describe("what a plan is told against", () => {
  test("what was applied last, where git has it", async () => {
    const world = await established();
    changeByHand(world);
    world.commit = second;
    world.files["access/groups.yaml"] = groups("alice", "bob");
    const run = await runPlan(world.order({ revisionOf: atFirst }));
    expect(causes(run)).toEqual(["config membership:developers/bob", "drift membership:auditors/bob"]);
    expect(run.plan?.base).toEqual({ commit: first });
  });

  test("these very files, where they are what was applied last: git is not even asked", async () => {
    const world = await established();
    changeByHand(world);
    const run = await runPlan(world.order({ revisionOf: async () => Promise.reject(new Error("asked")) }));
    expect(causes(run)).toEqual(["drift membership:auditors/bob"]);
    expect(run.plan?.base).toEqual({ commit: first });
  });

  test("the same outside git, where the mark is a digest", async () => {
    const world = await established();
    world.commit = null;
    expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
    changeByHand(world);
    const run = await runPlan(world.order());
    expect(causes(run)).toEqual(["drift membership:auditors/bob"]);
    expect(run.plan?.base).toEqual({ commit: run.plan?.declared.digest });
  });

  test("nothing, where git does not have what was applied: everything is asked for, or found, as it stands", async () => {
    const world = await established();
    changeByHand(world);
    world.commit = second;
    world.files["access/people.yaml"] = `${people}# and a remark\n`;
    const plan = await runPlan(world.order());
    const drift = await runDrift(world.order());
    expect(causes(plan)).toEqual(["config membership:auditors/bob"]);
    expect(causes(drift)).toEqual(["drift membership:auditors/bob"]);
    expect([plan.plan?.base, drift.plan?.base]).toEqual([null, null]);
  });

  test("the revision that is asked for, before what was applied", async () => {
    const world = await established();
    world.commit = second;
    world.files["access/groups.yaml"] = groups("alice", "bob");
    const sameAsNow = git({ main: { "people.yaml": people, "groups.yaml": groups("alice", "bob") } });
    const run = await runPlan(world.order({ base: "main", revisionOf: sameAsNow }));
    expect(causes(run)).toEqual(["drift membership:developers/bob"]);
    expect(run.plan?.base).toEqual({ commit: "main" });
  });

  test("a revision without access files: all of it is new", async () => {
    const world = await established();
    changeByHand(world);
    const run = await runPlan(world.order({ base: "old", revisionOf: git({ old: {} }) }));
    expect(causes(run)).toEqual(["config membership:auditors/bob"]);
    expect(run.diagnostics).toMatchObject([
      {
        code: "base-limits-unknown",
        severity: "warning",
        message: expect.stringContaining("The base old has no files in this folder"),
      },
    ]);
  });
});

describe("a base that cannot be asked", () => {
  test.each([
    ["unknown", 'git has no revision "main" here.', "Fetch it first, or correct the name."],
    [
      "shallow",
      'git does not have "main": this clone is shallow.',
      "Fetch its history (in GitHub Actions: actions/checkout with fetch-depth: 0), then try again.",
    ],
    ["outside-git", "--base needs git, and these files are in no repository that git can read here.", null],
  ] as const)("%s: nothing is read, and what to do is said", async (why, message, help) => {
    const world = createRunWorld({ "access/people.yaml": people });
    const run = await runPlan(world.order({ base: "main", revisionOf: async () => ({ ok: false, why }) }));
    expect(exitCode(run.verdicts)).toBe(3);
    expect(run.diagnostics).toEqual([
      { code: "base-unknown", severity: "error", message, help, source: null, change: null },
    ]);
    expect(world.sent).toEqual([]);
  });

  test("unsound files: a warning, and everything counts as these files'", async () => {
    const world = await established();
    changeByHand(world);
    const broken = git({ main: { "people.yaml": "users: [", "groups.yaml": groups() } });
    const run = await runPlan(world.order({ base: "main", revisionOf: broken }));
    expect(causes(run)).toEqual(["config membership:auditors/bob"]);
    expect(run.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "warning base-unreadable",
    ]);
    expect(run.diagnostics[0]?.message).toContain("access/people.yaml:1");
  });
});

test("a plan that was saved is applied although somebody changed something by hand since, which stays and is told", async () => {
  const world = await established();
  world.commit = second;
  world.files["access/groups.yaml"] = groups("alice", "bob");
  const { plan: saved } = await runPlan(world.order({ revisionOf: atFirst }));
  changeByHand(world);
  const run = await runApply(world.order({ revisionOf: atFirst, saved, ancestryOf: async () => "ancestor" }));
  expect(exitCode(run.verdicts)).toBe(0);
  expect(run.result?.outcomes.map(({ change }) => change.id)).toEqual(["membership:developers/bob"]);
  expect(run.plan?.withheld.map(({ code, change }) => `${code} ${change.action} ${change.id}`)).toEqual([
    "not-reviewed delete membership:auditors/bob",
  ]);
});

test("what runs out goes with the next run, whoever asks", async () => {
  const world = createRunWorld({
    "access/people.yaml": people,
    "access/groups.yaml": "groups: {developers: {members: [alice, {user: bob, expires: 2030-01-01}]}}\n",
  });
  expect(
    exitCode((await runApply(world.order({ wallClock: () => Date.parse("2029-12-31T12:00:00Z") }))).verdicts),
  ).toBe(0);
  const later = world.order({ wallClock: () => Date.parse("2030-01-02T00:00:00Z") });
  const run = await runApply(later);
  expect(run.diagnostics.map(({ code }) => code)).toEqual(["expired"]);
  expect(run.plan?.changes.map(({ cause, action, id: change }) => `${cause} ${action} ${change}`)).toEqual([
    "expiry delete membership:developers/bob",
  ]);
  expect((await runPlan(later)).plan?.changes).toEqual([]);
});

test("a change says why the files give it and until when, and neither changes what the plan means", async () => {
  const rules = (more: string) => `permissionSets: {Read: {}}
assignments: [{groups: [developers], permissionSets: [Read], accounts: ["444455556666"]${more}}]
`;
  const world = createRunWorld({
    "access/people.yaml": people,
    "access/groups.yaml": "groups: {developers: {members: [{user: bob, expires: 2030-01-01}]}}\n",
    "access/rules.yaml": rules(', expires: "2030-06-01T12:00:00+02:00", reason: "OPS-1, as asked"'),
  });
  const order = world.order({ wallClock: () => Date.parse("2029-01-01") });
  const { plan } = await runPlan(order);
  const said = (plan?.changes ?? []).flatMap(({ id: change, reason, expires }) =>
    expires === undefined ? [] : [`${change} ${expires} ${reason}`],
  );
  expect(said.sort()).toEqual([
    "assignment:group/developers:Read:444455556666 2030-06-01T10:00:00.000Z OPS-1, as asked",
    "membership:developers/bob 2030-01-02T00:00:00.000Z undefined",
  ]);
  world.files["access/rules.yaml"] = rules("");
  expect((await runPlan(order)).plan?.digest).toBe(plan?.digest);
});

test("what was reviewed and waits for what was not leaves the run open, and the mark where it was", async () => {
  const sets = "permissionSets: {Admin: {}}\n";
  const world = createRunWorld({
    "access/people.yaml": people,
    "access/groups.yaml": groups("alice"),
    "access/sets.yaml": sets,
  });
  world.commit = first;
  expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
  const revisionOf = git({
    [first]: { "people.yaml": people, "groups.yaml": groups("alice"), "sets.yaml": sets },
  });
  world.commit = second;
  world.files["access/groups.yaml"] = groups("alice", "bob");
  const { plan: saved } = await runPlan(world.order({ revisionOf }));
  // Somebody gives the group more than those saw who approved that bob joins it.
  const [arn = ""] = world.sandbox.state.permissionSets.keys();
  world.assign(arn, id(world, "GetGroupId", "developers"), "111122223333");
  const run = await runApply(world.order({ revisionOf, saved, ancestryOf: async () => "ancestor" }));
  expect([exitCode(run.verdicts), run.mark, run.result?.outcomes]).toEqual([1, null, []]);
  expect(run.plan?.withheld.map(({ code, change }) => `${code} ${change.id}`)).toEqual([
    "not-reviewed assignment:group/developers:Admin:111122223333",
    "depends-on-withheld membership:developers/bob",
  ]);
});

test("files that are older than what was applied are told as that, not as drift", async () => {
  const world = await established();
  world.commit = second;
  const run = await runDrift(world.order({ revisionOf: atFirst, ancestryOf: async () => "not-ancestor" }));
  expect(exitCode(run.verdicts)).toBe(5);
  expect(run.diagnostics.map(({ code }) => code)).toEqual(["stale-checkout"]);
});

test("a plan of files that are older than what was applied warns that an apply of them is refused", async () => {
  const world = await established();
  world.commit = second;
  const run = await runPlan(world.order({ revisionOf: atFirst, ancestryOf: async () => "not-ancestor" }));
  expect(exitCode(run.verdicts)).toBe(0);
  expect(run.diagnostics).toMatchObject([{ code: "stale-checkout", severity: "warning" }]);
});

describe("files that are for another Identity Center", () => {
  const foreign = "identityCenter: {instanceArn: 'arn:aws:sso:::instance/ssoins-9999888877776666'}\n";

  test("come to no plan", async () => {
    const world = await established();
    world.files["access/settings.yaml"] = foreign;
    const run = await runPlan(world.order());
    expect([run.plan, exitCode(run.verdicts)]).toEqual([null, 3]);
    expect(run.diagnostics.map(({ code }) => code)).toEqual(["foreign-files"]);
  });

  test("are no hindrance to a run that goes by what was applied, unless those are", async () => {
    const world = await established();
    const applied = { "people.yaml": people, "groups.yaml": groups("alice") };
    const codes = async (base: Readonly<Record<string, string>>) => {
      const revisionOf = git({ [first]: base });
      const run = await runDrift(
        world.order({ whose: "applied", revisionOf, ancestryOf: async () => "ancestor" }),
      );
      return [exitCode(run.verdicts), ...run.diagnostics.map(({ code }) => code)];
    };
    world.commit = second;
    world.files["access/settings.yaml"] = foreign;
    expect(await codes(applied)).toEqual([0]);
    expect(await codes({ ...applied, "settings.yaml": foreign })).toEqual([3, "foreign-files"]);
  });
});

test("a base whose only file leads out of the folder is unsound, not empty", async () => {
  const world = await established();
  const tree = {
    folder: "access",
    list(): AsyncIterable<string> {
      throw new SourceTreeError([
        { path: "access/a.yaml", code: "link-outside", message: "It leaves.", help: null },
      ]);
    },
    read: async () => new Uint8Array(),
    origin: async (path: string) => path,
  };
  const run = await runPlan(
    world.order({ base: "main", revisionOf: async () => ({ ok: true, commit: first, tree }) }),
  );
  expect(run.diagnostics.map(({ code }) => code)).toEqual(["base-unreadable"]);
});
