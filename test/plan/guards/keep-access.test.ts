import { describe, expect, test } from "vitest";
import type { Declared } from "../../../src/model/declared.js";
import { changeId } from "../../../src/model/keys.js";
import { LiveError } from "../../../src/model/live-error.js";
import type { GapScope } from "../../../src/model/snapshot.js";
import type { State } from "../../../src/model/state.js";
import { declaration, managing } from "../../support/declarations.js";
import { lineOf } from "../../support/guardrails.js";
import { grantOf, judged, organization, saidBy, wordsOf } from "../../support/judging.js";
import type { Judging, Short } from "../../support/judging.js";
import { person } from "../../support/organizations.js";

const [a, b, management] = ["111111111111", "222222222222", "999900001111"] as const;

/** Two people hold Break in both accounts, through a group. */
const company = {
  users: ["ann", "ben", "cat", "dan"],
  groups: { admins: ["ann", "ben"], other: ["dan"] },
  sets: { Break: {}, Read: {} },
  grants: [`group/admins Break ${a}`, `group/admins Break ${b}`, `group/other Read ${a}`],
} satisfies Short;

type Check = {
  readonly accounts?: readonly string[];
  readonly atLeast?: number;
  readonly permissionSet?: string;
};

/** What the guard says of what becomes of the company. */
function said(
  files: Short,
  checks: Check | readonly Check[],
  given: Partial<Judging> = {},
): readonly string[] {
  const all = [checks].flat() as readonly Check[];
  const plan = judged({
    live: organization(company),
    files: organization({ ...company, ...files }),
    guards: {
      maxRemovals: { percent: 100 },
      keepAccess: all.map((check) => ({ permissionSet: "Break", accounts: [a], atLeast: 2, ...check })),
    },
    ...given,
  });
  return wordsOf("keep-access", plan);
}

const onlyAnn = { admins: ["ann"], other: ["dan"] };
const lost = (accounts: string, who: string, atLeast = 2): string =>
  `error: Too few people would be left with Break: at least ${atLeast} are to keep it in ${accounts}. ${who} it.`;

describe("after the plan", () => {
  test.each<[string, Short, Check, readonly string[]]>([
    ["nobody loses it", {}, {}, []],
    ["somebody loses it and enough are left", { groups: onlyAnn }, { atLeast: 1 }, []],
    [
      "somebody loses it and too few are left",
      { groups: onlyAnn },
      {},
      [lost(`${a} (1 after, 2 now)`, "ben loses")],
    ],
    [
      "all lose it",
      { groups: { admins: [], other: ["dan"] } },
      { atLeast: 1, accounts: [a, b] },
      [lost(`${a} (0 after, 2 now) and ${b} (0 after, 2 now)`, "ann and ben lose", 1)],
    ],
    [
      "the group loses it in one of the accounts",
      { grants: company.grants.slice(1) },
      { accounts: [a, b] },
      [lost(`${a} (0 after, 2 now)`, "ann and ben lose")],
    ],
    ["somebody else gets it", { groups: { admins: ["ann", "cat"], other: ["dan"] } }, {}, []],
    [
      "somebody else gets it directly",
      { groups: onlyAnn, grants: [...company.grants, `user/cat Break ${a}`] },
      {},
      [],
    ],
    [
      "one person gets it another way besides, who is one all the same",
      { groups: onlyAnn, grants: [...company.grants, `user/ann Break ${a}`] },
      {},
      [lost(`${a} (1 after, 2 now)`, "ben loses")],
    ],
    [
      "they keep it by another way",
      {
        groups: { admins: [], other: ["ann", "ben"] },
        grants: [...company.grants, `group/other Break ${a}`],
      },
      {},
      [],
    ],
    ["another set goes", { grants: company.grants.slice(0, 2) }, {}, []],
    [
      "it is removed",
      { sets: { Read: {} }, grants: company.grants.slice(2) },
      { atLeast: 1 },
      [lost(`${a} (0 after, 2 now)`, "ann and ben lose", 1)],
    ],
  ])("%s", (_what, files, check, told) => {
    expect(said(files, check)).toEqual(told);
  });

  test("many accounts are counted past the third", () => {
    const accounts = ["1", "2", "3", "4", "5", "6", "7"].map((digit) => digit.repeat(12));
    const live = organization({
      groups: { g: ["ann"] },
      grants: accounts.map((one) => `group/g Break ${one}`),
    });
    const files = { ...live, memberships: new Map() };
    expect(said({}, { accounts, atLeast: 1 }, { live, files })).toEqual([
      lost(
        `${accounts
          .slice(0, 3)
          .map((one) => `${one} (0 after, 1 now)`)
          .join(", ")} and 4 more`,
        "ann loses",
        1,
      ),
    ]);
  });

  test("accounts go by their names, and the guard names its place and the change", () => {
    const plan = judged({
      live: organization(company),
      files: organization({ ...company, groups: onlyAnn }),
      guards: { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 2 }] },
      given: { accountNames: new Map([[a, "prod"]]) },
    });
    expect(saidBy("keep-access", plan)).toEqual([
      {
        code: "keep-access",
        severity: "error",
        message: lost("prod (1 after, 2 now)", "ben loses").slice("error: ".length),
        help: "Give it to somebody else in the same plan, or leave it where it is.",
        source: { file: "access/settings.yaml", line: lineOf.keepAccess, column: 1 },
        change: "membership:admins/ben",
      },
    ]);
  });
});

describe("a set that comes to allow nothing", () => {
  const having = (managedPolicies: readonly string[], groups: Short["groups"] = company.groups) =>
    organization({ ...company, groups, sets: { Break: { managedPolicies }, Read: {} } });
  const admin = having(["arn:aws:iam::aws:policy/AdministratorAccess"]);
  const bare = having([]);

  test("is kept by nobody, whoever holds it", () => {
    expect(said({}, { accounts: [a, b] }, { live: admin, files: bare })).toEqual([
      `error: Nobody could do anything with Break any more: 2 people are to keep it in ${a} (2 now) and ${b} (2 now), and with this plan it comes to allow nothing.`,
    ]);
    expect(said({}, { permissionSet: "Read" }, { live: admin, files: bare })).toEqual([
      `warning: Fewer people than 2 hold Read in ${a} (1), and this plan does not change that.`,
    ]);
  });

  test("is as before where it allowed nothing, or nobody held it", () => {
    expect(said({}, {}, { live: bare, files: bare })).toEqual([]);
    expect(said({}, {}, { live: bare, files: admin })).toEqual([]);
    const { memberships } = having([], { admins: [], other: ["dan"] });
    const [held, emptied] = [
      { ...admin, memberships },
      { ...bare, memberships },
    ] as const;
    expect(said({}, {}, { live: held, files: emptied })).toEqual([
      `warning: Fewer people than 2 hold Break in ${a} (0), and this plan does not change that.`,
    ]);
  });
});

describe("whoever cannot sign in does not count", () => {
  const seen = {
    status: new Map([
      ["ann", "DISABLED"],
      ["ben", "ENABLED"],
    ] as const),
  };

  test("of those who had it", () => {
    expect(said({ groups: onlyAnn }, { atLeast: 1 }, { seen })).toEqual([
      lost(`${a} (0 after, 1 now)`, "ben loses", 1),
    ]);
    // There was one, and one there is.
    expect(said({ groups: { admins: ["ben"], other: ["dan"] } }, { atLeast: 1 }, { seen })).toEqual([]);
  });

  test("of those who get it, which the service would refuse", () => {
    const disabled = { status: new Map([["cat", "DISABLED"]] as const) };
    const files: Short = { groups: { admins: ["ann", "cat"], other: ["dan"] } };
    expect(said(files, {}, { seen: disabled })).toEqual([lost(`${a} (1 after, 2 now)`, "ben loses")]);
  });

  test("whose status the service does not tell counts", () => {
    expect(said({}, {}, { seen: { status: new Map() } })).toEqual([]);
  });

  test("nor does who leaves: by leaving the files, by their status, by deletion", () => {
    const told = [lost(`${a} (1 after, 2 now)`, "ben loses")];
    const files = organization({ ...company, groups: onlyAnn });
    const leaving = { ...files, users: new Map([...files.users].filter(([name]) => name !== "ben")) };
    const settings = managing({}, { onUserRemoval: "delete" });
    expect(said({}, {}, { files: leaving })).toEqual(told);
    expect(said({}, {}, { files: leaving, given: { settings } })).toEqual(told);
    expect(said({}, {}, { given: { users: disabled(organization(company), "ben") } })).toEqual(told);
  });

  test("nor does who leaves and keeps it for now, since that was not reviewed", () => {
    const three = { admins: ["ann", "ben", "cat"], other: ["dan"] };
    const live = organization({ ...company, groups: three });
    const base = { files: live, given: { users: disabled(live, "ann") } };
    const leaveOut = new Map(["user:ann", "membership:admins/ann"].map((id) => [id, "not now"]));
    const given = { live, given: base.given, base, input: { leaveOut } } satisfies Partial<Judging>;
    const files = organization({ ...company, groups: { ...three, admins: ["ann", "ben"] } });
    expect(said({}, {}, { ...given, files })).toEqual([lost(`${a} (1 after, 2 now)`, "cat loses")]);
    expect(said({}, {}, { ...given, files: live })).toEqual([]);
    expect(said({}, { atLeast: 3 }, { ...given, files: live })).toEqual([
      `warning: Fewer people than 3 hold Break in ${a} (2), and this plan does not change that.`,
    ]);
  });

  test("nor a member who is not there yet and is not managed here", () => {
    const settings = managing({ users: "none" });
    const files: Short = { groups: { admins: ["ann", "eve"], other: ["dan"] } };
    expect(said(files, {}, { given: { settings } })).toEqual([lost(`${a} (1 after, 2 now)`, "ben loses")]);
  });
});

describe("where idc sets the status itself, through SCIM", () => {
  const scim = { endpoint: "https://scim.example.com/x/scim/v2/", tokenEnv: "IDC_SCIM_TOKEN" };
  const settings = managing({}, { scim });
  const onlyBen: Short = { groups: { admins: ["ben"], other: ["dan"] } };
  const benIsOut = { status: new Map([["ben", "DISABLED"]] as const) };

  test("whom the plan enables counts afterwards, and is waited for", () => {
    const given = { given: { settings }, seen: benIsOut };
    expect(said(onlyBen, { atLeast: 1 }, given)).toEqual([]);
    expect(said(onlyBen, { atLeast: 1 }, { seen: benIsOut })).toEqual([
      lost(`${a} (0 after, 1 now)`, "ann loses", 1),
    ]);
    const plan = judged({
      live: organization(company),
      files: organization({ ...company, ...onlyBen }),
      guards: { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 1 }] },
      ...given,
    });
    expect(plan.changes.find(({ id }) => id === "membership:admins/ann")?.dependsOn).toEqual(["user:ben"]);
  });
});

describe("an account with too few already", () => {
  const few = (count: number, where: string = a): string =>
    `warning: Fewer people than 2 hold Break in ${where} (${count}), and this plan does not change that.`;

  test.each<[string, Short, Short, Check, readonly string[]]>([
    ["is a warning", { groups: onlyAnn }, { groups: onlyAnn }, {}, [few(1)]],
    ["where nobody holds it, too", { groups: {} }, { groups: {} }, {}, [few(0)]],
    ["and where it gets better and not good", { groups: {} }, { groups: onlyAnn }, {}, [few(1)]],
    ["not where it gets good", { groups: {} }, {}, {}, []],
    [
      "and is refused where it gets worse",
      { groups: onlyAnn },
      { groups: {} },
      {},
      [lost(`${a} (0 after, 1 now)`, "ann loses")],
    ],
    [
      "and where others take over it is one still",
      { groups: onlyAnn },
      { groups: { admins: ["ben"], other: ["dan"] } },
      {},
      [few(1)],
    ],
    [
      "be it a new one that the guard has come to mean",
      {},
      {},
      { accounts: [a, "333333333333"] },
      [few(0, "333333333333")],
    ],
    ["be it the management account", {}, {}, { accounts: [b, management] }, [few(0, management)]],
  ])("%s", (_what, live, files, check, told) => {
    expect(said(files, check, { live: organization({ ...company, ...live }) })).toEqual(told);
  });
});

describe("several guards", () => {
  test("on one grant each say their own", () => {
    expect(said({ groups: onlyAnn }, [{ atLeast: 1 }, { atLeast: 2 }, { atLeast: 3 }])).toEqual([
      lost(`${a} (1 after, 2 now)`, "ben loses"),
      lost(`${a} (1 after, 2 now)`, "ben loses", 3),
    ]);
  });

  test("on one set in several accounts say each its own", () => {
    expect(said({ groups: onlyAnn }, [{ accounts: [a] }, { accounts: [b] }])).toEqual([
      lost(`${a} (1 after, 2 now)`, "ben loses"),
      lost(`${b} (1 after, 2 now)`, "ben loses"),
    ]);
  });
});

describe("a set that is not there", () => {
  test("is a fault of the guard", () => {
    expect(() => said({}, { permissionSet: "Brake" })).toThrow(/unknown-guarded.*Did you mean \\"Break\\"\?/);
  });

  test("is none where not all of them could be read", () => {
    expect(said({}, { permissionSet: "Brake" }, { seen: unread({ kind: "permissionSet" }) })).toEqual([
      `warning: Fewer people than 2 hold Brake in ${a} (0), and this plan does not change that.`,
    ]);
  });
});

describe("access that ends by itself", () => {
  const day = (date: string): number => Date.parse(`${date}T00:00:00Z`);
  const ending = (ends: Readonly<Record<string, string>>): Partial<Declared> => ({
    expiries: new Map(Object.entries(ends).map(([id, date]) => [id, day(date)])),
  });
  const [ann, ben, cat] = ["ann", "ben", "cat"].map((user) => `membership:admins/${user}`) as [
    string,
    string,
    string,
  ];
  const grant = changeId.assignment(grantOf(`group/admins Break ${a}`));
  const soon = (date: string, stay: number): string =>
    `warning: From ${date}T00:00:00.000Z fewer people than 2 hold Break in ${a} (${stay} to stay): the access of others ends by itself, and then no plan passes this guard.`;

  test.each<[string, Readonly<Record<string, string>>, Short, readonly string[]]>([
    ["is a warning", { [ann]: "2027-03-01" }, {}, [soon("2027-03-01", 1)]],
    [
      "from the day on which there are too few, not the first end",
      { [ann]: "2027-03-01", [ben]: "2027-04-01", [cat]: "2027-05-01" },
      { groups: { admins: ["ann", "ben", "cat"], other: ["dan"] } },
      [soon("2027-04-01", 0)],
    ],
    [
      "not where enough keep it",
      { [ann]: "2027-03-01" },
      { groups: { admins: ["ann", "ben", "cat"], other: ["dan"] } },
      [],
    ],
    ["with the grant of the group", { [grant]: "2027-03-01" }, {}, [soon("2027-03-01", 0)]],
    [
      "with what ends first of a way",
      { [grant]: "2027-03-01", [ann]: "2027-02-01" },
      {},
      [soon("2027-02-01", 0)],
    ],
    [
      "with the last of several ways",
      { [ann]: "2027-02-01", [changeId.assignment(grantOf(`user/ann Break ${a}`))]: "2027-03-01" },
      { grants: [...company.grants, `user/ann Break ${a}`] },
      [soon("2027-03-01", 1)],
    ],
    [
      "not where another way has no end",
      { [ann]: "2027-02-01" },
      { grants: [...company.grants, `user/ann Break ${a}`] },
      [],
    ],
  ])("%s", (_what, ends, files, told) => {
    const both = organization({ ...company, ...files });
    expect(said({}, {}, { live: both, files: both, given: ending(ends) })).toEqual(told);
  });

  test("is refused when it has run out, however little anybody asked for it", () => {
    const files = organization({ ...company, groups: onlyAnn });
    const place = { file: "access/a.yaml", line: 1, column: 1 };
    const given = { expired: new Map([[ben, place]]) };
    expect(said({}, {}, { files, given, base: { files, given } })).toEqual([
      lost(`${a} (1 after, 2 now)`, "ben loses"),
    ]);
  });
});

describe("on the way", () => {
  const wayOf = (atLeast: string, where: string = a): string =>
    `error: On the way of this plan fewer than ${atLeast} would hold Break in ${where}: what replaces them waits for their removal.`;
  const settings = managing({}, { onUserRemoval: "delete" });
  /** An e-mail address is one user's at a time, so the new one waits until the old one is gone. */
  const one = organization({ groups: { admins: ["ann"] }, grants: [`group/admins Break ${a}`] });
  const another: State = {
    ...organization({ groups: { admins: ["ann.example"] }, grants: [`group/admins Break ${a}`] }),
    users: new Map([["ann.example", person("ann")]]),
  };

  test("a user who gets another name would leave it to nobody", () => {
    expect(said({}, { atLeast: 1 }, { live: one, files: another, given: { settings } })).toEqual([
      wayOf("1 person"),
    ]);
  });

  test("only the guard that asks for most is told of it", () => {
    expect(
      said({}, [{ atLeast: 1 }, { atLeast: 2 }], { live: one, files: another, given: { settings } }),
    ).toEqual([wayOf("2 people"), expect.stringMatching(/^warning: Fewer people than 2/)]);
  });

  test("a replacement is waited for, whoever leaves", () => {
    const plan = judged({
      live: organization(company),
      files: organization({ ...company, groups: { admins: ["cat", "dan"], other: ["dan"] } }),
      guards: { keepAccess: [{ permissionSet: "Break", accounts: [a, b], atLeast: 1 }] },
    });
    const waits = new Map(plan.changes.map(({ id, dependsOn }) => [id, dependsOn]));
    expect([waits.get("membership:admins/ann"), waits.get("membership:admins/ben")]).toEqual([
      ["membership:admins/cat"],
      [],
    ]);
  });

  test("somebody who leaves waits last", () => {
    const files = organization({ ...company, groups: { admins: ["cat", "dan"], other: ["dan"] } });
    const plan = judged({
      live: organization(company),
      files: { ...files, users: new Map([...files.users].filter(([name]) => name !== "ann")) },
      guards: { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 1 }] },
    });
    const waits = new Map(plan.changes.map(({ id, dependsOn }) => [id, dependsOn]));
    expect([waits.get("membership:admins/ann"), waits.get("membership:admins/ben")]).toEqual([
      [],
      ["membership:admins/cat"],
    ]);
  });

  test("nobody relies on who leaves and keeps it for now, since that was not reviewed", () => {
    const live = organization(company);
    const leaveOut = new Map(["user:ann", "membership:admins/ann"].map((id) => [id, "not now"]));
    const plan = judged({
      live,
      files: organization({ ...company, groups: { admins: ["ann", "cat"], other: ["dan"] } }),
      given: { users: disabled(live, "ann") },
      base: { files: live, given: { users: disabled(live, "ann") } },
      guards: { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 1 }] },
      input: { leaveOut },
    });
    expect(plan.changes.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ["membership:admins/cat", []],
      ["membership:admins/ben", ["membership:admins/cat"]],
    ]);
  });

  test("nobody is let in where they neither were nor shall be, in order that two groups swap who they are", () => {
    const live = organization({
      groups: { green: ["ben"], blue: ["ann"] },
      grants: [
        `group/green Break ${a}`,
        `group/green Break ${b}`,
        `group/blue Break ${a}`,
        `user/ben Break ${b}`,
      ],
    });
    const files = organization({
      groups: { green: ["ann"], blue: ["ben"] },
      grants: [`group/green Break ${a}`, `group/blue Break ${a}`, `group/blue Break ${b}`],
    });
    expect(said({}, { accounts: [a, b] }, { live, files })).toContainEqual(wayOf("2 people", b));
  });
});

describe("where not everything could be read", () => {
  const live = organization({ ...company, groups: { admins: [], other: ["dan"] } });
  const unknown = (where: string = a): string =>
    `error: Whether at least 2 people keep Break in ${where} cannot be told: not all who hold it could be read, and this plan takes it from some, or may.`;
  const members = unread({ kind: "membership", group: "admins" });
  const grants = unread({ kind: "assignment", permissionSet: "Break", account: a });

  test("nobody says that there are too few, or fewer than before", () => {
    expect(said({}, {}, { live, files: live, seen: members })).toEqual([]);
    expect(said({}, {}, { live, files: live, seen: grants })).toEqual([]);
    // What was read is told.
    expect(said({}, { accounts: [b] }, { live, files: live, seen: grants })).toEqual([
      `warning: Fewer people than 2 hold Break in ${b} (0), and this plan does not change that.`,
    ]);
  });

  test("a group with unknown members keeps its grant, when it is one that is kept", () => {
    const files = organization({ ...company, grants: company.grants.slice(1) });
    expect(said({}, { accounts: [a, b] }, { live, files, seen: members })).toEqual([unknown()]);
    expect(said({}, { accounts: [b] }, { live, files, seen: members })).toEqual([]);
  });

  test("unless enough are known to keep it all the way", () => {
    const known = (state: Short) => organization({ ...company, ...state });
    const direct = ["cat", "dan"].map((user) => `user/${user} Break ${a}`);
    const given = { seen: members };
    const before = known({ groups: { admins: [], other: ["dan"] }, grants: [...company.grants, ...direct] });
    const after = known({ grants: [...company.grants.slice(1), ...direct] });
    expect(said({}, {}, { live: before, files: after, ...given })).toEqual([]);
  });

  test("nobody leaves a group while it is unknown which groups hold it", () => {
    const seen = { ...grants };
    const hidden = organization({ ...company, grants: company.grants.slice(1) });
    expect(said({ groups: onlyAnn }, { accounts: [a, b], atLeast: 1 }, { live: hidden, seen })).toEqual([
      unknown().replace("2 people keep", "1 person keeps"),
    ]);
    expect(said({}, { accounts: [a, b], atLeast: 1 }, { live: hidden, seen })).toEqual([]);
  });

  test("what was seen to get worse is not said to be known", () => {
    const twice = organization({
      ...company,
      groups: { admins: [], other: ["dan"] },
      grants: [...company.grants, `user/cat Break ${a}`],
    });
    expect(said({}, {}, { live: twice, files: live, seen: members })).toEqual([unknown()]);
  });

  test("of a whole kind", () => {
    for (const scope of [
      { kind: "assignment" },
      { kind: "assignment", permissionSet: "Break", account: null },
    ] as const)
      expect(said({ groups: { ...company.groups, other: [] } }, {}, { seen: unread(scope) })).toEqual([]);
    const hidden = organization({ ...company, grants: company.grants.slice(2) });
    expect(said({ groups: onlyAnn }, {}, { live: hidden, seen: unread({ kind: "assignment" }) })).toEqual([
      unknown(),
    ]);
  });
});

test("names that every object has are names like others", () => {
  const live = organization({
    groups: { ["__proto__"]: ["constructor"] },
    grants: [`group/__proto__ valueOf ${a}`],
  });
  expect(
    said({}, { permissionSet: "valueOf", atLeast: 1 }, { live, files: { ...live, memberships: new Map() } }),
  ).toEqual([
    `error: Too few people would be left with valueOf: at least 1 are to keep it in ${a} (0 after, 1 now). constructor loses it.`,
  ]);
});

function unread(scope: GapScope) {
  const error = new LiveError("Reading failed.", { kind: "throttled" });
  return { gaps: [{ covers: [scope], error }] };
}

/** The users that files declare which say that one of them is disabled. */
function disabled(state: State, user: string): Declared["users"] {
  return new Map(
    [...state.users].map(([name, attributes]) => [
      name,
      declaration({ attributes, status: name === user ? ("disabled" as const) : ("enabled" as const) }),
    ]),
  );
}
