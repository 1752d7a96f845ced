import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Declared, Settings } from "../../src/model/declared.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import { LiveError } from "../../src/model/live-error.js";
import type { Gap, GapScope, Snapshot } from "../../src/model/snapshot.js";
import { ghostRoles } from "../../src/plan/ghosts.js";
import { declaring, defaultSettings, managing } from "../support/declarations.js";
import {
  accountPool,
  organizations,
  permissionSet,
  person,
  snapshotOf,
  stateOf,
} from "../support/organizations.js";
import { held, planned, told } from "../support/planning.js";

const [dev, prod, web] = ["111122223333", "444455556666", "555500001111"] as const;
const management = "999900001111";
const names = new Map([
  [dev, "sandbox"],
  [prod, "payments-prod"],
  [web, "web-prod"],
  [management, "management"],
]);

const group = (permissionSet: string, account: string): AssignmentKey => ({
  principalType: "group",
  principal: "dev",
  permissionSet,
  account,
});
const gone = (permissionSet: string, account: string, id = "#u1"): AssignmentKey => ({
  principalType: "user",
  principal: id,
  orphan: true,
  permissionSet,
  account,
});

const base = {
  users: new Map([["ann", person("ann")]]),
  groups: new Map([["dev", {}]]),
  permissionSets: new Map([
    ["Read", permissionSet()],
    ["Admin", permissionSet()],
  ]),
};

type Case = {
  /** What the files give, and what else there is. */
  readonly files?: readonly AssignmentKey[];
  readonly live?: readonly AssignmentKey[];
  readonly provisioned?: Readonly<Record<string, readonly string[]>>;
  readonly declared?: Partial<Declared>;
  readonly snapshot?: Partial<Snapshot>;
};

function planOf(
  { files = [], live = [], provisioned = {}, declared = {}, snapshot = {} }: Case,
  deep = true,
) {
  const state = stateOf({ ...base, assignments: [...files, ...live] });
  const read = snapshotOf(state, snapshot);
  const roles = new Map(read.provisioned);
  for (const [set, accounts] of Object.entries(provisioned))
    roles.set(set, [...(roles.get(set) ?? []), ...accounts]);
  const wanted = declaring(stateOf({ ...base, assignments: files }), {
    accountIds: new Set(names.keys()),
    accountNames: names,
    ...declared,
  });
  return planned(wanted, { ...read, provisioned: roles }, { purpose: "drift", deep });
}

function notesOf(given: Case): readonly string[] {
  return planOf(given).notes.map(({ code, severity, message }) => {
    expect(severity).toBe("info");
    return `${code} ${message}`;
  });
}

const suspended = { inactiveAccounts: new Map([[prod, "SUSPENDED"]]) };
const without = (account: string) => ({
  accountIds: new Set([...names.keys()].filter((id) => id !== account)),
});
const caller = { accountId: "222200002222", arn: "arn:aws:iam::222200002222:role/idc", isManagement: false };
const unread = (...covers: GapScope[]): Gap => ({
  covers,
  error: new LiveError("no", { kind: "denied", operation: "sso-admin ListAccountAssignments" }),
});
const notFound = (...covers: GapScope[]): Gap => ({
  covers,
  error: new LiveError("none", { kind: "not-found", operation: "sso-admin ListAccountAssignments" }),
});
const pair = (permissionSet: string, account: string | null): GapScope => ({
  kind: "assignment",
  permissionSet,
  account,
});
const ignoring = (ignore: Partial<Settings["ignore"]>) => ({
  settings: { ...defaultSettings, ignore: { ...defaultSettings.ignore, ...ignore } },
});

describe("a grant of a deleted user or group", () => {
  const orphans = [gone("Read", dev), gone("Admin", prod), gone("Read", dev, "#u2")];

  test("that is ours goes, and needs no note", () => {
    const plan = planOf({ live: orphans });
    expect(told(plan)).toHaveLength(3);
    expect(plan.notes).toEqual([]);
  });

  test.each([
    ["none", "With manage.assignments: all"],
    ["declared", "With manage.assignments: all"],
  ] as const)("is listed by whom it was of where assignments are managed as %s", (assignments, help) => {
    const plan = planOf({ live: orphans, declared: { settings: managing({ assignments }) } });
    expect(plan.changes).toEqual([]);
    expect(plan.notes.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "orphan Held by a deleted user (u1): Read in sandbox (111122223333) and Admin in payments-prod (444455556666). It is left as it is since it is not managed here.",
      "orphan Held by a deleted user (u2): Read in sandbox (111122223333). It is left as it is since it is not managed here.",
    ]);
    expect(plan.notes[0]?.help).toContain(help);
  });

  test("is listed where the settings ignore it", () => {
    expect(notesOf({ live: orphans.slice(1, 2), declared: ignoring({ accounts: ["payments-*"] }) })).toEqual([
      expect.stringMatching(/^ignored /),
      "orphan Held by a deleted user (u1): Admin in payments-prod (444455556666). It is left as it is as the settings ask.",
    ]);
  });

  test("is listed where a delegated administrator cannot take it away", () => {
    expect(notesOf({ live: [gone("Read", management)], snapshot: { caller } })).toContainEqual(
      expect.stringMatching(
        /^orphan Held by a deleted user \(u1\): Read in management \(999900001111\)\. .*which a delegated administrator cannot change\.$/,
      ),
    );
  });

  test("is no orphan where it could not be looked up, and nothing goes", () => {
    const gaps = [unread({ kind: "user" }), unread(pair("Read", dev))];
    const plan = planOf({ provisioned: { Read: [dev] }, snapshot: { gaps } });
    expect(plan.notes).toEqual([]);
    expect(plan.changes).toEqual([]);
  });
});

describe("a role that nobody is assigned", () => {
  test("is listed by account, and no difference", () => {
    const plan = planOf({
      files: [group("Read", dev)],
      provisioned: { Read: [web], Admin: [web, dev] },
    });
    expect(plan.changes).toEqual([]);
    expect(plan.notes.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "ghost-role sandbox (111122223333) has the role of Admin, and nobody is assigned it there.",
      "ghost-role web-prod (555500001111) has the roles of Read and Admin, and nobody is assigned them there.",
    ]);
    expect(plan.notes[1]?.help).toContain(
      'In the IAM Identity Center console: AWS accounts, web-prod, "Permission sets"',
    );
  });

  test.each([
    ["a deleted user still has it there", { live: [gone("Read", web)] }],
    ["somebody shall have it there", { files: [group("Read", web)], snapshot: { state: stateOf(base) } }],
    ["who has it there could not be read", { snapshot: { gaps: [unread(pair("Read", web))] } }],
    ["who has it anywhere could not be read", { snapshot: { gaps: [unread(pair("Read", null))] } }],
    [
      "no assignment could be read",
      { snapshot: { gaps: [unread({ kind: "user" }, { kind: "assignment" })] } },
    ],
  ] satisfies [string, Case][])("is none where %s", (_, given) => {
    expect(notesOf({ ...given, provisioned: { Read: [web] } })).toEqual([]);
  });

  test("is one although another pair could not be read", () => {
    const gaps = [unread(pair("Read", dev)), unread(pair("Admin", null)), unread({ kind: "membership" })];
    expect(notesOf({ provisioned: { Read: [web, dev], Admin: [web] }, snapshot: { gaps } })).toEqual([
      "ghost-role web-prod (555500001111) has the role of Read, and nobody is assigned it there.",
    ]);
  });

  test("in the management account is one for somebody there, to a delegated administrator", () => {
    const help = (snapshot: Partial<Snapshot>) =>
      planOf({ provisioned: { Read: [management] }, snapshot }).notes.map((note) =>
        note.help?.includes("From the management account"),
      );
    expect([help({ caller }), help({})]).toEqual([[true], [false]]);
    // A set that is provisioned there is the management account's everywhere.
    const both = planOf({ provisioned: { Read: [management, web] }, snapshot: { caller } }).notes;
    expect(both.map((note) => note.help?.includes("From the management account"))).toEqual([true, true]);
  });

  test("that is behind is put in force like any other, where the set is ours", () => {
    const lagging = new Map([["Read", [web]]]);
    const given = { provisioned: { Read: [web] }, snapshot: { lagging } };
    expect(told(planOf(given))).toEqual(["provision provisioning:Read"]);
    const others = { settings: managing({ permissionSets: "none" }), permissionSets: new Map() };
    expect(told(planOf({ ...given, declared: others }))).toEqual([]);
    expect(
      told(
        planOf({
          ...given,
          declared: { ...ignoring({ permissionSets: ["R*"] }), permissionSets: new Map() },
        }),
      ),
    ).toEqual(["delete permissionSet:Admin"]);
  });

  test("keeps its set from being deleted, which the service would refuse", () => {
    const leaving = { permissionSets: new Map([...declaring(stateOf(base)).permissionSets].slice(0, 1)) };
    expect(told(planOf({ declared: leaving }))).toEqual(["delete permissionSet:Admin"]);
    const plan = planOf({ provisioned: { Admin: [web] }, declared: leaving });
    expect(told(plan)).toEqual([]);
    expect(held(plan)).toEqual(["in-use: delete permissionSet:Admin"]);
    expect(plan.withheld[0]?.reason).toMatch(
      /^its role is in 555500001111, where nobody is seen to be assigned it/,
    );
    // What goes along with its last assignment is no hindrance.
    expect(told(planOf({ live: [group("Admin", web)], declared: leaving }))).toEqual([
      "delete assignment:group/dev:Admin:555500001111",
      "delete permissionSet:Admin",
    ]);
  });
});

describe("an account where the service refuses changes", () => {
  test("is listed with every grant in it and what becomes of it", () => {
    const given: Case = {
      files: [group("Read", prod), group("Read", dev)],
      live: [gone("Admin", prod), { ...group("Admin", prod), principalType: "user", principal: "ann" }],
      provisioned: { Old: [prod] },
      declared: suspended,
      snapshot: { lagging: new Map([["Read", [prod]]]) },
    };
    expect(notesOf(given)).toEqual([
      "account-inactive payments-prod (444455556666) is SUSPENDED, and the service refuses changes there. " +
        'As the files say: Read of group "dev". ' +
        'Beyond the files, and taken away once the account is ACTIVE: Admin of a deleted user (u1); Admin of user "ann". ' +
        "Roles that nobody is assigned: Old. " +
        "Sets that are not in force as they stand: Read.",
    ]);
    expect(planOf(given).changes).toEqual([]);
    expect(planOf(given, false).notes.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^2 assignments not in the files left as they are in 444455556666, which is SUSPENDED: /,
      ),
    ]);
  });

  test("holds what is not managed here, too", () => {
    const settings = managing({ assignments: "none" });
    expect(
      notesOf({ live: [gone("Admin", prod), group("Read", prod)], declared: { ...suspended, settings } }),
    ).toEqual([
      'account-inactive payments-prod (444455556666) is SUSPENDED, and the service refuses changes there. Not managed here: Admin of a deleted user (u1); Read of group "dev".',
    ]);
  });

  test("holds what a leaver has, which is withheld", () => {
    const direct: AssignmentKey = { ...group("Read", prod), principalType: "user", principal: "ann" };
    const plan = planOf({ live: [direct], declared: { ...suspended, users: new Map() } });
    expect(held(plan)).toEqual([
      "account-inactive: delete assignment:user/ann:Read:444455556666",
      "depends-on-withheld: disable user:ann",
    ]);
    expect(plan.notes.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('taken away once the account is ACTIVE: Read of user "ann".'),
    );
  });

  test("is one that is not in the organization, whatever is in it", () => {
    const given = { files: [group("Read", dev)], live: [group("Admin", web)], declared: without(web) };
    expect(told(planOf(given))).toEqual([]);
    expect(notesOf(given)).toEqual([
      'account-inactive web-prod (555500001111) is not in the organization, and the service refuses changes there. Beyond the files, and taken away once the account is ACTIVE: Admin of group "dev".',
    ]);
    expect(planOf(given, false).notes.map(({ message }) => message)).toEqual([
      "1 assignment not in the files left as they are in 555500001111, which is not in the organization: assignment:group/dev:Admin:555500001111.",
    ]);
    // Where nobody could say what accounts there are, it may well be one.
    expect(told(planOf({ ...given, declared: { accountIds: null } }))).toEqual([
      "delete assignment:group/dev:Admin:555500001111",
    ]);
  });

  test("is passed over where a set is put in force, account by account", () => {
    const lagging = new Map([["Read", [dev, web]]]);
    const plan = planOf({
      files: [group("Read", dev)],
      live: [group("Read", web)],
      declared: without(web),
      snapshot: { lagging },
    });
    expect(plan.changes).toMatchObject([{ action: "provision", accounts: [dev], everywhere: false }]);
  });
});

describe("an account that has left and of which the service tells no assignments", () => {
  const leaver = { users: new Map() };
  const given = (gaps: readonly Gap[], declared: Partial<Declared> = without(web)): Case => ({
    files: [group("Read", dev)],
    provisioned: { Read: [web] },
    declared: { ...leaver, ...declared },
    snapshot: {
      gaps,
      state: stateOf({
        ...base,
        assignments: [group("Read", dev)],
        memberships: [{ group: "dev", user: "ann" }],
      }),
    },
  });
  const goesOn = ["delete membership:dev/ann", "disable user:ann"];

  test("keeps nobody's access open: the reading is as whole as it can be, and says what it has not seen", () => {
    const plan = planOf(given([notFound(pair("Read", web))]), false);
    expect(told(plan)).toEqual(goesOn);
    expect(plan.live.complete).toBe(true);
    expect(plan.notes.map(({ code, message }) => `${code} ${message}`)).toContain(
      "account-inactive Identity Center does not tell who holds Read in 555500001111, which is not in the organization. Nothing is done there.",
    );
    expect(notesOf(given([notFound(pair("Read", web))]))).toContain(
      "account-inactive web-prod (555500001111) is not in the organization, and the service refuses changes there. Sets of which Identity Center does not tell who holds them: Read.",
    );
  });

  test.each([
    ["the account is there", [notFound(pair("Read", web))], {}],
    ["nobody could say what accounts there are", [notFound(pair("Read", web))], { accountIds: null }],
    ["the caller may not ask", [unread(pair("Read", web))], without(web)],
    ["the set is not found anywhere", [notFound(pair("Read", null))], without(web)],
    ["more is unknown by it", [notFound(pair("Read", web), { kind: "user" })], without(web)],
    ["another pair is unknown", [notFound(pair("Read", web)), notFound(pair("Read", dev))], without(web)],
  ] satisfies [string, Gap[], Partial<Declared>][])("but not where %s", (_, gaps, declared) => {
    const plan = planOf(given(gaps, { accountIds: new Set(names.keys()), ...declared }));
    expect(plan.live.complete).toBe(false);
    expect(told(plan)).not.toContain("disable user:ann");
  });

  test("and keeps the set from being deleted", () => {
    const plan = planOf({
      provisioned: { Admin: [web] },
      declared: { ...without(web), permissionSets: new Map() },
      snapshot: { gaps: [notFound(pair("Admin", web))] },
    });
    expect(told(plan)).toEqual(["delete permissionSet:Read"]);
    expect(held(plan)).toEqual(["in-use: delete permissionSet:Admin"]);
  });
});

test("looking deeper changes nothing but the notes", () => {
  fc.assert(
    fc.property(
      organizations(),
      organizations(),
      fc.subarray([...accountPool]),
      fc.subarray([...accountPool]),
      fc.boolean(),
      (from, to, inactive, left, isManagement) => {
        const files = declaring(to, {
          accountIds: new Set(accountPool.filter((id) => !left.includes(id))),
          inactiveAccounts: new Map(inactive.map((id) => [id, "SUSPENDED"])),
        });
        const read = snapshotOf(from, { caller: { ...caller, isManagement } });
        const live = {
          ...read,
          provisioned: new Map([...from.permissionSets.keys()].map((set) => [set, [...accountPool]])),
        };
        const { notes: shallow, ...one } = planned(files, live);
        const { notes, ...other } = planned(files, live, { deep: true });
        expect(other).toEqual(one);
        const others = (all: typeof notes) => all.filter(({ code }) => !codes.has(code));
        expect(others(notes)).toEqual(others(shallow));
        // Every role is told of that nobody is assigned, or it is where somebody shall be.
        for (const [set, accounts] of ghostRoles(live))
          for (const account of accounts) {
            const isWanted = [...to.assignments.values()].some(
              (key) => key.permissionSet === set && key.account === account,
            );
            const isTold = notes.some(({ message }) => message.includes(set) && message.includes(account));
            expect(isTold || isWanted).toBe(true);
          }
      },
    ),
    { numRuns: 300 },
  );
});

const codes = new Set(["account-inactive", "orphan", "ghost-role"]);
