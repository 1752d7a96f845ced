import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fault } from "../support/faulty-handler.js";
import { organizations } from "../support/organizations.js";
import { runs } from "../support/runs.js";
import {
  applyFiles,
  copyOf,
  doneBy,
  establishedAs,
  lies,
  pending,
  type Removal,
  troubles,
  worldOn,
} from "../support/trial.js";

const readings = [
  "identitystore ListUsers",
  "identitystore ListGroups",
  "identitystore ListGroupMemberships",
  "identitystore DescribeUser",
  "identitystore DescribeGroup",
  "sso-admin ListPermissionSets",
  "sso-admin DescribePermissionSet",
  "sso-admin ListManagedPoliciesInPermissionSet",
  "sso-admin ListCustomerManagedPolicyReferencesInPermissionSet",
  "sso-admin GetInlinePolicyForPermissionSet",
  "sso-admin GetPermissionsBoundaryForPermissionSet",
  "sso-admin ListTagsForResource",
  "sso-admin ListAccountsForProvisionedPermissionSet",
  "sso-admin ListAccountAssignments",
  "sso-admin ListAccountAssignmentCreationStatus",
  "organizations ListAccounts",
  "organizations ListRoots",
] as const;

const faults = fc.constantFrom<Fault>(
  { refuse: "AccessDeniedException", message: "no" },
  { refuse: "ResourceNotFoundException", message: "it vanished" },
  { refuse: "InternalServerException", status: 500 },
  { body: '{"Instances": [{"Inst' },
  { body: "{}" },
);

/** Which readings go wrong, from which request of their operation on, and for how many. */
const unread = fc.uniqueArray(
  fc.record({
    operation: fc.constantFrom(...readings),
    fault: faults,
    from: fc.nat(6),
    howMany: fc.constantFrom(1, 20, Number.POSITIVE_INFINITY),
  }),
  { minLength: 1, maxLength: 3, selector: ({ operation }) => operation },
);

const removals = fc.constantFrom<Removal>({ onUserRemoval: "disable" }, { onUserRemoval: "delete" });

test("a run that could not read everything does nothing that one which could would not do, and never ends with 0", async () => {
  await fc.assert(
    fc.asyncProperty(organizations(), organizations(), unread, removals, async (from, to, parts, removal) => {
      const origin = await establishedAs(from, removal);
      const whole = await pending(worldOn(copyOf(origin), to, removal));

      const state = copyOf(origin);
      const world = worldOn(state, to, removal);
      let isMet = false;
      world.faults = ({ operation, count }) => {
        const part = parts.find((one) => one.operation === operation);
        if (part === undefined || count <= part.from || count > part.from + part.howMany) return null;
        isMet = true;
        return part.fault;
      };
      const ended = await applyFiles(world);
      expect(doneBy(ended).filter((change) => !whole.includes(change))).toEqual([]);
      expect(lies(ended, await pending(worldOn(state, to, removal)))).toEqual([]);
      expect(ended.code === 0 || isMet).toBe(true);

      expect(troubles(await applyFiles(worldOn(state, to, removal)))).toEqual([]);
      expect(await pending(worldOn(state, to, removal))).toEqual([]);
    }),
    { numRuns: runs(100) },
  );
});
