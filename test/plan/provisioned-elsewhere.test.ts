import { describe, expect, test } from "vitest";
import type { Declared, Settings } from "../../src/model/declared.js";
import type { Plan } from "../../src/model/plan.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import { planText } from "../../src/report/text.js";
import { declaration, declaring, defaultSettings, managing } from "../support/declarations.js";
import { person, snapshotOf, stateOf } from "../support/organizations.js";
import { planned } from "../support/planning.js";

const scim = "https://scim.example.com/tenant";

/** The plan of files that declare just these, beside a live Identity Center in which the issuers put others. */
function planOf(given: {
  readonly settings?: Settings;
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  readonly issuers: {
    readonly users?: readonly [string, string][];
    readonly groups?: readonly [string, string][];
  };
  readonly more?: Partial<Declared>;
}): Plan {
  const { users: fromUsers = [], groups: fromGroups = [] } = given.issuers;
  const issuers: Snapshot["issuers"] = { users: new Map(fromUsers), groups: new Map(fromGroups) };
  const live = stateOf({
    users: new Map([...issuers.users.keys()].map((name) => [name, person(name)])),
    groups: new Map([...issuers.groups.keys()].map((name) => [name, {}])),
  });
  const wanted = stateOf({
    users: new Map((given.users ?? []).map((name) => [name, person(name)])),
    groups: new Map((given.groups ?? []).map((name) => [name, {}])),
  });
  const declared = declaring(wanted, { settings: given.settings ?? defaultSettings, ...given.more });
  return planned(declared, snapshotOf(live, { issuers }));
}

/** The warnings that two make the same. */
function warnings({ diagnostics }: Plan): readonly string[] {
  return diagnostics.filter(({ code }) => code === "provisioned-elsewhere").map(({ message }) => message);
}

describe("users and groups that these files own and another source made", () => {
  test("are one warning a kind, with the source, the conflict and what to do", () => {
    const plan = planOf({
      users: ["ann", "ben"],
      groups: ["devs"],
      issuers: {
        users: [
          ["ann", scim],
          ["ben", scim],
        ],
        groups: [["devs", scim]],
      },
    });
    expect(warnings(plan)).toEqual([
      `2 of the users that these files own are provisioned by another source as well ("${scim}"): ann, ben. Its next synchronisation overwrites what is changed here, or fails on it, and nothing flows back to it.`,
      `1 of the groups that these files own is provisioned by another source as well ("${scim}"): devs. Its next synchronisation overwrites what is changed here, or fails on it, and nothing flows back to it.`,
    ]);
    expect(plan.diagnostics).toMatchObject([
      {
        severity: "warning",
        source: null,
        help: expect.stringContaining("identityCenter.identitySource: external"),
      },
      { severity: "warning", source: { file: "access/all.yaml", line: 1 } },
    ]);
    expect(plan.changes).toEqual([]);
  });

  test("are named ten at most, and their sources three", () => {
    const users = Array.from({ length: 3000 }, (_, index): [string, string] => [
      `user-${1000 + index}`,
      `idp-${index % 5}`,
    ]);
    const [message] = warnings(planOf({ users: users.map(([name]) => name), issuers: { users } }));
    expect(message).toMatch(
      /^3000 of the users .* \("idp-0", "idp-1", "idp-2" and 2 more\): user-1000, .*user-1009 and 2990 more\. /,
    );
  });

  test("are those that leave, too: the next synchronisation brings them back", () => {
    const issuers = {
      users: [["ann", scim] as [string, string]],
      groups: [["devs", scim] as [string, string]],
    };
    expect(warnings(planOf({ issuers }))).toHaveLength(2);
    const removed = { users: new Map(), permissionSets: new Map(), assignments: new Map() };
    const groups = new Map([["devs", { file: "access/all.yaml", line: 9, column: 1 }]]);
    expect(
      warnings(
        planOf({
          settings: managing({ users: "declared", groups: "declared" }),
          issuers,
          more: { removed: { ...removed, groups } },
        }),
      ),
    ).toMatchObject([expect.stringMatching(/^1 of the groups /)]);
  });

  test("are those who are to be disabled", () => {
    const disabled = declaration({ attributes: {}, status: "disabled" as const });
    const plan = planOf({
      issuers: { users: [["ann", scim]] },
      more: { users: new Map([["ann", disabled]]) },
    });
    expect(warnings(plan)).toHaveLength(1);
  });
});

describe("no conflict is", () => {
  const issuers = {
    users: [["ann", scim] as [string, string]],
    groups: [["AWSx", scim] as [string, string]],
  };

  test.each<[string, Parameters<typeof planOf>[0]]>([
    ["what Identity Center made itself", { users: ["ann"], groups: ["devs"], issuers: {} }],
    [
      "what others make where only what is declared is owned",
      { settings: managing({ users: "declared", groups: "declared" }), issuers },
    ],
    ["what is not managed", { settings: managing({ users: "none", groups: "none" }), issuers }],
    [
      "what is ignored",
      {
        settings: { ...defaultSettings, ignore: { ...defaultSettings.ignore, users: ["a*"] } },
        issuers,
      },
    ],
    ...(["external", "active-directory"] as const).map(
      (identitySource): [string, Parameters<typeof planOf>[0]] => [
        `what comes from where the files say: ${identitySource}`,
        { settings: managing({ users: "none", groups: "none" }, { identitySource }), issuers },
      ],
    ),
    [
      "that nobody has an external id although the source is external: some provision by hand",
      { settings: managing({ users: "none", groups: "none" }, { identitySource: "external" }), issuers: {} },
    ],
  ])("%s", (_what, given) => {
    expect(warnings(planOf(given))).toEqual([]);
  });
});

test("an issuer is others' text: a terminal does nothing but show it", () => {
  const plan = planOf({ users: ["ann"], issuers: { users: [["ann", "\u001b]0;idp\u0007\n::error::"]] } });
  const shown = planText(plan, { color: false, width: 120, dir: "access", full: false });
  expect(shown).toContain("provisioned by another source");
  expect(shown.split("\n").filter((line) => /^::|\p{Cc}/u.test(line))).toEqual([]);
});
