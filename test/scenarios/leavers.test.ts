import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import { runPlan } from "../../src/run/plan.js";
import { setUserStatus } from "../../src/sandbox/state.js";
import { reopen, suspend } from "../run/revoke-world.js";
import { createRunWorld, type RunWorld } from "../run/run-world.js";
import { text } from "../sandbox/world.js";

// Whoever leaves, by a word in the files or by leaving them, loses everything first of all: memberships, grants of their
// own, applications of their own.

const account = "111122223333";
const people = (ben: string): string => `
users:
  ann: {givenName: Ann, familyName: Lee, email: ann@example.com}
${ben}
groups:
  dev: {members: [ann, ben]}
permissionSets:
  Deploy: {sessionDuration: PT2H}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: ["${account}"]}
  - {users: [ben], permissionSets: [Deploy], accounts: ["444455556666"]}
`;
const withBen = people("  ben: {givenName: Ben, familyName: Ray, email: ben@example.com}");
const benDisabled = people(
  "  ben: {givenName: Ben, familyName: Ray, email: ben@example.com, status: disabled}",
);
const withoutBen = `
users:
  ann: {givenName: Ann, familyName: Lee, email: ann@example.com}
groups:
  dev: {members: [ann]}
permissionSets:
  Deploy: {sessionDuration: PT3H}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: ["${account}"]}
`;

/** Ben has two applications of his own and one through his group; ann has one. */
async function established(): Promise<RunWorld> {
  const world = createRunWorld({ "access/all.yaml": withBen });
  expect((await runApply(world.order())).verdicts).toEqual([]);
  assign(world, "wiki", "USER", userId(world, "ben"));
  assign(world, "dashboards", "USER", userId(world, "ben"));
  assign(world, "payments-console", "GROUP", [...world.sandbox.state.groups.values()][0]?.id ?? "");
  assign(world, "wiki", "USER", userId(world, "ann"));
  world.sent.length = 0;
  return world;
}

function applications(world: RunWorld): ReadonlyMap<string, string> {
  const { Applications } = world.admin("ListApplications", {});
  return new Map((Applications as object[]).map((one) => [text(one, "Name"), text(one, "ApplicationArn")]));
}

function assign(world: RunWorld, name: string, PrincipalType: "USER" | "GROUP", PrincipalId: string): void {
  const ApplicationArn = applications(world).get(name);
  world.admin("CreateApplicationAssignment", { ApplicationArn, PrincipalType, PrincipalId });
}

function userId(world: RunWorld, name: string): string {
  return world.sandbox.state.users.by("name", name)[0]?.id ?? "";
}

/** `wiki USER ann`. */
function assigned(world: RunWorld): readonly string[] {
  const names = new Map([...applications(world)].map(([name, arn]) => [arn, name]));
  return [...world.sandbox.state.applicationAssignments.values()]
    .map(({ applicationArn, principalType, principalId }) => {
      const who = ["ann", "ben"].find((name) => userId(world, name) === principalId) ?? "dev";
      return `${names.get(applicationArn)} ${principalType} ${who}`;
    })
    .sort();
}

function byName(left: unknown, right: unknown): number {
  return text(left, "name") < text(right, "name") ? -1 : 1;
}

const writes = /^\S+ (Create|Update|Delete|Put|Provision|Tag|Untag|Attach|Detach)/;

describe("somebody who leaves", () => {
  test.each([
    ["disabled in the files", benDisabled, ""],
    ["gone from the files", withoutBen, ""],
    ["gone, and to be deleted", withoutBen, "identityCenter: {onUserRemoval: delete}\n"],
  ])(
    "%s loses everything, applications included, before anything else is written",
    async (_, files, settings) => {
      const world = await established();
      world.files["access/all.yaml"] = files;
      if (settings !== "") world.files["access/settings.yaml"] = settings;
      const run = await runApply(world.order());
      expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(run.verdicts).toEqual([]);

      const made = world.sent.filter((operation) => writes.test(operation));
      expect(made.slice(0, 4).sort()).toEqual([
        "identitystore DeleteGroupMembership",
        "sso-admin DeleteAccountAssignment",
        "sso-admin DeleteApplicationAssignment",
        "sso-admin DeleteApplicationAssignment",
      ]);
      expect(assigned(world)).toEqual(["payments-console GROUP dev", "wiki USER ann"]);
      expect(world.sandbox.state.users.by("name", "ben").length).toBe(settings === "" ? 1 : 0);
      expect((await runPlan(world.order())).plan?.changes).toEqual([]);
    },
  );

  test.each([
    ["disable", "something is in a suspended account"],
    ["delete", "something is in a suspended account"],
    ["delete", "something cannot be read"],
  ])("who cannot be brought to an end (%s) as %s loses the rest first all the same", async (mode, why) => {
    const world = await established();
    world.files["access/all.yaml"] = withoutBen.replace("groups:", "groups:\n  a-new-one: {}");
    world.files["access/settings.yaml"] = `identityCenter: {onUserRemoval: ${mode}}\n`;
    if (why === "something cannot be read")
      world.faults = ({ operation }) =>
        operation === "sso-admin ListApplications" ? { refuse: "AccessDeniedException" } : null;
    else suspend(world, "444455556666");
    const { plan, result } = await runApply(world.order());
    expect(result?.outcomes.every(({ outcome }) => outcome.status === "done")).toBe(true);
    expect(plan?.withheld.map(({ change }) => change.id)).toContain("user:ben");
    const made = world.sent.filter((operation) => writes.test(operation));
    const taken = /DeleteGroupMembership|DeleteAccountAssignment|DeleteApplicationAssignment/;
    const firstOther = made.findIndex((operation) => !taken.test(operation));
    expect(made.slice(firstOther).filter((operation) => taken.test(operation))).toEqual([]);
    expect([firstOther, made[firstOther]]).toEqual([
      why === "something cannot be read" ? 2 : 3,
      "identitystore CreateGroup",
    ]);
  });

  test.each([
    ["to be deleted, loses their applications", "delete", 0],
    ["not to be deleted, keeps what they cannot sign in to", "disable", 1],
  ])("and is DISABLED already, %s", async (_, onUserRemoval, left) => {
    const world = await established();
    setUserStatus(world.sandbox.state, userId(world, "ben"), "DISABLED");
    const assignments = world.sandbox.state.applicationAssignments;
    const heldBefore = assignments.size;
    world.files["access/all.yaml"] = withoutBen;
    world.files["access/settings.yaml"] = `identityCenter: {onUserRemoval: ${onUserRemoval}}\n`;
    expect((await runApply(world.order())).verdicts).toEqual([]);
    expect(world.sandbox.state.users.by("name", "ben")).toHaveLength(left);
    expect(assignments.size).toBe(left === 0 ? heldBefore - 2 : heldBefore);
    expect((await runPlan(world.order())).plan?.changes).toEqual([]);
  });

  test("is told in the plan with the applications' names", async () => {
    const world = await established();
    world.files["access/all.yaml"] = benDisabled;
    const { plan } = await runPlan(world.order());
    const lost = plan?.changes.filter(({ kind }) => kind === "applicationAssignment") ?? [];
    expect(lost.flatMap((change) => ("before" in change ? [change.before] : [])).toSorted(byName)).toEqual([
      { name: "dashboards" },
      { name: "wiki" },
    ]);
    expect(lost.map(({ source }) => source?.line)).toEqual([4, 4]);
    expect(plan?.changes.find(({ action }) => action === "disable")).toMatchObject({
      fields: expect.arrayContaining([{ path: "applications", before: ["dashboards", "wiki"], after: [] }]),
      dependsOn: expect.arrayContaining(lost.map(({ id }) => id)),
    });
  });

  test.each([
    ["disabled in the files", benDisabled, "disable", []],
    ["disabled in the files, where others are deleted", benDisabled, "delete", []],
    ["gone, and to be deleted", withoutBen, "delete", ["deletion-waits"]],
  ])(
    "%s, is told as somebody to disable who keeps what is in a suspended account",
    async (_, files, onUserRemoval, waits) => {
      const world = await established();
      suspend(world, "444455556666");
      world.files["access/all.yaml"] = files;
      world.files["access/settings.yaml"] = `identityCenter: {onUserRemoval: ${onUserRemoval}}\n`;
      const { verdicts } = await runApply(world.order());
      expect(verdicts).toEqual([]);
      const { plan } = await runPlan(world.order());
      expect(plan?.changes).toEqual([]);
      expect(plan?.notes.map(({ code }) => code)).toEqual([...waits, "disable-in-console"]);
      expect(plan?.notes.at(-1)?.message).toBe(
        "To be disabled, and still able to sign in, with what cannot be taken away here and is withheld: ben (Deploy in payments-prod). No API can set a user's status.",
      );

      reopen(world, "444455556666");
      expect((await runApply(world.order())).verdicts).toEqual([]);
      expect(world.sandbox.state.users.by("name", "ben")).toHaveLength(waits.length === 0 ? 1 : 0);
      const { plan: last } = await runPlan(world.order());
      expect(last?.notes.map(({ code }) => code)).toEqual(waits.length === 0 ? ["disable-in-console"] : []);
    },
  );

  test("is the only one who is asked about, and no longer once they are DISABLED", async () => {
    const world = await established();
    await runPlan(world.order());
    const ofApplications = /Application/;
    expect(world.sent.filter((operation) => ofApplications.test(operation))).toEqual([]);

    world.files["access/all.yaml"] = benDisabled;
    await runPlan(world.order());
    expect(world.sent.filter((operation) => ofApplications.test(operation))).toEqual([
      "sso-admin ListApplications",
      "sso-admin ListApplicationAssignmentsForPrincipal",
    ]);

    await runApply(world.order());
    setUserStatus(world.sandbox.state, userId(world, "ben"), "DISABLED");
    world.sent.length = 0;
    await runPlan(world.order());
    expect(world.sent.filter((operation) => ofApplications.test(operation))).toEqual([]);
  });

  test("is not deleted where applications cannot be read: nobody would find them any more", async () => {
    const world = await established();
    world.files["access/all.yaml"] = withoutBen;
    world.files["access/settings.yaml"] = "identityCenter: {onUserRemoval: delete}\n";
    world.faults = ({ operation }) =>
      operation === "sso-admin ListApplicationAssignmentsForPrincipal"
        ? { refuse: "AccessDeniedException" }
        : null;
    const run = await runApply(world.order());
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(run.plan?.withheld).toMatchObject([{ change: { id: "user:ben" }, code: "incomplete-read" }]);
    expect(world.sandbox.state.memberships.size).toBe(1);
    expect(assigned(world)).toContain("wiki USER ben");

    world.faults = null;
    expect((await runApply(world.order())).verdicts).toEqual([]);
    expect(assigned(world)).toEqual(["payments-console GROUP dev", "wiki USER ann"]);
    expect(world.sandbox.state.users.by("name", "ben")).toEqual([]);
  });

  test("loses the rest where applications cannot be read, which is told", async () => {
    const world = await established();
    world.files["access/all.yaml"] = benDisabled;
    world.faults = ({ operation }) =>
      operation === "sso-admin ListApplications" ? { refuse: "AccessDeniedException" } : null;
    const run = await runApply(world.order());
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(run.plan?.diagnostics).toMatchObject([
      {
        code: "incomplete-read",
        message: expect.stringContaining("Could not read the applications of people who leave"),
      },
    ]);
    expect(world.sandbox.state.memberships.size).toBe(1);
    expect(run.result?.outcomes.every(({ outcome }) => outcome.status === "done")).toBe(true);
    expect(assigned(world)).toContain("wiki USER ben");
  });
});
