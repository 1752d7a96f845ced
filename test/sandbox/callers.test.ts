import { beforeEach, describe, expect, test } from "vitest";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import { accounts, assignmentInput, createWorld, instanceArn, storeId, type World } from "./world.js";

const organization = parseOrganization(`
managementAccount: {id: "999900001111", name: management}
region: eu-west-1
accounts:
  - {id: "111122223333", name: sandbox}
  - {id: "222200002222", name: security}
callers:
  AKIASECURITY: {account: "222200002222", as: delegated-administrator}
  AKIATEAM: {account: "111122223333", as: member}
`);

let world: World;
beforeEach(() => {
  world = createWorld({ state: newState(organization) });
});

describe("a delegated administrator", () => {
  const key = "AKIASECURITY";
  const denied = { code: "AccessDeniedException", message: expect.stringContaining("management account") };

  test("manages everything in the other accounts", () => {
    const [group, set] = [world.group("g"), world.set("S")];
    const reply = world.call(
      "sso-admin",
      "CreateAccountAssignment",
      { InstanceArn: instanceArn, ...assignmentInput(set, group) },
      { key },
    );
    expect(reply.code).toBeNull();
    expect(
      world.call("identitystore", "DeleteGroup", { IdentityStoreId: storeId, GroupId: group }, { key }).code,
    ).toBeNull();
    expect(world.call("organizations", "ListAccounts", {}, { key }).body["Accounts"]).toHaveLength(3);
    expect(world.sandbox.state.requests.size).toBe(1);
  });

  test("cannot assign anything in the management account, nor take it away", () => {
    const [group, set] = [world.group("g"), world.set("S")];
    const input = assignmentInput(set, group, accounts.management);
    expect(world.adminFails("CreateAccountAssignment", input, { key })).toMatchObject(denied);
    world.assign(set, group, accounts.management);
    expect(world.adminFails("DeleteAccountAssignment", input, { key })).toMatchObject(denied);
    const target = {
      PermissionSetArn: world.set("T"),
      TargetType: "AWS_ACCOUNT",
      TargetId: accounts.management,
    };
    expect(world.adminFails("ProvisionPermissionSet", target, { key })).toMatchObject(denied);
  });

  test.each([
    ["UpdatePermissionSet", {}],
    ["DeletePermissionSet", {}],
    ["AttachManagedPolicyToPermissionSet", { ManagedPolicyArn: "arn:aws:iam::aws:policy/A" }],
    ["DetachManagedPolicyFromPermissionSet", { ManagedPolicyArn: "arn:aws:iam::aws:policy/A" }],
    [
      "AttachCustomerManagedPolicyReferenceToPermissionSet",
      { CustomerManagedPolicyReference: { Name: "A" } },
    ],
    [
      "DetachCustomerManagedPolicyReferenceFromPermissionSet",
      { CustomerManagedPolicyReference: { Name: "A" } },
    ],
    ["PutInlinePolicyToPermissionSet", { InlinePolicy: "{}" }],
    ["DeleteInlinePolicyFromPermissionSet", {}],
    ["PutPermissionsBoundaryToPermissionSet", { PermissionsBoundary: {} }],
    ["DeletePermissionsBoundaryFromPermissionSet", {}],
    ["ProvisionPermissionSet", { TargetType: "ALL_PROVISIONED_ACCOUNTS" }],
    ["TagResource", { Tags: [] }],
    ["UntagResource", { TagKeys: ["a"] }],
  ] as const)("cannot %s of a set that is provisioned in the management account", (operation, input) => {
    const [group, set] = [world.group("g"), world.set("S")];
    world.assign(set, group, accounts.management);
    const target = { PermissionSetArn: set, ResourceArn: set, ...input };
    expect(world.adminFails(operation, target, { key })).toMatchObject(denied);
    const elsewhere = assignmentInput(set, group);
    expect(world.adminFails("CreateAccountAssignment", elsewhere, { key })).toMatchObject(denied);
  });

  test("reads it all, but not by principal", () => {
    const [group, set] = [world.group("g"), world.set("S")];
    world.assign(set, group, accounts.management);
    const signed = { key };
    const list = { InstanceArn: instanceArn, PermissionSetArn: set, AccountId: accounts.management };
    expect(
      world.call("sso-admin", "ListAccountAssignments", list, signed).body["AccountAssignments"],
    ).toHaveLength(1);
    const principal = { PrincipalId: group, PrincipalType: "GROUP" };
    expect(world.adminFails("ListAccountAssignmentsForPrincipal", principal, signed)).toMatchObject(denied);
  });

  test("may tag the instance", () => {
    const input = { InstanceArn: instanceArn, ResourceArn: instanceArn, Tags: [{ Key: "a", Value: "b" }] };
    expect(world.call("sso-admin", "TagResource", input, { key }).code).toBeNull();
  });
});

describe("a member account", () => {
  const signed = { key: "AKIATEAM" };

  test("is denied all but knowing that there is an organisation", () => {
    for (const reply of [
      world.call("sso-admin", "ListInstances", {}, signed),
      world.call("identitystore", "ListUsers", { IdentityStoreId: storeId }, signed),
      world.call("organizations", "ListAccounts", {}, signed),
    ])
      expect(reply).toMatchObject({
        code: "AccessDeniedException",
        message: expect.stringContaining("not authorized"),
      });
    const { body } = world.call("organizations", "DescribeOrganization", {}, signed);
    expect(body).toMatchObject({ Organization: { MasterAccountId: accounts.management } });
  });

  test("names the action that is missing", () => {
    expect(world.call("sso-admin", "ListInstances", {}, signed).message).toMatch(/sso:ListInstances$/);
    expect(world.call("identitystore", "ListUsers", {}, signed).message).toMatch(/identitystore:ListUsers$/);
  });
});

test.each([
  ["AKIASECURITY", "222200002222"],
  ["AKIATEAM", "111122223333"],
  ["AKIAANYBODY", "999900001111"],
  [null, "999900001111"],
])("the key %s is account %s", (key, account) => {
  const response = world.sandbox.handle(
    {
      method: "POST",
      path: "/",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(key !== null && {
          authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/sts/aws4_request`,
        }),
      },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    },
    world.clock,
  );
  expect(response.body).toContain(`<Account>${account}</Account>`);
});

describe("another region", () => {
  const signed = { region: "us-east-1" };

  test("shows no instance, and finds nothing", () => {
    expect(world.call("sso-admin", "ListInstances", {}, signed).body).toEqual({ Instances: [] });
    const set = world.set("S");
    for (const reply of [
      world.call("sso-admin", "DescribeInstance", { InstanceArn: instanceArn }, signed),
      world.call(
        "sso-admin",
        "DescribePermissionSet",
        { InstanceArn: instanceArn, PermissionSetArn: set },
        signed,
      ),
      world.call("sso-admin", "ListTagsForResource", { ResourceArn: instanceArn }, signed),
      world.call("identitystore", "ListUsers", { IdentityStoreId: storeId }, signed),
    ])
      expect(reply.code).toBe("ResourceNotFoundException");
  });

  test("is no matter to Organizations", () => {
    expect(world.call("organizations", "ListAccounts", {}, signed).body["Accounts"]).toHaveLength(3);
  });
});
