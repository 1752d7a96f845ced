import { describe, expect, test } from "vitest";
import {
  exampleOrganization,
  OrganizationFileError,
  parseOrganization,
} from "../../src/sandbox/organization.js";

const head = 'managementAccount: {id: "999900001111", name: management}\nregion: eu-west-1\n';

describe("an organization file", () => {
  test("says all there is to say", () => {
    const found = parseOrganization(`
managementAccount: {id: "999900001111", name: management, tags: {env: root}}
region: us-gov-west-1
accounts:
  - id: "111122223333"
    name: sandbox
    email: sandbox@example.com
    ou: Workloads/Dev
    tags: {env: dev}
    status: SUSPENDED
    customerManagedPolicies: [/platform/DeveloperBase]
    roleQuota: 20
callers: {AKIA1: {account: "111122223333", as: delegated-administrator}}
applications: [{name: wiki, account: "111122223333"}, {name: wiki, account: "999900001111"}]
`);
    expect(found.region).toBe("us-gov-west-1");
    expect(found.managementAccount).toBe("999900001111");
    expect(found.accounts.get("111122223333")).toEqual({
      id: "111122223333",
      name: "sandbox",
      email: "sandbox@example.com",
      ou: "Workloads/Dev",
      tags: new Map([["env", "dev"]]),
      status: "SUSPENDED",
      customerManagedPolicies: ["/platform/DeveloperBase"],
      roleQuota: 20,
    });
    expect([...found.units.keys()]).toEqual(["Workloads", "Workloads/Dev"]);
    expect(found.callers.get("AKIA1")).toEqual({ account: "111122223333", as: "delegated-administrator" });
    expect(found.applications).toEqual([
      { id: expect.stringMatching(/^apl-[0-9a-f]{16}$/), name: "wiki", account: "111122223333" },
      { id: expect.stringMatching(/^apl-[0-9a-f]{16}$/), name: "wiki", account: "999900001111" },
    ]);
  });

  test("needs little", () => {
    const found = parseOrganization(head);
    expect([...found.accounts.values()]).toEqual([
      {
        id: "999900001111",
        name: "management",
        email: "aws+999900001111@example.com",
        ou: "",
        tags: new Map(),
        status: "ACTIVE",
        customerManagedPolicies: null,
        roleQuota: null,
      },
    ]);
  });

  test("gives a unit the same id wherever it stands", () => {
    const alone = parseOrganization(`${head}accounts: [{id: "111122223333", name: a, ou: Dev}]`);
    const among = parseOrganization(
      `${head}accounts: [{id: "222233334444", name: b, ou: Alpha}, {id: "111122223333", name: a, ou: Dev}]`,
    );
    expect(alone.units.get("Dev")?.id).toBe(among.units.get("Dev")?.id);
    expect(among.units.get("Alpha")?.id).not.toBe(among.units.get("Dev")?.id);
  });

  test.each([
    ["", "the document must be a mapping"],
    ["- a", "the document must be a mapping"],
    ["a: [", "is not valid YAML"],
    [`${head}region: eu-west-2`, "is not valid YAML: Map keys must be unique"],
    ['managementAccount: {id: "999900001111", name: m}', "region is missing"],
    ["region: eu-west-1", "managementAccount is missing"],
    [`${head}regions: []`, "regions is not known here"],
    [`${head}accounts: {}`, "accounts must be a list"],
    [`${head}accounts: [sandbox]`, "accounts[0] must be a mapping"],
    [`${head}accounts: [{name: a}]`, "accounts[0].id is missing"],
    [
      `${head}accounts: [{id: 111122223333, name: a}]`,
      "accounts[0].id must be an account id of 12 digits, not the number 111122223333 (put it in quotes)",
    ],
    [`${head}accounts: [{id: "1", name: a}]`, "accounts[0].id must be an account id of 12 digits"],
    [`${head}accounts: [{id: "111122223333", name: ""}]`, "accounts[0].name must be"],
    [`${head}accounts: [{id: "999900001111", name: a}]`, "accounts[0].id repeats the account 999900001111"],
    [`${head}accounts: [{id: "111122223333", name: a, ou: /Dev}]`, "accounts[0].ou must be"],
    [
      `${head}accounts: [{id: "111122223333", name: a, email: a}]`,
      "accounts[0].email must be an e-mail address",
    ],
    [
      `${head}accounts: [{id: "111122223333", name: a, tags: {env: 1}}]`,
      "accounts[0].tags.env must be a text",
    ],
    [
      `${head}accounts: [{id: "111122223333", name: a, status: OPEN}]`,
      "accounts[0].status must be PENDING_ACTIVATION or",
    ],
    [
      `${head}accounts: [{id: "111122223333", name: a, roleQuota: 0}]`,
      "accounts[0].roleQuota must be at least 1",
    ],
    [
      `${head}accounts: [{id: "111122223333", name: a, customerManagedPolicies: [Base]}]`,
      "accounts[0].customerManagedPolicies[0] must be a path and name",
    ],
    [
      `${head}callers: {K: {account: "111122223333", as: member}}`,
      "callers.K.account is no account of this organization",
    ],
    [
      `${head}callers: {K: {account: "999900001111", as: member}}`,
      "callers.K.account must not be the management account",
    ],
    [
      `${head}callers: {K: {account: "999900001111", as: root}}`,
      "callers.K.as must be delegated-administrator or member",
    ],
    [`${head}callers: {K: member}`, "callers.K must be a mapping"],
    [`${head}applications: {wiki: {}}`, "applications must be a list"],
    [`${head}applications: [{name: wiki}]`, "applications[0].account is missing"],
    [
      `${head}applications: [{name: wiki, account: "111122223333"}]`,
      "applications[0].account is no account of this organization: 111122223333",
    ],
    [
      `${head}applications: [{name: "", account: "999900001111"}]`,
      "applications[0].name must be a name of 1 to 100 characters",
    ],
    [
      `${head}applications: [{name: a, account: "999900001111"}, {name: a, account: "999900001111"}]`,
      "applications[1] repeats an application of the same account",
    ],
    [head.replace("eu-west-1", "moon"), "region must be an AWS region"],
  ])("with a fault is refused in one sentence: %j", (yaml, problem) => {
    const attempt = (): unknown => parseOrganization(yaml);
    expect(attempt).toThrow(OrganizationFileError);
    expect(attempt).toThrow(problem);
    expect(attempt).not.toThrow(/\n/);
  });

  test("that is a bomb of aliases is refused", () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const of = level === 0 ? "x" : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(of).join(", ")}]`;
    });
    expect(() => parseOrganization(levels.join("\n"))).toThrow(OrganizationFileError);
  });
});

test("the example organisation", () => {
  const summary = [...exampleOrganization.accounts.values()].map(({ id, name, ou, tags }) => [
    id,
    name,
    ou,
    tags.get("env"),
  ]);
  expect(exampleOrganization.region).toBe("eu-west-1");
  expect(summary).toEqual([
    ["999900001111", "management", "", undefined],
    ["222200001111", "log-archive", "Security", "security"],
    ["222200002222", "security-tooling", "Security", "security"],
    ["111122223333", "sandbox", "Workloads/Dev", "dev"],
    ["333300001111", "payments-dev", "Workloads/Dev", "dev"],
    ["444455556666", "payments-prod", "Workloads/Prod", "prod"],
    ["555500001111", "web-prod", "Workloads/Prod", "prod"],
  ]);
  expect(exampleOrganization.applications.map(({ name, account }) => [name, account])).toEqual([
    ["wiki", "111122223333"],
    ["dashboards", "222200002222"],
    ["payments-console", "444455556666"],
  ]);
});
