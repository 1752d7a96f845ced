import { describe, expect, test } from "vitest";
import type { Settings } from "../../src/model/declared.js";
import type { Plan } from "../../src/model/plan.js";
import type { PlanInput } from "../../src/plan/plan.js";
import { declaration, declaredAssignments, declaring, managing } from "../support/declarations.js";
import { permissionSet, person, snapshotOf, stateOf } from "../support/organizations.js";
import { planned } from "../support/planning.js";

const account = "111111111111";
const external = managing({ users: "none", groups: "none" }, { identitySource: "external" });
const directory = managing({ users: "none", groups: "none" }, { identitySource: "active-directory" });

type Case = {
  readonly settings?: Settings;
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  /** Who is there. */
  readonly liveUsers?: readonly string[];
  readonly liveGroups?: readonly string[];
  readonly waited?: PlanInput["waited"];
};

/** The plan of rules that give Read to these users and groups, of whom the files say nothing else. */
function planOf(given: Case): Plan {
  const grant = (principalType: "user" | "group") => (principal: string) =>
    ({ principalType, principal, permissionSet: "Read", account }) as const;
  const live = stateOf({
    users: new Map((given.liveUsers ?? []).map((name) => [name, person(name)])),
    groups: new Map((given.liveGroups ?? []).map((name) => [name, {}])),
    permissionSets: new Map([["Read", permissionSet()]]),
  });
  const declared = declaring(live, {
    settings: given.settings ?? external,
    users: new Map(),
    groups: new Map(),
    assignments: declaredAssignments([
      ...(given.users ?? []).map(grant("user")),
      ...(given.groups ?? []).map(grant("group")),
    ]),
  });
  return planned(declared, snapshotOf(live), given.waited === undefined ? {} : { waited: given.waited });
}

function reasons({ withheld }: Plan): readonly string[] {
  return withheld.map(({ reason }) => reason);
}

describe("what to do about who is missing", () => {
  test.each<[string, Settings, "users" | "groups", RegExp, RegExp]>([
    [
      "external: at the identity provider",
      external,
      "groups",
      /^1 group that the files name is not in Identity Center: late \(access\/all\.yaml:1\)\. The identity source is external: groups come from the identity provider, and idc makes none\.$/,
      /^Assign them to the application for AWS IAM Identity Center .* idc apply --wait-for-principals 10m waits for what is only late\.$/,
    ],
    [
      "active-directory: what is synchronised, and the domain in the name",
      directory,
      "users",
      /^1 user .* The identity source is active-directory: users come with its synchronisation, and idc makes none\.$/,
      /"Manage Sync".*\(name@corp\.example\.com/,
    ],
    [
      "identity-center, declared: the files",
      managing({ groups: "declared" }),
      "groups",
      /With identityCenter\.manage\.groups: declared, idc makes those that are declared\.$/,
      /^Declare them under groups, have them made in Identity Center, or correct the names\./,
    ],
    [
      "identity-center, none: whoever makes them there",
      managing({ users: "none" }),
      "users",
      /With identityCenter\.manage\.users: none, idc makes none\.$/,
      /^Have them made in Identity Center, or correct the names\./,
    ],
  ])("%s", (_what, settings, kind, message, help) => {
    const { diagnostics } = planOf({ settings, [kind]: ["late"] });
    expect(diagnostics).toMatchObject([
      { code: "principal-missing", severity: "warning", source: { file: "access/all.yaml", line: 1 } },
    ]);
    expect(diagnostics[0]?.message).toMatch(message);
    expect(diagnostics[0]?.help).toMatch(help);
  });

  test("is told once for users and once for groups, with ten names of many", () => {
    const many = Array.from({ length: 500 }, (_, index) => `late-${1000 + index}`);
    const { diagnostics, withheld } = planOf({ users: ["ann"], groups: many });
    expect(withheld).toHaveLength(501);
    expect(diagnostics.map(({ message }) => message.slice(0, 50))).toEqual([
      "1 user that the files name is not in Identity Cent",
      "500 groups that the files name are not in Identity",
    ]);
    expect(diagnostics[1]?.message).toContain("late-1009 (access/all.yaml:1) and 490 more.");
  });

  test("is not told where everybody is there", () => {
    expect(planOf({ groups: ["devs"], liveGroups: ["devs"] }).diagnostics).toEqual([]);
  });
});

describe("who was waited for", () => {
  test("is told with the time, beside those who were not", () => {
    const waited = { milliseconds: 90_000, for: new Set(["group/late"]) };
    const plan = planOf({ groups: ["late", "later"], users: ["late"], waited });
    expect(reasons(plan).toSorted()).toEqual([
      "the group late is not in the identity store after waiting 90s, and is not managed here",
      "the group later is not in the identity store yet, and is not managed here",
      "the user late is not in the identity store yet, and is not managed here",
    ]);
    expect(plan.diagnostics.map(({ message }) => message.includes("after waiting"))).toEqual([false, false]);
  });

  test("and has come, is not told of", () => {
    const waited = { milliseconds: 90_000, for: new Set(["group/late"]) };
    expect(planOf({ groups: ["late"], liveGroups: ["late"], waited }).diagnostics).toEqual([]);
  });
});

describe("a name that is there with another domain, or with one", () => {
  test.each([
    ["alice", ["alice@corp.example.com"], "alice@corp.example.com"],
    ["Alice", ["alice@corp.example.com"], "alice@corp.example.com"],
    ["alice@corp.example.com", ["alice"], "alice"],
    ["alice@old.example.com", ["alice@corp.example.com"], "alice@corp.example.com"],
    ["Domain Users", ["Domain Users@corp.example.com"], "Domain Users@corp.example.com"],
    ["alice", ["alice@one.example.com", "alice@two.example.com"], null],
    ["alice", ["alicia", "alice2", "malice"], null],
    ["@corp", ["@team"], null],
  ])("%s beside %j: meant is %s", (name, there, meant) => {
    const [reason = ""] = reasons(planOf({ settings: directory, groups: [name], liveGroups: there }));
    expect(/did you mean "(.*)"\?$/.exec(reason)?.[1] ?? null).toBe(meant);
  });

  test("is looked for among its own kind", () => {
    expect(reasons(planOf({ users: ["ops"], liveGroups: ["ops@corp"] }))[0]).not.toContain("did you mean");
  });
});

test("a member who is missing holds up the membership, not the group that comes along", () => {
  const live = stateOf({ users: new Map([["ann", person("ann")]]) });
  const wanted = stateOf({
    groups: new Map([["devs", {}]]),
    memberships: [
      { group: "devs", user: "ann" },
      { group: "devs", user: "ben" },
    ],
  });
  const declared = declaring(wanted, {
    settings: managing({ users: "none" }),
    groups: new Map([["devs", declaration({})]]),
  });
  const plan = planned(declared, snapshotOf(live));
  expect(plan.changes.map(({ id }) => id)).toEqual(["group:devs", "membership:devs/ann"]);
  expect(reasons(plan)).toEqual(["the user ben is not in the identity store yet, and is not managed here"]);
});
