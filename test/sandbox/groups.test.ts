import { beforeEach, describe, expect, test } from "vitest";
import { createWorld, storeId, text, type World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const missing = "1111222233-01234567-89ab-4def-8123-456789abcdef";

describe("groups", () => {
  test("are made, described, changed and listed", () => {
    const GroupId = text(world.store("CreateGroup", { DisplayName: "devs", Description: "old" }), "GroupId");
    world.store("UpdateGroup", {
      GroupId,
      Operations: [
        { AttributePath: "displayName", AttributeValue: "developers" },
        { AttributePath: "description", AttributeValue: "Build the product" },
      ],
    });
    const group = {
      GroupId,
      IdentityStoreId: storeId,
      DisplayName: "developers",
      Description: "Build the product",
    };
    expect(world.store("DescribeGroup", { GroupId })).toMatchObject(group);
    expect(world.store("ListGroups")["Groups"]).toMatchObject([group]);
    world.store("UpdateGroup", { GroupId, Operations: [{ AttributePath: "description" }] });
    expect(world.store("DescribeGroup", { GroupId })).not.toHaveProperty("Description");
  });

  test("have a name, which is no other's and not reserved", () => {
    const GroupId = world.group("devs");
    world.group("ops");
    expect(world.storeFails("CreateGroup", {}).code).toBe("ValidationException");
    expect(world.storeFails("CreateGroup", { DisplayName: "AWSAdministrators" }).message).toContain(
      "reserved",
    );
    const taken = {
      code: "ConflictException",
      message: "Duplicate GroupDisplayName",
      body: { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" },
    };
    expect(world.storeFails("CreateGroup", { DisplayName: "DEVS" })).toMatchObject(taken);
    const rename = (AttributeValue?: string): object => ({
      GroupId,
      Operations: [{ AttributePath: "displayName", AttributeValue }],
    });
    expect(world.storeFails("UpdateGroup", rename("Ops"))).toMatchObject(taken);
    expect(world.storeFails("UpdateGroup", rename("administrator")).message).toContain("reserved");
    expect(world.storeFails("UpdateGroup", rename()).message).toContain("required");
    world.store("UpdateGroup", rename("Devs"));
  });

  test.each([
    ["members", []],
    ["name", "x"],
    ["displayName", ""],
    ["description", ""],
    ["description", 5],
  ])("refuse the change of %s to %j, and do nothing of the request", (AttributePath, AttributeValue) => {
    const GroupId = world.group("devs");
    const Operations = [
      { AttributePath: "displayName", AttributeValue: "new" },
      { AttributePath, AttributeValue },
    ];
    expect(world.storeFails("UpdateGroup", { GroupId, Operations }).code).toBe("ValidationException");
    expect(world.store("DescribeGroup", { GroupId })["DisplayName"]).toBe("devs");
  });

  test("are found by name, filter and external id", () => {
    const devs = world.group("devs");
    world.group("ops");
    const row = world.sandbox.state.groups.get(devs);
    if (row === undefined) throw new Error("no row");
    world.sandbox.state.groups.set(devs, { ...row, externalIds: [{ Issuer: "idp", Id: "1" }] });
    const find = (AlternateIdentifier: object): object => world.store("GetGroupId", { AlternateIdentifier });
    expect(find({ UniqueAttribute: { AttributePath: "displayName", AttributeValue: "devs" } })).toMatchObject(
      { GroupId: devs },
    );
    expect(find({ ExternalId: { Issuer: "idp", Id: "1" } })).toMatchObject({ GroupId: devs });
    const Filters = [{ AttributePath: "DisplayName", AttributeValue: "devs" }];
    expect(world.store("ListGroups", { Filters })["Groups"]).toMatchObject([
      { GroupId: devs, ExternalIds: [{ Issuer: "idp", Id: "1" }] },
    ]);
    for (const [AlternateIdentifier, code] of [
      [
        { UniqueAttribute: { AttributePath: "displayName", AttributeValue: "none" } },
        "ResourceNotFoundException",
      ],
      [
        { UniqueAttribute: { AttributePath: "displayName", AttributeValue: ["devs"] } },
        "ValidationException",
      ],
      [{ UniqueAttribute: { AttributePath: "description", AttributeValue: "x" } }, "ValidationException"],
      [{ ExternalId: { Issuer: "idp", Id: "2" } }, "ResourceNotFoundException"],
    ] as const)
      expect(world.storeFails("GetGroupId", { AlternateIdentifier }).code).toBe(code);
    const wrong = [{ AttributePath: "Description", AttributeValue: "x" }];
    expect(world.storeFails("ListGroups", { Filters: wrong }).code).toBe("ValidationException");
  });

  test("that do not exist are not found", () => {
    const notFound = {
      code: "ResourceNotFoundException",
      body: { ResourceType: "GROUP", ResourceId: missing },
    };
    for (const operation of ["DescribeGroup", "DeleteGroup", "ListGroupMemberships"] as const)
      expect(world.storeFails(operation, { GroupId: missing })).toMatchObject(notFound);
    const Operations = [{ AttributePath: "description" }];
    expect(world.storeFails("UpdateGroup", { GroupId: missing, Operations })).toMatchObject(notFound);
  });

  test("are 100,000 at most", () => {
    const first = world.group("first");
    const { groups } = world.sandbox.state;
    const row = groups.get(first);
    if (row === undefined) throw new Error("the group is not there");
    for (let index = 1; index < 99_999; index += 1)
      groups.set(`${index}`, { ...row, id: `${index}`, displayName: `group${index}` });
    world.group("last");
    expect(world.storeFails("CreateGroup", { DisplayName: "beyond" })).toMatchObject({
      code: "ServiceQuotaExceededException",
      message: expect.stringContaining("100000"),
    });
    world.store("DeleteGroup", { GroupId: first });
    world.group("beyond");
  });

  test("take their memberships with them, and leave their assignments as orphans", () => {
    const [group, user, set] = [world.group("devs"), world.user("alice"), world.set("S")];
    const MembershipId = world.member(group, user);
    world.assign(set, group);
    world.store("DeleteGroup", { GroupId: group });
    expect(world.storeFails("DescribeGroupMembership", { MembershipId }).code).toBe(
      "ResourceNotFoundException",
    );
    expect(
      world.store("ListGroupMembershipsForMember", { MemberId: { UserId: user } })["GroupMemberships"],
    ).toEqual([]);
    const left = world.admin("ListAccountAssignments", { PermissionSetArn: set, AccountId: "111122223333" });
    expect(left["AccountAssignments"]).toMatchObject([{ PrincipalId: group }]);
    expect(world.group("devs")).not.toBe(group);
  });
});

describe("memberships", () => {
  test("are made, described, found, listed and deleted", () => {
    const [group, other, user] = [world.group("devs"), world.group("ops"), world.user("alice")];
    const MembershipId = world.member(group, user);
    const membership = { MembershipId, IdentityStoreId: storeId, GroupId: group, MemberId: { UserId: user } };
    const MemberId = { UserId: user };
    expect(world.store("DescribeGroupMembership", { MembershipId })).toMatchObject({
      ...membership,
      CreatedAt: 1767225600,
    });
    expect(world.store("GetGroupMembershipId", { GroupId: group, MemberId })).toMatchObject({ MembershipId });
    expect(world.store("ListGroupMemberships", { GroupId: group })["GroupMemberships"]).toMatchObject([
      membership,
    ]);
    expect(world.store("ListGroupMembershipsForMember", { MemberId })["GroupMemberships"]).toMatchObject([
      membership,
    ]);
    const asked = { MemberId, GroupIds: [group, other] };
    const results = (exists: boolean): object => ({
      Results: [
        { GroupId: group, MemberId, MembershipExists: exists },
        { GroupId: other, MemberId, MembershipExists: false },
      ],
    });
    expect(world.store("IsMemberInGroups", asked)).toEqual(results(true));
    world.store("DeleteGroupMembership", { MembershipId });
    expect(world.store("IsMemberInGroups", asked)).toEqual(results(false));
  });

  test("exist once", () => {
    const [group, user] = [world.group("devs"), world.user("alice")];
    world.member(group, user);
    const again = { GroupId: group, MemberId: { UserId: user } };
    expect(world.storeFails("CreateGroupMembership", again)).toMatchObject({
      code: "ConflictException",
      message: "Member and Group relationship already exists.",
      body: { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" },
    });
  });

  test("need both ends, and are not found without", () => {
    const [group, user] = [world.group("devs"), world.user("alice")];
    const MemberId = { UserId: user };
    const nobody = { MemberId: { UserId: missing } };
    const fails = (...given: Parameters<World["storeFails"]>): object => world.storeFails(...given).body;
    expect(fails("CreateGroupMembership", { GroupId: missing, MemberId })).toMatchObject({
      ResourceType: "GROUP",
    });
    expect(fails("CreateGroupMembership", { GroupId: group, ...nobody })).toMatchObject({
      ResourceType: "USER",
    });
    expect(fails("GetGroupMembershipId", { GroupId: group, MemberId })).toMatchObject({
      ResourceType: "GROUP_MEMBERSHIP",
    });
    expect(fails("GetGroupMembershipId", { GroupId: group, ...nobody })).toMatchObject({
      ResourceType: "USER",
    });
    expect(fails("ListGroupMembershipsForMember", nobody)).toMatchObject({ ResourceType: "USER" });
    expect(fails("IsMemberInGroups", { MemberId, GroupIds: [missing] })).toMatchObject({
      ResourceType: "GROUP",
    });
    for (const operation of ["DescribeGroupMembership", "DeleteGroupMembership"] as const)
      expect(fails(operation, { MembershipId: missing })).toMatchObject({
        __type: "ResourceNotFoundException",
        ResourceType: "GROUP_MEMBERSHIP",
        ResourceId: missing,
      });
  });
});
