import { noConsent } from "../../src/plan/consent.js";
import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import type { ApplyRun } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runPlan } from "../../src/run/plan.js";
import { text } from "../sandbox/world.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const account = "444455556666";
const files = {
  "access/people.yaml": `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
`,
  "access/groups.yaml": "groups:\n  developers: {members: [alice]}\n  auditors: {members: [bob]}\n",
  "access/sets.yaml": "permissionSets:\n  S3: {}\n  Read: {}\n",
  "access/rules.yaml": `assignments:\n  - {groups: [developers], permissionSets: [S3], accounts: ["${account}"]}\n`,
};

async function established(): Promise<RunWorld> {
  const world = createRunWorld(files);
  expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
  return world;
}

/** Applies files of which some have changed, while somebody does something between the plan and its first write. */
async function applied(
  world: RunWorld,
  changed: Partial<typeof files>,
  meanwhile: () => void,
): Promise<ApplyRun> {
  Object.assign(world.files, changed);
  // Some of the changes empty a whole kind, which is a guard's business and not what these tests are about.
  const digest = (await runPlan(world.order())).plan?.digest ?? "";
  return runApply(
    world.order({
      consent: { ...noConsent, allow: new Map([["empty-declaration", digest]]) },
      confirm: async () => {
        meanwhile();
        return "yes";
      },
    }),
  );
}

function outcomes({ result }: ApplyRun): readonly string[] {
  return (result?.outcomes ?? []).map(
    ({ change, outcome }) => `${outcome.status} ${change.action} ${change.id}`,
  );
}

function groupId(world: RunWorld, name: string): string {
  const by = { UniqueAttribute: { AttributePath: "displayName", AttributeValue: name } };
  return text(world.store("GetGroupId", { AlternateIdentifier: by }), "GroupId");
}

function setArn(world: RunWorld, name: string): string {
  return [...world.sandbox.state.permissionSets.values()].find((set) => set.name === name)?.arn ?? "";
}

function rename(world: RunWorld, from: string, to: string): void {
  world.store("UpdateGroup", {
    GroupId: groupId(world, from),
    Operations: [{ AttributePath: "displayName", AttributeValue: to }],
  });
}

describe("a group that has got another name meanwhile", () => {
  test("gets nothing that was meant for its old one", async () => {
    const world = await established();
    const run = await applied(
      world,
      {
        "access/rules.yaml": `${files["access/rules.yaml"]}  - {groups: [auditors], permissionSets: [Read], accounts: ["${account}"]}\n`,
      },
      () => rename(world, "auditors", "contractors"),
    );
    expect(exitCode(run.verdicts)).toBe(1);
    expect(outcomes(run)).toEqual([`failed create assignment:group/auditors:Read:${account}`]);
    expect(world.sandbox.state.assignments.size).toBe(1);
  });

  test("gets no member, and is not deleted", async () => {
    const world = await established();
    const members = await applied(
      world,
      {
        "access/groups.yaml":
          "groups:\n  developers: {members: [alice]}\n  auditors: {members: [bob, alice]}\n",
      },
      () => rename(world, "auditors", "admins"),
    );
    expect(outcomes(members)).toEqual(["failed create membership:auditors/alice"]);
    expect(world.sandbox.state.memberships.size).toBe(2);

    const deletion = await established();
    await applied(deletion, { "access/groups.yaml": "groups:\n  developers: {members: [alice]}\n" }, () =>
      rename(deletion, "auditors", "admins"),
    );
    expect([...deletion.sandbox.state.groups.values()].map(({ displayName }) => displayName).sort()).toEqual([
      "admins",
      "developers",
    ]);
  });
});

describe("a group that was made anew meanwhile", () => {
  test("loses the member that it has", async () => {
    const world = await established();
    const run = await applied(
      world,
      { "access/groups.yaml": "groups:\n  developers: {members: [alice]}\n  auditors: {}\n" },
      () => {
        const [bob] = world.sandbox.state.users.by("name", "bob");
        world.store("DeleteGroup", { GroupId: groupId(world, "auditors") });
        world.member(world.group("auditors"), bob?.id ?? "");
      },
    );
    expect(exitCode(run.verdicts)).toBe(0);
    expect((await runPlan(world.order())).plan?.changes).toEqual([]);
  });

  test("loses the grant that it has", async () => {
    const world = await established();
    const run = await applied(world, { "access/rules.yaml": "assignments: []\n" }, () => {
      const [arn, old] = [setArn(world, "S3"), groupId(world, "developers")];
      world.unassign(arn, old, account);
      world.store("DeleteGroup", { GroupId: old });
      const anew = world.group("developers");
      world.member(anew, world.sandbox.state.users.by("name", "alice")[0]?.id ?? "");
      world.assign(arn, anew, account);
    });
    expect(exitCode(run.verdicts)).toBe(0);
    expect((await runPlan(world.order())).plan?.changes).toEqual([]);
  });
});

describe("a permission set that has gone meanwhile", () => {
  test("is gone, with its assignments", async () => {
    const world = await established();
    const run = await applied(
      world,
      { "access/sets.yaml": "permissionSets:\n  Read: {}\n", "access/rules.yaml": "assignments: []\n" },
      () => {
        world.unassign(setArn(world, "S3"), groupId(world, "developers"), account);
        world.admin("DeletePermissionSet", { PermissionSetArn: setArn(world, "S3") });
      },
    );
    expect(exitCode(run.verdicts)).toBe(0);
    expect((await runPlan(world.order())).plan?.changes).toEqual([]);
  });
});

describe("two runs at the same time", () => {
  test("the one that ends last leaves the mark of the other, and says so", async () => {
    const world = await established();
    world.commit = "a".repeat(40);
    const order = world.order({
      onChange: ({ type }) => {
        if (type === "reading-back")
          world.admin("TagResource", {
            ResourceArn: "arn:aws:sso:::instance/ssoins-1111222233334444",
            Tags: [{ Key: "idc:applied", Value: "b".repeat(40) }],
          });
      },
    });
    Object.assign(world.files, {
      "access/groups.yaml": "groups:\n  developers: {members: [alice, bob]}\n  auditors: {members: [bob]}\n",
    });
    const run = await runApply(order);
    expect(exitCode(run.verdicts)).toBe(1);
    expect(run.mark).toBeNull();
    expect(run.result?.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining(`Another run has applied ${"b".repeat(40)} meanwhile`),
    ]);
    expect((await runPlan(world.order())).plan?.live.mark).toBe("b".repeat(40));
  });
});
