// Whatever is asked, in whatever order: no answer is a fault of the sandbox, and the state stays consistent.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Operation } from "../../src/sandbox/constraints.js";
import { parseOrganization } from "../../src/sandbox/organization.js";
import {
  applicationArn,
  deserialize,
  newState,
  roleKey,
  type SandboxState,
  serialize,
  setUserStatus,
} from "../../src/sandbox/state.js";
import { createWorld, type Reply, type World } from "./world.js";

const organization = parseOrganization(`
managementAccount: {id: "000000000001", name: management}
region: eu-west-1
accounts:
  - {id: "000000000002", name: full}
  - {id: "000000000003", name: bare, customerManagedPolicies: []}
  - {id: "000000000004", name: left, status: SUSPENDED}
callers:
  DELEGATE: {account: "000000000002", as: delegated-administrator}
  MEMBER: {account: "000000000003", as: member}
applications: [{name: wiki, account: "000000000002"}, {name: ops, account: "000000000004"}]
`);

/** One step: an operation with inputs that are drawn from small pools, so that steps meet one another. */
type Step = {
  readonly service: "sso-admin" | "identitystore";
  readonly operation: string;
  readonly pick: number;
  readonly name: string;
  readonly key: string;
  readonly wait: number;
};

const adminOperations = [
  "CreatePermissionSet",
  "CreatePermissionSet",
  "UpdatePermissionSet",
  "DeletePermissionSet",
  "AttachManagedPolicyToPermissionSet",
  "DetachManagedPolicyFromPermissionSet",
  "AttachCustomerManagedPolicyReferenceToPermissionSet",
  "DetachCustomerManagedPolicyReferenceFromPermissionSet",
  "PutInlinePolicyToPermissionSet",
  "DeleteInlinePolicyFromPermissionSet",
  "PutPermissionsBoundaryToPermissionSet",
  "TagResource",
  "CreateAccountAssignment",
  "CreateAccountAssignment",
  "CreateAccountAssignment",
  "DeleteAccountAssignment",
  "DeleteAccountAssignment",
  "DeleteAccountAssignment",
  "ProvisionPermissionSet",
  "ProvisionPermissionSet",
  "ListAccountAssignmentsForPrincipal",
  "ListAccountAssignments",
  "ListPermissionSets",
  "ListAccountAssignmentCreationStatus",
] as const satisfies readonly Operation<"sso-admin">[];

const instanceOperations = [
  "ListInstances",
  "CreateInstance",
  "UpdateInstance",
  "DeleteInstance",
  "ListRegions",
  "CreateInstanceAccessControlAttributeConfiguration",
  "DescribeInstanceAccessControlAttributeConfiguration",
  "UpdateInstanceAccessControlAttributeConfiguration",
  "DeleteInstanceAccessControlAttributeConfiguration",
  "ListApplications",
  "ListApplicationAssignmentsForPrincipal",
  "CreateApplicationAssignment",
  "CreateApplicationAssignment",
  "DeleteApplicationAssignment",
] as const satisfies readonly Operation<"sso-admin">[];

const storeOperations = [
  "CreateUser",
  "CreateUser",
  "UpdateUser",
  "DeleteUser",
  "CreateGroup",
  "CreateGroup",
  "UpdateGroup",
  "DeleteGroup",
  "CreateGroupMembership",
  "CreateGroupMembership",
  "DeleteGroupMembership",
  "IsMemberInGroups",
  "ListGroupMembershipsForMember",
] as const satisfies readonly Operation<"identitystore">[];

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc
    .oneof(
      { weight: 6, arbitrary: callOf("sso-admin", adminOperations) },
      { weight: 6, arbitrary: callOf("identitystore", storeOperations) },
      { weight: 2, arbitrary: callOf("sso-admin", instanceOperations) },
    )
    .chain((call) =>
      fc.record({
        service: fc.constant(call.service),
        operation: fc.constant(call.operation),
        pick: fc.nat({ max: 11 }),
        name: fc.constantFrom("a", "b", "A"),
        key: fc.constantFrom(...Array<string>(8).fill("ADMIN"), "DELEGATE", "MEMBER"),
        wait: fc.constantFrom(0, 0, 0, 400, 1_000),
      }),
    ),
  { minLength: 1, maxLength: 120, size: "max" },
);

function callOf(
  service: Step["service"],
  operations: readonly string[],
): fc.Arbitrary<Pick<Step, "service" | "operation">> {
  return fc.record({ service: fc.constant(service), operation: fc.constantFrom(...operations) });
}

test("random sequences never fail the sandbox, and keep its invariants", () => {
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 1_000), (sequence, settleMs) => {
      const world = createWorld({ state: newState(organization), settleMs });
      for (const step of sequence) {
        const reply = take(world, step);
        expect(reply.status, `${step.operation}: ${reply.message}`).not.toBe(500);
        const outcome = `${step.operation} ${reply.code ?? "ok"}`;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        expectConsistent(world.sandbox.state);
        world.clock.time += step.wait;
        if (step.pick === 7) flipSomebody(world.sandbox.state, step.pick);
      }
      const text = serialize(world.sandbox.state);
      expect(serialize(deserialize(text))).toBe(text);
    }),
    { numRuns: 500 },
  );
  // The sequences reach what they are about.
  const reached = [...outcomes.keys()];
  for (const operation of new Set([...adminOperations, ...instanceOperations, ...storeOperations]))
    expect(reached).toContain(`${operation} ok`);
  for (const outcome of [
    "CreateAccountAssignment ConflictException",
    "DeletePermissionSet ConflictException",
    "CreateGroupMembership ConflictException",
    "UpdatePermissionSet AccessDeniedException",
    "CreateInstance ConflictException",
    "UpdateInstance AccessDeniedException",
    "CreateApplicationAssignment ConflictException",
    "CreateUser ResourceNotFoundException",
  ])
    expect(reached).toContain(outcome);
});

function take(world: World, { service, operation, pick, name, key }: Step): Reply {
  const { state } = world.sandbox;
  const choose = (values: Iterable<string>): string => {
    const all = [...values];
    return all[pick % Math.max(1, all.length)] ?? "1111222233-01234567-89ab-4def-8123-456789abcdef";
  };
  const user = choose(state.users.keys());
  const group = choose(state.groups.keys());
  const missing = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-0123456789abcdef";
  const set = pick === 11 ? missing : ([...state.permissionSets.keys()][pick % 2] ?? missing);
  const account = choose(organization.accounts.keys());
  const byUser = pick % 4 === 3;
  // Account instances are mostly their owners' affair; and nothing goes on once the organization's is deleted.
  const owned = [...state.accountInstances.values()].map(({ arn }) => arn);
  const onInstance = operation.endsWith("Instance");
  const owner = onInstance ? ["MEMBER", "DELEGATE"][pick % 3] : undefined;
  const organizations = operation === "DeleteInstance" ? pick === 5 : pick % 2 === 0;
  const everything = {
    InstanceArn: organizations || !onInstance ? state.instance.arn : choose(owned),
    IdentityStoreId: state.instance.identityStoreId,
    Name: service === "identitystore" ? { GivenName: name, FamilyName: name } : name,
    UserName: name,
    DisplayName: name,
    UserId: user,
    GroupId: group,
    GroupIds: [group],
    MembershipId: choose(state.memberships.keys()),
    MemberId: { UserId: user },
    Operations: [{ AttributePath: "displayName", AttributeValue: name }],
    PermissionSetArn: set,
    ResourceArn: set,
    Tags: [{ Key: name, Value: name }],
    ApplicationArn: choose(organization.applications.map((one) => applicationArn(state, one))),
    InstanceAccessControlAttributeConfiguration: {
      AccessControlAttributes: [{ Key: name, Value: { Source: [name] } }],
    },
    ManagedPolicyArn: `arn:aws:iam::aws:policy/${name}`,
    CustomerManagedPolicyReference: { Name: name },
    PermissionsBoundary: { ManagedPolicyArn: `arn:aws:iam::aws:policy/${name}` },
    InlinePolicy: JSON.stringify({ Statement: { Effect: "Allow", Action: name, Resource: "*" } }),
    AccountId: account,
    TargetId: operation === "ProvisionPermissionSet" && byUser ? undefined : account,
    TargetType: operation === "ProvisionPermissionSet" && byUser ? "ALL_PROVISIONED_ACCOUNTS" : "AWS_ACCOUNT",
    PrincipalType: byUser ? "USER" : "GROUP",
    PrincipalId: byUser ? user : group,
  };
  // The pools hold what any operation of either service asks for; each takes its own.
  return world.call(service as "sso-admin", operation as "CreatePermissionSet", everything, {
    key: owner ?? key,
  });
}

function flipSomebody(state: SandboxState, pick: number): void {
  const users = [...state.users.values()];
  const user = users[pick % Math.max(1, users.length)];
  if (user !== undefined) setUserStatus(state, user.id, user.status === "ENABLED" ? "DISABLED" : "ENABLED");
}

function expectConsistent(state: SandboxState): void {
  for (const membership of state.memberships.values()) {
    expect(state.users.has(membership.userId)).toBe(true);
    expect(state.groups.has(membership.groupId)).toBe(true);
  }
  const names = [...state.users.values()].map(({ attributes }) => attributes.UserName?.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  for (const row of state.assignments.values())
    expect(state.roles.has(roleKey(row.accountId, row.permissionSetArn))).toBe(true);
  for (const role of state.roles.values()) {
    const set = state.permissionSets.get(role.permissionSetArn);
    expect(set).toBeDefined();
    expect(organization.accounts.get(role.accountId)?.status).toBe("ACTIVE");
    // A role that does not lag has the content of its set.
    expect(role.revision).toBeLessThanOrEqual(set?.revision ?? 0);
    expect(role.revision < (set?.revision ?? 0) || role.content === set?.content).toBe(true);
    // Without an assignment a role is there only because somebody has provisioned it.
    const assigned = state.assignments.countBy("pair", roleKey(role.accountId, role.permissionSetArn)) > 0;
    expect(assigned || wasProvisioned(state, role.accountId, role.permissionSetArn)).toBe(true);
  }
  const instances = [...state.accountInstances].map(([account, { arn, ownerAccountId }]) => {
    expect(ownerAccountId).toBe(account);
    expect(account).not.toBe(organization.managementAccount);
    return arn;
  });
  for (const arn of state.tags.keys())
    expect(state.permissionSets.has(arn) || instances.includes(arn)).toBe(true);
  const applications = organization.applications.map((one) => applicationArn(state, one));
  for (const row of state.applicationAssignments.values()) expect(applications).toContain(row.applicationArn);
  if (state.instance.deleted) expectNothingIn(state);
  expectOneAtATime(state);
}

function expectNothingIn(state: SandboxState): void {
  const { users, groups, permissionSets, requests, applicationAssignments, accessControlAttributes } = state;
  for (const table of [users, groups, permissionSets, requests, applicationAssignments])
    expect(table.size).toBe(0);
  expect(accessControlAttributes).toBeNull();
}

function wasProvisioned(state: SandboxState, accountId: string, set: string): boolean {
  return [...state.requests.values()].some(
    (request) =>
      request.kind === "provisioning" &&
      request.permissionSetArn === set &&
      request.accountIds.includes(accountId),
  );
}

function expectOneAtATime(state: SandboxState): void {
  const busy = state.requests
    .by("status", "IN_PROGRESS")
    .flatMap((request) =>
      request.kind === "provisioning"
        ? request.accountIds.map((id) => roleKey(id, request.permissionSetArn))
        : [roleKey(request.assignment.accountId, request.assignment.permissionSetArn)],
    );
  expect(new Set(busy).size).toBe(busy.length);
}
