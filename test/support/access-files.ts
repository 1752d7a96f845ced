import type { Settings } from "../../src/model/declared.js";
import type { State } from "../../src/model/state.js";

/** Access files that say exactly `state`, under these guardrails. JSON is YAML. */
export function accessFiles(
  state: State,
  { onUserRemoval }: Pick<Settings, "onUserRemoval">,
  guardrails: object = {},
): Readonly<Record<string, string>> {
  return {
    "access/settings.yaml": JSON.stringify({
      identityCenter: { onUserRemoval },
      // Wild reorganizations take away more than any guard would let pass.
      guardrails: { maxRemovals: { percent: 100 }, ...guardrails },
    }),
    "access/all.yaml": JSON.stringify({
      users: Object.fromEntries(state.users),
      groups: Object.fromEntries(
        [...state.groups].map(([name, group]) => [name, { ...group, members: membersOf(state, name) }]),
      ),
      permissionSets: Object.fromEntries(
        [...state.permissionSets].map(([name, { inlinePolicy, permissionsBoundary: _boundary, ...set }]) => [
          name,
          { ...set, ...(inlinePolicy !== null && { inlinePolicy }) },
        ]),
      ),
      assignments: [...state.assignments.values()].map(
        ({ principalType, principal, permissionSet, account }) => ({
          [principalType === "user" ? "users" : "groups"]: [principal],
          permissionSets: [permissionSet],
          accounts: [account],
        }),
      ),
    }),
  };
}

function membersOf(state: State, group: string): readonly string[] {
  return [...state.memberships.values()].filter((key) => key.group === group).map(({ user }) => user);
}
