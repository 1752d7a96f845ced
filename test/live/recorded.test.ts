import { describe, expect, test } from "vitest";
import type { Writer } from "../../src/apply/ports.js";
import type { Recorder } from "../../src/apply/recorder.js";
import { sendRecorded } from "../../src/live/recorded.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { accounts } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import { permissionSet as permissionSetOf, person } from "../support/organizations.js";
import { createLiveWorld, failure, type LiveWorld } from "./live-world.js";
import { notes } from "./notes.js";

const key = {
  principalType: "group",
  principal: "developers",
  permissionSet: "ReadOnly",
  account: accounts.dev,
} as const;

const twoPolicies = permissionSetOf({
  managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/SecurityAudit"],
});

async function recordedCase(options: Partial<SandboxOptions> = {}, room = Infinity) {
  const world = createLiveWorld(options);
  const ids = { set: world.set("ReadOnly"), group: world.group("developers"), user: world.user("alice") };
  const connection = await world.connect();
  const kept = notes(room);
  return { world, ids, ...kept, connection, writer: connection.recordedBy(kept.recorder) };
}

function writesOf(world: LiveWorld): readonly string[] {
  return world.sent.filter((sent) => isWrite({ operation: sent.split(" ")[1] ?? "" }));
}

describe("what becomes of a write", () => {
  test("is on record with the request id of the service's answer, and readings are not", async () => {
    const { world, writer, lines, news } = await recordedCase();
    await writer.membership.create({ group: "developers", user: "alice" });
    expect(lines).toEqual(["1 identitystore CreateGroupMembership sending", "1 accepted"]);
    expect(world.sent.length).toBeGreaterThan(lines.length);
    const entry = world.log.findLast(({ operation }) => operation === "CreateGroupMembership");
    expect(news).toEqual([{ outcome: "accepted", code: null, requestId: entry?.requestId }]);
  });

  test("is on record for every attempt by itself", async () => {
    const { world, writer, lines } = await recordedCase();
    const troubles: readonly (Fault | null)[] = [
      { refuse: "ThrottlingException", message: "Rate exceeded" },
      { refuse: "InternalServerException", status: 500 },
      { drop: "before" },
      { body: "<html>" },
      { unreachable: "ECONNREFUSED" },
      null,
    ];
    world.faults = ({ operation, count }) =>
      operation === "sso-admin TagResource" ? (troubles[count - 1] ?? null) : null;
    await writer.mark("sha256:0");
    expect(lines.filter((line) => !line.endsWith(" sending"))).toEqual([
      "1 refused ThrottlingException",
      "2 unclear InternalServerException",
      "3 unclear",
      "4 unclear",
      "5 unsent",
      "6 accepted",
    ]);
    expect(lines.filter((line) => line.endsWith(" sending"))).toHaveLength(6);
  });

  test.each([
    [{ refuse: "AccessDeniedException", message: "no" }, "refused AccessDeniedException"],
    [{ refuse: "ConflictException", message: "It already exists." }, "refused ConflictException"],
    [{ refuse: "ExpiredTokenException", message: "expired" }, "refused ExpiredTokenException"],
    [{ unreachable: "CERT_HAS_EXPIRED" }, "unclear"],
  ] as const)("%j, which is not tried again, is told as %s", async (fault, told) => {
    const { world, writer, lines } = await recordedCase();
    world.faults = ({ operation }) => (operation === "sso-admin TagResource" ? fault : null);
    await failure(writer.mark("sha256:0"));
    expect(lines).toEqual(["1 sso-admin TagResource sending", `1 ${told}`]);
  });

  test("is that it was not sent, when there are no credentials to sign it with", async () => {
    const { recorder, lines } = notes();
    const ended = Object.assign(new Error("The SSO session has expired"), {
      name: "CredentialsProviderError",
    });
    await expect(
      sendRecorded(recorder, "sso-admin TagResource", async () => Promise.reject(ended)),
    ).rejects.toBe(ended);
    expect(lines).toEqual(["1 sso-admin TagResource sending", "1 unsent"]);
  });
});

test("a write is on record before it is sent, and what became of it before the next is, however long that takes", async () => {
  const { world, connection } = await recordedCase();
  const order: string[] = [];
  const note = async (what: string): Promise<void> => {
    await world.time.sleep(700);
    order.push(what);
  };
  const slow: Recorder = {
    async sending(operation) {
      await note(`${operation} sending`);
      return { became: async ({ outcome }) => note(`${operation} ${outcome}`) };
    },
  };
  world.faults = ({ operation }) => {
    if (isWrite({ operation: operation.split(" ")[1] ?? "" })) order.push(`${operation} arrives`);
    return null;
  };
  await connection.recordedBy(slow).permissionSet.create("Audit", twoPolicies);
  const writes = [
    "CreatePermissionSet",
    "AttachManagedPolicyToPermissionSet",
    "AttachManagedPolicyToPermissionSet",
  ];
  expect(order).toEqual(
    writes.flatMap((write) => ["sending", "arrives", "accepted"].map((what) => `sso-admin ${write} ${what}`)),
  );
});

describe("how an operation ends", () => {
  const begun = ["1 sso-admin CreateAccountAssignment sending", "1 accepted"];

  test("is on record when it has succeeded, or failed", async () => {
    const { writer, lines } = await recordedCase({ settleMs: 5_000 });
    await writer.assignment.create(key);
    expect(lines).toEqual([...begun, "1 succeeded"]);
    const failing = await recordedCase({ settleMs: 5_000, faults: { "fail-async": 1 } });
    await failure(failing.writer.assignment.create(key));
    expect(failing.lines).toEqual([...begun, "1 failed"]);
  });

  test("is unclear when it does not end, when nobody may look, and when its answer makes no sense", async () => {
    const endless = await recordedCase({ settleMs: 60 * 60_000 });
    expect(await failure(endless.writer.assignment.create(key))).toMatchObject({ kind: "failed" });
    expect(endless.lines).toEqual([...begun, "1 unclear"]);
    const hidden = await recordedCase({ settleMs: 60_000 });
    hidden.world.faults = ({ operation }) =>
      operation.endsWith("CreationStatus") ? { refuse: "AccessDeniedException" } : null;
    await failure(hidden.writer.assignment.create(key));
    expect(hidden.lines).toEqual([...begun, "1 unclear"]);
    const senseless = await recordedCase();
    senseless.world.faults = ({ operation }) =>
      operation === "sso-admin CreateAccountAssignment" ? { body: "{}" } : null;
    await failure(senseless.writer.assignment.create(key));
    expect(senseless.lines).toEqual([...begun, "1 unclear"]);
  });

  test("of each account that is provisioned by itself is on record", async () => {
    const { world, ids, writer, lines } = await recordedCase({ settleMs: 2_000 });
    for (const account of [accounts.dev, accounts.prod]) world.assign(ids.set, ids.group, account);
    world.admin("UpdatePermissionSet", { PermissionSetArn: ids.set, SessionDuration: "PT4H" });
    await writer.provision("ReadOnly", [accounts.dev, accounts.prod]);
    expect(lines.toSorted()).toEqual([
      "1 accepted",
      "1 sso-admin ProvisionPermissionSet sending",
      "1 succeeded",
      "2 accepted",
      "2 sso-admin ProvisionPermissionSet sending",
      "2 succeeded",
    ]);
  });
});

test("every write operation that a writer uses is on record, and none without a recorder", async () => {
  const { world, lines, connection, writer } = await recordedCase();
  const everything = async ({ user, group, membership, assignment, permissionSet }: Writer, name: string) => {
    await user.create(name, person(name));
    await user.update(name, [{ path: "title", before: null, after: "Lead" }]);
    await group.create(name, {});
    await group.update(name, [{ path: "description", before: null, after: "new" }]);
    await membership.create({ group: name, user: name });
    const bare = permissionSetOf();
    const full = permissionSetOf({
      sessionDuration: "PT2H",
      managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
      customerManagedPolicies: [{ name: "Base", path: "/" }],
      inlinePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "iam:*", Resource: "*" }],
      },
      permissionsBoundary: { managedPolicy: "arn:aws:iam::aws:policy/PowerUserAccess" },
      tags: { team: "b" },
    });
    await permissionSet.create(name, bare);
    await permissionSet.update(name, bare, full);
    await assignment.create({ ...key, principal: name, permissionSet: name });
    await permissionSet.update(name, full, bare);
    await writer.provision(name, "everywhere");
    await assignment.delete({ ...key, principal: name, permissionSet: name });
    await permissionSet.delete(name);
    await membership.delete({ group: name, user: name });
    await group.delete(name);
    await user.delete(name);
    await writer.mark("sha256:1");
  };
  world.sent.length = 0;
  await everything(writer, "bob");
  const sending = lines.flatMap((line) => /^\d+ (.*) sending$/.exec(line)?.slice(1) ?? []);
  expect(sending).toEqual(writesOf(world));
  expect(new Set(sending).size).toBeGreaterThan(20);
  const count = lines.length;
  await connection.writer.group.create("unrecorded", {});
  expect(lines).toHaveLength(count);
});

describe("what cannot be recorded", () => {
  test("is not sent, neither first nor again", async () => {
    const first = await recordedCase({}, 0);
    expect(await failure(first.writer.mark("sha256:0"))).toMatchObject({
      kind: "unrecorded",
      operation: "sso-admin TagResource",
    });
    expect(writesOf(first.world)).toEqual([]);
    const again = await recordedCase({}, 2);
    again.world.faults = () => ({ refuse: "ThrottlingException" });
    expect((await failure(again.writer.mark("sha256:0"))).kind).toBe("unrecorded");
    expect(writesOf(again.world)).toEqual(["sso-admin TagResource"]);
  });

  test("stops a change in the middle, but what is under way is followed to its end", async () => {
    const { world, writer } = await recordedCase({}, 3);
    expect((await failure(writer.permissionSet.create("Audit", twoPolicies))).kind).toBe("unrecorded");
    expect(writesOf(world)).toEqual([
      "sso-admin CreatePermissionSet",
      "sso-admin AttachManagedPolicyToPermissionSet",
    ]);
    const begun = await recordedCase({ settleMs: 5_000 }, 1);
    await begun.writer.assignment.create(key);
    expect(begun.world.sandbox.state.assignments.size).toBe(1);
  });
});
