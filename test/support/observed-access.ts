import type { SandboxState } from "../../src/sandbox/state.js";
import { roleKey } from "../../src/sandbox/state.js";

/**
 * What everybody reaches in a sandbox as it stands, as texts `user set account content`: read from its own tables, and
 * written without the engine's idea of access.
 */
export function observedAccess(state: SandboxState): ReadonlySet<string> {
  return new Set(observedWays(state).values());
}

/** The same by the way it is reached: user, set, account, and the group or user that holds the assignment. */
export function observedWays(state: SandboxState): ReadonlyMap<string, string> {
  const ways = new Map<string, string>();
  for (const { accountId, permissionSetArn, principalType, principalId } of state.assignments.values()) {
    const set = state.permissionSets.get(permissionSetArn)?.name ?? "?";
    const role = state.roles.get(roleKey(accountId, permissionSetArn));
    const content = role === undefined ? "no role" : JSON.stringify(role.content).replaceAll(" ", "");
    const userIds =
      principalType === "USER"
        ? [principalId]
        : state.memberships.by("group", principalId).map(({ userId }) => userId);
    const holder =
      principalType === "USER"
        ? "directly"
        : `through ${state.groups.get(principalId)?.displayName ?? principalId}`;
    for (const id of userIds) {
      const user = state.users.get(id)?.attributes.UserName;
      if (user !== undefined)
        ways.set(`${user} ${set} ${accountId} ${holder}`, `${user} ${set} ${accountId} ${content}`);
    }
  }
  return ways;
}

/** The same without content: who reaches which set where. */
export function withoutContent(access: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...access].map((text) => text.split(" ").slice(0, 3).join(" ")));
}
