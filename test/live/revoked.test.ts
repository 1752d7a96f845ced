import { describe, expect, test } from "vitest";
import { changeId } from "../../src/model/keys.js";
import { emptyTarget } from "../../src/model/snapshot.js";
import type { Scope, Snapshot } from "../../src/model/snapshot.js";
import { accounts, assignmentInput, instanceArn } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, failure, read } from "./live-world.js";
import type { LiveWorld } from "./live-world.js";

const never = new AbortController().signal;
const since = "2026-11-26T09:30:00Z";
const denied: Fault = { refuse: "AccessDeniedException", message: "no" };
const gone = "1111222233-00000000-0000-4000-8000-000000000000";

function tag(world: LiveWorld, ...ids: readonly string[]): void {
  const Tags = ids.map((id) => ({ Key: `idc:revoked:${id}`, Value: since }));
  world.admin("TagResource", { ResourceArn: instanceArn, Tags });
}

function targeted(...names: readonly string[]): Scope {
  return { kind: "targeted", ...emptyTarget, keys: names.map(changeId.user) };
}

function usersOf({ revoked }: Snapshot): readonly (string | null)[] {
  return revoked.map(({ user }) => user);
}

describe("who is revoked", () => {
  test.each([
    ["a whole reading", { kind: "all" } as const],
    ["a reading that is about them", targeted("ann")],
    ["a reading that is about others", targeted("ben")],
  ])("is known by name to %s", async (_what, scope) => {
    const world = createLiveWorld();
    const [ann] = [world.user("ann"), world.user("ben")];
    tag(world, ann);
    const snapshot = await read(await world.connect(), scope);
    expect(snapshot.revoked).toEqual([{ userId: ann, user: "ann", since }]);
    expect(snapshot.gaps).toEqual([]);
  });

  test("is not looked for by a reading of named objects alone", async () => {
    const world = createLiveWorld();
    tag(world, world.user("ann"));
    expect((await read(await world.connect(), { kind: "only", keys: ["user:ann"] })).revoked).toEqual([]);
  });

  test("is known to a whole reading although it was only said while that went on", async () => {
    const world = createLiveWorld();
    const ann = world.user("ann");
    const connection = await world.connect();
    world.faults = ({ operation }) => {
      if (operation === "identitystore ListUsers") tag(world, ann);
      return null;
    };
    expect(usersOf(await read(connection))).toEqual(["ann"]);
  });

  test("and is gone, or was never anybody, has no name, and that is no gap", async () => {
    const world = createLiveWorld();
    world.user("ann");
    tag(world, gone, "nonsense");
    const snapshot = await read(await world.connect());
    expect(snapshot.revoked).toEqual([
      { userId: gone, user: null, since },
      { userId: "nonsense", user: null, since },
    ]);
    expect(snapshot.gaps).toEqual([]);
    expect(world.sent.filter((operation) => operation === "identitystore DescribeUser")).toHaveLength(1);
  });

  test.each(["ann", "o'neil=7d#x%41@example.com", "Zoë-Ω", "ß".repeat(128)])(
    "and is gone is known by the name that the tag has: %s",
    async (name) => {
      const world = createLiveWorld();
      const { reader, writer } = await world.connect();
      await writer.revocation.create(gone, { since, user: name });
      expect((await reader.tags(never)).revoked.get(gone)).toEqual({ since, user: name });
      const { revoked } = await read(await world.connect());
      expect(revoked).toEqual([{ userId: gone, user: name, since, isGone: true }]);
    },
  );

  test("has no name in the tag where that is too long for one, or somebody else has written it", async () => {
    const world = createLiveWorld();
    const { reader, writer } = await world.connect();
    const said = async () => (await reader.tags(never)).revoked.get(gone);
    await writer.revocation.create(gone, { since, user: "%".repeat(100) });
    expect(await said()).toEqual({ since, user: null });
    for (const Value of ["", " ", "by hand", "a b c", `${since} x=ff`]) {
      world.admin("TagResource", { ResourceArn: instanceArn, Tags: [{ Key: `idc:revoked:${gone}`, Value }] });
      expect(await said()).toEqual({ since: Value, user: null });
    }
  });

  test("and cannot be looked up may be anybody: nobody is to be given anything", async () => {
    const world = createLiveWorld();
    tag(world, world.user("ann"));
    const connection = await world.connect();
    world.faults = ({ operation }) => (operation === "identitystore DescribeUser" ? denied : null);
    const snapshot = await read(connection, targeted());
    expect(usersOf(snapshot)).toEqual([null]);
    expect(snapshot.gaps).toMatchObject([{ covers: [{ kind: "user" }], error: { kind: "denied" } }]);
  });

  test("and cannot be read at all lets no whole reading pass for one", async () => {
    const world = createLiveWorld();
    const connection = await world.connect();
    world.faults = ({ operation, input }) =>
      operation === "sso-admin ListTagsForResource" && input["ResourceArn"] === instanceArn ? denied : null;
    expect(await failure(read(connection))).toMatchObject({ kind: "denied" });
  });

  test("is written and taken away by id, beside the mark and what others tag", async () => {
    const world = createLiveWorld();
    const ann = world.user("ann");
    world.admin("TagResource", { ResourceArn: instanceArn, Tags: [{ Key: "team", Value: "x" }] });
    const { reader, writer } = await world.connect();
    await writer.mark("sha256:x");
    await writer.revocation.create(ann, { since, user: "ann" });
    expect(await reader.tags(never)).toEqual({
      mark: "sha256:x",
      revoked: new Map([[ann, { since, user: "ann" }]]),
    });
    await writer.revocation.delete(ann);
    await writer.revocation.delete(ann);
    expect(await reader.tags(never)).toEqual({ mark: "sha256:x", revoked: new Map() });
    expect(world.sandbox.state.tags.get(instanceArn)?.get("team")).toBe("x");
  });
});

describe("one user", () => {
  test("is found as the service takes the name, and with the name that they have", async () => {
    const world = createLiveWorld();
    const ann = world.user("ann");
    const { reader } = await world.connect();
    expect(await reader.principal("user", "ann", never)).toMatchObject({ name: "ann", id: ann });
    expect(await reader.principal("user", "ANN", never)).toMatchObject({ name: "ann", id: ann });
    expect(await reader.principal("user", "anne", never)).toBeNull();
  });
});

describe("assignments that are on their way", () => {
  test("are counted for whom they are, until they have ended", async () => {
    const world = createLiveWorld({ settleMs: 1_000 });
    const [ann, ben, set] = [world.user("ann"), world.user("ben"), world.set("Read")];
    const { reader } = await world.connect();
    expect(await reader.arriving(ann, never)).toBe(0);
    for (const account of [accounts.dev, accounts.prod])
      world.admin("CreateAccountAssignment", assignmentInput(set, ann, account, "USER"));
    expect(await reader.arriving(ann, never)).toBe(2);
    expect(await reader.arriving(ben, never)).toBe(0);
    world.clock.time += 5_000;
    expect(await reader.arriving(ann, never)).toBe(0);
  });

  test("that arrive while they are asked about are counted once more, and those that fail are not", async () => {
    const world = createLiveWorld({ settleMs: 1_000 });
    const [ann, set] = [world.user("ann"), world.set("Read")];
    const { reader } = await world.connect();
    world.admin("CreateAccountAssignment", assignmentInput(set, ann, accounts.dev, "USER"));
    world.faults = ({ operation }) => {
      if (operation === "sso-admin DescribeAccountAssignmentCreationStatus") world.clock.time += 5_000;
      return null;
    };
    expect(await reader.arriving(ann, never)).toBe(1);
    world.admin("CreateAccountAssignment", assignmentInput(set, ann, accounts.prod, "USER"));
    world.store("DeleteUser", { UserId: ann });
    expect(await reader.arriving(ann, never)).toBe(0);
  });
});

describe("permission sets", () => {
  test("are named, all or those whose policy has a text in it", async () => {
    const world = createLiveWorld();
    const [one] = [world.set("One"), world.set("Two"), world.set("Three")];
    const statement = { Effect: "Deny", Action: "*", Resource: gone };
    world.admin("PutInlinePolicyToPermissionSet", {
      PermissionSetArn: one,
      InlinePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    const { reader } = await world.connect();
    expect([...(await reader.permissionSets(null, never))].sort()).toEqual(["One", "Three", "Two"]);
    expect(await reader.permissionSets(gone, never)).toEqual(["One"]);
    world.faults = ({ operation, input }) =>
      operation === "sso-admin GetInlinePolicyForPermissionSet" && input["PermissionSetArn"] === one
        ? denied
        : null;
    expect(await failure(reader.permissionSets(gone, never))).toMatchObject({
      kind: "denied",
    });
  });
});
