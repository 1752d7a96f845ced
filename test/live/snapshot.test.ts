import { expect, test } from "vitest";
import { setUserStatus } from "../../src/sandbox/state.js";
import { accounts } from "../sandbox/world.js";
import { createLiveWorld, read } from "./live-world.js";

const adminPolicy = "arn:aws:iam::aws:policy/AdministratorAccess";

test("users come with every attribute that files can declare, and with their status", async () => {
  const world = createLiveWorld();
  const id = world.user("alice", {
    Name: { GivenName: "Alice", FamilyName: "Nguyen", MiddleName: "Q" },
    DisplayName: "Alice Nguyen",
    Emails: [{ Value: "alice@example.com", Type: "home", Primary: true }],
    Title: "Engineer",
    NickName: "al",
    UserType: "staff",
    Locale: "en_GB",
    Timezone: "Europe/London",
    PreferredLanguage: "en",
    ProfileUrl: "https://example.com/alice",
    PhoneNumbers: [{ Value: "+44 20 7946 0000", Type: "work" }],
    Website: "https://alice.example.com",
    Birthdate: "1990-02-28",
    Addresses: [
      { StreetAddress: "1 High St", Locality: "Leeds", Region: "Yorks", PostalCode: "LS1", Country: "GB" },
    ],
    Extensions: {
      "aws:identitystore:enterprise": {
        employeeNumber: "7",
        costCenter: "100",
        organization: "Example",
        division: "Cloud",
        department: "Platform",
        manager: { value: "bob", displayName: "Bob" },
      },
    },
  });
  setUserStatus(world.sandbox.state, id, "DISABLED");
  world.user("bob");
  const { state, status, gaps } = await read(await world.connect());
  expect(state.users.get("alice")).toEqual({
    givenName: "Alice",
    familyName: "Nguyen",
    displayName: "Alice Nguyen",
    email: "alice@example.com",
    title: "Engineer",
    nickName: "al",
    userType: "staff",
    locale: "en_GB",
    timezone: "Europe/London",
    preferredLanguage: "en",
    profileUrl: "https://example.com/alice",
    phone: "+44 20 7946 0000",
    website: "https://alice.example.com",
    birthdate: "1990-02-28",
    "address.street": "1 High St",
    "address.locality": "Leeds",
    "address.region": "Yorks",
    "address.postalCode": "LS1",
    "address.country": "GB",
    "enterprise.employeeNumber": "7",
    "enterprise.costCenter": "100",
    "enterprise.organization": "Example",
    "enterprise.division": "Cloud",
    "enterprise.department": "Platform",
    "enterprise.manager": "bob",
  });
  expect(status).toEqual(
    new Map([
      ["alice", "DISABLED"],
      ["bob", "ENABLED"],
    ]),
  );
  expect(gaps).toEqual([]);
});

test("groups come with their description and their members", async () => {
  const world = createLiveWorld();
  const [alice, bob] = [world.user("alice"), world.user("bob")];
  const developers = world.group("developers");
  world.store("CreateGroup", { DisplayName: "auditors", Description: "They look" });
  world.member(developers, alice);
  world.member(developers, bob);
  const { state } = await read(await world.connect());
  expect([...state.groups]).toEqual([
    ["auditors", { description: "They look" }],
    ["developers", {}],
  ]);
  expect([...state.memberships]).toEqual([
    ["membership:developers/alice", { group: "developers", user: "alice" }],
    ["membership:developers/bob", { group: "developers", user: "bob" }],
  ]);
});

test("a permission set comes with all its facets, in their canonical form", async () => {
  const world = createLiveWorld();
  const arn = world.set("Full", {
    Description: "All there is",
    SessionDuration: "PT120M",
    RelayState: "https://example.com/",
    Tags: [{ Key: "team", Value: "platform" }],
  });
  const set = { PermissionSetArn: arn };
  for (const ManagedPolicyArn of ["arn:aws:iam::aws:policy/ReadOnlyAccess", adminPolicy])
    world.admin("AttachManagedPolicyToPermissionSet", { ...set, ManagedPolicyArn });
  for (const [Name, Path] of [
    ["B", "/a/"],
    ["A", "/a/"],
    ["Z", "/"],
  ])
    world.admin("AttachCustomerManagedPolicyReferenceToPermissionSet", {
      ...set,
      CustomerManagedPolicyReference: { Name, Path },
    });
  world.admin("PutInlinePolicyToPermissionSet", {
    ...set,
    InlinePolicy: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}',
  });
  world.admin("PutPermissionsBoundaryToPermissionSet", {
    ...set,
    PermissionsBoundary: { CustomerManagedPolicyReference: { Name: "Limit", Path: "/b/" } },
  });
  world.sandbox.state.tags.set(
    arn,
    new Map([
      ["team", "platform"],
      ["aws:made-by", "a stack"],
    ]),
  );
  world.set("Bare");
  const { state } = await read(await world.connect());
  expect(state.permissionSets.get("Full")).toEqual({
    description: "All there is",
    sessionDuration: "PT2H",
    relayState: "https://example.com/",
    managedPolicies: [adminPolicy, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
    customerManagedPolicies: [
      { name: "Z", path: "/" },
      { name: "A", path: "/a/" },
      { name: "B", path: "/a/" },
    ],
    inlinePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["s3:*"], Resource: ["*"] }],
    },
    permissionsBoundary: { customerManagedPolicy: { name: "Limit", path: "/b/" } },
    tags: { team: "platform" },
  });
  expect(state.permissionSets.get("Bare")).toEqual({
    sessionDuration: "PT1H",
    managedPolicies: [],
    customerManagedPolicies: [],
    inlinePolicy: null,
    permissionsBoundary: null,
    tags: {},
  });
});

test("assignments come with names, and with the id of a principal that no longer exists", async () => {
  const world = createLiveWorld();
  const set = world.set("ReadOnly");
  const [group, user, leaver] = [world.group("developers"), world.user("alice"), world.user("bob")];
  world.assign(set, group);
  world.assign(set, user, accounts.prod, "USER");
  world.assign(set, leaver, accounts.prod, "USER");
  world.store("DeleteUser", { UserId: leaver });
  const { state } = await read(await world.connect());
  expect([...state.assignments.values()]).toEqual([
    { principalType: "group", principal: "developers", permissionSet: "ReadOnly", account: accounts.dev },
    {
      principalType: "user",
      principal: `#${leaver}`,
      permissionSet: "ReadOnly",
      account: accounts.prod,
      orphan: true,
    },
    { principalType: "user", principal: "alice", permissionSet: "ReadOnly", account: accounts.prod },
  ]);
});

test("where a set is provisioned and where it lags is told", async () => {
  const world = createLiveWorld();
  const set = world.set("ReadOnly");
  const group = world.group("developers");
  world.assign(set, group);
  world.admin("AttachManagedPolicyToPermissionSet", { PermissionSetArn: set, ManagedPolicyArn: adminPolicy });
  world.assign(set, group, accounts.prod);
  world.set("Unused");
  const { provisioned, lagging } = await read(await world.connect());
  expect(provisioned).toEqual(
    new Map([
      ["ReadOnly", [accounts.dev, accounts.prod]],
      ["Unused", []],
    ]),
  );
  expect(lagging).toEqual(
    new Map([
      ["ReadOnly", [accounts.dev]],
      ["Unused", []],
    ]),
  );
});

test("lists are paged to their end", async () => {
  const world = createLiveWorld();
  const group = world.group("everybody");
  for (let index = 0; index < 250; index += 1) world.member(group, world.user(`user-${index}`));
  const { state } = await read(await world.connect());
  expect(state.users.size).toBe(250);
  expect(state.memberships.size).toBe(250);
});

test("the mark on the instance is read and moved", async () => {
  const world = createLiveWorld();
  const connection = await world.connect();
  expect(connection.instance.mark).toBeNull();
  await connection.writer.mark("0123abc");
  expect((await read(connection)).instance.mark).toBe("0123abc");
  expect((await world.connect()).instance.mark).toBe("0123abc");
});
