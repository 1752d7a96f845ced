import { request as httpRequest } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.js";
import { type Server, serve } from "../../src/sandbox/server.js";
import { newState } from "../../src/sandbox/state.js";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import { type FaultName, faultNames } from "../../src/sandbox/trouble.js";
import { accounts, assignmentInput, createWorld, instanceArn, pages, storeId, type World } from "./world.js";

/** A world in which this always happens, with what was made in it before. */
function plagued(fault: FaultName, prepare: (world: World) => void = () => {}): World {
  const calm = createWorld();
  prepare(calm);
  return createWorld({ state: calm.sandbox.state, faults: { [fault]: 1 } });
}

function createGroup(world: World) {
  return world.call("identitystore", "CreateGroup", { IdentityStoreId: storeId, DisplayName: "g" });
}

describe("throttle", () => {
  test("refuses every service but STS before any effect", () => {
    const world = plagued("throttle");
    expect(createGroup(world)).toMatchObject({
      status: 400,
      code: "ThrottlingException",
      message: "Rate exceeded",
    });
    expect(world.call("organizations", "ListAccounts").code).toBe("TooManyRequestsException");
    expect(world.sandbox.state.groups.size).toBe(0);
  });

  test("tells some asynchronous operations that too many are in progress", () => {
    const [set, group] = ["", ""];
    const world = plagued("throttle", (calm) => {
      calm.set("S");
      calm.group("g");
    });
    const messages = Array.from({ length: 40 }, () =>
      world.call("sso-admin", "CreateAccountAssignment", {
        InstanceArn: instanceArn,
        ...assignmentInput(set, group),
      }),
    ).map(({ message }) => message);
    expect(new Set(messages)).toEqual(
      new Set(["Rate exceeded", "There are too many requests processing. Please try again later."]),
    );
  });
});

describe("conflict", () => {
  test("refuses writes, in each service's way, and no reading", () => {
    const world = plagued("conflict");
    expect(createGroup(world)).toMatchObject({
      code: "ConflictException",
      body: { Reason: "CONCURRENT_MODIFICATION" },
    });
    expect(
      world.call("sso-admin", "CreatePermissionSet", { InstanceArn: instanceArn, Name: "S" }),
    ).toMatchObject({ code: "ConflictException", message: expect.stringContaining("Try again later") });
    expect(world.call("sso-admin", "ListInstances").code).toBeNull();
    expect([world.sandbox.state.groups.size, world.sandbox.state.permissionSets.size]).toEqual([0, 0]);
  });
});

describe("error500", () => {
  test("fails before the effect or after it", () => {
    const results = Array.from({ length: 40 }, (_, seed) => {
      const world = createWorld({ faults: { error500: 1 }, seed });
      expect(createGroup(world)).toMatchObject({ status: 500, code: "InternalServerException" });
      return world.sandbox.state.groups.size;
    });
    expect(new Set(results)).toEqual(new Set([0, 1]));
  });

  test("has the name that each service gives it", () => {
    const world = plagued("error500");
    expect(world.call("organizations", "ListRoots")).toMatchObject({ status: 500, code: "ServiceException" });
  });
});

describe("drop", () => {
  test("brings no answer, before the effect or after it, and the log says which", () => {
    const results = Array.from({ length: 40 }, (_, seed) => {
      const { sandbox, clock, log } = createWorld({ faults: { drop: 1 }, seed });
      const headers = { "x-amz-target": "AWSIdentityStore.CreateGroup" };
      const body = JSON.stringify({ IdentityStoreId: storeId, DisplayName: "g" });
      expect(sandbox.handle({ method: "POST", path: "/", headers, body }, clock).dropped).toBe(true);
      return `${log[0]?.outcome} ${sandbox.state.groups.size}`;
    });
    expect(new Set(results)).toEqual(new Set(["dropped-before 0", "dropped-after 1"]));
  });
});

describe("slow", () => {
  test("delays the answer by up to two seconds, not the effect", () => {
    const { sandbox, clock } = createWorld({ faults: { slow: 1 } });
    const headers = { "x-amz-target": "SWBExternalService.ListInstances" };
    const delays = Array.from(
      { length: 100 },
      () => sandbox.handle({ method: "POST", path: "/", headers, body: "{}" }, clock).delayMs,
    );
    expect(Math.min(...delays)).toBeGreaterThan(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2_000);
    expect(new Set(delays).size).toBeGreaterThan(50);
  });
});

describe("short-pages", () => {
  const names = Array.from({ length: 30 }, (_, index) => `g${index}`);

  test("come with tokens, some of them empty, and together hold every row once", () => {
    const world = plagued("short-pages", (calm) => {
      for (const name of names) calm.group(name);
    });
    const found = pages((input) => world.store("ListGroups", input), "Groups");
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((page) => page.length === 0).length).toBeGreaterThan(0);
    const shown = found.flat().map((group) => (group as { DisplayName: string }).DisplayName);
    expect(shown.sort()).toEqual([...names].sort());
  });

  test("never give the same token twice", () => {
    const world = plagued("short-pages", (calm) => calm.group("g"));
    const tokens = Array.from({ length: 40 }, () => world.store("ListGroups", {})["NextToken"]).filter(
      (token) => token !== undefined,
    );
    expect(tokens.length).toBeGreaterThan(5);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});

describe("fail-async", () => {
  test("an assignment ends FAILED with a reason, without effect", () => {
    const world = plagued("fail-async", (calm) => {
      calm.set("S");
      calm.group("g");
    });
    const [set] = world.sandbox.state.permissionSets.keys();
    const [group] = world.sandbox.state.groups.keys();
    const id = world.assign(set ?? "", group ?? "");
    expect(
      world.admin("DescribeAccountAssignmentCreationStatus", { AccountAssignmentCreationRequestId: id }),
    ).toMatchObject({
      AccountAssignmentCreationStatus: {
        Status: "FAILED",
        FailureReason: "Received a 500 status error: Internal failure.",
      },
    });
    expect(world.sandbox.state.assignments.size).toBe(0);
    expect(world.sandbox.state.roles.size).toBe(0);
  });

  test("a provisioning fails account by account: some of them may be done", () => {
    const seen = Array.from({ length: 30 }, (_, seed) => {
      const calm = createWorld();
      const [set, group] = [calm.set("S"), calm.group("g")];
      for (const account of [accounts.dev, accounts.prod]) calm.assign(set, group, account);
      calm.admin("UpdatePermissionSet", { PermissionSetArn: set, SessionDuration: "PT2H" });
      const world = createWorld({ state: calm.sandbox.state, faults: { "fail-async": 0.5 }, seed });
      world.admin("ProvisionPermissionSet", {
        PermissionSetArn: set,
        TargetType: "ALL_PROVISIONED_ACCOUNTS",
      });
      world.settle();
      const { status } = [...world.sandbox.state.requests.values()].at(-1) ?? {};
      const done = [...world.sandbox.state.roles.values()].filter(
        ({ content }) => content.sessionDuration === "PT2H",
      ).length;
      return `${status} ${done}`;
    });
    expect(new Set(seen)).toEqual(new Set(["SUCCEEDED 2", "FAILED 1", "FAILED 0"]));
  });
});

describe("probability and seed", () => {
  const everything = Object.fromEntries(faultNames.map((name) => [name, 0.3]));
  const outcomes = (seed: number): readonly string[] => {
    const world = createWorld({ faults: everything, seed });
    for (let count = 0; count < 300; count += 1) createGroup(world);
    return world.log.map(({ outcome }) => outcome);
  };

  test("the same seed brings the same faults, another one others", () => {
    expect(outcomes(7)).toEqual(outcomes(7));
    expect(outcomes(7)).not.toEqual(outcomes(8));
  });

  test("a fault happens about as often as its probability says, and what is not named never", () => {
    const world = createWorld({ faults: { throttle: 0.2 } });
    for (let count = 0; count < 5_000; count += 1) world.call("sso-admin", "ListInstances");
    const refused = world.log.filter(({ outcome }) => outcome === "ThrottlingException").length;
    expect(refused).toBeGreaterThan(900);
    expect(refused).toBeLessThan(1_100);
    expect(new Set(world.log.map(({ outcome }) => outcome))).toEqual(new Set(["ok", "ThrottlingException"]));
  });
});

describe("over HTTP", () => {
  let server: Server | null = null;
  afterEach(async () => server?.close());

  async function ask(fault: FaultName): Promise<string> {
    const sandbox = createSandbox({ state: newState(exampleOrganization), faults: { [fault]: 1 } });
    server = await serve({ sandbox });
    const headers = { "x-amz-target": "SWBExternalService.ListInstances" };
    const { url } = server;
    return new Promise((resolve) => {
      httpRequest(url, { method: "POST", headers }, (response) => resolve(`status ${response.statusCode}`))
        .on("error", (error) => resolve("code" in error ? String(error.code) : error.message))
        .end("{}");
    });
  }

  test("a dropped connection is a reset connection, a slow answer comes", async () => {
    expect(await ask("drop")).toBe("ECONNRESET");
    await server?.close();
    expect(await ask("slow")).toBe("status 200");
  });
});

describe("the console", () => {
  function post(world: World, path: string): { status: number; body: string } {
    const { status, body } = world.sandbox.handle(
      { method: "POST", path, headers: {}, body: "" },
      world.clock,
    );
    return { status, body };
  }

  test("disables and enables a user by name, which no API can", () => {
    const changes: string[] = [];
    const world = createWorld({ onChange: () => changes.push("changed") });
    const id = world.user("ann/b");
    expect(post(world, "/console/users/ann%2Fb/disable")).toEqual({
      status: 200,
      body: JSON.stringify({ UserId: id, UserStatus: "DISABLED" }),
    });
    expect(world.store("DescribeUser", { UserId: id })).toMatchObject({ UserStatus: "DISABLED" });
    post(world, "/console/users/ANN%2FB/enable");
    expect(world.store("DescribeUser", { UserId: id })).toMatchObject({ UserStatus: "ENABLED" });
    expect(changes).toHaveLength(3);
    expect(world.log.filter(({ service }) => service === "console")).toMatchObject([
      { operation: "DisableUser", outcome: "ok" },
      { operation: "EnableUser", outcome: "ok" },
    ]);
  });

  test.each([
    ["/console/users/nobody/disable", 404],
    ["/console/users/%zz/disable", 404],
    ["/console/users/nobody/delete", 400],
    ["/console/users//disable", 400],
  ])("answers %s with %i", (path, status) => {
    expect(post(createWorld(), path).status).toBe(status);
  });

  test("is met by no trouble", () => {
    const world = plagued("drop", (calm) => calm.user("ann"));
    expect(
      world.sandbox.handle(
        { method: "POST", path: "/console/users/ann/disable", headers: {}, body: "" },
        world.clock,
      ),
    ).toMatchObject({ status: 200, dropped: false });
  });
});

describe("one role at a time in an account", () => {
  test("operations on different sets in one account end one after the other, in different accounts together", () => {
    const world = createWorld({ settleMs: 1_000 });
    const [first, second, group] = [world.set("S"), world.set("T"), world.group("g")];
    world.admin("CreateAccountAssignment", assignmentInput(first, group, accounts.dev));
    world.admin("CreateAccountAssignment", assignmentInput(second, group, accounts.dev));
    world.admin("CreateAccountAssignment", assignmentInput(second, group, accounts.prod));
    const assigned = (): readonly string[] => {
      world.settle();
      return [...world.sandbox.state.assignments.values()]
        .map((row) => `${row.permissionSetArn === first ? "S" : "T"} ${row.accountId}`)
        .sort();
    };
    world.clock.time += 1_000;
    expect(assigned()).toEqual([`S ${accounts.dev}`, `T ${accounts.prod}`]);
    world.clock.time += 999;
    expect(assigned()).toHaveLength(2);
    world.clock.time += 1;
    expect(assigned()).toContain(`T ${accounts.dev}`);
  });

  test("a provisioning of many accounts waits for each of them", () => {
    const world = createWorld({ settleMs: 1_000 });
    const [set, other, group] = [world.set("S"), world.set("T"), world.group("g")];
    for (const account of [accounts.dev, accounts.prod]) world.assign(set, group, account);
    world.admin("UpdatePermissionSet", { PermissionSetArn: set, SessionDuration: "PT2H" });
    world.admin("CreateAccountAssignment", assignmentInput(other, group, accounts.prod));
    world.admin("ProvisionPermissionSet", { PermissionSetArn: set, TargetType: "ALL_PROVISIONED_ACCOUNTS" });
    const lagging = (): unknown =>
      world.admin("ListAccountsForProvisionedPermissionSet", {
        PermissionSetArn: set,
        ProvisioningStatus: "LATEST_PERMISSION_SET_NOT_PROVISIONED",
      })["AccountIds"];
    world.clock.time += 1_999;
    expect(lagging()).toHaveLength(2);
    world.clock.time += 1;
    expect(lagging()).toEqual([]);
  });
});
