import { beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "../../src/live/connect.js";
import type { Field } from "../../src/model/change.js";
import type { User } from "../../src/model/state.js";
import { createLiveWorld, failure, read, type LiveWorld } from "./live-world.js";

const alice: User = {
  givenName: "Alice",
  familyName: "Nguyen",
  displayName: "Alice Nguyen",
  email: "alice@example.com",
  phone: "+44 20 7946 0000",
  title: "Engineer",
  "address.street": "1 High St",
  "address.country": "GB",
  "enterprise.costCenter": "100",
};

let world: LiveWorld;
let connection: Connection;
beforeEach(async () => {
  world = createLiveWorld();
  connection = await world.connect();
});

function fields(changes: Readonly<Record<string, string | null>>): readonly Field[] {
  return Object.entries(changes).map(([path, after]) => ({ path, before: null, after }));
}

/** The attributes as the sandbox keeps them. */
function stored(name: string) {
  const user = [...world.sandbox.state.users.values()].find(({ attributes }) => attributes.UserName === name);
  return { ...user?.attributes, enterprise: user?.extensions["aws:identitystore:enterprise"] };
}

describe("a user", () => {
  test("is made with every attribute", async () => {
    await connection.writer.user.create("alice", alice);
    expect((await read(connection)).state.users.get("alice")).toEqual(alice);
    expect(stored("alice")).toMatchObject({
      Emails: [{ Value: "alice@example.com", Type: "work", Primary: true }],
      PhoneNumbers: [{ Value: "+44 20 7946 0000", Type: "work", Primary: true }],
      Addresses: [{ StreetAddress: "1 High St", Country: "GB", Primary: true }],
    });
  });

  test("is changed attribute by attribute, and attributes are removed", async () => {
    await connection.writer.user.create("alice", alice);
    await connection.writer.user.update(
      "alice",
      fields({
        givenName: "Alicia",
        title: null,
        nickName: "al",
        email: "alicia@example.com",
        phone: null,
        "address.street": null,
        "address.locality": "Leeds",
        "enterprise.costCenter": null,
        "enterprise.department": "Platform",
      }),
    );
    expect((await read(connection)).state.users.get("alice")).toEqual({
      givenName: "Alicia",
      familyName: "Nguyen",
      displayName: "Alice Nguyen",
      nickName: "al",
      email: "alicia@example.com",
      "address.locality": "Leeds",
      "address.country": "GB",
      "enterprise.department": "Platform",
    });
  });

  test("loses an address with its last part", async () => {
    await connection.writer.user.create("alice", alice);
    await connection.writer.user.update("alice", fields({ "address.street": null, "address.country": null }));
    expect(stored("alice").Addresses).toBeUndefined();
  });

  test("keeps the parts that files cannot declare", async () => {
    world.user("bob", {
      Emails: [{ Value: "bob@example.com", Type: "home", Primary: true }],
      Addresses: [{ Country: "GB", Formatted: "Bob's house", Type: "home", Primary: false }],
      Extensions: { "aws:identitystore:enterprise": { manager: { value: "alice", displayName: "Alice" } } },
    });
    await connection.writer.user.update(
      "bob",
      fields({ email: "b@example.com", "address.locality": "Leeds", "enterprise.manager": "carol" }),
    );
    expect(stored("bob")).toMatchObject({
      Emails: [{ Value: "b@example.com", Type: "home", Primary: true }],
      Addresses: [
        { Country: "GB", Locality: "Leeds", Formatted: "Bob's house", Type: "home", Primary: false },
      ],
      enterprise: { manager: { value: "carol", displayName: "Alice" } },
    });
  });

  test("costs one request to change when no attribute of many parts is among the changes", async () => {
    await connection.writer.user.create("alice", alice);
    const before = world.sent.length;
    await connection.writer.user.update("alice", fields({ title: "Lead" }));
    expect(world.sent.slice(before)).toEqual(["identitystore UpdateUser"]);
  });

  test("is deleted, and deleting it again is no failure", async () => {
    await connection.writer.user.create("alice", alice);
    await connection.writer.user.delete("alice");
    await connection.writer.user.delete("alice");
    expect(world.sandbox.state.users.size).toBe(0);
  });

  test("that is gone is gone, whoever deleted it", async () => {
    const id = world.user("bob");
    await read(connection);
    world.store("DeleteUser", { UserId: id });
    await connection.writer.user.delete("bob");
    expect(await failure(connection.writer.user.update("bob", fields({ title: "Lead" })))).toMatchObject({
      kind: "not-found",
      message: 'There is no user "bob" in Identity Center.',
    });
  });

  test("that is there as wanted is made", async () => {
    await connection.writer.user.create("alice", alice);
    await (await world.connect()).writer.user.create("alice", alice);
    expect(world.sandbox.state.users.size).toBe(1);
  });

  test("that is there and differs is a conflict", async () => {
    world.user("alice");
    expect(await failure(connection.writer.user.create("alice", alice))).toMatchObject({ kind: "conflict" });
  });

  test("whose e-mail somebody else holds is a conflict at once", async () => {
    world.user("bob", { Emails: [{ Value: "alice@example.com", Primary: true }] });
    const error = await failure(connection.writer.user.create("alice", alice));
    expect(error.kind).toBe("conflict");
    expect(world.sent.filter((operation) => operation === "identitystore CreateUser")).toHaveLength(1);
  });

  test("is made once although the first answer was lost", async () => {
    world.faults = ({ operation, count }) =>
      operation === "identitystore CreateUser" && count === 1 ? { drop: "after" } : null;
    await connection.writer.user.create("alice", alice);
    await connection.writer.user.update("alice", fields({ title: "Lead" }));
    expect((await read(connection)).state.users.get("alice")?.title).toBe("Lead");
  });

  test("is known by its groups", async () => {
    const id = world.user("bob");
    world.member(world.group("developers"), id);
    expect(await connection.writer.user.groupsOf("bob")).toEqual(["developers"]);
    expect(await connection.writer.user.groupsOf("nobody")).toEqual([]);
  });

  test("of another spelling is another user", async () => {
    world.user("Bob");
    expect(await failure(connection.writer.user.update("bob", fields({ title: "x" })))).toMatchObject({
      kind: "not-found",
    });
  });
});

describe("a group", () => {
  test("is made, described, changed, deleted", async () => {
    const { group } = connection.writer;
    await group.create("plain", {});
    await group.create("developers", { description: "They build" });
    await group.update("plain", fields({ description: "Described" }));
    await group.update("developers", fields({ description: null }));
    expect([...(await read(connection)).state.groups]).toEqual([
      ["developers", {}],
      ["plain", { description: "Described" }],
    ]);
    await group.delete("plain");
    await group.delete("plain");
    expect(world.sandbox.state.groups.size).toBe(1);
  });

  test("of that name that has members is not taken for our own", async () => {
    const connection = await world.connect();
    world.member(world.group("developers"), world.user("mallory"));
    expect(await failure(connection.writer.group.create("developers", {}))).toMatchObject({
      kind: "conflict",
    });
  });

  test("that is there as wanted is made; one that differs is a conflict", async () => {
    world.group("developers");
    await connection.writer.group.create("developers", {});
    expect(await failure(connection.writer.group.create("developers", { description: "x" }))).toMatchObject({
      kind: "conflict",
    });
  });
});

describe("a membership", () => {
  const key = { group: "developers", user: "bob" };
  let ids: { group: string; user: string };
  beforeEach(() => {
    ids = { group: world.group("developers"), user: world.user("bob") };
  });

  test("is made once and removed once, however often one asks", async () => {
    const { membership } = connection.writer;
    await membership.create(key);
    await membership.create(key);
    expect((await read(connection)).state.memberships.size).toBe(1);
    await membership.delete(key);
    await membership.delete(key);
    expect(world.sandbox.state.memberships.size).toBe(0);
  });

  test("is made once although the first answer was lost", async () => {
    world.faults = ({ operation, count }) =>
      operation === "identitystore CreateGroupMembership" && count === 1 ? { drop: "after" } : null;
    await connection.writer.membership.create(key);
    expect(world.sandbox.state.memberships.size).toBe(1);
    await connection.writer.membership.delete(key);
    expect(world.sandbox.state.memberships.size).toBe(0);
  });

  test("that somebody removed and made anew is removed all the same", async () => {
    const first = world.member(ids.group, ids.user);
    await read(connection);
    world.store("DeleteGroupMembership", { MembershipId: first });
    world.member(ids.group, ids.user);
    await connection.writer.membership.delete(key);
    expect(world.sandbox.state.memberships.size).toBe(0);
  });

  test("without its user or its group is gone", async () => {
    await connection.writer.membership.delete({ group: "developers", user: "nobody" });
    await connection.writer.membership.delete({ group: "none", user: "bob" });
    expect(await failure(connection.writer.membership.create({ group: "none", user: "bob" }))).toMatchObject({
      message: 'There is no group "none" in Identity Center.',
    });
  });
});
