import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownerKey } from "../../src/model/declared.js";
import type { Declared, DeclaredUser } from "../../src/model/declared.js";
import { changeId } from "../../src/model/keys.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import { LiveError } from "../../src/model/live-error.js";
import type { Gap, Snapshot } from "../../src/model/snapshot.js";
import type { State } from "../../src/model/state.js";
import { noConsent } from "../../src/plan/consent.js";
import { makePlan } from "../../src/plan/plan.js";
import { boundBy } from "../../src/plan/saved.js";
import {
  declaration,
  declaredAssignments,
  declaring,
  defaultSettings,
  managing,
} from "../support/declarations.js";
import { organizations, permissionSet, person, snapshotOf, stateOf } from "../support/organizations.js";
import { held, planInput, planned, told } from "../support/planning.js";

const management = "999900001111";
const account = "111111111111";

function grant(principal: string, set = "Read", where = account): AssignmentKey {
  return { principalType: "group", principal, permissionSet: set, account: where };
}

function direct(principal: string, set = "Read", where = account): AssignmentKey {
  return { principalType: "user", principal, permissionSet: set, account: where };
}

const disabled: DeclaredUser = { attributes: {}, status: "disabled" };

/** Ann and Ben in the team "dev", which reads one account; Ben also directly. */
const small: State = stateOf({
  users: new Map([
    ["ann", person("ann")],
    ["ben", person("ben")],
  ]),
  groups: new Map([["dev", {}]]),
  permissionSets: new Map([["Read", permissionSet()]]),
  memberships: [
    { group: "dev", user: "ann" },
    { group: "dev", user: "ben" },
  ],
  assignments: [grant("dev"), direct("ben")],
});

function without(state: State, kind: keyof State, name: string): State {
  const entries: [string, unknown][] = [...state[kind]];
  return { ...state, [kind]: new Map(entries.filter(([key]) => key !== name)) };
}

describe("a plan", () => {
  test("of files that say what is there is empty", () => {
    fc.assert(
      fc.property(organizations(), (state) => {
        const plan = planned(declaring(state), snapshotOf(state));
        expect(told(plan)).toEqual([]);
        expect(plan.withheld).toEqual([]);
        expect(plan.access).toEqual({ gained: [], lost: [], changed: [] });
      }),
    );
  });

  test("does not depend on the order in which files and live are read", () => {
    fc.assert(
      fc.property(organizations(), organizations(), (from, to) => {
        const reversed = (state: State): State => ({
          users: new Map([...state.users].reverse()),
          groups: new Map([...state.groups].reverse()),
          permissionSets: new Map([...state.permissionSets].reverse()),
          applicationAssignments: state.applicationAssignments,
          memberships: new Map([...state.memberships].reverse()),
          assignments: new Map([...state.assignments].reverse()),
        });
        const plan = planned(declaring(to), snapshotOf(from));
        expect(planned(declaring(reversed(to)), snapshotOf(reversed(from))).digest).toBe(plan.digest);
      }),
    );
  });

  test("tells the access that its changes bring and take", () => {
    const plan = planned(
      declaring(without(small, "memberships", "membership:dev/ann")),
      snapshotOf(without(small, "assignments", "assignment:user/ben:Read:111111111111")),
    );
    expect(told(plan)).toEqual(
      ["delete membership:dev/ann", "create assignment:user/ben:Read:111111111111"].sort(),
    );
    expect(plan.access.lost).toEqual([
      { user: "ann", permissionSet: "Read", accounts: [account], via: ["group/dev"], cause: "config" },
    ]);
    expect(plan.access.gained).toEqual([]);
    expect(plan.summary).toMatchObject({ create: 1, delete: 1, gained: 0, lost: 1 });
  });

  test("updates what a file mentions of a user and leaves the rest alone", () => {
    const live = snapshotOf({
      ...small,
      users: new Map([
        ["ann", { ...person("ann"), title: "Engineer", nickName: "A" }],
        ["ben", person("ben")],
      ]),
    });
    const users: Declared["users"] = new Map([
      [
        "ann",
        declaration<DeclaredUser>({ attributes: { title: "Lead", nickName: null }, status: "enabled" }),
      ],
      ["ben", declaration<DeclaredUser>({ attributes: {}, status: "enabled" })],
    ]);
    const [change, ...others] = planned(declaring(small, { users }), live).changes;
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      action: "update",
      id: "user:ann",
      fields: [
        { path: "title", before: "Engineer", after: "Lead" },
        { path: "nickName", before: "A", after: null },
      ],
    });
  });

  test("provisions a changed permission set once, after its edit, wherever it stays", () => {
    const changed = {
      ...small,
      permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT8H" })]]),
    };
    const plan = planned(declaring(changed), snapshotOf(small));
    expect(told(plan)).toEqual(["provision provisioning:Read", "update permissionSet:Read"]);
    expect(plan.changes.at(-1)).toMatchObject({
      id: "provisioning:Read",
      accounts: [account],
      everywhere: true,
      dependsOn: ["permissionSet:Read"],
    });
    expect(plan.access.changed.map(({ user }) => user)).toEqual(["ann", "ben"]);
  });

  test("tells a permission set that was edited by hand as one difference", () => {
    const edited = {
      ...small,
      permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT8H" })]]),
    };
    const plan = planned(declaring(small), snapshotOf(edited, { lagging: new Map([["Read", [account]]]) }), {
      purpose: "drift",
    });
    expect(told(plan)).toEqual(["update permissionSet:Read"]);
    expect(plan.changes[0]?.cause).toBe("drift");
  });

  test("does not provision for tags alone", () => {
    const tagged = { ...small, permissionSets: new Map([["Read", permissionSet({ tags: { team: "a" } })]]) };
    expect(told(planned(declaring(tagged), snapshotOf(small)))).toEqual(["update permissionSet:Read"]);
  });

  test("finishes what an earlier change left behind, and says so", () => {
    const live = snapshotOf(small, { lagging: new Map([["Read", [account]]]) });
    for (const purpose of ["plan", "drift"] as const) {
      const plan = planned(declaring(small), live, { purpose });
      expect(plan.changes).toMatchObject([
        { id: "provisioning:Read", cause: "unsettled", accounts: [account] },
      ]);
    }
  });

  test("provisions account by account where one that is behind is not ACTIVE", () => {
    const other = "222222222222";
    const state = stateOf({
      ...small,
      memberships: [],
      assignments: [grant("dev"), grant("dev", "Read", other)],
    });
    const plan = planned(
      declaring(state, { inactiveAccounts: new Map([[other, "SUSPENDED"]]) }),
      snapshotOf(state, { lagging: new Map([["Read", [account, other]]]) }),
    );
    expect(plan.changes).toMatchObject([{ accounts: [account], everywhere: false }]);
  });
});

describe("leaving", () => {
  test("the files takes every membership and direct grant and keeps the user", () => {
    const files = stateOf({
      ...small,
      users: new Map([["ann", person("ann")]]),
      memberships: [{ group: "dev", user: "ann" }],
      assignments: [grant("dev")],
    });
    const plan = planned(declaring(files), snapshotOf(small));
    expect(told(plan)).toEqual([
      "delete assignment:user/ben:Read:111111111111",
      "delete membership:dev/ben",
      "disable user:ben",
    ]);
    expect(plan.changes.at(-1)).toMatchObject({
      id: "user:ben",
      dependsOn: ["assignment:user/ben:Read:111111111111", "membership:dev/ben"],
    });
    expect(plan.notes.map(({ code }) => code)).toEqual(["disable-in-console"]);

    const gone = snapshotOf({ ...files, users: small.users });
    expect(told(planned(declaring(files), gone))).toEqual([]);
  });

  test("deletes the user, after everything they held, when the settings say so", () => {
    const files = stateOf({
      ...small,
      users: new Map([["ann", person("ann")]]),
      memberships: [],
      assignments: [],
    });
    const plan = planned(
      declaring(files, { settings: { ...defaultSettings, onUserRemoval: "delete" } }),
      snapshotOf(small),
    );
    expect(plan.changes.at(-1)).toMatchObject({ action: "delete", id: "user:ben" });
  });

  test("by status: disabled takes away even what would otherwise be ignored or unmanaged", () => {
    const users: Declared["users"] = new Map([
      ["ann", declaration<DeclaredUser>({ attributes: {}, status: "enabled" })],
      ["ben", declaration(disabled)],
    ]);
    const settings = managing(
      { groups: "none", assignments: "none" },
      { ignore: { ...defaultSettings.ignore, users: ["ben"], groups: ["dev"] } },
    );
    const plan = planned(declaring(small, { users, settings }), snapshotOf(small));
    expect(told(plan)).toEqual([
      "delete assignment:user/ben:Read:111111111111",
      "delete membership:dev/ben",
      "disable user:ben",
    ]);
  });

  test("a disabled user who is not there is not created", () => {
    const users: Declared["users"] = new Map([["zoe", declaration(disabled)]]);
    expect(told(planned(declaring(stateOf({}), { users }), snapshotOf(stateOf({}))))).toEqual([]);
  });

  test("a user whom live has DISABLED gets no changes, and a note", () => {
    const live = snapshotOf(without(small, "memberships", "membership:dev/ben"), {
      status: new Map([["ben", "DISABLED"]]),
    });
    const plan = planned(declaring(small), live);
    expect(told(plan)).toEqual([]);
    expect(held(plan)).toEqual(["user-disabled: create membership:dev/ben"]);
    expect(plan.notes.map(({ code }) => code)).toEqual(["user-disabled"]);
  });
});

describe("ownership", () => {
  const empty = declaring(stateOf({}));
  const owned = (settings: Declared["settings"], given: Partial<Declared> = {}): readonly string[] =>
    told(planned({ ...empty, settings, ...given }, snapshotOf(small)));

  test("all: what the files do not have goes", () => {
    expect(owned(defaultSettings)).toEqual([
      "delete assignment:group/dev:Read:111111111111",
      "delete assignment:user/ben:Read:111111111111",
      "delete group:dev",
      "delete membership:dev/ann",
      "delete membership:dev/ben",
      "delete permissionSet:Read",
      "disable user:ann",
      "disable user:ben",
    ]);
  });

  test("none: nothing is touched, and it is counted", () => {
    const settings = managing({ users: "none", groups: "none", permissionSets: "none", assignments: "none" });
    const plan = planned({ ...empty, settings }, snapshotOf(small));
    expect(told(plan)).toEqual([]);
    expect(plan.summary.unmanaged).toBe(6);
  });

  test("declared: other objects go only through removed", () => {
    const settings = managing({
      users: "declared",
      groups: "declared",
      permissionSets: "declared",
      assignments: "declared",
    });
    const source = { file: "access/removed.yaml", line: 3, column: 5 };
    expect(owned(settings)).toEqual([]);
    const removed: Declared["removed"] = {
      users: new Map([["ben", source]]),
      groups: new Map(),
      permissionSets: new Map(),
      assignments: new Map([["assignment:group/dev:Read:111111111111", source]]),
    };
    const plan = planned({ ...empty, settings, removed }, snapshotOf(small));
    expect(told(plan)).toEqual([
      "delete assignment:group/dev:Read:111111111111",
      "delete assignment:user/ben:Read:111111111111",
      "delete membership:dev/ben",
      "disable user:ben",
    ]);
    expect(plan.changes.find(({ kind }) => kind === "user")?.source).toEqual(source);
  });

  test("declared: a declared group owns all its memberships, a rule all grants of its ends", () => {
    const settings = managing({
      users: "declared",
      groups: "declared",
      permissionSets: "declared",
      assignments: "declared",
    });
    const other = "222222222222";
    const files = declaring(
      stateOf({
        groups: new Map([["dev", {}]]),
        memberships: [{ group: "dev", user: "ann" }],
        assignments: [grant("dev", "Read", other)],
      }),
      { settings },
    );
    expect(told(planned(files, snapshotOf(small)))).toEqual([
      "create assignment:group/dev:Read:222222222222",
      "delete assignment:group/dev:Read:111111111111",
      "delete membership:dev/ben",
    ]);
  });

  test("a group or set on which unmanaged assignments stand is not deleted", () => {
    const plan = planned(
      { ...empty, settings: managing({ users: "none", assignments: "none" }) },
      snapshotOf(small),
    );
    expect(told(plan)).toEqual(["delete membership:dev/ann", "delete membership:dev/ben"]);
    expect(held(plan)).toEqual(["in-use: delete group:dev", "in-use: delete permissionSet:Read"]);
  });

  test("what is ignored is left alone and reported", () => {
    const ignore = {
      ...defaultSettings.ignore,
      users: ["b*"],
      assignments: [{ principal: "d*", permissionSet: "*", account: "1*" }],
    };
    const plan = planned({ ...empty, settings: { ...defaultSettings, ignore } }, snapshotOf(small));
    expect(told(plan)).toEqual(["delete membership:dev/ann", "disable user:ann"]);
    expect(held(plan)).toEqual(["in-use: delete group:dev", "in-use: delete permissionSet:Read"]);
    expect(plan.notes.filter(({ code }) => code === "ignored").length).toBe(2);
  });

  test("orphans go where assignments are managed, and only there", () => {
    const orphan: AssignmentKey = { ...direct("#gone"), orphan: true };
    const live = snapshotOf(stateOf({ ...small, memberships: [], assignments: [orphan] }));
    const files = declaring(stateOf({ ...small, memberships: [], assignments: [] }));
    expect(told(planned(files, live))).toEqual(["delete assignment:user/#gone:Read:111111111111"]);
    expect(told(planned({ ...files, settings: managing({ assignments: "declared" }) }, live))).toEqual([]);
  });

  test("grants where a wide rule may reach are carried over while Organizations cannot be read", () => {
    const key = grant("dev");
    const live = snapshotOf(
      stateOf({ ...small, memberships: [], assignments: [key, grant("dev", "Read", "222222222222")] }),
    );
    const files = declaring(stateOf({ ...small, memberships: [], assignments: [] }), {
      accountIds: null,
      openEnded: new Set([ownerKey(key)]),
      accountNames: new Map([[account, "named"]]),
    });
    const plan = planned(files, live);
    expect(told(plan)).toEqual(["delete assignment:group/dev:Read:111111111111"]);
    expect(plan.notes.map(({ code }) => code)).toEqual(["organizations-unread"]);
  });

  test.each([
    ["accounts by name", { accounts: ["sand*"] }, false],
    [
      "grants by the account's name",
      { assignments: [{ principal: "d*", permissionSet: "*", account: "sand*" }] },
      false,
    ],
    ["accounts by id", { accounts: ["3333*"] }, true],
    ["grants of others", { assignments: [{ principal: "x*", permissionSet: "*", account: "sand*" }] }, true],
  ])("nor is a grant taken where the settings ignore %s that nobody could read", (_what, ignore, isTaken) => {
    const live = snapshotOf(
      stateOf({ ...small, memberships: [], assignments: [grant("dev", "Read", "222222222222")] }),
    );
    const settings = { ...defaultSettings, ignore: { ...defaultSettings.ignore, ...ignore } };
    const files = declaring(stateOf({ ...small, memberships: [], assignments: [] }), {
      settings,
      accountIds: null,
    });
    expect(told(planned(files, live))).toEqual(
      isTaken ? ["delete assignment:group/dev:Read:222222222222"] : [],
    );
  });

  test("grants in an account that is not ACTIVE are carried over", () => {
    const files = declaring(
      stateOf({ ...small, memberships: [...small.memberships.values()], assignments: [] }),
      {
        inactiveAccounts: new Map([[account, "SUSPENDED"]]),
      },
    );
    const plan = planned(
      files,
      snapshotOf(
        stateOf({ ...small, memberships: [...small.memberships.values()], assignments: [grant("dev")] }),
      ),
    );
    expect(told(plan)).toEqual([]);
    expect(plan.notes.map(({ code }) => code)).toEqual(["account-inactive"]);
  });

  test("a grant past its end that cannot be taken away is told as one, apart from others", () => {
    const late = grant("dev");
    const state = { ...small, memberships: [...small.memberships.values()] };
    const files = declaring(stateOf({ ...state, assignments: [] }), {
      inactiveAccounts: new Map([[account, "SUSPENDED"]]),
      expired: new Map([[changeId.assignment(late), { file: "access/rules.yaml", line: 3, column: 5 }]]),
    });
    const plan = planned(files, snapshotOf(stateOf({ ...state, assignments: [late, direct("ben")] })));
    expect(told(plan)).toEqual([]);
    expect(plan.notes.map(({ severity, code }) => [severity, code])).toEqual([["info", "account-inactive"]]);
    expect(plan.diagnostics).toMatchObject([
      {
        severity: "warning",
        code: "expired-in-force",
        message: `1 assignment past the end that the files give, and still in force in ${account}, which is SUSPENDED: ${changeId.assignment(late)}.`,
      },
    ]);
  });
});

describe("what is withheld", () => {
  const delegated: Partial<Snapshot> = {
    caller: { accountId: "222222222222", arn: "arn:aws:iam::222222222222:role/idc", isManagement: false },
  };

  test("a delegated administrator leaves the management account as it is", () => {
    const live = snapshotOf(
      stateOf({ ...small, memberships: [], assignments: [grant("dev", "Read", management)] }),
      delegated,
    );
    const files = declaring(
      stateOf({
        ...small,
        permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT2H" })]]),
        memberships: [],
        assignments: [direct("ann", "Read", management)],
      }),
    );
    const plan = planned(files, live);
    expect(told(plan)).toEqual([]);
    expect(held(plan)).toEqual(
      [
        "depends-on-withheld: provision provisioning:Read",
        "out-of-reach: create assignment:user/ann:Read:999900001111",
        "out-of-reach: update permissionSet:Read",
      ].filter((line) => !line.startsWith("depends")),
    );
    expect(plan.notes.map(({ code }) => code)).toEqual(["out-of-reach"]);
  });

  test("a principal that does not exist yet holds up only what needs it", () => {
    const settings = managing({ users: "none", groups: "none" }, { identitySource: "external" });
    const files = declaring(small, {
      settings,
      users: new Map(),
      groups: new Map(),
      memberships: new Map(),
      assignments: declaredAssignments([grant("dev"), direct("ben"), grant("late"), direct("ann")]),
    });
    const plan = planned(files, snapshotOf(small));
    expect(told(plan)).toEqual(["create assignment:user/ann:Read:111111111111"]);
    expect(held(plan)).toEqual(["principal-missing: create assignment:group/late:Read:111111111111"]);
  });

  const error = new LiveError("Reading failed.", { kind: "denied" });
  const gaps: readonly (readonly [string, Gap["covers"][number], readonly string[]])[] = [
    [
      "a group's members",
      { kind: "membership", group: "dev" },
      [
        "delete group:dev",
        "delete membership:dev/ann",
        "delete membership:dev/ben",
        "disable user:ann",
        "disable user:ben",
      ],
    ],
    [
      "one pair's assignments",
      { kind: "assignment", permissionSet: "Read", account },
      [
        "delete assignment:group/dev:Read:111111111111",
        "delete assignment:user/ben:Read:111111111111",
        "delete group:dev",
        "delete permissionSet:Read",
        "disable user:ann",
        "disable user:ben",
      ],
    ],
    ["one set", { kind: "permissionSet", permissionSet: "Read" }, ["delete permissionSet:Read"]],
    [
      "the users",
      { kind: "user" },
      [
        "delete assignment:user/ben:Read:111111111111",
        "delete group:dev",
        "delete membership:dev/ann",
        "delete membership:dev/ben",
        "delete permissionSet:Read",
        "disable user:ann",
        "disable user:ben",
      ],
    ],
  ];
  test.each(gaps)("when %s could not be read, whatever depends on it", (_, scope, expected) => {
    const plan = planned(declaring(stateOf({})), snapshotOf(small, { gaps: [{ covers: [scope], error }] }));
    expect(plan.withheld.map(({ change }) => `${change.action} ${change.id}`).sort()).toEqual(expected);
    expect(plan.live.complete).toBe(false);
    expect(plan.diagnostics[0]).toMatchObject({ code: "incomplete-read", severity: "warning" });
  });
});

describe("first contact", () => {
  const unmarked = snapshotOf(small, { instance: { ...snapshotOf(small).instance, mark: null } });

  test("refuses removals, with the numbers and the two ways on", () => {
    const plan = planned(declaring(stateOf({})), unmarked);
    expect(plan.diagnostics).toMatchObject([{ code: "first-contact", severity: "error" }]);
    expect(plan.diagnostics[0]?.message).toBe(
      "idc has never been applied to this Identity Center, and this plan would remove 2 assignments, 2 memberships, the access of 2 users, 1 group, 1 permission set.",
    );
    expect(plan.diagnostics[0]?.help).toContain(`--adopt=${plan.digest}`);
  });

  test("takes the plan's digest for consent, and no other", () => {
    const { digest } = planned(declaring(stateOf({})), unmarked);
    expect(
      planned(declaring(stateOf({})), unmarked, { consent: { ...noConsent, adopt: digest } }).diagnostics,
    ).toMatchObject([{ code: "adopted", severity: "info" }]);
    expect(
      planned(declaring(stateOf({})), unmarked, { consent: { ...noConsent, adopt: "sha256:other" } })
        .diagnostics,
    ).toMatchObject([{ code: "first-contact", severity: "error" }]);
  });

  test("takes a permission set that comes to allow nothing for removed", () => {
    const having = (...managedPolicies: readonly string[]) =>
      stateOf({ permissionSets: new Map([["Read", permissionSet({ managedPolicies })]]) });
    const readOnly = having("arn:aws:iam::aws:policy/ReadOnlyAccess");
    const live = snapshotOf(readOnly, { instance: unmarked.instance });
    expect(planned(declaring(having()), live).diagnostics).toMatchObject([
      {
        code: "first-contact",
        message:
          "idc has never been applied to this Identity Center, and this plan would remove all that 1 permission set allows.",
      },
    ]);
    expect(planned(declaring(having("arn:aws:iam::aws:policy/SecurityAudit")), live).diagnostics).toEqual([]);
  });

  test("has nothing against additions", () => {
    const bare = snapshotOf(stateOf({}), { instance: unmarked.instance });
    expect(planned(declaring(small), bare).diagnostics).toEqual([]);
  });
});

describe("files that contradict live", () => {
  const codes = (declared: Declared, live: Snapshot): readonly string[] =>
    makePlan(planInput(declared, live)).diagnostics.map(({ code }) => code);

  test("a name that differs only in case", () => {
    const files = declaring(
      stateOf({ users: new Map([["Ann", { ...person("ann"), email: "x@example.com" }]]) }),
    );
    expect(codes(files, snapshotOf(small))).toEqual(["user-name-case"]);
  });

  test("an e-mail address that somebody else holds", () => {
    const files = declaring(
      stateOf({
        ...small,
        users: new Map([...small.users, ["zoe", { ...person("zoe"), email: "ANN@example.com" }]]),
        memberships: [],
        assignments: [],
      }),
    );
    expect(codes(files, snapshotOf(small))).toEqual(["email-taken"]);
  });

  test("an address that is handed on waits until it is given up; a swap is refused", () => {
    const handed = new Map([
      ["ann", { ...person("ann"), email: "new@example.com" }],
      ["ben", { ...person("ben"), email: "ann@example.com" }],
    ]);
    const plan = planned(declaring({ ...small, users: handed }), snapshotOf(small));
    expect(plan.changes.find(({ id }) => id === "user:ben")?.dependsOn).toEqual(["user:ann"]);
    const swapped = new Map([
      ["ann", { ...person("ann"), email: "ben@example.com" }],
      ["ben", { ...person("ben"), email: "ann@example.com" }],
    ]);
    expect(codes(declaring({ ...small, users: swapped }), snapshotOf(small))).toEqual([
      "email-taken",
      "email-taken",
    ]);
  });

  test("a permission set that is nowhere", () => {
    const settings = managing({ permissionSets: "declared" });
    const files = declaring(small, { settings, assignments: declaredAssignments([grant("dev", "Nowhere")]) });
    expect(codes(files, snapshotOf(small))).toEqual(["unknown-permission-set"]);
  });

  test.each([
    [{ kind: "permissionSet", permissionSet: "Read" }, ["unknown-permission-set"]],
    [{ kind: "permissionSet", permissionSet: "Nowhere" }, []],
    [{ kind: "permissionSet" }, []],
  ] as const)("but not one that %j may hide", (scope, expected) => {
    const settings = managing({ permissionSets: "declared" });
    const files = declaring(small, { settings, assignments: declaredAssignments([grant("dev", "Nowhere")]) });
    const gaps = [{ covers: [scope], error: new LiveError("No.", { kind: "denied" }) }];
    expect(codes(files, snapshotOf(small, { gaps }))).toEqual(expected);
  });
});

describe("a saved plan", () => {
  const live = snapshotOf(without(small, "memberships", "membership:dev/ann"));
  const now = planInput(declaring(small), live);
  const reviewed = planned(now.declared, live);

  test("that still fits lets everything through, also when part of it is done already", () => {
    expect(boundBy(now, reviewed, reviewed)).toEqual({ ok: true, plan: reviewed });
    const done = planInput(now.declared, snapshotOf(small));
    const rest = planned(done.declared, done.live);
    expect(boundBy(done, rest, reviewed)).toEqual({ ok: true, plan: rest });
  });

  test("refuses what the files ask for beyond it, and another instance", () => {
    const more = planInput(
      declaring(small),
      snapshotOf(stateOf({ ...small, memberships: [], assignments: [] })),
    );
    const plan = planned(more.declared, more.live);
    expect(boundBy(more, plan, reviewed)).toMatchObject({
      ok: false,
      diagnostics: [{ code: "saved-plan-stale" }],
    });
    const elsewhere = {
      ...reviewed,
      instance: { ...reviewed.instance, arn: "arn:aws:sso:::instance/ssoins-other" },
    };
    expect(boundBy(now, reviewed, elsewhere)).toMatchObject({
      ok: false,
      diagnostics: [{ code: "saved-plan-instance" }],
    });
  });

  test("leaves out drift that came after it, with what depends on it", () => {
    const drifted = planInput(
      declaring(small),
      snapshotOf(stateOf({ ...small, memberships: [], assignments: [grant("dev"), direct("ben")] })),
      { purpose: "drift" },
    );
    const plan = planned(drifted.declared, drifted.live, { purpose: "drift" });
    const bounded = boundBy(drifted, plan, reviewed);
    expect(bounded.ok && told(bounded.plan)).toEqual(["create membership:dev/ann"]);
    expect(bounded.ok && held(bounded.plan)).toEqual(["not-reviewed: create membership:dev/ben"]);
    expect(bounded.ok && bounded.plan.access.gained.map(({ user }) => user)).toEqual(["ann"]);
  });
});
