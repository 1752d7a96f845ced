import { beforeEach, describe, expect, test } from "vitest";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import { createWorld, instanceArn, pages, text, type World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const missing = "1111222233-01234567-89ab-4def-8123-456789abcdef";
const unknown = "arn:aws:sso::111122223333:application/ssoins-1111222233334444/apl-0123456789abcdef";
const notFound = { status: 400, code: "ResourceNotFoundException" };

function list(Filter?: object): readonly unknown[] {
  const { Applications } = world.admin("ListApplications", { ...(Filter !== undefined && { Filter }) });
  if (!Array.isArray(Applications)) throw new Error("no list of applications");
  return Applications;
}

/** The ARN of the one with this name. */
function application(name: string): string {
  const found = list().find((one) => text(one, "Name") === name);
  return text(found, "ApplicationArn");
}

type Principal = { readonly PrincipalType: "USER" | "GROUP"; readonly PrincipalId: string };
const group = (PrincipalId: string): Principal => ({ PrincipalType: "GROUP", PrincipalId });
const user = (PrincipalId: string): Principal => ({ PrincipalType: "USER", PrincipalId });

function assign(ApplicationArn: string, principal: Principal): unknown {
  return world.admin("CreateApplicationAssignment", { ApplicationArn, ...principal });
}

function reached(principal: Principal, Filter?: object): unknown {
  const input = { ...principal, ...(Filter !== undefined && { Filter }) };
  return world.admin("ListApplicationAssignmentsForPrincipal", input)["ApplicationAssignments"];
}

describe("applications", () => {
  test("are those of the organization file", () => {
    expect(
      list()
        .map((one) => text(one, "Name"))
        .sort(),
    ).toEqual(["dashboards", "payments-console", "wiki"]);
    const arn = application("wiki");
    expect(arn).toMatch(
      /^arn:aws:sso::111122223333:application\/ssoins-1111222233334444\/apl-[a-zA-Z0-9]{16}$/,
    );
    expect(list({ ApplicationAccount: "111122223333" })).toEqual([
      {
        ApplicationArn: arn,
        ApplicationProviderArn: "arn:aws:sso::aws:applicationProvider/custom",
        Name: "wiki",
        ApplicationAccount: "111122223333",
        InstanceArn: instanceArn,
        IdentityStoreArn: "arn:aws:identitystore::999900001111:identitystore/d-1111222233",
        Status: "ENABLED",
        PortalOptions: { Visibility: "ENABLED" },
        CreatedDate: 1704067200,
        CreatedFrom: "eu-west-1",
      },
    ]);
  });

  test("are filtered by account and by provider", () => {
    const provider = (name: string): object => ({
      ApplicationProvider: `arn:aws:sso::aws:applicationProvider/${name}`,
    });
    expect(list(provider("custom"))).toHaveLength(3);
    expect(list(provider("catalog/Slack"))).toEqual([]);
    expect(list({ ApplicationAccount: "555500001111" })).toEqual([]);
    expect(list({ ...provider("custom"), ApplicationAccount: "444455556666" })).toMatchObject([
      { Name: "payments-console" },
    ]);
  });

  test("come 50 at a time, or fewer where fewer are asked for", () => {
    const names = Array.from({ length: 120 }, (_, index) => `{name: app${index}, account: "999900001111"}`);
    const organization = parseOrganization(
      `{managementAccount: {id: "999900001111", name: m}, region: eu-west-1, applications: [${names.join()}]}`,
    );
    world = createWorld({ state: newState(organization) });
    const sizes = (input?: object): readonly number[] =>
      pages((paging) => world.admin("ListApplications", paging), "Applications", input).map(
        ({ length }) => length,
      );
    expect(sizes()).toEqual([50, 50, 20]);
    expect(sizes({ MaxResults: 100 })).toEqual([50, 50, 20]);
    expect(sizes({ MaxResults: 49 })).toEqual([49, 49, 22]);
  });

  test("have ids that follow from their name and account alone", () => {
    const wiki = application("wiki");
    world.sandbox.state.organization = parseOrganization(`
managementAccount: {id: "111122223333", name: m}
region: eu-west-1
accounts: [{id: "444455556666", name: other}]
applications: [{name: wiki, account: "444455556666"}, {name: wiki, account: "111122223333"}]
`);
    const arns = list().map((one) => text(one, "ApplicationArn"));
    expect(arns).toContain(wiki);
    expect(new Set(arns.map((arn) => arn.slice(arn.lastIndexOf("/")))).size).toBe(2);
  });
});

describe("an application assignment", () => {
  test("is made, shown and removed", () => {
    const [wiki, ops] = [application("wiki"), group(world.group("ops"))];
    expect(reached(ops)).toEqual([]);
    expect(assign(wiki, ops)).toEqual({});
    expect(reached(ops)).toEqual([{ ApplicationArn: wiki, ...ops }]);
    expect(world.admin("DeleteApplicationAssignment", { ApplicationArn: wiki, ...ops })).toEqual({});
    expect(reached(ops)).toEqual([]);
  });

  test("exists once, but goes however often it is removed", () => {
    const [wiki, ops] = [application("wiki"), group(world.group("ops"))];
    assign(wiki, ops);
    const input = { ApplicationArn: wiki, ...ops };
    expect(world.adminFails("CreateApplicationAssignment", input)).toMatchObject({
      status: 400,
      code: "ConflictException",
    });
    for (let round = 0; round < 2; round += 1)
      expect(world.admin("DeleteApplicationAssignment", input)).toEqual({});
    assign(wiki, ops);
  });

  test("is told apart by application, and by kind of principal", () => {
    const [wiki, dashboards] = [application("wiki"), application("dashboards")];
    const [alice, ops] = [user(world.user("alice")), group(world.group("ops"))];
    assign(wiki, ops);
    assign(dashboards, ops);
    assign(wiki, alice);
    expect(reached(alice)).toEqual([{ ApplicationArn: wiki, ...alice }]);
    expect(reached(ops)).toHaveLength(2);
    expect(reached(ops, { ApplicationArn: dashboards })).toEqual([{ ApplicationArn: dashboards, ...ops }]);
    expect(reached(alice, { ApplicationArn: dashboards })).toEqual([]);
    expect(reached(alice, { ApplicationArn: unknown })).toEqual([]);
    world.admin("DeleteApplicationAssignment", { ApplicationArn: wiki, ...ops });
    expect(reached(alice)).toHaveLength(1);
    expect(reached(ops)).toHaveLength(1);
  });

  test("of a group reaches the users in it, as the group's", () => {
    const [wiki, alice, ops] = [application("wiki"), world.user("alice"), world.group("ops")];
    const bystanders = world.group("bystanders");
    const membership = world.member(ops, alice);
    assign(wiki, group(ops));
    assign(wiki, group(bystanders));
    expect(reached(user(alice))).toEqual([{ ApplicationArn: wiki, ...group(ops) }]);
    world.store("DeleteGroupMembership", { MembershipId: membership });
    expect(reached(user(alice))).toEqual([]);
  });

  test("needs an application and a principal", () => {
    const [wiki, ops, alice] = [application("wiki"), world.group("ops"), world.user("alice")];
    for (const [ApplicationArn, principal] of [
      [unknown, group(ops)],
      [wiki.replace("111122223333", "444455556666"), group(ops)],
      [wiki, group(missing)],
      [wiki, user(missing)],
      [wiki, user(ops)],
      [wiki, group(alice)],
    ] as const)
      expect(world.adminFails("CreateApplicationAssignment", { ApplicationArn, ...principal })).toMatchObject(
        notFound,
      );
    expect(world.sandbox.state.applicationAssignments.size).toBe(0);
    const gone = { ApplicationArn: unknown, ...group(ops) };
    expect(world.adminFails("DeleteApplicationAssignment", gone)).toMatchObject(notFound);
    for (const principal of [group(missing), user(ops)])
      expect(world.adminFails("ListApplicationAssignmentsForPrincipal", principal)).toMatchObject(notFound);
  });

  test("becomes an orphan when its principal goes, and can be removed then", () => {
    const [wiki, alice, ops] = [application("wiki"), world.user("alice"), world.group("ops")];
    assign(wiki, user(alice));
    assign(wiki, group(ops));
    world.store("DeleteUser", { UserId: alice });
    world.store("DeleteGroup", { GroupId: ops });
    expect(world.sandbox.state.applicationAssignments.size).toBe(2);
    expect(world.adminFails("ListApplicationAssignmentsForPrincipal", user(alice))).toMatchObject(notFound);
    for (const principal of [user(alice), group(ops)])
      world.admin("DeleteApplicationAssignment", { ApplicationArn: wiki, ...principal });
    expect(world.sandbox.state.applicationAssignments.size).toBe(0);
  });

  test("is no matter of permission sets", () => {
    const [wiki, ops] = [application("wiki"), group(world.group("ops"))];
    world.sandbox.state.instance = { ...world.sandbox.state.instance, permissionSetsEnabled: false };
    assign(wiki, ops);
    expect(reached(ops)).toHaveLength(1);
  });
});
