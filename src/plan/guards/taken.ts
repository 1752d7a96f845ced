import type { Change } from "../../model/change.js";
import { grouped } from "../../model/grouped.js";
import type { AccountId, Keys } from "../../model/keys.js";
import { listed } from "../../model/plural.js";
import { isWeakened } from "../../policy/weakening.js";
import type { Judged } from "./judged.js";

/** What a plan takes away from one user, group, permission set or account, where, and the change where there is a single one. */
export type Taken = {
  readonly what: string;
  readonly accounts: readonly AccountId[];
  readonly change: Change | null;
};

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
  const take = (
    kind: keyof typeof takings,
    name: string,
    what: string,
    change: Change | null,
    accounts: readonly AccountId[] = [],
  ): void => {
    const taken: Taken = { what, accounts, change };
    const before = takings[kind].get(name);
    if (before === undefined) takings[kind].set(name, [taken]);
    else before.push(taken);
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
      case "applicationAssignment":
        // Goes with the person alone, which is told already.
        break;
    }
  }
  for (const { user, permissionSet, accounts, cause } of judged.access.lost)
    if (cause !== "expiry" && cause !== "drift" && !takings.users.has(user))
      take("users", user, `loses ${permissionSet}`, null, accounts);
  return takings;

  function takeMembership(change: Change, { group, user }: Keys["membership"]): void {
    take("users", user, `leaves the group ${group}`, change);
    if (judged.after.membersOf(group).size === 0) take("groups", group, "is left without members", change);
  }

  function takeGrant(change: Change, key: Keys["assignment"]): void {
    const { principalType, principal, permissionSet, account } = key;
    const holder = principalType === "user" ? "users" : "groups";
    take(holder, principal, `loses ${permissionSet}`, change, [account]);
    if (principalType === "user" && judged.owned.leavers.has(principal)) return;
    const whose = `${principalType} ${principal}`;
    take("permissionSets", permissionSet, `is taken from ${whose}`, change, [account]);
    take("accounts", account, `loses ${permissionSet} of ${whose}`, change);
  }
}

/** `is disabled, leaves the group administrators and is taken from user emil in web-prod and 2 more accounts`. */
export function takenWords(taken: readonly Taken[], accountNames: ReadonlyMap<AccountId, string>): string {
  return listed(
    grouped(taken, ({ what }) => what).map((alike) => {
      const accounts = alike.flatMap((one) => one.accounts).map((id) => accountNames.get(id) ?? id);
      return `${alike[0].what}${accounts.length === 0 ? "" : ` in ${listed(accounts, 3)}`}`;
    }),
    3,
  );
}

function isPassing({ cause }: Change): boolean {
  return cause === "expiry" || cause === "drift";
}
