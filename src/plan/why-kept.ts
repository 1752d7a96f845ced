import { inactivity, ownerKey } from "../model/declared.js";
import type { Declared } from "../model/declared.js";
import { matchesAnyGlob, matchesGlob } from "../model/glob.js";
import type { AssignmentKey, ChangeId } from "../model/keys.js";
import type { Snapshot } from "../model/snapshot.js";
import { isBeyondCaller, isSetBeyondCaller } from "./delegated.js";
import { goes } from "./goes.js";

/** Why a grant that the files do not give stays all the same; `reason` is said after what "is left as it is". */
export type Kept = {
  readonly code: "unmanaged" | "ignored" | "organizations-unread" | "account-inactive" | "out-of-reach";
  readonly reason: string;
};

/** Null when the grant, which the files do not give, is to go and can. */
export function whyKept(id: ChangeId, key: AssignmentKey, declared: Declared, live: Snapshot): Kept | null {
  const ignored = isIgnored(key, declared);
  const named = declared.removed.assignments.has(id) || declared.ruled.has(ownerKey(key));
  if (goes(declared.settings.manage.assignments, ignored, named)) return unreachable(key, declared, live);
  return ignored
    ? { code: "ignored", reason: "as the settings ask" }
    : { code: "unmanaged", reason: "since it is not managed here" };
}

/**
 * Users with grants of their own that cannot be taken away now, which are named as `Deploy in sandbox`. Deleted, they would
 * leave them behind for nobody.
 */
export function boundByGrants(declared: Declared, live: Snapshot): ReadonlyMap<string, readonly string[]> {
  const bound = new Map<string, string[]>();
  for (const key of live.state.assignments.values()) {
    const { principalType, principal, permissionSet, account, orphan } = key;
    if (principalType !== "user" || orphan === true || immovable(key, declared, live) === null) continue;
    const grants = bound.get(principal) ?? [];
    bound.set(principal, grants);
    grants.push(`${permissionSet} in ${declared.accountNames.get(account) ?? account}`);
  }
  return bound;
}

/** Whether the settings leave this grant alone, by either end, the permission set, the account or a pattern of all three. */
export function isIgnored(key: AssignmentKey, declared: Declared): boolean {
  const { ignore } = declared.settings;
  const accountName = declared.accountNames.get(key.account) ?? key.account;
  const isAccount = (pattern: string): boolean =>
    matchesGlob(pattern, key.account) || matchesGlob(pattern, accountName);
  return (
    matchesAnyGlob(key.principalType === "user" ? ignore.users : ignore.groups, key.principal) ||
    matchesAnyGlob(ignore.permissionSets, key.permissionSet) ||
    ignore.accounts.some(isAccount) ||
    ignore.assignments.some(
      ({ principal, permissionSet, account }) =>
        matchesGlob(principal, key.principal) &&
        matchesGlob(permissionSet, key.permissionSet) &&
        isAccount(account),
    )
  );
}

/** Whether a pattern over accounts could match the grant's by a name that is not known. */
function mayBeIgnored(
  { principal, permissionSet }: AssignmentKey,
  { settings: { ignore } }: Declared,
): boolean {
  const isOfNames = (pattern: string): boolean => !/^[\d*]+$/.test(pattern);
  return (
    ignore.accounts.some(isOfNames) ||
    ignore.assignments.some(
      (pattern) =>
        isOfNames(pattern.account) &&
        matchesGlob(pattern.principal, principal) &&
        matchesGlob(pattern.permissionSet, permissionSet),
    )
  );
}

/** Why an unwanted grant cannot be taken away now and is carried over from live; null when it can. */
function unreachable(key: AssignmentKey, declared: Declared, live: Snapshot): Kept | null {
  if (declared.accountIds === null && !declared.accountNames.has(key.account)) {
    const unread =
      "in accounts that the files do not name, since AWS Organizations could not be read to tell whether";
    if (declared.openEnded.has(ownerKey(key)))
      return { code: "organizations-unread", reason: `${unread} a rule means them` };
    if (mayBeIgnored(key, declared))
      return { code: "organizations-unread", reason: `${unread} they are ignored` };
  }
  return immovable(key, declared, live);
}

/** Why the service would let nobody, or not this caller, take a grant away; null when it would. */
function immovable(key: AssignmentKey, declared: Declared, live: Snapshot): Kept | null {
  const state = inactivity(key.account, declared);
  if (state !== null) return { code: "account-inactive", reason: `in ${key.account}, which is ${state}` };
  const management = live.instance.ownerAccountId;
  if (isBeyondCaller(key.account, live))
    return {
      code: "out-of-reach",
      reason: `in the management account ${management}, which a delegated administrator cannot change`,
    };
  if (isSetBeyondCaller(key.permissionSet, live))
    return {
      code: "out-of-reach",
      reason: `with sets provisioned in the management account ${management}, which a delegated administrator cannot assign or take away`,
    };
  return null;
}
