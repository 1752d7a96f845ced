import { beforeEach, describe, expect, test } from "vitest";
import { setUserStatus, type UserStatus } from "../../src/sandbox/state.js";
import { createWorld, storeId, text, userInput, type World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const enterprise = "aws:identitystore:enterprise";
const missing = "1111222233-01234567-89ab-4def-8123-456789abcdef";

function describeUser(UserId: string, Extensions?: readonly string[]): Readonly<Record<string, unknown>> {
  return world.store("DescribeUser", { UserId, ...(Extensions !== undefined && { Extensions }) });
}

function update(UserId: string, ...operations: readonly [path: string, value?: unknown][]): void {
  world.store("UpdateUser", { UserId, Operations: operations.map(operation) });
}

function operation([AttributePath, AttributeValue]: readonly [string, unknown?]): object {
  return { AttributePath, AttributeValue };
}

describe("CreateUser", () => {
  test("keeps every attribute, and who made it when", () => {
    const attributes = {
      UserName: "alice",
      Name: { GivenName: "Alice", FamilyName: "Nguyen", Formatted: "Alice Nguyen" },
      DisplayName: "Alice",
      NickName: "Al",
      ProfileUrl: "https://example.com/alice",
      Emails: [{ Value: "alice@example.com", Type: "work", Primary: true }],
      Addresses: [{ Locality: "Hanoi", Country: "VN", Primary: true }],
      PhoneNumbers: [{ Value: "+84 1", Type: "work" }],
      UserType: "employee",
      Title: "Engineer",
      PreferredLanguage: "vi",
      Locale: "vi_VN",
      Timezone: "Asia/Ho_Chi_Minh",
      Photos: [{ Value: "https://example.com/1.png" }, { Value: "https://example.com/2.png" }],
      Website: "https://example.com",
      Birthdate: "1990-02-28",
      Roles: [{ Value: "lead" }],
    };
    const UserId = world.user("alice", { ...attributes, Extensions: { [enterprise]: { costCenter: "42" } } });
    expect(UserId).toMatch(
      /^1111222233-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const by = "arn:aws:sts::999900001111:assumed-role/sandbox/AKIDADMIN";
    const expected = {
      ...attributes,
      UserId,
      IdentityStoreId: storeId,
      UserStatus: "ENABLED",
      CreatedAt: 1767225600,
      CreatedBy: by,
      UpdatedAt: 1767225600,
      UpdatedBy: by,
    };
    expect(describeUser(UserId)).toEqual(expected);
    expect(world.store("ListUsers")).toEqual({ Users: [expected] });
  });

  test.each(["UserName", "DisplayName", "Name"])("needs %s", (attribute) => {
    const { [attribute]: _, ...rest } = userInput("alice") as Record<string, unknown>;
    expect(world.storeFails("CreateUser", rest).code).toBe("ValidationException");
    expect(world.sandbox.state.users.size).toBe(0);
  });

  test.each([
    ["FamilyName", "givenname"],
    ["GivenName", "familyname"],
  ])("given only Name.%s, lacks the %s", (part, missing) => {
    const reply = world.storeFails("CreateUser", { ...userInput("alice"), Name: { [part]: "Alice" } });
    expect(reply).toMatchObject({
      code: "ValidationException",
      message: `${missing}: The attribute ${missing} is required`,
    });
  });

  test.each(["Administrator", "AWSAdministrators", "administrator"])("keeps the name %s for AWS", (name) => {
    expect(world.storeFails("CreateUser", userInput(name)).message).toContain("reserved");
  });

  test.each(["1990-02-30", "28.02.1990", "yesterday", "1990-2-3"])(
    "refuses the birthdate %s",
    (Birthdate) => {
      expect(world.storeFails("CreateUser", { ...userInput("alice"), Birthdate }).code).toBe(
        "ValidationException",
      );
    },
  );

  test.each([
    ["another extension", { "aws:identitystore:other": {} }],
    ["one that is no object", { [enterprise]: "42" }],
    ["an unknown attribute", { [enterprise]: { colour: "red" } }],
    ["an empty attribute", { [enterprise]: { costCenter: "" } }],
  ])("refuses %s", (_, Extensions) => {
    expect(world.storeFails("CreateUser", { ...userInput("alice"), Extensions }).code).toBe(
      "ValidationException",
    );
  });
});

describe("uniqueness", () => {
  const reason = { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" };

  test("of user names, without regard to case", () => {
    world.user("alice");
    expect(world.storeFails("CreateUser", userInput("ALICE"))).toMatchObject({
      code: "ConflictException",
      message: "Duplicate UserName",
      body: reason,
    });
  });

  test("of e-mail addresses, when made and when changed", () => {
    const alice = world.user("alice", { Emails: [{ Value: "a@example.com" }] });
    const bob = world.user("bob", { Emails: [{ Value: "b@example.com" }] });
    const taken = { code: "ConflictException", message: "Duplicate Email", body: reason };
    const email = [{ Value: "A@example.com" }];
    expect(world.storeFails("CreateUser", { ...userInput("eve"), Emails: email })).toMatchObject(taken);
    const Operations = [operation(["title", "Boss"]), operation(["emails", [{ value: "a@example.com" }]])];
    expect(world.storeFails("UpdateUser", { UserId: bob, Operations })).toMatchObject(taken);
    expect(describeUser(bob)).not.toHaveProperty("Title");
    update(alice, ["emails", [{ value: "A@EXAMPLE.COM" }]]);
    update(alice, ["emails"]);
    update(bob, ["emails", [{ value: "a@example.com" }]]);
  });

  test("does not hold among those without an e-mail, and ends with the user", () => {
    const alice = world.user("alice");
    world.user("bob");
    world.store("DeleteUser", { UserId: alice });
    expect(world.user("alice")).not.toBe(alice);
  });
});

describe("UpdateUser", () => {
  test("sets attributes at their paths, and says when", () => {
    const id = world.user("alice", { Extensions: { [enterprise]: { division: "x" } } });
    world.clock.time += 1500;
    update(
      id,
      ["displayName", "Al"],
      ["name.givenName", "Alicia"],
      ["name.honorificPrefix", "Dr"],
      ["nickName", "Al"],
      ["profileUrl", "https://example.com"],
      ["userType", "employee"],
      ["title", "Engineer"],
      ["preferredLanguage", "vi"],
      ["locale", "vi_VN"],
      ["timezone", "Asia/Ho_Chi_Minh"],
      ["website", "https://example.com"],
      ["birthdate", "1990-01-01"],
      ["emails", [{ value: "a@example.com", type: "work", primary: true }]],
      ["addresses", [{ streetAddress: "1 Main St", postalCode: "1" }]],
      ["phoneNumbers", [{ value: "+1" }]],
      ["photos", [{ value: "p", display: "me" }]],
      ["roles", [{ value: "lead" }]],
      [`${enterprise}.costCenter`, "42"],
      [`${enterprise}.manager`, { value: "bob" }],
    );
    expect(describeUser(id, [enterprise])).toMatchObject({
      DisplayName: "Al",
      Name: { GivenName: "Alicia", FamilyName: "Test", HonorificPrefix: "Dr" },
      NickName: "Al",
      ProfileUrl: "https://example.com",
      UserType: "employee",
      Title: "Engineer",
      PreferredLanguage: "vi",
      Locale: "vi_VN",
      Timezone: "Asia/Ho_Chi_Minh",
      Website: "https://example.com",
      Birthdate: "1990-01-01",
      Emails: [{ Value: "a@example.com", Type: "work", Primary: true }],
      Addresses: [{ StreetAddress: "1 Main St", PostalCode: "1" }],
      PhoneNumbers: [{ Value: "+1" }],
      Photos: [{ Value: "p", Display: "me" }],
      Roles: [{ Value: "lead" }],
      Extensions: { [enterprise]: { division: "x", costCenter: "42", manager: { value: "bob" } } },
      UpdatedAt: 1767225601.5,
      CreatedAt: 1767225600,
    });
  });

  test.each([null, undefined])("removes what is set to %s", (nothing) => {
    const id = world.user("alice", {
      Title: "Engineer",
      Emails: [{ Value: "a@example.com" }],
      Name: { GivenName: "A", FamilyName: "B", MiddleName: "C" },
      Extensions: { [enterprise]: { costCenter: "42", division: "x" } },
    });
    update(
      id,
      ["title", nothing],
      ["emails", nothing],
      ["name.middleName", nothing],
      [`${enterprise}.division`, nothing],
    );
    const user = describeUser(id, [enterprise]);
    expect(user).not.toHaveProperty("Title");
    expect(user).not.toHaveProperty("Emails");
    expect(user["Name"]).toEqual({ GivenName: "A", FamilyName: "B" });
    expect(user["Extensions"]).toEqual({ [enterprise]: { costCenter: "42" } });
    update(id, [enterprise, nothing]);
    expect(describeUser(id, [enterprise])).not.toHaveProperty("Extensions");
  });

  test("replaces a list whole", () => {
    const id = world.user("alice", { Emails: [{ Value: "a@example.com", Type: "work", Primary: true }] });
    update(id, ["emails", [{ value: "b@example.com" }]]);
    expect(describeUser(id)["Emails"]).toEqual([{ Value: "b@example.com" }]);
  });

  test("replaces the enterprise attributes whole", () => {
    const id = world.user("alice", { Extensions: { [enterprise]: { costCenter: "42" } } });
    update(id, [enterprise, { department: "x" }]);
    expect(describeUser(id, [enterprise])["Extensions"]).toEqual({ [enterprise]: { department: "x" } });
  });

  test.each([
    ["userName", "bob"],
    ["userStatus", "DISABLED"],
    ["active", false],
    ["name", { givenName: "A" }],
    ["name.nickName", "A"],
    ["name.givenName.first", "A"],
    ["emails.value", "a@example.com"],
    ["Title", "Engineer"],
    ["constructor", "x"],
    ["aws:identitystore:other.x", "x"],
    [`${enterprise}.colour`, "red"],
    [`${enterprise}.costCenter.x`, "red"],
    [`${enterprise}.costCenter`, 42],
    [`${enterprise}.costCenter`, ""],
    [enterprise, "x"],
    ["displayName", undefined],
    ["displayName", null],
    ["name.givenName", undefined],
    ["name.familyName", undefined],
    ["title", ""],
    ["title", 5],
    ["title", "x".repeat(1025)],
    ["birthdate", "tomorrow"],
    ["emails", "a@example.com"],
    ["emails", []],
    ["emails", ["a@example.com"]],
    ["emails", [{ Value: "a@example.com" }]],
    ["emails", [{ value: "a@example.com", type: null }]],
    ["emails", [{ value: "a@example.com", primary: "yes" }]],
    ["emails", [{ value: "a@example.com" }, { value: "b@example.com" }]],
    ["emails", [{ value: "a@example.com", display: "A" }]],
  ])("refuses %s: %j, and does nothing of the request", (path, value) => {
    const id = world.user("alice");
    const Operations = [operation(["nickName", "Al"]), operation([path, value])];
    expect(world.storeFails("UpdateUser", { UserId: id, Operations }).code).toBe("ValidationException");
    expect(describeUser(id)).not.toHaveProperty("NickName");
  });
});

describe("status", () => {
  const set = (id: string, status: UserStatus): void => setUserStatus(world.sandbox.state, id, status);

  test("is shown", () => {
    const id = world.user("alice");
    set(id, "DISABLED");
    expect(describeUser(id)["UserStatus"]).toBe("DISABLED");
    expect(world.store("ListUsers")["Users"]).toMatchObject([{ UserStatus: "DISABLED" }]);
  });

  test("a disabled user cannot be edited until enabled again", () => {
    const id = world.user("alice");
    set(id, "DISABLED");
    const edit = { UserId: id, Operations: [operation(["title", "x"])] };
    expect(world.storeFails("UpdateUser", edit).code).toBe("ValidationException");
    set(id, "ENABLED");
    world.store("UpdateUser", edit);
  });

  test("a disabled user cannot join a group, but can leave one and be deleted", () => {
    const id = world.user("alice");
    const [joined, other] = [world.group("joined"), world.group("other")];
    const MembershipId = world.member(joined, id);
    set(id, "DISABLED");
    const join = { GroupId: other, MemberId: { UserId: id } };
    expect(world.storeFails("CreateGroupMembership", join).code).toBe("ValidationException");
    expect(world.store("ListGroupMemberships", { GroupId: joined })["GroupMemberships"]).toHaveLength(1);
    world.store("DeleteGroupMembership", { MembershipId });
    world.store("DeleteUser", { UserId: id });
  });

  test("of nobody cannot be set", () => {
    expect(() => set("nobody", "DISABLED")).toThrow("no user nobody");
  });
});

describe("looking up", () => {
  test("extensions are shown only where the request names them", () => {
    const id = world.user("alice", { Extensions: { [enterprise]: { costCenter: "42" } } });
    const extensions = { [enterprise]: { costCenter: "42" } };
    expect(describeUser(id)).not.toHaveProperty("Extensions");
    expect(describeUser(id, [enterprise])["Extensions"]).toEqual(extensions);
    expect(world.store("ListUsers")["Users"]).not.toMatchObject([{ Extensions: extensions }]);
    expect(world.store("ListUsers", { Extensions: [enterprise] })["Users"]).toMatchObject([
      { Extensions: extensions },
    ]);
  });

  test("by user name, e-mail and external id", () => {
    const alice = world.user("alice", { Emails: [{ Value: "a@example.com" }] });
    const row = world.sandbox.state.users.get(alice);
    if (row === undefined) throw new Error("no row");
    world.sandbox.state.users.set(alice, { ...row, externalIds: [{ Issuer: "idp", Id: "1" }] });
    const find = (AlternateIdentifier: object): string =>
      text(world.store("GetUserId", { AlternateIdentifier }), "UserId");
    expect(find({ UniqueAttribute: { AttributePath: "userName", AttributeValue: "Alice" } })).toBe(alice);
    expect(
      find({ UniqueAttribute: { AttributePath: "emails.value", AttributeValue: "a@example.com" } }),
    ).toBe(alice);
    expect(find({ ExternalId: { Issuer: "idp", Id: "1" } })).toBe(alice);
    expect(describeUser(alice)["ExternalIds"]).toEqual([{ Issuer: "idp", Id: "1" }]);
  });

  test.each([
    [{ UniqueAttribute: { AttributePath: "userName", AttributeValue: "bob" } }, "ResourceNotFoundException"],
    [
      { UniqueAttribute: { AttributePath: "emails.value", AttributeValue: "b@example.com" } },
      "ResourceNotFoundException",
    ],
    [{ ExternalId: { Issuer: "idp", Id: "2" } }, "ResourceNotFoundException"],
    [{ UniqueAttribute: { AttributePath: "title", AttributeValue: "x" } }, "ValidationException"],
    [{ UniqueAttribute: { AttributePath: "userName", AttributeValue: 5 } }, "ValidationException"],
    [{ UniqueAttribute: { AttributePath: "emails.value", AttributeValue: "" } }, "ValidationException"],
  ])("%j is %s", (AlternateIdentifier, code) => {
    world.user("alice");
    expect(world.storeFails("GetUserId", { AlternateIdentifier }).code).toBe(code);
  });

  test("filters by user name alone", () => {
    const alice = world.user("alice");
    world.user("bob");
    const filter = (AttributePath: string, AttributeValue: string): object => ({
      Filters: [{ AttributePath, AttributeValue }],
    });
    expect(world.store("ListUsers", filter("UserName", "alice"))["Users"]).toMatchObject([{ UserId: alice }]);
    expect(world.store("ListUsers", filter("UserName", "al"))["Users"]).toEqual([]);
    expect(world.storeFails("ListUsers", filter("Title", "x")).code).toBe("ValidationException");
  });

  test.each(["DescribeUser", "DeleteUser", "UpdateUser"] as const)("%s of nobody is not found", (name) => {
    const input = {
      UserId: missing,
      ...(name === "UpdateUser" && { Operations: [operation(["title", "x"])] }),
    };
    expect(world.storeFails(name, input)).toMatchObject({
      code: "ResourceNotFoundException",
      message: "USER not found.",
      body: { ResourceType: "USER", ResourceId: missing },
    });
  });

  test("an unknown store is not found", () => {
    expect(world.storeFails("ListUsers", { IdentityStoreId: "d-0000000000" })).toMatchObject({
      code: "ResourceNotFoundException",
      body: { ResourceType: "IDENTITY_STORE", ResourceId: "d-0000000000" },
    });
  });
});

test("there are 100,000 users at most", () => {
  const first = world.user("first");
  const { users } = world.sandbox.state;
  const row = users.get(first);
  if (row === undefined) throw new Error("the user is not there");
  for (let index = 1; index < 99_999; index += 1)
    users.set(`${index}`, { ...row, id: `${index}`, attributes: { UserName: `user${index}` } });
  world.user("last");
  expect(world.storeFails("CreateUser", userInput("beyond"))).toMatchObject({
    code: "ServiceQuotaExceededException",
    message: expect.stringContaining("100000"),
  });
  world.store("DeleteUser", { UserId: first });
  world.user("beyond");
});

test("deleting a user removes the memberships and leaves the assignments as orphans", () => {
  const alice = world.user("alice");
  const group = world.group("g");
  const set = world.set("S");
  world.member(group, alice);
  world.assign(set, alice, "111122223333", "USER");
  world.store("DeleteUser", { UserId: alice });
  expect(world.store("ListGroupMemberships", { GroupId: group })["GroupMemberships"]).toEqual([]);
  expect(
    world.admin("ListAccountAssignments", { PermissionSetArn: set, AccountId: "111122223333" })[
      "AccountAssignments"
    ],
  ).toMatchObject([{ PrincipalId: alice, PrincipalType: "USER" }]);
});
