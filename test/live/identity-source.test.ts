import { expect, test } from "vitest";
import { changeId } from "../../src/model/keys.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import { createLiveWorld, failure, read } from "./live-world.js";
import type { LiveWorld } from "./live-world.js";

const never = new AbortController().signal;
const issuer = "https://scim.example.com/tenant";

/** Alice and the developers come from a provider; bob and the operators were made in Identity Center. */
function createCase(): LiveWorld {
  const world = createLiveWorld();
  const { users, groups } = world.sandbox.state;
  const externalIds = [
    { Issuer: issuer, Id: "1" },
    { Issuer: "second", Id: "2" },
  ];
  const [alice] = [world.user("alice"), world.user("bob")];
  const [developers] = [world.group("developers"), world.group("operators")];
  const [user, group] = [users.get(alice), groups.get(developers)];
  if (user === undefined || group === undefined) throw new Error("nobody is there");
  users.set(alice, { ...user, externalIds });
  groups.set(developers, { ...group, externalIds });
  return world;
}

function issuersIn({ issuers }: Snapshot): unknown {
  return { users: [...issuers.users], groups: [...issuers.groups] };
}

test("who calls itself the source of users and groups comes with them, in a whole reading and in a part", async () => {
  const world = createCase();
  const connection = await world.connect();
  expect(issuersIn(await read(connection))).toEqual({
    users: [["alice", issuer]],
    groups: [["developers", issuer]],
  });
  const keys = [
    changeId.user("alice"),
    changeId.user("bob"),
    changeId.group("developers"),
    changeId.group("operators"),
  ];
  const part = await read(await world.connect(), { kind: "only", keys });
  expect(issuersIn(part)).toEqual({ users: [["alice", issuer]], groups: [["developers", issuer]] });
  expect(issuersIn(await read(connection, { kind: "only", keys: keys.slice(1, 2) }))).toEqual({
    users: [],
    groups: [],
  });
});

test("a name is told as Identity Center spells it; what is not there costs one request, and is asked for anew", async () => {
  const world = createCase();
  const { reader } = await world.connect();
  world.sent.length = 0;
  expect((await reader.principal("user", "Alice", never))?.name).toBe("alice");
  expect((await reader.principal("group", "developers", never))?.name).toBe("developers");
  world.sent.length = 0;
  expect(await reader.principal("group", "late", never)).toBeNull();
  expect(await reader.principal("user", "late", never)).toBeNull();
  expect(world.sent).toEqual(["identitystore GetGroupId", "identitystore GetUserId"]);
  world.group("Late");
  expect((await reader.principal("group", "late", never))?.name).toBe("Late");
});

test("a look-up that fails is no sign that nobody is there", async () => {
  const world = createCase();
  const { reader } = await world.connect();
  world.faults = ({ operation }) =>
    operation === "identitystore DescribeGroup" ? { refuse: "AccessDeniedException", message: "no" } : null;
  expect((await failure(reader.principal("group", "developers", never))).kind).toBe("denied");
});
