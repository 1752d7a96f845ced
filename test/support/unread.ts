import fc from "fast-check";
import { LiveError } from "../../src/model/live-error.js";
import type { Gap, GapScope, Snapshot } from "../../src/model/snapshot.js";
import { accountPool } from "./organizations.js";

/** What may fail to be read, with all that is then unknown, as a reading covers it. */
export const troubles: fc.Arbitrary<readonly GapScope[]> = fc.oneof(
  fc.constantFrom("red", "green", "blue").map((group) => [{ kind: "membership", group } as const]),
  fc
    .tuple(fc.constantFrom("Read", "Write", "Admin"), fc.constantFrom(null, ...accountPool))
    .map(([permissionSet, account]): readonly GapScope[] =>
      account === null
        ? [
            { kind: "provisioning", permissionSet },
            { kind: "assignment", permissionSet, account },
          ]
        : [{ kind: "assignment", permissionSet, account }],
    ),
  fc
    .constantFrom("Read", "Write", "Admin")
    .map((permissionSet) => [{ kind: "permissionSet", permissionSet } as const]),
  fc
    .constantFrom("user", "group", "permissionSet")
    .map((kind): readonly GapScope[] => [
      { kind },
      kind === "permissionSet" ? { kind: "provisioning" } : { kind: "membership" },
      { kind: "assignment" },
    ]),
);

/** The truth without what could not be read. */
export function readWith(truth: Snapshot, covers: readonly GapScope[]): Snapshot {
  const isHidden = (kind: GapScope["kind"], about: Readonly<Record<string, string>>): boolean =>
    covers.some((scope) =>
      Object.entries(scope).every(([part, value]) =>
        part === "kind" ? value === kind : value === null || about[part] === value,
      ),
    );
  const without = <V>(
    map: ReadonlyMap<string, V>,
    hidden: (value: V, key: string) => boolean,
  ): ReadonlyMap<string, V> => new Map([...map].filter(([key, value]) => !hidden(value, key)));
  const { state } = truth;
  const error = new LiveError("Reading failed.", { kind: "throttled" });
  return {
    ...truth,
    state: {
      users: without(state.users, () => isHidden("user", {})),
      applicationAssignments: state.applicationAssignments,
      groups: without(state.groups, () => isHidden("group", {})),
      memberships: without(state.memberships, ({ group }) => isHidden("membership", { group })),
      permissionSets: without(state.permissionSets, (_, permissionSet) =>
        isHidden("permissionSet", { permissionSet }),
      ),
      assignments: without(state.assignments, ({ permissionSet, account }) =>
        isHidden("assignment", { permissionSet, account }),
      ),
    },
    provisioned: without(truth.provisioned, (_, permissionSet) =>
      isHidden("provisioning", { permissionSet }),
    ),
    lagging: without(truth.lagging, (_, permissionSet) => isHidden("provisioning", { permissionSet })),
    gaps: [{ covers, error } satisfies Gap],
  };
}
