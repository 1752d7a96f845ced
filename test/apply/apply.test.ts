import { describe, expect, test } from "vitest";
import type { ApplyPorts } from "../../src/apply/apply.js";
import type { ApplyResult } from "../../src/model/apply-result.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import type { State } from "../../src/model/state.js";
import { createLiveWorld } from "../live/live-world.js";
import type { LiveWorld } from "../live/live-world.js";
import { applied, deleting, planFor } from "../support/applying.js";
import { permissionSet, person, stateOf } from "../support/organizations.js";

const dev = "111122223333";
const prod = "444455556666";

function grant(principal: string, permissionSet: string, account: string): AssignmentKey {
  return { principalType: "group", principal, permissionSet, account };
}

const team: State = stateOf({
  users: new Map([["ann", person("ann")]]),
  groups: new Map([["dev", {}]]),
  permissionSets: new Map([["Read", permissionSet()]]),
  memberships: [{ group: "dev", user: "ann" }],
  assignments: [grant("dev", "Read", dev), grant("dev", "Read", prod)],
});

async function apply(world: LiveWorld, state: State, given: Partial<ApplyPorts> = {}): Promise<ApplyResult> {
  const connection = await world.connect();
  return await applied(world, connection, await planFor(connection, state, { settings: deleting }), given);
}

function told({ outcomes }: ApplyResult): Readonly<Record<string, string>> {
  return Object.fromEntries(outcomes.map(({ change, outcome }) => [change.id, outcome.status]));
}

describe("an apply", () => {
  test("tells FAILED with the service's reason, gives up what stands on it, and goes on with the rest", async () => {
    const world = createLiveWorld();
    const { organization } = world.sandbox.state;
    const accounts = new Map(organization.accounts);
    const account = accounts.get(prod);
    if (account === undefined) throw new Error("the example organization has changed");
    accounts.set(prod, { ...account, status: "SUSPENDED" });
    world.sandbox.state.organization = { ...organization, accounts };
    const result = await apply(world, team);
    expect(told(result)).toEqual({
      "user:ann": "done",
      "group:dev": "done",
      "permissionSet:Read": "done",
      "membership:dev/ann": "done",
      [`assignment:group/dev:Read:${dev}`]: "done",
      [`assignment:group/dev:Read:${prod}`]: "failed",
    });
    const failed = result.outcomes.find(({ outcome }) => outcome.status === "failed")?.outcome;
    expect(failed).toMatchObject({ status: "failed", error: { kind: "failed" } });
    expect(failed?.status === "failed" && failed.error.message).toContain(prod);
  });

  test("believes what it reads back of an operation that nobody would tell of, and only that", async () => {
    const denied = (world: LiveWorld): void => {
      world.faults = ({ operation }) =>
        / (List|Describe)AccountAssignmentCreationStatus$/.test(operation) && world.sent.includes(creation)
          ? { refuse: "AccessDeniedException", message: "no" }
          : null;
    };
    const creation = "sso-admin CreateAccountAssignment";
    const soon = createLiveWorld({ settleMs: 2_000 });
    denied(soon);
    expect(new Set(Object.values(told(await apply(soon, team))))).toEqual(new Set(["done"]));

    const late = createLiveWorld({ settleMs: 60_000 });
    denied(late);
    const result = await apply(late, team);
    expect(told(result)).toMatchObject({
      [`assignment:group/dev:Read:${dev}`]: "unconfirmed",
      [`assignment:group/dev:Read:${prod}`]: "unconfirmed",
    });
    const reasons = result.outcomes.flatMap(({ outcome }) =>
      outcome.status === "unconfirmed" ? [outcome.reason] : [],
    );
    expect(reasons).toHaveLength(2);
    for (const reason of reasons) expect(reason).toMatch(/^Assigning .* was accepted \(request /);
  });

  test("tells of one user who cannot be read back, and of no other", async () => {
    const world = createLiveWorld();
    const people = stateOf({ users: new Map(["ann", "ben", "cat"].map((name) => [name, person(name)])) });
    world.faults = ({ operation, input }) => {
      const [ben] = world.sandbox.state.users.by("name", "ben");
      return operation === "identitystore DescribeUser" && input["UserId"] === ben?.id
        ? { refuse: "AccessDeniedException", message: "no" }
        : null;
    };
    expect(told(await apply(world, people))).toEqual({
      "user:ann": "done",
      "user:ben": "unconfirmed",
      "user:cat": "done",
    });
  });

  test("skips what depends on a refused change and says because of what", async () => {
    const world = createLiveWorld();
    world.faults = ({ operation }) =>
      operation === "sso-admin CreatePermissionSet" ? { refuse: "AccessDeniedException" } : null;
    const result = await apply(world, team);
    expect(told(result)).toMatchObject({
      "permissionSet:Read": "failed",
      "membership:dev/ann": "done",
      [`assignment:group/dev:Read:${dev}`]: "skipped",
    });
    const reasons = result.outcomes.flatMap(({ outcome }) =>
      outcome.status === "skipped" ? [outcome.because] : [],
    );
    expect(reasons).toEqual(["permissionSet:Read", "permissionSet:Read"]);
  });

  test("says unconfirmed, not done, of what is not there when it is read back", async () => {
    const world = createLiveWorld();
    world.faults = ({ operation }) =>
      operation === "identitystore CreateGroupMembership"
        ? {
            body: JSON.stringify({
              MembershipId: "d1111222-0000-4000-8000-000000000000",
              IdentityStoreId: "d-1111222233",
            }),
          }
        : null;
    const result = await apply(world, team);
    expect(told(result)["membership:dev/ann"]).toBe("unconfirmed");
    expect(told(result)["user:ann"]).toBe("done");
  });

  test("says so when what was touched cannot be read back", async () => {
    const world = createLiveWorld();
    let isReadingBack = false;
    world.faults = ({ operation }) =>
      isReadingBack && operation.startsWith("identitystore ") ? { refuse: "AccessDeniedException" } : null;
    const result = await apply(world, team, {
      on: ({ type }) => {
        if (type === "reading-back") isReadingBack = true;
      },
    });
    expect(result.errors.map(({ kind }) => kind)).toContain("denied");
    expect(told(result)["user:ann"]).toBe("unconfirmed");
  });

  test("takes nothing for gone that could not be read back", async () => {
    const world = createLiveWorld();
    await apply(world, team);
    let isReadingBack = false;
    world.faults = ({ operation }) =>
      isReadingBack && /ListAccountAssignments$|IsMemberInGroups|GetUserId|DescribeUser/.test(operation)
        ? { refuse: "AccessDeniedException" }
        : null;
    const result = await apply(
      world,
      stateOf({ ...team, users: new Map(), memberships: [], assignments: [] }),
      {
        on: ({ type }) => {
          if (type === "reading-back") isReadingBack = true;
        },
      },
    );
    expect(told(result)).toEqual({
      "membership:dev/ann": "unconfirmed",
      "user:ann": "unconfirmed",
      [`assignment:group/dev:Read:${dev}`]: "unconfirmed",
      [`assignment:group/dev:Read:${prod}`]: "unconfirmed",
    });
    expect(result.errors.map(({ kind }) => kind)).toContain("denied");
  });

  test("never rejects, whatever the reading back meets", async () => {
    const world = createLiveWorld();
    const connection = await world.connect();
    const plan = await planFor(connection, team, { settings: deleting });
    const reader = { ...connection.reader, snapshot: () => Promise.reject(new TypeError("a bug")) };
    const result = await applied(world, connection, plan, { reader });
    expect(new Set(Object.values(told(result)))).toEqual(new Set(["unconfirmed"]));
    expect(result.errors.map(({ message }) => message)).toEqual(["Unexpected: a bug"]);
  });

  test("interrupted, it finishes what is under way, starts nothing more, and the next one completes it", async () => {
    const world = createLiveWorld({ settleMs: 5000 });
    const interrupt = new AbortController();
    const result = await apply(world, team, {
      signal: interrupt.signal,
      on: (event) => {
        if (event.type === "started" && event.change.kind === "permissionSet") interrupt.abort();
      },
    });
    expect(result.interrupted).toBe(true);
    expect(told(result)).toMatchObject({
      "permissionSet:Read": "done",
      [`assignment:group/dev:Read:${dev}`]: "interrupted",
    });
    expect(Object.values(told(await apply(world, team)))).not.toContain("interrupted");
    const connection = await world.connect();
    expect((await planFor(connection, team, { settings: deleting })).changes).toEqual([]);
  });

  test("ends with the credentials: nothing more is tried, nothing is read back, and why is told once", async () => {
    const world = createLiveWorld();
    const connection = await world.connect();
    const plan = await planFor(connection, team, { settings: deleting });
    world.sent.length = 0;
    world.faults = () =>
      world.sent.includes("sso-admin CreateAccountAssignment")
        ? {
            refuse: "ExpiredTokenException",
            message: "The security token included in the request is expired",
          }
        : null;
    const result = await applied(world, connection, plan, { operationsInFlight: 1 });
    expect(told(result)).toEqual({
      "user:ann": "unconfirmed",
      "group:dev": "unconfirmed",
      "permissionSet:Read": "unconfirmed",
      "membership:dev/ann": "unconfirmed",
      [`assignment:group/dev:Read:${dev}`]: "failed",
      [`assignment:group/dev:Read:${prod}`]: "interrupted",
    });
    expect(result).toMatchObject({ interrupted: false, errors: [] });
    expect(world.sent.at(-1)).toBe("sso-admin CreateAccountAssignment");
  });

  test("says not started, not skipped, of what depends on a change that met the end of the credentials", async () => {
    const world = createLiveWorld();
    world.faults = ({ operation }) =>
      operation === "sso-admin CreatePermissionSet" ? { refuse: "ExpiredTokenException" } : null;
    expect(told(await apply(world, team))).toMatchObject({
      "permissionSet:Read": "failed",
      [`assignment:group/dev:Read:${dev}`]: "interrupted",
      [`assignment:group/dev:Read:${prod}`]: "interrupted",
    });
  });

  test("takes what a signal kept from beginning for not started, with all that depends on it", async () => {
    const world = createLiveWorld();
    const connection = await world.connect();
    const interrupt = new AbortController();
    const plan = await planFor(connection, team, { settings: deleting });
    const { writer } = connection;
    const create = async (): Promise<never> => {
      interrupt.abort(new Error("interrupted"));
      throw interrupt.signal.reason;
    };
    const result = await applied(world, connection, plan, {
      signal: interrupt.signal,
      writerFor: () => ({ ...writer, permissionSet: { ...writer.permissionSet, create } }),
    });
    expect(told(result)).toMatchObject({
      "permissionSet:Read": "interrupted",
      [`assignment:group/dev:Read:${dev}`]: "interrupted",
      [`assignment:group/dev:Read:${prod}`]: "interrupted",
    });
    expect(Object.values(told(result))).not.toContain("skipped");
    expect(result.interrupted).toBe(true);
  });

  test("never loses access that stays: a group hands its grant on before it goes, and the role lives", async () => {
    const world = createLiveWorld();
    await apply(world, team);
    const roles = (): readonly string[] =>
      [...world.sandbox.state.roles.values()].map(({ suffix }) => suffix).sort();
    const before = roles();
    const renamed = stateOf({
      ...team,
      groups: new Map([["builders", {}]]),
      memberships: [{ group: "builders", user: "ann" }],
      assignments: [grant("builders", "Read", dev), grant("builders", "Read", prod)],
    });
    const result = await apply(world, renamed);
    expect(new Set(Object.values(told(result)))).toEqual(new Set(["done"]));
    expect(roles()).toEqual(before);
  });
});
