// Each kind of constraint of the service models, and AWS's words for it.
import { expect, test } from "vitest";
import { constraints } from "../../src/sandbox/constraints.generated.js";
import { createWorld, instanceArn, storeId } from "./world.js";

const world = createWorld();
const id = "1111222233-01234567-89ab-4def-8123-456789abcdef";
const set = {
  InstanceArn: instanceArn,
  PermissionSetArn: `${instanceArn.replace("instance", "permissionSet")}/ps-0123456789abcdef`,
};

test.each([
  [
    "required",
    "CreatePermissionSet",
    { InstanceArn: instanceArn },
    "Value null at 'name' failed to satisfy constraint: Member must not be null",
  ],
  [
    "pattern",
    "CreatePermissionSet",
    { InstanceArn: instanceArn, Name: "a b" },
    "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
  ],
  ["pattern of the whole value", "DescribeInstance", { InstanceArn: `${instanceArn}x` }, "at 'instanceArn'"],
  [
    "longest",
    "CreatePermissionSet",
    { InstanceArn: instanceArn, Name: "n".repeat(33) },
    "at 'name' failed to satisfy constraint: Member must have length less than or equal to 32",
  ],
  [
    "shortest",
    "CreatePermissionSet",
    { InstanceArn: instanceArn, Name: "n", Description: "" },
    "Value '' at 'description' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    "characters",
    "CreatePermissionSet",
    { InstanceArn: instanceArn, Name: "n", Description: "a – b" },
    "at 'description'",
  ],
  [
    "greatest",
    "ListPermissionSets",
    { InstanceArn: instanceArn, MaxResults: 101 },
    "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
  ],
  [
    "least",
    "ListPermissionSets",
    { InstanceArn: instanceArn, MaxResults: 0 },
    "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    "enumeration",
    "ProvisionPermissionSet",
    { ...set, TargetType: "ALL" },
    "Value 'ALL' at 'targetType' failed to satisfy constraint: Member must satisfy enum value set: [AWS_ACCOUNT, ALL_PROVISIONED_ACCOUNTS]",
  ],
  [
    "within a list",
    "TagResource",
    { ResourceArn: instanceArn, Tags: [{ Key: "a", Value: "b" }, { Key: "a" }] },
    "Value null at 'tags.2.member.value'",
  ],
  [
    "size of a list",
    "UntagResource",
    { ResourceArn: instanceArn, TagKeys: [] },
    "Value at 'tagKeys' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    "policy of an account",
    "AttachManagedPolicyToPermissionSet",
    { ...set, ManagedPolicyArn: "arn:aws:iam::111122223333:policy/Mine" },
    "at 'managedPolicyArn'",
  ],
] as const)("sso-admin: %s", (_, operation, input, message) => {
  const reply = world.call("sso-admin", operation, input);
  expect(reply).toMatchObject({ status: 400, code: "ValidationException" });
  expect(reply.message).toMatch(/^1 validation error detected: /);
  expect(reply.message).toContain(message);
});

test("all violations are told at once", () => {
  const { message } = world.call("sso-admin", "CreatePermissionSet", { Name: "", SessionDuration: "long" });
  expect(message).toMatch(/^4 validation errors detected: /);
  expect(message).toContain("'instanceArn'");
  expect(message).toContain("'sessionDuration'");
});

test.each([
  ["a user name with white space", "CreateUser", { UserName: "a b" }, "'userName'"],
  ["a user name over 128 characters", "CreateUser", { UserName: "a".repeat(129) }, "'userName'"],
  ["two e-mails", "CreateUser", { Emails: [{ Value: "a@b.c" }, { Value: "d@e.f" }] }, "'emails'"],
  ["an empty attribute", "CreateUser", { Title: "" }, "'title'"],
  ["an empty attribute within", "CreateUser", { Emails: [{ Value: "" }] }, "'emails.1.member.value'"],
  ["an unknown form of extension", "CreateUser", { Extensions: { enterprise: {} } }, "'extensions'"],
  ["an id of another form", "DescribeUser", { UserId: "alice" }, "'userId'"],
  [
    "too many operations",
    "UpdateUser",
    { UserId: id, Operations: Array.from({ length: 101 }, () => ({ AttributePath: "title" })) },
    "'operations'",
  ],
  ["no operation", "UpdateGroup", { GroupId: id, Operations: [] }, "'operations'"],
  [
    "two filters",
    "ListUsers",
    { Filters: [1, 2].map(() => ({ AttributePath: "UserName", AttributeValue: "a" })) },
    "'filters'",
  ],
] as const)("identitystore: %s", (_, operation, input, place) => {
  const reply = world.call("identitystore", operation, { IdentityStoreId: storeId, ...input });
  expect(reply).toMatchObject({ status: 400, code: "ValidationException" });
  expect(reply.message).toContain(`at ${place} failed to satisfy constraint`);
});

test("a length is counted in characters, not in code units", () => {
  const name = "𝒜".repeat(128);
  expect(world.user(name)).toMatch(/^1111222233-/);
});

test("values that the model marks as sensitive are not repeated", () => {
  const { message } = world.storeFails("CreateUser", { UserName: "geheim nis" });
  expect(message).not.toContain("geheim");
});

test("of a union exactly one member is given", () => {
  for (const MemberId of [{}, { GroupId: id }])
    expect(world.storeFails("CreateGroupMembership", { GroupId: id, MemberId }).code).toBe(
      "SerializationException",
    );
  const both = {
    ExternalId: { Issuer: "i", Id: "i" },
    UniqueAttribute: { AttributePath: "userName", AttributeValue: "a" },
  };
  expect(world.storeFails("GetUserId", { AlternateIdentifier: both }).code).toBe("SerializationException");
});

test("a null within a list is a missing member", () => {
  const { message } = world.adminFails("TagResource", { ResourceArn: instanceArn, Tags: [null] });
  expect(message).toContain("Value null at 'tags.1.member'");
});

test("Organizations has its own error, with a reason", () => {
  expect(world.call("organizations", "ListAccounts", { MaxResults: 21 })).toMatchObject({
    code: "InvalidInputException",
    body: { Reason: "MAX_VALUE_EXCEEDED" },
  });
  expect(world.call("organizations", "ListParents", {})).toMatchObject({
    code: "InvalidInputException",
    body: { Reason: "INPUT_REQUIRED" },
  });
});

test("every operation of the table is served, and checks its input", () => {
  const answers = Object.entries(constraints).flatMap(([service, { operations }]) =>
    Object.keys(operations).map((operation) => ({
      operation: `${service} ${operation}`,
      // Typed by hand: the table is the source of both.
      code: world.call(service as "sso-admin", operation as "ListInstances", {}).code,
    })),
  );
  expect(answers).toHaveLength(77);
  const unexpected = answers.filter(
    ({ code }) => code !== null && code !== "ValidationException" && code !== "InvalidInputException",
  );
  expect(unexpected).toEqual([]);
});
