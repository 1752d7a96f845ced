import { describe, expect, test } from "vitest";
import type { Declared } from "../../../src/model/declared.js";
import type { State } from "../../../src/model/state.js";
import { noConsent } from "../../../src/plan/consent.js";
import { declaration, managing } from "../../support/declarations.js";
import { judged, organization, saidBy, wordsOf } from "../../support/judging.js";
import type { Judging } from "../../support/judging.js";
import { snapshotOf } from "../../support/organizations.js";

const a = "111111111111";
const none = {
  users: new Map(),
  groups: new Map(),
  permissionSets: new Map(),
  memberships: new Map(),
  assignments: new Map(),
};
const live = organization({
  groups: { dev: ["ann", "ben"], ops: ["cat"] },
  grants: [`group/dev Read ${a}`, `user/ann Write ${a}`],
});
const place = { file: "access/a.yaml", line: 1, column: 1 };

function said(files: State, given: Partial<Judging> = {}): readonly string[] {
  return wordsOf(
    "empty-declaration",
    judged({ live, files, guards: { maxRemovals: { percent: 100 } }, ...given }),
  );
}

function of(what: string, going: string): string {
  return `error: The files declare no ${what} at all, and this plan would take away ${going}.`;
}

describe("files that declare nothing", () => {
  test.each<[string, Partial<State>, readonly string[]]>([
    [
      "of any kind",
      none,
      [
        of("user", "3 users"),
        of("group", "2 groups"),
        of("permission set", "2 permission sets"),
        of("assignment", "1 assignment"),
      ],
    ],
    [
      "of users",
      { users: new Map(), memberships: new Map(), assignments: groupGrants() },
      [of("user", "3 users")],
    ],
    [
      "of groups",
      { groups: new Map(), memberships: new Map(), assignments: userGrants() },
      [of("group", "2 groups")],
    ],
    [
      "of permission sets, nor of assignments",
      { permissionSets: new Map(), assignments: new Map() },
      [of("permission set", "2 permission sets"), of("assignment", "2 assignments")],
    ],
    ["of assignments", { assignments: new Map() }, [of("assignment", "2 assignments")]],
    ["of memberships, which is for max-removals to judge", { memberships: new Map() }, []],
    [
      "less than there is",
      { users: new Map([...live.users].slice(0, 1)), memberships: new Map(), assignments: groupGrants() },
      [],
    ],
  ])("%s", (_what, less, told) => {
    expect(said({ ...live, ...less })).toEqual(told);
  });

  test("of what is not there, or is left alone", () => {
    const users = organization({ users: ["ann"] });
    expect(said(users, { live: users })).toEqual([]);
    const foreign = organization({ users: ["ann"], groups: { AWSTheirs: [] }, sets: { AWSAdmin: {} } });
    expect(said(users, { live: foreign })).toEqual([]);
  });

  test("is told with the way out, and without a place: nothing stands where nothing is", () => {
    const plan = judged({
      live,
      files: { ...live, assignments: new Map() },
      guards: { maxRemovals: { percent: 100 } },
    });
    expect(saidBy("empty-declaration", plan)).toEqual([
      {
        code: "empty-declaration",
        severity: "error",
        message: of("assignment", "2 assignments").slice("error: ".length),
        help: `Check that the folder is whole (--dir). If assignments are kept elsewhere, write identityCenter.manage.assignments: none. To mean just this plan: idc apply --allow empty-declaration=${plan.digest}.`,
        source: null,
        change: null,
      },
    ]);
  });

  test("is a note when just this plan is meant", () => {
    const files = { ...live, assignments: new Map() };
    const { digest } = judged({ live, files });
    const consent = { ...noConsent, allow: new Map([["empty-declaration", digest] as const]) };
    expect(said(files, { input: { consent } })).toEqual([
      `${of("assignment", "2 assignments").replace("error", "info")} It is meant, as --allow says.`,
    ]);
  });

  test("is not for first contact", () => {
    const { instance } = snapshotOf(live);
    expect(said({ ...live, ...none }, { seen: { instance: { ...instance, mark: null } } })).toEqual([]);
  });
});

describe("what goes from full files as well", () => {
  const files: State = { ...live, assignments: new Map() };
  const expiring: Partial<Declared> = {
    expired: new Map([...live.assignments.keys()].map((id) => [id, place])),
  };

  test("is what has run out", () => {
    expect(said(files, { given: expiring, base: { files, given: expiring } })).toEqual([]);
    // But not what these files let run out.
    expect(said(files, { given: expiring, base: { files: live } })).toEqual([
      of("assignment", "2 assignments"),
    ]);
  });

  test("is what was added by hand", () => {
    expect(said(files, { base: { files } })).toEqual([]);
  });

  test("is what goes with somebody who leaves", () => {
    const direct = organization({ users: ["ben"], grants: [`user/ann Write ${a}`] });
    const users = new Map(
      [...direct.users].map(([name, attributes]) => [
        name,
        declaration({ attributes, status: name === "ann" ? ("disabled" as const) : ("enabled" as const) }),
      ]),
    );
    expect(said({ ...direct, assignments: new Map() }, { live: direct, given: { users } })).toEqual([]);
  });
});

describe("where not all is owned", () => {
  test("what is managed as declared goes because the files name it", () => {
    const settings = managing({
      users: "declared",
      groups: "declared",
      permissionSets: "declared",
      assignments: "declared",
    });
    const removed = {
      users: new Map([["cat", place]]),
      groups: new Map([["ops", place]]),
      permissionSets: new Map(),
      assignments: new Map([[`assignment:user/ann:Write:${a}`, place]]),
    };
    const plan = judged({
      live,
      files: { ...live, ...none },
      guards: { maxRemovals: { percent: 100 } },
      given: { settings, removed },
    });
    expect(plan.summary.delete).toBeGreaterThan(0);
    expect(saidBy("empty-declaration", plan)).toEqual([]);
  });

  test("what is not managed does not go", () => {
    const settings = managing({ users: "none", groups: "none", permissionSets: "none", assignments: "none" });
    expect(said({ ...live, ...none }, { given: { settings } })).toEqual([]);
  });

  test("the rest is judged all the same", () => {
    const settings = managing({ users: "none" });
    expect(said({ ...live, ...none }, { given: { settings } })).toEqual([
      of("group", "2 groups"),
      of("permission set", "2 permission sets"),
      of("assignment", "2 assignments"),
    ]);
  });
});

function groupGrants(): State["assignments"] {
  return new Map([...live.assignments].filter(([, { principalType }]) => principalType === "group"));
}

function userGrants(): State["assignments"] {
  return new Map([...live.assignments].filter(([, { principalType }]) => principalType === "user"));
}
