import { setTimeout } from "node:timers/promises";
import {
  ListPermissionSetsCommand,
  ProvisionPermissionSetCommand,
  SSOAdminClient,
} from "@aws-sdk/client-sso-admin";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect, type Connection } from "../../src/live/connect.js";
import type { Clock } from "../../src/model/clock.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import { failure } from "../live/live-world.js";
import { permissionSet, person } from "../support/organizations.js";
import { exampleAccounts } from "./example-accounts.js";
import { putBefore, type Front } from "./moto-front.js";
import { environmentFor, python, serveMoto, type Moto } from "./processes.js";

/** The one that moto's instance belongs to. */
const account = "123456789012";
const client = { region: "eu-west-1", credentials: { accessKeyId: "idc", secretAccessKey: "idc" } };

/** Waiting takes no time to speak of: moto is never busy, and what it lacks does not come by waiting. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: async (_milliseconds, signal) => setTimeout(1, undefined, signal === undefined ? {} : { signal }),
};

let moto: Moto;
let front: Front;
let connection: Connection;
beforeEach(async () => {
  moto = await serveMoto();
  front = await putBefore(moto.url);
  connection = await connectTo(front.url);
});
afterEach(async () => {
  connection.close();
  await front.stop();
  await moto.stop();
});

async function connectTo(endpoint: string): Promise<Connection> {
  return connect({
    ...client,
    instanceArn: null,
    profile: null,
    endpoint,
    limits: { requestsPerSecond: Infinity, operationsInFlight: 10 },
    clock,
  });
}

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }],
};
const byGroup = { principalType: "group", principal: "developers", permissionSet: "Read", account } as const;
const byUser = { ...byGroup, principalType: "user", principal: "alice" } as const;

async function writeAll(): Promise<void> {
  const { writer } = connection;
  await writer.user.create("alice", { ...person("alice"), title: "Engineer" });
  await writer.user.create("ben", person("ben"));
  await writer.group.create("developers", { description: "Build and run the product" });
  await writer.membership.create({ group: "developers", user: "alice" });
  await writer.membership.create({ group: "developers", user: "ben" });
  await writer.permissionSet.create(
    "Read",
    permissionSet({
      description: "Looks",
      sessionDuration: "PT2H",
      managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
      customerManagedPolicies: [{ name: "Base", path: "/platform/" }],
      inlinePolicy: policy,
    }),
  );
  await writer.assignment.create(byGroup);
  await writer.assignment.create(byUser);
}

async function seenByBoto3(): Promise<unknown> {
  return python("look.py", { env: environmentFor(moto.url), args: [account] });
}

async function snapshot(): Promise<Snapshot> {
  return connection.reader.snapshot({ kind: "all" }, new AbortController().signal);
}

test("what the engine writes is there when boto3 looks", async () => {
  await writeAll();
  expect(await seenByBoto3()).toEqual({
    users: {
      alice: {
        Name: { GivenName: "alice", FamilyName: "Example" },
        DisplayName: "alice Example",
        Emails: [{ Value: "alice@example.com", Type: "work", Primary: true }],
        Title: "Engineer",
      },
      ben: expect.objectContaining({ DisplayName: "ben Example" }),
    },
    groups: { developers: { description: "Build and run the product", members: ["alice", "ben"] } },
    sets: {
      Read: {
        description: "Looks",
        session: "PT2H",
        managed: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        customer: [{ Name: "Base", Path: "/platform/" }],
        inline: policy,
        granted: ["GROUP developers", "USER alice"],
      },
    },
  });
});

test("what the engine deletes is gone when boto3 looks, found by the ids of its own reading", async () => {
  await writeAll();
  connection.close();
  connection = await connectTo(front.url);
  await snapshot();
  const { writer } = connection;
  await writer.assignment.delete(byGroup);
  await writer.membership.delete({ group: "developers", user: "ben" });
  expect(await seenByBoto3()).toMatchObject({
    groups: { developers: { members: ["alice"] } },
    sets: { Read: { granted: ["USER alice"] } },
  });
  await writer.assignment.delete(byUser);
  await writer.permissionSet.delete("Read");
  await writer.membership.delete({ group: "developers", user: "alice" });
  await writer.group.delete("developers");
  await writer.user.delete("alice");
  await writer.user.delete("ben");
  expect(await seenByBoto3()).toEqual({ users: {}, groups: {}, sets: {} });
});

test("what moto can tell is read, and what it cannot tell of a permission set is a gap", async () => {
  await writeAll();
  await provisionedByMoto();
  const { state, provisioned, gaps } = await snapshot();
  expect(state.users).toEqual(
    new Map([
      ["alice", { ...person("alice"), title: "Engineer" }],
      ["ben", person("ben")],
    ]),
  );
  expect(state.groups).toEqual(new Map([["developers", { description: "Build and run the product" }]]));
  expect([...state.memberships.values()]).toEqual([
    { group: "developers", user: "alice" },
    { group: "developers", user: "ben" },
  ]);
  expect([...state.assignments.values()]).toEqual([byGroup, byUser]);
  expect(provisioned).toEqual(new Map([["Read", [account]]]));
  expect(state.permissionSets).toEqual(new Map());
  expect(gaps).toEqual([
    {
      covers: [{ kind: "permissionSet", permissionSet: "Read" }],
      error: expect.objectContaining({
        kind: "internal",
        operation: expect.stringMatching(/GetPermissionsBoundaryForPermissionSet$|ListTagsForResource$/),
      }),
    },
  ]);
});

test("where moto has no answer at all, the engine has an error that names the operation", async () => {
  await writeAll();
  const { reader, writer } = connection;
  const { signal } = new AbortController();
  const title = { path: "title", before: "Engineer", after: "Lead" };
  const boundary = { managedPolicy: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    "sso-admin DescribeInstance": () => connectTo(moto.url),
    "sso-admin TagResource": () => writer.mark("sha256:0"),
    "identitystore UpdateUser": () => writer.user.update("alice", [title]),
    "identitystore UpdateGroup": () => writer.group.update("developers", [{ ...title, path: "description" }]),
    "sso-admin PutPermissionsBoundaryToPermissionSet": () =>
      writer.permissionSet.create("Bounded", permissionSet({ permissionsBoundary: boundary })),
  };
  for (const [operation, ask] of Object.entries(asked))
    expect(await failure(ask())).toMatchObject({ kind: "internal", operation, code: null });
  expect(await failure(reader.settle(signal))).toMatchObject({
    kind: "internal",
    operation: expect.stringMatching(/^sso-admin List(?:AccountAssignment|PermissionSet)\w+Status$/),
  });
});

test("accounts are placed and tagged although moto tells no paths", async () => {
  const input = JSON.stringify({ make: true, accounts: exampleAccounts });
  await python("organization.py", { env: environmentFor(moto.url), input });
  connection.close();
  connection = await connectTo(front.url);
  const directory = await connection.reader.directory({ tags: true }, new AbortController().signal);
  if (directory.kind !== "organization") throw new Error("it is no organization");
  const found = directory.accounts.filter(({ id }) => id !== account);
  const byName = (left: { name: string }, right: { name: string }): number =>
    left.name < right.name ? -1 : 1;
  expect(found.map(({ name, ou, tags }) => ({ name, ou, tags })).sort(byName)).toEqual(
    exampleAccounts.map(({ name, ou, tags }) => ({ name, ou, tags })).sort(byName),
  );
  expect(connection.operations().get("organizations ListAccountsForParent")).toBeGreaterThan(1);
});

/** moto provisions nothing by itself, and an assignment is read where its set is provisioned. */
async function provisionedByMoto(): Promise<void> {
  const admin = new SSOAdminClient({ ...client, endpoint: moto.url });
  const instance = { InstanceArn: connection.instance.arn };
  const { PermissionSets: [arn] = [] } = await admin.send(new ListPermissionSetsCommand(instance));
  const input = { ...instance, PermissionSetArn: arn, TargetType: "AWS_ACCOUNT" as const, TargetId: account };
  await admin.send(new ProvisionPermissionSetCommand(input));
  admin.destroy();
}
