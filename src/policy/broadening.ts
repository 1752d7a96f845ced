import { secondsOf } from "../model/session-duration.js";
import type { CustomerManagedPolicy, PermissionSet, PermissionsBoundary } from "../model/state.js";
import { isBroader } from "./allowed-actions.js";
import type { ChangedActions } from "./allowed-actions.js";

/** A way in which a permission set lets people do more than before, or may: what managed policies hold is not known here. */
export type Broadening =
  | { readonly what: "actions" }
  | { readonly what: "managed-policy"; readonly arn: string }
  | { readonly what: "customer-managed-policy"; readonly policy: CustomerManagedPolicy }
  | {
      readonly what: "boundary";
      readonly from: PermissionsBoundary;
      readonly to: PermissionsBoundary | null;
    }
  | { readonly what: "session"; readonly from: string; readonly to: string };

/** How `after` is broader than `before`; empty when it is not. `actions` is what `changedActions` says of the two. */
export function broadenings(
  before: PermissionSet,
  after: PermissionSet,
  actions: readonly ChangedActions[],
): readonly Broadening[] {
  return [
    ...(actions.some(isBroader) ? [{ what: "actions" } as const] : []),
    ...after.managedPolicies
      .filter((arn) => !before.managedPolicies.includes(arn))
      .map((arn) => ({ what: "managed-policy", arn }) as const),
    ...after.customerManagedPolicies
      .filter((policy) => !before.customerManagedPolicies.some((old) => isSame(old, policy)))
      .map((policy) => ({ what: "customer-managed-policy", policy }) as const),
    ...boundaryBroadening(before.permissionsBoundary, after.permissionsBoundary),
    ...sessionBroadening(before.sessionDuration, after.sessionDuration),
  ];
}

/** A boundary is the most that is allowed: without it, or with another, that may be more. */
function boundaryBroadening(
  from: PermissionsBoundary | null,
  to: PermissionsBoundary | null,
): readonly Broadening[] {
  return from === null || (to !== null && isSameBoundary(from, to)) ? [] : [{ what: "boundary", from, to }];
}

function sessionBroadening(from: string, to: string): readonly Broadening[] {
  const [before, after] = [secondsOf(from), secondsOf(to)];
  const isLonger = before === null || after === null ? from !== to : after > before;
  return isLonger ? [{ what: "session", from, to }] : [];
}

function isSameBoundary(left: PermissionsBoundary, right: PermissionsBoundary): boolean {
  if ("managedPolicy" in left) return "managedPolicy" in right && left.managedPolicy === right.managedPolicy;
  return "customerManagedPolicy" in right && isSame(left.customerManagedPolicy, right.customerManagedPolicy);
}

function isSame(left: CustomerManagedPolicy, right: CustomerManagedPolicy): boolean {
  return left.name === right.name && left.path === right.path;
}
