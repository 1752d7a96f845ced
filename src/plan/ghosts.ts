import type { AccountId } from "../model/keys.js";
import { grantKey } from "../model/reach.js";
import type { Grant } from "../model/reach.js";
import type { Gap, Snapshot } from "../model/snapshot.js";
import { concernsGrant } from "./unread.js";

/** By permission set: accounts that have its role although nobody is assigned it there, as far as that is known. */
export type GhostRoles = ReadonlyMap<string, readonly AccountId[]>;

/**
 * Roles that nobody is assigned: provisioned by hand, or left by a removal that failed half-way. Whoever has an assignment
 * there counts, deleted or not. Where that could not be read, nothing is said.
 */
export function ghostRoles({ state, provisioned, gaps }: Snapshot): GhostRoles {
  const assigned = new Set([...state.assignments.values()].map(grantKey));
  return new Map(
    [...provisioned].flatMap(([set, accounts]) => {
      const ghosts = accounts.filter((account) => {
        const grant = { permissionSet: set, account };
        return !assigned.has(grantKey(grant)) && !isUnread(grant, gaps);
      });
      return ghosts.length === 0 ? [] : [[set, ghosts] as const];
    }),
  );
}

/** Whether it could not be read who holds the set in the account. */
export function isUnread(grant: Grant, gaps: readonly Gap[]): boolean {
  return gaps.some(({ covers }) => covers.some((scope) => concernsGrant(scope, grant)));
}
