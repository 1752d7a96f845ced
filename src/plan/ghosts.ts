import type { AccountId } from "../model/keys.js";
import type { Gap, Snapshot } from "../model/snapshot.js";

/** By permission set: accounts that have its role although nobody is assigned it there, as far as that is known. */
export type GhostRoles = ReadonlyMap<string, readonly AccountId[]>;

/**
 * Roles that nobody is assigned: provisioned by hand, or left by a removal that failed half-way. Whoever has an assignment
 * there counts, deleted or not. Where that could not be read, nothing is said.
 */
export function ghostRoles({ state, provisioned, gaps }: Snapshot): GhostRoles {
  const assigned = new Set(
    [...state.assignments.values()].map(({ permissionSet, account }) => pairOf(permissionSet, account)),
  );
  return new Map(
    [...provisioned].flatMap(([set, accounts]) => {
      const ghosts = accounts.filter(
        (account) => !assigned.has(pairOf(set, account)) && !isUnread(set, account, gaps),
      );
      return ghosts.length === 0 ? [] : [[set, ghosts] as const];
    }),
  );
}

/** Whether it could not be read who holds the set in the account. */
export function isUnread(permissionSet: string, account: AccountId, gaps: readonly Gap[]): boolean {
  return gaps.some(({ covers }) =>
    covers.some(
      (scope) =>
        scope.kind === "assignment" &&
        (!("account" in scope) ||
          (scope.permissionSet === permissionSet && (scope.account ?? account) === account)),
    ),
  );
}

/** A permission set's name has no space in it. */
export function pairOf(permissionSet: string, account: AccountId): string {
  return `${permissionSet} ${account}`;
}
