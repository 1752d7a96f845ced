import fc from "fast-check";
import { expect, test } from "vitest";
import { applyPlan } from "../../src/apply/apply.js";
import type { ApplyResult } from "../../src/model/apply-result.js";
import type { Connection } from "../../src/live/connect.js";
import type { Declared } from "../../src/model/declared.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import type { Plan } from "../../src/model/plan.js";
import type { State } from "../../src/model/state.js";
import { makePlan } from "../../src/plan/plan.js";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import { createLiveWorld } from "../live/live-world.js";
import type { LiveWorld } from "../live/live-world.js";
import { declaring, defaultSettings } from "../support/declarations.js";
import { organizations, stateOf } from "../support/organizations.js";

const never = new AbortController().signal;
const management = "999900001111";
const suspended = "444455556666";
const organization = parseOrganization(`
managementAccount: {id: "${management}", name: management}
region: eu-west-1
accounts:
  - {id: "111122223333", name: sandbox}
  - {id: "${suspended}", name: old}
  - {id: "222200002222", name: security}
callers:
  AKIASECURITY: {account: "222200002222", as: delegated-administrator}
`);
const settings = { ...defaultSettings, onUserRemoval: "delete" } as const;

/** The random organization with one of its accounts taken for the management account. */
function inManagement(state: State): State {
  const moved = (key: AssignmentKey): AssignmentKey =>
    key.account === "333300001111" ? { ...key, account: management } : key;
  return stateOf({
    ...state,
    memberships: [...state.memberships.values()],
    assignments: [...state.assignments.values()].map(moved),
  });
}

async function planFor(connection: Connection, state: State, given: Partial<Declared>): Promise<Plan> {
  const live = await connection.reader.snapshot({ kind: "all" }, never);
  const declared = declaring(state, { settings, ...given });
  const plan = makePlan({ declared, live, purpose: "plan", toolVersion: "0.0.0", adopt: null });
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return plan.value;
}

async function failures(
  world: LiveWorld,
  { reader, writer }: Connection,
  plan: Plan,
): Promise<readonly unknown[]> {
  const ports = { reader, writer, clock: world.time, signal: never, operationsInFlight: 10, on: () => {} };
  const { outcomes, errors }: ApplyResult = await applyPlan(plan, ports);
  return [...outcomes.filter(({ outcome }) => outcome.status !== "done"), ...errors];
}

test("a delegated administrator, beside a suspended account, is never asked for what the service refuses", async () => {
  await fc.assert(
    fc.asyncProperty(organizations(), organizations(), async (first, second) => {
      const [from, to] = [inManagement(first), inManagement(second)];
      const world = createLiveWorld({ state: newState(organization) });
      const owner = await world.connect();
      expect(await failures(world, owner, await planFor(owner, from, {}))).toEqual([]);

      const accounts = new Map(world.sandbox.state.organization.accounts);
      const old = accounts.get(suspended);
      if (old === undefined) throw new Error("there is no such account");
      accounts.set(suspended, { ...old, status: "SUSPENDED" });
      world.sandbox.state.organization = { ...world.sandbox.state.organization, accounts };

      const credentials = { accessKeyId: "AKIASECURITY", secretAccessKey: "secret" };
      const delegated = await world.connect({ credentials });
      const inactive = { inactiveAccounts: new Map([[suspended, "SUSPENDED"]]) };
      expect(await failures(world, delegated, await planFor(delegated, to, inactive))).toEqual([]);

      const next = await planFor(await world.connect({ credentials }), to, inactive);
      expect(next.changes).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
