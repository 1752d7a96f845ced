import type { Change } from "../../model/change.js";
import type { AccountId, Keys } from "../../model/keys.js";
import { isWeakened } from "../../policy/weakening.js";
import type { Judged } from "./judged.js";

/** What a plan takes away from one user, group, permission set or account: in words, and the change where there is a single one. */
export type Taken = { readonly what: string; readonly change: Change | null };

/**
 * What a plan takes away from whom or what, by name. What ends by itself, and what somebody added by hand, is not taken: it
 * was never there to stay. Nor does a person who leaves take anything from the set they held.
 */
export type Takings = {
  readonly users: Takes;
  readonly groups: Takes;
  readonly permissionSets: Takes;
  readonly accounts: Takes;
};
type Takes = ReadonlyMap<string, readonly Taken[]>;

export function takingsOf(judged: Judged): Takings {
  const takings = {
    users: new Map<string, Taken[]>(),
    groups: new Map<string, Taken[]>(),
    permissionSets: new Map<string, Taken[]>(),
    accounts: new Map<AccountId, Taken[]>(),
  };
  const take = (kind: keyof typeof takings, name: string, what: string, change: Change | null): void => {
    const before = takings[kind].get(name);
    if (before === undefined) takings[kind].set(name, [{ what, change }]);
    else before.push({ what, change });
  };
  for (const change of judged.changes) {
    if (change.action === "disable") take("users", change.key.name, "is disabled", change);
    if (change.kind === "permissionSet" && change.action === "update" && change.cause !== "drift")
      if (isWeakened(change.before, change.after))
        take("permissionSets", change.key.name, "allows less than before", change);
    if (change.action !== "delete") continue;
    switch (change.kind) {
      case "user":
        take("users", change.key.name, "is removed", change);
        break;
      case "group":
        take("groups", change.key.name, "is removed", change);
        break;
      case "permissionSet":
        take("permissionSets", change.key.name, "is removed", change);
        break;
      case "membership":
        if (!isPassing(change)) takeMembership(change, change.key);
        break;
      case "assignment":
        if (!isPassing(change) && change.key.orphan !== true) takeGrant(change, change.key);
        break;
    }
  }
  for (const { user, permissionSet, accounts, cause } of judged.access.lost)
    if (cause !== "expiry" && cause !== "drift" && !takings.users.has(user))
      take("users", user, `loses ${permissionSet} in ${accounts.join(", ")}`, null);
  return takings;

  function takeMembership(change: Change, { group, user }: Keys["membership"]): void {
    take("users", user, `leaves the group ${group}`, change);
    if (judged.after.membersOf(group).size === 0) take("groups", group, "is left without members", change);
  }

  function takeGrant(change: Change, key: Keys["assignment"]): void {
    const { principalType, principal, permissionSet, account } = key;
    take(
      principalType === "user" ? "users" : "groups",
      principal,
      `loses ${permissionSet} in ${account}`,
      change,
    );
    if (principalType === "user" && judged.owned.leavers.has(principal)) return;
    take("permissionSets", permissionSet, `is taken from ${principal} in ${account}`, change);
    take("accounts", account, `loses ${permissionSet} of ${principal}`, change);
  }
}

function isPassing({ cause }: Change): boolean {
  return cause === "expiry" || cause === "drift";
}
