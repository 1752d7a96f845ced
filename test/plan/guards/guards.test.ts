import { describe, expect, test } from "vitest";
import { hasErrors } from "../../../src/model/diagnostic.js";
import type { Diagnostic } from "../../../src/model/diagnostic.js";
import type { Plan } from "../../../src/model/plan.js";
import type { State } from "../../../src/model/state.js";
import { noConsent } from "../../../src/plan/consent.js";
import type { Overridable } from "../../../src/plan/consent.js";
import { managing } from "../../support/declarations.js";
import type { Guarding } from "../../support/guardrails.js";
import { baseCommit, judged, numbered, organization, saidBy } from "../../support/judging.js";
import type { Judging } from "../../support/judging.js";

const [a, b, management] = ["111111111111", "222222222222", "999900001111"] as const;

const company = {
  groups: { admins: ["ann", "ben"], dev: numbered(20, "u") },
  sets: { Break: { sessionDuration: "PT2H" }, Read: {} },
  grants: [`group/admins Break ${a}`, `group/dev Read ${a}`],
};
const live = organization(company);
const everybody = { ...company, users: [...live.users.keys()] };
const after = (given: Partial<typeof everybody>): State => organization({ ...everybody, ...given });

/** For each guard: what holds, what it is loosened to, and files that break the one and not the other. */
const guards: readonly (readonly [
  what: string,
  code: string,
  strict: Guarding,
  loose: Guarding,
  broken: State,
  Partial<Judging>,
])[] = [
  [
    "a percentage",
    "max-removals",
    { maxRemovals: { percent: 10, floor: 0 } },
    { maxRemovals: { percent: 90, floor: 0 } },
    after({ groups: { ...company.groups, dev: numbered(10, "u") } }),
    {},
  ],
  [
    "a floor",
    "max-removals",
    { maxRemovals: { percent: 0, floor: 0 } },
    { maxRemovals: { percent: 0, floor: 30 } },
    after({ groups: { ...company.groups, dev: numbered(10, "u") } }),
    {},
  ],
  [
    "a count",
    "max-removals",
    { maxRemovals: { count: 2 } },
    { maxRemovals: { count: 20 } },
    after({ groups: { ...company.groups, dev: numbered(15, "u") } }),
    {},
  ],
  [
    "a user who is protected",
    "protected",
    { protect: { users: ["ann"] } },
    {},
    after({ groups: { ...company.groups, admins: ["ben"] } }),
    {},
  ],
  [
    "a group that is protected",
    "protected",
    { protect: { groups: ["a*"] } },
    { protect: { groups: ["d*"] } },
    after({ grants: company.grants.slice(1) }),
    {},
  ],
  [
    "a set that is protected",
    "protected",
    { protect: { permissionSets: ["Break"] } },
    {},
    after({ sets: { Break: { sessionDuration: "PT1H" }, Read: {} } }),
    {},
  ],
  [
    "an account that is protected",
    "protected",
    { protect: { accounts: [a] } },
    {},
    after({ grants: company.grants.slice(1) }),
    {},
  ],
  [
    "a lock-out check",
    "keep-access",
    { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 2 }] },
    {},
    after({ groups: { ...company.groups, admins: ["ann"] } }),
    {},
  ],
  [
    "the number of a lock-out check",
    "keep-access",
    { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 2 }] },
    { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 1 }] },
    after({ groups: { ...company.groups, admins: ["ann"] } }),
    {},
  ],
  [
    "the accounts of a lock-out check",
    "keep-access",
    { keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast: 2 }] },
    { keepAccess: [{ permissionSet: "Break", accounts: [b], atLeast: 2 }] },
    after({ groups: { ...company.groups, admins: ["ann"] } }),
    {},
  ],
  [
    "what idc stands on",
    "self-lockout",
    { selfLockout: { groups: ["admins"] } },
    {},
    after({ grants: company.grants.slice(1) }),
    {},
  ],
  [
    "what is not a delegated administrator's",
    "self-lockout",
    { selfLockout: { managementAccount: "error" } },
    { selfLockout: { managementAccount: "off" } },
    after({ grants: [...company.grants, `group/dev Read ${management}`] }),
    { seen: { caller: { accountId: b, arn: "", isManagement: false } } },
  ],
  [
    "a rule",
    "broadening",
    { rules: { directUserAssignment: "error" } },
    { rules: { directUserAssignment: "off" } },
    after({ grants: [...company.grants, `user/ann Read ${b}`] }),
    {},
  ],
  [
    "a rule that is to warn",
    "broadening",
    { rules: { directUserAssignment: "error" } },
    { rules: { directUserAssignment: "warn" } },
    after({ grants: [...company.grants, `user/ann Read ${b}`] }),
    {},
  ],
  [
    "the longest session",
    "broadening",
    { rules: { adminSession: "PT4H" } },
    { rules: { adminSession: "PT12H" } },
    after({
      sets: {
        ...company.sets,
        Break: { sessionDuration: "PT8H", managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      } as typeof company.sets,
    }),
    {},
  ],
];

describe.each(guards)("%s", (_what, code, strict, loose, broken, given) => {
  const plan = (files: State, own: Guarding, base: Guarding | null): Plan =>
    judged({
      live,
      files,
      guards: own,
      ...given,
      ...(base !== null && { base: { files: live, guards: base } }),
    });
  const errors = (one: Plan): readonly Diagnostic[] =>
    saidBy(code, one).filter(({ severity }) => severity === "error");
  const isRefused = (one: Plan): boolean => hasErrors(one.diagnostics);

  test("that is loosened and broken in one go refuses in the base's words, at no place of these files", () => {
    const refused = plan(broken, loose, strict);
    const own = plan(broken, strict, strict);
    expect(errors(refused)).toEqual(
      errors(own).map((one) => ({
        ...one,
        message: `${one.message} So the guardrails say at c0ffee000000, and they hold until others are applied.`,
        source: null,
      })),
    );
    expect(errors(refused)).not.toEqual([]);
    // It is shown in full.
    expect(refused.changes).toEqual(own.changes);
  });

  test("that is loosened alone passes, and then what breaks it", () => {
    expect(isRefused(plan(live, loose, strict))).toBe(false);
    expect(isRefused(plan(broken, loose, loose))).toBe(false);
  });

  test("that is tightened holds at once, and is told once", () => {
    const refused = plan(broken, strict, loose);
    expect(errors(refused)).toEqual(errors(plan(broken, strict, strict)));
    expect(errors(refused)).not.toEqual([]);
  });

  test("is these files' own where the base is not known", () => {
    expect(isRefused(plan(broken, loose, null))).toBe(false);
    expect(isRefused(plan(broken, strict, null))).toBe(true);
    const unreadable = { base: { commit: baseCommit, declared: null } };
    expect(isRefused(judged({ live, files: broken, guards: loose, ...given, input: unreadable }))).toBe(
      false,
    );
  });
});

describe("the guardrails of the base", () => {
  test("mean the accounts by the names they had then", () => {
    const files = after({ grants: company.grants.slice(1) });
    const guarded: Guarding = { protect: { accounts: ["log-archive"] } };
    const base = { files: live, guards: guarded, given: { accountNames: new Map([[a, "log-archive"]]) } };
    const named = (account: string, name: string): Partial<Judging> => ({
      given: { accountNames: new Map([[account, name]]) },
    });
    const told = [expect.stringContaining(`The account "log-archive" (${a}) is protected`)];
    const said = (given: Partial<Judging>) =>
      saidBy("protected", judged({ live, files, guards: guarded, base, ...given })).map(
        ({ message }) => message,
      );
    expect(said(named(a, "log-archive"))).toEqual(told);
    expect(said(named(b, "log-archive"))).toEqual(told);
  });

  test("are agreed to together with these files'", () => {
    const allow = (digest: string) => ({
      consent: { ...noConsent, allow: new Map<Overridable, string>([["max-removals", digest]]) },
    });
    const given: Judging = {
      live,
      files: after({ groups: { ...company.groups, dev: [] } }),
      guards: { maxRemovals: { percent: 100 } },
      base: { files: live, guards: { maxRemovals: { count: 0 } } },
    };
    const plan = judged(given);
    expect(saidBy("max-removals", plan).every(({ severity }) => severity === "error")).toBe(true);
    const meant = judged({ ...given, input: allow(plan.digest) });
    expect(saidBy("max-removals", meant)).toHaveLength(saidBy("max-removals", plan).length);
    expect(saidBy("max-removals", meant).every(({ severity }) => severity === "info")).toBe(true);
  });

  test("order what is made as well", () => {
    const check = (atLeast: number): Guarding => ({
      keepAccess: [{ permissionSet: "Break", accounts: [a], atLeast }],
    });
    const files = after({ groups: { ...company.groups, admins: ["u1", "u2"] } });
    const waiting = (guarding: Guarding, base: Guarding): readonly string[] =>
      judged({ live, files, guards: guarding, base: { files: live, guards: base } }).changes.flatMap(
        ({ id, dependsOn }) => (dependsOn.length > 0 ? [id] : []),
      );
    expect(waiting({}, {})).toEqual([]);
    expect(waiting({}, check(1))).toEqual(["membership:admins/ann"]);
    expect(waiting(check(1), check(2))).toEqual(["membership:admins/ann", "membership:admins/ben"]);
  });
});

test("no guard can be agreed to but those of how much goes", () => {
  for (const [, code, strict, , broken, given] of guards) {
    const plan = judged({ live, files: broken, guards: strict, ...given });
    const consent = {
      ...noConsent,
      allow: new Map([
        ["max-removals", plan.digest],
        ["empty-declaration", plan.digest],
      ] as const),
    };
    const again = judged({ live, files: broken, guards: strict, ...given, input: { consent } });
    expect([code, hasErrors(again.diagnostics)]).toEqual([code, code !== "max-removals"]);
  }
});

test("the plan of drift says what an apply would be refused for, and is agreed to by that one's digest", () => {
  const files = organization({
    ...everybody,
    sets: { ...company.sets, Read: { sessionDuration: "PT2H" } },
    groups: { ...company.groups, dev: [] },
  });
  const guarded: Guarding = { maxRemovals: { count: 0 } };
  const settings = managing({});
  const drift = judged({ live, files, guards: guarded, given: { settings }, input: { purpose: "drift" } });
  const apply = judged({ live, files, guards: guarded, given: { settings } });
  expect(drift.digest).not.toBe(apply.digest);
  expect(saidBy("max-removals", drift)).toEqual(saidBy("max-removals", apply));
});
