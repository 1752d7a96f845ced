import { beforeEach, describe, expect, test } from "vitest";
import { accounts, createWorld, instanceArn, type World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const missing = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-0123456789abcdef";
const managed = (name: string): object => ({ ManagedPolicyArn: `arn:aws:iam::aws:policy/${name}` });
const customer = (Name: string, Path?: string): object => ({
  CustomerManagedPolicyReference: { Name, ...(Path !== undefined && { Path }) },
});
const policyOf = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const allowAll = { Effect: "Allow", Action: "s3:*", Resource: "*" };

function describeSet(set: string): unknown {
  return world.admin("DescribePermissionSet", { PermissionSetArn: set })["PermissionSet"];
}

describe("a permission set", () => {
  test("is made with what is given, and one hour otherwise", () => {
    const set = world.set("S3", {
      Description: "Storage",
      SessionDuration: "PT2H",
      RelayState: "https://example.com",
    });
    expect(set).toMatch(/^arn:aws:sso:::permissionSet\/ssoins-1111222233334444\/ps-[0-9a-f]{16}$/);
    expect(describeSet(set)).toEqual({
      Name: "S3",
      PermissionSetArn: set,
      Description: "Storage",
      CreatedDate: 1767225600,
      SessionDuration: "PT2H",
      RelayState: "https://example.com",
    });
    const plain = world.set("Plain");
    expect(describeSet(plain)).toEqual({
      Name: "Plain",
      PermissionSetArn: plain,
      CreatedDate: 1767225600,
      SessionDuration: "PT1H",
    });
    expect(world.admin("ListPermissionSets")["PermissionSets"]).toEqual([set, plain].sort());
  });

  test("has a name of its own", () => {
    world.set("S3");
    expect(world.adminFails("CreatePermissionSet", { Name: "S3" })).toMatchObject({
      code: "ConflictException",
      message: "PermissionSet with name S3 already exists.",
    });
    expect(describeSet(world.set("s3"))).toMatchObject({ Name: "s3" });
  });

  test("is one of 3,500 at most", () => {
    const first = world.set("first");
    const { permissionSets } = world.sandbox.state;
    const row = permissionSets.get(first);
    if (row === undefined) throw new Error("the set is not there");
    for (let index = 1; index < 3_499; index += 1)
      permissionSets.set(`${first}${index}`, { ...row, arn: `${first}${index}`, name: `set${index}` });
    world.set("last");
    expect(world.adminFails("CreatePermissionSet", { Name: "beyond" })).toMatchObject({
      code: "ServiceQuotaExceededException",
      message: expect.stringContaining("3500"),
    });
    world.admin("DeletePermissionSet", { PermissionSetArn: first });
    world.set("beyond");
  });

  test.each(["PT1H", "PT12H", "PT90M", "PT60M", "PT3600S", "PT1H30M"])(
    "takes sessions of %s",
    (SessionDuration) => {
      expect(describeSet(world.set("S", { SessionDuration }))).toMatchObject({ SessionDuration });
    },
  );

  test.each(["PT15M", "PT59M59S", "PT12H1S", "PT13H", "P1D", "P1DT1H", "P1Y", "-PT2H", "P1W"])(
    "refuses sessions of %s",
    (SessionDuration) => {
      const refused = { code: "ValidationException", message: expect.stringContaining("PT1H") };
      expect(world.adminFails("CreatePermissionSet", { Name: "S", SessionDuration })).toMatchObject(refused);
      const PermissionSetArn = world.set("S");
      expect(world.adminFails("UpdatePermissionSet", { PermissionSetArn, SessionDuration })).toMatchObject(
        refused,
      );
    },
  );

  test("keeps on update what is not given, but for the relay state", () => {
    const set = world.set("S", {
      Description: "Old",
      SessionDuration: "PT2H",
      RelayState: "https://example.com",
    });
    world.admin("UpdatePermissionSet", { PermissionSetArn: set, Description: "New" });
    expect(describeSet(set)).toMatchObject({ Description: "New", SessionDuration: "PT2H" });
    expect(describeSet(set)).not.toHaveProperty("RelayState");
    world.admin("UpdatePermissionSet", {
      PermissionSetArn: set,
      SessionDuration: "PT3H",
      RelayState: "https://a",
    });
    expect(describeSet(set)).toMatchObject({
      Description: "New",
      SessionDuration: "PT3H",
      RelayState: "https://a",
    });
  });

  test("goes, with its tags", () => {
    const set = world.set("S", { Tags: [{ Key: "a", Value: "b" }] });
    world.admin("DeletePermissionSet", { PermissionSetArn: set });
    expect(world.adminFails("DescribePermissionSet", { PermissionSetArn: set }).code).toBe(
      "ResourceNotFoundException",
    );
    expect(world.call("sso-admin", "ListTagsForResource", { ResourceArn: set })).toMatchObject({
      code: "ResourceNotFoundException",
      message: `Resource ${set} does not exist.`,
    });
    expect(world.set("S")).not.toBe(set);
  });

  test.each([
    ["DescribePermissionSet", {}],
    ["UpdatePermissionSet", {}],
    ["DeletePermissionSet", {}],
    ["ListManagedPoliciesInPermissionSet", {}],
    ["ListCustomerManagedPolicyReferencesInPermissionSet", {}],
    ["GetInlinePolicyForPermissionSet", {}],
    ["PutInlinePolicyToPermissionSet", { InlinePolicy: policyOf(allowAll) }],
    ["ProvisionPermissionSet", { TargetType: "ALL_PROVISIONED_ACCOUNTS" }],
    ["ListAccountsForProvisionedPermissionSet", {}],
    ["ListAccountAssignments", { AccountId: accounts.dev }],
  ] as const)("that does not exist is not found by %s", (operation, input) => {
    expect(world.adminFails(operation, { PermissionSetArn: missing, ...input }).code).toBe(
      "ResourceNotFoundException",
    );
  });
});

describe("managed policies", () => {
  test("are attached, listed and detached", () => {
    const PermissionSetArn = world.set("S");
    for (const name of ["ReadOnlyAccess", "job-function/Billing"])
      world.admin("AttachManagedPolicyToPermissionSet", { PermissionSetArn, ...managed(name) });
    expect(
      world.admin("ListManagedPoliciesInPermissionSet", { PermissionSetArn })["AttachedManagedPolicies"],
    ).toEqual([
      { Name: "ReadOnlyAccess", Arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      { Name: "Billing", Arn: "arn:aws:iam::aws:policy/job-function/Billing" },
    ]);
    const again = world.adminFails("AttachManagedPolicyToPermissionSet", {
      PermissionSetArn,
      ...managed("ReadOnlyAccess"),
    });
    expect(again).toMatchObject({
      code: "ConflictException",
      message: expect.stringContaining("already has a typed link attachment"),
    });
    world.admin("DetachManagedPolicyFromPermissionSet", { PermissionSetArn, ...managed("ReadOnlyAccess") });
    const gone = world.adminFails("DetachManagedPolicyFromPermissionSet", {
      PermissionSetArn,
      ...managed("ReadOnlyAccess"),
    });
    expect(gone.code).toBe("ResourceNotFoundException");
  });

  test("of the customer are known by path and name", () => {
    const PermissionSetArn = world.set("S");
    const attach = (policy: object): object =>
      world.call("sso-admin", "AttachCustomerManagedPolicyReferenceToPermissionSet", {
        InstanceArn: instanceArn,
        PermissionSetArn,
        ...policy,
      });
    expect(attach(customer("Base", "/platform/"))).toMatchObject({ code: null });
    expect(attach(customer("Base"))).toMatchObject({ code: null });
    expect(attach(customer("Base", "/"))).toMatchObject({ code: "ConflictException" });
    expect(world.admin("ListCustomerManagedPolicyReferencesInPermissionSet", { PermissionSetArn })).toEqual({
      CustomerManagedPolicyReferences: [
        { Name: "Base", Path: "/" },
        { Name: "Base", Path: "/platform/" },
      ],
    });
    const detach = "DetachCustomerManagedPolicyReferenceFromPermissionSet";
    world.admin(detach, { PermissionSetArn, ...customer("Base") });
    expect(world.adminFails(detach, { PermissionSetArn, ...customer("Base") }).code).toBe(
      "ResourceNotFoundException",
    );
  });

  test("are 20 at most, of both kinds together", () => {
    const PermissionSetArn = world.set("S");
    for (let index = 0; index < 19; index += 1)
      world.admin("AttachManagedPolicyToPermissionSet", { PermissionSetArn, ...managed(`Policy${index}`) });
    const attachCustomer = "AttachCustomerManagedPolicyReferenceToPermissionSet";
    world.admin(attachCustomer, { PermissionSetArn, ...customer("Last") });
    for (const reply of [
      world.adminFails("AttachManagedPolicyToPermissionSet", { PermissionSetArn, ...managed("More") }),
      world.adminFails(attachCustomer, { PermissionSetArn, ...customer("More") }),
    ])
      expect(reply.code).toBe("ServiceQuotaExceededException");
  });
});

describe("the inline policy", () => {
  test("is kept as the text it came as; none is an empty text", () => {
    const PermissionSetArn = world.set("S");
    const get = (): unknown =>
      world.admin("GetInlinePolicyForPermissionSet", { PermissionSetArn })["InlinePolicy"];
    expect(get()).toBe("");
    const InlinePolicy = ` ${policyOf(allowAll)}\n`;
    world.admin("PutInlinePolicyToPermissionSet", { PermissionSetArn, InlinePolicy });
    expect(get()).toBe(InlinePolicy);
    world.admin("DeleteInlinePolicyFromPermissionSet", { PermissionSetArn });
    expect(get()).toBe("");
    const again = world.adminFails("DeleteInlinePolicyFromPermissionSet", { PermissionSetArn });
    expect(again.code).toBe("ResourceNotFoundException");
  });

  test("has 10,240 characters at most, white space apart", () => {
    const PermissionSetArn = world.set("S");
    const sized = (size: number): string => {
      const empty = policyOf({ ...allowAll, Sid: "" });
      return policyOf({ ...allowAll, Sid: "s".repeat(size - empty.length) });
    };
    const put = (InlinePolicy: string): object =>
      world.call("sso-admin", "PutInlinePolicyToPermissionSet", {
        InstanceArn: instanceArn,
        PermissionSetArn,
        InlinePolicy,
      });
    expect(put(sized(10_240) + " ".repeat(20_000))).toMatchObject({ code: null });
    expect(put(sized(10_241))).toMatchObject({ code: "ServiceQuotaExceededException" });
    expect(put(sized(10_240) + " ".repeat(22_529))).toMatchObject({ code: "ValidationException" });
  });

  test.each([
    [
      "with all that a statement may have",
      policyOf({ Sid: "a", ...allowAll, Action: ["s3:*"], Condition: {} }),
    ],
    ["with the negative forms", policyOf({ Effect: "Deny", NotAction: "s3:*", NotResource: ["*"] })],
    ["with one statement outside a list", JSON.stringify({ Statement: allowAll })],
    ["with an id", JSON.stringify({ Id: "x", Statement: [allowAll] })],
  ])("may be a document %s", (_, InlinePolicy) => {
    const PermissionSetArn = world.set("S");
    world.admin("PutInlinePolicyToPermissionSet", { PermissionSetArn, InlinePolicy });
    expect(world.admin("GetInlinePolicyForPermissionSet", { PermissionSetArn })).toEqual({ InlinePolicy });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["without statements", "{}"],
    ["with no statement", '{"Statement":[]}'],
    ["of an unknown version", JSON.stringify({ Version: "2026-01-01", Statement: [allowAll] })],
    ["with an unknown key", JSON.stringify({ Statement: [allowAll], Colour: "red" })],
    ["with a statement that is no object", '{"Statement":["Allow"]}'],
    ["without an effect", policyOf({ Action: "s3:*", Resource: "*" })],
    ["with an unknown effect", policyOf({ ...allowAll, Effect: "allow" })],
    ["without an action", policyOf({ Effect: "Allow", Resource: "*" })],
    ["with both forms of action", policyOf({ ...allowAll, NotAction: "s3:*" })],
    ["without a resource", policyOf({ Effect: "Allow", Action: "s3:*" })],
    ["with an empty list of actions", policyOf({ ...allowAll, Action: [] })],
    ["with a number for a resource", policyOf({ ...allowAll, Resource: 5 })],
    ["with a principal", policyOf({ ...allowAll, Principal: "*" })],
    ["with a condition that is no object", policyOf({ ...allowAll, Condition: "x" })],
  ])("cannot be a document %s", (_, InlinePolicy) => {
    const PermissionSetArn = world.set("S");
    expect(world.adminFails("PutInlinePolicyToPermissionSet", { PermissionSetArn, InlinePolicy }).code).toBe(
      "ValidationException",
    );
  });
});

describe("the permissions boundary", () => {
  test("is one policy, of AWS or of the customer; none is an error", () => {
    const PermissionSetArn = world.set("S");
    const get = "GetPermissionsBoundaryForPermissionSet";
    const drop = "DeletePermissionsBoundaryFromPermissionSet";
    expect(world.adminFails(get, { PermissionSetArn }).code).toBe("ResourceNotFoundException");
    for (const PermissionsBoundary of [managed("PowerUserAccess"), customer("Limit", "/platform/")]) {
      world.admin("PutPermissionsBoundaryToPermissionSet", { PermissionSetArn, PermissionsBoundary });
      expect(world.admin(get, { PermissionSetArn })).toEqual({ PermissionsBoundary });
    }
    world.admin(drop, { PermissionSetArn });
    expect(world.adminFails(get, { PermissionSetArn }).code).toBe("ResourceNotFoundException");
    expect(world.adminFails(drop, { PermissionSetArn }).code).toBe("ResourceNotFoundException");
  });

  test.each([{}, { ...managed("A"), ...customer("B") }])("is not %j", (PermissionsBoundary) => {
    const PermissionSetArn = world.set("S");
    const reply = world.adminFails("PutPermissionsBoundaryToPermissionSet", {
      PermissionSetArn,
      PermissionsBoundary,
    });
    expect(reply.code).toBe("ValidationException");
  });
});

describe("tags", () => {
  const tag = (Key: string, Value = ""): object => ({ Key, Value });

  test("are on sets and on the instance, and are changed one by one", () => {
    const set = world.set("S", { Tags: [tag("team", "platform"), tag("env", "dev")] });
    for (const ResourceArn of [set, instanceArn]) {
      world.admin("TagResource", { ResourceArn, Tags: [tag("env", "prod"), tag("team", "platform")] });
      world.admin("TagResource", { ResourceArn, Tags: [tag("more", "x")] });
      world.admin("UntagResource", { ResourceArn, TagKeys: ["env", "unknown"] });
      expect(world.admin("ListTagsForResource", { ResourceArn })["Tags"]).toEqual([
        tag("more", "x"),
        tag("team", "platform"),
      ]);
    }
  });

  test("need no instance ARN, but not another one's", () => {
    expect(world.call("sso-admin", "ListTagsForResource", { ResourceArn: instanceArn }).body).toEqual({
      Tags: [],
    });
    const InstanceArn = "arn:aws:sso:::instance/ssoins-0000000000000000";
    const reply = world.adminFails("ListTagsForResource", { InstanceArn, ResourceArn: instanceArn });
    expect(reply.code).toBe("ResourceNotFoundException");
  });

  test("are refused where they are reserved, given twice or too many, and on what does not exist", () => {
    const ResourceArn = instanceArn;
    const many = (count: number): object[] => Array.from({ length: count }, (_, index) => tag(`key${index}`));
    for (const [input, code] of [
      [{ ResourceArn, Tags: [tag("aws:x")] }, "ValidationException"],
      [{ ResourceArn, Tags: [tag("a", "1"), tag("a", "2")] }, "ValidationException"],
      [{ ResourceArn: missing, Tags: [tag("a")] }, "ResourceNotFoundException"],
    ] as const)
      expect(world.adminFails("TagResource", input).code).toBe(code);
    expect(world.adminFails("CreatePermissionSet", { Name: "S", Tags: [tag("aws:x")] }).code).toBe(
      "ValidationException",
    );
    expect(world.sandbox.state.permissionSets.size).toBe(0);
    world.admin("TagResource", { ResourceArn, Tags: many(75) });
    world.admin("TagResource", { ResourceArn, Tags: many(75) });
    const more = world.adminFails("TagResource", { ResourceArn, Tags: [tag("more")] });
    expect(more.code).toBe("ServiceQuotaExceededException");
  });
});
