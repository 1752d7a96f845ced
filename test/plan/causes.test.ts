import { describe, expect, test } from "vitest";
import { ownerKey } from "../../src/model/declared.js";
import type { Declared } from "../../src/model/declared.js";
import type { Source } from "../../src/model/diagnostic.js";
import { changeId } from "../../src/model/keys.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import type { State } from "../../src/model/state.js";
import { declaration, declaring } from "../support/declarations.js";
import { permissionSet, snapshotOf, stateOf as organizationOf } from "../support/organizations.js";
import { planned } from "../support/planning.js";

const a = "111122223333";
const b = "444455556666";
const c = "777788889999";

function grant(principal: string, set: string, account: string): AssignmentKey {
  return { principalType: "group", principal, permissionSet: set, account };
}

function stateOf(given: {
  users?: Readonly<Record<string, object>>;
  groups?: Readonly<Record<string, object>>;
  sets?: Readonly<Record<string, Partial<ReturnType<typeof permissionSet>>>>;
  members?: readonly (readonly [string, string])[];
  grants?: readonly AssignmentKey[];
}): State {
  return organizationOf({
    users: new Map(Object.entries(given.users ?? {})),
    groups: new Map(Object.entries(given.groups ?? {})),
    permissionSets: new Map(
      Object.entries(given.sets ?? {}).map(([name, set]) => [name, permissionSet(set)]),
    ),
    memberships: (given.members ?? []).map(([group, user]) => ({ group, user })),
    assignments: given.grants ?? [],
  });
}

const emptyState = organizationOf({});

/** Every change with its cause, as `config: create group:dev`. */
function causesOf(given: {
  readonly live: State;
  readonly base: State | Declared | null;
  readonly files: State | Declared;
  readonly lagging?: Readonly<Record<string, readonly string[]>>;
  readonly purpose?: "plan" | "drift";
}): readonly string[] {
  const asDeclared = (files: State | Declared): Declared => ("settings" in files ? files : declaring(files));
  const live = snapshotOf(given.live, { lagging: new Map(Object.entries(given.lagging ?? {})) });
  const plan = planned(asDeclared(given.files), live, {
    base: given.base === null ? null : { commit: "c0ffee", declared: asDeclared(given.base) },
    purpose: given.purpose ?? "plan",
  });
  return plan.changes.map(({ cause, action, id }) => `${cause}: ${action} ${id}`).sort();
}

describe("against a base", () => {
  const team = stateOf({
    users: { ann: { title: "Engineer" }, ben: {} },
    groups: { dev: { description: "Developers" } },
    sets: { Read: {} },
    members: [["dev", "ann"]],
    grants: [grant("dev", "Read", a)],
  });

  test("what the files ask for and did not before is theirs", () => {
    const files = stateOf({
      users: { ann: { title: "Lead" }, ben: {}, cleo: {} },
      groups: { dev: { description: "Developers" }, ops: {} },
      sets: { Read: { sessionDuration: "PT8H" } },
      members: [["dev", "ben"]],
      grants: [grant("ops", "Read", b)],
    });
    expect(causesOf({ live: team, base: team, files })).toEqual(
      [
        "config: update user:ann",
        "config: create user:cleo",
        "config: create group:ops",
        "config: update permissionSet:Read",
        "config: create membership:dev/ben",
        "config: delete membership:dev/ann",
        "config: create assignment:group/ops:Read:444455556666",
        "config: delete assignment:group/dev:Read:111122223333",
      ].sort(),
    );
  });

  test("what the base asked for already was changed by hand", () => {
    const live = stateOf({
      users: { ann: { title: "Boss" }, ben: {}, eve: {} },
      groups: { dev: { description: "Haxx" }, evil: {} },
      sets: { Read: { sessionDuration: "PT12H" } },
      members: [["dev", "ben"]],
      grants: [grant("dev", "Read", b)],
    });
    expect(causesOf({ live, base: team, files: team })).toEqual(
      [
        "drift: update user:ann",
        "drift: update group:dev",
        "drift: delete group:evil",
        "drift: update permissionSet:Read",
        "drift: create membership:dev/ann",
        "drift: delete membership:dev/ben",
        "drift: create assignment:group/dev:Read:111122223333",
        "drift: delete assignment:group/dev:Read:444455556666",
      ].sort(),
    );
  });

  test("one field that the files change makes the whole change theirs", () => {
    const live = stateOf({ sets: { Read: { sessionDuration: "PT12H" } } });
    const base = stateOf({ sets: { Read: {} } });
    const description = stateOf({ sets: { Read: { description: "To read" } } });
    expect(causesOf({ live, base, files: base })).toEqual(["drift: update permissionSet:Read"]);
    expect(causesOf({ live, base, files: description })).toEqual(["config: update permissionSet:Read"]);
  });

  test("what is created otherwise than the base would have is the files' own", () => {
    const base = stateOf({ sets: { Read: {} } });
    const longer = stateOf({ sets: { Read: { sessionDuration: "PT2H" } } });
    expect(causesOf({ live: emptyState, base, files: base })).toEqual(["drift: create permissionSet:Read"]);
    expect(causesOf({ live: emptyState, base, files: longer })).toEqual([
      "config: create permissionSet:Read",
    ]);
  });

  test("putting a set in force has the cause of what changes in it, or of what was left unsettled", () => {
    const grants = [grant("dev", "Read", a)];
    const base = stateOf({ groups: { dev: {} }, sets: { Read: {} }, grants });
    const edited = stateOf({ groups: { dev: {} }, sets: { Read: { sessionDuration: "PT8H" } }, grants });
    const tagged = stateOf({ groups: { dev: {} }, sets: { Read: { tags: { team: "x" } } }, grants });
    const lagging = { Read: [a] };
    expect(causesOf({ live: base, base, files: edited, lagging })).toEqual([
      "config: provision provisioning:Read",
      "config: update permissionSet:Read",
    ]);
    expect(causesOf({ live: edited, base, files: base, lagging })).toEqual([
      "drift: provision provisioning:Read",
      "drift: update permissionSet:Read",
    ]);
    expect(causesOf({ live: base, base, files: base, lagging })).toEqual([
      "unsettled: provision provisioning:Read",
    ]);
    expect(causesOf({ live: base, base, files: tagged, lagging })).toEqual([
      "config: update permissionSet:Read",
      "unsettled: provision provisioning:Read",
    ]);
  });

  test("what was changed by hand, and the files have come to ask for, is put in force by them", () => {
    const grants = [grant("dev", "Read", a)];
    const base = stateOf({ groups: { dev: {} }, sets: { Read: {} }, grants });
    const edited = stateOf({ groups: { dev: {} }, sets: { Read: { sessionDuration: "PT8H" } }, grants });
    const both = stateOf({
      groups: { dev: {} },
      sets: { Read: { sessionDuration: "PT8H", description: "Read" } },
      grants,
    });
    expect(causesOf({ live: edited, base, files: edited, lagging: { Read: [a] } })).toEqual([
      "config: provision provisioning:Read",
    ]);
    const described = stateOf({ groups: { dev: {} }, sets: { Read: { description: "Read" } }, grants });
    expect(causesOf({ live: edited, base: described, files: both })).toEqual([
      "config: provision provisioning:Read",
      "drift: update permissionSet:Read",
    ]);
  });

  test("who leaves is the files' doing, who should have left long ago is not", () => {
    const live = stateOf({ users: { ann: {} }, groups: { dev: {} }, members: [["dev", "ann"]] });
    const gone = stateOf({ groups: { dev: {} } });
    expect(causesOf({ live, base: live, files: gone })).toEqual([
      "config: delete membership:dev/ann",
      "config: disable user:ann",
    ]);
    expect(causesOf({ live, base: gone, files: gone })).toEqual([
      "drift: delete membership:dev/ann",
      "drift: disable user:ann",
    ]);
  });

  test("a base without files, or with none that can be read, makes everything the files' own", () => {
    const plan = planned(declaring(team), snapshotOf(emptyState), {
      base: { commit: "c0ffee", declared: null },
    });
    expect(new Set(plan.changes.map(({ cause }) => cause))).toEqual(new Set(["config"]));
    expect(plan.base).toEqual({ commit: "c0ffee" });
  });
});

test("without a base everything is asked for by a plan, and changed by hand for drift", () => {
  const live = stateOf({ groups: { dev: {} } });
  expect(causesOf({ live, base: null, files: emptyState })).toEqual(["config: delete group:dev"]);
  expect(causesOf({ live, base: null, files: emptyState, purpose: "drift" })).toEqual([
    "drift: delete group:dev",
  ]);
});

describe("what has run out", () => {
  const until: Source = { file: "access/groups.yaml", line: 7, column: 30 };
  const live = stateOf({
    users: { ann: {} },
    groups: { dev: {} },
    sets: { Read: {} },
    members: [["dev", "ann"]],
    grants: [grant("dev", "Read", a)],
  });
  const over = declaring(stateOf({ users: { ann: {} }, groups: { dev: {} }, sets: { Read: {} } }), {
    expired: new Map([...live.memberships.keys(), ...live.assignments.keys()].map((id) => [id, until])),
  });

  test("is told as that, at the place that says when, with a base and without", () => {
    const expected = [
      "expiry: delete assignment:group/dev:Read:111122223333",
      "expiry: delete membership:dev/ann",
    ];
    expect(causesOf({ live, base: over, files: over })).toEqual(expected);
    expect(causesOf({ live, base: null, files: over })).toEqual(expected);
    expect(planned(over, snapshotOf(live)).changes.map(({ source }) => source)).toEqual([until, until]);
  });

  test("and is the files' own where they end early what the base still gives", () => {
    expect(causesOf({ live, base: live, files: over })).toEqual([
      "config: delete assignment:group/dev:Read:111122223333",
      "config: delete membership:dev/ann",
    ]);
  });
});

describe("accounts that move", () => {
  const sets = { Read: {}, Admin: {} };
  const groups = { dev: {}, ops: {} };
  /** Files with one wide rule: `spread` in the accounts given. */
  function wide(spread: readonly (readonly [string, string])[], accounts: readonly string[]): Declared {
    const keys = accounts.flatMap((account) => spread.map(([group, set]) => grant(group, set, account)));
    const owners = new Set(spread.map(([group, set]) => ownerKey(grant(group, set, a))));
    return declaring(stateOf({ groups, sets }), {
      assignments: new Map(
        keys.map((key) => [
          changeId.assignment(key),
          declaration({ key, spread: "all of the unit", reason: null }),
        ]),
      ),
      ruled: owners,
      spreads: new Map([["all of the unit", owners]]),
    });
  }
  const team = [
    ["dev", "Read"],
    ["ops", "Admin"],
  ] as const;
  const held = (...accounts: readonly string[]) =>
    accounts.flatMap((account) => team.map(([group, set]) => grant(group, set, account)));

  test("an account that has come gets all of what a rule spreads", () => {
    const files = wide(team, [a, b]);
    expect(causesOf({ live: stateOf({ groups, sets, grants: held(a) }), base: files, files })).toEqual([
      "organization: create assignment:group/dev:Read:444455556666",
      "organization: create assignment:group/ops:Admin:444455556666",
    ]);
  });

  test("an account that has left loses all of it", () => {
    const files = wide(team, [a]);
    expect(causesOf({ live: stateOf({ groups, sets, grants: held(a, c) }), base: files, files })).toEqual([
      "organization: delete assignment:group/dev:Read:777788889999",
      "organization: delete assignment:group/ops:Admin:777788889999",
    ]);
  });

  test("an account that has left loses what is still there, one grant taken by hand or not", () => {
    const three = [...team, ["ops", "Read"]] as const;
    const files = wide(three, [a]);
    const all = [...held(a), grant("ops", "Read", a), ...held(c)];
    expect(causesOf({ live: stateOf({ groups, sets, grants: all }), base: files, files })).toEqual([
      "organization: delete assignment:group/dev:Read:777788889999",
      "organization: delete assignment:group/ops:Admin:777788889999",
    ]);
  });

  test("a single grant given or taken by hand is no account that moved", () => {
    const files = wide(team, [a, b]);
    const grants = [...held(a), grant("dev", "Read", b), grant("ops", "Admin", c)];
    expect(causesOf({ live: stateOf({ groups, sets, grants }), base: files, files })).toEqual([
      "drift: create assignment:group/ops:Admin:444455556666",
      "drift: delete assignment:group/ops:Admin:777788889999",
    ]);
  });

  test("where a rule spreads one grant alone, it counts as the account: nobody loses by that unreviewed", () => {
    const files = wide([["ops", "Admin"]], [a]);
    const grants = [grant("ops", "Admin", a), grant("ops", "Admin", c)];
    expect(causesOf({ live: stateOf({ groups, sets, grants }), base: files, files })).toEqual([
      "organization: delete assignment:group/ops:Admin:777788889999",
    ]);
  });

  test("a rule that these files write is theirs, whatever its accounts do", () => {
    expect(
      causesOf({
        live: stateOf({ groups, sets, grants: held(a) }),
        base: wide(team, [a]),
        files: wide(team, [a, b]),
      }),
    ).toEqual([
      "config: create assignment:group/dev:Read:444455556666",
      "config: create assignment:group/ops:Admin:444455556666",
    ]);
  });
});

describe("the access that changes", () => {
  test("is the files' own wherever they have a part in it", () => {
    const live = stateOf({
      users: { ann: {}, ben: {} },
      groups: { dev: {} },
      sets: { Read: {}, Admin: {} },
      members: [["dev", "ann"]],
    });
    const base = stateOf({
      users: { ann: {}, ben: {} },
      groups: { dev: {} },
      sets: { Read: {}, Admin: {} },
      members: [["dev", "ann"]],
      grants: [grant("dev", "Read", a)],
    });
    const files = declaring({
      ...base,
      memberships: new Map([...base.memberships, ["membership:dev/ben", { group: "dev", user: "ben" }]]),
    });
    const plan = planned(files, snapshotOf(live), { base: { commit: "c0ffee", declared: declaring(base) } });
    // Ann's access was taken away by hand; Ben gets it by joining, however it comes back.
    expect(plan.access.gained.map(({ user, cause }) => `${user} ${cause}`)).toEqual([
      "ben config",
      "ann drift",
    ]);
  });
});
