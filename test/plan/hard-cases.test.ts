import { describe, expect, test } from "vitest";
import type { DeclaredUser } from "../../src/model/declared.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import { LiveError } from "../../src/model/live-error.js";
import type { Plan } from "../../src/model/plan.js";
import type { GapScope } from "../../src/model/snapshot.js";
import type { State } from "../../src/model/state.js";
import { makePlan } from "../../src/plan/plan.js";
import { boundBy } from "../../src/plan/saved.js";
import { declaration, declaring, managing } from "../support/declarations.js";
import { permissionSet, person, snapshotOf, stateOf } from "../support/organizations.js";
import { held, planInput, planned, told } from "../support/planning.js";

const [a, b, management] = ["111111111111", "222222222222", "999900001111"] as const;

function grant(principal: string, set = "Read", account: string = a): AssignmentKey {
  return { principalType: "group", principal, permissionSet: set, account };
}

/** Ann in the team, which reads two accounts; Ben in no team. */
const small: State = stateOf({
  users: new Map([
    ["ann", person("ann")],
    ["ben", person("ben")],
  ]),
  groups: new Map([["dev", {}]]),
  permissionSets: new Map([["Read", permissionSet()]]),
  memberships: [{ group: "dev", user: "ann" }],
  assignments: [grant("dev"), grant("dev", "Read", b)],
});

describe("one request for all accounts of a set", () => {
  const behind = { provisioned: new Map([["Read", [a, b]]]), lagging: new Map([["Read", [a]]]) };

  test("is not made into a suspended account that a leaver cannot be taken out of, and does not wait for that", () => {
    const direct = (account: string): AssignmentKey => ({
      ...grant("ben", "Read", account),
      principalType: "user",
    });
    const live = snapshotOf(stateOf({ ...small, memberships: [], assignments: [grant("dev"), direct(b)] }));
    const files = stateOf({
      ...small,
      users: new Map([["ann", person("ann")]]),
      permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT2H" })]]),
      memberships: [],
      assignments: [grant("dev")],
    });
    const plan = planned(declaring(files, { inactiveAccounts: new Map([[b, "SUSPENDED"]]) }), live);
    expect(plan.changes.find(({ kind }) => kind === "provisioning")).toMatchObject({
      accounts: [a],
      everywhere: false,
      dependsOn: ["permissionSet:Read"],
    });
  });

  test("is not made where only some of them are behind", () => {
    const [change] = planned(declaring(small), snapshotOf(small, behind)).changes;
    expect(change).toMatchObject({ id: "provisioning:Read", accounts: [a], everywhere: false });
  });

  test("nor any for a set that is provisioned where a delegated administrator does not reach", () => {
    const live = snapshotOf(small, {
      provisioned: new Map([["Read", [a, management]]]),
      lagging: new Map([["Read", [a]]]),
      caller: { accountId: b, arn: `arn:aws:iam::${b}:role/idc`, isManagement: false },
    });
    const plan = planned(declaring(small), live);
    expect(told(plan)).toEqual([]);
    expect(held(plan)).toEqual(["out-of-reach: provision provisioning:Read"]);
  });
});

describe("what is unknown of access", () => {
  const error = new LiveError("Reading failed.", { kind: "throttled" });
  const plannedWith = (to: State, from: State, scope: GapScope): Plan =>
    planned(declaring(to), snapshotOf(from, { gaps: [{ covers: [scope], error }] }));

  test("a group whose members could not be read is granted nothing: it would reach people whom nobody named", () => {
    const from = stateOf({ ...small, memberships: [], assignments: [grant("dev")] });
    const to = stateOf({
      ...small,
      memberships: [{ group: "dev", user: "ann" }],
      assignments: [grant("dev"), grant("dev", "Read", b)],
    });
    const plan = plannedWith(to, from, { kind: "membership", group: "dev" });
    expect(told(plan)).toEqual([]);
    expect(held(plan)).toContain(`incomplete-read: create assignment:group/dev:Read:${b}`);
  });

  test("and taken from, all the same", () => {
    const from = stateOf({ ...small, memberships: [], assignments: [grant("dev"), grant("dev", "Read", b)] });
    const to = stateOf({
      ...small,
      memberships: [{ group: "dev", user: "ann" }],
      assignments: [grant("dev")],
    });
    const plan = plannedWith(to, from, { kind: "membership", group: "dev" });
    expect(told(plan)).toEqual([`delete assignment:group/dev:Read:${b}`]);
  });

  test("unless others shall hold the same: members who are among them would be without it for a while", () => {
    const groups = new Map([
      ["dev", {}],
      ["new", {}],
    ]);
    const from = stateOf({ ...small, groups, memberships: [], assignments: [grant("dev")] });
    const to = stateOf({
      ...small,
      groups,
      memberships: [
        { group: "dev", user: "ann" },
        { group: "new", user: "ann" },
      ],
      assignments: [grant("new")],
    });
    const plan = plannedWith(to, from, { kind: "membership", group: "dev" });
    expect(told(plan)).toEqual([`create assignment:group/new:Read:${a}`, "create membership:new/ann"]);
    expect(held(plan)).toContain(`incomplete-read: delete assignment:group/dev:Read:${a}`);
  });

  test("nobody leaves a group for another while it cannot be seen that both hold the same", () => {
    const groups = new Map([
      ["dev", {}],
      ["new", {}],
    ]);
    const assignments = [grant("dev"), grant("new")];
    const from = stateOf({
      ...small,
      groups,
      memberships: [
        { group: "dev", user: "ann" },
        { group: "dev", user: "ben" },
      ],
      assignments: [],
    });
    const to = stateOf({ ...small, groups, memberships: [{ group: "new", user: "ann" }], assignments });
    const plan = plannedWith(to, from, { kind: "assignment", permissionSet: "Read", account: a });
    // Ben goes nowhere, so he only loses.
    expect(told(plan)).toEqual(["delete membership:dev/ben"]);
    expect(held(plan)).toContain("incomplete-read: delete membership:dev/ann");
  });

  test("nobody joins a group while grants could not be read that it may hold; a new group holds none", () => {
    const to = stateOf({
      ...small,
      groups: new Map([
        ["dev", {}],
        ["new", {}],
      ]),
      memberships: [
        { group: "dev", user: "ann" },
        { group: "dev", user: "ben" },
        { group: "new", user: "ben" },
      ],
      assignments: [...small.assignments.values()],
    });
    const plan = plannedWith(to, small, { kind: "assignment", permissionSet: "Read", account: a });
    expect(told(plan)).toEqual(["create group:new", "create membership:new/ben"]);
    expect(held(plan)).toEqual(["incomplete-read: create membership:dev/ben"]);
  });

  test("and one sentence tells of a thousand readings that failed in the same way", () => {
    const gaps = Array.from({ length: 1000 }, (_, index) => ({
      covers: [{ kind: "assignment", permissionSet: "Read", account: String(index) } as const],
      error: new LiveError(index === 7 ? "Another one." : "Reading failed.", { kind: "denied" }),
    }));
    const plan = planned(declaring(small), snapshotOf(small, { gaps }));
    expect(plan.diagnostics.map(({ message }) => message)).toEqual([
      "Could not read who holds Read in 0, who holds Read in 1, who holds Read in 2, who holds Read in 3, who holds Read in 4 and 994 more: Reading failed. What depends on them is withheld.",
      "Could not read who holds Read in 7: Another one. What depends on it is withheld.",
    ]);
  });

  test("and so it does when each refusal names its own resource", () => {
    const gaps = Array.from({ length: 100 }, (_, index) => ({
      covers: [{ kind: "membership", group: `group-${index}` } as const],
      error: new LiveError(`Not authorized on resource group/${index}.`, {
        kind: "denied",
        code: "AccessDeniedException",
        operation: index === 9 ? "identitystore DescribeUser" : "identitystore ListGroupMemberships",
      }),
    }));
    const plan = planned(declaring(small), snapshotOf(small, { gaps }));
    expect(plan.diagnostics.map(({ message }) => message)).toEqual([
      "Could not read the members of group-0, the members of group-1, the members of group-2, the members of group-3, the members of group-4 and 94 more: Not authorized on resource group/0. What depends on them is withheld.",
      "Could not read the members of group-9: Not authorized on resource group/9. What depends on it is withheld.",
    ]);
  });

  test.each([
    [[{ kind: "user" }, { kind: "membership" }], "the users"],
    [[{ kind: "user", name: "ann" }], "user ann"],
    [[{ kind: "membership", group: "dev" }], "the members of dev"],
    [[{ kind: "permissionSet", permissionSet: "Read" }], "the content of Read"],
    [[{ kind: "provisioning", permissionSet: "Read" }], "how far Read is provisioned"],
    [[{ kind: "assignment", permissionSet: "Read", account: null }], "who holds Read"],
    [[{ kind: "assignment", permissionSet: "Read", account: a }], "who holds Read in sandbox"],
  ] as const)("and %j is named as %s", (covers, subject) => {
    const gaps = [{ covers, error: new LiveError("No.", { kind: "denied" }) }];
    const declared = declaring(small, { accountNames: new Map([[a, "sandbox"]]) });
    expect(planned(declared, snapshotOf(small, { gaps })).diagnostics.map(({ message }) => message)).toEqual([
      `Could not read ${subject}: No. What depends on it is withheld.`,
    ]);
  });

  test("new content of a set is not put in force where its holders could not be read", () => {
    const to = { ...small, permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT2H" })]]) };
    const plan = plannedWith(to, small, { kind: "assignment", permissionSet: "Read", account: a });
    expect(told(plan)).toEqual(["update permissionSet:Read"]);
    expect(held(plan)).toEqual(["incomplete-read: provision provisioning:Read"]);
  });
});

describe("taking away", () => {
  const one = stateOf({ ...small, memberships: [], assignments: [grant("dev")] });

  test("does not wait for a grant to somebody who does not exist yet", () => {
    const declared = declaring(stateOf({ ...one, memberships: [], assignments: [grant("late")] }), {
      settings: managing({ groups: "none" }, { identitySource: "external" }),
      groups: new Map(),
    });
    const plan = planned(declared, snapshotOf(one));
    expect(plan.changes).toMatchObject([
      { id: `assignment:group/dev:Read:${a}`, action: "delete", dependsOn: [] },
    ]);
    expect(held(plan)).toEqual([`principal-missing: create assignment:group/late:Read:${a}`]);
  });

  test("does not wait for a grant to somebody who is DISABLED", () => {
    const declared = declaring(
      stateOf({ ...one, memberships: [], assignments: [{ ...grant("ben"), principalType: "user" }] }),
    );
    const live = snapshotOf(one, { status: new Map([["ben", "DISABLED"]]) });
    const plan = planned(declared, live);
    expect(told(plan)).toEqual([`delete assignment:group/dev:Read:${a}`]);
    expect(held(plan)).toEqual([`user-disabled: create assignment:user/ben:Read:${a}`]);
  });
});

describe("who is to go", () => {
  test("keeps nothing that a group or a rule still gives them", () => {
    const declared = declaring(
      stateOf({
        ...small,
        users: new Map(),
        memberships: [...small.memberships.values()],
        assignments: [...small.assignments.values(), { ...grant("ann"), principalType: "user" }],
      }),
      {
        settings: managing({ users: "declared" }),
        removed: {
          users: new Map([["ann", { file: "access/all.yaml", line: 1, column: 1 }]]),
          groups: new Map(),
          permissionSets: new Map(),
          assignments: new Map(),
        },
      },
    );
    expect(told(planned(declared, snapshotOf(small)))).toEqual([
      "delete membership:dev/ann",
      "disable user:ann",
    ]);
  });
});

describe("e-mail addresses", () => {
  test("handed round in a ring are refused: nobody could begin", () => {
    const mails = (given: Readonly<Record<string, string>>) =>
      new Map(Object.entries(given).map(([name, email]) => [name, { ...person(name), email }]));
    const from = stateOf({
      users: mails({ ann: "a@x.org", ben: "b@x.org", cat: "c@x.org", dan: "d@x.org" }),
    });
    const to = stateOf({ users: mails({ ann: "b@x.org", ben: "C@x.org", cat: "a@x.org", dan: "a2@x.org" }) });
    const result = makePlan(planInput(declaring(to), snapshotOf(from)));
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(["email-taken", "email-taken", "email-taken"]);
    expect(result.diagnostics[0]?.message).toContain('"ann", "ben" and "cat"');
  });
});

describe("names that differ only in case from live's", () => {
  test("are told where a rule or a group refers to somebody who is not declared", () => {
    const settings = managing({ users: "none", groups: "declared" });
    const declared = declaring(
      stateOf({
        ...small,
        users: new Map(),
        groups: new Map([["dev", {}]]),
        memberships: [{ group: "dev", user: "Ann" }],
        assignments: [grant("DEV"), { ...grant("Ben"), principalType: "user" }],
      }),
      { settings, groups: new Map([["dev", declaration({})]]), users: new Map<string, never>() },
    );
    const result = makePlan(planInput(declared, snapshotOf(small)));
    expect(result.diagnostics.map(({ code }) => code).sort()).toEqual([
      "group-name-case",
      "user-name-case",
      "user-name-case",
    ]);
    for (const { help } of result.diagnostics)
      expect(help).toMatch(/, or rename it in Identity Center first\.$/);
  });
});

describe("a saved plan that was done in part", () => {
  test("lets the rest of a provisioning through", () => {
    const to = { ...small, permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT2H" })]]) };
    const declared = declaring(to);
    const reviewed = planned(declared, snapshotOf(small));
    const half = snapshotOf(to, { lagging: new Map([["Read", [b]]]) });
    const rest = planned(declared, half);
    expect(rest.changes).toMatchObject([{ id: "provisioning:Read", accounts: [b] }]);
    expect(boundBy(planInput(declared, half), rest, reviewed)).toEqual({ ok: true, plan: rest });
  });

  test("does not let a provisioning through that reaches further", () => {
    const to = { ...small, permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT2H" })]]) };
    const declared = declaring(to);
    const reviewed = planned(declared, snapshotOf(to, { lagging: new Map([["Read", [b]]]) }));
    const more = snapshotOf(to, { lagging: new Map([["Read", [a, b]]]) });
    const bounded = boundBy(planInput(declared, more), planned(declared, more), reviewed);
    expect(bounded).toMatchObject({
      ok: true,
      plan: { changes: [], withheld: [{ code: "not-reviewed", change: { id: "provisioning:Read" } }] },
    });
  });

  test("lets the rest of somebody's leaving through, and nothing more", () => {
    const held = stateOf({
      ...small,
      groups: new Map([
        ["dev", {}],
        ["ops", {}],
      ]),
      memberships: [
        { group: "dev", user: "ann" },
        { group: "ops", user: "ann" },
      ],
      assignments: [{ ...grant("ann"), principalType: "user" }],
    });
    const disabled = declaration<DeclaredUser>({ attributes: {}, status: "disabled" });
    const declared = declaring(
      { ...held, memberships: new Map(), assignments: new Map() },
      {
        users: new Map([
          ["ann", disabled],
          ["ben", declaration<DeclaredUser>({ attributes: {}, status: "enabled" })],
        ]),
      },
    );
    const reviewed = planned(declared, snapshotOf(held));
    const half = snapshotOf({
      ...held,
      memberships: new Map([...held.memberships].slice(1)),
      assignments: new Map(),
    });
    const rest = planned(declared, half);
    expect(told(rest)).toEqual(["delete membership:ops/ann", "disable user:ann"]);
    expect(boundBy(planInput(declared, half), rest, reviewed)).toEqual({ ok: true, plan: rest });
    const whole = planInput(declared, snapshotOf(held));
    expect(boundBy(whole, reviewed, rest).ok).toBe(false);
  });
});

test("the consent that drift asks for is the one that apply takes", () => {
  const to = stateOf({
    ...small,
    permissionSets: new Map([["Read", permissionSet({ sessionDuration: "PT2H" })]]),
    memberships: [],
    assignments: [...small.assignments.values()],
  });
  const snapshot = snapshotOf(small);
  const live = { ...snapshot, instance: { ...snapshot.instance, mark: null } };
  const apply = planned(declaring(to), live);
  const drift = planned(declaring(to), live, { purpose: "drift" });
  expect(drift.changes.length).toBeLessThan(apply.changes.length);
  expect(drift.diagnostics[0]?.help).toContain(apply.digest);
});
