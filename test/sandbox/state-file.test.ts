import { describe, expect, test } from "vitest";
import { exampleOrganization, type Organization } from "../../src/sandbox/organization.js";
import {
  deserialize,
  newState,
  SandboxStateError,
  serialize,
  setUserStatus,
} from "../../src/sandbox/state.js";
import { accounts, assignmentInput, createWorld, instanceArn, type World } from "./world.js";

const organization: Organization = {
  ...exampleOrganization,
  callers: new Map([["MEMBER", { account: accounts.dev, as: "member" }]]),
};

/** A world with at least one of everything. */
function full(): World {
  const world = createWorld({ state: newState(organization), settleMs: 1_000 });
  const enterprise = { "aws:identitystore:enterprise": { costCenter: "42" } };
  const [alice, bob] = [
    world.user("alice", { Emails: [{ Value: "a@example.com" }], Extensions: enterprise }),
    world.user("bob"),
  ];
  const [group, other] = [world.group("developers"), world.group("other")];
  world.member(group, alice);
  setUserStatus(world.sandbox.state, bob, "DISABLED");
  const [set, bare] = [
    world.set("S3", { Tags: [{ Key: "a", Value: "b" }], RelayState: "https://a" }),
    world.set("Bare"),
  ];
  const on = { PermissionSetArn: set };
  world.admin("AttachManagedPolicyToPermissionSet", { ...on, ManagedPolicyArn: "arn:aws:iam::aws:policy/A" });
  const customer = { CustomerManagedPolicyReference: { Name: "B", Path: "/p/" } };
  world.admin("AttachCustomerManagedPolicyReferenceToPermissionSet", { ...on, ...customer });
  const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
  world.admin("PutInlinePolicyToPermissionSet", {
    ...on,
    InlinePolicy: JSON.stringify({ Statement: [statement] }),
  });
  world.admin("PutPermissionsBoundaryToPermissionSet", { ...on, PermissionsBoundary: customer });
  const aws = { PermissionsBoundary: { ManagedPolicyArn: "arn:aws:iam::aws:policy/A" } };
  world.admin("PutPermissionsBoundaryToPermissionSet", { PermissionSetArn: bare, ...aws });
  world.assign(set, group);
  world.assign(set, alice, accounts.prod, "USER");
  world.assign(set, other);
  world.unassign(set, other);
  world.admin("UpdatePermissionSet", { ...on, Description: "edited" });
  world.admin("TagResource", { ResourceArn: instanceArn, Tags: [{ Key: "idc:applied", Value: "x" }] });
  world.admin("ProvisionPermissionSet", { ...on, TargetType: "ALL_PROVISIONED_ACCOUNTS" });
  world.admin("CreateAccountAssignment", assignmentInput(bare, other));
  world.admin("UpdateInstance", { Name: "acme" });
  world.admin("CreateInstanceAccessControlAttributeConfiguration", {
    InstanceAccessControlAttributeConfiguration: {
      AccessControlAttributes: [{ Key: "team", Value: { Source: ["${path:userType}"] } }],
    },
  });
  const [application] = world.admin("ListApplications")["Applications"] as object[];
  const principal = { PrincipalType: "GROUP", PrincipalId: group };
  world.admin("CreateApplicationAssignment", { ...application, ...principal });
  const mine = { ClientToken: "t-1", Name: "mine", Tags: [{ Key: "a", Value: "b" }] };
  world.call("sso-admin", "CreateInstance", mine, { key: "MEMBER" });
  return world;
}

test("a state comes back whole, and goes on as it would have", () => {
  const world = full();
  const copy = createWorld({ state: deserialize(serialize(world.sandbox.state)), settleMs: 1_000 });
  expect(serialize(copy.sandbox.state)).toBe(serialize(world.sandbox.state));
  for (const each of [world, copy]) {
    each.clock.time += 1_000;
    each.group("later");
    each.admin("UpdatePermissionSet", { PermissionSetArn: each.set("Later"), Description: "x" });
  }
  expect(serialize(copy.sandbox.state)).toBe(serialize(world.sandbox.state));
  expect(copy.storeFails("CreateGroup", { DisplayName: "developers" }).code).toBe("ConflictException");
});

test("a state that an earlier idc wrote is opened, with nothing in what it did not know", () => {
  const file = JSON.parse(serialize(full().sandbox.state)) as Damaged;
  delete file["accountInstances"];
  delete file["accessControlAttributes"];
  delete file["applicationAssignments"];
  delete (file["instance"] as Damaged)["name"];
  delete (file["instance"] as Damaged)["deleted"];
  delete (file["organization"] as Damaged)["applications"];
  const state = deserialize(JSON.stringify(file));
  expect(state).toMatchObject({ accessControlAttributes: null, instance: { name: null, deleted: false } });
  expect(state.accountInstances.size + state.applicationAssignments.size).toBe(0);
  expect(state.organization.applications).toEqual([]);
  expect(state.users.size).toBe(2);
});

test("the same calls give the same ids, and no id comes twice", () => {
  const [one, two] = [full(), full()];
  expect(serialize(one.sandbox.state)).toBe(serialize(two.sandbox.state));
  const mine = { ClientToken: "t-1", Name: "mine", Tags: [{ Key: "a", Value: "b" }] };
  const repeated = two.call("sso-admin", "CreateInstance", mine, { key: "MEMBER" });
  expect(one.sandbox.state.accountInstances.get(accounts.dev)?.arn).toBe(repeated.body["InstanceArn"]);
  const { users, groups, memberships, requests } = one.sandbox.state;
  const ids = [users, groups, memberships, requests].flatMap((table) => [...table.keys()]);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("a text is refused that", () => {
  const good = serialize(full().sandbox.state);

  test("is empty, cut, or no JSON", () => {
    for (const length of [0, 1, 100, good.length >> 1, good.length - 2])
      expect(refusalOf(good.slice(0, length))).toContain("JSON");
    expect(refusalOf("hello")).toContain("JSON");
  });

  test("is something else", () => {
    for (const text of ["null", "[]", "5", "{}", '{"format":"terraform"}'])
      expect(refusalOf(text)).toMatch(/mapping|format/);
    expect(refusalOf(good.replace('"version":1', '"version":2'))).toContain("another idc");
  });

  const damages: readonly [what: string, damage: (file: Damaged) => void, problem: string][] = [
    ["lacks a table", (file) => delete file["groups"], "groups is missing"],
    ["has an unknown table", (file) => (file["issuers"] = []), "issuers is not known here"],
    ["has a table that is no list", (file) => (file["users"] = {}), "users must be a list"],
    ["has a counter that is no number", (file) => (file["counter"] = "5"), "counter must be an integer"],
    ["has an unknown status", (file) => (row(file, "users")["status"] = "GONE"), "users[0].status must be"],
    [
      "has a user without a name",
      (file) => (row(file, "users")["attributes"] = 5),
      "users[0].attributes must be",
    ],
    [
      "has an attribute that the service would refuse",
      (file) => (row(file, "users")["attributes"] = { UserName: "a b" }),
      "users[0].attributes is refused",
    ],
    ["has a user twice", (file) => list(file, "users").push(row(file, "users")), "users[2] repeats"],
    [
      "has a name twice",
      (file) => list(file, "groups").push({ ...row(file, "groups"), id: "other", displayName: "DEVELOPERS" }),
      "two groups named developers",
    ],
    ["has a membership without a user", (file) => list(file, "users").splice(0, 1), "has no user"],
    ["has a membership without a group", (file) => list(file, "groups").splice(0, 1), "has no group"],
    [
      "has a role without a set",
      (file) => list(file, "permissionSets").splice(0, 1),
      "has no permission set",
    ],
    ["has an assignment without a role", (file) => list(file, "roles").splice(0, 1), "has no role"],
    [
      "has an assignment without an application",
      (file) => delete (file["organization"] as Damaged)["applications"],
      "has no application arn:aws:sso::",
    ],
    [
      "has an assignment of an application twice",
      (file) => list(file, "applicationAssignments").push(row(file, "applicationAssignments")),
      "applicationAssignments[1] repeats",
    ],
    [
      "has a second instance of an account",
      (file) =>
        list(file, "accountInstances").push({ ...row(file, "accountInstances"), arn: `${instanceArn}x` }),
      "accountInstances[1] repeats 111122223333",
    ],
    [
      "has an instance twice",
      (file) => (row(file, "accountInstances")["arn"] = instanceArn),
      `two instances named ${instanceArn}`,
    ],
    [
      "has an account instance that the service would not make",
      (file) => (row(file, "accountInstances")["request"] = { ClientToken: "" }),
      "accountInstances[0].request is refused",
    ],
    [
      "has an account instance without an owner",
      (file) => delete row(file, "accountInstances")["ownerAccountId"],
      "accountInstances[0].ownerAccountId is missing",
    ],
    [
      "has an attribute for access control that the service would refuse",
      (file) => (row(file, "accessControlAttributes")["Value"] = { Source: [] }),
      "accessControlAttributes is refused",
    ],
    [
      "has an attribute for access control twice",
      (file) => list(file, "accessControlAttributes").push(row(file, "accessControlAttributes")),
      "two attributes for access control named team",
    ],
    [
      "does not say whether its instance is there",
      (file) => ((file["instance"] as Damaged)["deleted"] = "no"),
      "instance.deleted must be true or false",
    ],
    [
      "has a set without content",
      (file) => delete row(file, "permissionSets")["content"],
      "permissionSets[0].content is missing",
    ],
    [
      "has an unknown request",
      (file) => (row(file, "requests")["kind"] = "magic"),
      "requests[0].kind must be",
    ],
    ["has tags that are no texts", (file) => (file["tags"] = { arn: { a: 1 } }), "tags.arn.a must be a text"],
    [
      "has an organization with a fault",
      (file) => (file["organization"] = { region: "eu-west-1" }),
      "organization.managementAccount is missing",
    ],
  ];

  test.each(damages)("%s", (_, damage, problem) => {
    const file = JSON.parse(good) as Damaged;
    damage(file);
    expect(refusalOf(JSON.stringify(file))).toContain(problem);
  });
});

/** The one sentence that says why. */
function refusalOf(text: string): string {
  try {
    deserialize(text);
  } catch (error) {
    if (error instanceof SandboxStateError && !error.message.includes("\n")) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

type Damaged = Record<string, unknown>;

function list(file: Damaged, table: string): Damaged[] {
  const rows = file[table];
  if (!Array.isArray(rows)) throw new Error(`${table} is no list`);
  return rows as Damaged[];
}

function row(file: Damaged, table: string): Damaged {
  const [first] = list(file, table);
  if (first === undefined) throw new Error(`${table} is empty`);
  return first;
}
