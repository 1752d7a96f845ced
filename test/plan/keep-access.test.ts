import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/model/change.js";
import type { Declared } from "../../src/model/declared.js";
import { hasErrors } from "../../src/model/diagnostic.js";
import type { Plan } from "../../src/model/plan.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { State, UserStatus } from "../../src/model/state.js";
import { makePlan } from "../../src/plan/plan.js";
import { declaring, managing } from "../support/declarations.js";
import { guardrails, lockOutChecks } from "../support/guardrails.js";
import type { Guarding } from "../support/guardrails.js";
import { holders, missed } from "../support/holders.js";
import { withoutContent } from "../support/observed-access.js";
import { accountPool, organizations, reorganizations, userPool } from "../support/organizations.js";
import { planInput } from "../support/planning.js";
import { runs } from "../support/runs.js";
import { settledAccess, Simulation } from "../support/simulation.js";
import { draws, lagging, snapshotBehind, someOrder } from "../support/some-order.js";
import { readWith, troubles } from "../support/unread.js";

type Checks = NonNullable<Guarding["keepAccess"]>;

/** Two organizations, and checks over permission sets that at least one of them has: others would be faults of the files. */
const cases = fc
  .tuple(
    fc.oneof(
      fc.record({ from: organizations(), to: organizations() }),
      reorganizations().map(({ from, to }) => ({ from, to })),
    ),
    lockOutChecks(),
  )
  .map(([{ from, to }, drawn]) => {
    const isKnown = (set: string) => from.permissionSets.has(set) || to.permissionSets.has(set);
    return { from, to, checks: drawn.filter(({ permissionSet }) => isKnown(permissionSet)) };
  });

/** Limits that are out of the way here. */
function keeping(keepAccess: Checks): Declared["guardrails"] {
  return guardrails({
    keepAccess,
    maxRemovals: { percent: 100 },
    selfLockout: { managementAccount: "off" },
  });
}

/** The plan, unless the files are at fault or a guard refuses it: then nothing is written. */
function accepted(declared: Declared, live: Snapshot): Plan | null {
  const made = makePlan(planInput(declared, live));
  return made.ok && !hasErrors(made.value.diagnostics) ? made.value : null;
}

/** Whatever takes changes out of a plan, or people out of the count. */
const circumstances = fc.record({
  behind: lagging,
  disabled: fc.subarray([...userPool], { maxLength: 2 }),
  onUserRemoval: fc.constantFrom("disable", "delete"),
  users: fc.constantFrom("all", "all", "declared", "none"),
  scim: fc.constantFrom(null, {
    endpoint: "https://scim.example.com/x/scim/v2/",
    tokenEnv: "IDC_SCIM_TOKEN",
  }),
  unread: fc.option(troubles, { freq: 2 }),
  outOfReach: fc.constantFrom(null, null, null, ...accountPool),
  suspended: fc.constantFrom(null, null, null, ...accountPool),
});

describe("under keepAccess", () => {
  test("no plan, in whatever order its changes end and whichever fail, passes through a state with fewer people", () => {
    fc.assert(
      fc.property(
        cases,
        circumstances,
        draws,
        fc.boolean(),
        ({ from, to, checks }, met, drawn, areAllMade) => {
          const live = snapshotBehind(from, met.behind);
          const truth: Snapshot = {
            ...live,
            instance: { ...live.instance, ownerAccountId: met.outOfReach ?? live.instance.ownerAccountId },
            caller: { ...live.caller, isManagement: met.outOfReach === null },
            status: new Map([...live.status, ...met.disabled.map((user) => [user, "DISABLED"] as const)]),
          };
          const declared = declaring(to, {
            settings: managing({ users: met.users }, { onUserRemoval: met.onUserRemoval, scim: met.scim }),
            inactiveAccounts: new Map(met.suspended === null ? [] : [[met.suspended, "SUSPENDED"]]),
            guardrails: keeping(checks),
          });
          const plan = accepted(declared, met.unread === null ? truth : readWith(truth, met.unread));
          if (plan === null) return;

          const simulation = new Simulation(truth);
          const statuses = new Map(truth.status);
          const counted = () => holders(checks, simulation.access(), (user) => statuses.get(user));
          const before = counted();
          const failed = new Set<string>();
          for (const [index, change] of someOrder(plan.changes, drawn).entries()) {
            const fails = !areAllMade && (drawn[index % drawn.length] ?? 0) % 4 === 0;
            if (fails || change.dependsOn.some((id) => failed.has(id))) failed.add(change.id);
            else {
              simulation.make(change);
              const status = statusSetBy(change);
              if (change.kind === "user" && status !== null) statuses.set(change.key.name, status);
            }
            expect(missed(checks, before, counted())).toEqual([]);
          }
        },
      ),
      { numRuns: runs(3000) },
    );
  });

  test("nothing waits that does not have to: where enough people keep their way, the plan is as without guards", () => {
    fc.assert(
      fc.property(cases, lagging, ({ from, to, checks: drawn }, behind) => {
        const checks = drawn.filter((check) => areWaysKept(check, from, to));
        const live = snapshotBehind(from, behind);
        const guarded = makePlan(planInput(declaring(to, { guardrails: keeping(checks) }), live));
        const free = makePlan(planInput(declaring(to), live));
        expect(guarded.ok && guarded.value.changes).toEqual(free.ok && free.value.changes);
      }),
      { numRuns: runs(500) },
    );
  });

  test("nobody meets a set in an account that they neither had nor shall have, nor other content unless content changes", () => {
    fc.assert(
      fc.property(
        cases,
        fc.boolean(),
        lagging,
        draws,
        ({ from, to: other, checks }, isSame, behind, drawn) => {
          const to = isSame ? withContentOf(from, other) : other;
          const live = snapshotBehind(from, isSame ? [[]] : behind);
          const declared = declaring(to, {
            settings: managing({}, { onUserRemoval: "delete" }),
            guardrails: keeping(checks),
          });
          const plan = accepted(declared, live);
          if (plan === null) return;
          const simulation = new Simulation(live);
          const strip = isSame ? (access: ReadonlySet<string>) => access : withoutContent;
          const allowed = strip(new Set([...simulation.access(), ...settledAccess(to)]));
          for (const change of someOrder(plan.changes, drawn)) {
            simulation.make(change);
            expect([...strip(simulation.access())].filter((access) => !allowed.has(access))).toEqual([]);
          }
          expect(simulation.access()).toEqual(settledAccess(to));
        },
      ),
      { numRuns: runs(1500) },
    );
  });
});

function statusSetBy(change: Change): UserStatus | null {
  if (change.kind !== "user" || !("fields" in change)) return null;
  const field = change.fields.find(({ path }) => path === "status");
  return field === undefined ? null : field.after === "disabled" ? "DISABLED" : "ENABLED";
}

/** Whether so many as the check asks for, or all who hold it, hold it by one way before and after. */
function areWaysKept({ permissionSet, accounts, atLeast }: Checks[number], from: State, to: State): boolean {
  return accounts.every((account) => {
    const [before, after] = [from, to].map((state) => waysOf(state, permissionSet, account));
    const holding = new Set([...(before ?? [])].map((way) => way.split(" ")[0]));
    const keeping = new Set(
      [...(before ?? [])].filter((way) => after?.has(way)).map((way) => way.split(" ")[0]),
    );
    return keeping.size >= Math.min(atLeast, holding.size);
  });
}

/** As `user holder`. */
function waysOf({ memberships, assignments }: State, set: string, account: string): ReadonlySet<string> {
  return new Set(
    [...assignments.values()]
      .filter((key) => key.permissionSet === set && key.account === account)
      .flatMap(({ principalType, principal }) =>
        principalType === "user"
          ? [`${principal} user`]
          : [...memberships.values()]
              .filter(({ group }) => group === principal)
              .map(({ user }) => `${user} group/${principal}`),
      ),
  );
}

/** `other` with the permission sets that `state` has as they are there. */
function withContentOf({ permissionSets }: State, other: State): State {
  return {
    ...other,
    permissionSets: new Map(
      [...other.permissionSets].map(([name, set]) => [name, permissionSets.get(name) ?? set] as const),
    ),
  };
}
