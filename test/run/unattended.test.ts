import { describe, expect, test } from "vitest";
import type { Revision } from "../../src/declare/git-tree.js";
import type { Cause, Change } from "../../src/model/change.js";
import { leftToSomebody } from "../../src/plan/unattended.js";
import type { Unattended } from "../../src/plan/unattended.js";
import { runApply } from "../../src/run/apply.js";
import type { ApplyRun } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runDrift } from "../../src/run/plan.js";
import { memoryTree } from "../declare/memory-tree.js";
import { observedAccess } from "../support/observed-access.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const sandboxAccount = "111122223333";
const account = "444455556666";
const applied = "1".repeat(40);
type Files = Readonly<Record<string, string>>;

const people = `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
`;

/** Two teams that read; what else there is stands in `more`. */
function files(ops: string, guests: string, more = ""): Files {
  return {
    "people.yaml": people,
    "groups.yaml": `groups: {ops: {members: [${ops}]}, guests: {members: [${guests}]}}\n`,
    "sets.yaml": `permissionSets: {Read: {}, Admin: {}}
assignments:
  - {groups: [ops, guests], permissionSets: [Read], accounts: ["${account}"]}
${more}`,
  };
}

type Ended = {
  readonly run: ApplyRun;
  readonly world: RunWorld;
  readonly before: readonly string[];
  readonly now: readonly string[];
};

/** What a run does that nobody watches, where `base` was applied last, somebody has made `live` of it, and the files say `head`. */
async function after(given: {
  readonly base: Files;
  readonly live?: Files;
  readonly head?: Files;
  readonly may: Unattended;
  readonly at?: string;
  readonly revision?: Revision;
  readonly ancestry?: "ancestor" | "not-ancestor" | "unknown";
  readonly meanwhile?: (world: RunWorld) => void;
}): Promise<Ended> {
  const { base, live = base, head = base } = given;
  const world = createRunWorld({});
  const put = (these: Files): void => {
    for (const path of Object.keys(world.files)) delete world.files[path];
    for (const [name, yaml] of Object.entries(these)) world.files[`access/${name}`] = yaml;
  };
  world.commit = applied;
  for (const these of [base, live]) {
    put(these);
    const done = await runApply(world.order({ wallClock: () => Date.parse("2029-01-01") }));
    expect(exitCode(done.verdicts)).toBe(0);
  }
  put(head);
  world.commit = "2".repeat(40);
  given.meanwhile?.(world);
  const before = access(world);
  const run = await runApply(
    world.order({
      unattended: given.may,
      revisionOf: async () => given.revision ?? { ok: true, commit: applied, tree: memoryTree(base) },
      ancestryOf: async () => given.ancestry ?? "ancestor",
      wallClock: () => Date.parse(given.at ?? "2029-06-01"),
    }),
  );
  return { run, world, before, now: access(world) };
}

/** `bob Admin 444455556666`, sorted. */
function access({ sandbox }: RunWorld): readonly string[] {
  return [...observedAccess(sandbox.state)].map((one) => one.split(" {")[0] ?? "").sort();
}

function made({ result }: ApplyRun): readonly string[] {
  return (result?.outcomes ?? [])
    .map(({ change, outcome }) => `${outcome.status} ${change.cause} ${change.action} ${change.id}`)
    .sort();
}

function left({ plan }: ApplyRun): readonly string[] {
  return (plan?.withheld ?? []).map(
    ({ code, change }) => `${code} ${change.cause} ${change.action} ${change.id}`,
  );
}

const admin = (who: string): string => `  - {${who}, permissionSets: [Admin], accounts: ["${account}"]}\n`;
const guest = "{user: bob, expires: 2029-06-01}";

describe("a run that nobody watches", () => {
  test("ends what has run out, and leaves to others what was changed by hand", async () => {
    const { run } = await after({
      base: files("alice", `alice, ${guest}`),
      live: files("", `alice, ${guest}`),
      may: "expiries",
      at: "2029-06-02",
    });
    expect(exitCode(run.verdicts)).toBe(0);
    expect(made(run)).toEqual(["done expiry delete membership:guests/bob"]);
    expect(left(run)).toEqual(["not-reviewed drift create membership:ops/alice"]);
  });

  test("puts right what was changed by hand where it may", async () => {
    const { run } = await after({
      base: files("alice", `alice, ${guest}`),
      live: files("", `alice, ${guest}`),
      may: "repairs",
      at: "2029-06-02",
    });
    expect(exitCode(run.verdicts)).toBe(0);
    expect(made(run)).toEqual([
      "done drift create membership:ops/alice",
      "done expiry delete membership:guests/bob",
    ]);
    expect(left(run)).toEqual([]);
  });

  test("goes by what was applied, whatever the files say by now, and does not say that they were", async () => {
    const { run, world } = await after({
      base: files("alice, bob", ""),
      live: files("bob", ""),
      head: { ...files("", "bob", admin("users: [bob]")), "more.yaml": "groups: {new: {members: [bob]}}\n" },
      may: "repairs",
    });
    expect(made(run)).toEqual(["done drift create membership:ops/alice"]);
    expect([run.mark, run.plan?.live.mark, run.plan?.declared.commit]).toEqual([null, applied, applied]);
    expect(world.sent.filter((operation) => operation === "sso-admin TagResource")).toHaveLength(1);
  });

  test("takes nothing from anybody that what was applied gives, although the files have come to take it", async () => {
    const { before, now } = await after({
      base: files("alice, bob", "", admin("groups: [ops]")),
      live: files("alice", "", admin("groups: [ops]") + admin("users: [bob]")),
      head: files("alice", "", admin("groups: [ops]")),
      may: "repairs",
    });
    expect(before).toContain(`bob Admin ${account}`);
    expect(now).toContain(`bob Admin ${account}`);
  });

  test("gives nobody what neither they had nor what was applied gives", async () => {
    const { now } = await after({
      base: files("alice, bob", ""),
      live: files("alice", "", admin("groups: [ops]")),
      head: files("alice, bob", "", admin("users: [bob]")),
      may: "repairs",
    });
    expect(now).toEqual([`alice Read ${account}`, `bob Read ${account}`]);
  });

  test("puts no content in force that nobody has approved, although the files have come to ask for what is there", async () => {
    const base = files("alice", "");
    const sets = `permissionSets: {Read: {managedPolicies: [AdministratorAccess]}, Admin: {}}`;
    const head = { ...base, "sets.yaml": (base["sets.yaml"] ?? "").replace(/permissionSets: .*/, sets) };
    const { run, world } = await after({ base, head, may: "repairs", meanwhile: attachByHand });
    expect(made(run)).toEqual([
      "done drift provision provisioning:Read",
      "done drift update permissionSet:Read",
    ]);
    expect(JSON.stringify([...world.sandbox.state.roles.values()])).not.toContain("AdministratorAccess");
  });

  test("takes what has run out away, whatever would replace it and cannot be made now", async () => {
    const { run } = await after({
      base: files("alice, bob", guest),
      live: files("alice", guest),
      may: "expiries",
      at: "2029-06-02",
    });
    expect(made(run)).toEqual(["done expiry delete membership:guests/bob"]);
    expect(left(run)).toEqual(["not-reviewed drift create membership:ops/bob"]);
  });

  test("does nothing where nothing was ever applied, which is no fault", async () => {
    const world = createRunWorld({ "access/people.yaml": people });
    const ended = await runApply(world.order({ unattended: "repairs" }));
    const looked = await runDrift(world.order({ whose: "applied" }));
    for (const { verdicts, diagnostics } of [ended, looked]) {
      expect(exitCode(verdicts)).toBe(0);
      expect(diagnostics).toMatchObject([{ code: "never-applied", severity: "warning" }]);
    }
  });

  test("does nothing where git does not have what was applied, which is one", async () => {
    const { run } = await after({
      base: files("alice", "bob"),
      live: files("", ""),
      may: "repairs",
      revision: { ok: false, why: "unknown" },
    });
    expect([exitCode(run.verdicts), run.result]).toEqual([3, null]);
    expect(run.diagnostics).toMatchObject([{ code: "applied-unknown", severity: "error" }]);
  });

  test.each([
    ["not-ancestor", "stale-checkout"],
    ["unknown", "unknown-ancestry"],
  ] as const)("does nothing where what was applied is not in this history: %s", async (ancestry, code) => {
    const { run, before, now } = await after({
      base: files("alice", `alice, ${guest}`),
      live: files("", `alice, ${guest}`),
      may: "repairs",
      at: "2029-06-02",
      ancestry,
    });
    expect([exitCode(run.verdicts), run.result, now]).toEqual([5, null, before]);
    expect(run.diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([{ code }]);
  });

  test("goes by what was applied although the files here are not sound", async () => {
    const { run } = await after({
      base: files("alice", `alice, ${guest}`),
      head: { "people.yaml": "users: [" },
      may: "expiries",
      at: "2029-06-02",
    });
    expect(exitCode(run.verdicts)).toBe(0);
    expect(made(run)).toEqual(["done expiry delete membership:guests/bob"]);
    expect(run.diagnostics.map(({ code }) => code)).toEqual(["expired"]);
  });

  test("leaves alone who would lose by an account that was moved", async () => {
    const spread = `  - {groups: [ops, guests], permissionSets: [Admin], accounts: [{name: "sand*", optional: true}]}\n`;
    const { run, before, now } = await after({
      base: files("alice", "bob", spread),
      may: "repairs",
      meanwhile: ({ sandbox }) => {
        for (const one of sandbox.state.organization.accounts.values())
          if (one.id === sandboxAccount) Object.assign(one, { name: "moved" });
      },
    });
    expect(now).toEqual(before);
    expect(left(run)).toEqual([
      `not-reviewed organization delete assignment:group/guests:Admin:${sandboxAccount}`,
      `not-reviewed organization delete assignment:group/ops:Admin:${sandboxAccount}`,
    ]);
  });
});

/** In the console: administrator rights on Read, and nobody has put them in force yet. */
function attachByHand({ sandbox }: RunWorld): void {
  const { permissionSets } = sandbox.state;
  for (const [arn, set] of permissionSets)
    if (set.name === "Read")
      permissionSets.set(arn, {
        ...set,
        revision: set.revision + 1,
        content: { ...set.content, managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      });
}

test.each<[Cause, "create" | "delete", boolean, boolean]>([
  ["expiry", "delete", true, true],
  ["drift", "delete", false, true],
  ["drift", "create", false, true],
  ["unsettled", "create", false, true],
  ["organization", "create", false, true],
  ["organization", "delete", false, false],
])("%s, %s: for expiries alone %s, with repairs %s", (cause, action, expiries, repairs) => {
  const change = { id: "assignment:group/a:B:1", kind: "assignment", action, cause } as Change;
  expect(leftToSomebody([change], "expiries").size === 0).toBe(expiries);
  expect(leftToSomebody([change], "repairs").size === 0).toBe(repairs);
});
