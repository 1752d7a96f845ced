import { beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "../../src/sandbox/constraints.js";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import { createWorld, type World } from "./world.js";

const organization = parseOrganization(`
managementAccount: {id: "999900001111", name: management, email: root@example.com}
region: eu-west-1
accounts:
  - {id: "111122223333", name: sandbox, ou: Workloads/Dev, tags: {env: dev, team: platform}}
  - {id: "222233334444", name: closing, ou: Workloads, status: PENDING_CLOSURE}
  - {id: "333344445555", name: closed, ou: Workloads/Dev, status: CLOSED}
  - {id: "444455556666", name: new, status: PENDING_ACTIVATION}
  - {id: "555566667777", name: suspended, ou: Security, status: SUSPENDED}
callers:
  ONE: {account: "333344445555", as: delegated-administrator}
  TWO: {account: "111122223333", as: delegated-administrator}
  TWO_AGAIN: {account: "111122223333", as: delegated-administrator}
  THREE: {account: "444455556666", as: member}
`);

let world: World;
beforeEach(() => {
  world = createWorld({ state: newState(organization) });
});

function ask(operation: Operation<"organizations">, input?: object): Readonly<Record<string, unknown>> {
  const reply = world.call("organizations", operation, input);
  if (reply.code !== null) throw new Error(reply.code);
  return reply.body;
}

const unitId = (path: string): string => organization.units.get(path)?.id ?? "none";

test("the organisation, its root and its units", () => {
  expect(ask("DescribeOrganization")["Organization"]).toMatchObject({
    Id: expect.stringMatching(/^o-[a-z0-9]{10,32}$/),
    FeatureSet: "ALL",
    MasterAccountId: "999900001111",
    MasterAccountEmail: "root@example.com",
  });
  const [root] = ask("ListRoots")["Roots"] as { Id: string }[];
  expect(root?.Id).toMatch(/^r-[0-9a-z]{4,32}$/);
  const children = (ParentId: unknown): unknown =>
    ask("ListOrganizationalUnitsForParent", { ParentId })["OrganizationalUnits"];
  const names = (units: unknown): string[] => (units as { Name: string }[]).map(({ Name }) => Name).sort();
  expect(names(children(root?.Id))).toEqual(["Security", "Workloads"]);
  expect(children(unitId("Workloads"))).toEqual([
    {
      Id: expect.stringMatching(/^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/),
      Arn: expect.stringContaining(unitId("Workloads/Dev")),
      Name: "Dev",
      Path: expect.stringMatching(
        new RegExp(`^o-.*/r-.*/${unitId("Workloads")}/${unitId("Workloads/Dev")}/$`),
      ),
    },
  ]);
  expect(children(unitId("Workloads/Dev"))).toEqual([]);
  expect(ask("DescribeOrganizationalUnit", { OrganizationalUnitId: unitId("Workloads/Dev") })).toEqual({
    OrganizationalUnit: (children(unitId("Workloads")) as unknown[])[0],
  });
});

test("the children of a parent, by their type", () => {
  const children = (ParentId: string, ChildType: string): unknown =>
    ask("ListChildren", { ParentId, ChildType })["Children"];
  expect(children("r-sbox", "ACCOUNT")).toEqual([
    { Id: "444455556666", Type: "ACCOUNT" },
    { Id: "999900001111", Type: "ACCOUNT" },
  ]);
  expect(children("r-sbox", "ORGANIZATIONAL_UNIT")).toEqual(
    [unitId("Security"), unitId("Workloads")].sort().map((Id) => ({ Id, Type: "ORGANIZATIONAL_UNIT" })),
  );
  expect(children(unitId("Workloads"), "ACCOUNT")).toEqual([{ Id: "222233334444", Type: "ACCOUNT" }]);
  expect(children(unitId("Workloads"), "ORGANIZATIONAL_UNIT")).toEqual([
    { Id: unitId("Workloads/Dev"), Type: "ORGANIZATIONAL_UNIT" },
  ]);
  expect(children(unitId("Security"), "ORGANIZATIONAL_UNIT")).toEqual([]);
});

test("the delegated administrators of Identity Center, each once; of others there are none", () => {
  const found = (input?: object): unknown =>
    ask("ListDelegatedAdministrators", input)["DelegatedAdministrators"];
  const all = [{ Id: "111122223333" }, { Id: "333344445555" }];
  expect(found()).toMatchObject(all);
  expect(found({ ServicePrincipal: "sso.amazonaws.com" })).toEqual(found());
  expect(found({ ServicePrincipal: "guardduty.amazonaws.com" })).toEqual([]);
  expect((found() as unknown[])[1]).toEqual({
    Id: "333344445555",
    Arn: expect.stringMatching(/^arn:aws:organizations::999900001111:account\/o-[a-z0-9]+\/333344445555$/),
    Email: "aws+333344445555@example.com",
    Name: "closed",
    Status: "SUSPENDED",
    State: "CLOSED",
    JoinedMethod: "CREATED",
    JoinedTimestamp: 1704067200,
    DelegationEnabledDate: 1704067200,
  });
});

describe("accounts", () => {
  test("say where they are and what state they are in", () => {
    const found = ask("ListAccounts")["Accounts"] as { Id: string; Status: string; State: string }[];
    expect(found.map(({ Id, Status, State }) => [Id, Status, State])).toEqual([
      ["111122223333", "ACTIVE", "ACTIVE"],
      ["222233334444", "PENDING_CLOSURE", "PENDING_CLOSURE"],
      ["333344445555", "SUSPENDED", "CLOSED"],
      ["444455556666", "ACTIVE", "PENDING_ACTIVATION"],
      ["555566667777", "SUSPENDED", "SUSPENDED"],
      ["999900001111", "ACTIVE", "ACTIVE"],
    ]);
    expect(ask("DescribeAccount", { AccountId: "111122223333" })["Account"]).toMatchObject({
      Name: "sandbox",
      Email: "aws+111122223333@example.com",
      Arn: expect.stringMatching(/^arn:aws:organizations::999900001111:account\/o-[a-z0-9]+\/111122223333$/),
      Paths: [expect.stringContaining(`/${unitId("Workloads")}/${unitId("Workloads/Dev")}/111122223333/`)],
    });
    expect(ask("DescribeAccount", { AccountId: "444455556666" })["Account"]).toMatchObject({
      Paths: [expect.stringMatching(/^o-[a-z0-9]+\/r-[a-z0-9]+\/444455556666\/$/)],
    });
  });

  test("are found below their parent, and their parent above them", () => {
    const children = (ParentId: unknown): unknown => ask("ListAccountsForParent", { ParentId })["Accounts"];
    const [root] = ask("ListRoots")["Roots"] as { Id: string }[];
    expect(children(unitId("Workloads"))).toMatchObject([{ Id: "222233334444" }]);
    expect(children(root?.Id)).toMatchObject([{ Id: "444455556666" }, { Id: "999900001111" }]);
    const parent = (ChildId: string): unknown => ask("ListParents", { ChildId })["Parents"];
    expect(parent("111122223333")).toEqual([{ Id: unitId("Workloads/Dev"), Type: "ORGANIZATIONAL_UNIT" }]);
    expect(parent("444455556666")).toEqual([{ Id: root?.Id, Type: "ROOT" }]);
    expect(parent(unitId("Workloads/Dev"))).toEqual([
      { Id: unitId("Workloads"), Type: "ORGANIZATIONAL_UNIT" },
    ]);
    expect(parent(unitId("Workloads"))).toEqual([{ Id: root?.Id, Type: "ROOT" }]);
  });

  test("have their tags; units and roots have none", () => {
    const tags = (ResourceId: unknown): unknown => ask("ListTagsForResource", { ResourceId })["Tags"];
    expect(tags("111122223333")).toEqual([
      { Key: "env", Value: "dev" },
      { Key: "team", Value: "platform" },
    ]);
    const [root] = ask("ListRoots")["Roots"] as { Id: string }[];
    for (const id of [root?.Id, unitId("Security"), "222233334444"]) expect(tags(id)).toEqual([]);
  });
});

test.each([
  ["DescribeAccount", { AccountId: "000000000000" }, "AccountNotFoundException"],
  ["ListAccountsForParent", { ParentId: "ou-sbox-0000000000000000" }, "ParentNotFoundException"],
  ["ListOrganizationalUnitsForParent", { ParentId: "r-none" }, "ParentNotFoundException"],
  ["ListParents", { ChildId: "000000000000" }, "ChildNotFoundException"],
  [
    "DescribeOrganizationalUnit",
    { OrganizationalUnitId: "ou-sbox-0000000000000000" },
    "OrganizationalUnitNotFoundException",
  ],
  ["DescribeOrganizationalUnit", { OrganizationalUnitId: "r-sbox" }, "InvalidInputException"],
  ["ListChildren", { ParentId: "r-none", ChildType: "ACCOUNT" }, "ParentNotFoundException"],
  ["ListChildren", { ParentId: "r-sbox", ChildType: "USER" }, "InvalidInputException"],
  ["ListDelegatedAdministrators", { ServicePrincipal: "" }, "InvalidInputException"],
  ["ListTagsForResource", { ResourceId: "000000000000" }, "TargetNotFoundException"],
  ["DescribeAccount", { AccountId: "x" }, "InvalidInputException"],
] as const)("%s of %j is %s", (operation, input, code) => {
  expect(world.call("organizations", operation, input)).toMatchObject({ status: 400, code });
});

test("another organisation may take the place of this one between requests", () => {
  world.sandbox.state.organization = {
    ...organization,
    accounts: new Map([...organization.accounts].slice(0, 2)),
  };
  expect(ask("ListAccounts")["Accounts"]).toHaveLength(2);
});
