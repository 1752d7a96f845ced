import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storeId, text } from "../world.js";
import {
  enterpriseSchema,
  filterOf,
  names,
  patchSchema,
  scimUser,
  type Served,
  servedWorld,
} from "./served.js";

let world: Served;
beforeEach(async () => {
  world = await servedWorld();
});
afterEach(() => world.close());

const issuer = "https://scim.aws.com/11111111111-2222-3333-4444-555555555555";
const missing = "1111222233-01234567-89ab-4def-8123-456789abcdef";
const enterprise = "aws:identitystore:enterprise";

/** The request of AWS's page on CreateUser, in what it has of everything. */
const everything = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", enterpriseSchema],
  externalId: "701984",
  userName: "bjensen",
  name: {
    formatted: "Ms. Barbara J Jensen, III",
    familyName: "Jensen",
    givenName: "Barbara",
    middleName: "Jane",
    honorificPrefix: "Ms.",
    honorificSuffix: "III",
  },
  displayName: "Babs Jensen",
  nickName: "Babs",
  profileUrl: "https://login.example.com/bjensen",
  emails: [{ value: "bjensen@example.com", type: "work", primary: true }],
  addresses: [{ type: "work", streetAddress: "100 Plaza", locality: "Hollywood", primary: true }],
  phoneNumbers: [{ value: "555-555-5555", type: "work" }],
  roles: [{ value: "Researcher", type: "work", primary: true }],
  userType: "Employee",
  title: "Tour Guide",
  preferredLanguage: "en-US",
  locale: "en-US",
  timezone: "America/Los_Angeles",
  active: true,
  [enterpriseSchema]: {
    employeeNumber: "701984",
    costCenter: "4130",
    organization: "Universal Studios",
    division: "Theme Park",
    department: "Tour Operations",
    manager: { value: missing, $ref: `../Users/${missing}` },
  },
};

async function created(user: object): Promise<string> {
  return text(await world.did("POST", "Users", user), "id");
}

function stored(UserId: string): Readonly<Record<string, unknown>> {
  return world.store("DescribeUser", { UserId, Extensions: [enterprise] });
}

async function statusOf(id: string): Promise<unknown> {
  const [listed] = world.store("ListUsers")["Users"] as Record<string, unknown>[];
  expect(listed?.["UserStatus"]).toBe(stored(id)["UserStatus"]);
  expect((await world.did("GET", `Users/${id}`))["active"]).toBe(stored(id)["UserStatus"] === "ENABLED");
  return stored(id)["UserStatus"];
}

describe("CreateUser", () => {
  test("makes a user that the identity store shows with its ExternalIds, and SCIM as it was given", async () => {
    const { status, headers, body } = await world.scim("POST", "Users", everything);
    expect(status).toBe(201);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    const id = text(body, "id");
    const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const shown = {
      ...everything,
      id,
      meta: { resourceType: "User", created: stamp, lastModified: stamp },
      [enterpriseSchema]: { ...everything[enterpriseSchema], manager: { value: missing } },
    };
    expect(body).toEqual(shown);
    expect(await world.did("GET", `Users/${id}`)).toEqual(shown);
    expect(stored(id)).toMatchObject({
      IdentityStoreId: storeId,
      UserName: "bjensen",
      UserStatus: "ENABLED",
      ExternalIds: [{ Issuer: issuer, Id: "701984" }],
      Name: { GivenName: "Barbara", MiddleName: "Jane" },
      Emails: [{ Value: "bjensen@example.com", Type: "work", Primary: true }],
      CreatedBy: issuer,
      Extensions: { [enterprise]: { costCenter: "4130", manager: { value: missing } } },
    });
    const byExternalId = { ExternalId: { Issuer: issuer, Id: "701984" } };
    expect(world.store("GetUserId", { AlternateIdentifier: byExternalId })["UserId"]).toBe(id);
  });

  test("needs no more than names, is active unless told, and shows no schema of what is not there", async () => {
    const body = await world.did("POST", "Users", scimUser("ann"));
    expect(body).toMatchObject({ active: true, schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] });
    expect(Object.keys(body).sort()).toEqual(
      ["active", "displayName", "id", "meta", "name", "schemas", "userName"].sort(),
    );
    expect(stored(text(body, "id"))).not.toHaveProperty("ExternalIds");
  });

  test("takes active: false, and null and an empty list for what is not there", async () => {
    const id = await created(scimUser("ann", { active: false, emails: [], nickName: null }));
    expect(await statusOf(id)).toBe("DISABLED");
  });

  test.each([
    ["no userName", scimUser("ann", { userName: undefined })],
    ["an empty userName", scimUser("ann", { userName: "" })],
    ["a userName with a space", scimUser("a b")],
    ["a userName of 129 signs", scimUser("a".repeat(129))],
    ["a reserved userName", scimUser("Administrator")],
    ["no name", scimUser("ann", { name: undefined })],
    ["no familyName", scimUser("ann", { name: { givenName: "Ann" } })],
    ["no displayName", scimUser("ann", { displayName: undefined })],
    ["an empty title", scimUser("ann", { title: "" })],
    ["a number for a title", scimUser("ann", { title: 7 })],
    ["two e-mails", scimUser("ann", { emails: [mail("a@x"), mail("b@x")] })],
    ["an e-mail that is not primary", scimUser("ann", { emails: [{ value: "a@x" }] })],
    ["an e-mail with display", scimUser("ann", { emails: [{ ...mail("a@x"), display: "A" }] })],
    ["e-mails that are no list", scimUser("ann", { emails: mail("a@x") })],
    ["groups", scimUser("ann", { groups: [{ value: missing }] })],
    ["photos", scimUser("ann", { photos: [{ value: "https://x" }] })],
    ["a password", scimUser("ann", { password: "x" })],
    ["an attribute nobody knows", scimUser("ann", { colour: "red" })],
    ["a manager's displayName", scimUser("ann", { [enterpriseSchema]: { manager: { displayName: "B" } } })],
    ["an attribute of the extension nobody knows", scimUser("ann", { [enterpriseSchema]: { size: "1" } })],
    ["a name that is no object", scimUser("ann", { name: "Ann" })],
    [
      "a part of the name nobody knows",
      scimUser("ann", { name: { givenName: "A", familyName: "B", x: "C" } }),
    ],
    ["active that is neither", scimUser("ann", { active: "maybe" })],
    ["active as a number", scimUser("ann", { active: 0 })],
    ["an externalId of 257 signs", scimUser("ann", { externalId: "x".repeat(257) })],
  ])("%s is refused, and nobody is made", async (_, user) => {
    const { status, body } = await world.scim("POST", "Users", user);
    expect(body).toMatchObject({ status: "400", schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"] });
    expect(status).toBe(400);
    expect(world.sandbox.state.users.size).toBe(0);
  });

  test.each([
    ["userName, whatever its case", { userName: "ANN" }],
    ["e-mail", { userName: "bob", emails: [mail("A@x")] }],
    ["externalId", { userName: "bob", externalId: "1" }],
  ])("a %s that somebody has is a conflict", async (_, more) => {
    await created(scimUser("ann", { externalId: "1", emails: [mail("a@x")] }));
    expect((await world.scim("POST", "Users", scimUser("bob", more))).status).toBe(409);
    expect(world.sandbox.state.users.size).toBe(1);
  });
});

function mail(value: string): object {
  return { value, type: "work", primary: true };
}

describe("PatchUser", () => {
  let ann = "";
  beforeEach(async () => {
    ann = await created(scimUser("ann", { externalId: "1", emails: [mail("ann@x")], title: "Lead" }));
  });

  test.each([
    ["with a path and a text, as in AWS's example", { op: "replace", path: "active", value: "false" }],
    ["with a path and a boolean", { op: "replace", path: "active", value: false }],
    ["without a path", { op: "replace", value: { active: false } }],
    ["as Entra ID writes it", { op: "Replace", path: "active", value: "False" }],
    ["as an addition", { op: "add", path: "active", value: false }],
  ])("disables %s; true in the same form enables", async (_, operation) => {
    const { status, body } = await world.patch(`Users/${ann}`, operation);
    expect([status, body?.["active"], body?.["id"]]).toEqual([200, false, ann]);
    expect(await statusOf(ann)).toBe("DISABLED");
    const back = JSON.parse(JSON.stringify(operation).replace(/false/i, "true")) as object;
    expect((await world.patch(`Users/${ann}`, back)).body).toMatchObject({ active: true });
    expect(await statusOf(ann)).toBe("ENABLED");
  });

  test("leaves a disabled user's memberships and grants alone, and marks who changed the user when", async () => {
    const group = world.group("developers");
    world.member(group, ann);
    world.assign(world.set("S3"), ann, undefined, "USER");
    await world.patch(`Users/${ann}`, { op: "replace", path: "active", value: false });
    expect(world.store("ListGroupMembershipsForMember", { MemberId: { UserId: ann } })).toMatchObject({
      GroupMemberships: [{ GroupId: group }],
    });
    expect([...world.sandbox.state.assignments.values()]).toMatchObject([{ principalId: ann }]);
    expect(stored(ann)).toMatchObject({ UpdatedBy: issuer });
    expect(
      world.storeFails("UpdateUser", { UserId: ann, Operations: [{ AttributePath: "title" }] }).code,
    ).toBe("ValidationException");
  });

  test("a user that the API made gets no ExternalIds by it, and may lack what SCIM asks of new ones", async () => {
    const bob = world.user("bob", { Emails: [{ Value: "bob@x" }], Birthdate: "1990-01-01" });
    expect((await world.patch(`Users/${bob}`, { op: "replace", path: "active", value: false })).status).toBe(
      200,
    );
    expect(stored(bob)).toMatchObject({ UserStatus: "DISABLED", Birthdate: "1990-01-01" });
    expect(stored(bob)).not.toHaveProperty("ExternalIds");
  });

  test.each([
    [{ op: "replace", path: "title", value: "Boss" }, { title: "Boss" }],
    [{ op: "add", value: { nickName: "Annie" } }, { nickName: "Annie" }],
    [{ op: "replace", path: "userName", value: "anna" }, { userName: "anna" }],
    [{ op: "replace", path: "externalId", value: "2" }, { externalId: "2" }],
    [
      { op: "replace", path: "name.middleName", value: "M" },
      { name: { middleName: "M", familyName: "Test" } },
    ],
    [
      { op: "replace", path: "name", value: { familyName: "N" } },
      { name: { familyName: "N", givenName: "ann" } },
    ],
    [{ op: "replace", path: "emails", value: [mail("b@x")] }, { emails: [mail("b@x")] }],
    [{ op: "replace", path: 'emails[type eq "work"].value', value: "c@x" }, { emails: [mail("c@x")] }],
    [{ op: "replace", path: 'emails[type eq "work"]', value: mail("d@x") }, { emails: [mail("d@x")] }],
    [{ op: "add", path: "phoneNumbers", value: [{ value: "1" }] }, { phoneNumbers: [{ value: "1" }] }],
    [
      { op: "add", path: `${enterpriseSchema}:department`, value: "D" },
      { [enterpriseSchema]: { department: "D" }, schemas: expect.arrayContaining([enterpriseSchema]) },
    ],
    [
      { op: "add", path: enterpriseSchema, value: { division: "V" } },
      { [enterpriseSchema]: { division: "V" } },
    ],
  ])("%j", async (operation, shown) => {
    const { status, body } = await world.patch(`Users/${ann}`, operation);
    expect([status, body]).toMatchObject([200, shown]);
    expect(await world.did("GET", `Users/${ann}`)).toEqual(body);
  });

  test.each(["title", "externalId", "emails", 'emails[type eq "work"]'])("removes %s", async (path) => {
    const { body } = await world.patch(`Users/${ann}`, { op: "remove", path });
    expect(body).not.toHaveProperty(path.replace(/\[.*/, ""));
  });

  test("removing an attribute of the extension leaves the others", async () => {
    const work = { department: "D", manager: { value: "m" } };
    await world.patch(`Users/${ann}`, { op: "add", path: enterpriseSchema, value: work });
    const { body } = await world.patch(`Users/${ann}`, { op: "remove", path: `${enterpriseSchema}:manager` });
    expect(body?.[enterpriseSchema]).toEqual({ department: "D" });
  });

  test.each([
    ["an operation nobody knows", [{ op: "move", path: "title", value: "x" }]],
    ["no operation named", [{ path: "title", value: "x" }]],
    ["an operation that is no text", [{ op: { toString: 1 }, path: "title", value: "x" }]],
    ["null for what must be, without a path", [{ op: "replace", value: { displayName: null } }]],
    ["null for a part of the name that must be", [on("name", { givenName: null })]],
    ["remove without a path", [{ op: "remove" }]],
    ["replace without a value", [{ op: "replace", path: "title" }]],
    ["add with null", [{ op: "add", path: "title", value: null }]],
    ["several attributes without a path", [{ op: "replace", value: { active: false, title: "x" } }]],
    ["no attribute without a path", [{ op: "replace", value: {} }]],
    ["a text without a path", [{ op: "replace", value: "x" }]],
    ["a path that is no text", [{ op: "replace", path: 1, value: "x" }]],
    ["remove of active", [{ op: "remove", path: "active" }]],
    ["remove of userName", [{ op: "remove", path: "userName" }]],
    ["remove of displayName", [{ op: "remove", path: "displayName" }]],
    ["remove of a name that must be", [{ op: "remove", path: "name.givenName" }]],
    ["remove of the name", [{ op: "remove", path: "name" }]],
    ["active twice", [on("active", false), on("active", true)]],
    ["userName twice", [on("userName", "a"), on("userName", "b")]],
    ["active twice, once without a path", [on("active", false), { op: "add", value: { active: true } }]],
    ["active that is neither", [on("active", "no")]],
    ["active as a list", [on("active", [false])]],
    ["active as an object", [on("active", { toString: 1 })]],
    ["active as null, without a path", [{ op: "replace", value: { active: null } }]],
    ["a filter that matches nothing", [on('emails[type eq "home"].value', "x")]],
    ["a filter that is none", [on("emails[type].value", "x")]],
    ["a filter with another operator", [on('emails[type co "work"].value', "x")]],
    ["roles", [on("roles", [{ value: "x" }])]],
    ["photos", [on("photos", [{ value: "x" }])]],
    ["an id", [on("id", "x")]],
    ["a reserved name", [on("userName", "AWSAdministrators")]],
    ["__proto__", [on("__proto__", { active: false })]],
    ["constructor", [on("constructor", "x")]],
    ["name.__proto__", [on("name.__proto__", "x")]],
    ["no operations", []],
    ["an operation that is no object", ["active"]],
    ["a good operation before a bad one", [on("title", "changed"), on("colour", "red")]],
  ])("%s is refused, and nothing is changed", async (_, operations) => {
    const before = stored(ann);
    const { status, detail } = await world.patch(`Users/${ann}`, ...(operations as object[]));
    expect([status, detail]).toEqual([400, expect.stringMatching(/./)]);
    expect(stored(ann)).toEqual(before);
  });

  function on(path: string, value: unknown): object {
    return { op: "replace", path, value };
  }

  test("the words for several attributes without a path are AWS's", async () => {
    const { detail } = await world.patch(`Users/${ann}`, {
      op: "replace",
      value: { title: "a", locale: "b" },
    });
    expect(detail).toBe(
      'Current PATCH support allows omitting "path" attribute only for Add and Replace operations modifying a single attribute.',
    );
  });

  test("a body without the schema of a PATCH is refused", async () => {
    const Operations = [{ op: "replace", path: "active", value: false }];
    expect((await world.scim("PATCH", `Users/${ann}`, { Operations })).status).toBe(400);
    expect((await world.scim("PATCH", `Users/${ann}`, { schemas: [patchSchema], Operations })).status).toBe(
      200,
    );
  });

  test("what another user has is a conflict", async () => {
    await created(scimUser("bob", { externalId: "2" }));
    expect((await world.patch(`Users/${ann}`, on("userName", "BOB"))).status).toBe(409);
    expect((await world.patch(`Users/${ann}`, on("externalId", "2"))).status).toBe(409);
    expect((await world.patch(`Users/${ann}`, on("userName", "Ann"))).status).toBe(200);
  });
});

describe("PutUser", () => {
  test("overwrites: what is not given goes, but for the status and what SCIM cannot say", async () => {
    const id = world.user("ann", { Title: "Lead", Birthdate: "1990-01-01", Website: "https://x" });
    await world.patch(`Users/${id}`, { op: "replace", path: "active", value: false });
    const name = { givenName: "Anna", familyName: "Test" };
    const body = await world.did("PUT", `Users/${id}`, scimUser("anna", { id, name, externalId: "9" }));
    expect(body).toMatchObject({ id, userName: "anna", externalId: "9", active: false });
    expect(body).not.toHaveProperty("title");
    expect(stored(id)).toMatchObject({
      Birthdate: "1990-01-01",
      Website: "https://x",
      Name: { GivenName: "Anna" },
    });
    expect(await world.did("PUT", `Users/${id}`, scimUser("anna", { active: true }))).toMatchObject({
      active: true,
    });
    expect(stored(id)).not.toHaveProperty("ExternalIds");
  });

  test("is refused like a new user, and changes nothing then", async () => {
    const id = await created(scimUser("ann", { title: "Lead" }));
    await created(scimUser("bob"));
    expect((await world.scim("PUT", `Users/${id}`, { userName: "x" })).status).toBe(400);
    expect((await world.scim("PUT", `Users/${id}`, scimUser("Bob"))).status).toBe(409);
    expect(stored(id)).toMatchObject({ UserName: "ann", Title: "Lead" });
  });
});

describe("DeleteUser", () => {
  test("answers without a body; memberships go, grants stay as orphans", async () => {
    const id = await created(scimUser("ann"));
    world.member(world.group("g"), id);
    world.assign(world.set("S3"), id, undefined, "USER");
    const { status, headers, body } = await world.scim("DELETE", `Users/${id}`);
    expect([status, body, headers.get("content-length")]).toEqual([204, null, null]);
    const { users, memberships, assignments } = world.sandbox.state;
    expect([users.size, memberships.size, assignments.size]).toEqual([0, 0, 1]);
  });
});

test.each([
  ["GET", undefined],
  ["PUT", scimUser("ann")],
  ["PATCH", { schemas: [patchSchema], Operations: [{ op: "replace", path: "active", value: false }] }],
  ["DELETE", undefined],
])("%s of a user who is not there is 404", async (method, body) => {
  for (const id of [missing, "x", "%2e%2e", "__proto__", "toString"]) {
    const reply = await world.scim(method, `Users/${id}`, body);
    expect([reply.status, reply.body?.["status"]]).toEqual([404, "404"]);
  }
});

describe("ListUsers", () => {
  beforeEach(async () => {
    await created(scimUser("ann", { externalId: "1", [enterpriseSchema]: { manager: { value: "m" } } }));
    await created(scimUser("bob", { externalId: "2" }));
    world.user('o"b\\d', { Extensions: { [enterprise]: { manager: "m" } } });
  });

  async function listed(query: string): Promise<readonly unknown[]> {
    return names(await world.did("GET", `Users?${query}`));
  }

  function idOf(name: string): string {
    return world.sandbox.state.users.by("name", name)[0]?.id ?? "";
  }

  test("shows everybody, with the members of a list", async () => {
    const body = await world.did("GET", "Users");
    expect(body).toMatchObject({
      totalResults: 3,
      itemsPerPage: 3,
      startIndex: 1,
      schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    });
    expect(names(body)).toEqual(["ann", "bob", 'o"b\\d']);
    expect((body["Resources"] as object[])[0]).toMatchObject({
      meta: { resourceType: "User" },
      active: true,
    });
  });

  test.each([
    ['userName eq "ann"', ["ann"]],
    ['userName eq "ANN"', ["ann"]],
    ['userName eq "o\\"b\\\\d"', ['o"b\\d']],
    ['userName eq "\\u0061nn"', ["ann"]],
    ['userName eq "nobody"', []],
    ['userName eq ""', []],
    ['externalId eq "2"', ["bob"]],
    ['externalId eq "3"', []],
  ])("%s", async (filter, expected) => {
    expect(await listed(filterOf(filter))).toEqual(expected);
  });

  test("filters by id, alone and with the manager in either order, and by group", async () => {
    const [ann, bob] = [idOf("ann"), idOf("bob")];
    expect(await listed(filterOf(`id eq "${ann}"`))).toEqual(["ann"]);
    expect(await listed(filterOf(`id eq "${ann}" and manager eq "m"`))).toEqual(["ann"]);
    expect(await listed(filterOf(`manager eq "m" and id eq "${idOf('o"b\\d')}"`))).toEqual(['o"b\\d']);
    expect(await listed(filterOf(`id eq "${bob}" and manager eq "m"`))).toEqual([]);
    const group = world.group("g");
    world.member(group, ann);
    world.member(group, bob);
    expect(await listed(filterOf(`groups.value eq "${group}"`))).toEqual(["ann", "bob"]);
    expect(await listed(filterOf(`groups.value eq "${missing}"`))).toEqual([]);
  });

  test.each([
    "userName",
    "userName eq ann",
    "userName eq 'ann'",
    'userName ne "ann"',
    'userName co "a"',
    'userName eq "ann',
    'userName eq "a" or userName eq "b"',
    'userName eq "a" and externalId eq "1"',
    'not (userName eq "ann")',
    '(userName eq "ann")',
    'emails.value eq "a@x"',
    'displayName eq "ann"',
    'active eq "true"',
    'manager eq "m"',
    'id eq "a" or manager eq "m"',
    'constructor eq "x"',
    '__proto__ eq "x"',
    'userName eq "a\nb"',
    'userName eq "\\x"',
    'userName eq "ann" ',
    `userName eq "${"\\".repeat(4_001)}"`,
    "",
  ])("the filter %j is refused", async (filter) => {
    const { status, body } = await world.scim("GET", `Users?${filterOf(filter)}`);
    expect([status, body?.["status"]]).toEqual([400, "400"]);
  });

  test("+ stands for a space in a query, and %2B for itself", async () => {
    await created(scimUser("a+b"));
    expect(await listed("filter=userName+eq+%22a%2Bb%22")).toEqual(["a+b"]);
  });

  describe("of more than a page", () => {
    beforeEach(() => {
      for (let count = 0; count < 147; count += 1) world.user(`user-${count}`);
    });

    test("without a cursor there is one page of 100, counted as if it were all; startIndex is passed over", async () => {
      for (const query of ["Users", "Users?startIndex=101&count=100&attributes=userName"]) {
        const body = await world.did("GET", query);
        expect(body).toMatchObject({ totalResults: 100, itemsPerPage: 100, startIndex: 1 });
        expect(names(body)).toHaveLength(100);
        expect(body).not.toHaveProperty("nextCursor");
      }
      expect(names(await world.did("GET", "Users?count=7"))).toHaveLength(7);
    });

    test("with a cursor everybody comes once", async () => {
      const seen: unknown[] = [];
      let cursor: unknown = "";
      let pages = 0;
      while (typeof cursor === "string") {
        const body = await world.did("GET", `Users?count=40&cursor=${encodeURIComponent(cursor)}`);
        expect(body).not.toHaveProperty("totalResults");
        expect(body["itemsPerPage"]).toBe(names(body).length);
        seen.push(...names(body));
        cursor = body["nextCursor"];
        expect(cursor ?? "").toMatch(/^[-a-zA-Z0-9+=/:_]*$/);
        pages += 1;
      }
      expect([pages, new Set(seen).size, seen.length]).toEqual([4, 150, 150]);
    });

    test("a cursor is good for its own list only", async () => {
      const { nextCursor } = await world.did("GET", "Users?cursor&count=1");
      const query = `cursor=${encodeURIComponent(String(nextCursor))}`;
      expect((await world.scim("GET", `Users?${query}`)).status).toBe(200);
      expect((await world.scim("GET", `Users?${query}&${filterOf('userName eq "ann"')}`)).status).toBe(400);
      expect((await world.scim("GET", `Groups?${query}`)).status).toBe(400);
      expect((await world.scim("GET", "Users?cursor=abc")).status).toBe(400);
    });
  });

  test.each(["0", "101", "-1", "1.5", "1e1", "", "x", "9".repeat(400)])(
    "count=%s is refused",
    async (count) => {
      expect((await world.scim("GET", `Users?count=${count}`)).status).toBe(400);
    },
  );
});
