import { beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "../../src/sandbox/constraints.js";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { deserialize, newState, serialize } from "../../src/sandbox/state.js";
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
  - {id: "111122223333", name: sandbox}
  - {id: "333300001111", name: other}
  - {id: "222200002222", name: security}
callers:
  DELEGATE: {account: "222200002222", as: delegated-administrator}
  MEMBER: {account: "111122223333", as: member}
  OTHER: {account: "333300001111", as: member}
applications: [{name: wiki, account: "111122223333"}]
`);

let world: World;
beforeEach(() => {
  world = createWorld({ state: newState(organization), settleMs: 1_000 });
});

const admin = { key: "ADMIN" };
const delegate = { key: "DELEGATE" };
const member = { key: "MEMBER" };
const other = { key: "OTHER" };
const denied = {
  status: 400,
  code: "AccessDeniedException",
  message: expect.stringContaining("not authorized"),
};
const notFound = { status: 400, code: "ResourceNotFoundException" };
const invalid = { status: 400, code: "ValidationException" };

type Signature = Parameters<World["call"]>[3];

/** An instance of the caller's own: its ARN. */
function own(signature: Signature, input: object = {}): string {
  return text(must(world.call("sso-admin", "CreateInstance", input, signature)), "InstanceArn");
}

function call(
  operation: Operation<"sso-admin">,
  arn: string,
  signature: Signature,
  input: object = {},
): Reply {
  return world.call("sso-admin", operation, { InstanceArn: arn, ...input }, signature);
}

function must(reply: Reply): Reply["body"] {
  if (reply.code !== null) throw new Error(`${reply.code}: ${reply.message}`);
  return reply.body;
}

function listed(signature: Signature): readonly string[] {
  const { Instances } = must(world.call("sso-admin", "ListInstances", {}, signature));
  return (Instances as { InstanceArn: string }[]).map(({ InstanceArn }) => InstanceArn);
}

const home = {
  RegionName: "eu-west-1",
  Status: "ACTIVE",
  AddedDate: 1704067200,
  IsPrimaryRegion: true,
};

describe("the organization's instance", () => {
  test("is there from the beginning", () => {
    const instance = {
      InstanceArn: instanceArn,
      IdentityStoreId: "d-1111222233",
      IdentityStoreArn: "arn:aws:identitystore::999900001111:identitystore/d-1111222233",
      OwnerAccountId: "999900001111",
      CreatedDate: 1704067200,
      Status: "ACTIVE",
      PrimaryRegion: "eu-west-1",
      Regions: [home],
    };
    expect(world.call("sso-admin", "ListInstances").body).toEqual({ Instances: [instance] });
    expect(world.admin("DescribeInstance")).toEqual({
      ...instance,
      EncryptionConfigurationDetails: { KeyType: "AWS_OWNED_KMS_KEY", EncryptionStatus: "ENABLED" },
      PermissionSetsEnabled: true,
    });
    const unknown = { InstanceArn: "arn:aws:sso:::instance/ssoins-0000000000000000" };
    for (const operation of [
      "DescribeInstance",
      "UpdateInstance",
      "DeleteInstance",
      "ListRegions",
      "ListPermissionSets",
      "ListApplications",
    ] as const)
      expect(world.adminFails(operation, unknown)).toMatchObject(notFound);
  });

  test("is seen by the management account and the delegated administrator", () => {
    expect(listed(admin)).toEqual([instanceArn]);
    expect(listed(delegate)).toEqual([instanceArn]);
    expect(listed(member)).toEqual([]);
    expect(call("DescribeInstance", instanceArn, delegate).code).toBeNull();
    expect(call("DescribeInstance", instanceArn, member)).toMatchObject(denied);
  });

  test("has its home region only", () => {
    expect(world.admin("ListRegions")).toEqual({ Regions: [home] });
    expect(call("ListRegions", instanceArn, delegate).body).toEqual({ Regions: [home] });
    expect(call("ListRegions", instanceArn, member)).toMatchObject(denied);
  });

  test("refuses permission sets where they are not enabled, until they are", () => {
    world.sandbox.state.instance = { ...world.sandbox.state.instance, permissionSetsEnabled: false };
    expect(world.admin("DescribeInstance")["PermissionSetsEnabled"]).toBe(false);
    expect(world.adminFails("ListPermissionSets")).toMatchObject(invalid);
    expect(world.adminFails("CreatePermissionSet", { Name: "S" })).toMatchObject(invalid);
    world.admin("UpdateInstance", { Name: "named" });
    expect(world.admin("DescribeInstance")["PermissionSetsEnabled"]).toBe(false);
    expect(world.admin("UpdateInstance", { PermissionSetsEnabled: true })).toEqual({});
    expect(world.admin("DescribeInstance")["PermissionSetsEnabled"]).toBe(true);
    world.set("S");
  });

  test("does not disable permission sets again", () => {
    expect(world.adminFails("UpdateInstance", { PermissionSetsEnabled: false })).toMatchObject(invalid);
    world.admin("UpdateInstance", { PermissionSetsEnabled: true });
    expect(world.admin("DescribeInstance")["PermissionSetsEnabled"]).toBe(true);
  });

  test("is named, and keeps its name until it gets another", () => {
    world.admin("UpdateInstance", { Name: "acme" });
    expect(world.admin("DescribeInstance")["Name"]).toBe("acme");
    expect(world.admin("UpdateInstance")).toEqual({});
    expect(world.call("sso-admin", "ListInstances").body["Instances"]).toMatchObject([{ Name: "acme" }]);
    expect(world.adminFails("UpdateInstance", { Name: "" })).toMatchObject(invalid);
    expect(world.adminFails("UpdateInstance", { Name: "a".repeat(256) })).toMatchObject(invalid);
    world.admin("UpdateInstance", { Name: "a".repeat(255) });
  });

  test("is encrypted with a key of AWS, there being no other", () => {
    const encrypted = (KeyType: string, more: object = {}): object => ({
      EncryptionConfiguration: { KeyType, ...more },
    });
    const KmsKeyArn = "arn:aws:kms:eu-west-1:999900001111:key/01234567-89ab-4def-8123-456789abcdef";
    world.admin("UpdateInstance", encrypted("AWS_OWNED_KMS_KEY"));
    for (const [input, message] of [
      [encrypted("CUSTOMER_MANAGED_KEY", { KmsKeyArn }), "no KMS"],
      [encrypted("AWS_OWNED_KMS_KEY", { KmsKeyArn }), "KmsKeyArn cannot be specified"],
      [{ ...encrypted("AWS_OWNED_KMS_KEY"), PermissionSetsEnabled: true }, "in one request"],
    ] as const)
      expect(world.adminFails("UpdateInstance", { Name: "half", ...input })).toMatchObject({
        ...invalid,
        message: expect.stringContaining(message),
      });
    expect(world.admin("DescribeInstance")).not.toHaveProperty("Name");
  });

  test("is changed and deleted by its owner only", () => {
    for (const operation of ["UpdateInstance", "DeleteInstance"] as const)
      for (const signature of [delegate, member])
        expect(call(operation, instanceArn, signature, { Name: "mine" })).toMatchObject(denied);
    expect(world.admin("DescribeInstance")).not.toHaveProperty("Name");
  });
});

describe("deleting the organization's instance", () => {
  let set: string;
  let group: string;
  let user: string;
  beforeEach(() => {
    [set, group, user] = [
      world.set("S", { Tags: [{ Key: "a", Value: "b" }] }),
      world.group("g"),
      world.user("u"),
    ];
    world.member(group, user);
    world.assign(set, group);
    const [application] = must(call("ListApplications", instanceArn, admin))["Applications"] as object[];
    const principal = { PrincipalType: "GROUP", PrincipalId: group };
    world.admin("CreateApplicationAssignment", { ...application, ...principal });
    world.admin("TagResource", { ResourceArn: instanceArn, Tags: [{ Key: "a", Value: "b" }] });
    world.admin("CreateInstanceAccessControlAttributeConfiguration", {
      InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [] },
    });
    // One that is still in progress.
    world.admin("CreateAccountAssignment", assignmentInput(set, group, accounts.management));
  });

  test("takes everything that was in it", () => {
    const mine = own(member, { Tags: [{ Key: "mine", Value: "" }] });
    expect(world.admin("DeleteInstance")).toEqual({});
    world.clock.time += 60_000;
    world.settle();
    const { state } = world.sandbox;
    for (const table of [
      state.users,
      state.groups,
      state.memberships,
      state.permissionSets,
      state.roles,
      state.assignments,
      state.applicationAssignments,
      state.requests,
    ])
      expect(table.size).toBe(0);
    expect(state.accessControlAttributes).toBeNull();
    // What an account has made for itself stays.
    expect([...state.tags.keys()]).toEqual([mine]);
    expect(listed(member)).toEqual([mine]);
    for (const signature of [admin, delegate]) expect(listed(signature)).toEqual([]);
  });

  test("leaves nothing that could be asked or changed", () => {
    const [application] = must(call("ListApplications", instanceArn, admin))["Applications"] as object[];
    world.admin("DeleteInstance");
    const principal = { PrincipalType: "GROUP", PrincipalId: group };
    const configuration = { InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [] } };
    for (const [operation, input] of [
      ["DescribeInstance", {}],
      ["UpdateInstance", { Name: "again" }],
      ["DeleteInstance", {}],
      ["ListRegions", {}],
      ["ListPermissionSets", {}],
      ["CreatePermissionSet", { Name: "S" }],
      ["DescribePermissionSet", { PermissionSetArn: set }],
      ["CreateAccountAssignment", assignmentInput(set, group)],
      ["ListAccountAssignmentCreationStatus", {}],
      ["ListAccountAssignmentsForPrincipal", principal],
      ["ListTagsForResource", { ResourceArn: instanceArn }],
      ["TagResource", { ResourceArn: set, Tags: [] }],
      ["CreateInstanceAccessControlAttributeConfiguration", configuration],
      ["DescribeInstanceAccessControlAttributeConfiguration", {}],
      ["ListApplications", {}],
      ["ListApplicationAssignmentsForPrincipal", principal],
      ["CreateApplicationAssignment", { ...application, ...principal }],
      ["DeleteApplicationAssignment", { ...application, ...principal }],
    ] as const)
      for (const signature of [admin, delegate])
        expect([operation, world.adminFails(operation, input, signature)]).toMatchObject([
          operation,
          notFound,
        ]);
    for (const [operation, input] of [
      ["ListUsers", {}],
      ["DescribeUser", { UserId: user }],
      ["CreateGroup", { DisplayName: "g" }],
    ] as const)
      expect(world.storeFails(operation, input)).toMatchObject({
        ...notFound,
        body: { ResourceType: "IDENTITY_STORE", ResourceId: storeId },
      });
  });

  test("is for good, also in a file", () => {
    world.admin("DeleteInstance");
    const again = createWorld({ state: deserialize(serialize(world.sandbox.state)) });
    expect(again.call("sso-admin", "ListInstances").body).toEqual({ Instances: [] });
    expect(again.call("organizations", "ListAccounts").body["Accounts"]).toHaveLength(4);
  });
});

describe("an account instance", () => {
  test("is made with an ARN, a store and a name of its own, and without permission sets", () => {
    const arn = own(member, { Name: "mine" });
    expect(arn).toMatch(/^arn:aws:sso:::instance\/ssoins-[0-9a-f]{16}$/);
    expect(arn).not.toBe(instanceArn);
    const { body } = call("DescribeInstance", arn, member);
    const store = text(body, "IdentityStoreId");
    expect(store).toMatch(/^d-[0-9a-f]{10}$/);
    expect(store).not.toBe(storeId);
    expect(body).toEqual({
      InstanceArn: arn,
      IdentityStoreId: store,
      IdentityStoreArn: `arn:aws:identitystore::111122223333:identitystore/${store}`,
      OwnerAccountId: "111122223333",
      Name: "mine",
      CreatedDate: 1767225600,
      Status: "ACTIVE",
      PrimaryRegion: "eu-west-1",
      Regions: [{ ...home, AddedDate: 1767225600 }],
      EncryptionConfigurationDetails: { KeyType: "AWS_OWNED_KMS_KEY", EncryptionStatus: "ENABLED" },
      PermissionSetsEnabled: false,
    });
    expect(own(other)).not.toBe(arn);
  });

  test("is not for the management account", () => {
    expect(world.call("sso-admin", "CreateInstance", {}, admin)).toMatchObject({
      ...invalid,
      message: "Organization management account is not allowed to perform the operation.",
    });
    expect(world.sandbox.state.accountInstances.size).toBe(0);
  });

  test("is one in each account, whatever the region", () => {
    own(member);
    own(delegate);
    for (const region of ["eu-west-1", "us-east-1"])
      expect(world.call("sso-admin", "CreateInstance", {}, { ...member, region })).toMatchObject({
        code: "ConflictException",
        message: expect.stringContaining("already exists"),
      });
  });

  test("is the same when a request with a client token is repeated", () => {
    const request = { ClientToken: "t-1", Name: "mine", Tags: [{ Key: "a", Value: "b" }] };
    const arn = own(member, request);
    must(call("UpdateInstance", arn, member, { Name: "renamed" }));
    expect(own(member, request)).toBe(arn);
    expect(must(call("DescribeInstance", arn, member))["Name"]).toBe("renamed");
    for (const changed of [{ Name: "other" }, { Tags: [] }, { Name: undefined }])
      expect(world.call("sso-admin", "CreateInstance", { ...request, ...changed }, member)).toMatchObject({
        status: 400,
        code: "IdempotentParameterMismatch",
      });
    for (const ClientToken of ["t-2", undefined])
      expect(world.call("sso-admin", "CreateInstance", { ...request, ClientToken }, member).code).toBe(
        "ConflictException",
      );
    const elsewhere = { ...member, region: "us-east-1" };
    expect(world.call("sso-admin", "CreateInstance", request, elsewhere).code).toBe("ConflictException");
    expect(own(other, request)).not.toBe(arn);
  });

  test("takes only what the model lets pass", () => {
    for (const input of [
      { Name: "a b" },
      { ClientToken: "" },
      { ClientToken: "t".repeat(65) },
      { Tags: [1, 2].map(() => ({ Key: "a", Value: "" })) },
      { Tags: [{ Key: "aws:a", Value: "" }] },
    ])
      expect(world.call("sso-admin", "CreateInstance", input, member)).toMatchObject(invalid);
    expect(world.sandbox.state.accountInstances.size).toBe(0);
  });

  test("is seen by its owner only, beside the organization's where that is seen, too", () => {
    const [mine, theirs] = [own(member), own(delegate)];
    expect(listed(member)).toEqual([mine]);
    expect(listed(other)).toEqual([]);
    expect(listed(admin)).toEqual([instanceArn]);
    expect(listed(delegate)).toEqual([instanceArn, theirs].sort());
    for (const signature of [admin, delegate, other])
      for (const operation of ["DescribeInstance", "UpdateInstance", "DeleteInstance"] as const)
        expect(call(operation, mine, signature)).toMatchObject(denied);
  });

  test("is in the region where it was made", () => {
    const elsewhere = { ...member, region: "us-east-1" };
    const arn = own(elsewhere);
    expect(listed(elsewhere)).toEqual([arn]);
    expect(must(call("DescribeInstance", arn, elsewhere))).toMatchObject({
      PrimaryRegion: "us-east-1",
      Regions: [{ RegionName: "us-east-1" }],
    });
    expect(listed(member)).toEqual([]);
    for (const operation of ["DescribeInstance", "UpdateInstance", "DeleteInstance"] as const)
      expect(call(operation, arn, member)).toMatchObject(notFound);
  });

  test("is named and encrypted as the organization's, but never gets permission sets", () => {
    const arn = own(member, { Name: "mine" });
    const owned = { EncryptionConfiguration: { KeyType: "AWS_OWNED_KMS_KEY" } };
    expect(call("UpdateInstance", arn, member, owned).body).toEqual({});
    expect(must(call("DescribeInstance", arn, member))["Name"]).toBe("mine");
    must(call("UpdateInstance", arn, member, { Name: "ours" }));
    for (const PermissionSetsEnabled of [true, false])
      expect(call("UpdateInstance", arn, member, { Name: "half", PermissionSetsEnabled })).toMatchObject(
        invalid,
      );
    expect(must(call("DescribeInstance", arn, member))).toMatchObject({
      Name: "ours",
      PermissionSetsEnabled: false,
    });
    expect(world.admin("DescribeInstance")).not.toHaveProperty("Name");
  });

  test("goes when its owner deletes it, with its tags; another one may follow", () => {
    const request = { ClientToken: "t-1", Tags: [{ Key: "a", Value: "b" }] };
    const arn = own(member, request);
    expect(call("DeleteInstance", arn, member).body).toEqual({});
    expect(listed(member)).toEqual([]);
    expect(call("DescribeInstance", arn, member)).toMatchObject(notFound);
    expect(call("DeleteInstance", arn, member)).toMatchObject(notFound);
    expect(world.sandbox.state.tags.size).toBe(0);
    expect(own(member, request)).not.toBe(arn);
    expect(listed(admin)).toEqual([instanceArn]);
  });

  test("has nothing else for a member account, and little for a delegated administrator", () => {
    const [mine, theirs] = [own(member), own(delegate, { Tags: [{ Key: "a", Value: "b" }] })];
    const principal = { PrincipalType: "GROUP", PrincipalId: world.group("g") };
    const configuration = { InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [] } };
    for (const [operation, input] of [
      ["ListPermissionSets", {}],
      ["CreatePermissionSet", { Name: "S" }],
      ["CreateAccountAssignment", assignmentInput(world.set("S"), world.group("h"))],
      ["ListAccountAssignmentCreationStatus", {}],
      ["CreateInstanceAccessControlAttributeConfiguration", configuration],
      ["DescribeInstanceAccessControlAttributeConfiguration", {}],
      ["ListApplications", {}],
      ["ListApplicationAssignmentsForPrincipal", principal],
    ] as const) {
      expect([operation, call(operation, mine, member, input)]).toMatchObject([operation, denied]);
      expect([operation, call(operation, mine, delegate, input)]).toMatchObject([operation, denied]);
      expect([operation, call(operation, theirs, delegate, input)]).toMatchObject([operation, invalid]);
    }
    expect(call("ListRegions", mine, member)).toMatchObject(denied);
    expect(call("ListRegions", theirs, delegate).body).toMatchObject({
      Regions: [{ RegionName: "eu-west-1" }],
    });
  });

  test("has the tags that it was made with, and others later", () => {
    const [mine, theirs] = [own(member), own(delegate, { Tags: [{ Key: "a", Value: "b" }] })];
    const on = { ResourceArn: theirs };
    must(call("TagResource", theirs, delegate, { ...on, Tags: [{ Key: "c", Value: "" }] }));
    const both = [
      { Key: "a", Value: "b" },
      { Key: "c", Value: "" },
    ];
    expect(call("ListTagsForResource", theirs, delegate, on).body).toEqual({ Tags: both });
    expect(world.call("sso-admin", "ListTagsForResource", on, delegate).body).toEqual({ Tags: both });
    // It is no resource of the organization's instance, and none of another account's.
    expect(call("ListTagsForResource", instanceArn, delegate, on)).toMatchObject(notFound);
    expect(world.call("sso-admin", "ListTagsForResource", on, admin)).toMatchObject(denied);
    expect(world.call("sso-admin", "TagResource", { ResourceArn: mine, Tags: [] }, member)).toMatchObject(
      denied,
    );
  });

  test("has a store that the sandbox does not serve", () => {
    const arn = own(delegate);
    const IdentityStoreId = text(must(call("DescribeInstance", arn, delegate)), "IdentityStoreId");
    expect(world.call("identitystore", "ListUsers", { IdentityStoreId }, delegate)).toMatchObject({
      ...notFound,
      body: { ResourceType: "IDENTITY_STORE", ResourceId: IdentityStoreId },
    });
    expect(world.call("identitystore", "ListUsers", { IdentityStoreId }, member)).toMatchObject(denied);
  });
});
