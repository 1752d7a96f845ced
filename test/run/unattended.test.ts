import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import type { ApplyRun } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import type { Cause, Change } from "../../src/model/change.js";
import { leftToSomebody } from "../../src/plan/unattended.js";
import { memoryTree } from "../declare/memory-tree.js";
import { text } from "../sandbox/world.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const account = "444455556666";
const applied = "1".repeat(40);
const people = `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
`;
const files = {
  "people.yaml": people,
  "groups.yaml":
    "groups: {ops: {members: [alice, bob]}, guests: {members: [alice, {user: bob, expires: 2030-01-01}]}}\n",
  "sets.yaml": `permissionSets: {Read: {}}
assignments: [{groups: [ops, guests], permissionSets: [Read], accounts: ["${account}"]}]
`,
};

/** A world where `files` were applied before bob's time ran out, and the files have changed since. */
async function established(): Promise<RunWorld> {
  const world = createRunWorld(
    Object.fromEntries(Object.entries(files).map(([name, yaml]) => [`access/${name}`, yaml])),
  );
  world.commit = applied;
  const before = world.order({ wallClock: () => Date.parse("2029-01-01") });
  expect(exitCode((await runApply(before)).verdicts)).toBe(0);
  world.commit = "2".repeat(40);
  world.files["access/people.yaml"] =
    `${people}  carol: {givenName: Carol, familyName: Roy, email: carol@example.com}\n`;
  return world;
}

/** Somebody takes `user` out of `group` in the console. */
function takeOut(world: RunWorld, group: string, user: string): void {
  const find = (what: "Group" | "User", path: string, name: string) =>
    text(
      world.store(`Get${what}Id`, {
        AlternateIdentifier: { UniqueAttribute: { AttributePath: path, AttributeValue: name } },
      }),
      `${what}Id`,
    );
  const member = {
    GroupId: find("Group", "displayName", group),
    MemberId: { UserId: find("User", "userName", user) },
  };
  const MembershipId = text(world.store("GetGroupMembershipId", member), "MembershipId");
  world.store("DeleteGroupMembership", { MembershipId });
}

async function run(world: RunWorld, unattended: "expiries" | "repairs"): Promise<ApplyRun> {
  return runApply(
    world.order({
      unattended,
      ancestryOf: async () => "ancestor",
      revisionOf: async (revision) =>
        revision === applied
          ? { ok: true, commit: applied, tree: memoryTree(files) }
          : { ok: false, why: "unknown" },
      wallClock: () => Date.parse("2030-06-01"),
    }),
  );
}

const made = ({ result }: ApplyRun) =>
  (result?.outcomes ?? []).map(({ change }) => `${change.cause} ${change.action} ${change.id}`);
const left = ({ plan }: ApplyRun) =>
  (plan?.withheld ?? [])
    .map(({ code, change }) => `${code} ${change.cause} ${change.action} ${change.id}`)
    .sort();

describe("a run that nobody watches", () => {
  test("ends what has run out, and leaves the rest to others", async () => {
    const world = await established();
    takeOut(world, "ops", "alice");
    const ended = await run(world, "expiries");
    expect(exitCode(ended.verdicts)).toBe(0);
    expect(made(ended)).toEqual(["expiry delete membership:guests/bob"]);
    expect(left(ended)).toEqual([
      "not-reviewed config create user:carol",
      "not-reviewed drift create membership:ops/alice",
    ]);
  });

  test("puts right what was changed by hand where it may, and never applies the files", async () => {
    const world = await established();
    takeOut(world, "ops", "alice");
    const ended = await run(world, "repairs");
    expect(exitCode(ended.verdicts)).toBe(0);
    expect(made(ended).toSorted()).toEqual([
      "drift create membership:ops/alice",
      "expiry delete membership:guests/bob",
    ]);
    expect(left(ended)).toEqual(["not-reviewed config create user:carol"]);
  });

  test("does not say that the files were applied", async () => {
    const world = await established();
    await run(world, "repairs");
    world.files["access/people.yaml"] = people;
    world.commit = "3".repeat(40);
    const ended = await run(world, "repairs");
    expect([ended.plan?.changes, ended.mark]).toEqual([[], null]);
    expect(ended.plan?.live.mark).toBe(applied);
  });

  test("takes what has run out away although what would replace it waits for a review", async () => {
    const world = await established();
    takeOut(world, "ops", "bob");
    const ended = await run(world, "expiries");
    expect(made(ended)).toEqual(["expiry delete membership:guests/bob"]);
    expect(left(ended)).toContain("not-reviewed drift create membership:ops/bob");
  });

  test("makes nothing where nothing was applied before: all of it is for somebody to decide", async () => {
    const world = createRunWorld({ "access/people.yaml": people });
    const ended = await run(world, "repairs");
    expect(made(ended)).toEqual([]);
    expect(left(ended)).toEqual([
      "not-reviewed config create user:alice",
      "not-reviewed config create user:bob",
    ]);
  });
});

test.each<[Cause, "create" | "delete", boolean, boolean]>([
  ["expiry", "delete", true, true],
  ["drift", "delete", false, true],
  ["drift", "create", false, true],
  ["unsettled", "create", false, true],
  ["organization", "create", false, true],
  ["organization", "delete", false, false],
  ["config", "create", false, false],
  ["config", "delete", false, false],
])("%s, %s: for expiries alone %s, with repairs %s", (cause, action, expiries, repairs) => {
  const change = { id: "assignment:group/a:B:1", kind: "assignment", action, cause } as Change;
  expect(leftToSomebody([change], "expiries").size === 0).toBe(expiries);
  expect(leftToSomebody([change], "repairs").size === 0).toBe(repairs);
});
