import { describe, expect, test } from "vitest";
import type { AuditLine } from "../../src/run/audit.js";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { byWrite, differences, memoryTrail, writesIn } from "../support/audit.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const files = {
  "access/team.yaml": `
users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com, title: Head of Secrets}
groups:
  developers: {members: [alice]}
permissionSets:
  Developer:
    managedPolicies: [ReadOnlyAccess]
    inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Deny, Action: "iam:*", Resource: "*"}]}
assignments:
  - {groups: [developers], permissionSets: [Developer], accounts: [sandbox]}
`,
};

const commit = "0123456789abcdef0123456789abcdef01234567";

function world(): RunWorld {
  const made = createRunWorld(files, { settleMs: 1_000 });
  made.commit = commit;
  return made;
}

/** `permissionSet:Developer CreatePermissionSet accepted` */
function shortly({ change, operation, outcome }: AuditLine): string {
  return `${change} ${operation.split(" ")[1]} ${outcome}`;
}

describe("the record of a run", () => {
  test("has the lines of every write, by the change that it belongs to, the mark's last", async () => {
    const here = world();
    const trail = memoryTrail();
    const run = await runApply(here.order({ audit: trail }));
    expect(exitCode(run.verdicts)).toBe(0);
    const plain = [
      ["user:alice", "CreateUser"],
      ["group:developers", "CreateGroup"],
      ["membership:developers/alice", "CreateGroupMembership"],
      ["permissionSet:Developer", "CreatePermissionSet"],
      ["permissionSet:Developer", "PutInlinePolicyToPermissionSet"],
      ["permissionSet:Developer", "AttachManagedPolicyToPermissionSet"],
    ].map(([change, operation]) => `${change} ${operation} sending, ${change} ${operation} accepted`);
    const assigning = "assignment:group/developers:Developer:111122223333 CreateAccountAssignment";
    const found = byWrite(trail.lines).map((write) => write.map(shortly));
    // What does not depend on each other may be written in any order.
    expect(new Set(found.slice(0, 6).map((lines) => lines.join(", ")))).toEqual(new Set(plain));
    expect(found.slice(6)).toEqual([
      [`${assigning} sending`, `${assigning} accepted`, `${assigning} succeeded`],
      ["mark TagResource sending", "mark TagResource accepted"],
    ]);
    expect(byWrite(trail.lines).map(([line]) => line?.write)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(differences(trail.lines, here.log)).toEqual([]);
  });

  test("says who, when, by which plan and commit, and nothing else", async () => {
    const here = world();
    const trail = memoryTrail();
    const { plan } = await runApply(here.order({ audit: trail }));
    const last = trail.lines.at(-1);
    expect(last).toEqual({
      time: new Date(here.clock.time).toISOString(),
      run: trail.run,
      write: 8,
      outcome: "accepted",
      code: null,
      operation: "sso-admin TagResource",
      requestId: here.log.findLast(({ operation }) => operation === "TagResource")?.requestId,
      change: "mark",
      plan: plan?.digest,
      commit,
      instance: "arn:aws:sso:::instance/ssoins-1111222233334444",
      caller: { account: "999900001111", arn: expect.stringContaining("arn:aws:") },
    });
    for (const line of trail.lines) expect(Object.keys(line)).toEqual(Object.keys(last ?? {}));
    expect(JSON.stringify(trail.lines)).not.toMatch(/Nguyen|example\.com|Secrets|iam:|ReadOnlyAccess/);
  });

  test("is empty where nothing is written, and says no commit where there is none", async () => {
    const here = world();
    here.commit = null;
    const [first, second] = [memoryTrail(), memoryTrail()];
    await runApply(here.order({ audit: first }));
    expect(new Set(first.lines.map((line) => line.commit))).toEqual(new Set([null]));
    await runApply(here.order({ audit: second }));
    expect(second.lines).toEqual([]);
  });

  test("has what is done of a saved plan under the digest of that, and of a declined one nothing", async () => {
    const here = world();
    const [declined, kept] = [memoryTrail(), memoryTrail()];
    const { plan: saved } = await runApply(here.order({ audit: declined, confirm: async () => "no" }));
    expect(declined.lines).toEqual([]);
    await runApply(here.order({ audit: kept, saved }));
    expect(new Set(kept.lines.map(({ plan }) => plan))).toEqual(new Set([saved?.digest]));
  });
});

describe("a record that cannot be kept", () => {
  const said = "The audit file audit.jsonl could not be written: the disk is full.";

  test("from the first line on, lets nothing be written", async () => {
    const here = world();
    const run = await runApply(here.order({ audit: memoryTrail(0) }));
    expect(exitCode(run.verdicts)).toBe(1);
    expect(writesIn(here.log)).toEqual([]);
    expect(run.result?.outcomes.map(({ outcome }) => outcome.status)).toEqual(
      expect.arrayContaining(["failed", "interrupted"]),
    );
    expect(run.result?.outcomes.filter(({ outcome }) => outcome.status === "skipped")).toEqual([]);
    expect(run.mark).toBeNull();
  });

  const whole = 2 * 8 + 1;
  test.each(Array.from({ length: whole }, (_, room) => room))(
    "after %i lines, lets nothing be written that is not on record, says so, and the next run goes on",
    async (room) => {
      const here = world();
      const trail = memoryTrail(room);
      const run = await runApply(here.order({ audit: trail }));
      expect(exitCode(run.verdicts)).toBe(1);
      expect(differences(trail.lines, here.log, { cut: true })).toEqual([]);
      const errors = [
        ...(run.result?.errors ?? []),
        ...(run.result?.outcomes.flatMap(({ outcome }) => ("error" in outcome ? [outcome.error] : [])) ?? []),
      ];
      expect(errors.filter(({ kind }) => kind === "unrecorded")).not.toEqual([]);
      for (const { message } of errors) expect(message).toContain(said);
      expect((run.result?.errors ?? []).length).toBeLessThan(2);

      const next = memoryTrail();
      expect(exitCode((await runApply(here.order({ audit: next }))).verdicts)).toBe(0);
      expect((await runApply(here.order())).plan?.changes).toEqual([]);
    },
  );

  test("for its very last line, moves the mark and is told all the same", async () => {
    const here = world();
    const run = await runApply(here.order({ audit: memoryTrail(whole - 1) }));
    expect(run.mark).toBe(commit);
    expect(run.result?.outcomes.every(({ outcome }) => outcome.status === "done")).toBe(true);
    expect(run.result?.errors).toMatchObject([
      {
        kind: "unrecorded",
        message: `${said} Nothing more is written to Identity Center.`,
        help: "Make room for it or give another file, then run idc apply again: it goes on from there.",
      },
    ]);
  });

  test("when all is made but the mark, leaves it and says what that means", async () => {
    const here = world();
    const run = await runApply(here.order({ audit: memoryTrail(whole - 2) }));
    expect(run.mark).toBeNull();
    expect(run.result?.errors.map(({ message }) => message)).toEqual([
      `Everything was applied, but the mark could not be moved: ${said} Nothing more is written to Identity Center.`,
    ]);
  });

  test("brings to its end what is under way", async () => {
    const here = world();
    const run = await runApply(here.order({ audit: memoryTrail(whole - 4) }));
    expect(here.log.filter(({ operation }) => operation === "CreateAccountAssignment")).toHaveLength(1);
    expect(run.result?.outcomes.find(({ change }) => change.kind === "assignment")).toMatchObject({
      outcome: { status: "done" },
    });
  });
});
