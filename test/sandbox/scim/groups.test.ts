import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { text } from "../world.js";
import { filterOf, names, patchSchema, type Served, servedWorld } from "./served.js";

let world: Served;
let [ann, bob] = ["", ""];
beforeEach(async () => {
  world = await servedWorld();
  [ann, bob] = [world.user("ann"), world.user("bob")];
});
afterEach(() => world.close());

const issuer = "https://scim.aws.com/11111111111-2222-3333-4444-555555555555";
const missing = "1111222233-01234567-89ab-4def-8123-456789abcdef";

async function created(displayName: string, more: object = {}): Promise<string> {
  return text(await world.did("POST", "Groups", { displayName, ...more }), "id");
}

function membersOf(GroupId: string): readonly string[] {
  const rows = world.store("ListGroupMemberships", { GroupId })["GroupMemberships"] as object[];
  return rows.map((row) => (text(row, "MemberId", "UserId") === ann ? "ann" : "bob")).sort();
}

describe("CreateGroup", () => {
  test("makes a group that the identity store shows, with its ExternalIds and members", async () => {
    const members = [{ value: ann, $ref: `../Users/${ann}`, type: "User" }, { value: bob }, { value: bob }];
    const given = { externalId: "701984", displayName: "Group Bar", members };
    const { status, body } = await world.scim("POST", "Groups", given);
    const id = text(body, "id");
    const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const shown = {
      id,
      externalId: "701984",
      meta: { resourceType: "Group", created: stamp, lastModified: stamp },
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "Group Bar",
    };
    expect([status, body]).toEqual([201, shown]);
    expect(await world.did("GET", `Groups/${id}`)).toEqual(shown);
    expect(world.store("DescribeGroup", { GroupId: id })).toMatchObject({
      DisplayName: "Group Bar",
      ExternalIds: [{ Issuer: issuer, Id: "701984" }],
      CreatedBy: issuer,
    });
    expect(membersOf(id)).toEqual(["ann", "bob"]);
  });

  test.each([
    ["no displayName", {}],
    ["an empty displayName", { displayName: "" }],
    ["a reserved displayName", { displayName: "administrator" }],
    ["an attribute nobody knows", { displayName: "g", description: "x" }],
    ["a member who is nobody", { displayName: "g", members: [{ value: missing }] }],
    ["a member without a value", { displayName: "g", members: [{}] }],
    ["a member that is a text", { displayName: "g", members: ["x"] }],
    ["members that are no list", { displayName: "g", members: { value: "x" } }],
    ["__proto__", JSON.parse('{"displayName": "g", "__proto__": {"externalId": "1"}}') as object],
  ])("%s is refused, and no group is made", async (_, group) => {
    expect((await world.scim("POST", "Groups", group)).status).toBe(400);
    expect(world.sandbox.state.groups.size).toBe(0);
  });

  test("at most 100 members come with it", async () => {
    const ids = Array.from({ length: 101 }, (_, count) => ({ value: world.user(`u${count}`) }));
    expect((await world.scim("POST", "Groups", { displayName: "g", members: ids })).status).toBe(400);
    expect((await world.scim("POST", "Groups", { displayName: "g", members: ids.slice(1) })).status).toBe(
      201,
    );
  });

  test("a name that a group has, whatever its case, or an externalId, is a conflict", async () => {
    await created("G", { externalId: "1" });
    const { status, body } = await world.scim("POST", "Groups", { displayName: "g" });
    expect([status, body?.["status"]]).toEqual([409, "409"]);
    expect((await world.scim("POST", "Groups", { displayName: "h", externalId: "1" })).status).toBe(409);
  });
});

describe("PatchGroup", () => {
  let group = "";
  beforeEach(async () => {
    group = await created("Group Foo", { externalId: "1" });
  });

  test.each([
    [
      { op: "replace", path: "displayName", value: "New" },
      { displayName: "New", externalId: "1" },
    ],
    [
      { op: "replace", value: { id: "x", displayName: "New" } },
      { displayName: "New", externalId: "1" },
    ],
    [{ op: "add", path: "externalId", value: "2" }, { externalId: "2" }],
  ])("%j answers 204 without a body", async (operation, shown) => {
    const { status, body } = await world.patch(`Groups/${group}`, operation);
    expect([status, body]).toEqual([204, null]);
    expect(await world.did("GET", `Groups/${group}`)).toMatchObject(shown);
    expect(world.store("DescribeGroup", { GroupId: group })).toMatchObject({ UpdatedBy: issuer });
  });

  test("takes externalId away", async () => {
    await world.patch(`Groups/${group}`, { op: "remove", path: "externalId" });
    expect(world.store("DescribeGroup", { GroupId: group })).not.toHaveProperty("ExternalIds");
  });

  test("adds members and removes them, in either form, and passes over what is so already", async () => {
    const change = async (...operations: readonly object[]): Promise<readonly string[]> => {
      expect((await world.patch(`Groups/${group}`, ...operations)).status).toBe(204);
      return membersOf(group);
    };
    const both = [{ value: ann }, { value: bob }];
    expect(await change({ op: "add", path: "members", value: [{ value: ann, type: "User" }] })).toEqual([
      "ann",
    ]);
    expect(await change({ op: "add", value: { members: both } })).toEqual(["ann", "bob"]);
    expect(await change({ op: "remove", path: "members", value: [{ value: ann }] })).toEqual(["bob"]);
    expect(await change({ op: "remove", path: `members[value eq "${bob}"]` })).toEqual([]);
    expect(await change({ op: "remove", path: "members", value: both })).toEqual([]);
    expect(
      await change(
        { op: "add", path: "members", value: both },
        { op: "remove", path: "members", value: [{ value: bob }] },
      ),
    ).toEqual(["ann"]);
  });

  test("takes a disabled user in, as the API does not", async () => {
    await world.patch(`Users/${ann}`, { op: "replace", path: "active", value: false });
    const membership = { GroupId: group, MemberId: { UserId: ann } };
    expect(world.storeFails("CreateGroupMembership", membership).code).toBe("ValidationException");
    await world.patch(`Groups/${group}`, { op: "add", path: "members", value: [{ value: ann }] });
    expect(membersOf(group)).toEqual(["ann"]);
  });

  test.each([
    [
      "replacing all members",
      { op: "replace", path: "members", value: [] },
      "Replacing group memberships is not supported.",
    ],
    [
      "replacing them by some",
      { op: "replace", value: { members: [] } },
      "Replacing group memberships is not supported.",
    ],
    ["removing all members", { op: "remove", path: "members" }, ""],
    ["adding nobody", { op: "add", path: "members", value: [] }, ""],
    ["adding somebody who is nobody", { op: "add", path: "members", value: [{ value: missing }] }, ""],
    ["a filter that adds", { op: "add", path: `members[value eq "${missing}"]`, value: [] }, ""],
    ["a filter by something else", { op: "remove", path: 'members[display eq "ann"]' }, ""],
    ["a filter by two things", { op: "remove", path: 'members[value eq "a" and value eq "b"]' }, ""],
    ["removing the displayName", { op: "remove", path: "displayName" }, ""],
    ["an attribute that groups do not have", { op: "replace", path: "active", value: false }, ""],
    [
      "several attributes without a path",
      { op: "replace", value: { displayName: "a", externalId: "2" } },
      "",
    ],
  ])("%s is refused, and nothing is changed", async (_, operation, words) => {
    await world.patch(`Groups/${group}`, { op: "add", path: "members", value: [{ value: ann }] });
    const rename = { op: "replace", path: "displayName", value: "Renamed" };
    const { status, detail } = await world.patch(`Groups/${group}`, rename, operation);
    expect([status, detail]).toEqual([400, expect.stringContaining(words)]);
    expect(await world.did("GET", `Groups/${group}`)).toMatchObject({ displayName: "Group Foo" });
    expect(membersOf(group)).toEqual(["ann"]);
  });

  test("at most 100 members change in a request, over all its operations", async () => {
    const ids = Array.from({ length: 101 }, (_, count) => ({ value: world.user(`u${count}`) }));
    const add = (...members: readonly object[]): object => ({ op: "add", path: "members", value: members });
    expect(
      (await world.patch(`Groups/${group}`, add(...ids.slice(0, 60)), add(...ids.slice(60)))).status,
    ).toBe(400);
    expect((await world.patch(`Groups/${group}`, add(...ids.slice(1)))).status).toBe(204);
    expect(world.sandbox.state.memberships.size).toBe(100);
  });

  test("the name of another group is a conflict", async () => {
    await created("Other");
    const rename = (value: string): object => ({ op: "replace", path: "displayName", value });
    expect((await world.patch(`Groups/${group}`, rename("other"))).status).toBe(409);
    expect((await world.patch(`Groups/${group}`, rename("GROUP FOO"))).status).toBe(204);
  });
});

test("DeleteGroup takes the memberships with it and leaves grants as orphans", async () => {
  const group = await created("g", { members: [{ value: ann }] });
  world.assign(world.set("S3"), group);
  expect((await world.scim("DELETE", `Groups/${group}`)).status).toBe(204);
  const { groups, memberships, assignments, users } = world.sandbox.state;
  expect([groups.size, memberships.size, assignments.size, users.size]).toEqual([0, 0, 1, 2]);
});

test.each([
  ["GET", undefined],
  ["PATCH", { schemas: [patchSchema], Operations: [{ op: "replace", path: "displayName", value: "x" }] }],
  ["DELETE", undefined],
])("%s of a group that is not there is 404", async (method, body) => {
  expect((await world.scim(method, `Groups/${missing}`, body)).status).toBe(404);
  expect((await world.scim(method, `Groups/${ann}`, body)).status).toBe(404);
});

describe("ListGroups", () => {
  let [foo, bar] = ["", ""];
  beforeEach(async () => {
    foo = await created("Group Foo", { externalId: "1", members: [{ value: ann }] });
    bar = await created("Group Bar", { members: [{ value: ann }, { value: bob }] });
  });

  async function listed(filter: string): Promise<readonly unknown[]> {
    return names(await world.did("GET", `Groups?${filterOf(filter)}`), "displayName");
  }

  test("never tells members", async () => {
    const body = await world.did("GET", "Groups");
    expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 2, startIndex: 1 });
    expect(body["Resources"]).toMatchObject([{ members: [] }, { members: [] }]);
  });

  test("filters by displayName, externalId, id and member", async () => {
    expect(await listed('displayName eq "group foo"')).toEqual(["Group Foo"]);
    expect(await listed('displayName eq "Group"')).toEqual([]);
    expect(await listed('externalId eq "1"')).toEqual(["Group Foo"]);
    expect(await listed(`id eq "${bar}"`)).toEqual(["Group Bar"]);
    expect(await listed(`members.value eq "${ann}"`)).toEqual(["Group Bar", "Group Foo"]);
    expect(await listed(`members.value eq "${bob}"`)).toEqual(["Group Bar"]);
    expect(await listed(`id eq "${bar}" and members eq "${bob}"`)).toEqual(["Group Bar"]);
    expect(await listed(`member eq "${bob}" and id eq "${bar}"`)).toEqual(["Group Bar"]);
    expect(await listed(`id eq "${foo}" and member eq "${bob}"`)).toEqual([]);
  });

  test("a member who is nobody is 404, a filter that is not supported 400", async () => {
    const ask = async (filter: string): Promise<number> =>
      (await world.scim("GET", `Groups?${filterOf(filter)}`)).status;
    expect(await ask(`members.value eq "${missing}"`)).toBe(404);
    expect(await ask(`id eq "${foo}" and members eq "${missing}"`)).toBe(404);
    expect(await ask(`members eq "${ann}"`)).toBe(400);
    expect(await ask('userName eq "ann"')).toBe(400);
    expect(await ask('displayName eq "a" and externalId eq "1"')).toBe(400);
  });
});
