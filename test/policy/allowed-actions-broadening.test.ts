import { describe, expect, it } from "vitest";
import type { PermissionSet } from "../../src/model/state.js";
import { broadenings } from "../../src/policy/broadening.js";
import { permissionSet } from "../support/organizations.js";

const boundary = { managedPolicy: "arn:aws:iam::aws:policy/PowerUserAccess" };
const other = { customerManagedPolicy: { name: "Edge", path: "/" } };

describe("broadenings", () => {
  it.each<[string, Partial<PermissionSet>, Partial<PermissionSet>, readonly string[]]>([
    ["nothing that changes", {}, {}, []],
    ["a tag", {}, { tags: { team: "a" } }, []],
    ["a managed policy that comes", {}, { managedPolicies: ["arn:a"] }, ["managed-policy"]],
    ["a managed policy that goes", { managedPolicies: ["arn:a"] }, {}, []],
    [
      "a customer managed policy of another path",
      { customerManagedPolicies: [{ name: "Base", path: "/a/" }] },
      { customerManagedPolicies: [{ name: "Base", path: "/b/" }] },
      ["customer-managed-policy"],
    ],
    ["a boundary that comes", {}, { permissionsBoundary: boundary }, []],
    ["a boundary that goes", { permissionsBoundary: boundary }, {}, ["boundary"]],
    ["a boundary that stays", { permissionsBoundary: other }, { permissionsBoundary: other }, []],
    [
      "a boundary that is another",
      { permissionsBoundary: boundary },
      { permissionsBoundary: other },
      ["boundary"],
    ],
    ["a longer session", { sessionDuration: "PT90M" }, { sessionDuration: "PT2H" }, ["session"]],
    ["a shorter session", { sessionDuration: "PT2H" }, { sessionDuration: "PT1H" }, []],
    ["a session that cannot be read", { sessionDuration: "PT1H" }, { sessionDuration: "long" }, ["session"]],
  ])("%s", (_, before, after, expected) => {
    expect(broadenings(permissionSet(before), permissionSet(after), []).map(({ what }) => what)).toEqual(
      expected,
    );
  });

  it.each(["new", "wider", "other"] as const)("actions that are %s", (change) => {
    const actions = [
      { change, service: "s3", level: "Read", actions: ["GetObject"], limited: false },
    ] as const;
    expect(broadenings(permissionSet(), permissionSet(), actions)).toEqual([{ what: "actions" }]);
  });

  it.each(["narrower", "gone"] as const)("not actions that are %s", (change) => {
    const actions = [
      { change, service: "s3", level: "Read", actions: ["GetObject"], limited: false },
    ] as const;
    expect(broadenings(permissionSet(), permissionSet(), actions)).toEqual([]);
  });
});
