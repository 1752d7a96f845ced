import { describe, expect, test } from "vitest";
import type { Declared } from "../../../src/model/declared.js";
import { changeId } from "../../../src/model/keys.js";
import type { GapScope } from "../../../src/model/snapshot.js";
import { LiveError } from "../../../src/model/live-error.js";
import { declaration, managing } from "../../support/declarations.js";
import type { Guarding } from "../../support/guardrails.js";
import { lineOf } from "../../support/guardrails.js";
import { grantOf, judged, organization, saidBy, wordsOf } from "../../support/judging.js";
import type { Judging, Short } from "../../support/judging.js";

const [a, b] = ["111111111111", "222222222222"] as const;

/** Everybody has something besides, so that nothing goes of which there is only one. */
const company = {
  users: ["ann", "ben", "cat", "spare"],
  groups: { admins: ["ann", "ben"], dev: ["ben", "cat"] },
  sets: { Break: {}, Read: {} },
  grants: [`group/admins Break ${a}`, `group/admins Break ${b}`, `group/dev Read ${a}`, `user/ann Read ${b}`],
} satisfies Short;

/** What the guard says of what becomes of the company: `error: …` without the rest of the sentence that is always the same. */
function said(files: Short, protect: Guarding["protect"], given: Partial<Judging> = {}): readonly string[] {
  const plan = judged({
    live: organization(company),
    files: organization({ ...company, ...files }),
    guards: { protect: protect ?? {}, maxRemovals: { percent: 100 } },
    ...given,
  });
  return wordsOf("protected", plan);
}

const goesOn = " is protected, and with this plan it ";

describe("what is protected", () => {
  const withoutAnn = { admins: ["ben"], dev: ["ben", "cat"] };

  test.each<[string, Short, Guarding["protect"], readonly string[]]>([
    [
      "nothing, when nothing goes",
      {},
      { users: ["*"], groups: ["*"], permissionSets: ["*"], accounts: ["*"] },
      [],
    ],
    ["nothing, when nothing is named", { groups: {}, grants: [] }, {}, []],
    [
      "a user who leaves a group",
      { groups: withoutAnn },
      { users: ["ann"] },
      [`user "ann"${goesOn}leaves the group admins`],
    ],
    [
      "a user who loses a direct grant",
      { grants: company.grants.slice(0, 3) },
      { users: ["ann"] },
      [`user "ann"${goesOn}loses Read in ${b}`],
    ],
    [
      "a user whose group loses a grant",
      { grants: company.grants.slice(1) },
      { users: ["b*"] },
      [`user "ben"${goesOn}loses Break in ${a}`],
    ],
    [
      "a user of whom another one loses something",
      { groups: withoutAnn },
      { users: ["ben", "cat", "spare"] },
      [],
    ],
    [
      "a group that loses a grant",
      { grants: company.grants.slice(1) },
      { groups: ["admins"] },
      [`group "admins"${goesOn}loses Break in ${a}`],
    ],
    ["a group that loses one of its members", { groups: withoutAnn }, { groups: ["admins"] }, []],
    [
      "a group that loses all of them, which is told once",
      { groups: { admins: [], dev: ["ben", "cat"] } },
      { groups: ["*"] },
      [`group "admins"${goesOn}is left without members`],
    ],
    [
      "a group whose members all are others",
      { groups: { ...company.groups, admins: ["spare"] } },
      { groups: ["admins"] },
      [],
    ],
    [
      "a group that is removed",
      { groups: { dev: ["ben", "cat"] }, grants: company.grants.slice(2) },
      { groups: ["admins"] },
      [`group "admins"${goesOn}loses Break in ${a} and ${b}, is left without members and is removed`],
    ],
    [
      "a set that is taken from somebody",
      { grants: company.grants.slice(1) },
      { permissionSets: ["B*k"] },
      [`permission set "Break"${goesOn}is taken from group admins in ${a}`],
    ],
    [
      "a set that is removed",
      { sets: { Read: {} }, grants: company.grants.slice(2) },
      { permissionSets: ["Break"] },
      [
        `permission set "Break"${goesOn}is taken from group admins in ${a} and ${b}, is removed and is left to nobody`,
      ],
    ],
    [
      "a set whose holders all go, though its grants stay",
      { groups: { admins: [], dev: ["ben", "cat"] } },
      { permissionSets: ["Break"] },
      [`permission set "Break"${goesOn}is left to nobody`],
    ],
    ["a set of whose holders one goes", { groups: withoutAnn }, { permissionSets: ["Break"] }, []],
    [
      "an account in which somebody loses something",
      { grants: company.grants.slice(1) },
      { accounts: [a] },
      [`account "${a}"${goesOn}loses Break of group admins`],
    ],
    [
      "an account that nobody reaches any more",
      { groups: { admins: [], dev: ["ben", "cat"] }, grants: company.grants.slice(0, 3) },
      { accounts: [b] },
      [`account "${b}"${goesOn}loses Read of user ann and is left without anybody who reaches it`],
    ],
    [
      "an account that nobody reaches any more, though its grants stay",
      { groups: { admins: [], dev: [] }, grants: company.grants.slice(0, 3) },
      { accounts: [a] },
      [`account "${a}"${goesOn}is left without anybody who reaches it`],
    ],
    [
      "a set that allows less",
      { sets: { Break: { sessionDuration: "PT30M" }, Read: {} } },
      { permissionSets: ["Break"] },
      [`permission set "Break"${goesOn}allows less than before, or may`],
    ],
    [
      "a set that allows more",
      { sets: { Break: { sessionDuration: "PT2H" }, Read: {} } },
      { permissionSets: ["Break"] },
      [],
    ],
  ])("%s", (_what, files, protect, told) => {
    expect(said(files, protect)).toEqual(told.map((one) => `error: The ${one}.`));
  });

  test("a user who leaves: by leaving the files, by their status, by deletion", () => {
    const files: Short = { groups: withoutAnn, grants: company.grants.slice(0, 3) };
    const gone = organization({ ...company, ...files });
    const users = new Map([...gone.users].filter(([name]) => name !== "ann"));
    const protect = { users: ["ann"] };
    const words = (end: string) => [
      `error: The user "ann"${goesOn}loses Read in ${b}, leaves the group admins and ${end}.`,
    ];
    expect(said(files, protect, { files: { ...gone, users } })).toEqual(words("is disabled"));
    expect(said({}, protect, { given: { users: disabled(organization(company), "ann") } })).toEqual(
      words("is disabled"),
    );
    expect(
      said(files, protect, {
        files: { ...gone, users },
        given: { settings: managing({}, { onUserRemoval: "delete" }) },
      }),
    ).toEqual(words("is removed"));
  });

  test("is told with its pattern's place, a change, and what to do", () => {
    const plan = judged({
      live: organization(company),
      files: organization({ ...company, groups: withoutAnn }),
      guards: { protect: { users: ["nobody*", "an*"] } },
    });
    expect(saidBy("protected", plan)).toEqual([
      {
        code: "protected",
        severity: "error",
        message: `The user "ann"${goesOn}leaves the group admins.`,
        help: "Put back what this takes away. If it is meant, take the name out of guardrails.protect first and apply that by itself.",
        source: { file: "access/settings.yaml", line: lineOf.protect, column: 1 },
        change: "membership:admins/ann",
      },
    ]);
  });

  test("many of one kind are counted past the third", () => {
    const accounts = ["3", "4", "5", "6", "7"].map((digit) => digit.repeat(12));
    const live = organization({
      groups: { g: ["ann"] },
      grants: accounts.map((one) => `group/g Read ${one}`),
    });
    const files = { ...live, assignments: new Map() };
    expect(said({}, { users: ["ann"], groups: ["g"] }, { live, files })).toEqual([
      `error: The user "ann"${goesOn}loses Read in ${accounts.slice(0, 3).join(", ")} and 2 more.`,
      `error: The group "g"${goesOn}loses Read in ${accounts.slice(0, 3).join(", ")} and 2 more.`,
    ]);
  });

  test("accounts by their ids and by their names", () => {
    const given = { accountNames: new Map<string, string>([[a, "log-archive"]]) };
    const files = { grants: company.grants.slice(1) };
    const told = [`error: The account "log-archive" (${a})${goesOn}loses Break of group admins.`];
    for (const pattern of ["log-archive", "log-*", a, "1111*"])
      expect(said(files, { accounts: [pattern] }, { given })).toEqual(told);
    expect(said(files, { accounts: ["log*x", "222*"] }, { given })).toEqual([]);
  });

  test("names that every object has are names like others", () => {
    const live = organization({
      groups: { ["__proto__"]: ["constructor"] },
      grants: [`group/__proto__ toString ${a}`],
    });
    const files = { ...live, memberships: new Map() };
    const protect = { users: ["constructor"], groups: ["__proto__"], permissionSets: ["toString"] };
    expect(said({}, protect, { live, files })).toEqual([
      `error: The user "constructor"${goesOn}leaves the group __proto__.`,
      `error: The group "__proto__"${goesOn}is left without members.`,
      `error: The permission set "toString"${goesOn}is left to nobody.`,
    ]);
    expect(said({}, {}, { live, files })).toEqual([]);
  });
});

describe("what is not taken", () => {
  const everything = { users: ["*"], groups: ["*"], permissionSets: ["*"], accounts: ["*"] };
  const place = { file: "access/a.yaml", line: 1, column: 1 };
  const files = organization({
    ...company,
    groups: { admins: [], dev: ["ben", "cat"] },
    grants: company.grants.slice(1, 3),
  });
  const gone = [
    "membership:admins/ann",
    "membership:admins/ben",
    changeId.assignment(grantOf(`group/admins Break ${a}`)),
    changeId.assignment(grantOf(`user/ann Read ${b}`)),
  ];

  test("memberships and grants that somebody added by hand", () => {
    expect(said({}, everything, { files, base: { files } })).toEqual([]);
    expect(said({}, everything, { files })).not.toEqual([]);
  });

  test("those that have run out, when the base had the same end", () => {
    const expired = new Map(gone.map((id) => [id, place]));
    expect(said({}, everything, { files, given: { expired }, base: { files, given: { expired } } })).toEqual(
      [],
    );
  });

  test("but those to which these files give an end that is past", () => {
    const expired = new Map(gone.map((id) => [id, place]));
    const base = { files: organization(company) };
    expect(said({}, { users: ["ann"] }, { files, given: { expired }, base })).toEqual([
      `error: The user "ann"${goesOn}loses Read in ${b} and leaves the group admins.`.replace(
        ", leaves",
        " and leaves",
      ),
    ]);
  });

  test("a set's content that is put back, be it less", () => {
    const wider = organization({ ...company, sets: { Break: { sessionDuration: "PT12H" }, Read: {} } });
    const same = organization(company);
    const protect = { permissionSets: ["Break"] };
    expect(said({}, protect, { live: wider, files: same, base: { files: same } })).toEqual([]);
    expect(said({}, protect, { live: wider, files: same, base: { files: wider } })).toHaveLength(1);
  });

  test("what somebody who leaves held directly, from the set and the account, as long as others are left", () => {
    const live = organization({ ...company, grants: [...company.grants, `user/ann Break ${a}`] });
    const leaving = { users: disabled(live, "ann") };
    const protect = { permissionSets: ["*"], accounts: ["*"] };
    expect(said({}, protect, { live, files: live, given: leaving })).toEqual([]);
  });

  test("but when nobody is left with it", () => {
    const live = organization({ users: ["ben"], grants: [`user/ann Break ${a}`, `user/ben Read ${b}`] });
    const leaving = { users: disabled(live, "ann") };
    expect(
      said({}, { permissionSets: ["*"], accounts: ["*"] }, { live, files: live, given: leaving }),
    ).toEqual([
      `error: The permission set "Break"${goesOn}is left to nobody.`,
      `error: The account "${a}"${goesOn}is left without anybody who reaches it.`,
    ]);
  });

  test("what was given back by hand to somebody who is disabled in the files", () => {
    const live = organization(company);
    const users = disabled(live, "ann");
    expect(
      said(
        {},
        { users: ["ann"] },
        { files: live, given: { users }, base: { files: live, given: { users } } },
      ),
    ).toEqual([]);
  });

  test("but a whole user, group or set is, whoever made it", () => {
    const live = organization({ ...company, groups: { ...company.groups, made: ["spare"] } });
    const same = organization(company);
    expect(said({}, { groups: ["made"] }, { live, files: same, base: { files: same } })).toEqual([
      `error: The group "made"${goesOn}is removed.`,
    ]);
  });
});

describe("whoever cannot sign in", () => {
  const seen = { status: new Map([["dora", "DISABLED"]] as const) };
  const having = (members: readonly string[], direct: readonly string[] = []) =>
    organization({
      users: ["ann", "dora"],
      groups: { admins: members },
      sets: { Break: {} },
      grants: [`group/admins Break ${a}`, ...direct.map((user) => `user/${user} Break ${a}`)],
    });
  const protect = { groups: ["admins"], permissionSets: ["Break"], accounts: [a] };

  test("is not left with what somebody loses who can", () => {
    const given = { live: having(["ann", "dora"]), files: having(["dora"]), seen };
    expect(said({}, protect, given)).toEqual([
      `error: The group "admins"${goesOn}is left without members who can sign in.`,
      `error: The permission set "Break"${goesOn}is left to nobody who can sign in.`,
      `error: The account "${a}"${goesOn}is left without anybody who can sign in and reaches it.`,
    ]);
    expect(said({}, protect, { ...given, seen: {} })).toEqual([]);
    expect(
      said({}, protect, { ...given, live: having(["ann", "ben", "dora"]), files: having(["ben"]) }),
    ).toEqual([]);
  });

  test("keeps no group whose others come to an end", () => {
    const live = having(["ann", "dora"]);
    const expiries = new Map([["membership:admins/ann", Date.UTC(2027, 0, 1)] as const]);
    const given = { live, files: live, given: { expiries }, base: { files: live } };
    expect(said({}, { groups: ["admins"] }, given)).toEqual([]);
    expect(said({}, { groups: ["admins"] }, { ...given, seen })).toEqual([
      `error: The group "admins"${goesOn}is left without members at 2027-01-01T00:00:00.000Z.`,
    ]);
  });

  test("takes what others keep from nobody, and what nobody keeps from all", () => {
    const live = having(["cat", "dora"]);
    const neither = { status: new Map([...seen.status, ["cat", "DISABLED"]] as const) };
    expect(said({}, protect, { live, files: having(["cat"]), seen: neither })).toEqual([]);
    expect(said({}, protect, { live, files: having([]), seen: neither })).toHaveLength(3);
  });
});

describe("an end that is given to what had none", () => {
  const same = organization(company);
  const [soon, later] = [Date.UTC(2027, 0, 1), Date.UTC(2027, 5, 1)];
  const grant = changeId.assignment(grantOf(`group/admins Break ${a}`));
  const ending = (ends: Readonly<Record<string, number>>): Partial<Declared> => ({
    expiries: new Map(Object.entries(ends)),
  });

  test("takes it, and is told at once: on that day nobody would ask", () => {
    const given = ending({ [grant]: soon });
    const everything = { users: ["ann"], groups: ["*"], permissionSets: ["*"], accounts: ["*"] };
    const day = "at 2027-01-01T00:00:00.000Z";
    expect(said({}, everything, { files: same, given, base: { files: same } })).toEqual([
      `error: The user "ann"${goesOn}loses Break in ${a} ${day}.`,
      `error: The group "admins"${goesOn}loses Break in ${a} ${day}.`,
      `error: The permission set "Break"${goesOn}is taken from group admins in ${a} ${day}.`,
      `error: The account "${a}"${goesOn}loses Break of group admins ${day}.`,
    ]);
  });

  test("be it an earlier one", () => {
    const base = { files: same, given: ending({ [grant]: later }) };
    expect(
      said({}, { groups: ["admins"] }, { files: same, given: ending({ [grant]: soon }), base }),
    ).toHaveLength(1);
    expect(
      said({}, { groups: ["admins"] }, { files: same, given: ending({ [grant]: later }), base }),
    ).toEqual([]);
  });

  test("takes it from no user who keeps it by another way", () => {
    const twice = organization({ ...company, grants: [...company.grants, `user/ann Break ${a}`] });
    const given = ending({ [grant]: soon });
    expect(said({}, { users: ["*"] }, { live: twice, files: twice, given, base: { files: twice } })).toEqual([
      expect.stringContaining('The user "ben"'),
    ]);
  });

  test("of memberships empties the group with the last of them", () => {
    const [ann, ben] = ["membership:admins/ann", "membership:admins/ben"];
    const protect = { users: ["ann"], groups: ["admins"] };
    const one = ending({ [ann]: soon });
    expect(said({}, protect, { files: same, given: one, base: { files: same } })).toEqual([
      `error: The user "ann"${goesOn}leaves the group admins at 2027-01-01T00:00:00.000Z.`,
    ]);
    const both = ending({ [ann]: soon, [ben]: later });
    expect(said({}, protect, { files: same, given: both, base: { files: same } })).toEqual([
      `error: The user "ann"${goesOn}leaves the group admins at 2027-01-01T00:00:00.000Z.`,
      `error: The group "admins"${goesOn}is left without members at 2027-06-01T00:00:00.000Z.`,
    ]);
  });

  test.each(["declared", "none"] as const)(
    "takes what the base did not own, as %s, and would have left where it is",
    (ownership) => {
      const settings = managing({ groups: ownership, assignments: ownership });
      const nothing = organization({ users: company.users, sets: company.sets });
      const base = { files: nothing, given: { settings } };
      const protect = { groups: ["admins"], permissionSets: ["Break"] };
      const members = ["membership:admins/ann", "membership:admins/ben"];
      const all = ending(Object.fromEntries([grant, ...members].map((id) => [id, soon])));
      const now = managing({ groups: "declared", assignments: "declared" });
      const day = "at 2027-01-01T00:00:00.000Z";
      expect(said({}, protect, { files: same, given: { ...all, settings: now }, base })).toEqual([
        `error: The group "admins"${goesOn}loses Break in ${a} ${day} and is left without members ${day}.`,
        `error: The permission set "Break"${goesOn}is taken from group admins in ${a} ${day}.`,
      ]);
    },
  );

  test("takes nothing where it comes with what it limits", () => {
    const before = organization({ ...company, grants: company.grants.slice(1) });
    const given = ending({ [grant]: soon });
    expect(
      said({}, { groups: ["*"] }, { live: before, files: same, given, base: { files: before } }),
    ).toEqual([]);
    expect(said({}, { groups: ["*"] }, { live: same, files: same, given, base: { files: before } })).toEqual(
      [],
    );
  });
});

describe("where members could not be read", () => {
  const error = new LiveError("Reading failed.", { kind: "throttled" });
  const unread = (scope: GapScope) => ({ gaps: [{ covers: [scope], error }] });
  const files = organization({ ...company, grants: company.grants.slice(1) });
  const seen = organization({
    ...company,
    users: ["spare", "ann", "ben"],
    groups: { admins: [], dev: ["ben", "cat"] },
  });
  const given: Partial<Judging> = {
    live: seen,
    files,
    seen: unread({ kind: "membership", group: "admins" }),
  };

  test("a user who is protected may be one of them", () => {
    expect(said({}, { users: ["breakglass-*"] }, given)).toEqual([
      `error: Whether users who are protected are in the group "admins" cannot be told: its members could not be read, and with this plan it loses Break in ${a}.`,
    ]);
    expect(said({}, { groups: ["dev"] }, given)).toEqual([]);
  });

  test("nobody says that none are left", () => {
    const last = { ...given, files: organization({ ...company, grants: company.grants.slice(0, 3) }) };
    expect(said({}, { accounts: [b] }, last)).toEqual([
      `error: The account "${b}"${goesOn}loses Read of user ann.`,
    ]);
    const grants = unread({ kind: "assignment", permissionSet: "Read", account: a });
    const empty = { ...company, groups: { admins: [], dev: [] } };
    const without: Judging = {
      live: organization(empty),
      files: organization({ ...empty, grants: company.grants.slice(0, 3) }),
    };
    expect(said({}, { accounts: [b] }, { ...without, seen: grants })).toEqual([
      `error: The account "${b}"${goesOn}loses Read of user ann.`,
    ]);
    expect(said({}, { accounts: [b] }, without)).toEqual([
      `error: The account "${b}"${goesOn}loses Read of user ann and is left without anybody who reaches it.`,
    ]);
  });
});

/** The users that files declare which say that one of them is disabled. */
function disabled(state: Judging["files"], user: string): Declared["users"] {
  return new Map(
    [...state.users].map(([name, attributes]) => [
      name,
      declaration({ attributes, status: name === user ? ("disabled" as const) : ("enabled" as const) }),
    ]),
  );
}
