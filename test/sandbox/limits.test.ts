import { describe, expect, test } from "vitest";
import { parseDuration } from "../../src/sandbox/duration.js";
import { accounts, assignmentInput, createWorld, storeId } from "./world.js";

describe("rate", () => {
  test("lets N requests a second through, refilling as time passes", () => {
    const world = createWorld({ rate: 20 });
    const burst = (count: number): number =>
      Array.from({ length: count }, () => world.call("sso-admin", "ListInstances")).filter(
        ({ code }) => code === null,
      ).length;
    expect(burst(30)).toBe(20);
    world.clock.time += 500;
    expect(burst(30)).toBe(10);
    world.clock.time += 3_600_000;
    expect(burst(30)).toBe(20);
    world.clock.time += 50;
    expect(burst(2)).toBe(1);
  });

  test("is shared by the services, which name it differently; nothing happens of what is refused", () => {
    const world = createWorld({ rate: 1 });
    world.call("sso-admin", "ListInstances");
    expect(
      world.call("identitystore", "CreateGroup", { IdentityStoreId: storeId, DisplayName: "g" }),
    ).toMatchObject({
      status: 400,
      code: "ThrottlingException",
      message: "Rate exceeded",
    });
    expect(world.call("organizations", "ListAccounts")).toMatchObject({
      status: 400,
      code: "TooManyRequestsException",
    });
    expect(world.sandbox.state.groups.size).toBe(0);
    expect(world.log.map(({ outcome }) => outcome)).toEqual([
      "ok",
      "ThrottlingException",
      "TooManyRequestsException",
    ]);
  });

  test("below one a second still lets one through", () => {
    const world = createWorld({ rate: 0.5 });
    expect(world.call("sso-admin", "ListInstances").code).toBeNull();
    world.clock.time += 1_000;
    expect(world.call("sso-admin", "ListInstances").code).toBe("ThrottlingException");
    world.clock.time += 1_000;
    expect(world.call("sso-admin", "ListInstances").code).toBeNull();
  });

  test("survives a clock that is set back", () => {
    const world = createWorld({ rate: 1 });
    world.call("sso-admin", "ListInstances");
    world.clock.time -= 3_600_000;
    expect(world.call("sso-admin", "ListInstances").code).toBe("ThrottlingException");
    world.clock.time += 1_000;
    expect(world.call("sso-admin", "ListInstances").code).toBeNull();
  });
});

test("in flight, N asynchronous operations at most", () => {
  const world = createWorld({ inFlight: 2, settleMs: 1_000 });
  const [set, group] = [world.set("S"), world.group("g")];
  world.admin("CreateAccountAssignment", assignmentInput(set, group, accounts.dev));
  world.admin("CreateAccountAssignment", assignmentInput(set, group, accounts.prod));
  const third = assignmentInput(set, group, accounts.management);
  const message = "There are too many requests processing. Please try again later.";
  expect(world.adminFails("CreateAccountAssignment", third)).toMatchObject({
    code: "ThrottlingException",
    message,
  });
  const all = { PermissionSetArn: world.set("T"), TargetType: "ALL_PROVISIONED_ACCOUNTS" };
  expect(world.adminFails("ProvisionPermissionSet", all)).toMatchObject({
    code: "ThrottlingException",
    message,
  });
  world.clock.time += 1_000;
  world.admin("CreateAccountAssignment", third);
});

test.each([
  ["50ms", 50],
  ["2s", 2_000],
  ["1m", 60_000],
  ["0ms", 0],
  ["", null],
  ["2", null],
  ["s", null],
  ["1.5s", null],
  ["-1s", null],
  ["1h", null],
  ["1s ", null],
  ["1s2s", null],
])("the duration %j is %s milliseconds", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
