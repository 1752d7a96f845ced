import { describe, expect, test } from "vitest";
import type { GapScope, Snapshot } from "../../src/model/snapshot.js";
import { accounts } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import { inProcessHandler, type InProcessHandler } from "../support/sandbox-handler.js";
import { createLiveWorld, failure, read, type LiveWorld } from "./live-world.js";

const denied: Fault = { refuse: "AccessDeniedException", message: "no" };

/** Two users, two groups with one of them each, two sets: one assigned to a group and to a user. */
function createCase() {
  const world = createLiveWorld();
  const ids = {
    alice: world.user("alice"),
    bob: world.user("bob"),
    developers: world.group("developers"),
    auditors: world.group("auditors"),
    readOnly: world.set("ReadOnly"),
    admin: world.set("Admin"),
  };
  world.member(ids.developers, ids.alice);
  world.member(ids.auditors, ids.bob);
  world.assign(ids.readOnly, ids.developers);
  world.assign(ids.readOnly, ids.bob, accounts.prod, "USER");
  return { world, ids };
}

async function readWith(world: LiveWorld, faults: LiveWorld["faults"]): Promise<Snapshot> {
  const connection = await world.connect();
  world.faults = faults;
  return read(connection);
}

function covered({ gaps }: Snapshot): readonly GapScope[] {
  return gaps.flatMap(({ covers }) => covers);
}

describe("a list that cannot be read", () => {
  test.each([
    ["identitystore ListUsers", ["user", "membership", "assignment"]],
    ["identitystore ListGroups", ["group", "membership", "assignment"]],
    ["sso-admin ListPermissionSets", ["permissionSet", "provisioning", "assignment"]],
  ])("%s leaves its kind and those that depend on it unknown", async (failing, kinds) => {
    const { world } = createCase();
    const snapshot = await readWith(world, ({ operation }) => (operation === failing ? denied : null));
    expect(covered(snapshot)).toEqual(kinds.map((kind) => ({ kind })));
    expect(snapshot.gaps[0]?.error).toMatchObject({ kind: "denied", operation: failing });
  });

  test("a failed second page is no shorter list", async () => {
    const { world } = createCase();
    for (let index = 0; index < 120; index += 1) world.user(`user-${index}`);
    const snapshot = await readWith(world, ({ operation, input }) =>
      operation === "identitystore ListUsers" && "NextToken" in input ? denied : null,
    );
    expect(covered(snapshot)).toContainEqual({ kind: "user" });
    expect(snapshot.state.users.size).toBe(0);
  });

  test("everything failing rejects", async () => {
    const { world } = createCase();
    const connection = await world.connect();
    world.faults = () => ({ unreachable: "ECONNREFUSED" });
    expect(await failure(read(connection))).toMatchObject({ kind: "unreachable" });
  });

  test("a network that is gone for good ends the reading with the fifth request that is lost", async () => {
    const { world } = createCase();
    for (let index = 0; index < 100; index += 1) world.group(`group-${index}`);
    const connection = await world.connect();
    world.faults = ({ operation }) =>
      operation === "identitystore ListUsers" || operation === "identitystore ListGroups"
        ? null
        : { unreachable: "ECONNREFUSED" };
    const sent = world.sent.length;
    const error = await failure(read(connection));
    expect(error).toMatchObject({ kind: "unreachable", message: expect.stringContaining("ECONNREFUSED") });
    // Two attempts of each and few third ones, as they take turns.
    expect(world.sent.length - sent).toBeLessThan(250);
    world.faults = null;
    const before = world.sent.length;
    expect(await failure(read(connection))).toBe(error);
    expect(world.sent.length).toBe(before);
  });

  test("a network that says nothing any more ends the reading in two minutes, however much there is", async () => {
    const { world } = createCase();
    for (let index = 0; index < 500; index += 1) world.group(`group-${index}`);
    const handler = inProcessHandler(world.sandbox, world.time);
    const silent: InProcessHandler = {
      ...handler,
      async handle(request) {
        if (!Object.values(request.headers).some((value) => value.endsWith(".ListGroupMemberships")))
          return handler.handle(request);
        await world.time.sleep(30_000);
        throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
      },
    };
    const connection = await world.connect({ requestHandler: silent });
    const before = world.time.now();
    expect(await failure(read(connection))).toMatchObject({ kind: "unreachable" });
    expect(world.time.now() - before).toBeLessThan(120_000);
  });

  test("four requests that are lost are gaps, and so are four more after an answer", async () => {
    const { world } = createCase();
    for (const name of ["operators", "finance"]) world.group(name);
    const connection = await world.connect();
    world.faults = ({ operation }) =>
      operation === "identitystore ListGroupMemberships" ? { unreachable: "ECONNREFUSED" } : null;
    for (let times = 0; times < 2; times += 1) expect((await read(connection)).gaps).toHaveLength(4);
  });

  test("credentials that end in the middle reject", async () => {
    const { world } = createCase();
    const connection = await world.connect();
    world.faults = ({ operation }) =>
      operation === "sso-admin ListAccountAssignments"
        ? { refuse: "ExpiredTokenException", message: "expired" }
        : null;
    expect(await failure(read(connection))).toMatchObject({ kind: "credentials" });
  });
});

describe("a part that cannot be read leaves just that unknown", () => {
  test.each<[string, string, readonly GapScope[]]>([
    ["identitystore ListGroupMemberships", "developers", [{ kind: "membership", group: "developers" }]],
    [
      "sso-admin DescribePermissionSet",
      "admin",
      [{ kind: "permissionSet" }, { kind: "provisioning" }, { kind: "assignment" }],
    ],
    ...[
      "ListManagedPoliciesInPermissionSet",
      "ListCustomerManagedPolicyReferencesInPermissionSet",
      "GetInlinePolicyForPermissionSet",
      "GetPermissionsBoundaryForPermissionSet",
      "ListTagsForResource",
    ].map((name): [string, string, readonly GapScope[]] => [
      `sso-admin ${name}`,
      "readOnly",
      [{ kind: "permissionSet", permissionSet: "ReadOnly" }],
    ]),
    [
      "sso-admin ListAccountsForProvisionedPermissionSet",
      "admin",
      [
        { kind: "provisioning", permissionSet: "Admin" },
        { kind: "assignment", permissionSet: "Admin", account: null },
      ],
    ],
  ])("%s of %s", async (failing, which, expected) => {
    const { world, ids } = createCase();
    const id = ids[which as keyof typeof ids];
    const snapshot = await readWith(world, ({ operation, input }) =>
      operation === failing && Object.values(input).includes(id) ? denied : null,
    );
    expect(covered(snapshot)).toEqual(expected);
    expect(snapshot.state.users.size).toBe(2);
  });

  test("the provisioning of a set whose lagging accounts cannot be listed", async () => {
    const { world } = createCase();
    const snapshot = await readWith(world, ({ operation, input }) =>
      operation.endsWith("ProvisionedPermissionSet") && "ProvisioningStatus" in input ? denied : null,
    );
    expect(covered(snapshot)).toEqual([{ kind: "provisioning", permissionSet: "ReadOnly" }]);
    expect(snapshot.state.assignments.size).toBe(2);
    expect(snapshot.lagging.has("ReadOnly")).toBe(false);
  });

  test("the assignments of one set in one account", async () => {
    const { world } = createCase();
    const snapshot = await readWith(world, ({ input }) =>
      input["AccountId"] === accounts.prod ? { body: "<html>", status: 500 } : null,
    );
    expect(covered(snapshot)).toEqual([
      { kind: "assignment", permissionSet: "ReadOnly", account: accounts.prod },
    ]);
    expect([...snapshot.state.assignments.keys()]).toEqual([
      `assignment:group/developers:ReadOnly:${accounts.dev}`,
    ]);
  });

  test.each([
    ["identitystore ListUsers", "Users", { Emails: "x" }, "user"],
    ["identitystore ListUsers", "Users", { UserName: 5 }, "user"],
    ["identitystore ListUsers", "Users", null, "user"],
    ["identitystore ListGroups", "Groups", null, "group"],
    ["sso-admin ListPermissionSets", "PermissionSets", null, "permissionSet"],
    ["sso-admin ListAccountAssignments", "AccountAssignments", null, "assignment"],
  ])("%s with odd rows (%s: %j)", async (odd, list, members, kind) => {
    const { world } = createCase();
    const snapshot = await readWith(world, ({ operation }) =>
      operation === odd
        ? {
            edit: (answer) => ({
              ...answer,
              [list]: (answer[list] as object[]).map((row) => members && { ...row, ...members }),
            }),
          }
        : null,
    );
    expect(covered(snapshot).map((one) => one.kind)).toContain(kind);
    for (const { error } of snapshot.gaps) {
      expect(error.kind).toBe("unexpected");
      expect(error.help).not.toBeNull();
    }
  });

  test("a stored policy that is no JSON", async () => {
    const { world, ids } = createCase();
    const snapshot = await readWith(world, ({ operation, input }) =>
      operation.endsWith("GetInlinePolicyForPermissionSet") && input["PermissionSetArn"] === ids.admin
        ? { body: JSON.stringify({ InlinePolicy: "{{" }) }
        : null,
    );
    expect(covered(snapshot)).toEqual([{ kind: "permissionSet", permissionSet: "Admin" }]);
    expect(snapshot.gaps[0]?.error.message).toBe(
      "The inline policy of the permission set Admin is no JSON policy document.",
    );
  });
});

test("however much is listed and not found, it is listed once more and not for each", async () => {
  const world = createLiveWorld();
  for (let index = 0; index < 150; index += 1) world.group(`group-${index}`);
  for (let index = 0; index < 20; index += 1) world.set(`set-${index}`);
  const connection = await world.connect();
  world.sent.length = 0;
  world.faults = ({ operation }) =>
    / (ListGroupMemberships|DescribePermissionSet)$/.test(operation)
      ? { refuse: "ResourceNotFoundException", message: "it vanished" }
      : null;
  expect((await read(connection)).gaps).toHaveLength(150 + 20);
  expect(world.sent.filter((operation) => operation === "identitystore ListGroups")).toHaveLength(2 + 2);
  expect(world.sent.filter((operation) => operation === "sso-admin ListPermissionSets")).toHaveLength(1 + 1);
});

describe("what goes while it is read", () => {
  const gone: Fault = { refuse: "ResourceNotFoundException", message: "not there" };

  test("a group is gone when the list of groups does not have it any more either", async () => {
    const { world, ids } = createCase();
    const snapshot = await readWith(world, ({ operation, input }) => {
      if (operation === "identitystore ListGroupMemberships" && input["GroupId"] === ids.auditors)
        world.store("DeleteGroup", { GroupId: ids.auditors });
      return null;
    });
    expect(snapshot.gaps).toEqual([]);
    expect([...snapshot.state.groups.keys()]).toEqual(["developers"]);
  });

  test("a group that is there after all is unknown, not gone", async () => {
    const { world, ids } = createCase();
    const snapshot = await readWith(world, ({ operation, input }) =>
      operation === "identitystore ListGroupMemberships" && input["GroupId"] === ids.auditors ? gone : null,
    );
    expect(covered(snapshot)).toEqual([{ kind: "membership", group: "auditors" }]);
    expect(snapshot.state.groups.has("auditors")).toBe(true);
  });

  test("a permission set that is listed and not found is unknown, not gone", async () => {
    const { world, ids } = createCase();
    const snapshot = await readWith(world, ({ operation, input }) =>
      operation === "sso-admin DescribePermissionSet" && input["PermissionSetArn"] === ids.admin
        ? gone
        : null,
    );
    expect(covered(snapshot)).toEqual([
      { kind: "permissionSet" },
      { kind: "provisioning" },
      { kind: "assignment" },
    ]);
  });

  test("a permission set is gone", async () => {
    const { world, ids } = createCase();
    const snapshot = await readWith(world, ({ operation, input }) => {
      if (
        operation === "sso-admin GetInlinePolicyForPermissionSet" &&
        input["PermissionSetArn"] === ids.admin
      )
        world.admin("DeletePermissionSet", { PermissionSetArn: ids.admin });
      return null;
    });
    expect(snapshot.gaps).toEqual([]);
    expect([...snapshot.state.permissionSets.keys()]).toEqual(["ReadOnly"]);
  });

  test("a user who came after the list is met by the id in an assignment", async () => {
    const { world, ids } = createCase();
    const snapshot = await readWith(world, ({ operation, count }) => {
      if (operation === "sso-admin ListPermissionSets" && count === 1) {
        const carol = world.user("carol");
        world.assign(ids.admin, carol, accounts.dev, "USER");
      }
      return null;
    });
    expect(snapshot.state.users.has("carol")).toBe(true);
    expect([...snapshot.state.assignments.keys()]).toContain(`assignment:user/carol:Admin:${accounts.dev}`);
  });

  test("a group that came after the list comes with its members", async () => {
    const { world, ids } = createCase();
    const snapshot = await readWith(world, ({ operation, input }) => {
      if (operation === "sso-admin ListAccountAssignments" && world.sandbox.state.groups.size === 2)
        if (input["AccountId"] === accounts.dev) {
          const late = world.group("late");
          world.member(late, ids.bob);
          world.assign(ids.readOnly, late);
        }
      return null;
    });
    expect(snapshot.state.groups.has("late")).toBe(true);
    expect(snapshot.state.memberships.has("membership:late/bob")).toBe(true);
    expect(snapshot.gaps).toEqual([]);
  });

  test("a principal whom nobody can look up leaves the pair unknown, and is no orphan", async () => {
    const { world, ids } = createCase();
    world.store("DeleteUser", { UserId: ids.bob });
    const snapshot = await readWith(world, ({ operation }) =>
      operation === "identitystore DescribeUser" ? denied : null,
    );
    expect(covered(snapshot)).toEqual([
      { kind: "user" },
      { kind: "assignment", permissionSet: "ReadOnly", account: accounts.prod },
    ]);
    expect([...snapshot.state.assignments.values()].some(({ orphan }) => orphan)).toBe(false);
  });
});

test.each([{ Reason: "KMS_NotFoundException" }, { ResourceType: "IDENTITY_STORE" }])(
  "what is not found for want of the store or its key makes nobody an orphan: %o",
  async (members) => {
    const { world, ids } = createCase();
    world.store("DeleteUser", { UserId: ids.bob });
    const snapshot = await readWith(world, ({ operation }) =>
      operation === "identitystore DescribeUser" ? { refuse: "ResourceNotFoundException", members } : null,
    );
    expect(covered(snapshot)).toEqual([
      { kind: "user" },
      { kind: "assignment", permissionSet: "ReadOnly", account: accounts.prod },
    ]);
    expect([...snapshot.state.assignments.values()].some(({ orphan }) => orphan)).toBe(false);
  },
);

test("a permissions boundary that cannot be decrypted is not taken for none", async () => {
  const { world } = createCase();
  const snapshot = await readWith(world, ({ operation }) =>
    operation === "sso-admin GetPermissionsBoundaryForPermissionSet"
      ? { refuse: "ResourceNotFoundException", members: { Reason: "KMS_NotFoundException" } }
      : null,
  );
  expect(snapshot.state.permissionSets.size).toBe(0);
  expect(covered(snapshot)).toContainEqual({ kind: "permissionSet", permissionSet: "Admin" });
});

test("a user whom two pages list, since others came between, is one user", async () => {
  const { world } = createCase();
  const snapshot = await readWith(world, ({ operation }) =>
    operation === "identitystore ListUsers" || operation === "identitystore ListGroups"
      ? {
          edit: (answer) =>
            Object.fromEntries(
              Object.entries(answer).map(([key, list]) => [
                key,
                Array.isArray(list) ? [...(list as unknown[]), list[0] as unknown] : list,
              ]),
            ),
        }
      : null,
  );
  expect(snapshot.gaps).toEqual([]);
  expect(snapshot.state.users.size).toBe(2);
  expect(snapshot.state.memberships.size).toBe(2);
});

test("two groups of one name are not mixed up", async () => {
  const { world } = createCase();
  const snapshot = await readWith(world, ({ operation }) =>
    operation === "identitystore ListGroups"
      ? {
          edit: ({ Groups }) => ({
            Groups: (Groups as object[]).map((one) => ({ ...one, DisplayName: "same" })),
          }),
        }
      : null,
  );
  expect(covered(snapshot)).toEqual([{ kind: "group" }, { kind: "membership" }, { kind: "assignment" }]);
  expect(snapshot.gaps[0]?.error.message).toBe(
    'Identity Center has two groups named "same", which no file can tell apart.',
  );
});

test("an abort ends the reading promptly, with its reason", async () => {
  const { world } = createCase();
  const connection = await world.connect();
  const abort = new AbortController();
  world.faults = ({ operation }) => {
    if (operation === "sso-admin DescribePermissionSet") abort.abort(new Error("Ctrl-C"));
    return null;
  };
  await expect(connection.reader.snapshot({ kind: "all" }, abort.signal)).rejects.toThrow("Ctrl-C");
  const sent = world.sent.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(world.sent.length).toBe(sent);
});
