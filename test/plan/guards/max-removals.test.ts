import { describe, expect, test } from "vitest";
import { changeId } from "../../../src/model/keys.js";
import { LiveError } from "../../../src/model/live-error.js";
import type { State } from "../../../src/model/state.js";
import { noConsent } from "../../../src/plan/consent.js";
import { boundBy } from "../../../src/plan/saved.js";
import { declaration, declaring, managing } from "../../support/declarations.js";
import type { Guarding } from "../../support/guardrails.js";
import { lineOf } from "../../support/guardrails.js";
import { judged, numbered, organization, saidBy, wordsOf } from "../../support/judging.js";
import type { Judging } from "../../support/judging.js";
import { person, snapshotOf, stateOf } from "../../support/organizations.js";
import { planInput, planned } from "../../support/planning.js";

const a = "111111111111";
const deleting = managing({}, { onUserRemoval: "delete" });

/** The kinds of which too much goes, with how much: `11 of 40 users (27.5 %)`. */
function over(given: Judging): readonly string[] {
  return saidBy("max-removals", judged(given)).map(({ message }) => {
    const [, told = message] = /^This plan [a-z, ]+? (\d.*); the limit is [^;]+$/.exec(message) ?? [];
    return told;
  });
}

/** So many users without any access, as a plan sees them that removes some. */
function usersGo(gone: number, all: number, limit: Guarding["maxRemovals"]): readonly string[] {
  return over({
    live: organization({ users: numbered(all, "u") }),
    files: organization({ users: ["other", ...numbered(all - gone, "u")] }),
    guards: limit === undefined ? {} : { maxRemovals: limit },
    given: { settings: deleting },
  });
}

describe("the limit", () => {
  test.each<[string, number, number, Guarding["maxRemovals"], readonly string[]]>([
    ["lets the floor pass, however few there are", 10, 10, undefined, []],
    ["is 25 % past the floor when nothing is said", 11, 44, undefined, []],
    ["refuses one more", 11, 43, undefined, ["11 of 43 users (25.6 %)"]],
    ["lets just the percentage pass", 25, 100, { percent: 25, floor: 0 }, []],
    ["refuses one more than the percentage", 26, 100, { percent: 25, floor: 0 }, ["26 of 100 users (26 %)"]],
    ["shows by how little it is passed", 2501, 10000, {}, ["2,501 of 10,000 users (25.01 %)"]],
    ["takes fractions of a percent as they are meant", 57, 10000, { percent: 0.57, floor: 0 }, []],
    ["of fractions as well", 58, 10000, { percent: 0.57, floor: 0 }, ["58 of 10,000 users (0.6 %)"]],
    [
      "of 0 % and no floor lets nothing pass",
      1,
      1000,
      { percent: 0, floor: 0 },
      ["1 of 1,000 users (0.1 %)"],
    ],
    ["of 0 % lets the floor pass", 3, 4, { percent: 0, floor: 3 }, []],
    ["of 100 % lets everything pass", 40, 40, { percent: 100 }, []],
    ["by count lets just so many pass", 12, 100, { count: 12 }, []],
    ["by count refuses one more", 13, 100, { count: 12 }, ["13 of 100 users"]],
    ["by count is not for the floor to lift", 3, 100, { count: 2, floor: 10 }, ["3 of 100 users"]],
    ["by a count of 0 refuses the first", 1, 100, { count: 0, floor: 10 }, ["1 of 100 users"]],
  ])("%s", (_what, gone, all, limit, told) => {
    expect(usersGo(gone, all, limit)).toEqual(told);
  });

  test("names itself, and stands where the settings set it", () => {
    const live = organization({ users: numbered(20, "u") });
    const files = organization({ users: ["u1"] });
    const given = { settings: deleting };
    expect(
      saidBy("max-removals", judged({ live, files, given, guards: { maxRemovals: { percent: 50 } } })),
    ).toEqual([
      expect.objectContaining({
        severity: "error",
        message:
          "This plan removes, disables or strips 19 of 20 users (95 %); the limit is 50 % (10 always pass).",
        source: { file: "access/settings.yaml", line: lineOf.maxRemovals, column: 1 },
      }),
    ]);
    expect(
      saidBy("max-removals", judged({ live, files, given, guards: { maxRemovals: { count: 4 } } })),
    ).toEqual([
      expect.objectContaining({
        message: "This plan removes, disables or strips 19 of 20 users; the limit is 4.",
        source: { file: "access/settings.yaml", line: lineOf.maxRemovals, column: 1 },
      }),
    ]);
    expect(saidBy("max-removals", judged({ live, files, given }))).toEqual([
      expect.objectContaining({ source: null }),
    ]);
  });

  test("holds in drift and for what has run out as well", () => {
    const live = organization({ groups: { dev: numbered(12, "u") } });
    const files = organization({ users: numbered(12, "u"), groups: { dev: [] } });
    const expired = new Map(
      [...live.memberships.keys()].map((id) => [id, { file: "access/a.yaml", line: 1, column: 1 }]),
    );
    const given: Judging = { live, files, base: { files, given: { expired } }, given: { expired } };
    expect(over(given)).toEqual(["12 of 12 memberships (100 %)"]);
    expect(over({ ...given, base: { files } })).toEqual(["12 of 12 memberships (100 %)"]);
  });

  test("is not for first contact, where every removal has to be meant", () => {
    const given: Judging = {
      live: organization({ users: numbered(40, "u") }),
      files: organization({ users: ["u1"] }),
      given: { settings: deleting },
    };
    const { instance } = snapshotOf(given.live);
    const plan = judged({ ...given, seen: { instance: { ...instance, mark: null } } });
    expect(saidBy("max-removals", plan)).toEqual([]);
    expect(saidBy("first-contact", plan)).toHaveLength(1);
  });
});

const limited: Guarding = { maxRemovals: { percent: 25, floor: 3 } };

/** Twenty people in five groups, each with one grant. */
const company = organization({
  groups: {
    g1: numbered(4, "u", 1),
    g2: numbered(4, "u", 5),
    g3: numbered(4, "u", 9),
    g4: numbered(4, "u", 13),
    g5: numbered(4, "u", 17),
  },
  grants: ["g1", "g2", "g3", "g4", "g5"].map((group) => `group/${group} Read ${a}`),
});

describe("what counts", () => {
  test("users who are removed", () => {
    const files = without(company, numbered(6, "u"));
    expect(over({ live: company, files, guards: limited, given: { settings: deleting } })).toEqual([
      "6 of 20 users (30 %)",
      "6 of 20 memberships (30 %)",
      "6 of 20 accesses of people (30 %)",
    ]);
  });

  test("users who are disabled, by leaving the files and by their status", () => {
    const leaving = without(company, numbered(6, "u"));
    const users = new Map(
      [...company.users].map(([name, attributes]) => [
        name,
        declaration({
          attributes,
          status: numbered(6, "u").includes(name) ? ("disabled" as const) : ("enabled" as const),
        }),
      ]),
    );
    const expected = [
      "6 of 20 users (30 %)",
      "6 of 20 memberships (30 %)",
      "6 of 20 accesses of people (30 %)",
    ];
    expect(over({ live: company, files: leaving, guards: limited })).toEqual(expected);
    expect(over({ live: company, files: company, guards: limited, given: { users } })).toEqual(expected);
  });

  test("users who stay and are left with nothing, but not those who had nothing or keep something", () => {
    const live = organization({
      users: numbered(80, "idle"),
      groups: { dev: numbered(8, "u"), idlers: numbered(8, "idle") },
      grants: [`group/dev Read ${a}`, ...numbered(3, "u").map((user) => `user/${user} Write ${a}`)],
    });
    const files = { ...live, memberships: new Map() };
    expect(over({ live, files, guards: { maxRemovals: { count: 4 } } })).toEqual([
      // u4 to u8
      "5 of 88 users",
      "16 of 16 memberships",
      "8 of 11 accesses of people",
    ]);
  });

  test("groups that are removed, emptied of members, or of grants, each once", () => {
    const files = organization({
      users: numbered(20, "u"),
      groups: { g2: [], g3: numbered(4, "u", 9), g4: numbered(4, "u", 13), g5: numbered(4, "u", 17) },
      grants: [`group/g3 Read ${a}`, `group/g4 Read ${a}`],
    });
    // g1 is removed; g2 loses both; g5 its grant.
    expect(over({ live: company, files, guards: { maxRemovals: { percent: 40, floor: 0 } } })).toContain(
      "3 of 5 groups (60 %)",
    );
  });

  test("groups that lose some of their members, or of their grants, are not emptied", () => {
    const live = organization({
      groups: { g1: ["u1", "u2"], g2: ["u3", "u4"] },
      grants: [`group/g1 Read ${a}`, `group/g1 Write ${a}`, `group/g2 Read ${a}`, `group/g2 Write ${a}`],
    });
    const files = organization({
      users: ["u2", "u4"],
      groups: { g1: ["u1"], g2: ["u3"] },
      grants: [`group/g1 Read ${a}`, `group/g2 Read ${a}`],
      sets: { Write: {} },
    });
    expect(over({ live, files, guards: { maxRemovals: { count: 0 } } }).join()).not.toContain("groups");
  });

  test("permission sets that are removed or taken from everybody", () => {
    const sets = numbered(4, "S");
    const live = organization({
      groups: { dev: ["ann"] },
      grants: sets.map((set) => `group/dev ${set} ${a}`),
    });
    const files = organization({
      groups: { dev: ["ann"] },
      sets: { S2: {} },
      grants: [`group/dev S3 ${a}`, `group/dev S4 ${a}`],
    });
    expect(over({ live, files, guards: { maxRemovals: { count: 1 } } })).toEqual([
      "2 of 4 permission sets",
      "2 of 4 assignments",
      "2 of 4 accesses of people",
    ]);
  });

  test("permission sets that come to allow nothing, with all who hold them", () => {
    const readOnly = { managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] };
    const given = {
      groups: { dev: ["ann", "ben"] },
      grants: ["S1", "S2", "S3"].map((set) => `group/dev ${set} ${a}`),
    };
    const live = organization({ ...given, sets: { S1: readOnly, S2: readOnly, S3: {}, S4: readOnly } });
    const files = organization({ ...given, sets: { S1: {}, S2: readOnly, S3: {}, S4: {} } });
    const guards: Guarding = { maxRemovals: { count: 0 } };
    const seen = { provisioned: new Map(["S1", "S2", "S3"].map((set) => [set, [a]])) };
    expect(over({ live, files, guards, seen })).toEqual([
      "1 of 4 permission sets",
      "2 of 6 accesses of people",
    ]);
    // In the plan they keep a set whose content changes, and nobody loses access.
    expect(
      saidBy("max-removals", judged({ live, files, guards, seen })).map(({ message }) => message),
    ).toEqual([
      "This plan removes, empties or takes from everybody 1 of 4 permission sets; the limit is 0.",
      'This plan takes away 2 of 6 accesses of people; the limit is 0. 2 of them with "S1", which comes to allow nothing.',
    ]);
    expect(over({ live: files, files: live, guards, seen })).toEqual([]);
    const settings = managing({ users: "none", groups: "none", assignments: "none" });
    expect(over({ live, files, guards, seen, given: { settings } })).toContain("2 of 2 accesses of people");
  });

  test("what people reach, where a single removal takes it from many", () => {
    const accounts = numbered(40, "", 100000000001);
    const live = organization({
      users: ["ann", "ben", "cat"],
      groups: { admins: ["ann"], readers: ["ben"] },
      grants: [
        ...accounts.map((account) => `group/admins Admin ${account}`),
        ...accounts.map((account) => `group/readers Read ${account}`),
      ],
    });
    expect(over({ live, files: without(live, [], ["membership:readers/ben"]) })).toEqual([
      "40 of 80 accesses of people (50 %)",
    ]);
  });

  test("one access, however many ways lead there", () => {
    const live = organization({
      groups: { g1: ["ann", "ben"], g2: ["ann", "ben"] },
      grants: [`group/g1 Read ${a}`, `group/g2 Read ${a}`, `user/ann Read ${a}`],
    });
    const one = {
      ...live,
      memberships: new Map([...live.memberships].filter(([, { group }]) => group === "g1")),
    };
    expect(over({ live, files: one, guards: { maxRemovals: { percent: 10, floor: 0 } } })).toEqual([
      "1 of 2 groups (50 %)",
      "2 of 4 memberships (50 %)",
    ]);
    const none = { ...live, memberships: new Map() };
    expect(over({ live, files: none, guards: { maxRemovals: { percent: 49, floor: 0 } } })).toContain(
      "1 of 2 accesses of people (50 %)",
    );
  });
});

describe("what is not owned", () => {
  const owned = organization({
    groups: { g1: numbered(4, "u") },
    grants: [`group/g1 Read ${a}`, `user/u1 Write ${a}`],
  });
  const foreign = organization({
    users: numbered(100, "x"),
    groups: { "AWS-made": numbered(100, "x") },
    grants: [
      ...numbered(90, "x").map((user) => `user/${user} AWSTheirs ${a}`),
      `group/AWS-made AWSTheirs ${a}`,
    ],
  });
  const live: State = {
    users: new Map([...owned.users, ...foreign.users]),
    groups: new Map([...owned.groups, ...foreign.groups]),
    permissionSets: new Map([...owned.permissionSets, ...foreign.permissionSets]),
    memberships: new Map([...owned.memberships, ...foreign.memberships]),
    assignments: new Map([...owned.assignments, ...foreign.assignments]),
    applicationAssignments: new Map(),
  };

  test("does not dilute the share: neither what is ignored", () => {
    const settings = managing(
      {},
      {
        onUserRemoval: "delete",
        ignore: { users: ["x*"], groups: ["AWS*"], permissionSets: ["AWS*"], accounts: [], assignments: [] },
      },
    );
    const files = organization({ users: ["u1"], groups: { other: ["u1"] }, sets: { Read: {}, Write: {} } });
    expect(over({ live, files, given: { settings }, guards: { maxRemovals: { count: 0 } } })).toEqual([
      // u1 stays, with nothing.
      "4 of 4 users",
      "1 of 1 groups",
      "4 of 4 memberships",
      "2 of 2 permission sets",
      "2 of 2 assignments",
      "5 of 5 accesses of people",
    ]);
  });

  test("nor what is not declared, where only that is managed", () => {
    const settings = managing(
      { users: "declared", groups: "declared", permissionSets: "declared", assignments: "declared" },
      { onUserRemoval: "delete" },
    );
    const removed = {
      users: new Map([
        ["u1", place],
        ["u2", place],
      ]),
      groups: new Map([["g1", place]]),
      permissionSets: new Map(),
      assignments: new Map([
        [
          changeId.assignment({ principalType: "group", principal: "g1", permissionSet: "Read", account: a }),
          place,
        ],
      ]),
    };
    const files = organization({ users: ["u3", "u4"], grants: [`user/u1 Write ${a}`] });
    const users = new Map([...files.users].filter(([name]) => name !== "u1"));
    expect(
      over({
        live,
        files: { ...files, users, assignments: new Map() },
        given: { settings, removed },
        guards: { maxRemovals: { percent: 10, floor: 0 } },
      }),
    ).toEqual([
      "4 of 4 users (100 %)",
      "1 of 1 groups (100 %)",
      "4 of 4 memberships (100 %)",
      "1 of 1 permission sets (100 %)",
      "2 of 2 assignments (100 %)",
      "5 of 5 accesses of people (100 %)",
    ]);
  });

  test("nor anything where nothing is managed, so that nothing goes", () => {
    const settings = managing({ users: "none", groups: "none", permissionSets: "none", assignments: "none" });
    expect(
      over({ live, files: organization({}), given: { settings }, guards: { maxRemovals: { count: 0 } } }),
    ).toEqual([]);
  });
});

describe("what only gets another name", () => {
  const guards: Guarding = { maxRemovals: { count: 0 } };
  const live = organization({
    groups: { dev: ["ann", "ben"], ops: ["cat"] },
    grants: [`group/dev Read ${a}`, `group/dev Write ${a}`, `user/cat Read ${a}`],
  });

  test.each<[string, Names, readonly string[]]>([
    ["a permission set", { Read: "Reader" }, []],
    ["a group", { dev: "developers" }, []],
    ["a user", { ann: "ann.example" }, []],
    ["all three at once", { Read: "Reader", dev: "developers", ann: "ann.example", cat: "kat" }, []],
    ["two that swap what they are called", { dev: "developers", ops: "operators" }, []],
  ])("goes from nobody: %s", (_what, names, told) => {
    const files = renamed(live, names);
    expect(over({ live, files, guards, given: { settings: deleting } })).toEqual(told);
  });

  test("is a removal where users are disabled and not deleted: the old one would keep the e-mail address", () => {
    expect(() => over({ live, files: renamed(live, { ann: "ann.example" }), guards })).toThrow("email-taken");
  });

  test.each<[string, Names, (files: State) => State, readonly string[]]>([
    [
      "a group of which one member is not in the new one",
      { dev: "developers" },
      (files) => without(files, [], ["membership:developers/ben"]),
      [
        "1 of 3 users",
        "1 of 2 groups",
        "2 of 3 memberships",
        "2 of 3 assignments",
        "2 of 5 accesses of people",
      ],
    ],
    [
      "a group of which one grant is not the new one's",
      { dev: "developers" },
      (files) => without(files, [], [`assignment:group/developers:Write:${a}`]),
      [
        "1 of 2 groups",
        "2 of 3 memberships",
        "1 of 2 permission sets",
        "2 of 3 assignments",
        "2 of 5 accesses of people",
      ],
    ],
    [
      "a user with another e-mail address",
      { ann: "ann.example" },
      (files) => ({ ...files, users: new Map([...files.users, ["ann.example", person("somebody")]]) }),
      ["1 of 3 users", "1 of 3 memberships", "2 of 5 accesses of people"],
    ],
    [
      "a user whose new name is not in the group",
      { ann: "ann.example" },
      (files) => without(files, [], ["membership:dev/ann.example"]),
      ["1 of 3 memberships", "2 of 5 accesses of people"],
    ],
    [
      "a permission set whose content is another",
      { Read: "Reader" },
      (files) => ({
        ...files,
        permissionSets: new Map(
          [...files.permissionSets].map(([name, set]) => [
            name,
            name === "Reader" ? { ...set, sessionDuration: "PT2H" } : set,
          ]),
        ),
      }),
      ["1 of 2 permission sets", "2 of 3 assignments", "3 of 5 accesses of people"],
    ],
    [
      "a permission set that somebody does not get under the new name",
      { Read: "Reader" },
      (files) => without(files, [], [`assignment:user/cat:Reader:${a}`]),
      ["1 of 3 users", "1 of 3 assignments", "1 of 5 accesses of people"],
    ],
  ])("is more than that, and counts: %s", (_what, names, change, told) => {
    const files = change(renamed(live, names));
    expect(over({ live, files, guards, given: { settings: deleting } })).toEqual(told);
  });

  test("is taken once: two groups that become one are one removal", () => {
    const two = organization({
      groups: { g1: ["ann"], g2: ["ann"] },
      grants: [`group/g1 Read ${a}`, `group/g2 Read ${a}`],
    });
    const files = organization({ groups: { g3: ["ann"] }, grants: [`group/g3 Read ${a}`] });
    expect(over({ live: two, files, guards })).toEqual([
      "1 of 2 groups",
      "1 of 2 memberships",
      "1 of 2 assignments",
    ]);
  });
});

describe("what is withheld", () => {
  test("does not count", () => {
    const live = organization({ groups: { dev: numbered(8, "u") }, grants: [`group/dev Read ${a}`] });
    const files = organization({
      users: numbered(8, "u"),
      groups: { dev: [] },
      grants: [`group/dev Read ${a}`],
    });
    const guards: Guarding = { maxRemovals: { count: 0 } };
    const error = new LiveError("Reading failed.", { kind: "throttled" });
    const gaps = [{ covers: [{ kind: "membership", group: "dev" }], error }] as const;
    expect(over({ live, files, guards })).not.toEqual([]);
    const plan = judged({ live, files, guards, seen: { gaps } });
    expect(plan.withheld).toHaveLength(8);
    expect(saidBy("max-removals", plan)).toEqual([]);
  });
});

describe("what could not be read", () => {
  const seen = {
    gaps: [
      {
        covers: [{ kind: "membership", group: "dev" }],
        error: new LiveError("Reading failed.", { kind: "throttled" }),
      },
    ],
  } as const;
  const live = organization({
    users: numbered(40, "u"),
    groups: { dev: [], ops: ["ann"] },
    grants: [`group/dev Read ${a}`, `group/ops Write ${a}`, `group/ops Read 222222222222`],
  });
  const taken = without(live, [], [`assignment:group/dev:Read:${a}`]);

  test("is not counted as nobody: how many lose what a group loses cannot be told", () => {
    expect(over({ live, files: taken })).toEqual([]);
    expect(over({ live, files: taken, seen })).toEqual([
      'How many accesses of people this plan takes away cannot be told: it takes permission sets from "dev", and who is a member there could not be read.',
    ]);
    expect(over({ live, files: without(live, [], [`assignment:group/ops:Write:${a}`]), seen })).toEqual([]);
  });

  test("does not matter where nothing is limited, or what goes was added by hand", () => {
    const guards = { maxRemovals: { percent: 100 } };
    expect(over({ live, files: taken, guards, seen })).toEqual([]);
    expect(over({ live, files: taken, base: { files: taken }, seen })).toEqual([]);
  });

  test("can be agreed to", () => {
    const { digest } = judged({ live, files: taken, seen });
    const consent = { ...noConsent, allow: new Map([["max-removals", digest]] as const) };
    const plan = judged({ live, files: taken, seen, input: { consent } });
    expect(saidBy("max-removals", plan)).toEqual([expect.objectContaining({ severity: "info" })]);
  });
});

describe("consent", () => {
  const live = organization({ users: numbered(40, "u") });
  const given: Judging = { live, files: organization({ users: ["u1"] }), given: { settings: deleting } };
  const { digest } = judged(given);
  const other = `sha256:${"0".repeat(64)}`;
  const allowing = (named: string, within: string | null = null): Judging => ({
    ...given,
    input: { consent: { ...noConsent, within, allow: new Map([["max-removals", named]]) } },
  });
  const limit =
    "This plan removes, disables or strips 39 of 40 users (97.5 %); the limit is 25 % (10 always pass).";

  test("is asked for by the plan's own digest", () => {
    expect(saidBy("max-removals", judged(given))).toEqual([
      expect.objectContaining({
        severity: "error",
        message: limit,
        help: `See what goes and why. To mean just this plan: idc apply --allow max-removals=${digest}.`,
      }),
    ]);
  });

  test("to this plan makes it a note", () => {
    expect(wordsOf("max-removals", judged(allowing(digest)))).toEqual([
      `info: ${limit} It is meant, as --allow says.`,
    ]);
  });

  test("to another plan is none", () => {
    expect(wordsOf("max-removals", judged(allowing(other)))).toEqual([
      `error: ${limit} --allow names another plan (${other}); what there is to do has changed since.`,
    ]);
  });

  test("to the saved plan within which this one stays is one", () => {
    expect(wordsOf("max-removals", judged(allowing(other, other)))).toEqual([
      `info: ${limit} It is meant, as --allow says.`,
    ]);
    expect(wordsOf("max-removals", judged(allowing(other, digest)))).toEqual([
      expect.stringMatching(/^error: /),
    ]);
  });

  test("to a saved plan is consent to what is left of it, however little, and to no more", () => {
    const saved = judged(given);
    const half = organization({ users: numbered(20, "u") });
    const consent = { ...noConsent, allow: new Map([["max-removals", saved.digest] as const]) };
    const declared = declaring(given.files, { settings: deleting });
    const left = boundBy(
      planInput(declared, snapshotOf(half), { consent }),
      planned(declared, snapshotOf(half), { consent }),
      saved,
    );
    expect(left.ok && wordsOf("max-removals", left.plan)).toEqual([
      expect.stringMatching(
        /^info: This plan removes, disables or strips 19 of 20 users .* as --allow says\.$/,
      ),
    ]);
    const more = organization({ users: numbered(41, "u") });
    const beyond = boundBy(
      planInput(declared, snapshotOf(more), { consent }),
      planned(declared, snapshotOf(more), { consent }),
      saved,
    );
    expect(beyond).toMatchObject({ ok: false, diagnostics: [{ code: "saved-plan-stale" }] });
  });

  test("to a guard is none to another", () => {
    const consent = { ...noConsent, allow: new Map([["empty-declaration", digest] as const]) };
    expect(wordsOf("max-removals", judged({ ...given, input: { consent } }))).toEqual([`error: ${limit}`]);
  });
});

const place = { file: "access/a.yaml", line: 1, column: 1 };

/** Old names and new ones, of whatever kind. */
type Names = Readonly<Record<string, string>>;

/** The same organization in which some are called otherwise; people keep their e-mail addresses. */
function renamed(state: State, names: Names): State {
  const name = (one: string): string => names[one] ?? one;
  const keys = <V>(map: ReadonlyMap<string, V>): ReadonlyMap<string, V> =>
    new Map([...map].map(([key, value]) => [name(key), value]));
  return stateOf({
    users: keys(state.users),
    groups: keys(state.groups),
    permissionSets: keys(state.permissionSets),
    memberships: [...state.memberships.values()].map(({ group, user }) => ({
      group: name(group),
      user: name(user),
    })),
    assignments: [...state.assignments.values()].map((key) => ({
      ...key,
      principal: name(key.principal),
      permissionSet: name(key.permissionSet),
    })),
  });
}

/** Without these users and all that is theirs, and without these memberships and assignments. */
function without(state: State, users: readonly string[], ids: readonly string[] = []): State {
  const isGone = (id: string, user: string | null): boolean =>
    ids.includes(id) || (user !== null && users.includes(user));
  return {
    ...state,
    users: new Map([...state.users].filter(([name]) => !users.includes(name))),
    memberships: new Map([...state.memberships].filter(([id, { user }]) => !isGone(id, user))),
    assignments: new Map(
      [...state.assignments].filter(
        ([id, { principalType, principal }]) => !isGone(id, principalType === "user" ? principal : null),
      ),
    ),
  };
}
