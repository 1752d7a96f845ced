import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { Cause, Change } from "../../src/model/change.js";
import { diagnostic } from "../../src/model/diagnostic.js";
import { driftText, planText } from "../../src/report/text.js";
import type { Plan } from "../../src/model/plan.js";
import { everyChange, planOf } from "./plans.js";

const accounts = { "111122223333": "sandbox", "444455556666": "prod", "555500001111": "prod" };

const everybody = Array.from({ length: 9 }, (_, index) => `person-0${index + 1}`);

const access = {
  gained: [
    {
      user: "alice",
      permissionSet: "S3FullAccess",
      accounts: ["111122223333"],
      via: ["group/developers"],
      cause: "config" as const,
    },
    {
      user: "bob",
      permissionSet: "S3FullAccess",
      accounts: ["111122223333"],
      via: ["group/developers"],
      cause: "config" as const,
    },
    ...everybody.map((user) => ({
      user,
      permissionSet: "ReadOnly",
      accounts: ["111122223333", "444455556666", "555500001111"],
      via: ["group/everybody"],
      cause: "config" as const,
    })),
  ],
  lost: [
    {
      user: "carol",
      permissionSet: "Administrator",
      accounts: ["444455556666"],
      via: ["group/Platform Team", "user/carol"],
      cause: "config" as const,
    },
  ],
  changed: [
    {
      user: "dan",
      permissionSet: "Billing",
      accounts: ["111122223333"],
      via: ["user/dan"],
      cause: "config" as const,
    },
  ],
};

function because(cause: Cause): <T extends { readonly cause: Cause }>(one: T) => T {
  return (one) => ({ ...one, cause });
}

function accessBecause(cause: Cause): Plan["access"] {
  return {
    gained: access.gained.map(because(cause)),
    lost: access.lost.map(because(cause)),
    changed: access.changed.map(because(cause)),
  };
}

const commit = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

/** A group of the files with its member, beside one change of each other cause. */
function parted(): Plan {
  const causes: Readonly<Record<string, Cause>> = {
    "group:developers": "config",
    "membership:developers/alice": "config",
    "membership:administrators/carol": "drift",
    "assignment:group/developers:S3FullAccess:111122223333": "organization",
    "user:dan": "expiry",
    "provisioning:ReadOnly": "unsettled",
  };
  const changes = everyChange.flatMap((change): readonly Change[] => {
    const cause = causes[change.id];
    return cause === undefined ? [] : [because(cause)(change)];
  });
  const gained = access.gained.slice(0, 2);
  const lost = access.lost.map(because("drift"));
  return planOf({ changes, access: { gained, lost, changed: [] }, base: { commit } });
}

const options = { color: false, width: 100, dir: "access", full: false };

describe("planText", () => {
  it("tells every kind of change in one line, with its fields below and its place at the right", () => {
    expect(planText(planOf({ changes: everyChange }), options)).toMatchInlineSnapshot(`
      "Plan for Identity Center d-1111222233 (eu-west-1)

      People
      + user alice: Alice Nguyen, alice@example.com                access/people.yaml:4
          title: "Engineer"
      ~ user bob                                                   access/people.yaml:9
          ~ title: "Engineer" -> "Principal Engineer"
          - nickName: "Bobby"
          + locale: "en-GB"
      - user carol is disabled: every access taken away, the user kept
          ~ groups
              - administrators
              - developers
      - user dan is deleted

      Groups
      ~ group "Platform Team"                                      access/groups.yaml:12
          ~ description: "old" -> "new"
      - carol leaves group administrators                          access/groups.yaml:7
      + group developers                                           access/groups.yaml:2
          description: "Build and run"
      + alice joins group developers                               access/groups.yaml:4
      - group old is deleted

      Permission sets
      - permission set Old is deleted
      ~ permission set ReadOnly                                    access/permission-sets/read-only.yaml:2
          ~ sessionDuration: "PT12H" -> "PT1H"
          ~ managedPolicies
              - AdministratorAccess
              + ReadOnlyAccess
          ~ inlinePolicy
              ~ Allow on *, Action:
                  - s3:List*
                  + s3:PutObject
              - Allow iam:* on *
              + [OnlyS3] Deny everything but s3:* on *
          + tags.team: "platform"
      ~ permission set ReadOnly is put in force in 2 accounts: sandbox and payments-prod
      + permission set S3FullAccess                                access/permission-sets/s3.yaml:2
          description: "Object storage for developers"
          sessionDuration: PT2H
          managedPolicies: job-function/ViewOnlyAccess
          customerManagedPolicies: /platform/DeveloperBase
          inlinePolicy:
              Allow s3:Get*, s3:List* on * when Bool aws:MultiFactorAuthPresent is true
          permissionsBoundary: PowerUserAccess
          tags: team=platform

      Assignments
      + group developers gets S3FullAccess in sandbox (111122223333)  access/assignments.yaml:3
      - a deleted user (9067-1) loses Old in payments-prod (444455556666)

      Plan: 5 to add, 3 to change, 1 to put in force, 1 to disable, 5 to remove. Nobody gains or loses access.
      "
    `);
  });

  it("says until when something is given, and why", () => {
    const given = (expires: string, reason: string): Change => ({
      id: "membership:developers/alice",
      kind: "membership",
      action: "create",
      key: { group: "developers", user: "alice" },
      before: null,
      after: {},
      cause: "config",
      source: null,
      reason,
      expires,
      dependsOn: [],
    });
    const text = (change: Change): string => planText(planOf({ changes: [change] }), options);
    expect(text(given("2027-01-01T00:00:00.000Z", "OPS-1"))).toContain(
      '+ alice joins group developers\n    through 2026-12-31\n    reason: "OPS-1"\n',
    );
    expect(text(given("2027-01-01T10:30:00.000Z", "a\u001b[2J"))).toContain(
      '    until 2027-01-01T10:30:00Z\n    reason: "a\\u{1b}[2J"\n',
    );
  });

  it("says who loses, who gains and whose access changes, one line for all who are alike", () => {
    const text = planText(planOf({ access, accounts }), options);
    expect(text).toMatchInlineSnapshot(`
      "Access
      - carol loses Administrator in prod (444455556666) through group "Platform Team" and a direct assignment
      + alice and bob gain S3FullAccess in sandbox through group developers
      + 9 people (person-01, person-02, person-03, person-04, person-05, person-06 and 3 more) gain ReadOnly in prod (444455556666), prod (555500001111) and sandbox through group everybody
      ~ dan keeps Billing in sandbox through a direct assignment, whose content changes

      No changes. Identity Center matches access/ (10 users, 4 groups, 1 membership, 5 permission sets, 1,200 assignments).
      "
    `);
  });

  it("names everybody when asked for all", () => {
    expect(planText(planOf({ access, accounts }), { ...options, full: true })).toContain("person-09");
    expect(planText(planOf({ access, accounts }), options)).not.toContain("person-09");
  });

  it("counts what would be too many lines", () => {
    const gained = Array.from({ length: 50 }, (_, index) => ({
      user: `user${index}`,
      permissionSet: `Set${index}`,
      accounts: ["111122223333"],
      via: ["group/all"],
      cause: "config" as const,
    }));
    const text = planText(planOf({ access: { gained, lost: [], changed: [] } }), options);
    expect(text.match(/ gains /g)).toHaveLength(40);
    expect(text).toContain("and 10 more lines like these (--verbose shows them all)");
  });

  it("gives the reason for what is withheld, notes, and a refusal with its way out", () => {
    const [create] = everyChange.filter(({ kind }) => kind === "assignment");
    if (create === undefined) throw new Error("the fixture has an assignment");
    const plan = planOf({
      changes: everyChange.slice(0, 1),
      withheld: [
        { change: create, code: "principal-missing", reason: "the group developers is not there yet" },
        { change: create, code: "principal-missing", reason: "the group developers is not there yet" },
      ],
      live: { ...planOf().live, complete: false },
      notes: [
        diagnostic({ code: "ignored", severity: "info", message: "2 groups are ignored: AWSA, AWSB." }),
      ],
      diagnostics: [
        diagnostic({
          code: "first-contact",
          severity: "error",
          message: "idc has never been applied to this Identity Center, and this plan would remove 2 groups.",
          help: "To mean it: idc apply --adopt=sha256:0.",
        }),
      ],
    });
    expect(planText(plan, options)).toMatchInlineSnapshot(`
      "Plan for Identity Center d-1111222233 (eu-west-1)

      People
      + user alice: Alice Nguyen, alice@example.com  access/people.yaml:4
          title: "Engineer"

      Withheld: wanted, and not done now
      ! the group developers is not there yet
          + group developers gets S3FullAccess in sandbox (111122223333)
          + group developers gets S3FullAccess in sandbox (111122223333)

      note: 2 groups are ignored: AWSA, AWSB.

      error first-contact: idc has never been applied to this Identity Center, and this plan would remove 2 groups.
        help: To mean it: idc apply --adopt=sha256:0.

      Identity Center could not be read whole: what the missing parts hold is unknown and left alone.
      Refused: 1 error above. Nothing of this plan is applied.
      Plan: 1 to add, 0 to change, 0 to remove. Nobody gains or loses access. 2 changes withheld.
      "
    `);
  });

  it("does not call wanted what could not be read, and counts it when it is much", () => {
    const [first] = everyChange.filter(({ kind }) => kind === "assignment");
    if (first === undefined) throw new Error("the fixture has an assignment");
    const unread = everyChange.slice(0, 11).map((change, index) => {
      const reason = `what it would change could not be read: ${index}`;
      return { change, code: "incomplete-read", reason } as const;
    });
    const inactive = { change: first, code: "account-inactive", reason: "it is SUSPENDED" } as const;
    const few = planText(planOf({ withheld: [...unread.slice(0, 2), inactive] }), options);
    expect(few).toMatchInlineSnapshot(`
      "Withheld: wanted, and not done now
      ! it is SUSPENDED
          + group developers gets S3FullAccess in sandbox (111122223333)

      Not known, and left alone
      ! what it would change could not be read: 0
          + user alice: Alice Nguyen, alice@example.com
      ! what it would change could not be read: 1
          ~ user bob

      No changes. But 3 changes withheld: Identity Center does not match access/.
      "
    `);
    const many = planOf({ withheld: [inactive, ...unread] });
    expect(planText(many, options)).toMatchInlineSnapshot(`
      "Withheld: wanted, and not done now
      ! it is SUSPENDED
          + group developers gets S3FullAccess in sandbox (111122223333)

      Not known, and left alone
      ! 4 users, 3 groups, 2 memberships and 2 permission sets (--verbose names them)

      No changes. But 12 changes withheld: Identity Center does not match access/.
      "
    `);
    expect(planText(many, { ...options, full: true })).toContain("could not be read: 10\n");
    expect(driftText(many, options)).toContain("\nNot known, and left alone\n! ");
  });

  it("says in one line that there is nothing to do", () => {
    expect(planText(planOf(), options)).toBe(
      "No changes. Identity Center matches access/ (10 users, 4 groups, 1 membership, 5 permission sets, 1,200 assignments).\n",
    );
    expect(driftText(planOf(), { ...options, dir: "teams/access/" })).toMatch(
      /^No drift\. Identity Center matches teams\/access\/ \(/,
    );
  });

  it("does not say that all is well while access that is over is in force", () => {
    const overdue = diagnostic({ code: "expired-in-force", severity: "warning", message: "1 assignment." });
    const text = driftText(planOf({ diagnostics: [overdue] }), options);
    expect(text).toMatch(/^warning expired-in-force: 1 assignment\.\n/m);
    expect(text).toMatch(/\nNo drift\. But access that is over is still in force\.\n$/);
  });

  it("counts what it leaves alone", () => {
    const plan = planOf({ summary: { ...planOf().summary, unmanaged: 12 } });
    expect(planText(plan, options)).toMatch(/\. 12 objects in Identity Center are not managed here\.\n$/);
  });

  it("does not claim a match that was not seen", () => {
    const incomplete = planText(planOf({ live: { ...planOf().live, complete: false } }), options);
    expect(incomplete).not.toContain("matches");
    const change = everyChange[0];
    if (change === undefined) throw new Error("the fixture has changes");
    const withheld = [{ change, code: "user-disabled", reason: "alice is DISABLED" } as const];
    expect(planText(planOf({ withheld }), options)).toContain("does not match access/");
    const unknown = planOf({ withheld, live: { ...planOf().live, complete: false } });
    expect(planText(unknown, options)).toContain("may or may not match access/");
  });

  it("tells what came several times once, with its help line by line", () => {
    const denied = {
      code: "incomplete-read",
      severity: "warning",
      message: "Not allowed.",
      help: "Grant it.\nOr ask.",
      source: null,
      change: null,
    } as const;
    const other = { ...denied, message: "Also not." };
    const text = planText(planOf({ diagnostics: [denied, other, denied, denied] }), options);
    const help = "  help: Grant it.\n        Or ask.\n";
    expect(text).toContain(
      `warning incomplete-read: Not allowed. (3 times)\n${help}warning incomplete-read: Also not.\n${help}\n`,
    );
  });

  it("counts people with the right verbs", () => {
    const summary = planOf().summary;
    const last = (gained: number, lost: number): string =>
      planText(planOf({ changes: everyChange.slice(0, 1), summary: { ...summary, gained, lost } }), options)
        .trimEnd()
        .split("\n")
        .at(-1) ?? "";
    expect(last(0, 0)).toMatch(/Nobody gains or loses access\.$/);
    expect(last(2, 1)).toMatch(/\. 2 people gain access, 1 loses\.$/);
    expect(last(1, 2)).toMatch(/\. 1 person gains access, 2 lose\.$/);
    expect(last(0, 1)).toMatch(/\. 1 person loses access\.$/);
  });

  it("tells what was different already apart from what the files change, by why it is different", () => {
    expect(planText(parted(), options)).toMatchInlineSnapshot(`
      "Plan for Identity Center d-1111222233 (eu-west-1)

      Groups
      + group developers                                              access/groups.yaml:2
          description: "Build and run"
      + alice joins group developers                                  access/groups.yaml:4

      Access
      + alice and bob gain S3FullAccess in sandbox through group developers

      Already different before this change
      Not what this change does; applying it puts these right as well.

      Changed by hand, or merged and not applied yet
      - carol leaves group administrators                             access/groups.yaml:7

      Access
      - carol loses Administrator in payments-prod through group "Platform Team" and a direct assignment

      Accounts that joined, moved or were tagged anew
      + group developers gets S3FullAccess in sandbox (111122223333)  access/assignments.yaml:3

      Ran out
      - user dan is deleted

      Not in force everywhere yet
      ~ permission set ReadOnly is put in force in 2 accounts: sandbox and payments-prod

      Compared with 0a1b2c3d4e5f.
      Plan: 3 to add, 0 to change, 1 to put in force, 2 to remove. 2 people gain access, 1 loses.
      "
    `);
  });

  it("names what it compared with, and that it was applied last", () => {
    const plan = planOf({ changes: everyChange, base: { commit } });
    const applied = { ...plan, live: { ...plan.live, mark: commit } };
    expect(planText(plan, options)).toContain("\nCompared with 0a1b2c3d4e5f.\nPlan: ");
    expect(planText(applied, options)).toContain(
      "\nCompared with 0a1b2c3d4e5f, which was applied last.\nPlan: ",
    );
    const digest = { ...plan, base: { commit: `sha256:${commit}` } };
    expect(planText(digest, options)).toContain("\nCompared with sha256:0a1b2c3d4e5f.\nPlan: ");
    expect(planText(planOf({ base: { commit } }), options)).toMatch(/^No changes\. /);
  });

  it("does not pass for more than what was read", () => {
    const live = { ...planOf().live, targeted: true };
    expect(planText(planOf({ changes: everyChange, live }), options)).toContain(
      "\nOnly what this change touches was read from Identity Center; the rest is taken to be as the base says.\nPlan: ",
    );
    expect(planText(planOf({ live }), options)).toMatch(/\nNo changes\. What was read matches access\/\.\n$/);
  });

  it("uses colour only when told to, and the same words", () => {
    const plan = planOf({ changes: everyChange });
    const colored = planText(plan, { ...options, color: true });
    expect(colored).toContain("\u001b[32m+\u001b[39m");
    expect(stripVTControlCharacters(colored)).toBe(planText(plan, options));
  });
});

describe("driftText", () => {
  it("tells the same plan the other way round", () => {
    expect(driftText(planOf({ changes: everyChange.map(because("drift")) }), options)).toMatchInlineSnapshot(`
      "Drift of Identity Center d-1111222233 (eu-west-1): changed by hand, or not applied yet
      + there beyond the files   - missing   ~ different: what the files say -> what is there

      People
      - user alice is missing                                      access/people.yaml:4
      ~ user bob is different                                      access/people.yaml:9
          ~ title: "Principal Engineer" -> "Engineer"
          + nickName: "Bobby"
          - locale: "en-GB"
      + user carol is to have no access and has some
          ~ groups
              + administrators
              + developers
      + user dan is not in the files

      Groups
      ~ group "Platform Team" is different                         access/groups.yaml:12
          ~ description: "new" -> "old"
      + carol is in group administrators                           access/groups.yaml:7
      - group developers is missing                                access/groups.yaml:2
      - alice is not in group developers                           access/groups.yaml:4
      + group old is not in the files

      Permission sets
      + permission set Old is not in the files
          description: "Object storage for developers"
          sessionDuration: PT2H
          managedPolicies: job-function/ViewOnlyAccess
          customerManagedPolicies: /platform/DeveloperBase
          inlinePolicy:
              Allow s3:Get*, s3:List* on * when Bool aws:MultiFactorAuthPresent is true
          permissionsBoundary: PowerUserAccess
          tags: team=platform
      ~ permission set ReadOnly is different                       access/permission-sets/read-only.yaml:2
          ~ sessionDuration: "PT1H" -> "PT12H"
          ~ managedPolicies
              - ReadOnlyAccess
              + AdministratorAccess
          ~ inlinePolicy
              ~ Allow on *, Action:
                  - s3:PutObject
                  + s3:List*
              - [OnlyS3] Deny everything but s3:* on *
              + Allow iam:* on *
          - tags.team: "platform"
      ~ permission set ReadOnly is not in force as it stands in 2 accounts: sandbox and payments-prod
      - permission set S3FullAccess is missing                     access/permission-sets/s3.yaml:2

      Assignments
      - group developers does not have S3FullAccess in sandbox (111122223333)  access/assignments.yaml:3
      + a deleted user (9067-1) has Old in payments-prod (444455556666)

      Drift: 6 in Identity Center beyond the files, 4 different, 5 missing in Identity Center.
      "
    `);
  });

  it("tells what was changed by hand apart from what is not applied yet", () => {
    expect(driftText(parted(), options)).toMatchInlineSnapshot(`
      "Drift of Identity Center d-1111222233 (eu-west-1): changed by hand, or not applied yet
      + there beyond the files   - missing   ~ different: what the files say -> what is there

      Changed by hand, or merged and not applied yet
      + carol is in group administrators                                       access/groups.yaml:7

      Access until this is put right
      + carol has Administrator in payments-prod through group "Platform Team" and a direct assignment, which the files do not give

      Accounts that joined, moved or were tagged anew
      - group developers does not have S3FullAccess in sandbox (111122223333)  access/assignments.yaml:3

      Ran out
      + user dan is not in the files

      Not in force everywhere yet
      ~ permission set ReadOnly is not in force as it stands in 2 accounts: sandbox and payments-prod

      Changed in the files and not applied yet
      - group developers is missing                                            access/groups.yaml:2
      - alice is not in group developers                                       access/groups.yaml:4

      Access until this is put right
      - alice and bob lack S3FullAccess in sandbox through group developers

      Compared with 0a1b2c3d4e5f.
      Drift: 2 in Identity Center beyond the files, 1 different, 3 missing in Identity Center. 1 person has access that the files do not give, 2 people lack access that the files give.
      "
    `);
  });

  it("says that a guard would refuse to put it right", () => {
    const limit = diagnostic({
      code: "max-removals",
      severity: "error",
      message: "This plan takes too much.",
    });
    const text = driftText(planOf({ diagnostics: [limit] }), options);
    expect(text).toContain("\nTo put this right is refused: 1 error above.\n");
    expect(text).not.toContain("Refused:");
  });

  it("says who has access that the files do not give", () => {
    expect(driftText(planOf({ access: accessBecause("drift"), accounts }), options)).toMatchInlineSnapshot(`
      "Access until this is put right
      + carol has Administrator in prod (444455556666) through group "Platform Team" and a direct assignment, which the files do not give
      - alice and bob lack S3FullAccess in sandbox through group developers
      - 9 people (person-01, person-02, person-03, person-04, person-05, person-06 and 3 more) lack ReadOnly in prod (444455556666), prod (555500001111) and sandbox through group everybody
      ~ dan has Billing in sandbox through a direct assignment, whose content is not what the files say

      No drift. Identity Center matches access/ (10 users, 4 groups, 1 membership, 5 permission sets, 1,200 assignments).
      "
    `);
  });
});

describe("hostile names", () => {
  const nasty = "x\u001b[2J\u202egod\n+ user root: Root, root@example.com";
  const hostile = planOf({
    changes: everyChange.map((change) =>
      change.kind === "group" && change.action === "create"
        ? { ...change, key: { name: nasty }, after: { description: nasty } }
        : change.kind === "assignment"
          ? { ...change, key: { ...change.key, principal: nasty, permissionSet: nasty } }
          : change,
    ),
    access: {
      gained: [
        {
          user: nasty,
          permissionSet: nasty,
          accounts: ["111122223333"],
          via: [`group/${nasty}`],
          cause: "config" as const,
        },
      ],
      lost: [],
      changed: [],
    },
    accounts: { "111122223333": nasty },
    notes: [diagnostic({ code: "n", severity: "info", message: nasty, help: nasty })],
  });

  it("can neither repaint the terminal nor forge a line", () => {
    for (const text of [planText(hostile, options), driftText(hostile, options)]) {
      expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
      expect(text).not.toMatch(/^\+ user root/m);
      expect(text).toContain("x\\u{1b}[2J\\u{202e}god\\u{a}");
    }
  });
});
