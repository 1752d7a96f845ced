import { beforeEach, describe, expect, test } from "vitest";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState, roleKey } from "../../src/sandbox/state.js";
import { accounts, assignmentInput, createWorld, instanceArn, text, type World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld({ settleMs: 1_000 });
});

const missing = "1111222233-01234567-89ab-4def-8123-456789abcdef";

function creation(id: string): unknown {
  return world.admin("DescribeAccountAssignmentCreationStatus", { AccountAssignmentCreationRequestId: id })[
    "AccountAssignmentCreationStatus"
  ];
}

function rows(set: string, AccountId: string = accounts.dev): unknown {
  return world.admin("ListAccountAssignments", { PermissionSetArn: set, AccountId })["AccountAssignments"];
}

function provisioned(set: string, ProvisioningStatus?: string): unknown {
  return world.admin("ListAccountsForProvisionedPermissionSet", {
    PermissionSetArn: set,
    ...(ProvisioningStatus !== undefined && { ProvisioningStatus }),
  })["AccountIds"];
}

function suffix(set: string, account: string = accounts.dev): string | undefined {
  return world.sandbox.state.roles.get(roleKey(account, set))?.suffix;
}

const lagging = "LATEST_PERMISSION_SET_NOT_PROVISIONED";
const latest = "LATEST_PERMISSION_SET_PROVISIONED";

function edit(set: string, Description = "edited"): void {
  world.admin("UpdatePermissionSet", { PermissionSetArn: set, Description });
}

function provision(set: string, target: string): string {
  const input =
    target === "all"
      ? { TargetType: "ALL_PROVISIONED_ACCOUNTS" }
      : { TargetType: "AWS_ACCOUNT", TargetId: target };
  const reply = world.admin("ProvisionPermissionSet", { PermissionSetArn: set, ...input });
  return text(reply, "PermissionSetProvisioningStatus", "RequestId");
}

function provisioning(id: string): unknown {
  return world.admin("DescribePermissionSetProvisioningStatus", { ProvisionPermissionSetRequestId: id })[
    "PermissionSetProvisioningStatus"
  ];
}

describe("time", () => {
  test("an operation is accepted at once and takes effect when its time has come", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    const reply = world.admin("CreateAccountAssignment", assignmentInput(set, group));
    const id = text(reply, "AccountAssignmentCreationStatus", "RequestId");
    const status = {
      RequestId: id,
      TargetId: accounts.dev,
      TargetType: "AWS_ACCOUNT",
      PermissionSetArn: set,
      PrincipalType: "GROUP",
      PrincipalId: group,
      CreatedDate: 1767225600,
    };
    expect(reply["AccountAssignmentCreationStatus"]).toEqual({ ...status, Status: "IN_PROGRESS" });
    world.clock.time += 999;
    expect(creation(id)).toEqual({ ...status, Status: "IN_PROGRESS" });
    expect(rows(set)).toEqual([]);
    expect(provisioned(set)).toEqual([]);
    world.clock.time += 1;
    expect(creation(id)).toEqual({ ...status, Status: "SUCCEEDED" });
    expect(rows(set)).toEqual([
      { AccountId: accounts.dev, PermissionSetArn: set, PrincipalType: "GROUP", PrincipalId: group },
    ]);
  });

  test("without a settling time it is done by the next request, and not before the answer", () => {
    world = createWorld();
    const [set, group] = [world.set("S"), world.group("g")];
    const reply = world.admin("CreateAccountAssignment", assignmentInput(set, group));
    expect(reply).toMatchObject({ AccountAssignmentCreationStatus: { Status: "IN_PROGRESS" } });
    expect(world.sandbox.state.assignments.size).toBe(0);
    expect(rows(set)).toHaveLength(1);
  });

  test("operations end without a request too, and the change is told once", () => {
    let changes = 0;
    world = createWorld({ settleMs: 1_000, onChange: () => (changes += 1) });
    const [set, group] = [world.set("S"), world.group("g")];
    world.admin("CreateAccountAssignment", assignmentInput(set, group));
    changes = 0;
    world.settle();
    expect(changes).toBe(0);
    world.clock.time += 1_000;
    world.settle();
    expect(changes).toBe(1);
    world.settle();
    expect(changes).toBe(1);
    expect(world.sandbox.state.assignments.size).toBe(1);
  });

  test("a reading changes nothing, and is not told", () => {
    let changes = 0;
    world = createWorld({ onChange: () => (changes += 1) });
    world.group("g");
    expect(changes).toBe(1);
    world.store("ListGroups");
    world.storeFails("CreateGroup", { DisplayName: "g" });
    expect(changes).toBe(1);
  });
});

describe("requests", () => {
  test("are listed with no more than their status, by kind and status", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    const first = world.assign(set, group);
    const reply = world.admin("CreateAccountAssignment", assignmentInput(set, group, accounts.prod));
    const second = text(reply, "AccountAssignmentCreationStatus", "RequestId");
    const list = (Status?: string): unknown =>
      world.admin("ListAccountAssignmentCreationStatus", Status === undefined ? {} : { Filter: { Status } })[
        "AccountAssignmentsCreationStatus"
      ];
    expect(list("IN_PROGRESS")).toEqual([
      { Status: "IN_PROGRESS", RequestId: second, CreatedDate: 1767225600 },
    ]);
    expect(list("SUCCEEDED")).toEqual([{ Status: "SUCCEEDED", RequestId: first, CreatedDate: 1767225600 }]);
    expect(list("FAILED")).toEqual([]);
    expect(list()).toHaveLength(2);
    expect(world.admin("ListAccountAssignmentDeletionStatus")["AccountAssignmentsDeletionStatus"]).toEqual(
      [],
    );
    expect(world.admin("ListPermissionSetProvisioningStatus")["PermissionSetsProvisioningStatus"]).toEqual(
      [],
    );
  });

  test("are described by their own kind of operation only", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    const created = world.assign(set, group);
    const deleted = world.unassign(set, group);
    expect(creation(created)).toMatchObject({ Status: "SUCCEEDED" });
    const AccountAssignmentDeletionRequestId = deleted;
    expect(
      world.admin("DescribeAccountAssignmentDeletionStatus", { AccountAssignmentDeletionRequestId }),
    ).toMatchObject({ AccountAssignmentDeletionStatus: { Status: "SUCCEEDED", TargetId: accounts.dev } });
    for (const reply of [
      world.adminFails("DescribeAccountAssignmentCreationStatus", {
        AccountAssignmentCreationRequestId: deleted,
      }),
      world.adminFails("DescribeAccountAssignmentDeletionStatus", {
        AccountAssignmentDeletionRequestId: created,
      }),
      world.adminFails("DescribePermissionSetProvisioningStatus", {
        ProvisionPermissionSetRequestId: created,
      }),
    ])
      expect(reply.code).toBe("ResourceNotFoundException");
  });

  test("one at a time for a set in an account; others do not mind", () => {
    const [set, other, group] = [world.set("S"), world.set("T"), world.group("g")];
    world.assign(set, group);
    provision(set, accounts.dev);
    for (const reply of [
      world.adminFails("CreateAccountAssignment", assignmentInput(set, world.group("h"))),
      world.adminFails("DeleteAccountAssignment", assignmentInput(set, group)),
      world.adminFails("ProvisionPermissionSet", {
        PermissionSetArn: set,
        TargetType: "ALL_PROVISIONED_ACCOUNTS",
      }),
    ])
      expect(reply).toMatchObject({
        code: "ConflictException",
        message: expect.stringContaining("in progress"),
      });
    expect(world.sandbox.state.requests.size).toBe(2);
    world.admin("CreateAccountAssignment", assignmentInput(other, group));
    world.admin("CreateAccountAssignment", assignmentInput(set, group, accounts.prod));
    world.clock.time += 1_000;
    world.admin("DeleteAccountAssignment", assignmentInput(set, group));
  });

  test("a set that has one in progress cannot be deleted", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    world.admin("CreateAccountAssignment", assignmentInput(set, group));
    const reply = world.adminFails("DeletePermissionSet", { PermissionSetArn: set });
    expect(reply).toMatchObject({
      code: "ConflictException",
      message: expect.stringContaining("ApplicationProfile"),
    });
  });
});

describe("an assignment", () => {
  test("needs a principal of its type, a set and an account", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    for (const input of [
      assignmentInput(set, missing),
      assignmentInput(set, group, accounts.dev, "USER"),
      assignmentInput(set, group, "000000000000"),
      assignmentInput(`${set.slice(0, -16)}0123456789abcdef`, group),
    ])
      expect(world.adminFails("CreateAccountAssignment", input).code).toBe("ResourceNotFoundException");
  });

  test("that exists is accepted again and changes nothing", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    world.assign(set, group);
    const before = suffix(set);
    expect(creation(world.assign(set, group))).toMatchObject({ Status: "SUCCEEDED" });
    expect(rows(set)).toHaveLength(1);
    expect(suffix(set)).toBe(before);
  });

  test("that does not exist cannot be deleted; one of a principal that is gone can", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    expect(world.adminFails("DeleteAccountAssignment", assignmentInput(set, group)).code).toBe(
      "ResourceNotFoundException",
    );
    world.assign(set, group);
    world.store("DeleteGroup", { GroupId: group });
    world.unassign(set, group);
    expect(rows(set)).toEqual([]);
  });

  test("fails late when its principal has gone meanwhile", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    const reply = world.admin("CreateAccountAssignment", assignmentInput(set, group));
    world.store("DeleteGroup", { GroupId: group });
    world.clock.time += 1_000;
    const id = text(reply, "AccountAssignmentCreationStatus", "RequestId");
    expect(creation(id)).toMatchObject({ Status: "FAILED", FailureReason: `GROUP ${group} does not exist.` });
    expect(provisioned(set)).toEqual([]);
  });

  test("is found by its principal, and by the members of its group", () => {
    const [set, group, user] = [world.set("S"), world.group("g"), world.user("alice")];
    world.member(group, user);
    world.assign(set, group);
    world.assign(set, group, accounts.prod);
    world.assign(set, user, accounts.prod, "USER");
    const list = (PrincipalId: string, PrincipalType: string, more: object = {}): unknown =>
      world.admin("ListAccountAssignmentsForPrincipal", { PrincipalId, PrincipalType, ...more })[
        "AccountAssignments"
      ];
    const row = (AccountId: string, PrincipalType: string, PrincipalId: string): object => ({
      AccountId,
      PermissionSetArn: set,
      PrincipalType,
      PrincipalId,
    });
    const ofGroup = [row(accounts.dev, "GROUP", group), row(accounts.prod, "GROUP", group)];
    expect(list(group, "GROUP")).toEqual(ofGroup);
    expect(list(user, "USER")).toEqual([...ofGroup, row(accounts.prod, "USER", user)]);
    expect(list(user, "USER", { Filter: { AccountId: accounts.dev } })).toEqual([ofGroup[0]]);
    const gone = world.adminFails("ListAccountAssignmentsForPrincipal", {
      PrincipalId: missing,
      PrincipalType: "USER",
    });
    expect(gone.code).toBe("ResourceNotFoundException");
  });
});

describe("the role", () => {
  test("comes with the first assignment, with the content of that moment", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    world.admin("CreateAccountAssignment", assignmentInput(set, group));
    edit(set, "while in progress");
    world.clock.time += 1_000;
    world.settle();
    expect(suffix(set)).toMatch(/^[0-9a-f]{16}$/);
    expect(provisioned(set)).toEqual([accounts.dev]);
    expect(provisioned(set, latest)).toEqual([accounts.dev]);
    const role = world.sandbox.state.roles.get(roleKey(accounts.dev, set));
    expect(role?.content.description).toBe("while in progress");
    expect(
      world.admin("ListPermissionSetsProvisionedToAccount", { AccountId: accounts.dev })["PermissionSets"],
    ).toEqual([set]);
  });

  test("stays as it is with a further assignment", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    world.assign(set, group);
    edit(set);
    world.assign(set, world.group("h"));
    expect(provisioned(set, lagging)).toEqual([accounts.dev]);
  });

  test("goes with the last assignment, and comes back under another name", () => {
    const [set, group, other] = [world.set("S"), world.group("g"), world.group("h")];
    world.assign(set, group);
    world.assign(set, other);
    const first = suffix(set);
    world.unassign(set, group);
    expect(suffix(set)).toBe(first);
    world.unassign(set, other);
    expect(suffix(set)).toBeUndefined();
    expect(provisioned(set)).toEqual([]);
    world.assign(set, group);
    expect(suffix(set)).toMatch(/^[0-9a-f]{16}$/);
    expect(suffix(set)).not.toBe(first);
  });

  test("keeps the set from being deleted", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    world.assign(set, group);
    expect(world.adminFails("DeletePermissionSet", { PermissionSetArn: set })).toMatchObject({
      code: "ConflictException",
      message: "Could not delete because PermissionSet has ApplicationProfile associated with it",
    });
    world.unassign(set, group);
    world.admin("DeletePermissionSet", { PermissionSetArn: set });
  });
});

describe("provisioning", () => {
  test.each([
    ["UpdatePermissionSet", {}],
    ["AttachManagedPolicyToPermissionSet", { ManagedPolicyArn: "arn:aws:iam::aws:policy/New" }],
    ["DetachManagedPolicyFromPermissionSet", { ManagedPolicyArn: "arn:aws:iam::aws:policy/Old" }],
    [
      "AttachCustomerManagedPolicyReferenceToPermissionSet",
      { CustomerManagedPolicyReference: { Name: "New" } },
    ],
    [
      "DetachCustomerManagedPolicyReferenceFromPermissionSet",
      { CustomerManagedPolicyReference: { Name: "Old" } },
    ],
    ["PutInlinePolicyToPermissionSet", { InlinePolicy: inlinePolicy("ec2:*") }],
    ["DeleteInlinePolicyFromPermissionSet", {}],
    [
      "PutPermissionsBoundaryToPermissionSet",
      { PermissionsBoundary: { ManagedPolicyArn: "arn:aws:iam::aws:policy/New" } },
    ],
    ["DeletePermissionsBoundaryFromPermissionSet", {}],
  ] as const)("is needed after %s", (operation, input) => {
    const [set, group] = [world.set("S"), world.group("g")];
    const PermissionSetArn = set;
    const old = "arn:aws:iam::aws:policy/Old";
    world.admin("AttachManagedPolicyToPermissionSet", { PermissionSetArn, ManagedPolicyArn: old });
    world.admin("AttachCustomerManagedPolicyReferenceToPermissionSet", {
      PermissionSetArn,
      CustomerManagedPolicyReference: { Name: "Old" },
    });
    world.admin("PutInlinePolicyToPermissionSet", { PermissionSetArn, InlinePolicy: inlinePolicy("s3:*") });
    world.admin("PutPermissionsBoundaryToPermissionSet", {
      PermissionSetArn,
      PermissionsBoundary: { ManagedPolicyArn: old },
    });
    world.assign(set, group);
    const before = world.sandbox.state.roles.get(roleKey(accounts.dev, set));
    expect(provisioned(set, lagging)).toEqual([]);
    world.admin(operation, { PermissionSetArn, ...input });
    expect(provisioned(set, lagging)).toEqual([accounts.dev]);
    expect(provisioned(set, latest)).toEqual([]);
    const list = (ProvisioningStatus: string): unknown =>
      world.admin("ListPermissionSetsProvisionedToAccount", { AccountId: accounts.dev, ProvisioningStatus })[
        "PermissionSets"
      ];
    expect(list(lagging)).toEqual([set]);
    expect(list(latest)).toEqual([]);
    expect(world.sandbox.state.roles.get(roleKey(accounts.dev, set))).toBe(before);
  });

  test("is not needed after tagging", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    world.assign(set, group);
    world.admin("TagResource", { ResourceArn: set, Tags: [{ Key: "a", Value: "b" }] });
    expect(provisioned(set, lagging)).toEqual([]);
  });

  test("of all accounts brings each the latest content, and keeps the role's name", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    for (const account of [accounts.dev, accounts.prod]) world.assign(set, group, account);
    const before = suffix(set);
    edit(set, "first");
    const id = provision(set, "all");
    edit(set, "second");
    const status = { RequestId: id, PermissionSetArn: set, CreatedDate: 1767225600 };
    expect(provisioning(id)).toEqual({ ...status, Status: "IN_PROGRESS" });
    expect(provisioned(set, lagging)).toEqual([accounts.dev, accounts.prod]);
    world.clock.time += 1_000;
    expect(provisioning(id)).toEqual({ ...status, Status: "SUCCEEDED" });
    expect(provisioned(set, lagging)).toEqual([]);
    expect(world.sandbox.state.roles.get(roleKey(accounts.prod, set))?.content.description).toBe("second");
    expect(suffix(set)).toBe(before);
  });

  test("of one account leaves the others behind, and makes the role where there is none", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    for (const account of [accounts.dev, accounts.prod]) world.assign(set, group, account);
    edit(set);
    const id = provision(set, accounts.dev);
    provision(set, accounts.management);
    world.clock.time += 1_000;
    expect(provisioning(id)).toMatchObject({ Status: "SUCCEEDED", AccountId: accounts.dev });
    expect(provisioned(set, lagging)).toEqual([accounts.prod]);
    expect(provisioned(set)).toEqual([accounts.dev, accounts.prod, accounts.management]);
    expect(rows(set, accounts.management)).toEqual([]);
    const reply = world.adminFails("DeletePermissionSet", { PermissionSetArn: set });
    expect(reply.code).toBe("ConflictException");
  });

  test("needs a target that fits its type", () => {
    const PermissionSetArn = world.set("S");
    for (const [input, code] of [
      [{ TargetType: "AWS_ACCOUNT" }, "ValidationException"],
      [{ TargetType: "ALL_PROVISIONED_ACCOUNTS", TargetId: accounts.dev }, "ValidationException"],
      [{ TargetType: "AWS_ACCOUNT", TargetId: "000000000000" }, "ResourceNotFoundException"],
    ] as const)
      expect(world.adminFails("ProvisionPermissionSet", { PermissionSetArn, ...input }).code).toBe(code);
  });
});

describe("failing late", () => {
  const organization = parseOrganization(`
managementAccount: {id: "999900001111", name: management}
region: eu-west-1
accounts:
  - {id: "111122223333", name: full, customerManagedPolicies: [/platform/Base, /Other]}
  - {id: "222233334444", name: bare, customerManagedPolicies: []}
  - {id: "333344445555", name: any}
  - {id: "444455556666", name: left, status: SUSPENDED}
  - {id: "555566667777", name: small, roleQuota: 1}
`);
  beforeEach(() => {
    world = createWorld({ state: newState(organization) });
  });

  const policy = { CustomerManagedPolicyReference: { Name: "Base", Path: "/platform/" } };

  test.each(["attached", "as the boundary"])("where a customer managed policy %s is missing", (way) => {
    const [set, group] = [world.set("S"), world.group("g")];
    if (way === "attached")
      world.admin("AttachCustomerManagedPolicyReferenceToPermissionSet", {
        PermissionSetArn: set,
        ...policy,
      });
    else
      world.admin("PutPermissionsBoundaryToPermissionSet", {
        PermissionSetArn: set,
        PermissionsBoundary: policy,
      });
    expect(creation(world.assign(set, group, "111122223333"))).toMatchObject({ Status: "SUCCEEDED" });
    expect(creation(world.assign(set, group, "333344445555"))).toMatchObject({ Status: "SUCCEEDED" });
    expect(creation(world.assign(set, group, "222233334444"))).toMatchObject({
      Status: "FAILED",
      FailureReason: expect.stringContaining("arn:aws:iam::222233334444:policy/platform/Base"),
    });
    expect(rows(set, "222233334444")).toEqual([]);
    expect(provisioned(set)).toEqual(["111122223333", "333344445555"]);
    expect(
      world.admin("ListAccountAssignmentCreationStatus", { Filter: { Status: "FAILED" } })[
        "AccountAssignmentsCreationStatus"
      ],
    ).toHaveLength(1);
  });

  test("where the account is not active, whatever is asked", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    const reason = {
      Status: "FAILED",
      FailureReason: expect.stringMatching(/'444455556666' takes longer than usual/),
    };
    expect(creation(world.assign(set, group, "444455556666"))).toMatchObject(reason);
    world.assign(set, group, "333344445555");
    const all = new Map(organization.accounts);
    const [any, left] = [all.get("333344445555"), all.get("444455556666")];
    if (any === undefined || left === undefined) throw new Error("no such accounts");
    all.set(any.id, { ...any, status: "SUSPENDED" });
    world.sandbox.state.organization = { ...organization, accounts: all };
    const deleted = world.unassign(set, group, any.id);
    expect(
      world.admin("DescribeAccountAssignmentDeletionStatus", { AccountAssignmentDeletionRequestId: deleted }),
    ).toMatchObject({ AccountAssignmentDeletionStatus: { Status: "FAILED" } });
    expect(rows(set, any.id)).toHaveLength(1);
    expect(creation(world.assign(set, world.group("h"), any.id))).toMatchObject({ Status: "FAILED" });
    expect(provisioned(set)).toEqual([any.id]);
  });

  test("where the account has no room for one more role, and not for the roles it has", () => {
    const small = "555566667777";
    const [first, second, group] = [world.set("S"), world.set("T"), world.group("g")];
    world.assign(first, group, small);
    world.assign(second, group, small);
    world.assign(first, world.group("h"), small);
    const ended = [...world.sandbox.state.requests.values()].map(({ failureReason }) => failureReason);
    expect(ended).toEqual([
      null,
      "Received a 409 status error: Cannot exceed quota for RolesPerAccount: 1.",
      null,
    ]);
    world.unassign(first, group, small);
    expect(world.sandbox.state.roles.size).toBe(1);
  });

  test("a provisioning of many goes on with the others", () => {
    const [set, group] = [world.set("S"), world.group("g")];
    for (const account of ["111122223333", "222233334444", "333344445555"]) world.assign(set, group, account);
    world.admin("AttachCustomerManagedPolicyReferenceToPermissionSet", { PermissionSetArn: set, ...policy });
    const id = provision(set, "all");
    expect(provisioning(id)).toMatchObject({
      Status: "FAILED",
      FailureReason: expect.stringContaining("222233334444"),
    });
    expect(provisioned(set, lagging)).toEqual(["222233334444"]);
  });
});

test("the ARN of an instance that is not this one is not found, whatever is asked", () => {
  const InstanceArn = `${instanceArn.slice(0, -1)}5`;
  const [set, group] = [world.set("S"), world.group("g")];
  const reply = world.adminFails("CreateAccountAssignment", { ...assignmentInput(set, group), InstanceArn });
  expect(reply.code).toBe("ResourceNotFoundException");
});

function inlinePolicy(Action: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
}
