import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exitCode } from "../../src/run/exit-code.js";
import type { Waiting } from "../../src/run/late-principals.js";
import { runApply } from "../../src/run/apply.js";
import { runPlan } from "../../src/run/plan.js";
import { accounts } from "../sandbox/world.js";
import { runs } from "../support/runs.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const tenMinutes = 600_000;
const dev = accounts.dev;

/** Files of which an identity provider makes the groups: each gets Read, where it is there. */
function externalWorld(...groups: readonly string[]): RunWorld {
  return createRunWorld({
    "access/settings.yaml": "identityCenter: {identitySource: external}\n",
    "access/rules.yaml": `permissionSets: {Read: {}}
assignments:
  - {groups: ${JSON.stringify(groups)}, permissionSets: [Read], accounts: ["${dev}"]}
`,
  });
}

/** Waits in `world`, and says before each pause what happens in it; `rounds` counts the pauses. */
function waitingIn(
  world: RunWorld,
  before: (round: number, left: number) => void = () => {},
  most = tenMinutes,
): Waiting & { readonly rounds: readonly (readonly string[])[] } {
  const rounds: string[][] = [];
  return {
    most,
    clock: world.time,
    begun: null,
    rounds,
    onWait: (late, left) => {
      rounds.push(late.map(({ type, name }) => `${type} ${name}`));
      before(rounds.length, left);
    },
  };
}

function times(world: RunWorld, operation: string): number {
  return world.sent.filter((sent) => sent === `identitystore ${operation}`).length;
}

function writesIn(world: RunWorld): readonly string[] {
  return world.sent.filter((operation) => / (Create|Update|Delete|Put|Attach|Detach|Tag)/.test(operation));
}

/** The groups that hold something. */
function holders(world: RunWorld): readonly string[] {
  const { assignments, groups } = world.sandbox.state;
  return [...assignments.values()]
    .map(({ principalId }) => groups.get(principalId)?.displayName ?? principalId)
    .sort();
}

describe("an apply that waits for a group", () => {
  test("which comes in the third round, plans anew and does all", async () => {
    const world = externalWorld("late");
    const waiting = waitingIn(world, (round) => {
      if (round === 3) world.group("late");
    });
    const run = await runApply(world.order({ waiting }));
    expect(exitCode(run.verdicts)).toBe(0);
    expect(holders(world)).toEqual(["late"]);
    expect(run.plan?.withheld).toEqual([]);
    expect(run.plan?.diagnostics).toEqual([]);
    expect(waiting.rounds).toHaveLength(3);
    // Two looks in vain, one that finds it, and nothing read anew until then.
    expect([times(world, "GetGroupId"), times(world, "ListUsers")]).toEqual([3, 2]);
  });

  test("which never comes, waits as long as it may, does the rest and says how long it waited", async () => {
    const world = externalWorld("late", "here");
    world.group("here");
    const began = world.clock.time;
    const waiting = waitingIn(world);
    let waited = 0;
    const confirm = async () => {
      waited = world.clock.time - began;
      return "yes" as const;
    };
    const run = await runApply(world.order({ waiting, confirm }));
    expect(exitCode(run.verdicts)).toBe(1);
    expect(holders(world)).toEqual(["here"]);
    expect(waited).toBe(tenMinutes);
    expect(run.plan?.withheld.map(({ reason }) => reason)).toEqual([
      "the group late is not in the identity store after waiting 10m, and is not managed here",
    ]);
    expect(run.plan?.diagnostics).toMatchObject([
      {
        code: "principal-missing",
        severity: "warning",
        message:
          "1 group that the files name is not in Identity Center after waiting 10m: late (access/rules.yaml:3). The identity source is external: groups come from the identity provider, and idc makes none.",
        source: { file: "access/rules.yaml", line: 3 },
      },
    ]);
    expect(run.plan?.diagnostics[0]?.help).not.toContain("--wait-for-principals");
    // From two seconds to half a minute between looks, each of one request.
    expect([times(world, "GetGroupId"), waiting.rounds.length]).toEqual([25, 25]);
    expect(times(world, "ListUsers")).toBe(2);
  });

  test("is not begun where it is not asked for, and told as a way out", async () => {
    const world = externalWorld("late");
    const run = await runApply(world.order());
    expect(exitCode(run.verdicts)).toBe(1);
    expect([times(world, "GetGroupId"), times(world, "ListUsers")]).toEqual([0, 1]);
    expect(run.plan?.withheld[0]?.reason).toBe(
      "the group late is not in the identity store yet, and is not managed here",
    );
    expect(run.plan?.diagnostics[0]?.help).toContain("idc apply --wait-for-principals 10m");
  });

  test("which comes in another case, ends at once and says so, whoever else is late", async () => {
    const world = externalWorld("late", "later");
    const waiting = waitingIn(world, (round) => {
      if (round === 2) world.group("Late");
    });
    const run = await runApply(world.order({ waiting }));
    expect(exitCode(run.verdicts)).toBe(3);
    expect(run.diagnostics).toMatchObject([
      {
        code: "group-name-case",
        severity: "error",
        message:
          'The group "late" differs only in case from "Late" in Identity Center; they would be one group there.',
        help: 'Write "Late" in the files, or rename it where it comes from first.',
        source: { file: "access/rules.yaml", line: 3 },
      },
    ]);
    expect(waiting.rounds).toHaveLength(2);
    expect(writesIn(world).filter((operation) => !operation.includes("CreateGroup"))).toEqual([]);
  });

  test("and nine others sends a request a name and round, and none for those that have come", async () => {
    const names = Array.from({ length: 10 }, (_, index) => `team-${index}`);
    const world = externalWorld(...names);
    const waiting = waitingIn(world, (round) => {
      const come = round === 1 ? names.slice(0, 3) : round === 3 ? names.slice(3) : [];
      for (const name of come) world.group(name);
    });
    expect(exitCode((await runApply(world.order({ waiting }))).verdicts)).toBe(0);
    expect(holders(world)).toEqual(names);
    expect(times(world, "GetGroupId")).toBe(10 + 7 + 7);
    expect(waiting.rounds.map((late) => late.length)).toEqual([10, 7, 7]);
  });

  test("looks on while the lists do not have what the look-up finds", async () => {
    const world = externalWorld("late");
    world.group("late");
    world.faults = ({ operation }) =>
      operation === "identitystore ListGroups" && times(world, "ListGroups") < 3
        ? { edit: () => ({ Groups: [] }) }
        : null;
    const waiting = waitingIn(world);
    expect(exitCode((await runApply(world.order({ waiting }))).verdicts)).toBe(0);
    expect(holders(world)).toEqual(["late"]);
    expect(waiting.rounds).toHaveLength(2);
  });

  test("ends with the reason when nobody can say whether it is there", async () => {
    const world = externalWorld("late");
    world.faults = ({ operation, count }) =>
      operation === "identitystore GetGroupId" && count === 2
        ? { refuse: "AccessDeniedException", message: "no" }
        : null;
    await expect(runApply(world.order({ waiting: waitingIn(world) }))).rejects.toMatchObject({
      kind: "denied",
      action: "identitystore:GetGroupId",
    });
    expect(writesIn(world)).toEqual([]);
  });

  test.each(["before a pause", "in the middle of one"])(
    "ends at once when it is interrupted %s, and has changed nothing",
    async (when) => {
      const world = externalWorld("late");
      const interruption = new AbortController();
      const reason = new Error("interrupted");
      let at = 0;
      const waiting = waitingIn(world, (round) => {
        if (round !== 3) return;
        at = world.clock.time;
        if (when === "before a pause") interruption.abort(reason);
        else queueMicrotask(() => interruption.abort(reason));
      });
      const { signal } = interruption;
      await expect(runApply(world.order({ waiting, signal }))).rejects.toBe(reason);
      expect([times(world, "GetGroupId"), waiting.rounds.length]).toEqual([2, 3]);
      expect(world.clock.time).toBe(at);
      expect(writesIn(world)).toEqual([]);
    },
  );

  test("does not wait where a checkout is refused anyway", async () => {
    const world = externalWorld("here");
    world.group("here");
    world.commit = "b".repeat(40);
    await runApply(world.order());
    world.files["access/rules.yaml"] = world.files["access/rules.yaml"]?.replace("here", "late") ?? "";
    world.commit = "a".repeat(40);
    const waiting = waitingIn(world);
    const run = await runApply(world.order({ waiting, ancestryOf: async () => "not-ancestor" }));
    expect([exitCode(run.verdicts), waiting.rounds]).toEqual([5, []]);
  });
});

describe("an apply of a saved plan", () => {
  test("waits for nobody for whom nothing was reviewed", async () => {
    const world = externalWorld("late", "here");
    world.group("here");
    const { plan: saved } = await runPlan(world.order());
    const waiting = waitingIn(world);
    const run = await runApply(world.order({ saved, waiting }));
    expect([exitCode(run.verdicts), waiting.rounds]).toEqual([1, []]);
    expect(holders(world)).toEqual(["here"]);
    expect(run.plan?.withheld[0]?.reason).toContain("is not in the identity store yet");
  });

  test("waits for whom something was reviewed and who has gone since", async () => {
    const world = externalWorld("late");
    const id = world.group("late");
    const { plan: saved } = await runPlan(world.order());
    world.store("DeleteGroup", { GroupId: id });
    const waiting = waitingIn(world, (round) => {
      if (round === 2) world.group("late");
    });
    const run = await runApply(world.order({ saved, waiting }));
    expect(exitCode(run.verdicts)).toBe(0);
    expect(holders(world)).toEqual(["late"]);
  });
});

describe("a plan that waits", () => {
  test("has what the late group is to get, and is what apply then takes", async () => {
    const world = externalWorld("late");
    const waiting = waitingIn(world, (round) => {
      if (round === 2) world.group("late");
    });
    const { plan, verdicts } = await runPlan(world.order({ waiting }));
    expect(verdicts).toEqual(["pending"]);
    expect(plan?.changes.map(({ id }) => id)).toContain(`assignment:group/late:Read:${dev}`);
    expect(exitCode((await runApply(world.order({ saved: plan }))).verdicts)).toBe(0);
    expect(holders(world)).toEqual(["late"]);
  });

  test("waits for people as well, who join a group or get something directly", async () => {
    const world = createRunWorld({
      "access/settings.yaml": "identityCenter: {manage: {users: none}}\n",
      "access/rules.yaml": `groups: {devs: {members: [ann, ben]}}
permissionSets: {Read: {}}
assignments:
  - {users: [cat], permissionSets: [Read], accounts: ["${dev}"]}
`,
    });
    world.user("ben");
    const waiting = waitingIn(world, (round) => {
      if (round === 1) world.user("ann");
      if (round === 2) world.user("cat");
    });
    const { plan } = await runPlan(world.order({ waiting }));
    expect(waiting.rounds).toEqual([["user cat", "user ann"], ["user cat"]]);
    expect(plan?.withheld).toEqual([]);
    expect(times(world, "GetUserId")).toBe(3);
  });
});

test("who comes within the time gets what is theirs, and just who does not is told as missing", async () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 2 * tenMinutes }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 1000, max: tenMinutes }), async (after, most) => {
      const names = after.map((_, index) => `team-${index}`);
      const world = externalWorld(...names);
      const come: string[] = [];
      const waiting = waitingIn(
        world,
        (_, left) => {
          for (const [index, name] of names.entries()) {
            if ((after[index] ?? 0) > most - left || come.includes(name)) continue;
            world.group(name);
            come.push(name);
          }
        },
        most,
      );
      const began = world.clock.time;
      const { plan, verdicts } = await runPlan(world.order({ waiting }));
      expect(world.clock.time - began).toBeLessThanOrEqual(most);
      expect(times(world, "ListUsers")).toBe(2);
      const missing = names.filter((name) => !come.includes(name));
      expect(plan?.withheld.map(({ change }) => change.id)).toEqual(
        missing.map((name) => `assignment:group/${name}:Read:${dev}`),
      );
      expect(verdicts.includes("incomplete")).toBe(missing.length > 0);
      await runApply(world.order({ saved: plan }));
      expect(holders(world)).toEqual(come.toSorted());
    }),
    { numRuns: runs(30) },
  );
});
