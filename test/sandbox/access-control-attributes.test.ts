import { beforeEach, describe, expect, test } from "vitest";
import { createWorld, type World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

type Verb = "Create" | "Update";

function attribute(Key: string, source = `\${path:enterprise.${Key}}`): object {
  return { Key, Value: { Source: [source] } };
}

function configuration(...attributes: readonly object[]): object {
  return { InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: attributes } };
}

function put(verb: Verb, ...attributes: readonly object[]): unknown {
  return world.admin(`${verb}InstanceAccessControlAttributeConfiguration`, configuration(...attributes));
}

function failure(verb: Verb, ...attributes: readonly object[]): object {
  return world.adminFails(`${verb}InstanceAccessControlAttributeConfiguration`, configuration(...attributes));
}

function enabled(): unknown {
  return world.admin("DescribeInstanceAccessControlAttributeConfiguration");
}

describe("attributes for access control", () => {
  test("are enabled, shown, replaced whole, and disabled", () => {
    expect(put("Create", attribute("costCenter"), attribute("department"))).toEqual({});
    expect(enabled()).toEqual({
      Status: "ENABLED",
      ...configuration(attribute("costCenter"), attribute("department")),
    });
    expect(put("Update", attribute("team", "${path:userType}"))).toEqual({});
    expect(enabled()).toEqual({ Status: "ENABLED", ...configuration(attribute("team", "${path:userType}")) });
    expect(world.admin("DeleteInstanceAccessControlAttributeConfiguration")).toEqual({});
    put("Create");
    expect(enabled()).toEqual({ Status: "ENABLED", ...configuration() });
  });

  test("are not found while they are not enabled", () => {
    const notFound = { status: 400, code: "ResourceNotFoundException" };
    expect(world.adminFails("DescribeInstanceAccessControlAttributeConfiguration")).toMatchObject(notFound);
    expect(world.adminFails("DeleteInstanceAccessControlAttributeConfiguration")).toMatchObject(notFound);
    expect(failure("Update", attribute("team"))).toMatchObject(notFound);
    expect(world.sandbox.state.accessControlAttributes).toBeNull();
    put("Create");
    world.admin("DeleteInstanceAccessControlAttributeConfiguration");
    expect(world.adminFails("DescribeInstanceAccessControlAttributeConfiguration")).toMatchObject(notFound);
  });

  test("are enabled once", () => {
    put("Create", attribute("team"));
    expect(failure("Create", attribute("department"))).toMatchObject({ code: "ConflictException" });
    expect(enabled()).toMatchObject(configuration(attribute("team")));
  });

  test.each(["Create", "Update"] as const)("are 50 at most, with keys of their own: %s", (verb) => {
    if (verb === "Update") put("Create", attribute("before"));
    const before = world.sandbox.state.accessControlAttributes;
    const many = Array.from({ length: 51 }, (_, index) => attribute(`key${index}`));
    for (const [attributes, message] of [
      [many, "'instanceAccessControlAttributeConfiguration.accessControlAttributes'"],
      [[attribute("team"), attribute("team", "${path:userType}")], "given twice"],
      [[attribute("a*b")], "1.member.key'"],
      [[attribute("")], "1.member.key'"],
      [[attribute("k".repeat(129))], "1.member.key'"],
      [[attribute("team", "s".repeat(257))], "source"],
      [[{ Key: "team", Value: { Source: [] } }], "source"],
      [[{ Key: "team", Value: { Source: ["a", "b"] } }], "source"],
    ] as const)
      expect(failure(verb, ...attributes)).toMatchObject({
        code: "ValidationException",
        message: expect.stringContaining(message),
      });
    expect(world.sandbox.state.accessControlAttributes).toBe(before);
    put(verb, ...many.slice(1));
    expect(world.sandbox.state.accessControlAttributes).toHaveLength(50);
  });
});
