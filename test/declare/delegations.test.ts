import { describe, expect, test } from "vitest";
import type { Directory } from "../../src/model/directory.js";
import { inShort, toldByFiles, toldOf, usual } from "./delegated-files.js";
import type { Given } from "./delegated-files.js";

type Case = readonly [what: string, given: Given, told: readonly string[]];

const rule = (text: string): string => `groups: {payments-devs: {}}\nassignments:\n  - {${text}}\n`;
const ruled = (accounts: string, rest = ""): string =>
  rule(`groups: [payments-devs], permissionSets: [ReadOnly], accounts: [${accounts}]${rest}`);
const delegation = (rest: string): string =>
  `- {files: "teams/payments/**"${rest === "" ? "" : `, ${rest}`}}`;
const inAccounts = (accounts: string): string =>
  delegation(`groups: ["payments-*"], permissionSets: [ReadOnly], accounts: [${accounts}]`);

async function shown(given: Given, directory?: Directory): Promise<readonly string[]> {
  return inShort(await toldOf(given, directory), given);
}

describe("what a delegated file declares", () => {
  test.each<Case>([
    ["nothing", { team: "" }, []],
    ["a group of its own, with whom it wants", { team: "groups: {payments-a: {members: [ann, bob]}}\n" }, []],
    ["a group of others", { team: "groups: {ops: {}}\n" }, ["outside of ops"]],
    [
      "groups whose names only resemble",
      { team: "groups: {Payments-a: {}, payments: {}, xpayments-b: {}}\n" },
      ["outside of Payments-a", "outside of payments", "outside of xpayments-b"],
    ],
    [
      "users, of which the delegation says nothing",
      { team: "users: {payments-bot: {givenName: A, familyName: B}}\n" },
      ["outside of payments-bot"],
    ],
    [
      "users that match, and one that does not",
      {
        delegations: delegation('users: ["payments-*"]'),
        team: "users: {payments-bot: {givenName: A, familyName: B}, eve: {givenName: A, familyName: B}}\n",
      },
      ["outside of eve"],
    ],
    [
      "permission sets, by glob and by name",
      {
        delegations: delegation('permissionSets: ["Pay*", Own]'),
        team: "permissionSets: {Own: {}, PayAll: {}, Other: {}}\n",
      },
      ["outside of Other"],
    ],
    [
      "anything, where the delegation gives nothing",
      {
        delegations: delegation(""),
        team: "users: {u: {givenName: A, familyName: B}}\ngroups: {g: {}}\npermissionSets: {S: {}}\nassignments:\n  - groups: [g]\n    permissionSets: [S]\n    accounts: [{all: true}]\n",
      },
      ["outside of u", "outside of g", "outside of S", "outside of groups"],
    ],
    [
      "an empty list gives nothing either",
      { delegations: delegation("groups: []"), team: "groups: {payments-a: {}}\n" },
      ["outside of payments-a"],
    ],
    [
      "keys that speak for all files, however little they say",
      { team: 'accounts: {audit: "100000000000"}\n' },
      ["outside of accounts"],
    ],
    ["such a key with nothing in it", { team: "accounts:\n" }, ["outside of accounts"]],
    [
      "keys that nobody may use yet",
      { team: "accountSets:\ndefaults: {}\n" },
      ["error not-supported-yet of accountSets", "error not-supported-yet of defaults"],
    ],
    [
      "settings",
      { team: "identityCenter: {}\ndelegations: []\n" },
      ["error misplaced-key of identityCenter", "error misplaced-key of delegations"],
    ],
    [
      "removals, by the same names",
      {
        manage: "declared",
        delegations: delegation('groups: ["payments-*"], permissionSets: ["Payments*"]'),
        team: "removed:\n  users: [zoe]\n  groups: [payments-old, ops]\n  permissionSets: [Old, PaymentsOld]\n",
      },
      ["outside of zoe", "outside of ops", "outside of Old"],
    ],
    [
      "removals of assignments, by the same names",
      {
        manage: "declared",
        team: "removed:\n  assignments:\n    - {groups: [payments-x, ops], permissionSets: [ReadOnly, Admin], accounts: [payments-dev]}\n",
      },
      ["outside of ops", "outside of Admin"],
    ],
    [
      "removals of assignments, by the same accounts",
      {
        manage: "declared",
        team: "removed:\n  assignments:\n    - {groups: [payments-x], permissionSets: [ReadOnly], accounts: [payments-dev, audit]}\n",
      },
      ["outside of audit"],
    ],
  ])("%s", async (_, given, expected) => {
    expect(await shown(given)).toEqual(expected);
  });

  test("a file beside the delegated ones may declare anything", async () => {
    const files = {
      "teams/web.yaml": `accounts: {pay: "100000000000"}\n${rule("groups: [payments-devs, admins], users: [ann], permissionSets: [Admin], accounts: [{all: true}, management]")}`,
    };
    expect(await shown({ files })).toEqual([]);
  });
});

describe("what a rule of a delegated file gives", () => {
  test.each<Case>([
    ["its groups, its sets, its accounts", { team: ruled("{ou: Workloads/Payments}") }, []],
    ["its accounts by name and id", { team: ruled('payments-dev, "200000000000"') }, []],
    ["in part of its accounts", { team: ruled('{ou: Workloads/Payments/Prod}, {name: "pay*-dev"}') }, []],
    [
      "to another's group",
      { team: rule("groups: [admins], permissionSets: [ReadOnly], accounts: [payments-dev]") },
      ["outside of admins"],
    ],
    [
      "another's set",
      { team: rule("groups: [payments-devs], permissionSets: [ReadOnly, Admin], accounts: [payments-dev]") },
      ["outside of Admin"],
    ],
    [
      "to users, of which the delegation says nothing",
      { team: rule("users: [ann], permissionSets: [ReadOnly], accounts: [payments-dev]") },
      ["outside of ann"],
    ],
    [
      "to users that match, and to one that does not",
      {
        delegations: delegation("users: [a*], permissionSets: [ReadOnly], accounts: [payments-dev]"),
        team: "assignments: [{users: [ann, bob], permissionSets: [ReadOnly], accounts: [payments-dev]}]\n",
      },
      ["outside of bob"],
    ],
    [
      "anything, where no accounts are delegated",
      {
        delegations: delegation('groups: ["payments-*"], permissionSets: [ReadOnly]'),
        team: ruled("payments-dev"),
      },
      ["outside of {groups: [payments-devs], permissionSets: [ReadOnly], accounts: [payments-dev]}"],
    ],
    ["in a selection that reaches further", { team: ruled("{all: true}") }, ["outside of {all: true}"]],
    ["in a unit above", { team: ruled("{ou: Workloads}") }, ["outside of {ou: Workloads}"]],
    [
      "in the unit of which one below is delegated",
      { delegations: inAccounts("{ou: Workloads/Payments/Prod}"), team: ruled("{ou: Workloads/Payments}") },
      ["outside of {ou: Workloads/Payments}"],
    ],
    ["in another's account by id", { team: ruled('"400000000000"') }, ['outside of "400000000000"']],
    [
      "in another's account by name, beside its own",
      { team: ruled("payments-dev, audit") },
      ["outside of audit"],
    ],
    [
      "twice in the same account: told where it first stands",
      { team: ruled("audit, {ou: Security}") },
      ["outside of audit"],
    ],
    [
      "in two accounts of others: told at both",
      { team: ruled("audit, {ou: Workloads/Web}, payments-dev, {tags: {tier: prod}}") },
      ["outside of audit", "outside of {ou: Workloads/Web}"],
    ],
    ["what exceptions leave", { team: ruled("{all: true}", ", except: [web-dev, {ou: Security}]") }, []],
    [
      "what exceptions leave, when it is more",
      { team: ruled("{all: true}", ", except: [web-dev]") },
      ["outside of {all: true}"],
    ],
    ["in a suspended account of its unit", { team: ruled("payments-old") }, ["outside of payments-old"]],
    [
      "in the management account, which is in its unit",
      { team: ruled("management") },
      ["outside of management"],
    ],
    [
      "in those two, where the delegation names them",
      {
        delegations: inAccounts("{all: true}, management, payments-old"),
        team: ruled("{all: true}, management, payments-old"),
      },
      [],
    ],
    [
      "what is over already",
      { team: ruled("audit", ", expires: 1969-12-31") },
      ["outside of audit", "warning expired of 1969-12-31"],
    ],
    [
      "several things that it may not",
      {
        team: rule(
          "groups: [payments-devs, admins], users: [ann], permissionSets: [Admin], accounts: [audit]",
        ),
      },
      ["outside of admins", "outside of ann", "outside of Admin"],
    ],
  ])("%s", async (_, given, expected) => {
    expect((await shown(given)).toSorted()).toEqual([...expected].toSorted());
  });

  test.each<readonly [delegated: string, accounts: string, told: readonly string[]]>([
    ["pay", '"100000000000"', []],
    ['{name: "p*"}', "pay", []],
    ["pay", '"100000000000", web', ["outside of web"]],
    ["{all: true}", '"700000000000"', ['outside of "700000000000"']],
    ["{ou: Payments}", "pay", ["error needs-organizations of {ou: Payments} in settings.yaml"]],
  ])("without Organizations, %s is what the central files name: %s", async (delegated, accounts, told) => {
    const files = { "names.yaml": 'accounts: {pay: "100000000000", web: "400000000000"}\n' };
    const local: Directory = { kind: "local", managementAccount: null, unread: null };
    expect(await shown({ files, delegations: inAccounts(delegated), team: ruled(accounts) }, local)).toEqual(
      told,
    );
  });

  test.each<readonly [delegated: string, accounts: string, rest: string, told: readonly string[]]>([
    ['"100000000000", "200000000000"', '"200000000000", "100000000000"', "", []],
    ['"100000000000"', '"100000000000", "400000000000"', "", ['outside of "400000000000"']],
    // What these come to, and what is left of it, the organization has to say.
    ['"100000000000"', "web-dev", "", []],
    ['"100000000000"', '"400000000000"', ", except: [web-dev]", []],
    ['"100000000000", web-dev', '"400000000000"', "", []],
    ["{ou: Workloads/Payments}", '"400000000000"', "", []],
  ])("where %s is delegated, the files alone tell of %s%s", async (delegated, accounts, rest, told) => {
    const given = { delegations: inAccounts(delegated), team: ruled(accounts, rest) };
    expect(inShort(await toldByFiles(given), given)).toEqual(told);
  });
});

describe("a file that several delegations match", () => {
  const several = [
    inAccounts("{ou: Workloads/Payments}"),
    '- {files: "**/a.yaml", users: [ann], groups: [admins], permissionSets: [Audit], accounts: [audit]}',
    '- {files: "teams/*/*", permissionSets: [Extra], groups: ["web-*"]}',
  ];
  const given = (...rules: readonly string[]): Given => ({
    delegations: several,
    team: `permissionSets: {Extra: {}}\ngroups: {web-a: {}}\nassignments:\n${rules.map((one) => `  - {${one}}\n`).join("")}`,
  });

  test.each<Case>([
    [
      "may what any one of them allows",
      given(
        "groups: [payments-central], permissionSets: [ReadOnly], accounts: [payments-dev]",
        "groups: [admins], users: [ann], permissionSets: [Audit], accounts: [audit]",
      ),
      [],
    ],
    [
      "not the set of the one for the group of the other",
      given("groups: [payments-central], permissionSets: [Audit], accounts: [payments-dev]"),
      ["outside of Audit"],
    ],
    [
      "nor in the accounts of the other",
      given("groups: [payments-central], permissionSets: [ReadOnly], accounts: [payments-dev, audit]"),
      ["outside of audit"],
    ],
    [
      "nor by one rule whose product crosses them",
      given(
        "groups: [payments-central, admins], permissionSets: [ReadOnly, Audit], accounts: [payments-dev, audit]",
      ),
      ["outside of ReadOnly", "outside of Audit"],
    ],
    [
      "nor assign what only one without accounts has",
      given("groups: [web-a], permissionSets: [Extra], accounts: [payments-dev]"),
      ["outside of web-a", "outside of Extra"],
    ],
    [
      "nor in an account of a delegation that does not have who gets what",
      {
        delegations: [
          inAccounts("payments-dev"),
          delegation('groups: ["*"], permissionSets: ["*"], accounts: [payments-prod]'),
        ],
        team: "assignments:\n  - {groups: [payments-central], permissionSets: [ReadOnly], accounts: [{ou: Workloads/Payments}]}\n  - {groups: [admins], permissionSets: [ReadOnly], accounts: [payments-prod, payments-dev]}\n",
      },
      ["outside of payments-dev"],
    ],
  ])("%s", async (_, one, expected) => {
    expect(await shown(one)).toEqual(expected);
  });
});

describe("a delegation that does not hold what it seems to", () => {
  const team = "groups: {payments-devs: {}}\n";
  const withFiles = (pattern: string): Given => ({ delegations: [usual, `- {files: "${pattern}"}`], team });
  const named = (rest: string): Given => ({
    delegations: delegation(`groups: ["payments-*"], ${rest}`),
    team,
  });

  test.each<Case>([
    [
      "a folder that is not there",
      withFiles("team/payments/**"),
      ['error delegation-without-files of "team/payments/**" in settings.yaml'],
    ],
    [
      "a folder in another case",
      withFiles("Teams/payments/**"),
      ['error delegation-without-files of "Teams/payments/**" in settings.yaml'],
    ],
    [
      "a folder as it is seen from above",
      withFiles("access/teams/payments/**"),
      ['error delegation-without-files of "access/teams/payments/**" in settings.yaml'],
    ],
    [
      "a folder without its files",
      withFiles("teams/payments"),
      ['error delegation-without-files of "teams/payments" in settings.yaml'],
    ],
    ["an empty file is a file", { ...withFiles("teams/web/**"), files: { "teams/web/a.yaml": "" } }, []],
    [
      "so is a broken one",
      { ...withFiles("teams/web/**"), files: { "teams/web/a.yaml": "users: [\n" } },
      ["error yaml-syntax of  in teams/web/a.yaml"],
    ],
    [
      "the settings themselves",
      { delegations: '- {files: "**", groups: ["payments-*"]}', team, files: { "central.yaml": "" } },
      ["outside of delegations in settings.yaml", 'error delegated-settings of "**" in settings.yaml'],
    ],
    [
      "names that nobody declares",
      named("users: [zoe], permissionSets: [readonly]"),
      [
        "error unknown-user of zoe in settings.yaml",
        "error unknown-permission-set of readonly in settings.yaml",
      ],
    ],
    [
      "a group that nobody declares",
      { delegations: delegation("groups: [payments-devs, payment-ops]"), team },
      ["error unknown-group of payment-ops in settings.yaml"],
    ],
    [
      "names that need not be declared",
      { ...named("users: [zoe], permissionSets: [Foreign]"), manage: "declared" },
      [],
    ],
    [
      "which have to be written as elsewhere",
      { ...named("users: [Ann]"), manage: "declared" },
      ["error case-twins of Ann in settings.yaml"],
    ],
    ["a name twice", named("users: [ann, ann]"), ["error listed-twice of ann in settings.yaml"]],
    [
      "a name that is ignored",
      named("permissionSets: [AWSReadOnly]"),
      ["error ignored-name of AWSReadOnly in settings.yaml"],
    ],
    [
      "globs that match nothing",
      named('users: ["z*", "a*"], permissionSets: ["Pay*", "pay*"]'),
      [
        'warning delegation-without-effect of "z*" in settings.yaml',
        'warning delegation-without-effect of "pay*" in settings.yaml',
      ],
    ],
    [
      "globs of names that are only used",
      {
        ...named('users: ["z*"], permissionSets: ["Foreign*"]'),
        manage: "declared",
        files: {
          "more.yaml":
            "groups: {a: {members: [zoe]}}\nassignments: [{groups: [ops-a], permissionSets: [Foreign], accounts: [audit]}]\n",
        },
      },
      [],
    ],
    [
      "a unit that is not there",
      named("accounts: [{ou: Workloads/Payment}]"),
      ["error no-account-matches of {ou: Workloads/Payment} in settings.yaml"],
    ],
    [
      "one that may be empty",
      named("accounts: [{ou: Workloads/Payment, optional: true}]"),
      ["info no-account-matches of {ou: Workloads/Payment, optional: true} in settings.yaml"],
    ],
    [
      "accounts that are not there",
      named('accounts: ["123412341234", pay, payments-dev]'),
      [
        'error unknown-account of "123412341234" in settings.yaml',
        "error unknown-account of pay in settings.yaml",
      ],
    ],
    [
      "of what a delegation with such a fault allows, nothing is said",
      { delegations: inAccounts("pay"), team: ruled("audit") },
      ["error unknown-account of pay in settings.yaml"],
    ],
    [
      "but an id that is not there hides no other fault",
      { delegations: inAccounts('"123412341234", payments-dev'), team: ruled("audit") },
      ['error unknown-account of "123412341234" in settings.yaml', "outside of audit"],
    ],
    [
      "no files",
      { delegations: "- {groups: [admins]}", team },
      ["error missing-key of {groups: [admins]} in settings.yaml"],
    ],
    ["a key that is none", named("group: [a]"), ["error unknown-key of group in settings.yaml"]],
    [
      "no list",
      { delegations: delegation("groups: admins"), team },
      ["error wrong-type of admins in settings.yaml", "outside of payments-devs"],
    ],
    [
      "an account id without quotes",
      named("accounts: [100000000000]"),
      ["error wrong-type of 100000000000 in settings.yaml"],
    ],
  ])("%s", async (_, given, expected) => {
    expect(await shown(given)).toEqual(expected);
  });

  test.each(["", "delegations:\n", "delegations: []\n"])(
    "%j delegates nothing, and limits nothing",
    async (text) => {
      expect(await shown({ team: "groups: {ops: {}}\n", files: { "settings.yaml": text } })).toEqual([]);
    },
  );
});

describe("a file beside those that a pattern means", () => {
  const told = async (patterns: readonly string[], file: string): Promise<readonly string[]> => {
    const delegations = patterns.map((pattern) => `- {files: "${pattern}"}`);
    return (await toldOf({ delegations, files: { [file]: "" } })).map(
      ({ code, source }) => `${code} ${source?.file} ${source?.line}:${source?.column}`,
    );
  };

  test.each([
    ["teams/payments/*.yaml", "teams/payments/b.yml"],
    ["teams/payments/*.yaml", "teams/payments/b.YAML"],
    ["teams/payments/*.yaml", "teams/payments/deep/b.yaml"],
    ["teams/payments/*", "teams/payments/deep/er/b.yaml"],
    ["teams/payments/*yaml", "teams/payments/b.yml"],
    ["teams/*/*.yaml", "teams/web/b.yml"],
  ])("%s does not mean to leave out %s", async (pattern, file) => {
    expect(await told([pattern], file)).toEqual([`undelegated-file access/${file} 1:1`]);
    expect(await told([pattern, file], file)).toEqual([]);
  });

  test.each([
    ["teams/payments/*.yaml", "teams/payments/.b.yaml"],
    ["teams/payments/*.y*ml", "teams/payments/b.yml"],
    ["teams/payments/**", "teams/payments/deep/.b.yml"],
    ["teams/payments/*.yaml", "teams/web.yaml"],
    ["teams/payments/*.yaml", "teams/payments-web/b.yml"],
    ["teams/payments/a.yaml", "teams/payments/b.yaml"],
    ["teams/payments/a*.yaml", "teams/payments/b.yaml"],
    ["teams/*/a.yaml", "teams/payments/b.yaml"],
  ])("%s and %s are in order", async (pattern, file) => {
    expect(await told([pattern], file)).toEqual([]);
  });
});

describe("what is told", () => {
  test.each<readonly [given: Given, message: string]>([
    [
      { team: rule("groups: [payments-devs], permissionSets: [Admin], accounts: [payments-dev]") },
      '"Admin" is not a permission set that these files may assign: access/settings.yaml:3 delegates ReadOnly and PaymentsDeploy to them.',
    ],
    [
      { team: "users: {eve: {givenName: A, familyName: B}}\n" },
      '"eve" is not a user that these files may declare: access/settings.yaml:3 delegates no users to them.',
    ],
    [
      { team: 'accounts: {a: "100000000000"}\n' },
      '"accounts" is no key that these files may have: access/settings.yaml:3 delegates groups, permission sets and assignments to them.',
    ],
    [
      { delegations: delegation(""), team: 'accounts: {a: "100000000000"}\n' },
      '"accounts" is no key that these files may have: access/settings.yaml:3 delegates nothing to them.',
    ],
    [
      { delegations: delegation('groups: ["payments-*"]'), team: ruled("payments-dev") },
      "These files may assign nothing: access/settings.yaml:3 delegates no accounts to them.",
    ],
    [
      { team: ruled("{all: true}") },
      '400000000000 ("web-dev") and 500000000000 ("audit") are not accounts in which these files may assign: access/settings.yaml:3 delegates {ou: "Workloads/Payments"} to them.',
    ],
    [
      {
        delegations: [
          inAccounts("payments-dev"),
          delegation('groups: [admins, "payments-*"], permissionSets: ["Re*"], accounts: [payments-prod]'),
        ],
        team: rule("groups: [admins], permissionSets: [ReadOnly], accounts: [payments-dev]"),
      },
      '100000000000 ("payments-dev") is not an account in which these files may assign ReadOnly to "admins": access/settings.yaml:3 delegates "payments-dev" to them and access/settings.yaml:4 delegates "payments-prod" to them.',
    ],
    [
      {
        delegations: [
          inAccounts("payments-dev"),
          delegation("groups: [admins], permissionSets: [Audit], accounts: [payments-prod]"),
        ],
        team: rule("groups: [admins], permissionSets: [ReadOnly], accounts: [payments-dev]"),
      },
      '"ReadOnly" is not a permission set that these files may assign to "admins": access/settings.yaml:3 delegates ReadOnly for payments-* to them and access/settings.yaml:4 delegates Audit for admins to them.',
    ],
  ])("%j", async (given, message) => {
    expect((await toldOf(given)).map((one) => one.message)).toEqual([message]);
  });

  test("with whom to ask, and why an account of the unit may be missing", async () => {
    const ask =
      "Ask the owners of access/settings.yaml to extend the delegation, or to declare this in a file of their own.";
    const help = async (accounts: string) => (await toldOf({ team: ruled(accounts) })).map((one) => one.help);
    expect(await help("audit")).toEqual([ask]);
    for (const name of ["payments-old", "management"])
      expect(await help(name)).toEqual([
        `${ask} A wide selector takes in neither the management account nor accounts that are not ACTIVE: a delegation that means one has to name it.`,
      ]);
  });

  test("of a long list its beginning", async () => {
    const many = Array.from({ length: 20 }, (_, index) => `"g${index}*"`).join(", ");
    const told = await toldOf({ delegations: delegation(`groups: [${many}]`), team: "groups: {x: {}}\n" });
    expect(told.find(({ severity }) => severity === "error")?.message).toContain(
      "delegates g0*, g1*, g2*, g3*, g4*, g5*, g6*, g7* and 12 more to them.",
    );
  });

  test("of a unit what was meant", async () => {
    const delegations = delegation('groups: ["payments-*"], accounts: [{ou: Workloads/Payment}]');
    const [told] = await toldOf({ delegations, team: "groups: {payments-devs: {}}\n" });
    expect(told?.message).toContain('Did you mean "Workloads/Payments"?');
  });
});
