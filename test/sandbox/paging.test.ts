import { describe, expect, test } from "vitest";
import type { Operation } from "../../src/sandbox/constraints.js";
import { exampleOrganization, type Organization } from "../../src/sandbox/organization.js";
import { accounts, createWorld, instanceArn, pages, storeId, text, type World } from "./world.js";

describe("pages", () => {
  test("hold MaxResults rows, and together all rows once", () => {
    const world = createWorld();
    const ids = Array.from({ length: 7 }, (_, index) => world.user(`user${index}`));
    const found = pages((input) => world.store("ListUsers", input), "Users", { MaxResults: 3 });
    expect(found.map((rows) => rows.length)).toEqual([3, 3, 1]);
    expect(
      found
        .flat()
        .map((user) => (user as { UserId: string }).UserId)
        .sort(),
    ).toEqual(ids.sort());
  });

  test("a last page that is full has no token", () => {
    const world = createWorld();
    for (const name of ["a", "b"]) world.user(name);
    expect(world.store("ListUsers", { MaxResults: 2 })).not.toHaveProperty("NextToken");
  });

  test("hold 100 rows without MaxResults", () => {
    const world = createWorld();
    for (let index = 0; index < 101; index += 1) world.group(`group${index}`);
    const found = pages((input) => world.store("ListGroups", input), "Groups");
    expect(found.map((rows) => rows.length)).toEqual([100, 1]);
  });

  test("hold 20 rows in Organizations", () => {
    const world = createWorld();
    world.sandbox.state.organization = withAccounts(50);
    const found = pages((input) => world.call("organizations", "ListAccounts", input).body, "Accounts");
    expect(found.map((rows) => rows.length)).toEqual([20, 20, 17]);
  });

  test("hold 50 tags", () => {
    const world = createWorld();
    const Tags = Array.from({ length: 75 }, (_, index) => ({ Key: `key${index}`, Value: "" }));
    world.admin("TagResource", { ResourceArn: instanceArn, Tags });
    const found = pages(
      (input) => world.admin("ListTagsForResource", { ResourceArn: instanceArn, ...input }),
      "Tags",
    );
    expect(found.map((rows) => rows.length)).toEqual([50, 25]);
  });

  test("neither lose nor repeat rows while others come and go", () => {
    const world = createWorld();
    const ids = Array.from({ length: 10 }, (_, index) => world.user(`user${index}`)).sort();
    const first = world.store("ListUsers", { MaxResults: 4 });
    // The row the token points at, one already shown, and new ones.
    for (const UserId of [ids[3], ids[0]]) world.store("DeleteUser", { UserId });
    for (let index = 10; index < 20; index += 1) world.user(`user${index}`);
    const rest = pages((input) => world.store("ListUsers", input), "Users", {
      NextToken: first["NextToken"],
      MaxResults: 4,
    });
    const shown = rest.flat().map((user) => (user as { UserId: string }).UserId);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).toEqual(expect.arrayContaining(ids.slice(4)));
    expect(shown).not.toContain(ids[0]);
  });

  test("every list of the services has them", () => {
    const world = populated();
    const set = [...world.sandbox.state.permissionSets.keys()][0];
    const group = [...world.sandbox.state.groups.values()][0]?.id;
    const user = [...world.sandbox.state.users.values()][0]?.id;
    const lists: [() => readonly (readonly unknown[])[], number][] = [
      [adminPages(world, "ListPermissionSets", "PermissionSets"), 3],
      [
        adminPages(world, "ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies", {
          PermissionSetArn: set,
        }),
        3,
      ],
      [
        adminPages(
          world,
          "ListCustomerManagedPolicyReferencesInPermissionSet",
          "CustomerManagedPolicyReferences",
          {
            PermissionSetArn: set,
          },
        ),
        3,
      ],
      [
        adminPages(world, "ListAccountAssignments", "AccountAssignments", {
          PermissionSetArn: set,
          AccountId: accounts.dev,
        }),
        3,
      ],
      [
        adminPages(world, "ListAccountAssignmentsForPrincipal", "AccountAssignments", {
          PrincipalId: group,
          PrincipalType: "GROUP",
        }),
        5,
      ],
      [
        adminPages(world, "ListAccountsForProvisionedPermissionSet", "AccountIds", { PermissionSetArn: set }),
        3,
      ],
      [
        adminPages(world, "ListPermissionSetsProvisionedToAccount", "PermissionSets", {
          AccountId: accounts.dev,
        }),
        3,
      ],
      [adminPages(world, "ListAccountAssignmentCreationStatus", "AccountAssignmentsCreationStatus"), 7],
      [adminPages(world, "ListAccountAssignmentDeletionStatus", "AccountAssignmentsDeletionStatus"), 3],
      [adminPages(world, "ListPermissionSetProvisioningStatus", "PermissionSetsProvisioningStatus"), 3],
      [storePages(world, "ListGroups", "Groups"), 3],
      [storePages(world, "ListGroupMemberships", "GroupMemberships", { GroupId: group }), 3],
      [
        storePages(world, "ListGroupMembershipsForMember", "GroupMemberships", {
          MemberId: { UserId: user },
        }),
        3,
      ],
      [adminPages(world, "ListApplications", "Applications"), 3],
      [
        adminPages(world, "ListApplicationAssignmentsForPrincipal", "ApplicationAssignments", {
          PrincipalId: group,
          PrincipalType: "GROUP",
        }),
        3,
      ],
      [adminPages(world, "ListRegions", "Regions"), 1],
      [instancePages(world), 2],
      [organizationPages(world, "ListAccountsForParent", "Accounts", "Workloads/Dev"), 2],
      [organizationPages(world, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "Workloads"), 2],
      [
        organizationPages(world, "ListChildren", "Children", "Workloads", {
          ChildType: "ORGANIZATIONAL_UNIT",
        }),
        2,
      ],
      [organizationPages(world, "ListChildren", "Children", "Workloads/Prod", { ChildType: "ACCOUNT" }), 2],
      [organizationPages(world, "ListDelegatedAdministrators", "DelegatedAdministrators"), 2],
    ];
    for (const [list, size] of lists) expect(list().map((rows) => rows.length)).toEqual(Array(size).fill(1));
  });
});

describe("a token is refused", () => {
  const world = createWorld();
  const groups = ["a", "b"].map((name) => world.group(name));
  for (const name of ["a", "b"])
    for (const group of groups) world.member(group, world.user(`${name}${group}`));
  const token = world.store("ListGroups", { MaxResults: 1 })["NextToken"];

  test("when it was made up", () => {
    for (const NextToken of [
      "zzz",
      Buffer.from('["a"]').toString("base64url"),
      Buffer.from("[1,2]").toString("base64url"),
    ])
      expect(world.storeFails("ListGroups", { NextToken })).toMatchObject({ code: "ValidationException" });
    expect(world.call("organizations", "ListAccounts", { NextToken: "zzz" })).toMatchObject({
      code: "InvalidInputException",
      body: { Reason: "INVALID_NEXT_TOKEN" },
    });
  });

  test("when it is another operation's", () => {
    expect(world.storeFails("ListUsers", { NextToken: token }).code).toBe("ValidationException");
  });

  test("when the rest of the input differs, the size of the page apart", () => {
    const [GroupId, other] = groups;
    const { NextToken } = world.store("ListGroupMemberships", { GroupId, MaxResults: 1 });
    expect(world.storeFails("ListGroupMemberships", { GroupId: other, NextToken }).code).toBe(
      "ValidationException",
    );
    expect(
      world.store("ListGroupMemberships", { GroupId, NextToken, MaxResults: 50 })["GroupMemberships"],
    ).toHaveLength(1);
  });

  test("when it is another service's", () => {
    const reply = world.call("sso-admin", "ListPermissionSets", {
      InstanceArn: instanceArn,
      NextToken: token,
    });
    expect(reply.code).toBe("ValidationException");
    expect(
      world.call("identitystore", "ListGroups", { IdentityStoreId: storeId, NextToken: token }).code,
    ).toBeNull();
  });
});

/** Three of everything that is listed, in the first of three sets. */
function populated(): World {
  const world = createWorld();
  const groups = ["g1", "g2", "g3"].map((name) => world.group(name));
  const users = ["u1", "u2", "u3"].map((name) => world.user(name));
  const sets = ["s1", "s2", "s3"].map((name) => world.set(name));
  const [group = "", set = "", user = ""] = [groups[0], sets[0], users[0]];
  for (const id of users) world.member(group, id);
  for (const id of groups.slice(1)) world.member(id, user);
  world.sandbox.state.organization = {
    ...exampleOrganization,
    callers: new Map([
      ["DELEGATE", { account: accounts.dev, as: "delegated-administrator" }],
      ["OTHER", { account: accounts.prod, as: "delegated-administrator" }],
    ]),
  };
  world.call("sso-admin", "CreateInstance", {}, { key: "DELEGATE" });
  for (const application of world.admin("ListApplications")["Applications"] as object[])
    world.admin("CreateApplicationAssignment", {
      ApplicationArn: text(application, "ApplicationArn"),
      PrincipalType: "GROUP",
      PrincipalId: group,
    });
  for (const name of ["a", "b", "c"]) {
    world.admin("AttachManagedPolicyToPermissionSet", {
      PermissionSetArn: set,
      ManagedPolicyArn: `arn:aws:iam::aws:policy/${name}`,
    });
    world.admin("AttachCustomerManagedPolicyReferenceToPermissionSet", {
      PermissionSetArn: set,
      CustomerManagedPolicyReference: { Name: name },
    });
  }
  for (const arn of sets) world.assign(arn, group);
  for (const id of groups.slice(1)) world.assign(set, id);
  for (const account of [accounts.management, accounts.prod]) world.assign(set, group, account);
  const temporary = world.set("s4");
  for (let round = 0; round < 3; round += 1) {
    world.sandbox.state.requests.clear();
    world.assign(temporary, group);
    world.unassign(temporary, group);
  }
  world.sandbox.state.requests.clear();
  for (let round = 0; round < 3; round += 1) {
    world.assign(temporary, group);
    world.unassign(temporary, group);
    world.admin("ProvisionPermissionSet", { PermissionSetArn: set, TargetType: "ALL_PROVISIONED_ACCOUNTS" });
  }
  world.admin("DeletePermissionSet", { PermissionSetArn: temporary });
  for (let round = 0; round < 4; round += 1) world.assign(set, group);
  return world;
}

function adminPages(
  world: World,
  operation: Parameters<World["admin"]>[0],
  key: string,
  input: object = {},
): () => readonly (readonly unknown[])[] {
  return () => pages((paging) => world.admin(operation, paging), key, { MaxResults: 1, ...input });
}

function storePages(
  world: World,
  operation: Parameters<World["store"]>[0],
  key: string,
  input: object = {},
): () => readonly (readonly unknown[])[] {
  return () => pages((paging) => world.store(operation, paging), key, { MaxResults: 1, ...input });
}

/** What a delegated administrator sees. */
function instancePages(world: World): () => readonly (readonly unknown[])[] {
  const signed = { key: "DELEGATE" };
  const ask = (paging: object): Readonly<Record<string, unknown>> =>
    world.call("sso-admin", "ListInstances", paging, signed).body;
  return () => pages(ask, "Instances", { MaxResults: 1 });
}

function organizationPages(
  world: World,
  operation: Operation<"organizations">,
  key: string,
  path = "",
  more: object = {},
): () => readonly (readonly unknown[])[] {
  const ParentId = world.sandbox.state.organization.units.get(path)?.id;
  const input = { MaxResults: 1, ParentId, ...more };
  return () => pages((paging) => world.call("organizations", operation, paging).body, key, input);
}

function withAccounts(count: number): Organization {
  const all = new Map(exampleOrganization.accounts);
  const [model] = all.values();
  if (model === undefined) throw new Error("the example organisation has no account");
  for (let index = 0; index < count; index += 1) {
    const id = String(600000000000 + index);
    all.set(id, { ...model, id, name: `account${index}`, ou: "" });
  }
  return { ...exampleOrganization, accounts: all };
}
