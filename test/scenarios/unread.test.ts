import fc from "fast-check";
import { expect, test } from "vitest";
import type { State } from "../../src/model/state.js";
import type { SandboxState } from "../../src/sandbox/state.js";
import { boundsBetween } from "../support/bounds.js";
import type { Fault } from "../support/faulty-handler.js";
import { reorganizations } from "../support/organizations.js";
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
  untroubled,
  worldOn,
} from "../support/trial.js";

const lagging = "sso-admin ListAccountsForProvisionedPermissionSet of those that are behind";

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
  lagging,
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

/** After a run that was killed this is what matters: nobody can say where its edits are not in force yet. */
const neverTold = { operation: lagging, from: 0, howMany: Number.POSITIVE_INFINITY } as const;
const newDuration = "PT8H";

/** What a run leaves behind that was killed between its edits of permission sets and their provisioning. */
function editSets({ permissionSets }: SandboxState): void {
  for (const [arn, set] of permissionSets)
    permissionSets.set(arn, {
      ...set,
      revision: set.revision + 1,
      content: { ...set.content, sessionDuration: newDuration },
    });
}

/** The files of that run. */
function edited(state: State): State {
  const permissionSets = [...state.permissionSets].map(
    ([name, set]) => [name, { ...set, sessionDuration: newDuration }] as const,
  );
  return { ...state, permissionSets: new Map(permissionSets) };
}

const removals = fc.constantFrom<Removal>({ onUserRemoval: "disable" }, { onUserRemoval: "delete" });

test("a run that could not read everything does nothing that one which could would not do, lets nobody stray, and never ends with 0", async () => {
  await fc.assert(
    fc.asyncProperty(
      reorganizations(),
      unread,
      removals,
      fc.boolean(),
      async ({ from, to: other, strict }, drawn, removal, isCut) => {
        const cut = drawn.slice(0, isCut ? 1 : 0).map((part) => ({ ...part, ...neverTold }));
        const parts = [...drawn, ...cut];
        const begin = await establishedAs(from, removal);
        if (isCut) editSets(begin);
        const to = isCut ? withSetsOf(edited(from), other) : other;
        const whole = await pending(worldOn(copyOf(begin), to, removal));
        const bounds = boundsBetween(begin, await untroubled(begin, to, removal), {
          strict: strict && !isCut,
        });

        const state = copyOf(begin);
        const breaches: string[] = [];
        const onChange = (): void => void breaches.push(...bounds.breaches(state));
        const world = worldOn(state, to, removal, { onChange });
        let isMet = false;
        world.faults = ({ operation, input, count }) => {
          const name = "ProvisioningStatus" in input ? lagging : operation;
          const part = parts.find((one) => one.operation === name);
          if (part === undefined || count <= part.from || count > part.from + part.howMany) return null;
          isMet = true;
          return part.fault;
        };
        const ended = await applyFiles(world);
        expect(doneBy(ended).filter((change) => !whole.includes(change))).toEqual([]);
        expect(lies(ended, await pending(worldOn(state, to, removal)))).toEqual([]);
        expect(ended.code === 0 || isMet).toBe(true);

        expect(troubles(await applyFiles(worldOn(state, to, removal, { onChange })))).toEqual([]);
        expect(breaches).toEqual([]);
        expect(await pending(worldOn(state, to, removal))).toEqual([]);
      },
    ),
    { numRuns: runs(100) },
  );
});

/** `other` with the permission sets of `state`, and the assignments that these allow. */
function withSetsOf({ permissionSets }: State, other: State): State {
  const assignments = [...other.assignments].filter(([, key]) => permissionSets.has(key.permissionSet));
  return { ...other, permissionSets, assignments: new Map(assignments) };
}
