import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "../../src/live/connect.js";
import type { PermissionSet } from "../../src/model/state.js";
import { accounts } from "../sandbox/world.js";
import { createLiveWorld, failure, read, type LiveWorld } from "./live-world.js";

const aws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
const policy = (action: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: [action], Resource: ["*"] }],
});
const bare: PermissionSet = {
  sessionDuration: "PT1H",
  managedPolicies: [],
  customerManagedPolicies: [],
  inlinePolicy: null,
  permissionsBoundary: null,
  tags: {},
};
const full: PermissionSet = {
  description: "Object storage",
  sessionDuration: "PT2H",
  relayState: "https://example.com/",
  managedPolicies: [aws("ReadOnlyAccess"), aws("SecurityAudit")],
  customerManagedPolicies: [{ name: "Base", path: "/platform/" }],
  inlinePolicy: policy("s3:*"),
  permissionsBoundary: { managedPolicy: aws("PowerUserAccess") },
  tags: { team: "platform" },
};

let world: LiveWorld;
let connection: Connection;
beforeEach(async () => {
  world = createLiveWorld();
  connection = await world.connect();
});

async function live(name: string): Promise<PermissionSet | undefined> {
  return (await read(connection)).state.permissionSets.get(name);
}

test("a permission set is made with all its facets", async () => {
  await connection.writer.permissionSet.create("Full", full);
  await connection.writer.permissionSet.create("Bare", bare);
  expect(await live("Full")).toEqual(full);
  expect(await live("Bare")).toEqual(bare);
});

const facet = fc.record({
  sessionDuration: fc.constantFrom("PT1H", "PT8H"),
  managedPolicies: fc.subarray([aws("A"), aws("B"), aws("C")]),
  customerManagedPolicies: fc.subarray([
    { name: "X", path: "/" },
    { name: "X", path: "/p/" },
  ]),
  inlinePolicy: fc.constantFrom(null, policy("s3:*"), policy("ec2:*")),
  permissionsBoundary: fc.constantFrom(
    null,
    { managedPolicy: aws("L") },
    { customerManagedPolicy: { name: "L", path: "/" } },
  ),
  tags: fc.constantFrom({}, { a: "1" }, { a: "2", b: "1" }),
});
const described = fc.record({ description: fc.constantFrom("one", "two") }, { requiredKeys: [] });
const relayed = fc.record(
  { relayState: fc.constantFrom("https://a.example/", "https://b.example/") },
  { requiredKeys: [] },
);
const permissionSet = fc
  .tuple(facet, described, relayed)
  .map(([facets, description, relay]): PermissionSet => ({ ...facets, ...description, ...relay }));

test("any permission set is made into any other", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(permissionSet, permissionSet, async (before, after) => {
      const name = `Set${(number += 1)}`;
      await connection.writer.permissionSet.create(name, before);
      expect(await live(name)).toEqual(before);
      const sent = world.sent.length;
      await connection.writer.permissionSet.update(name, before, before);
      expect(world.sent.slice(sent)).toEqual([]);
      await connection.writer.permissionSet.update(name, before, after);
      expect(await live(name)).toEqual(after);
      await connection.writer.permissionSet.delete(name);
    }),
    { numRuns: 40 },
  );
});

test("only what differs is sent, and a policy that means the same does not differ", async () => {
  await connection.writer.permissionSet.create("Full", full);
  const sent = world.sent.length;
  const respelled = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "S3:*", Resource: "*" }],
  };
  await connection.writer.permissionSet.update("Full", full, {
    ...full,
    inlinePolicy: respelled,
    tags: { team: "security" },
  });
  expect(world.sent.slice(sent)).toEqual(["sso-admin TagResource"]);
});

test("a new duration leaves the relay state and the description alone", async () => {
  await connection.writer.permissionSet.create("Full", full);
  const after = { ...full, sessionDuration: "PT4H" };
  await connection.writer.permissionSet.update("Full", full, after);
  expect(await live("Full")).toEqual(after);
});

describe("policies", () => {
  const many = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => aws(`P${index + from}`)).sort();

  test("are attached before others are detached", async () => {
    const before = { ...bare, managedPolicies: [aws("Old")] };
    await connection.writer.permissionSet.create("Set", before);
    const sent = world.sent.length;
    await connection.writer.permissionSet.update("Set", before, { ...bare, managedPolicies: [aws("New")] });
    expect(world.sent.slice(sent)).toEqual([
      "sso-admin AttachManagedPolicyToPermissionSet",
      "sso-admin DetachManagedPolicyFromPermissionSet",
    ]);
  });

  test("are detached first where twenty would be passed", async () => {
    const before = { ...bare, managedPolicies: many(20) };
    const after = { ...bare, managedPolicies: many(20, 3) };
    await connection.writer.permissionSet.create("Set", before);
    await connection.writer.permissionSet.update("Set", before, after);
    expect(await live("Set")).toEqual(after);
  });

  test("attached or detached already are as wanted", async () => {
    const arn = world.set("Set");
    for (const ManagedPolicyArn of [aws("New"), aws("Other")])
      world.admin("AttachManagedPolicyToPermissionSet", { PermissionSetArn: arn, ManagedPolicyArn });
    const before = { ...bare, managedPolicies: [aws("Old"), aws("Other")] };
    await connection.writer.permissionSet.update("Set", before, { ...bare, managedPolicies: [aws("New")] });
    expect(await live("Set")).toEqual({ ...bare, managedPolicies: [aws("New")] });
  });
});

describe("an answer that was lost", () => {
  test.each([
    "CreatePermissionSet",
    "AttachManagedPolicyToPermissionSet",
    "AttachCustomerManagedPolicyReferenceToPermissionSet",
    "PutInlinePolicyToPermissionSet",
    "PutPermissionsBoundaryToPermissionSet",
  ])("to %s does no harm", async (lost) => {
    world.faults = ({ operation, count }) =>
      operation === `sso-admin ${lost}` && count === 1 ? { drop: "after" } : null;
    await connection.writer.permissionSet.create("Full", full);
    expect(await live("Full")).toEqual(full);
  });

  test.each([
    "DetachManagedPolicyFromPermissionSet",
    "DetachCustomerManagedPolicyReferenceFromPermissionSet",
    "DeleteInlinePolicyFromPermissionSet",
    "DeletePermissionsBoundaryFromPermissionSet",
    "UntagResource",
    "DeletePermissionSet",
  ])("to %s does no harm", async (lost) => {
    await connection.writer.permissionSet.create("Full", full);
    world.faults = ({ operation, count }) =>
      operation === `sso-admin ${lost}` && count === 1 ? { drop: "after" } : null;
    await connection.writer.permissionSet.update("Full", full, { ...bare, description: "Object storage" });
    expect(await live("Full")).toEqual({ ...bare, description: "Object storage" });
    await connection.writer.permissionSet.delete("Full");
    expect(await live("Full")).toBeUndefined();
  });
});

test("a set of that name that somebody else made is a conflict", async () => {
  world.set("Full", { Description: "somebody else's" });
  const error = await failure(connection.writer.permissionSet.create("Full", full));
  expect(error).toMatchObject({ kind: "conflict", message: expect.stringContaining("already exists") });
});

test("a set of that name and those settings that carries more is not taken for our own", async () => {
  const arn = world.set("Bare", { SessionDuration: "PT1H" });
  world.admin("AttachManagedPolicyToPermissionSet", {
    PermissionSetArn: arn,
    ManagedPolicyArn: aws("AdministratorAccess"),
  });
  expect(await failure(connection.writer.permissionSet.create("Bare", bare))).toMatchObject({
    kind: "conflict",
  });
});

describe("deleting", () => {
  test("a set that is gone is no failure", async () => {
    await connection.writer.permissionSet.delete("None");
    const arn = world.set("Set");
    await read(connection);
    world.admin("DeletePermissionSet", { PermissionSetArn: arn });
    await connection.writer.permissionSet.delete("Set");
    expect(world.sandbox.state.permissionSets.size).toBe(0);
  });

  test("a set that is still assigned says where", async () => {
    world.assign(world.set("Set"), world.group("developers"));
    const error = await failure(connection.writer.permissionSet.delete("Set"));
    expect(error.message).toBe(
      `The permission set Set cannot be deleted: it is still assigned in ${accounts.dev}.`,
    );
    expect(error.kind).toBe("conflict");
  });

  test("waits while a set is still being taken out of its accounts", async () => {
    world.set("Set");
    world.faults = ({ operation, count }) =>
      operation === "sso-admin DeletePermissionSet" && count < 8
        ? {
            refuse: "ConflictException",
            message: "Could not delete because PermissionSet has ApplicationProfile associated with it",
          }
        : null;
    await connection.writer.permissionSet.delete("Set");
    expect(world.sandbox.state.permissionSets.size).toBe(0);
  });
});
