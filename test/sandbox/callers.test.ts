import { beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "../../src/sandbox/constraints.js";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import {
  accounts,
  assignmentInput,
  createWorld,
  instanceArn,
  type Reply,
  storeId,
  text,
  type World,
} from "./world.js";

const organization = parseOrganization(`
managementAccount: {id: "999900001111", name: management}
region: eu-west-1
accounts:
  - {id: "111122223333", name: sandbox, ou: Dev}
  - {id: "222200002222", name: security}
callers:
  AKIASECURITY: {account: "222200002222", as: delegated-administrator}
  AKIATEAM: {account: "111122223333", as: member}
applications: [{name: wiki, account: "111122223333"}]
`);

/** What operations of every kind answer to a caller whose input would do. */
function answers(signed: { readonly key: string }): readonly (readonly [operation: string, Reply])[] {
  const admin = (operation: Operation<"sso-admin">, input: object = {}): readonly [string, Reply] => [
    operation,
    world.call("sso-admin", operation, { InstanceArn: instanceArn, ...input }, signed),
  ];
  const organizations = (operation: Operation<"organizations">, input?: object): readonly [string, Reply] => [
    operation,
    world.call("organizations", operation, input, signed),
  ];
  const principal = { PrincipalType: "GROUP", PrincipalId: world.group("g") };
  const [application] = world.admin("ListApplications")["Applications"] as object[];
  const assignment = { ...application, ...principal };
  const unitId = organization.units.get("Dev")?.id;
  return [
    admin("ListPermissionSets"),
    admin("ListRegions"),
    admin("ListTagsForResource", { ResourceArn: instanceArn }),
    admin("CreateInstanceAccessControlAttributeConfiguration", {
      InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [] },
    }),
    admin("DescribeInstanceAccessControlAttributeConfiguration"),
    admin("ListApplications"),
    admin("ListApplications", { Filter: { ApplicationAccount: "111122223333" } }),
    admin("ListApplicationAssignmentsForPrincipal", principal),
    admin("CreateApplicationAssignment", assignment),
    admin("DeleteApplicationAssignment", assignment),
    ["ListUsers", world.call("identitystore", "ListUsers", { IdentityStoreId: storeId }, signed)],
    organizations("ListAccounts"),
    organizations("DescribeOrganizationalUnit", { OrganizationalUnitId: unitId }),
    organizations("ListChildren", { ParentId: unitId, ChildType: "ACCOUNT" }),
    organizations("ListDelegatedAdministrators"),
  ];
}

let world: World;
beforeEach(() => {
  world = createWorld({ state: newState(organization) });
});

describe("a delegated administrator", () => {
  const key = "AKIASECURITY";
  const denied = { code: "AccessDeniedException", message: expect.stringContaining("management account") };

  test("does what the management account does, where nothing else is said", () => {
    for (const [operation, { code }] of answers({ key }))
      expect([operation, code]).toEqual([operation, null]);
  });

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

  test("is denied all but an instance of its own, and knowing that there is an organisation", () => {
    for (const [operation, reply] of answers(signed))
      expect([operation, reply]).toMatchObject([
        operation,
        {
          code: "AccessDeniedException",
          message: expect.stringMatching(new RegExp(`not authorized.*:${operation}$`)),
        },
      ]);
    expect(world.call("sso-admin", "ListInstances", {}, signed).body).toEqual({ Instances: [] });
    const { body } = world.call("organizations", "DescribeOrganization", {}, signed);
    expect(body).toMatchObject({ Organization: { MasterAccountId: accounts.management } });
  });

  test("names the action that is missing", () => {
    expect(world.call("sso-admin", "ListRegions", {}, signed).message).toMatch(/sso:ListRegions$/);
    const instance = { InstanceArn: instanceArn };
    expect(world.call("sso-admin", "DescribeInstance", instance, signed).message).toMatch(
      /sso:DescribeInstance$/,
    );
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
    const application = world.admin("ListApplications");
    const assignment = {
      ApplicationArn: text(application, "Applications", "0", "ApplicationArn"),
      PrincipalType: "GROUP",
      PrincipalId: world.group("g"),
    };
    for (const reply of [
      world.call("sso-admin", "DescribeInstance", { InstanceArn: instanceArn }, signed),
      world.call(
        "sso-admin",
        "DescribePermissionSet",
        { InstanceArn: instanceArn, PermissionSetArn: set },
        signed,
      ),
      world.call("sso-admin", "ListTagsForResource", { ResourceArn: instanceArn }, signed),
      world.call("sso-admin", "ListTagsForResource", { ResourceArn: set }, signed),
      world.call("sso-admin", "ListRegions", { InstanceArn: instanceArn }, signed),
      world.call("sso-admin", "DeleteInstance", { InstanceArn: instanceArn }, signed),
      world.call("sso-admin", "CreateApplicationAssignment", assignment, signed),
      world.call("identitystore", "ListUsers", { IdentityStoreId: storeId }, signed),
    ])
      expect(reply.code).toBe("ResourceNotFoundException");
  });

  test("is no matter to Organizations", () => {
    expect(world.call("organizations", "ListAccounts", {}, signed).body["Accounts"]).toHaveLength(3);
  });
});
