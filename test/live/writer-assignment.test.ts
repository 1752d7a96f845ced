import { describe, expect, test } from "vitest";
import type { AssignmentKey } from "../../src/model/keys.js";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { accounts } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, failure, read } from "./live-world.js";

const key: AssignmentKey = {
  principalType: "group",
  principal: "developers",
  permissionSet: "ReadOnly",
  account: accounts.dev,
};

async function createCase(options: Partial<SandboxOptions> = {}) {
  const world = createLiveWorld(options);
  const ids = { set: world.set("ReadOnly"), group: world.group("developers"), user: world.user("alice") };
  return { world, ids, connection: await world.connect() };
}

describe("an assignment", () => {
  test("is made and in force when it resolves, and taken away likewise", async () => {
    const { world, connection } = await createCase({ settleMs: 20_000 });
    await connection.writer.assignment.create(key);
    expect(world.sandbox.state.assignments.size).toBe(1);
    await connection.writer.assignment.create({ ...key, principalType: "user", principal: "alice" });
    expect(world.sandbox.state.assignments.size).toBe(2);
    await connection.writer.assignment.delete(key);
    expect((await read(connection)).state.assignments.size).toBe(1);
  });

  test("that is there, or gone already, is as wanted", async () => {
    const { world, connection } = await createCase();
    await connection.writer.assignment.create(key);
    await connection.writer.assignment.create(key);
    await connection.writer.assignment.delete(key);
    await connection.writer.assignment.delete(key);
    await connection.writer.assignment.delete({ ...key, permissionSet: "None" });
    await connection.writer.assignment.delete({ ...key, principal: "none" });
    expect(world.sandbox.state.assignments.size).toBe(0);
  });

  test("of a principal that no longer exists is removed by its id", async () => {
    const { world, ids, connection } = await createCase();
    world.assign(ids.set, ids.user, accounts.dev, "USER");
    world.store("DeleteUser", { UserId: ids.user });
    const [orphan] = (await read(connection)).state.assignments.values();
    if (orphan === undefined) throw new Error("there is no orphan");
    expect(orphan.orphan).toBe(true);
    await connection.writer.assignment.delete(orphan);
    expect(world.sandbox.state.assignments.size).toBe(0);
  });

  test("to somebody who is not there is refused in words", async () => {
    const { connection } = await createCase();
    expect(await failure(connection.writer.assignment.create({ ...key, principal: "none" }))).toMatchObject({
      kind: "not-found",
      message: 'There is no group "none" in Identity Center.',
    });
    expect(
      (await failure(connection.writer.assignment.create({ ...key, permissionSet: "None" }))).message,
    ).toBe('There is no permission set "None" in Identity Center.');
  });

  test("survives an answer that was lost", async () => {
    const { world, connection } = await createCase({ settleMs: 5_000 });
    world.faults = ({ operation, count }) =>
      count === 1 && /(Create|Delete)AccountAssignment$/.test(operation) ? { drop: "after" } : null;
    await connection.writer.assignment.create(key);
    expect(world.sandbox.state.assignments.size).toBe(1);
    await connection.writer.assignment.delete(key);
    expect(world.sandbox.state.assignments.size).toBe(0);
  });

  test("that succeeds at once is believed", async () => {
    const { world, connection } = await createCase();
    const status = { Status: "SUCCEEDED", RequestId: "00000000-0000-0000-0000-000000000001" };
    world.faults = ({ operation }) =>
      operation === "sso-admin CreateAccountAssignment"
        ? { body: JSON.stringify({ AccountAssignmentCreationStatus: status }) }
        : null;
    await connection.writer.assignment.create(key);
    expect(world.sent.at(-1)).toBe("sso-admin CreateAccountAssignment");
  });

  test("waits for its turn where too many are in progress", async () => {
    const { world, connection } = await createCase({ settleMs: 10_000, inFlight: 2 });
    const targets = [...world.sandbox.state.organization.accounts.keys()];
    await Promise.all(targets.map((account) => connection.writer.assignment.create({ ...key, account })));
    expect(world.sandbox.state.assignments.size).toBe(targets.length);
  });

  test("ends although the service gives two requests one id", async () => {
    const { world, connection } = await createCase({ settleMs: 1_000 });
    let given: unknown;
    world.faults = ({ operation }) =>
      operation === "sso-admin CreateAccountAssignment"
        ? {
            edit: ({ AccountAssignmentCreationStatus: status }) => {
              given ??= (status as { RequestId: string }).RequestId;
              return { AccountAssignmentCreationStatus: { ...(status as object), RequestId: given } };
            },
          }
        : null;
    const [first = "", second = ""] = world.sandbox.state.organization.accounts.keys();
    await Promise.all(
      [first, second].map((account) => connection.writer.assignment.create({ ...key, account })),
    );
    expect(world.sandbox.state.assignments.size).toBe(2);
  });

  test("waits for room no longer than the run goes on, and then has not begun", async () => {
    const { world } = await createCase({ settleMs: 3_600_000, inFlight: 1 });
    const interrupt = new AbortController();
    const connection = await world.connect({
      signal: interrupt.signal,
      onProgress: ({ type }) => {
        if (type === "waiting") interrupt.abort(new Error("Ctrl-C"));
      },
    });
    const [first = "", second = ""] = world.sandbox.state.organization.accounts.keys();
    const outcomes = await Promise.allSettled([
      connection.writer.assignment.create({ ...key, account: first }),
      connection.writer.assignment.create({ ...key, account: second }),
    ]);
    expect(outcomes).toContainEqual({ status: "rejected", reason: interrupt.signal.reason });
    expect(outcomes).toContainEqual({
      status: "rejected",
      reason: expect.objectContaining({ kind: "failed", message: expect.stringContaining("15 minutes") }),
    });
  });

  test.each<[string, Fault]>([
    ["throttled", { refuse: "ThrottlingException", message: "Rate exceeded" }],
    ["conflict", { refuse: "ConflictException", message: "Another operation is in progress" }],
    ["not reachable", { unreachable: "ECONNREFUSED" }],
  ])("that is refused (%s) when the run ends has not begun", async (_, fault) => {
    const { outcome, reason, tries } = await interruptedIn(fault);
    await expect(outcome).rejects.toBe(reason);
    expect(tries()).toBe(1);
  });

  test.each<[string, Fault]>([
    ["connection lost", { drop: "after" }],
    ["internal", { refuse: "InternalServerException", status: 500 }],
    ["unreadable answer", { body: "<html>" }],
  ])("that nobody answers for (%s) when the run ends may have begun: that is told", async (_, fault) => {
    const { outcome, tries } = await interruptedIn(fault);
    expect((await failure(outcome)).operation).toBe("sso-admin CreateAccountAssignment");
    expect(tries()).toBe(1);
  });

  async function interruptedIn(fault: Fault) {
    const { world } = await createCase();
    const interrupt = new AbortController();
    const reason = new Error("Ctrl-C");
    const connection = await world.connect({
      signal: interrupt.signal,
      onProgress: ({ type }) => {
        if (type === "waiting") interrupt.abort(reason);
      },
    });
    const operation = "sso-admin CreateAccountAssignment";
    world.faults = (call) => (call.operation === operation ? fault : null);
    const outcome = connection.writer.assignment.create(key);
    return { outcome, reason, tries: () => connection.operations().get(operation) };
  }

  test("keeps to the number of operations in flight that the settings allow", async () => {
    const { world } = await createCase({ settleMs: 10_000, inFlight: 2 });
    const connection = await world.connect({
      limits: { requestsPerSecond: Infinity, operationsInFlight: 2 },
    });
    const targets = [...world.sandbox.state.organization.accounts.keys()];
    await Promise.all(targets.map((account) => connection.writer.assignment.create({ ...key, account })));
    expect(connection.operations().get("sso-admin CreateAccountAssignment")).toBe(targets.length);
  });
});

describe("what ends FAILED", () => {
  const organization = parseOrganization(`
managementAccount: {id: "999900001111", name: management}
region: eu-west-1
accounts:
  - {id: "111122223333", name: sandbox, customerManagedPolicies: []}
  - {id: "444455556666", name: closed, status: SUSPENDED}
`);

  test("tells the service's reason, the account and what to do", async () => {
    const { world, ids, connection } = await createCase({ state: newState(organization) });
    world.admin("AttachCustomerManagedPolicyReferenceToPermissionSet", {
      PermissionSetArn: ids.set,
      CustomerManagedPolicyReference: { Name: "Base", Path: "/" },
    });
    const error = await failure(connection.writer.assignment.create(key));
    expect(error).toMatchObject({ kind: "failed", operation: "sso-admin CreateAccountAssignment" });
    expect(error.message).toMatch(
      /^Assigning ReadOnly to group\/developers in 111122223333 failed: .*policy\/Base does not exist/,
    );
    expect(error.help).toMatch(/must exist in the account/);
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("in an account that is suspended is explained", async () => {
    const { connection } = await createCase({ state: newState(organization) });
    const error = await failure(connection.writer.assignment.create({ ...key, account: "444455556666" }));
    expect(error.help).toMatch(/suspended or closed/);
  });

  test("of somebody whom the directory does not know is explained", async () => {
    const { world, ids, connection } = await createCase({ settleMs: 1_000 });
    world.assign(ids.set, ids.group);
    const reason =
      "Received a 404 status error: the GROUP assignee 1 was not found in directory d-1111222233";
    world.faults = ({ operation }) =>
      operation === "sso-admin DescribeAccountAssignmentDeletionStatus"
        ? {
            edit: ({ AccountAssignmentDeletionStatus: status }) => ({
              AccountAssignmentDeletionStatus: {
                ...(status as object),
                Status: "FAILED",
                FailureReason: reason,
              },
            }),
          }
        : null;
    const error = await failure(connection.writer.assignment.delete(key));
    expect(error.message).toContain(reason);
    expect(error.help).toMatch(/one that is gone .*"Remove access"/);
  });

  test("does not stop what goes on beside it", async () => {
    const { world, connection } = await createCase({ state: newState(organization), settleMs: 3_000 });
    const [failed, made] = await Promise.allSettled([
      connection.writer.assignment.create({ ...key, account: "444455556666" }),
      connection.writer.assignment.create(key),
    ]);
    expect([failed.status, made.status]).toEqual(["rejected", "fulfilled"]);
    expect(world.sandbox.state.assignments.size).toBe(1);
  });
});

describe("waiting", () => {
  test("asks once for all that are open, and describes each once", async () => {
    const { world, connection } = await createCase({ settleMs: 8_000 });
    const targets = [...world.sandbox.state.organization.accounts.keys()];
    await Promise.all(targets.map((account) => connection.writer.assignment.create({ ...key, account })));
    const count = (name: string) => connection.operations().get(`sso-admin ${name}`) ?? 0;
    expect(count("DescribeAccountAssignmentCreationStatus")).toBe(targets.length);
    expect(count("ListAccountAssignmentCreationStatus")).toBeLessThan(50);
    expect(count("ListAccountAssignmentDeletionStatus")).toBe(0);
  });

  test("has an end, which names the request", async () => {
    const { connection } = await createCase({ settleMs: 60 * 60_000 });
    const error = await failure(connection.writer.assignment.create(key));
    expect(error.message).toMatch(
      /^Assigning ReadOnly to group\/developers in 111122223333 has not ended after 15 minutes \(request [0-9a-f-]{36}\)\.$/,
    );
    expect(error.kind).toBe("failed");
  });

  const list = "sso-admin ListAccountAssignmentCreationStatus";
  const description = "sso-admin DescribeAccountAssignmentCreationStatus";
  const refused = (refuse: string): Fault => ({ refuse, message: "no" });

  test.each([
    ["throttling", list, refused("ThrottlingException")],
    ["failures", list, { refuse: "InternalServerException", status: 500 }],
    ["an answer that is no JSON", description, { body: "<html>" }],
    ["a request that is not known yet", description, refused("ResourceNotFoundException")],
  ] as const)("is followed through %s, since these pass", async (_, operation, fault) => {
    const { world, connection } = await createCase({ settleMs: 1_000 });
    const since = world.clock.time;
    world.faults = (call) =>
      call.operation === operation && world.clock.time < since + 45_000 ? fault : null;
    await connection.writer.assignment.create(key);
    expect(world.sandbox.state.assignments.size).toBe(1);
  });

  test("is asked for by itself where the list is denied", async () => {
    const { world, connection } = await createCase({ settleMs: 5_000 });
    world.faults = ({ operation }) => (operation === list ? refused("AccessDeniedException") : null);
    await connection.writer.assignment.create(key);
    expect(world.sent.filter((operation) => operation === description).length).toBeGreaterThan(1);
  });

  test("is unclear where nobody can say how it stands, and the request is named", async () => {
    const { world, connection } = await createCase({ settleMs: 60_000 });
    world.faults = ({ operation }) =>
      operation === list || operation === description ? refused("AccessDeniedException") : null;
    const error = await failure(connection.writer.assignment.create(key));
    const [request] = world.sandbox.state.requests.keys();
    expect(error).toMatchObject({
      kind: "unclear",
      action: "sso:DescribeAccountAssignmentCreationStatus",
      requestId: request,
    });
    expect(error.message).toMatch(
      /^Assigning .* was accepted \(request [-0-9a-f]{36}\), but how it stands could not be found out: /,
    );
  });
});

describe("provisioning", () => {
  async function lagging() {
    const { world, ids, connection } = await createCase({ settleMs: 2_000 });
    for (const account of [accounts.dev, accounts.prod]) world.assign(ids.set, ids.group, account);
    world.admin("UpdatePermissionSet", { PermissionSetArn: ids.set, SessionDuration: "PT4H" });
    const accountsBehind = async () => (await read(connection)).lagging.get("ReadOnly");
    return { world, ids, connection, accountsBehind };
  }

  test("everywhere is one request", async () => {
    const { connection, accountsBehind } = await lagging();
    expect(await accountsBehind()).toEqual([accounts.dev, accounts.prod]);
    await connection.writer.provision("ReadOnly", "everywhere");
    expect(await accountsBehind()).toEqual([]);
    expect(connection.operations().get("sso-admin ProvisionPermissionSet")).toBe(1);
  });

  test("in one account leaves the others behind", async () => {
    const { connection, accountsBehind } = await lagging();
    await connection.writer.provision("ReadOnly", [accounts.prod]);
    expect(await accountsBehind()).toEqual([accounts.dev]);
  });

  test("makes no role where the set is not", async () => {
    const { world, ids, connection } = await lagging();
    world.unassign(ids.set, ids.group, accounts.prod);
    await connection.writer.provision("ReadOnly", [accounts.prod]);
    expect(connection.operations().has("sso-admin ProvisionPermissionSet")).toBe(false);
    world.unassign(ids.set, ids.group, accounts.dev);
    await connection.writer.provision("ReadOnly", "everywhere");
    expect(connection.operations().has("sso-admin ProvisionPermissionSet")).toBe(false);
  });

  test("that fails in one account tells so and does the others", async () => {
    const { world, connection, accountsBehind } = await lagging();
    world.faults = ({ operation, input }) =>
      operation === "sso-admin ProvisionPermissionSet" && input["TargetId"] === accounts.dev
        ? { refuse: "AccessDeniedException", message: "no" }
        : null;
    const error = await failure(connection.writer.provision("ReadOnly", [accounts.dev, accounts.prod]));
    expect(error.kind).toBe("denied");
    expect(await accountsBehind()).toEqual([accounts.dev]);
  });
});

describe("settling", () => {
  const listing = "sso-admin ListAccountAssignmentCreationStatus";
  const answering = (...rows: object[]) => ({
    body: JSON.stringify({ AccountAssignmentsCreationStatus: rows }),
  });

  test("does not pass over a request in progress that lacks its id", async () => {
    const { world, connection } = await createCase();
    world.faults = ({ operation }) => (operation === listing ? answering({ Status: "IN_PROGRESS" }) : null);
    expect(await failure(connection.reader.settle(new AbortController().signal))).toMatchObject({
      kind: "unexpected",
      operation: listing,
    });
  });

  test("waits for nothing that has ended, although it is listed", async () => {
    const { world, connection } = await createCase();
    world.faults = ({ operation }) =>
      operation === listing
        ? answering({ RequestId: "one", Status: "SUCCEEDED" }, { RequestId: "two", Status: "FAILED" })
        : null;
    await connection.reader.settle(new AbortController().signal);
    expect(world.sent.filter((operation) => operation === listing)).toHaveLength(1);
  });

  test("waits until what anybody began has ended", async () => {
    const { world, ids, connection } = await createCase({ settleMs: 30_000 });
    world.admin("CreateAccountAssignment", {
      TargetId: accounts.dev,
      TargetType: "AWS_ACCOUNT",
      PermissionSetArn: ids.set,
      PrincipalType: "GROUP",
      PrincipalId: ids.group,
    });
    await connection.reader.settle(new AbortController().signal);
    expect(world.sandbox.state.assignments.size).toBe(1);
  });

  test("takes three requests when nothing is in progress", async () => {
    const { world, connection } = await createCase();
    const sent = world.sent.length;
    await connection.reader.settle(new AbortController().signal);
    expect(world.sent.length - sent).toBe(3);
  });

  test("has an end, and stops when interrupted", async () => {
    const { world, ids, connection } = await createCase({ settleMs: 60 * 60_000 });
    world.admin("CreateAccountAssignment", {
      TargetId: accounts.dev,
      TargetType: "AWS_ACCOUNT",
      PermissionSetArn: ids.set,
      PrincipalType: "GROUP",
      PrincipalId: ids.group,
    });
    const abort = new AbortController();
    const waiting = connection.reader.settle(abort.signal);
    abort.abort(new Error("Ctrl-C"));
    await expect(waiting).rejects.toThrow("Ctrl-C");
    const error = await failure(connection.reader.settle(new AbortController().signal));
    expect(error.message).toMatch(
      /^1 assignment or provisioning requests are still in progress after 15 minutes/,
    );
  });
});
