import { noConsent } from "../../src/plan/consent.js";
import { describe, expect, it } from "vitest";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runDrift, runPlan } from "../../src/run/plan.js";
import { LiveError } from "../../src/model/live-error.js";
import type { Plan } from "../../src/model/plan.js";
import { unmarked } from "../../src/run/unmarked.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const people = `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
`;
const groups = (members: string): string => `groups:\n  developers: {members: [${members}]}\n`;

function createWorld(): RunWorld {
  return createRunWorld({ "access/people.yaml": people, "access/groups.yaml": groups("alice") });
}

/** What the next plan would do, without looking at it as a run. */
async function pending(world: RunWorld): Promise<readonly string[]> {
  const { plan } = await runPlan(world.order());
  return plan?.changes.map(({ id, action }) => `${action} ${id}`) ?? ["no plan"];
}

async function planned(world: RunWorld): Promise<Plan> {
  const { plan } = await runPlan(world.order());
  if (plan === null) throw new Error("the files are at fault");
  return plan;
}

function writesIn(world: RunWorld): readonly string[] {
  return world.sent.filter((operation) =>
    / (Create|Update|Delete|Put|Attach|Detach|Tag|Provision)/.test(operation),
  );
}

function readings(world: RunWorld): number {
  return world.sent.filter((operation) => operation === "identitystore ListUsers").length;
}

describe("runApply", () => {
  it("plans, asks, applies and moves the mark; then there is nothing to do", async () => {
    const world = createWorld();
    const asked: Plan[] = [];
    const run = await runApply(
      world.order({
        confirm: async (plan) => {
          asked.push(plan);
          expect(writesIn(world)).toEqual([]);
          return "yes";
        },
      }),
    );
    expect(exitCode(run.verdicts)).toBe(0);
    expect(asked).toHaveLength(1);
    expect(run.result?.outcomes.map(({ outcome }) => outcome.status)).toEqual([
      "done",
      "done",
      "done",
      "done",
    ]);
    expect(run.mark).toBe(run.plan?.declared.digest);
    expect(await pending(world)).toEqual([]);

    const again = await runApply(world.order({ confirm: async () => Promise.reject(new Error("asked")) }));
    expect(again).toMatchObject({ verdicts: [], mark: null });
  });

  it("moves the mark when nothing is to be done but the commit is new", async () => {
    const world = createWorld();
    await runApply(world.order());
    world.commit = "a".repeat(40);
    const run = await runApply(world.order());
    expect(run.mark).toBe(world.commit);
    expect((await planned(world)).live.mark).toBe(world.commit);
  });

  it.each([
    ["no", 130],
    ["nobody-there", 3],
  ] as const)("writes nothing when the answer is %s", async (answer, code) => {
    const world = createWorld();
    const run = await runApply(world.order({ confirm: async () => answer }));
    expect(exitCode(run.verdicts)).toBe(code);
    expect(run.result).toBeNull();
    expect(writesIn(world)).toEqual([]);
  });

  it("stops at the files' faults before it asks AWS for anything", async () => {
    const world = createWorld();
    world.files["access/groups.yaml"] = groups("alcie");
    const run = await runApply(world.order());
    expect(exitCode(run.verdicts)).toBe(3);
    expect(run.diagnostics).toMatchObject([{ code: "unknown-user" }]);
    expect(run.files.get("access/groups.yaml")).toBe(groups("alcie"));
    expect(world.sent).toEqual([]);
  });

  it.each([true, false])(
    "refuses a checkout older than what was applied, before any write (clean: %s)",
    async (clean) => {
      const world = createWorld();
      world.commit = "b".repeat(40);
      await runApply(world.order());
      world.files["access/groups.yaml"] = groups("");
      world.sent.length = 0;
      const run = await runApply(
        world.order({
          checkout: async () => ({ head: "a".repeat(40), clean }),
          ancestryOf: async () => "not-ancestor",
        }),
      );
      expect(exitCode(run.verdicts)).toBe(5);
      expect(run.diagnostics).toMatchObject([{ code: "base-limits-unknown" }, { code: "stale-checkout" }]);
      expect(writesIn(world)).toEqual([]);
    },
  );

  it("tells that Organizations may not be read, not that the files are wrong, where they need it and name no accounts", async () => {
    const world = createWorld();
    world.files["access/assignments.yaml"] =
      "permissionSets: {Read: {}}\nassignments: [{groups: [developers], permissionSets: [Read], accounts: [sandbox]}]\n";
    world.faults = ({ operation }) =>
      operation === "organizations ListAccounts" ? { refuse: "AccessDeniedException", message: "no" } : null;
    await expect(runApply(world.order())).rejects.toMatchObject({
      kind: "denied",
      action: "organizations:ListAccounts",
    });
    expect(writesIn(world)).toEqual([]);
  });

  it("refuses removals on first contact until they are meant", async () => {
    const world = createWorld();
    await runApply(world.order());
    await unmark(world);
    world.files["access/groups.yaml"] = groups("");
    const refused = await runApply(world.order());
    expect(exitCode(refused.verdicts)).toBe(4);
    expect(refused.plan?.diagnostics).toMatchObject([{ code: "first-contact" }]);
    const adopt = refused.plan?.digest ?? "";
    expect(exitCode((await runApply(world.order({ consent: { ...noConsent, adopt } }))).verdicts)).toBe(0);
    expect(await pending(world)).toEqual([]);
  });

  it("does not do what a saved plan did not have, and refuses when the files ask for more", async () => {
    const world = createWorld();
    await runApply(world.order());
    world.files["access/groups.yaml"] = groups("alice, bob");
    const saved = await planned(world);

    world.files["access/groups.yaml"] = groups("bob");
    const more = await runApply(world.order({ saved }));
    expect(exitCode(more.verdicts)).toBe(5);
    expect(more.result).toBeNull();

    world.files["access/groups.yaml"] = groups("alice, bob");
    const done = await runApply(world.order({ saved }));
    expect(done.result?.outcomes.map(({ change }) => change.id)).toEqual(["membership:developers/bob"]);
    const afterwards = await runApply(world.order({ saved }));
    expect(afterwards).toMatchObject({ verdicts: [], plan: { changes: [] } });
  });

  it("refuses a plan saved for another instance", async () => {
    const world = createWorld();
    const plan = await planned(world);
    const saved = {
      ...plan,
      instance: { ...plan.instance, arn: "arn:aws:sso:::instance/ssoins-ffff222233334444" },
    };
    const run = await runApply(world.order({ saved }));
    expect(exitCode(run.verdicts)).toBe(5);
    expect(writesIn(world)).toEqual([]);
  });

  describe("when the answer takes its time", () => {
    it("looks again, and leaves alone what somebody else has changed meanwhile", async () => {
      const world = createWorld();
      await runApply(world.order());
      world.files["access/groups.yaml"] = groups("bob");
      const run = await runApply(
        world.order({
          confirm: async () => {
            // Somebody else takes alice out of the group, and the answer comes an hour later.
            const other = world.files;
            world.files = { ...other, "access/groups.yaml": groups("") };
            await runApply(world.order());
            world.files = other;
            world.clock.time += 3_600_000;
            return "yes";
          },
        }),
      );
      expect(run.verdicts).toEqual([]);
      expect(run.result?.outcomes.map(({ change }) => `${change.action} ${change.id}`)).toEqual([
        "create membership:developers/bob",
      ]);
    });

    it("is stale when the files would now ask for more than was agreed to", async () => {
      const world = createWorld();
      await runApply(world.order());
      world.files["access/groups.yaml"] = groups("bob");
      const run = await runApply(
        world.order({
          confirm: async () => {
            const other = world.files;
            world.files = {
              "access/people.yaml": people.replace("Alice", "Alicia"),
              "access/groups.yaml": groups("alice"),
            };
            await runApply(world.order());
            world.files = other;
            world.clock.time += 3_600_000;
            return "yes";
          },
        }),
      );
      expect(exitCode(run.verdicts)).toBe(5);
      expect(run.result).toBeNull();
    });

    it("refuses when somebody has applied a newer commit meanwhile", async () => {
      const world = createWorld();
      world.commit = "a".repeat(40);
      await runApply(world.order());
      world.files["access/groups.yaml"] = groups("alice, bob");
      const run = await runApply(
        world.order({
          ancestryOf: async (older) => (older === "b".repeat(40) ? "not-ancestor" : "ancestor"),
          confirm: async () => {
            const other = world.files;
            world.files = { ...other, "access/groups.yaml": groups("alice") };
            world.commit = "b".repeat(40);
            await runApply(world.order());
            world.commit = "a".repeat(40);
            world.files = other;
            world.clock.time += 3_600_000;
            return "yes";
          },
        }),
      );
      expect(exitCode(run.verdicts)).toBe(5);
      expect(run.diagnostics).toMatchObject([{ code: "base-limits-unknown" }, { code: "stale-checkout" }]);
    });

    it("refuses, however quick the answer, when somebody has applied a newer commit since this was planned", async () => {
      const world = createWorld();
      world.commit = "a".repeat(40);
      await runApply(world.order());
      world.files["access/groups.yaml"] = groups("alice, bob");
      const run = await runApply(
        world.order({
          ancestryOf: async (older) => (older === "b".repeat(40) ? "not-ancestor" : "ancestor"),
          confirm: async () => {
            const other = world.files;
            world.files = { ...other, "access/groups.yaml": groups("") };
            world.commit = "b".repeat(40);
            await runApply(world.order());
            world.commit = "a".repeat(40);
            world.files = other;
            world.sent.length = 0;
            return "yes";
          },
        }),
      );
      expect(exitCode(run.verdicts)).toBe(5);
      expect(run.diagnostics).toMatchObject([{ code: "base-limits-unknown" }, { code: "stale-checkout" }]);
      expect(writesIn(world)).toEqual([]);
    });

    it.each([
      ["the machine slept, and its clock with it", 9 * 3_600_000, 0],
      ["the wall clock was set back", -9 * 3_600_000, 9 * 3_600_000],
    ])("counts it as late when %s", async (_, onTheWall, passed) => {
      const world = createWorld();
      await runApply(world.order());
      world.files["access/groups.yaml"] = groups("alice, bob");
      let wall = Date.parse("2026-01-02T22:00:00Z");
      world.sent.length = 0;
      let before = 0;
      const run = await runApply(
        world.order({
          wallClock: () => wall,
          confirm: async () => {
            before = readings(world);
            wall += onTheWall;
            world.clock.time += passed;
            return "yes";
          },
        }),
      );
      expect(run.verdicts).toEqual([]);
      expect(readings(world)).toBe(2 * before);
    });

    it("does not look again right after the reading", async () => {
      const world = createWorld();
      let before = 0;
      await runApply(
        world.order({
          confirm: async () => {
            before = world.sent.filter((operation) => operation === "identitystore ListUsers").length;
            return "yes";
          },
        }),
      );
      const readings = world.sent.slice(
        0,
        world.sent.findIndex((operation) => operation.includes("Create")),
      );
      expect(readings.filter((operation) => operation === "identitystore ListUsers")).toHaveLength(before);
    });
  });

  it("leaves the mark alone and says so in the exit code when something fails", async () => {
    const world = createWorld();
    world.faults = ({ operation }) =>
      operation === "identitystore CreateGroupMembership" ? { refuse: "AccessDeniedException" } : null;
    const run = await runApply(world.order());
    expect(exitCode(run.verdicts)).toBe(1);
    expect(run.mark).toBeNull();
    expect(run.result?.outcomes.map(({ outcome }) => outcome.status).sort()).toEqual([
      "done",
      "done",
      "done",
      "failed",
    ]);
    world.faults = null;
    expect((await planned(world)).live.mark).toBeNull();
  });

  it("fails, and is not interrupted, when the credentials end", async () => {
    const world = createWorld();
    world.faults = () =>
      world.sent.includes("identitystore CreateGroupMembership") ? { refuse: "ExpiredTokenException" } : null;
    const run = await runApply(world.order());
    expect(exitCode(run.verdicts)).toBe(1);
    expect(run.mark).toBeNull();
    expect(world.sent.filter((operation) => operation.endsWith("TagResource"))).toEqual([]);
  });

  it("tells a mark that could not be set", async () => {
    const world = createWorld();
    world.faults = ({ operation }) =>
      operation === "sso-admin TagResource" ? { refuse: "AccessDeniedException" } : null;
    const run = await runApply(world.order());
    expect(exitCode(run.verdicts)).toBe(1);
    expect(run.result?.errors).toMatchObject([{ kind: "denied", action: "sso:TagResource" }]);
    expect(run.result?.errors[0]?.message).toMatch(
      /^Everything was applied, but the mark could not be moved: The caller may not use sso-admin TagResource/,
    );
    expect(run.result?.errors[0]?.help).toMatch(
      /^Grant the IAM action sso:TagResource .*\nThen run idc apply again\. .* may not notice an older checkout\.$/,
    );
  });

  it("leaves it to another run's mark to say what it means", () => {
    const error = new LiveError("Another run has applied its files.", { kind: "conflict" });
    expect(unmarked(error)).toBe(error);
  });

  it("stops when interrupted: nothing is begun after the signal", async () => {
    const world = createWorld();
    const controller = new AbortController();
    const run = await runApply(
      world.order({
        signal: controller.signal,
        confirm: async () => {
          controller.abort();
          return "yes";
        },
      }),
    );
    expect(exitCode(run.verdicts)).toBe(130);
    expect(writesIn(world)).toEqual([]);
  });
});

describe("runDrift", () => {
  it("finds what was changed by hand, and is not refused by what would refuse an apply", async () => {
    const world = createWorld();
    await runApply(world.order());
    expect((await runDrift(world.order())).verdicts).toEqual([]);
    await unmark(world);
    world.files["access/groups.yaml"] = groups("");
    const { plan, verdicts } = await runDrift(world.order());
    expect(plan?.diagnostics).toMatchObject([{ code: "first-contact", severity: "error" }]);
    expect(plan?.changes.map(({ cause }) => cause)).toEqual(["drift"]);
    expect(exitCode(verdicts)).toBe(2);
  });

  it("is not a plain yes or no when something could not be read", async () => {
    const world = createWorld();
    await runApply(world.order());
    world.faults = ({ operation }) =>
      operation === "identitystore ListGroupMemberships" ? { refuse: "AccessDeniedException" } : null;
    world.files["access/people.yaml"] = people.replace("Alice", "Alicia");
    const { plan, verdicts } = await runDrift(world.order());
    expect(plan?.changes).not.toEqual([]);
    expect(exitCode(verdicts)).toBe(1);
  });
});

async function unmark(world: RunWorld): Promise<void> {
  world.sandbox.state.tags.clear();
}
