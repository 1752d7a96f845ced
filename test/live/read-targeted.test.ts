import { describe, expect, test } from "vitest";
import { changeId } from "../../src/model/keys.js";
import type { AssignmentKey, ChangeId } from "../../src/model/keys.js";
import { emptyTarget } from "../../src/model/snapshot.js";
import type { GapScope, Scope, Snapshot, Target } from "../../src/model/snapshot.js";
import type { ConnectOptions } from "../../src/live/connect.js";
import { runApply } from "../../src/run/apply.js";
import { runPlan } from "../../src/run/plan.js";
import { decodeOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import { accounts } from "../sandbox/world.js";
import { memoryTree } from "../declare/memory-tree.js";
import { createRunWorld } from "../run/run-world.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, read, type LiveWorld } from "./live-world.js";

const denied: Fault = { refuse: "AccessDeniedException", message: "no" };

function targeted(keys: readonly ChangeId[], more: Partial<Target> = {}): Scope {
  return { kind: "targeted", ...emptyTarget, keys, ...more };
}

function leaving(more: Partial<Target["leaving"]>): Partial<Target> {
  return { leaving: { users: [], deleted: [], groups: [], permissionSets: [], ...more } };
}

function heldBy(principal: string, permissionSet: string): AssignmentKey {
  return { principalType: "group", principal, permissionSet, account: accounts.dev };
}

/** Ten sets of which the developers hold two, Wanted among them; a user in two groups with a grant of her own. */
function createCase(world: LiveWorld = createLiveWorld()) {
  const others = Array.from({ length: 8 }, (_, index) => world.set(`Other-${index}`));
  const [first = ""] = others;
  const ids = {
    wanted: world.set("Wanted", { SessionDuration: "PT4H" }),
    unheld: world.set("Unheld"),
    developers: world.group("developers"),
    auditors: world.group("auditors"),
    alice: world.user("alice"),
    bob: world.user("bob"),
  };
  world.member(ids.developers, ids.alice);
  world.member(ids.auditors, ids.alice);
  world.member(ids.developers, ids.bob);
  world.assign(first, ids.developers);
  world.assign(ids.wanted, ids.developers);
  world.assign(ids.wanted, ids.auditors, accounts.prod);
  world.assign(first, ids.alice, accounts.dev, "USER");
  return { world, ids };
}

async function readTarget(
  world: LiveWorld,
  scope: Scope,
  given: { faults?: LiveWorld["faults"]; options?: Partial<ConnectOptions> } = {},
): Promise<Snapshot> {
  const connection = await world.connect(given.options);
  world.sent.length = 0;
  world.faults = given.faults ?? null;
  return read(connection, scope);
}

/** How often each operation was asked. */
function counts({ sent }: LiveWorld): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const operation of sent) found[operation] = (found[operation] ?? 0) + 1;
  return found;
}

function covered({ gaps }: Snapshot): readonly GapScope[] {
  return gaps.flatMap(({ covers }) => covers);
}

const wantedAlone = targeted([changeId.permissionSet("Wanted")], {
  holders: new Map([["Wanted", heldBy("developers", "Wanted")]]),
});

describe("a permission set", () => {
  test("is found by who holds it, among what else they hold, and described once", async () => {
    const { world, ids } = createCase();
    const { state, gaps } = await readTarget(world, wantedAlone, {
      faults: ({ operation }) =>
        operation === "sso-admin ListAccountAssignmentsForPrincipal"
          ? { edit: (answer) => withFirst(answer, ids.wanted) }
          : null,
    });
    expect(gaps).toEqual([]);
    expect(state.permissionSets.get("Wanted")).toMatchObject({ sessionDuration: "PT4H" });
    expect(counts(world)).toMatchObject({
      "identitystore GetGroupId": 1,
      "sso-admin DescribePermissionSet": 1,
    });
    expect(world.sent).not.toContain("sso-admin ListPermissionSets");
  });

  test("is looked up once for all that are read of it, in however many accounts", async () => {
    const { world, ids } = createCase();
    const everywhere = [...world.sandbox.state.organization.accounts.keys()].filter(
      (account) => account !== accounts.dev,
    );
    for (const account of everywhere) world.assign(ids.wanted, ids.developers, account);
    const keys = everywhere.map((account) => ({ ...heldBy("developers", "Wanted"), account }));
    const { state } = await readTarget(
      world,
      targeted(keys.map(changeId.assignment), {
        holders: new Map([["Wanted", heldBy("developers", "Wanted")]]),
      }),
    );
    expect(state.assignments.size).toBe(everywhere.length);
    expect(counts(world)).toMatchObject({
      "sso-admin ListAccountAssignmentsForPrincipal": 1,
      "sso-admin ListAccountAssignments": everywhere.length,
      // The holder's id, and that of who holds the set in the other accounts.
      "identitystore GetGroupId": 2,
      "identitystore DescribeGroup": 1,
    });
  });

  test.each([
    ["whose holder is gone", heldBy("nobody", "Wanted")],
    ["whose holder does not hold it any more", { ...heldBy("auditors", "Wanted"), account: accounts.dev }],
  ])("%s is found among all there are", async (_what, holder) => {
    const { world } = createCase();
    const { state, gaps } = await readTarget(
      world,
      targeted([changeId.permissionSet("Wanted")], { holders: new Map([["Wanted", holder]]) }),
    );
    expect(gaps).toEqual([]);
    expect([...state.permissionSets.keys()]).toEqual(["Wanted"]);
    expect(counts(world)["sso-admin ListPermissionSets"]).toBe(1);
  });

  test("that nobody holds is found among all there are", async () => {
    const { world } = createCase();
    const { state, gaps } = await readTarget(world, targeted([changeId.permissionSet("Unheld")]));
    expect(gaps).toEqual([]);
    expect([...state.permissionSets.keys()]).toEqual(["Unheld"]);
  });

  test("that the base does not know is not looked for", async () => {
    const { world } = createCase();
    const { state, gaps } = await readTarget(
      world,
      targeted([changeId.permissionSet("New"), changeId.provisioning("New")], {
        holders: new Map([["New", null]]),
      }),
    );
    expect([gaps, state.permissionSets.size, world.sent]).toEqual([[], 0, []]);
  });

  test("is found by a delegated administrator, who may not ask what somebody holds", async () => {
    const delegated = "AKIDDELEGATED";
    const organization = decodeOrganization(
      {
        managementAccount: { id: accounts.management, name: "management" },
        region: "eu-west-1",
        accounts: [
          { id: accounts.dev, name: "dev", ou: "Workloads" },
          { id: accounts.prod, name: "prod", ou: "Workloads" },
        ],
        callers: { [delegated]: { account: accounts.dev, as: "delegated-administrator" } },
      },
      "",
    );
    const { world } = createCase(createLiveWorld({ state: newState(organization) }));
    const { state, gaps } = await readTarget(world, wantedAlone, {
      options: { credentials: { accessKeyId: delegated, secretAccessKey: "secret" } },
    });
    expect(gaps).toEqual([]);
    expect([...state.permissionSets.keys()]).toEqual(["Wanted"]);
    expect(counts(world)).toMatchObject({
      "sso-admin ListAccountAssignmentsForPrincipal": 1,
      "sso-admin ListPermissionSets": 1,
    });
  });
});

describe("who leaves", () => {
  const alice = targeted([changeId.user("alice")], leaving({ users: ["alice"] }));

  test("is read with all groups and all grants of their own, and none that a group holds", async () => {
    const { world, ids } = createCase();
    const { state, gaps } = await readTarget(world, alice, {
      faults: ({ operation }) =>
        operation === "sso-admin ListAccountAssignmentsForPrincipal"
          ? { edit: (answer) => withGroupRow(answer, ids.wanted, ids.developers) }
          : null,
    });
    expect(gaps).toEqual([]);
    expect([...state.memberships.keys()].sort()).toEqual([
      "membership:auditors/alice",
      "membership:developers/alice",
    ]);
    expect([...state.assignments.keys()]).toEqual([`assignment:user/alice:Other-0:${accounts.dev}`]);
  });

  test.each([
    ["groups", "identitystore ListGroupMembershipsForMember", [0, 1]],
    ["groups' names", "identitystore DescribeGroup", [0, 1]],
    ["grants", "sso-admin ListAccountAssignmentsForPrincipal", [2, 0]],
    ["sets' names", "sso-admin DescribePermissionSet", [2, 0]],
  ])("leaves a gap when their %s cannot be read, and is read for the rest", async (_what, failing, seen) => {
    const { world } = createCase();
    const snapshot = await readTarget(world, alice, {
      faults: ({ operation }) => (operation === failing ? denied : null),
    });
    expect(new Set(covered(snapshot).map((scope) => JSON.stringify(scope)))).toEqual(
      new Set([JSON.stringify({ kind: "user", name: "alice" })]),
    );
    expect(snapshot.gaps[0]?.error).toMatchObject({ kind: "denied", operation: failing });
    expect([snapshot.state.memberships.size, snapshot.state.assignments.size]).toEqual(seen);
  });

  test("leaves a gap when only a later page of their groups cannot be read", async () => {
    const { world, ids } = createCase();
    for (let index = 0; index < 120; index += 1) world.member(world.group(`group-${index}`), ids.alice);
    const snapshot = await readTarget(world, alice, {
      faults: ({ operation, input }) =>
        operation === "identitystore ListGroupMembershipsForMember" && "NextToken" in input ? denied : null,
    });
    expect(covered(snapshot)).toEqual([{ kind: "user", name: "alice" }]);
  });

  test("and is not there any more is no gap", async () => {
    const { world, ids } = createCase();
    world.store("DeleteUser", { UserId: ids.alice });
    const { state, gaps } = await readTarget(world, alice);
    expect([gaps, state.users.size, state.memberships.size]).toEqual([[], 0, 0]);
  });
});

/** The rows of the set before those of others. */
function withFirst(answer: Record<string, unknown>, arn: string): object {
  const rows = answer["AccountAssignments"] as readonly { readonly PermissionSetArn: string }[];
  const isOf = ({ PermissionSetArn }: { readonly PermissionSetArn: string }): boolean =>
    PermissionSetArn === arn;
  return { ...answer, AccountAssignments: [...rows.filter(isOf), ...rows.filter((row) => !isOf(row))] };
}

function withGroupRow(
  answer: Record<string, unknown>,
  PermissionSetArn: string,
  PrincipalId: string,
): object {
  const row = { AccountId: accounts.prod, PermissionSetArn, PrincipalType: "GROUP", PrincipalId };
  return { ...answer, AccountAssignments: [...(answer["AccountAssignments"] as readonly object[]), row] };
}

describe("a group that goes", () => {
  const developers = targeted([changeId.group("developers")], leaving({ groups: ["developers"] }));

  test("is read with whoever is in it and whatever it holds", async () => {
    const { world } = createCase();
    const { state, gaps } = await readTarget(world, developers);
    expect(gaps).toEqual([]);
    expect([...state.memberships.keys()].sort()).toEqual([
      "membership:developers/alice",
      "membership:developers/bob",
    ]);
    expect([...state.assignments.keys()].sort()).toEqual([
      `assignment:group/developers:Other-0:${accounts.dev}`,
      `assignment:group/developers:Wanted:${accounts.dev}`,
    ]);
    expect(counts(world)["identitystore DescribeGroup"]).toBe(1);
  });

  test.each([["identitystore ListGroupMemberships"], ["sso-admin ListAccountAssignmentsForPrincipal"]])(
    "leaves a gap for itself and its members when %s fails",
    async (failing) => {
      const { world } = createCase();
      const snapshot = await readTarget(world, developers, {
        faults: ({ operation }) => (operation === failing ? denied : null),
      });
      expect(covered(snapshot)).toEqual([
        { kind: "group", name: "developers" },
        { kind: "membership", group: "developers" },
      ]);
    },
  );
});

describe("a permission set that goes", () => {
  const wanted = targeted([changeId.permissionSet("Wanted"), changeId.provisioning("Wanted")], {
    ...leaving({ permissionSets: ["Wanted"] }),
    holders: new Map([["Wanted", heldBy("developers", "Wanted")]]),
  });

  test("is read with whoever holds it, orphans too", async () => {
    const { world, ids } = createCase();
    world.assign(ids.wanted, ids.bob, accounts.prod, "USER");
    world.store("DeleteUser", { UserId: ids.bob });
    const { state, gaps } = await readTarget(world, wanted);
    expect(gaps).toEqual([]);
    expect([...state.assignments.keys()].sort()).toEqual([
      `assignment:group/auditors:Wanted:${accounts.prod}`,
      `assignment:group/developers:Wanted:${accounts.dev}`,
      `assignment:user/#${ids.bob}:Wanted:${accounts.prod}`,
    ]);
  });

  test("takes nobody for gone whose name cannot be read", async () => {
    const { world } = createCase();
    const snapshot = await readTarget(world, wanted, {
      faults: ({ operation }) => (operation === "identitystore DescribeGroup" ? denied : null),
    });
    expect(covered(snapshot)).toEqual([
      { kind: "permissionSet", permissionSet: "Wanted" },
      { kind: "assignment", permissionSet: "Wanted", account: null },
    ]);
    expect([...snapshot.state.assignments.values()].filter(({ orphan }) => orphan === true)).toEqual([]);
  });

  test("leaves a gap for whoever holds it when one account cannot be asked", async () => {
    const { world } = createCase();
    const snapshot = await readTarget(world, wanted, {
      faults: ({ operation, input }) =>
        operation === "sso-admin ListAccountAssignments" && input["AccountId"] === accounts.prod
          ? denied
          : null,
    });
    expect(covered(snapshot)).toContainEqual({ kind: "assignment", permissionSet: "Wanted", account: null });
  });
});

test("what could not be described for one is asked again for another", async () => {
  const { world, ids } = createCase();
  const once = [denied];
  const snapshot = await readTarget(
    world,
    targeted([changeId.group("auditors"), changeId.user("alice")], leaving({ users: ["alice"] })),
    {
      faults: ({ operation, input }) =>
        operation === "identitystore DescribeGroup" && input["GroupId"] === ids.auditors
          ? (once.pop() ?? null)
          : null,
    },
  );
  expect(covered(snapshot)).toEqual([{ kind: "group", name: "auditors" }]);
  expect([...snapshot.state.memberships.keys()].sort()).toEqual([
    "membership:auditors/alice",
    "membership:developers/alice",
  ]);
});

test("a leaver whose groups cannot be read is withheld as a whole", async () => {
  const before = `
users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
groups:
  developers: {members: [alice]}
permissionSets:
  Look: {}
assignments:
  - {users: [alice], permissionSets: [Look], accounts: ["${accounts.dev}"]}
`;
  const world = createRunWorld({ "access/all.yaml": before });
  expect((await runApply(world.order())).verdicts).toEqual([]);
  world.files["access/all.yaml"] = "groups:\n  developers: {}\npermissionSets:\n  Look: {}\n";
  world.faults = ({ operation }) =>
    operation === "identitystore ListGroupMembershipsForMember" ? denied : null;
  const tree = memoryTree({ "access/all.yaml": before });
  const { plan, verdicts } = await runPlan(
    world.order({
      targeted: true,
      base: "before",
      revisionOf: async (commit) => ({ ok: true, commit, tree }),
    }),
  );
  expect([plan?.live.complete, plan?.changes, verdicts]).toEqual([false, [], ["incomplete"]]);
  expect(plan?.withheld.map(({ change, code }) => `${code} ${change.action} ${change.id}`).sort()).toEqual([
    `incomplete-read delete assignment:user/alice:Look:${accounts.dev}`,
    "incomplete-read delete membership:developers/alice",
    "incomplete-read disable user:alice",
  ]);
});
