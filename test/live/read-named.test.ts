import { describe, expect, test } from "vitest";
import { changeId, type ChangeId } from "../../src/model/keys.js";
import type { Snapshot, Scope } from "../../src/model/snapshot.js";
import { namedKeys } from "../../src/model/named-keys.js";
import { accounts } from "../sandbox/world.js";
import { createLiveWorld, read } from "./live-world.js";

const only = (...keys: readonly ChangeId[]): Scope => ({ kind: "only", keys });

/** Three users, two groups, two sets, some of everything between them; names with every separator of ids. */
function createCase() {
  const world = createLiveWorld();
  const [alice, bob, odd] = [world.user("alice"), world.user("bob"), world.user("o/d:d#1%2F")];
  const [developers, strange] = [world.group("developers"), world.group("#1: a/b 100%")];
  const [readOnly, admin] = [world.set("ReadOnly"), world.set("Admin")];
  world.member(developers, alice);
  world.member(strange, odd);
  world.member(strange, bob);
  world.assign(readOnly, developers);
  world.assign(readOnly, strange, accounts.prod);
  world.assign(admin, bob, accounts.dev, "USER");
  world.assign(admin, odd, accounts.dev, "USER");
  world.store("DeleteUser", { UserId: alice });
  world.assign(admin, bob, accounts.prod, "USER");
  world.store("DeleteUser", { UserId: bob });
  world.admin("UpdatePermissionSet", { PermissionSetArn: readOnly, SessionDuration: "PT4H" });
  return world;
}

function allKeys({ state }: Snapshot): readonly ChangeId[] {
  return [
    ...[...state.users.keys()].map(changeId.user),
    ...[...state.groups.keys()].map(changeId.group),
    ...state.memberships.keys(),
    ...[...state.permissionSets.keys()].flatMap((name) => [
      changeId.permissionSet(name),
      changeId.provisioning(name),
    ]),
    ...state.assignments.keys(),
  ];
}

test.each(["after a full reading", "without one"])(
  "all that is named is read as the full reading has it, %s",
  async (when) => {
    const world = createCase();
    const whole = await read(await world.connect());
    const connection = await world.connect();
    if (when === "after a full reading") await read(connection);
    const part = await read(connection, only(...allKeys(whole)));
    expect(part.state).toEqual(whole.state);
    expect(part.provisioned).toEqual(whole.provisioned);
    expect(part.lagging).toEqual(whole.lagging);
    expect(part.status).toEqual(whole.status);
    expect(part.gaps).toEqual([]);
  },
);

test("nothing but what is named is read", async () => {
  const world = createCase();
  const { state, provisioned } = await read(
    await world.connect(),
    only("group:developers", `assignment:group/developers:ReadOnly:${accounts.dev}`),
  );
  expect([...state.groups.keys()]).toEqual(["developers"]);
  expect([...state.assignments.keys()]).toEqual([`assignment:group/developers:ReadOnly:${accounts.dev}`]);
  expect([state.users.size, state.memberships.size, state.permissionSets.size, provisioned.size]).toEqual([
    0, 0, 0, 0,
  ]);
});

test("what is not there is not in the state, and is no gap", async () => {
  const world = createCase();
  const { state, gaps } = await read(
    await world.connect(),
    only(
      "user:nobody",
      "group:none",
      "membership:developers/nobody",
      "membership:none/o%2Fd%3Ad%231%252F",
      "membership:developers/o%2Fd%3Ad%231%252F",
      "permissionSet:None",
      "provisioning:None",
      "applicationAssignment:nobody/arn%3Aaws",
      `assignment:group/none:ReadOnly:${accounts.dev}`,
      `assignment:group/developers:None:${accounts.dev}`,
      `assignment:group/developers:ReadOnly:${accounts.prod}`,
      `assignment:user/#0000000000-00000000-0000-0000-0000-000000000000:Admin:${accounts.dev}`,
    ),
  );
  expect(gaps).toEqual([]);
  expect(Object.values(state).map((part) => part.size)).toEqual([0, 0, 0, 0, 0, 0]);
});

test("another spelling is another name", async () => {
  const world = createLiveWorld();
  world.user("Alice");
  expect((await read(await world.connect(), only("user:alice"))).state.users.size).toBe(0);
});

test("what was made anew under its name is found by it", async () => {
  const world = createCase();
  const connection = await world.connect();
  await read(connection);
  const [group] = [...world.sandbox.state.groups.values()].filter(
    ({ displayName }) => displayName === "developers",
  );
  world.store("DeleteGroup", { GroupId: group?.id });
  world.store("CreateGroup", { DisplayName: "developers", Description: "anew" });
  const { state } = await read(connection, only("group:developers"));
  expect(state.groups.get("developers")).toEqual({ description: "anew" });
});

describe("the cost", () => {
  test("follows the number of keys and not the organisation", async () => {
    const world = createLiveWorld();
    const group = world.group("developers");
    for (let index = 0; index < 300; index += 1) world.member(group, world.user(`user-${index}`));
    const set = world.set("ReadOnly");
    for (const account of world.sandbox.state.organization.accounts.keys()) world.assign(set, group, account);
    const connection = await world.connect();
    await read(connection);
    const cost = async (...keys: readonly ChangeId[]): Promise<number> => {
      const before = world.sent.length;
      expect((await read(connection, only(...keys))).gaps).toEqual([]);
      return world.sent.length - before;
    };
    expect(await cost("user:user-7")).toBe(1);
    expect(await cost("group:developers")).toBe(1);
    expect(await cost("membership:developers/user-7")).toBe(1 + 1);
    expect(await cost("permissionSet:ReadOnly")).toBe(6);
    expect(await cost("provisioning:ReadOnly")).toBe(2);
    expect(await cost(`assignment:group/developers:ReadOnly:${accounts.dev}`)).toBe(1);
    expect(
      await cost(
        `assignment:group/developers:ReadOnly:${accounts.dev}`,
        `assignment:group/developers:ReadOnly:${accounts.prod}`,
        `assignment:user/user-1:ReadOnly:${accounts.dev}`,
      ),
    ).toBe(2);
  });

  test("of many memberships of one user is a look at each group, and one request for a hundred of them", async () => {
    const world = createLiveWorld();
    const user = world.user("alice");
    const names = Array.from({ length: 150 }, (_, index) => `group-${index}`);
    for (const name of names) world.member(world.group(name), user);
    const connection = await world.connect();
    await read(connection);
    const before = world.sent.length;
    const { state } = await read(
      connection,
      only(...names.map((name) => changeId.membership(name, "alice"))),
    );
    expect(state.memberships.size).toBe(150);
    expect(world.sent.length - before).toBe(150 + 2);
  });
});

test("what cannot be read is a gap and not absent", async () => {
  const world = createCase();
  const connection = await world.connect();
  await read(connection);
  world.faults = () => ({ refuse: "AccessDeniedException", message: "no" });
  const { gaps } = await read(
    connection,
    only(
      "user:o%2Fd%3Ad%231%252F",
      "group:developers",
      "membership:developers/o%2Fd%3Ad%231%252F",
      "permissionSet:Admin",
      "provisioning:Admin",
      `assignment:group/developers:ReadOnly:${accounts.dev}`,
    ),
  );
  expect(new Set(gaps.flatMap(({ covers }) => covers).map((one) => JSON.stringify(one)))).toEqual(
    new Set(
      [
        { kind: "user", name: "o/d:d#1%2F" },
        { kind: "group", name: "developers" },
        { kind: "membership", group: "developers" },
        { kind: "permissionSet", permissionSet: "Admin" },
        { kind: "provisioning", permissionSet: "Admin" },
        { kind: "assignment", permissionSet: "ReadOnly", account: accounts.dev },
      ].map((one) => JSON.stringify(one)),
    ),
  );
});

test("keys are taken apart as they were put together", () => {
  const names = ["plain", "a/b", "a:b", "#1", "100%", "%2F", "ü/ø"];
  for (const name of names) {
    expect([...namedKeys([changeId.user(name)]).users]).toEqual([name]);
    expect([...namedKeys([changeId.group(name)]).groups]).toEqual([name]);
    expect([...namedKeys([changeId.permissionSet(name)]).permissionSets]).toEqual([name]);
    expect([...namedKeys([changeId.provisioning(name)]).provisioning]).toEqual([name]);
    const membership = { group: name, user: `${name}!` };
    expect([...namedKeys([changeId.membership(name, `${name}!`)]).memberships.values()]).toEqual([
      membership,
    ]);
    for (const orphan of [{}, { orphan: true as const }]) {
      const key = {
        principalType: "group" as const,
        principal: "orphan" in orphan ? `#${name}` : name,
        permissionSet: name,
        account: "1",
        ...orphan,
      };
      expect([...namedKeys([changeId.assignment(key)]).assignments.values()]).toEqual([key]);
    }
  }
});
