import { describe, expect, test } from "vitest";
import { LiveError } from "../../../src/model/live-error.js";
import type { Diagnostic } from "../../../src/model/diagnostic.js";
import type { GapScope } from "../../../src/model/snapshot.js";
import { unmatchedGuards } from "../../../src/plan/guards/unmatched.js";
import { declaring } from "../../support/declarations.js";
import { guardrails } from "../../support/guardrails.js";
import type { Guarding } from "../../support/guardrails.js";
import { organization } from "../../support/judging.js";
import { snapshotOf } from "../../support/organizations.js";

const a = "111111111111";
const files = organization({ groups: { platform: ["ann"] }, grants: [`group/platform Break ${a}`] });
const live = organization({ groups: { legacy: ["zoe"] }, grants: [`group/legacy Old ${a}`] });

function said(
  guarding: Guarding,
  unread: GapScope | null = null,
  areAccountsUnread = false,
): readonly string[] {
  const error = new LiveError("Reading failed.", { kind: "throttled" });
  const told: readonly Diagnostic[] = unmatchedGuards(
    declaring(files, {
      guardrails: guardrails(guarding),
      accountNames: new Map([["222222222222", "log-archive"]]),
      accountIds: areAccountsUnread ? null : new Set(["222222222222"]),
    }),
    snapshotOf(live, { gaps: unread === null ? [] : [{ covers: [unread], error }] }),
  );
  return told.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

describe("a guard that names", () => {
  test("what is in the files, in Identity Center or in both is sound", () => {
    expect(
      said({
        protect: {
          users: ["ann", "zoe", "z*"],
          groups: ["platform", "legacy", "*"],
          permissionSets: ["Break", "Old"],
          accounts: [a, "222222222222", "log-archive", "log-*", "2222*"],
        },
        keepAccess: [{ permissionSet: "Old", accounts: [a], atLeast: 1 }],
        selfLockout: { groups: ["legacy"], permissionSets: ["Break"] },
      }),
    ).toEqual([]);
  });

  test("what is nowhere is an error, with the name that may be meant", () => {
    const neither = (where: string, what: string, meant = "") =>
      `error unknown-guarded: guardrails.${where} names the ${what}, which is neither in the files nor in Identity Center.${meant}`;
    expect(
      said({
        protect: {
          users: ["anne", "constructor"],
          groups: ["legacies"],
          permissionSets: ["break"],
          accounts: ["log-archiv"],
        },
        keepAccess: [{ permissionSet: "Brake", accounts: [a], atLeast: 1 }],
        selfLockout: { groups: ["ops"], permissionSets: ["__proto__"] },
      }),
    ).toEqual([
      neither("protect", 'user "anne"', ' Did you mean "ann"?'),
      neither("protect", 'user "constructor"'),
      neither("protect", 'group "legacies"', ' Did you mean "legacy"?'),
      neither("protect", 'permission set "break"', ' Did you mean "Break"?'),
      neither("protect", 'account "log-archiv"', ' Did you mean "log-archive"?'),
      neither("keepAccess", 'permission set "Brake"', ' Did you mean "Break"?'),
      neither("selfLockout", 'group "ops"'),
      neither("selfLockout", 'permission set "__proto__"'),
    ]);
  });

  test("a pattern that matches nothing is a warning, since it may wait for something", () => {
    expect(said({ protect: { users: ["breakglass-*", "*nobody*"] } })).toEqual([
      'warning guard-matches-nothing: "breakglass-*" under guardrails.protect matches no user, neither in the files nor in Identity Center.',
      'warning guard-matches-nothing: "*nobody*" under guardrails.protect matches no user, neither in the files nor in Identity Center.',
    ]);
  });

  test("a pattern where only names are taken is an error", () => {
    expect(
      said({
        selfLockout: { groups: ["plat*"] },
        keepAccess: [{ permissionSet: "B*", accounts: [a], atLeast: 1 }],
      }),
    ).toEqual([
      expect.stringMatching(/^error unknown-guarded: guardrails\.keepAccess names the permission set "B\*"/),
      expect.stringMatching(/^error unknown-guarded: guardrails\.selfLockout names the group "plat\*"/),
    ]);
  });
});

describe("where not all could be read", () => {
  const guarding: Guarding = {
    protect: { users: ["x"], groups: ["x"], permissionSets: ["x"], accounts: ["x"] },
  };
  const kinds = (told: readonly string[]): readonly string[] =>
    told.map((one) => / names the (user|group|permission set|account) /.exec(one)?.[1] ?? one);

  test.each<[GapScope | null, boolean, readonly string[]]>([
    [null, false, ["user", "group", "permission set", "account"]],
    [{ kind: "user" }, false, ["group", "permission set", "account"]],
    [{ kind: "group" }, false, ["user", "permission set", "account"]],
    [{ kind: "permissionSet", permissionSet: "Old" }, false, ["user", "group", "account"]],
    [{ kind: "assignment" }, false, ["user", "group", "permission set", "account"]],
    [null, true, ["user", "group", "permission set"]],
  ])("nothing is said of that: %j", (unread, areAccountsUnread, told) => {
    expect(kinds(said(guarding, unread, areAccountsUnread))).toEqual(told);
  });
});
