import type { AccountId } from "../model/keys.js";
import type { Snapshot } from "../model/snapshot.js";

// What a delegated administrator may not touch, by AWS's user guide (delegated administration): assignments in the
// management account, and permission sets that are provisioned there, wherever they are assigned.

/** Whether `account` is the management account and the caller acts from another one. */
export function isBeyondCaller(
  account: AccountId,
  { caller, instance }: Pick<Snapshot, "caller" | "instance">,
): boolean {
  return !caller.isManagement && account === instance.ownerAccountId;
}

/** Whether `permissionSet` is provisioned in the management account and the caller acts from another one. */
export function isSetBeyondCaller(
  permissionSet: string,
  live: Pick<Snapshot, "caller" | "instance" | "provisioned">,
): boolean {
  return (live.provisioned.get(permissionSet) ?? []).some((account) => isBeyondCaller(account, live));
}
