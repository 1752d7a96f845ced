import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import { runDrift } from "../../src/run/plan.js";
import { listOf } from "../../src/policy/json.js";
import { revocationStatement } from "../../src/policy/revocation.js";
import { setUserStatus } from "../../src/sandbox/state.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { observedAccess } from "../support/observed-access.js";
import {
  accessOf,
  applied,
  bobsAccess,
  company,
  cutOffIn,
  dev,
  heldBy,
  idOf,
  lifted,
  pendingIn,
  policyOf,
  prod,
  revoked,
  setNamed,
  suspend,
  tagsOf,
} from "./revoke-world.js";
import type { RunWorld } from "./run-world.js";

const hour = 3_600_000;
const begin = Date.UTC(2026, 10, 26, 9, 30);
const everywhere = { Admin: ["bob"], Own: ["bob"], Read: ["bob"] };

async function at(time: number): Promise<RunWorld> {
  const world = await company();
  world.clock.time = time;
  return world;
}

function put(world: RunWorld, name: string, statements: readonly object[]): void {
  const { arn } = setNamed(world, name);
  const InlinePolicy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  world.admin("PutInlinePolicyToPermissionSet", { PermissionSetArn: arn, InlinePolicy });
  world.admin("ProvisionPermissionSet", { PermissionSetArn: arn, TargetType: "ALL_PROVISIONED_ACCOUNTS" });
  world.settle();
}

describe("sessions that are open", () => {
  test("are cut off in every set they could use, for as long as each may last, in every account", async () => {
    const world = await at(begin);
    const run = await revoked(world, { sessions: true });
    expect(run.verdicts).toEqual([]);
    expect(run.result?.sessions).toEqual({
      sets: ["Admin", "Own", "Read"],
      longest: null,
      cutOff: [
        { permissionSet: "Admin", status: "done", until: "2026-11-26T14:30:00Z" },
        { permissionSet: "Own", status: "done", until: "2026-11-26T11:30:00Z" },
        { permissionSet: "Read", status: "done", until: "2026-11-26T12:30:00Z" },
      ].map((one) =>
        expect.objectContaining({ ...one, until: expect.stringContaining(one.until.slice(0, 15)) }),
      ),
    });
    expect(cutOffIn(world)).toEqual(everywhere);
    const bob = idOf(world.sandbox.state, "bob");
    const admin = setNamed(world, "Admin");
    expect(JSON.parse(admin.roleIn(prod)?.content.inlinePolicy ?? "null")).toMatchObject({
      Version: "2012-10-17",
      Statement: expect.arrayContaining([
        { Sid: "All", Effect: "Allow", Action: "*", Resource: "*" },
        {
          Sid: expect.stringMatching(new RegExp(`^IdcRevoked20261126T143\\d{3}Z${bob.replaceAll("-", "")}$`)),
          Effect: "Deny",
          Action: "*",
          Resource: "*",
          Condition: { StringEquals: { "identitystore:UserId": bob } },
        },
      ]),
    });
    expect(accessOf(world, "ann")).toEqual([`ann Read ${dev}`, `ann Read ${prod}`]);
  });

  test("are told to last on when that was not asked for, and for how long", async () => {
    const world = await at(begin);
    const run = await revoked(world);
    expect(run.result?.sessions).toEqual({ sets: ["Admin", "Own", "Read"], longest: "PT4H", cutOff: null });
    expect(cutOffIn(world)).toEqual({});
  });

  test("of a set whose role has gone with their grant are gone, too", async () => {
    const world = await at(begin);
    for (const user of ["cat", "dee"])
      world.unassign(setNamed(world, "Own").arn, idOf(world.sandbox.state, user), dev, "USER");
    const run = await revoked(world, { sessions: true });
    expect(run.verdicts).toEqual([]);
    expect(cutOffIn(world)).toEqual({ Admin: ["bob"], Read: ["bob"] });
  });

  test("are cut off after what was done by hand, and of sets that only the files give", async () => {
    const world = await at(begin);
    const state = world.sandbox.state;
    for (const { id, groupId } of state.memberships.by("user", idOf(state, "bob")))
      if (state.groups.get(groupId)?.displayName === "operators")
        world.store("DeleteGroupMembership", { MembershipId: id });
    const run = await revoked(world, { sessions: true });
    expect(run.result?.sessions.sets).toEqual(["Admin", "Own", "Read"]);
    expect(cutOffIn(world)).toEqual(everywhere);
  });

  test("are cut off in all sets when it is not known which they could use", async () => {
    const world = await at(begin);
    await revoked(world);
    world.clock.time += hour;
    const run = await revoked(world, { sessions: true });
    expect(run).toMatchObject({ verdicts: [], result: { sessions: { sets: null } } });
    expect(cutOffIn(world)).toEqual({ ...everywhere, Others: ["bob"] });
  });

  test("are told to be untouched when nobody can say which permission sets there are", async () => {
    const world = await at(begin);
    world.faults = ({ operation }) =>
      operation === "sso-admin ListPermissionSets" ||
      operation === "identitystore ListGroupMembershipsForMember"
        ? { refuse: "AccessDeniedException", message: "not you" }
        : null;
    const run = await revoked(world, { sessions: true });
    expect(run).toMatchObject({ verdicts: ["incomplete"], result: { skipped: ["sessions"] } });
    expect(cutOffIn(world)).toEqual({});
  });

  test("again have their time renewed, and those of others are left as they are", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    await revoked(world, { user: "cat", sessions: true });
    const first = setNamed(world, "Admin").content.inlinePolicy ?? "";
    world.clock.time = begin + 2 * hour;
    const run = await revoked(world, { sessions: true });
    expect(run.verdicts).toEqual([]);
    expect(cutOffIn(world)).toEqual({
      Admin: ["bob", "cat"],
      Others: ["bob", "cat"],
      Own: ["bob", "cat"],
      Read: ["bob"],
    });
    const again = setNamed(world, "Admin").content.inlinePolicy ?? "";
    expect(sidsIn(first)).toEqual([expect.stringContaining("T1430"), expect.stringContaining("T1430")]);
    expect(sidsIn(again)).toEqual([expect.stringContaining("T1430"), expect.stringContaining("T1630")]);
  });

  test("of two people who leave at the same moment are cut off, both", async () => {
    const world = await at(begin);
    const runs = await Promise.all([
      revoked(world, { sessions: true }),
      revoked(world, { user: "cat", sessions: true }),
    ]);
    expect(runs.map(({ verdicts }) => verdicts)).toEqual([[], []]);
    expect(cutOffIn(world)).toEqual({
      Admin: ["bob", "cat"],
      Others: ["cat"],
      Own: ["bob", "cat"],
      Read: ["bob"],
    });
    expect(Object.keys(tagsOf(world))).toHaveLength(2);
    expect([...heldOf(world, "bob"), ...heldOf(world, "cat")]).toEqual([]);
    expect((await pendingIn(world)).changes).toEqual([]);
  });

  test("are cut off by two who do it at the same moment", async () => {
    const world = await at(begin);
    const runs = await Promise.all([revoked(world, { sessions: true }), revoked(world, { sessions: true })]);
    expect(runs.map(({ verdicts }) => verdicts)).toEqual([[], []]);
    expect(heldOf(world, "bob")).toEqual([]);
    expect(cutOffIn(world)).toMatchObject(everywhere);
    expect(Object.keys(tagsOf(world))).toHaveLength(1);
  });

  test("are cut off although somebody writes over it once", async () => {
    const world = await at(begin);
    let isDone = false;
    world.faults = ({ operation }) => {
      if (operation !== "sso-admin ProvisionPermissionSet" || isDone) return null;
      isDone = true;
      put(world, "Own", [{ Effect: "Allow", Action: "ec2:*", Resource: "*" }]);
      return null;
    };
    expect((await revoked(world, { sessions: true })).verdicts).toEqual([]);
    expect(cutOffIn(world)).toEqual(everywhere);
  });

  test.each([
    ["changes", '"*", Resource', '"s3:*", Resource', ["s3:*"]],
    ["takes out", /\n {4}inlinePolicy:[^]*?\}\]/, "", []],
  ])("stay cut off although an apply planned before %s the policy", async (_how, from, to, allowed) => {
    const world = await at(begin);
    world.files["access/sets.yaml"] = (world.files["access/sets.yaml"] ?? "").replace(from, to);
    const userId = idOf(world.sandbox.state, "bob");
    const statement = revocationStatement({ userId, until: begin + 5 * hour });
    const run = await runApply(
      world.order({
        onChange: (event) => {
          if (event.type !== "started" || event.change.kind !== "permissionSet") return;
          put(world, "Admin", [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }, statement]);
        },
      }),
    );
    expect(run.verdicts).toEqual([]);
    expect(cutOffIn(world)).toEqual({ Admin: ["bob"] });
    const statements = listOf(policyOf(setNamed(world, "Admin").content.inlinePolicy)?.["Statement"] ?? []);
    expect(statements).toEqual([
      ...allowed.map((Action) => expect.objectContaining({ Effect: "Allow", Action: [Action] })),
      expect.objectContaining({ Effect: "Deny" }),
    ]);
  });
});

describe("a set that cannot be covered", () => {
  const whys = (run: Awaited<ReturnType<typeof revoked>>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      (run.result?.sessions.cutOff ?? []).map((one) => [
        one.permissionSet,
        one.status === "left" ? one.why : "done",
      ]),
    );

  test("since it is full is listed, and left as it was; the others are covered", async () => {
    const world = await at(begin);
    const filler = (length: number) => ({
      Effect: "Allow",
      Action: "s3:*",
      Resource: `arn:aws:s3:::${"x".repeat(length)}`,
    });
    put(world, "Own", [filler(9_950)]);
    const before = setNamed(world, "Own").content.inlinePolicy;
    const run = await revoked(world, { sessions: true });
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(whys(run)).toEqual({ Admin: "done", Own: "full", Read: "done" });
    expect(setNamed(world, "Own").content.inlinePolicy).toBe(before);
  });

  test.each([
    ["ignored", "identityCenter: {ignore: {permissionSets: [Ow*]}}\n"],
    ["not managed", "identityCenter: {manage: {permissionSets: declared}}\n"],
  ])("since it is %s is listed", async (_what, settings) => {
    const world = await at(begin);
    world.files["access/settings.yaml"] = settings;
    world.files["access/sets.yaml"] = (world.files["access/sets.yaml"] ?? "")
      .replace("  Own: {}\n", "")
      .replace("permissionSets: [Own, Read]", "permissionSets: [Read]")
      .replace("permissionSets: [Own, Others]", "permissionSets: [Others]");
    const run = await revoked(world, { sessions: true });
    expect(run.diagnostics).toEqual([]);
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(whys(run)).toEqual({ Admin: "done", Own: "not-owned", Read: "done" });
    expect(heldOf(world, "bob")).toEqual([]);
  });

  test("since the files that would declare it are broken is listed", async () => {
    const world = await at(begin);
    world.files["access/settings.yaml"] = "identityCenter: {manage: {permissionSets: declared}}\n";
    world.files["access/sets.yaml"] = "permissionSets: {Read: [\n";
    const run = await revoked(world, { sessions: true });
    expect(whys(run)).toEqual({ Admin: "not-owned", Own: "not-owned", Read: "not-owned" });
    expect(cutOffIn(world)).toEqual({});
  });

  test("since the service refuses, or cannot be read, is listed with its words", async () => {
    const world = await at(begin);
    const { arn } = setNamed(world, "Own");
    const read = setNamed(world, "Read").arn;
    world.faults = ({ operation, input }) =>
      (operation === "sso-admin PutInlinePolicyToPermissionSet" && input["PermissionSetArn"] === arn) ||
      (operation === "sso-admin GetInlinePolicyForPermissionSet" && input["PermissionSetArn"] === read)
        ? { refuse: "AccessDeniedException", message: "not you" }
        : null;
    const run = await revoked(world, { sessions: true });
    expect(whys(run)).toEqual({ Admin: "done", Own: "failed", Read: "failed" });
    expect(run.result?.sessions.cutOff).toMatchObject([
      {},
      { reason: expect.stringContaining("not you") },
      { reason: expect.stringContaining("not you") },
    ]);
  });

  test("in all accounts at once is put in force in one after the other", async () => {
    const world = await at(begin);
    world.faults = ({ operation, input }) =>
      operation === "sso-admin ProvisionPermissionSet" && input["TargetType"] === "ALL_PROVISIONED_ACCOUNTS"
        ? { refuse: "ValidationException", message: "one of them is suspended" }
        : null;
    expect((await revoked(world, { sessions: true })).verdicts).toEqual([]);
    expect(cutOffIn(world)).toEqual(everywhere);
  });

  test("in an account that is suspended is in force in the others", async () => {
    const world = await at(begin);
    suspend(world, prod);
    const run = await revoked(world, { sessions: true });
    expect(run.verdicts).toEqual(["incomplete"]);
    expect(whys(run)).toEqual({ Admin: "failed", Own: "done", Read: "failed" });
    const read = setNamed(world, "Read");
    expect(read.roleIn(dev)?.revision).toBe(read.revision);
    expect(read.roleIn(prod)?.revision).not.toBe(read.revision);
  });
});

describe("the statement", () => {
  test("stays while it is needed, whatever else changes in the set", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    expect(await pendingIn(world)).toEqual({ changes: [], notes: ["revoked"] });
    world.files["access/sets.yaml"] = (world.files["access/sets.yaml"] ?? "").replace(
      'Action: "*"',
      'Action: ["*", "s3:*"]',
    );
    expect(await applied(world)).toEqual(["provision provisioning:Admin", "update permissionSet:Admin"]);
    expect(cutOffIn(world)).toEqual(everywhere);
    expect((await pendingIn(world)).changes).toEqual([]);
  });

  test("goes when its time is over, set by set, also by a run that nobody watches", async () => {
    const world = await at(begin);
    world.commit = "1".repeat(40);
    await applied(world);
    await revoked(world, { sessions: true });
    world.clock.time = begin + 2 * hour + 60_000;
    const after = ["provision provisioning:Own", "update permissionSet:Own"];
    expect((await pendingIn(world)).changes).toEqual(after);
    const drift = await runDrift(world.order());
    expect(drift.plan?.changes.map(({ cause }) => cause)).toEqual(["expiry"]);
    const run = await runApply(world.order({ unattended: "expiries", ancestryOf: async () => "ancestor" }));
    expect(run.verdicts).toEqual([]);
    expect(cutOffIn(world)).toEqual({ Admin: ["bob"], Read: ["bob"] });
    expect(setNamed(world, "Own").content.inlinePolicy).toBeNull();
    expect(setNamed(world, "Own").roleIn(dev)?.content.inlinePolicy).toBeNull();

    world.clock.time = begin + 14 * hour;
    expect(await applied(world)).toHaveLength(4);
    expect(cutOffIn(world)).toEqual({});
    expect(policyOf(setNamed(world, "Admin").content.inlinePolicy)).toMatchObject({
      Statement: [{ Sid: "All" }],
    });
    expect(await pendingIn(world)).toEqual({ changes: [], notes: ["revoked"] });
    expect(accessOf(world, "bob")).toEqual([]);
  });
});

describe("lifted", () => {
  test("is whoever is revoked: nothing is given by that, and the next apply gives what the files say", async () => {
    const world = await at(begin);
    const before = observedAccess(world.sandbox.state);
    await revoked(world, { sessions: true });
    const seen = world.log.length;
    const run = await lifted(world);
    expect(run).toMatchObject({ verdicts: [], result: { isLifted: true, since: "2026-11-26T09:30:00Z" } });
    expect(run.result?.sets.map(({ permissionSet, status }) => [permissionSet, status])).toEqual([
      ["Admin", "done"],
      ["Own", "done"],
      ["Read", "done"],
    ]);
    expect(tagsOf(world)).toEqual({});
    expect(cutOffIn(world)).toEqual({});
    expect(accessOf(world, "bob")).toEqual([]);
    expect(world.log.slice(seen).filter(isWrite).at(-1)?.operation).toBe("UntagResource");
    await applied(world);
    expect(accessOf(world, "bob")).toEqual(bobsAccess);
    const after = [...observedAccess(world.sandbox.state)];
    expect(after.map(withoutPolicyOrder).sort()).toEqual([...before].map(withoutPolicyOrder).sort());
    expect(await pendingIn(world)).toEqual({ changes: [], notes: [] });
  });

  const scim = 'scim: {endpoint: "https://scim.example.com/t/scim/v2/", tokenEnv: IDC_SCIM_TOKEN}';
  test.each<readonly [string, "ENABLED" | "DISABLED", readonly RegExp[]]>([
    ["", "ENABLED", []],
    ["", "DISABLED", [/^Let them sign in again\. In the .* Users, bob, "Enable user access"/]],
    [scim, "DISABLED", []],
    ["identitySource: external", "ENABLED", [/^Enable bob at the identity provider/]],
    [
      `identitySource: external, ${scim}`,
      "DISABLED",
      [/^Let them sign in again\./, /^Enable bob at the identity provider/],
    ],
  ])("with {%s}, %s, says what no apply will do for them", async (settings, status, told) => {
    const world = await at(begin);
    await revoked(world);
    setUserStatus(world.sandbox.state, idOf(world.sandbox.state, "bob"), status);
    world.files["access/settings.yaml"] = `identityCenter: {${settings}}\n`;
    if (settings.includes("external")) world.files["access/people.yaml"] = "groups: {}\n";
    const run = await lifted(world);
    expect(run.verdicts).toEqual([]);
    expect(run.result?.byHand).toEqual(told.map((words) => expect.stringMatching(words)));
  });

  test("leaves what is said of others in the same sets", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    await revoked(world, { user: "cat", sessions: true });
    await lifted(world);
    expect(cutOffIn(world)).toEqual({ Admin: ["cat"], Others: ["cat"], Own: ["cat"] });
    expect((await pendingIn(world)).notes).toEqual(["revoked"]);
  });

  test("costs a request for each permission set there is, and more only for those that have a statement", async () => {
    const world = await at(begin);
    await revoked(world);
    world.sent.length = 0;
    await lifted(world);
    expect(count(world, "sso-admin GetInlinePolicyForPermissionSet")).toBe(4);
    expect(count(world, "sso-admin DescribePermissionSet")).toBe(0);
  });

  test("is nobody who is not revoked, and that is no fault", async () => {
    const world = await at(begin);
    const run = await lifted(world);
    expect(run).toMatchObject({
      verdicts: [],
      diagnostics: [{ code: "not-revoked" }],
      result: { isLifted: false },
    });
    expect(world.log.filter(({ operation }) => operation === "UntagResource")).toEqual([]);
  });

  test.each(["name", "id"])("is by their %s whoever is gone", async (by) => {
    const world = await at(begin);
    const id = idOf(world.sandbox.state, "bob");
    await revoked(world, { sessions: true });
    world.store("DeleteUser", { UserId: id });
    world.files["access/people.yaml"] = (world.files["access/people.yaml"] ?? "")
      .replace(/ {2}bob: .*\n/, "")
      .replaceAll(/bob, |, bob|bob/g, "");
    world.files["access/sets.yaml"] = (world.files["access/sets.yaml"] ?? "").replace(
      /.*users: \[bob\].*\n/,
      "",
    );
    expect((await pendingIn(world)).notes).toEqual(["revoked-gone"]);
    const run = await lifted(world, { user: by === "name" ? "bob" : id });
    expect(run).toMatchObject({ verdicts: [], result: { userId: id, isLifted: true, byHand: [] } });
    expect(tagsOf(world)).toEqual({});
    expect(cutOffIn(world)).toEqual({});
  });

  test("is asked about", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    expect(await lifted(world, { confirm: async () => "no" })).toMatchObject({
      verdicts: ["interrupted"],
      result: null,
    });
    expect(await lifted(world, { confirm: async () => "nobody-there" })).toMatchObject({
      verdicts: ["invalid"],
    });
    expect(Object.keys(tagsOf(world))).toHaveLength(1);
  });

  test("keeps the tag while a statement stays, and can be taken up again", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    const { arn } = setNamed(world, "Admin");
    world.faults = ({ operation, input }) =>
      operation === "sso-admin PutInlinePolicyToPermissionSet" && input["PermissionSetArn"] === arn
        ? { refuse: "AccessDeniedException", message: "not you" }
        : null;
    const run = await lifted(world);
    expect(run).toMatchObject({ verdicts: ["incomplete"], result: { isLifted: false } });
    expect(run.result?.sets).toMatchObject([
      { permissionSet: "Admin", status: "left", why: "failed" },
      {},
      {},
    ]);
    expect(Object.keys(tagsOf(world))).toHaveLength(1);
    world.faults = null;
    expect(await lifted(world)).toMatchObject({ verdicts: [], result: { isLifted: true } });
    expect(cutOffIn(world)).toEqual({});
  });

  test("is not held up by an account that is suspended", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    suspend(world, prod);
    const run = await lifted(world);
    expect(run).toMatchObject({ verdicts: ["incomplete"], result: { isLifted: true } });
    expect(tagsOf(world)).toEqual({});
  });

  test("when it cannot be looked for what to take out, says so and takes nothing", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    world.faults = ({ operation }) =>
      operation === "sso-admin GetInlinePolicyForPermissionSet"
        ? { refuse: "AccessDeniedException", message: "not you" }
        : null;
    const run = await lifted(world);
    expect(run).toMatchObject({
      verdicts: ["incomplete"],
      result: { isLifted: false, errors: [{ kind: "denied" }] },
    });
    expect(cutOffIn(world)).toEqual(everywhere);
  });

  test("stops safely when it is interrupted", async () => {
    const world = await at(begin);
    await revoked(world, { sessions: true });
    const controller = new AbortController();
    world.faults = ({ operation }) => {
      if (operation === "sso-admin ProvisionPermissionSet") controller.abort(new Error("interrupted"));
      return null;
    };
    const run = await lifted(world, { signal: controller.signal });
    expect(run.verdicts).toEqual(["interrupted", "incomplete"]);
    expect(Object.keys(tagsOf(world))).toHaveLength(1);
    world.faults = null;
    expect((await lifted(world)).verdicts).toEqual([]);
    await applied(world);
    expect(accessOf(world, "bob")).toEqual(bobsAccess);
  });
});

function heldOf(world: RunWorld, user: string): readonly string[] {
  return heldBy(world, user) === 0 ? [] : [user];
}

function count(world: RunWorld, operation: string): number {
  return world.sent.filter((one) => one === operation).length;
}

function sidsIn(policy: string): readonly string[] {
  return [...policy.matchAll(/IdcRevoked[0-9TZ]{16}/g)].map(([sid]) => sid).sort();
}

/** What a role holds as text, whatever the order of its keys. */
function withoutPolicyOrder(access: string): string {
  return access.split("").sort().join("");
}
