import { noConsent } from "../../src/plan/consent.js";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderTree } from "../../src/declare/source-tree.js";
import { connect } from "../../src/live/connect.js";
import type { Connection } from "../../src/live/connect.js";
import type { Clock } from "../../src/model/clock.js";
import { runApply } from "../../src/run/apply.js";
import type { ApplyOrder, ApplyRun } from "../../src/run/apply.js";
import { runPlan } from "../../src/run/plan.js";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import { createSandbox } from "../../src/sandbox/sandbox.js";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { serve } from "../../src/sandbox/server.js";
import { newState } from "../../src/sandbox/state.js";

// One organization lives through every kind of change with every action, over real sockets: hired, promoted, moved,
// gone. After each chapter the next plan is empty, and the sandbox's own tables say what the files say.

const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

let folder: string;
let sandbox: Sandbox;
let server: Awaited<ReturnType<typeof serve>>;
const made = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "idc-changes-"));
  sandbox = createSandbox({ state: newState(exampleOrganization), settleMs: 20, inFlight: 10 });
  server = await serve({ sandbox });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function connected(): Promise<Connection & { operationsInFlight: number }> {
  const connection = await connect({
    region: "eu-west-1",
    instanceArn: null,
    profile: null,
    endpoint: server.url,
    credentials: { accessKeyId: "AKIDADMIN", secretAccessKey: "secret" },
    limits: { requestsPerSecond: Infinity, operationsInFlight: 10 },
    clock,
  });
  return { ...connection, operationsInFlight: 10 };
}

/** Applies `yaml` as the only access file, insists on success and on an empty plan after it. */
async function chapter(yaml: string, given: Partial<Pick<ApplyOrder, "consent">> = {}): Promise<ApplyRun> {
  await writeFile(join(folder, "all.yaml"), yaml);
  const run = await runApply({ ...order(), ...given });
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect((run.result?.outcomes ?? []).filter(({ outcome }) => outcome.status !== "done")).toEqual([]);
  expect(run.verdicts).toEqual([]);
  for (const { change } of run.result?.outcomes ?? []) made.add(`${change.action} ${change.kind}`);
  expect((await runPlan(order())).plan?.changes).toEqual([]);
  return run;
}

function order(): ApplyOrder & { readonly base: null; readonly targeted: false } {
  return {
    tree: folderTree(folder),
    checkout: async () => null,
    revisionOf: async () => ({ ok: false, why: "outside-git" }),
    base: null,
    targeted: false,
    wallClock: () => clock.now(),
    connect: connected,
    toolVersion: "0.0.0",
    consent: noConsent,
    waiting: null,
    signal: new AbortController().signal,
    onStage: () => {},
    ancestryOf: async () => "unknown",
    saved: null,
    unattended: null,
    audit: null,
    confirm: async () => "yes",
    clock,
    onChange: () => {},
  };
}

function names(): Readonly<Record<string, readonly string[]>> {
  const { users, groups, permissionSets, memberships, assignments } = sandbox.state;
  const userName = (id: string): string => users.get(id)?.attributes.UserName ?? "?";
  const groupName = (id: string): string => groups.get(id)?.displayName ?? "?";
  return {
    users: [...users.values()].map(({ id }) => userName(id)).sort(),
    groups: [...groups.values()].map(({ displayName }) => displayName).sort(),
    sets: [...permissionSets.values()].map(({ name }) => name).sort(),
    memberships: [...memberships.values()]
      .map((row) => `${groupName(row.groupId)}/${userName(row.userId)}`)
      .sort(),
    assignments: [...assignments.values()]
      .map(
        ({ principalType, principalId, permissionSetArn, accountId }) =>
          `${principalType === "USER" ? userName(principalId) : groupName(principalId)} ${permissionSets.get(permissionSetArn)?.name} ${accountId}`,
      )
      .sort(),
  };
}

describe("an organization over HTTP", () => {
  test("is founded", async () => {
    await chapter(`
users:
  ann: {givenName: Ann, familyName: Lee, email: ann@example.com, title: Engineer, phone: "+1 555 0100",
        address: {street: Main St 1, locality: Springfield, country: US}, enterprise: {department: Platform}}
  ben: {givenName: Ben, familyName: Ray, email: ben@example.com}
groups:
  dev: {description: Build, members: [ann, ben]}
  old: {members: [ben]}
permissionSets:
  Deploy:
    description: Ship it
    sessionDuration: PT2H
    relayState: https://console.aws.amazon.com/
    managedPolicies: [ReadOnlyAccess, job-function/Billing]
    customerManagedPolicies: [{name: Base, path: /platform/}]
    inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}
    permissionsBoundary: PowerUserAccess
    tags: {team: platform}
  Look: {}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: [sandbox, {ou: Workloads/Prod}]}
  - {groups: [old], permissionSets: [Look], accounts: [sandbox]}
  - {users: [ben], permissionSets: [Look], accounts: ["999900001111"]}
`);
    expect(names()).toEqual({
      users: ["ann", "ben"],
      groups: ["dev", "old"],
      sets: ["Deploy", "Look"],
      memberships: ["dev/ann", "dev/ben", "old/ben"],
      assignments: [
        "ben Look 999900001111",
        "dev Deploy 111122223333",
        "dev Deploy 444455556666",
        "dev Deploy 555500001111",
        "old Look 111122223333",
      ],
    });
  });

  test("changes every facet of everything it has", async () => {
    await chapter(`
users:
  ann: {givenName: Anna, familyName: Lee, email: anna@example.com, title: null, phone: null,
        address: {street: Oak St 2, locality: null, country: US}, enterprise: {department: Security}}
  ben: {givenName: Ben, familyName: Ray, email: ben@example.com}
groups:
  dev: {description: Build and run, members: [ann, ben]}
  old: {members: [ben]}
permissionSets:
  Deploy:
    description: Ship it safely
    sessionDuration: PT4H
    managedPolicies: [ViewOnlyAccess]
    customerManagedPolicies: [{name: Base}, {name: Extra}]
    inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}
    permissionsBoundary: {name: Limit, path: /platform/}
    tags: {owner: security}
  Look: {}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: [sandbox, {ou: Workloads/Prod}]}
  - {groups: [old], permissionSets: [Look], accounts: [sandbox]}
  - {users: [ben], permissionSets: [Look], accounts: ["999900001111"]}
`);
    const [ann] = [...sandbox.state.users.values()].filter(({ attributes }) => attributes.UserName === "ann");
    expect(ann?.attributes).toMatchObject({
      Name: { GivenName: "Anna" },
      Emails: [{ Value: "anna@example.com" }],
    });
    expect(ann?.attributes.Title).toBeUndefined();
    expect(ann?.attributes.PhoneNumbers).toBeUndefined();
    const [deploy] = [...sandbox.state.permissionSets.values()].filter(({ name }) => name === "Deploy");
    const roles = [...sandbox.state.roles.values()].filter((role) => role.permissionSetArn === deploy?.arn);
    expect(roles.map(({ content }) => content)).toEqual(roles.map(() => deploy?.content));
    expect(deploy?.content).toMatchObject({
      relayState: null,
      sessionDuration: "PT4H",
      permissionsBoundary: { kind: "customer", policy: { name: "Limit", path: "/platform/" } },
    });
  });

  test("sees people leave, and what nobody needs go", async () => {
    await chapter(`
users:
  ann: {givenName: Anna, familyName: Lee, email: anna@example.com}
  ben: {givenName: Ben, familyName: Ray, email: ben@example.com, status: disabled}
groups:
  dev: {description: Build and run, members: [ann]}
permissionSets:
  Deploy: {}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: [sandbox]}
`);
    expect(names()).toEqual({
      users: ["ann", "ben"],
      groups: ["dev"],
      sets: ["Deploy"],
      memberships: ["dev/ann"],
      assignments: ["dev Deploy 111122223333"],
    });
  });

  test("ends", async () => {
    await writeFile(join(folder, "settings.yaml"), "identityCenter: {onUserRemoval: delete}\n");
    await writeFile(join(folder, "all.yaml"), "users: {}\n");
    const refused = await runApply(order());
    expect(refused).toMatchObject({ verdicts: ["refused"], result: null });
    const allow = new Map([["empty-declaration", refused.plan?.digest ?? ""] as const]);
    await chapter("users: {}\n", { consent: { ...noConsent, allow } });
    expect(names()).toEqual({ users: [], groups: [], sets: [], memberships: [], assignments: [] });
  });

  test("has then seen every kind of change with every action", () => {
    expect([...made].sort()).toEqual([
      "create assignment",
      "create group",
      "create membership",
      "create permissionSet",
      "create user",
      "delete assignment",
      "delete group",
      "delete membership",
      "delete permissionSet",
      "delete user",
      "disable user",
      "provision provisioning",
      "update group",
      "update permissionSet",
      "update user",
    ]);
  });
});
