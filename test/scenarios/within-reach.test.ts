import fc from "fast-check";
import { expect, test } from "vitest";
import type { AssignmentKey } from "../../src/model/keys.js";
import type { State } from "../../src/model/state.js";
import { parseOrganization } from "../../src/sandbox/organization.js";
import { newState } from "../../src/sandbox/state.js";
import { createLiveWorld } from "../live/live-world.js";
import { applied, deleting, failures, planFor } from "../support/applying.js";
import { organizations, stateOf } from "../support/organizations.js";
import { runs } from "../support/runs.js";

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

test("a delegated administrator, beside a suspended account, is never asked for what the service refuses", async () => {
  await fc.assert(
    fc.asyncProperty(organizations(), organizations(), async (first, second) => {
      const [from, to] = [inManagement(first), inManagement(second)];
      const world = createLiveWorld({ state: newState(organization) });
      const owner = await world.connect();
      expect(
        failures(await applied(world, owner, await planFor(owner, from, { settings: deleting }))),
      ).toEqual([]);

      const accounts = new Map(world.sandbox.state.organization.accounts);
      const old = accounts.get(suspended);
      if (old === undefined) throw new Error("there is no such account");
      accounts.set(suspended, { ...old, status: "SUSPENDED" });
      world.sandbox.state.organization = { ...world.sandbox.state.organization, accounts };

      const credentials = { accessKeyId: "AKIASECURITY", secretAccessKey: "secret" };
      const delegated = await world.connect({ credentials });
      const inactive = { settings: deleting, inactiveAccounts: new Map([[suspended, "SUSPENDED"]]) };
      expect(failures(await applied(world, delegated, await planFor(delegated, to, inactive)))).toEqual([]);

      const next = await planFor(await world.connect({ credentials }), to, inactive);
      expect(next.changes).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
});
