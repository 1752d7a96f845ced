import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/policy-document.js";
import type { PermissionSet } from "../../../src/model/state.js";
import { LiveError } from "../../../src/model/live-error.js";
import { normalize } from "../../../src/policy/normal-form.js";
import { managing } from "../../support/declarations.js";
import type { Guarding } from "../../support/guardrails.js";
import { judged, organization, saidBy, wordsOf } from "../../support/judging.js";
import type { Judging, Short } from "../../support/judging.js";
import { held as withheld, told as changed } from "../../support/planning.js";
import { allow, deny } from "../../support/statements.js";

const [a, b] = ["111111111111", "222222222222"] as const;
const admin: Partial<PermissionSet> = { managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] };

function saying(...statements: readonly JsonObject[]): Partial<PermissionSet> {
  return { inlinePolicy: normalize({ Version: "2012-10-17", Statement: statements }) };
}

function allowing(action: string | readonly string[], given: JsonObject = {}): Partial<PermissionSet> {
  return saying(allow(action, given));
}

const company = {
  users: ["ann", "ben"],
  groups: { dev: ["ann"], ops: ["ben"] },
  sets: { Read: {} },
  grants: [`group/dev Read ${a}`],
} satisfies Short;

type Rules = NonNullable<Guarding["rules"]>;

function said(live: Short, files: Short, rules: Rules, given: Partial<Judging> = {}): readonly string[] {
  const plan = judged({
    live: organization({ ...company, ...live }),
    files: organization({ ...company, ...files }),
    guards: { rules, maxRemovals: { percent: 100 } },
    ...given,
  });
  return wordsOf("broadening", plan);
}

function withSet(set: Partial<PermissionSet>): Short {
  return { sets: { Read: {}, Power: set } };
}

const messages = {
  adminAccess: "The permission set Power comes to allow everything or nearly so.",
  wildcardActions: "The permission set Power comes to allow s3:* on every resource or nearly so.",
  passRole:
    "The permission set Power comes to allow iam:PassRole: whoever holds it can hand roles to services and act through them.",
  privilegeEscalation:
    "The permission set Power would let people rewrite managed policies (iam:CreatePolicyVersion): ways to more rights than these files give.",
} as const;

const broad = {
  adminAccess: admin,
  wildcardActions: allowing("s3:*"),
  passRole: allowing("iam:PassRole"),
  privilegeEscalation: allowing("iam:CreatePolicyVersion"),
} as const;

describe.each(["adminAccess", "wildcardActions", "passRole", "privilegeEscalation"] as const)(
  "%s",
  (rule) => {
    const message = messages[rule];

    test("tells of a set that is created so, as its level says", () => {
      const files = withSet(broad[rule]);
      expect(said({}, files, { [rule]: "off" })).toEqual([]);
      expect(said({}, files, {})).toEqual([]);
      expect(said({}, files, { [rule]: "warn" })).toEqual([`warning: ${message}`]);
      expect(said({}, files, { [rule]: "error" })).toEqual([`error: ${message}`]);
    });

    test("tells of one that is widened to it, and of none that stays, is narrowed, or changes elsewhere", () => {
      const [narrow, wide] = [withSet({}), withSet(broad[rule])];
      const other = withSet({ ...broad[rule], sessionDuration: "PT2H", tags: { team: "x" } });
      expect(said(narrow, wide, { [rule]: "error" })).toEqual([
        `error: ${message.replace("iam:PassRole:", "iam:PassRole, or on more roles:")}`,
      ]);
      expect(said(wide, narrow, { [rule]: "error" })).toEqual([]);
      expect(said(wide, wide, { [rule]: "error" })).toEqual([]);
      expect(said(wide, other, { [rule]: "error" })).toEqual([]);
      expect(said(wide, { sets: { Read: {} } }, { [rule]: "error" })).toEqual([]);
    });

    test("tells of none that is put back as the base has it", () => {
      const [live, files] = [withSet({}), withSet(broad[rule])];
      const same = organization({ ...company, ...files });
      expect(said(live, files, { [rule]: "error" }, { base: { files: same } })).toEqual([]);
      expect(said({}, files, { [rule]: "error" }, { base: { files: same } })).toEqual([]);
      const before = organization({ ...company, ...live });
      expect(said(live, files, { [rule]: "error" }, { base: { files: before } })).toHaveLength(1);
    });

    test("tells of none that is under conditions, or on some resources, as far as the rule is about all of it", () => {
      const isOfAll = rule === "adminAccess" || rule === "wildcardActions";
      const action = {
        adminAccess: "*",
        wildcardActions: "s3:*",
        passRole: "iam:PassRole",
        privilegeEscalation: "iam:CreatePolicyVersion",
      }[rule];
      const limits = [
        { Condition: { StringEquals: { "aws:PrincipalTag/mfa": "true" } } },
        { Resource: "arn:aws:s3:::one" },
      ];
      for (const limit of limits)
        expect(said({}, withSet(allowing(action, limit)), { [rule]: "error" })).toHaveLength(isOfAll ? 0 : 1);
    });
  },
);

test("what a finding names: the place that asks, the change, the rule", () => {
  const plan = (rules: Rules) =>
    judged({
      live: organization(company),
      files: organization({ ...company, ...withSet({ ...broad.wildcardActions }) }),
      guards: { rules },
    });
  const common = {
    code: "broadening",
    message: messages.wildcardActions,
    source: { file: "access/all.yaml", line: 1, column: 1 },
    change: "permissionSet:Power",
  };
  expect(saidBy("broadening", plan({ wildcardActions: "warn" }))).toEqual([
    { ...common, severity: "warning", help: "guardrails.rules.wildcardActions is warn." },
  ]);
  expect(saidBy("broadening", plan({ wildcardActions: "error" }))).toEqual([
    {
      ...common,
      severity: "error",
      help: "guardrails.rules.wildcardActions is error: leave it out, or have the rule changed and applied first.",
    },
  ]);
});

test("all rules at once say each its own, and what allows everything is told as that alone", () => {
  const rules: Rules = {
    adminAccess: "error",
    wildcardActions: "error",
    passRole: "warn",
    privilegeEscalation: "warn",
    directUserAssignment: "warn",
    adminSession: "PT4H",
  };
  const files = {
    ...withSet({ ...admin, sessionDuration: "PT8H" }),
    grants: [...company.grants, `user/ben Power ${a}`],
  };
  expect(said({}, files, rules)).toEqual([
    "error: The permission set Power allows everything or nearly so, and its sessions would last PT8H; the limit for such sets is PT4H.",
    "error: The permission set Power comes to allow everything or nearly so, and is newly held by ben in 1 account.",
    `warning: ben gets Power directly in 1 account, not through a group.`,
  ]);
});

test("what allows everything is no way round the other rules where there is none about that", () => {
  const rules: Rules = { wildcardActions: "error", passRole: "error", privilegeEscalation: "warn" };
  const whole = withSet(admin);
  const each = [
    "error: The permission set Power comes to allow * on every resource or nearly so.",
    `error: ${messages.passRole}`,
    expect.stringMatching(/^warning: The permission set Power would let people rewrite managed policies /),
  ];
  expect(said({}, whole, rules)).toEqual(each);
  expect(said({}, whole, { ...rules, adminAccess: "off" })).toEqual(each);
  expect(said({}, whole, { ...rules, adminAccess: "warn" })).toEqual([`warning: ${messages.adminAccess}`]);
  expect(said({}, whole, { ...rules, adminAccess: "error" })).toEqual([`error: ${messages.adminAccess}`]);
});

test("what allowed nearly everything comes to allow the rest", () => {
  const [all, but] = [allow("*"), deny("iam:PassRole")];
  expect(
    said(withSet(saying(all, but)), withSet(saying(all)), { adminAccess: "error", passRole: "error" }),
  ).toEqual([`error: ${messages.passRole.replace("iam:PassRole:", "iam:PassRole, or on more roles:")}`]);
});

describe("a set that allows everything", () => {
  const sets = { Read: {}, Admin: admin, Less: {} };
  const live = {
    ...company,
    groups: { ...company.groups, admins: ["ann"] },
    sets,
    grants: [...company.grants, `group/admins Admin ${a}`],
  } satisfies Short;
  const rules: Rules = { adminAccess: "error" };
  const held = (who: string): string =>
    `error: The permission set Admin allows everything or nearly so, and is newly held by ${who}.`;

  test.each<[string, Short, readonly string[]]>([
    ["stays with who has it", {}, []],
    [
      "is newly held by a grant to a group",
      { grants: [...live.grants, `group/ops Admin ${b}`] },
      [held("ben in 1 account")],
    ],
    [
      "is newly held by a grant to a user",
      { grants: [...live.grants, `user/ben Admin ${b}`] },
      [held("ben in 1 account")],
    ],
    [
      "is newly held by joining a group",
      { groups: { ...live.groups, admins: ["ann", "ben"] } },
      [held("ben in 1 account")],
    ],
    [
      "is newly held by both, in several accounts",
      {
        groups: { ...live.groups, admins: ["ann", "ben"] },
        grants: [...live.grants, `group/dev Admin ${b}`, `user/ben Admin ${b}`],
      },
      [held("ann and ben in 2 accounts")],
    ],
    [
      "is granted to a group without members",
      { groups: { ...live.groups, empty: [] }, grants: [...live.grants, `group/empty Admin ${b}`] },
      [
        "error: The permission set Admin allows everything or nearly so, and is newly granted in 1 account, where nobody comes to hold it by this plan.",
      ],
    ],
    [
      "is granted to those who hold it",
      { grants: [...live.grants, `group/dev Admin ${a}`] },
      [
        "error: The permission set Admin allows everything or nearly so, and is newly granted in 1 account, where nobody comes to hold it by this plan.",
      ],
    ],
    ["is taken from somebody", { grants: company.grants }, []],
    [
      "is no matter to who joins a group that holds less",
      { groups: { ...live.groups, dev: ["ann", "ben"] } },
      [],
    ],
  ])("%s", (_what, files, told) => {
    expect(said(live, { ...live, ...files }, rules)).toEqual(told);
  });

  test("is told at the change that gives it, not at another group that the person joins", () => {
    const plan = judged({
      live: organization(live),
      files: organization({
        ...live,
        groups: { ...live.groups, admins: ["ann", "ben"], dev: ["ann", "ben"], a: ["ben"] },
      }),
      guards: { rules },
    });
    expect(saidBy("broadening", plan)).toMatchObject([{ change: "membership:admins/ben" }]);
  });

  test("is given back to who had it by the base: that is no news", () => {
    const files = organization({
      ...live,
      groups: { ...live.groups, admins: ["ann", "ben"] },
      grants: [...live.grants, `user/ben Admin ${b}`],
    });
    expect(said(live, {}, { ...rules, directUserAssignment: "error" }, { files, base: { files } })).toEqual(
      [],
    );
    expect(said(live, {}, rules, { files, base: { files: organization(live) } })).toHaveLength(1);
  });

  test("is judged by what it shall be, and left alone where that is less", () => {
    const more = { ...live.sets, Less: admin };
    const grants = [...live.grants, `group/ops Less ${b}`];
    expect(said(live, { ...live, sets: more, grants }, rules)).toEqual([
      "error: The permission set Less comes to allow everything or nearly so, and is newly held by ben in 1 account.",
    ]);
    expect(said({ ...live, sets: more }, { ...live, grants }, rules)).toEqual([]);
  });
});

test("a set that is not managed here is given to nobody while what it allows could not be read", () => {
  const own = organization(company);
  const grants = [...company.grants, `group/ops Admin ${a}`];
  const files = { ...organization({ ...company, grants }), permissionSets: own.permissionSets };
  const settings = managing({ permissionSets: "declared" });
  const error = new LiveError("Reading failed.", { kind: "throttled" });
  const gaps = [{ covers: [{ kind: "permissionSet", permissionSet: "Admin" }], error }] as const;
  const given: Judging = { live: own, files, given: { settings }, seen: { gaps } };
  const plan = judged({ ...given, guards: { rules: { adminAccess: "error" } } });
  expect(changed(plan)).toEqual([]);
  expect(withheld(plan)).toEqual([`incomplete-read: create assignment:group/ops:Admin:${a}`]);
  // What it allows does not matter to who loses it.
  expect(changed(judged({ ...given, live: { ...files }, files: own }))).toEqual([
    `delete assignment:group/ops:Admin:${a}`,
  ]);
});

describe("adminSession", () => {
  const long = (sessionDuration: string): Short => withSet({ ...admin, sessionDuration });
  const over = (sessionDuration: string): string =>
    `error: The permission set Power allows everything or nearly so, and its sessions would last ${sessionDuration}; the limit for such sets is PT4H.`;
  const rules: Rules = { adminSession: "PT4H" };

  test.each<[string, Short, Short, readonly string[]]>([
    ["exactly", {}, long("PT4H"), []],
    ["a second more", {}, long("PT4H1S"), [over("PT4H1S")]],
    ["longer than before", long("PT2H"), long("PT8H"), [over("PT8H")]],
    ["longer than too long", long("PT8H"), long("PT12H"), [over("PT12H")]],
    [
      "as long as before",
      long("PT8H"),
      { sets: { Read: {}, Power: { ...admin, sessionDuration: "PT8H", description: "x" } } },
      [],
    ],
    ["shorter, and too long still", long("PT12H"), long("PT8H"), []],
    [
      "of a set that comes to allow everything",
      withSet({ sessionDuration: "PT8H" }),
      long("PT8H"),
      [over("PT8H")],
    ],
    ["of a set that no longer does", long("PT8H"), withSet({ sessionDuration: "PT12H" }), []],
    ["of a set that never did", {}, withSet({ ...allowing("s3:*"), sessionDuration: "PT12H" }), []],
  ])("%s", (_what, live, files, told) => {
    expect(said(live, files, rules)).toEqual(told);
  });

  test("says its own value", () => {
    const plan = judged({
      live: organization(company),
      files: organization({ ...company, ...long("PT8H") }),
      guards: { rules },
    });
    expect(saidBy("broadening", plan)[0]?.help).toBe(
      "guardrails.rules.adminSession is PT4H: leave it out, or have the rule changed and applied first.",
    );
  });
});

describe("directUserAssignment", () => {
  const direct = (...accounts: readonly string[]): Short => ({
    grants: [...company.grants, ...accounts.map((account) => `user/ben Read ${account}`)],
  });
  const told = (count: string): string => `ben gets Read directly in ${count}, not through a group.`;

  test("tells of each person and set once, as its level says", () => {
    expect(said({}, direct(a, b), { directUserAssignment: "off" })).toEqual([]);
    expect(said({}, direct(a, b), { directUserAssignment: "warn" })).toEqual([
      `warning: ${told("2 accounts")}`,
    ]);
    expect(said({}, direct(a), { directUserAssignment: "error" })).toEqual([`error: ${told("1 account")}`]);
    expect(said(direct(a), direct(a, b), { directUserAssignment: "error" })).toEqual([
      `error: ${told("1 account")}`,
    ]);
  });

  test("tells of none that was there, that goes, or that a group gets", () => {
    expect(said(direct(a), direct(a), { directUserAssignment: "error" })).toEqual([]);
    expect(said(direct(a), {}, { directUserAssignment: "error" })).toEqual([]);
    expect(
      said({}, { grants: [...company.grants, `group/ops Read ${b}`] }, { directUserAssignment: "error" }),
    ).toEqual([]);
  });

  test("tells of none that somebody took away by hand", () => {
    const files = organization({ ...company, ...direct(a) });
    expect(said({}, {}, { directUserAssignment: "error" }, { files, base: { files } })).toEqual([]);
  });
});

test("names that every object has are names like others", () => {
  const files = {
    sets: { Read: {}, constructor: admin },
    grants: [...company.grants, `user/__proto__ constructor ${a}`],
  };
  expect(said({}, files, { adminAccess: "warn", directUserAssignment: "warn" })).toEqual([
    "warning: The permission set constructor comes to allow everything or nearly so, and is newly held by __proto__ in 1 account.",
    "warning: __proto__ gets constructor directly in 1 account, not through a group.",
  ]);
});
