import type { Cause, Change } from "../../model/change.js";
import type { Plan } from "../../model/plan.js";
import type { PermissionSetChange } from "./telling.js";

/** The part of a plan that has some of the causes. */
export type Share = Pick<Plan, "changes" | "access">;

/** What the files ask for. */
export function ofFiles(plan: Plan): Share {
  return shareOf(plan, (cause) => cause === "config");
}

/** What was different already. */
export function ofOtherCauses(plan: Plan): Share {
  return shareOf(plan, (cause) => cause !== "config");
}

export function shareOf({ changes, access }: Plan, takes: (cause: Cause) => boolean): Share {
  const taken = <T extends { readonly cause: Cause }>(all: readonly T[]): readonly T[] =>
    all.filter(({ cause }) => takes(cause));
  return {
    changes: taken(changes),
    access: { gained: taken(access.gained), lost: taken(access.lost), changed: taken(access.changed) },
  };
}

export function permissionSetChanges(changes: readonly Change[]): readonly PermissionSetChange[] {
  return changes.filter((change) => change.kind === "permissionSet");
}
