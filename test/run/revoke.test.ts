import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import type { ApplyRun } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import type { RevokePreview } from "../../src/run/revoke.js";
import { decodeOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { assignmentInput, text } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import {
  accessOf,
  allTaken,
  applied,
  bobsAccess,
  company,
  cutOffIn,
  dev,
  endsOf,
  files,
  heldBy,
  idOf,
  lifted,
  management,
  pendingIn,
  prod,
  revoked,
  setNamed,
  tagsOf,
} from "./revoke-world.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const denied: Fault = { refuse: "AccessDeniedException", message: "no" };

/** What was written, in order; and what bob still held when each thing was that takes nothing away. */
function watched(world: RunWorld): { readonly writes: string[]; readonly heldAt: [string, number][] } {
  const seen: { writes: string[]; heldAt: [string, number][] } = { writes: [], heldAt: [] };
  world.faults = ({ operation }) => {
    const name = operation.split(" ")[1] ?? "";
    if (!isWrite({ operation: name })) return null;
    seen.writes.push(name);
    world.settle();
    if (!name.startsWith("Delete")) seen.heldAt.push([name, heldBy(world, "bob")]);
    return null;
  };
  return seen;
}

describe("somebody who has to be out at once", () => {
  test("has nothing any more before anything else is written, and nothing else is", async () => {
    const world = await company({ settleMs: 900, inFlight: 10 });
    expect(accessOf(world, "bob")).toEqual(bobsAccess);
    const seen = watched(world);
    const before = world.log.length;
    const run = await revoked(world, { sessions: true });
    expect(run).toMatchObject({ verdicts: [], diagnostics: [] });
    expect(endsOf(run)).toEqual(allTaken);
    expect(accessOf(world, "bob")).toEqual([]);

    const first = seen.writes.findIndex((name) => !name.startsWith("Delete"));
    expect(seen.writes.slice(0, first).sort()).toEqual([
      "DeleteAccountAssignment",
      "DeleteAccountAssignment",
      "DeleteGroupMembership",
      "DeleteGroupMembership",
      "DeleteGroupMembership",
    ]);
    expect(seen.writes[first]).toBe("TagResource");
    expect(seen.writes.slice(first + 1).sort()).toEqual([
      ...["Admin", "Own", "Read"].map(() => "ProvisionPermissionSet"),
      ...["Admin", "Own", "Read"].map(() => "PutInlinePolicyToPermissionSet"),
    ]);
    expect(seen.heldAt.map(([, held]) => held)).toEqual(seen.heldAt.map(() => 0));
    // The sandbox's own log says the same, and that every deletion was followed to its end before the tag.
    const own = world.log.slice(before);
    const log = own.filter(({ operation }) => isWrite({ operation }) || operation.startsWith("Describe"));
    const tag = log.findIndex(({ operation }) => operation === "TagResource");
    const ends = log.flatMap(({ operation }, index) =>
      operation === "DescribeAccountAssignmentDeletionStatus" ? [index] : [],
    );
    expect(ends.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...ends)).toBeLessThan(tag);
    expect(log.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  });

  test("loses applications of their own as well, before the instance is tagged", async () => {
    const world = await company();
    const [application] = Object.values(world.admin("ListApplications", {})["Applications"] as object);
    const bob = idOf(world.sandbox.state, "bob");
    world.admin("CreateApplicationAssignment", {
      ApplicationArn: text(application, "ApplicationArn"),
      PrincipalType: "USER",
      PrincipalId: bob,
    });
    const seen = watched(world);
    const run = await revoked(world);
    expect(run.verdicts).toEqual([]);
    expect(run.result?.outcomes.map(({ change }) => change.kind)).toContain("applicationAssignment");
    expect(world.sandbox.state.applicationAssignments.size).toBe(0);
    expect(seen.writes.indexOf("DeleteApplicationAssignment")).toBeGreaterThanOrEqual(0);
    expect(seen.writes.indexOf("DeleteApplicationAssignment")).toBeLessThan(
      seen.writes.indexOf("TagResource"),
    );
  });

  test("is told apart by a tag on the instance, and gets nothing back by the files", async () => {
    const world = await company();
    world.clock.time = Date.UTC(2026, 10, 26, 9, 30, 0, 250);
    const run = await revoked(world);
    const id = idOf(world.sandbox.state, "bob");
    expect(tagsOf(world)).toEqual({ [`idc:revoked:${id}`]: "2026-11-26T09:30:00Z bob" });
    expect(run.result).toMatchObject({ userId: id, since: "2026-11-26T09:30:00Z" });
    expect(await applied(world)).toEqual([]);
    expect(await pendingIn(world)).toEqual({ changes: [], notes: ["revoked"] });
    expect(accessOf(world, "bob")).toEqual([]);
    expect(accessOf(world, "ann")).toEqual([`ann Read ${dev}`, `ann Read ${prod}`]);
  });

  test("and is deleted to be on the safe side, is not made anew by the files, nor given anything by that name", async () => {
    const world = await company();
    const { state } = world.sandbox;
    await revoked(world);
    world.store("DeleteUser", { UserId: idOf(state, "bob") });
    expect(await pendingIn(world)).toEqual({ changes: [], notes: ["revoked"] });
    expect(await applied(world)).toEqual([]);
    expect(state.users.by("name", "bob")).toHaveLength(0);

    const other = world.user("bob", { Emails: [{ Value: "bob@example.com", Type: "work", Primary: true }] });
    world.member(groupId(world, "operators"), other);
    expect((await pendingIn(world)).changes).toEqual(
      expect.arrayContaining(["delete membership:operators/bob", "disable user:bob"]),
    );
    await applied(world);
    expect(accessOf(world, "bob")).toEqual([]);

    expect((await revoked(world)).verdicts).toEqual([]);
    expect(Object.keys(tagsOf(world))).toHaveLength(2);
    expect(await lifted(world)).toMatchObject({ verdicts: [], result: { isLifted: true } });
    expect(tagsOf(world)).toEqual({});
    await applied(world);
    expect(accessOf(world, "bob")).toEqual(bobsAccess);
  });

  test("waits for nothing that others have in progress, and is read without the rest", async () => {
    const world = await company({ settleMs: 60_000 });
    world.admin(
      "CreateAccountAssignment",
      assignmentInput(setNamed(world, "Others").arn, groupId(world, "empty"), prod),
    );
    let firstWrite = 0;
    world.faults = ({ operation }) => {
      if (firstWrite === 0 && operation.includes(" Delete")) firstWrite = world.clock.time;
      return null;
    };
    const since = world.clock.time;
    await revoked(world);
    expect(firstWrite - since).toBe(0);
    expect(world.sent).not.toContain("identitystore ListUsers");
    expect(world.sent).not.toContain("organizations ListAccounts");
  });

  test("is asked about with all that goes, and nothing is written before the answer", async () => {
    const world = await company();
    const previews: RevokePreview[] = [];
    for (const answer of ["no", "nobody-there"] as const) {
      const run = await revoked(world, {
        confirm: async (preview) => {
          previews.push(preview);
          return answer;
        },
      });
      expect(run).toMatchObject({ result: null, verdicts: [answer === "no" ? "interrupted" : "invalid"] });
      expect(exitCode(run.verdicts)).toBe(answer === "no" ? 130 : 3);
    }
    expect(previews[0]).toMatchObject({ user: "bob", since: null, unread: [] });
    expect(previews[0]?.removals.map(({ action, id }) => `${action} ${id}`).sort()).toEqual(
      Object.keys(allTaken).sort(),
    );
    expect(world.sent.filter((operation) => isWrite({ operation: operation.split(" ")[1] ?? "" }))).toEqual(
      [],
    );
  });

  test.each([
    ["bbo", "no-such-user"],
    ["Bob", "user-name-case"],
    ["", "no-such-user"],
    ["bob@example.com", "no-such-user"],
  ])("is meant by exactly their name: %j is %s", async (user, code) => {
    const world = await company();
    if (user === "") world.faults = ({ operation }) => (operation.includes("GetUserId") ? notFound : null);
    const run = await revoked(world, { user });
    expect(run).toMatchObject({ verdicts: ["invalid"], result: null, diagnostics: [{ code }] });
    expect(heldBy(world, "bob")).toBe(5);
  });

  test("is out although they hold nothing, and the second time, too", async () => {
    const world = await company();
    await revoked(world);
    const tags = tagsOf(world);
    world.clock.time += 3_600_000;
    const before = world.log.length;
    const again = await revoked(world, {
      confirm: async ({ since }) => (`${since} bob` === Object.values(tags)[0] ? "yes" : "no"),
    });
    expect(again).toMatchObject({ verdicts: [], result: { outcomes: [] } });
    expect(world.log.slice(before).filter(isWrite)).toEqual([]);
    expect(tagsOf(world)).toEqual(tags);
  });

  test("is told to be the one who runs this", async () => {
    const world = await company();
    world.faults = ({ operation }) =>
      operation === "sts GetCallerIdentity"
        ? {
            body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::999900001111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/bob</Arn><UserId>x</UserId><Account>999900001111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
          }
        : null;
    expect((await revoked(world)).diagnostics).toMatchObject([
      { code: "revoking-yourself", severity: "warning" },
    ]);
  });
});

describe("files", () => {
  test("that are not sound stop nothing, and are told of", async () => {
    const world = await company();
    world.files["access/people.yaml"] = "users: {bob: {givenName: [}\n";
    const run = await revoked(world, { sessions: true });
    expect(run).toMatchObject({
      verdicts: [],
      diagnostics: [{ code: "files-unsound", severity: "warning" }],
    });
    expect(endsOf(run)).toEqual(allTaken);
    expect(cutOffIn(world)).toEqual({ Admin: ["bob"], Own: ["bob"], Read: ["bob"] });
  });

  test("that ask idc to go slowly do not hold it up", async () => {
    const world = await company();
    world.files["access/settings.yaml"] =
      "identityCenter: {region: eu-west-1, limits: {requestsPerSecond: 0.01, operationsInFlight: 1}}\n";
    const asked: unknown[] = [];
    const { connect } = world.order();
    const run = await revoked(world, {
      connect: (settings) => {
        asked.push(settings.region, settings.limits);
        return connect(settings);
      },
    });
    expect(run.verdicts).toEqual([]);
    expect(asked).toEqual(["eu-west-1", { requestsPerSecond: null, operationsInFlight: null }]);
  });

  test("that are not there stop nothing", async () => {
    const world = await company();
    world.files = {};
    const run = await revoked(world);
    expect(run).toMatchObject({ verdicts: [], diagnostics: [{ code: "files-unsound" }] });
    expect(endsOf(run)).toEqual(allTaken);
  });

  test("that are for another Identity Center are refused, sound or not", async () => {
    const world = await company();
    for (const more of ["", "groups: [\n"]) {
      world.files["access/settings.yaml"] =
        "identityCenter: {instanceArn: arn:aws:sso:::instance/ssoins-9999888877776666}\n";
      world.files["access/people.yaml"] = more;
      const run = await revoked(world);
      expect(run).toMatchObject({ verdicts: ["invalid"], result: null });
      expect(run.diagnostics.map(({ code }) => code)).toContain("foreign-files");
    }
    expect(heldBy(world, "bob")).toBe(5);
  });

  test("that leave people to a provider, or groups to others, keep nobody in, and what is left to do says whose they are", async () => {
    const world = await company();
    world.files["access/settings.yaml"] =
      "identityCenter: {identitySource: external, manage: {assignments: none}, ignore: {users: [bob], groups: ['*']}}\n";
    const run = await revoked(world);
    expect(endsOf(run)).toEqual(allTaken);
    expect(run.result?.byHand[0]).toMatch(
      /Disable bob at the identity provider.*memberships are the provider's/,
    );
    expect(run.result?.byHand.join("\n")).toContain('"Active sessions"');
  });
});

describe("what cannot be read", () => {
  test.each([
    ["their own grants", ["sso-admin ListAccountAssignmentsForPrincipal"]],
    ["their groups", ["identitystore ListGroupMembershipsForMember"]],
    ["both", ["sso-admin ListAccountAssignmentsForPrincipal", "identitystore ListGroupMembershipsForMember"]],
  ])("of one person, %s, is found in a reading of everybody's access", async (_what, operations) => {
    const world = await company();
    world.faults = ({ operation }) => (operations.includes(operation) ? denied : null);
    const run = await revoked(world);
    expect(run).toMatchObject({ verdicts: [], result: { errors: [] } });
    expect(endsOf(run)).toEqual(allTaken);
    expect(heldBy(world, "bob")).toBe(0);
  });

  test("keeps nothing that is known in place, and is never told to be gone", async () => {
    const world = await company();
    world.faults = ({ operation }) =>
      operation.startsWith("sso-admin ListAccountAssignments") ? denied : null;
    const run = await revoked(world);
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(run.result?.errors).toMatchObject([
      { kind: "denied", operation: "sso-admin ListAccountAssignments" },
    ]);
    expect(Object.keys(endsOf(run)).sort()).toEqual(
      Object.keys(allTaken)
        .filter((id) => id.includes("membership"))
        .sort(),
    );
    expect(accessOf(world, "bob")).toEqual([`bob Own ${dev}`, `bob Read ${dev}`]);
    // The tag says it to the next apply, which reads by permission set.
    world.faults = null;
    expect(await applied(world)).toEqual([
      `delete assignment:user/bob:Own:${dev}`,
      `delete assignment:user/bob:Read:${dev}`,
      "disable user:bob",
    ]);
    expect(accessOf(world, "bob")).toEqual([]);
  });

  test("of their groups does not keep their own grants in place", async () => {
    const world = await company();
    world.faults = ({ operation }) =>
      operation.startsWith("identitystore ListGroupMemberships") ? denied : null;
    const run = await revoked(world);
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(accessOf(world, "bob")).toEqual([`bob Admin ${prod}`, `bob Read ${dev}`, `bob Read ${prod}`]);
    expect(run.result?.outcomes).toHaveLength(2);
  });

  test("by a delegated administrator, or changed in the management account, is told", async () => {
    const delegated = "AKIDDELEGATED";
    const organization = decodeOrganization(
      {
        managementAccount: { id: management, name: "management" },
        region: "eu-west-1",
        accounts: [
          { id: dev, name: "dev", ou: "Workloads" },
          { id: prod, name: "prod", ou: "Workloads" },
        ],
        callers: { [delegated]: { account: dev, as: "delegated-administrator" } },
      },
      "",
    );
    const world = await company({ state: newState(organization) });
    world.assign(setNamed(world, "Own").arn, idOf(world.sandbox.state, "bob"), management, "USER");
    const credentials = { accessKeyId: delegated, secretAccessKey: "secret" };
    const connect = async () => ({ ...(await world.connect({ credentials })), operationsInFlight: 10 });
    const run = await revoked(world, { sessions: true, connect });
    expect(run.verdicts).toEqual(["incomplete"]);
    // A set that is provisioned in the management account is out of a delegated administrator's reach everywhere.
    expect(accessOf(world, "bob")).toEqual([`bob Own ${dev}`, `bob Own ${management}`]);
    expect(endsOf(run)).toEqual({
      ...allTaken,
      [`delete assignment:user/bob:Own:${dev}`]: "failed",
      [`delete assignment:user/bob:Own:${management}`]: "failed",
    });
    const left = run.result?.sessions.cutOff?.filter(({ status }) => status === "left");
    expect(left).toMatchObject([{ permissionSet: "Own", why: "out-of-reach" }]);
    expect(run.result?.sessions.sets).toBeNull();
    expect(cutOffIn(world)).toEqual({ Admin: ["bob"], Others: ["bob"], Read: ["bob"] });
  });

  test("before anything is known ends it, and nothing was changed", async () => {
    const world = await company();
    world.faults = ({ operation }) => (operation === "identitystore GetUserId" ? denied : null);
    await expect(revoked(world)).rejects.toMatchObject({ kind: "denied" });
    expect(heldBy(world, "bob")).toBe(5);
  });
});

describe("the tag", () => {
  const bobsTag: Fault = denied;
  test.each([
    ["is refused", bobsTag, "denied"],
    ["would be one too many", { refuse: "ServiceQuotaExceededException", message: "too many tags" }, "quota"],
  ])("that %s keeps nothing in place, and it is said what that means", async (_what, fault, kind) => {
    const world = await company();
    world.faults = ({ operation }) => (operation === "sso-admin TagResource" ? fault : null);
    const run = await revoked(world, { sessions: true });
    expect(run).toMatchObject({ verdicts: ["incomplete"], result: { since: null, errors: [{ kind }] } });
    expect(endsOf(run)).toEqual(allTaken);
    expect(run.result?.byHand.at(-1)).toContain(
      "Say so in the access files before anything is applied again",
    );
    expect(cutOffIn(world)).toEqual({ Admin: ["bob"], Own: ["bob"], Read: ["bob"] });
    expect(accessOf(world, "bob")).toEqual([]);
  });

  test("is one of as many as an instance takes", async () => {
    const world = await company();
    const Tags = Array.from({ length: 74 }, (_, index) => ({ Key: `tag-${index}`, Value: "" }));
    world.admin("TagResource", { ResourceArn: world.sandbox.state.instance.arn, Tags });
    const run = await revoked(world);
    expect(run.result?.errors).toMatchObject([{ kind: "quota", help: expect.stringContaining("--lift") }]);
  });
});

describe("what is given back meanwhile", () => {
  const giveBack = (world: RunWorld): string =>
    world.member(groupId(world, "operators"), idOf(world.sandbox.state, "bob"));

  test("is taken away again", async () => {
    const world = await company();
    world.faults = ({ operation }) => {
      if (operation === "sso-admin TagResource") giveBack(world);
      return null;
    };
    const run = await revoked(world);
    expect(run.verdicts).toEqual([]);
    expect(endsOf(run)).toEqual(allTaken);
    expect(heldBy(world, "bob")).toBe(0);
  });

  test("by a group under another name is found all the same", async () => {
    const world = await company();
    let isRenamed = false;
    world.faults = ({ operation }) => {
      if (isRenamed || !operation.endsWith("DeleteAccountAssignment")) return null;
      isRenamed = true;
      world.store("UpdateGroup", {
        GroupId: groupId(world, "operators"),
        Operations: [{ AttributePath: "displayName", AttributeValue: "operations" }],
      });
      giveBackTo(world, "operations");
      return null;
    };
    const run = await revoked(world);
    expect(run.verdicts).toEqual([]);
    expect(heldBy(world, "bob")).toBe(0);
  });

  test("again and again is told after a few rounds", async () => {
    const world = await company();
    world.faults = ({ operation }) => {
      if (operation === "sso-admin TagResource" || operation === "identitystore IsMemberInGroups")
        if (
          !world.sandbox.state.memberships
            .by("user", idOf(world.sandbox.state, "bob"))
            .some(isIn("operators", world))
        )
          if (Object.keys(tagsOf(world)).length > 0 || operation === "sso-admin TagResource") giveBack(world);
      return null;
    };
    const run = await revoked(world);
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(endsOf(run)["delete membership:operators/bob"]).toBe("unconfirmed");
  });

  test("by a request that was in progress is waited for once the rest is gone", async () => {
    const { sandbox, clock } = await company();
    const world = createRunWorld(files, { state: sandbox.state, settleMs: 20_000 });
    world.clock.time = clock.time;
    const bob = idOf(sandbox.state, "bob");
    // The service changes one role at a time in an account, so theirs is the last to arrive.
    for (const set of ["Own", "Others", "Admin"])
      world.admin(
        "CreateAccountAssignment",
        assignmentInput(setNamed(world, set).arn, groupId(world, "empty"), prod),
      );
    world.admin("CreateAccountAssignment", assignmentInput(setNamed(world, "Read").arn, bob, prod, "USER"));
    const run = await revoked(world);
    expect(run.verdicts).toEqual([]);
    expect(endsOf(run)).toEqual({ ...allTaken, [`delete assignment:user/bob:Read:${prod}`]: "done" });
    world.clock.time += 600_000;
    world.settle();
    expect(heldBy(world, "bob")).toBe(0);
  });

  test("by a request that does not end is told", async () => {
    const { sandbox, clock } = await company();
    const world = createRunWorld(files, { state: sandbox.state, settleMs: 3_600_000 });
    world.clock.time = clock.time;
    const bob = idOf(world.sandbox.state, "bob");
    for (const { id } of world.sandbox.state.memberships.by("user", bob))
      world.store("DeleteGroupMembership", { MembershipId: id });
    world.admin("CreateAccountAssignment", assignmentInput(setNamed(world, "Others").arn, bob, prod, "USER"));
    world.faults = ({ operation }) =>
      operation === "sso-admin ListAccountAssignmentsForPrincipal"
        ? { edit: (answer) => ({ ...answer, AccountAssignments: [] }) }
        : null;
    const run = await revoked(world);
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(run.result?.errors[0]?.message).toContain("still in progress");
  });

  test("by an apply whose question stood open meanwhile is not", async () => {
    const world = await company();
    world.member(groupId(world, "builders"), idOf(world.sandbox.state, "cat"));
    for (const { id } of world.sandbox.state.memberships.by("user", idOf(world.sandbox.state, "bob")))
      world.store("DeleteGroupMembership", { MembershipId: id });
    const run = await runApply(
      world.order({
        confirm: async (plan) => {
          expect(plan.changes.map(({ id }) => id)).toContain("membership:operators/bob");
          await revoked(world);
          return "yes";
        },
      }),
    );
    expect(run.verdicts).toEqual([]);
    expect(run.result?.outcomes.map(({ change }) => change.id)).toEqual(["membership:builders/cat"]);
    expect(heldBy(world, "bob")).toBe(0);
  });
});

describe("an apply that is under way meanwhile", () => {
  /** Two people are to join groups, cat and ann; when the first is about to, `user` is revoked. */
  async function during(user: string): Promise<{ readonly run: ApplyRun; readonly world: RunWorld }> {
    const world = await company();
    world.files["access/people.yaml"] = (files["access/people.yaml"] ?? "")
      .replace("builders: {members: [ann, bob]}", "builders: {members: [ann, bob, cat]}")
      .replace("operators: {members: [bob, cat]}", "operators: {members: [bob, cat, ann]}");
    const { state } = world.sandbox;
    const revocation = {
      ResourceArn: state.instance.arn,
      Tags: [{ Key: `idc:revoked:${idOf(state, user)}`, Value: "2026-01-01T00:00:00Z" }],
    };
    world.faults = ({ operation }) => {
      if (operation === "identitystore CreateGroupMembership") world.admin("TagResource", revocation);
      return null;
    };
    const run = await runApply(world.order());
    world.faults = null;
    return { run, world };
  }

  test("says that it has given something to somebody who was revoked, and the next takes it away", async () => {
    const { run, world } = await during("cat");
    expect(run).toMatchObject({ verdicts: ["incomplete"], mark: null });
    expect(run.result?.errors).toMatchObject([
      { kind: "conflict", message: expect.stringContaining("The access of cat was ended") },
    ]);
    expect(await applied(world)).toContain("delete membership:builders/cat");
    expect(heldBy(world, "cat")).toBe(0);
  });

  test("says nothing of somebody whom it has given nothing", async () => {
    const { run } = await during("bob");
    expect(run).toMatchObject({ verdicts: [], result: { errors: [] } });
  });
});

describe("interrupted", () => {
  test.each([
    ["at the first deletion", "DeleteGroupMembership", 1, ["tag", "look", "sessions"]],
    ["at the tag", "TagResource", 1, ["look", "sessions"]],
    ["at the look whether it is gone", "ListGroupMembershipsForMember", 2, ["look", "sessions"]],
    ["when it is seen to be gone", "ListAccountAssignmentCreationStatus", 1, ["sessions"]],
  ])("%s, it ends safely and says what was not begun", async (_when, operation, nth, skipped) => {
    const world = await company({ settleMs: 500 });
    const controller = new AbortController();
    let seen = 0;
    world.faults = (call) => {
      if (call.operation.endsWith(` ${operation}`) && (seen += 1) === nth)
        controller.abort(new Error("interrupted"));
      return null;
    };
    const run = await revoked(world, { signal: controller.signal, sessions: true });
    expect(exitCode(run.verdicts)).toBe(130);
    expect(run.result).toMatchObject({ interrupted: true, skipped });
    const open = Object.values(endsOf(run)).filter((status) => status !== "done");
    expect(new Set(open)).toEqual(new Set(operation.startsWith("Delete") ? open : []));

    world.faults = null;
    const again = await revoked(world, { sessions: true });
    expect(again.verdicts).toEqual([]);
    expect(heldBy(world, "bob")).toBe(0);
    expect(cutOffIn(world)).toMatchObject({ Admin: ["bob"], Own: ["bob"], Read: ["bob"] });
  });

  test("among the permission sets, it says which were left", async () => {
    const world = await company({ settleMs: 500 });
    const controller = new AbortController();
    world.faults = (call) => {
      if (call.operation.endsWith(" PutInlinePolicyToPermissionSet"))
        controller.abort(new Error("interrupted"));
      return null;
    };
    const run = await revoked(world, { signal: controller.signal, sessions: true });
    expect(exitCode(run.verdicts)).toBe(130);
    expect(run.result?.skipped).toEqual([]);
    expect(run.result?.sessions.cutOff?.map(({ status }) => status)).toContain("left");
    expect(heldBy(world, "bob")).toBe(0);
  });
});

test("credentials that end begin nothing more, and it is said", async () => {
  const world = await company();
  world.faults = ({ operation, count }) =>
    operation === "identitystore DeleteGroupMembership" && count > 1
      ? { refuse: "ExpiredTokenException", message: "expired" }
      : null;
  const run = await revoked(world, { sessions: true });
  expect(run.verdicts).toEqual(["incomplete"]);
  expect(run.result).toMatchObject({ since: null, skipped: ["tag", "look", "sessions"], interrupted: false });
});

test("nothing that a name may be made of leads astray", async () => {
  const world = createRunWorld({});
  const name = "a/b:c#d%e'$(f)@g";
  const user = world.user(name);
  world.member(world.group("x/y:z"), user);
  world.assign(world.set("S,t.u@v"), user, dev, "USER");
  const run = await revoked(world, { user: name });
  expect(run.verdicts).toEqual([]);
  expect(Object.values(endsOf(run))).toEqual(["done", "done"]);
  expect(heldBy(world, name)).toBe(0);
});

const notFound: Fault = { refuse: "ResourceNotFoundException", message: "USER not found." };

function groupId({ sandbox: { state } }: RunWorld, name: string): string {
  const found = [...state.groups.values()].find(({ displayName }) => displayName === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.id;
}

function giveBackTo(world: RunWorld, name: string): void {
  const bob = idOf(world.sandbox.state, "bob");
  if (!world.sandbox.state.memberships.by("user", bob).some(isIn(name, world)))
    world.member(groupId(world, name), bob);
}

function isIn(name: string, world: RunWorld): (row: { readonly groupId: string }) => boolean {
  return (row) => row.groupId === groupId(world, name);
}
