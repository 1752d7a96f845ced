import type { Change } from "../../model/change.js";
import { grouped } from "../../model/grouped.js";
import type { AccountId, Keys } from "../../model/keys.js";
import { listed } from "../../model/plural.js";
import { isWeakened } from "../../policy/weakening.js";
import { countedStatus } from "../revoked.js";
import { statusesAfter } from "../status.js";
import { endsGiven } from "./ends-given.js";
import type { Judged } from "./judged.js";
import { unseenIn } from "./unseen.js";

/** What a plan takes away from one user, group, permission set or account, where, and the change where there is a single one. */
export type Taken = {
  readonly what: string;
  readonly accounts: readonly AccountId[];
  readonly change: Change | null;
};

/**
 * What a plan takes away from whom or what, by name. Memberships and grants that end by themselves, or that somebody
 * added by hand, are not taken: they were never there to stay. Nor does a person who leaves take anything from the set they
 * held, unless nobody is left with it. Who cannot sign in is not left with anything that somebody loses who can.
 */
export type Takings = {
  readonly users: Takes;
  readonly groups: Takes;
  readonly permissionSets: Takes;
  readonly accounts: Takes;
  /** What is taken from members whom nobody could see, by their group. */
  readonly unseen: Takes;
};
type Takes = ReadonlyMap<string, readonly Taken[]>;

export function takingsOf(judged: Judged): Takings {
  const takings = {
    users: new Map<string, Taken[]>(),
    groups: new Map<string, Taken[]>(),
    permissionSets: new Map<string, Taken[]>(),
    accounts: new Map<AccountId, Taken[]>(),
    unseen: new Map<string, Taken[]>(),
  };
  const unseen = unseenIn(judged);
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
  const status = countedStatus(judged.live);
  const later = statusesAfter(judged.changes, status);
  const isAble = (user: string): boolean => later.get(user) !== "DISABLED";
  const wasAble = (user: string): boolean => status.get(user) !== "DISABLED";
  const emptied = new Set<string>();
  for (const change of judged.changes) {
    if (change.action === "disable" && !isDisabledAgain(change, judged))
      take("users", change.key.name, "is disabled", change);
    if (change.kind === "permissionSet" && change.action === "update" && change.cause !== "drift")
      if (isWeakened(change.before, change.after))
        take("permissionSets", change.key.name, "allows less than before, or may", change);
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
  const lost = judged.access.lost.filter((row) => !isPassing(row));
  for (const { user, permissionSet, accounts } of lost)
    if (!takings.users.has(user)) take("users", user, `loses ${permissionSet}`, null, accounts);
  takeLast();
  for (const { kind, name, what } of endsGiven(judged, isAble)) take(kind, name, what, null);
  return takings;

  function takeMembership(change: Change, { group, user }: Keys["membership"]): void {
    take("users", user, `leaves the group ${group}`, change);
    const members = judged.after.membersOf(group);
    if (emptied.has(group) || some(members, (one) => isAble(one) || !wasAble(user))) return;
    emptied.add(group);
    take("groups", group, `is left without members${members.size > 0 ? whoCan : ""}`, change);
  }

  function takeGrant(change: Change, key: Keys["assignment"]): void {
    const { principalType, principal, permissionSet, account } = key;
    const what = `loses ${permissionSet}`;
    take(principalType === "user" ? "users" : "groups", principal, what, change, [account]);
    if (principalType === "group" && unseen.isGroup(principal))
      take("unseen", principal, what, change, [account]);
    if (principalType === "user" && judged.owned.leavers.has(principal)) return;
    const whose = `${principalType} ${principal}`;
    take("permissionSets", permissionSet, `is taken from ${whose}`, change, [account]);
    take("accounts", account, `loses ${permissionSet} of ${whose}`, change);
  }

  /** Whoever the last ones were, and whatever took it from them: a set without holders, an account without anybody. */
  function takeLast(): void {
    if (lost.length === 0 || unseen.areGrants) return;
    const byAnybody = whatIsHeldBy(() => true);
    const byAble = whatIsHeldBy(isAble);
    const sets = new Set<string>();
    const accounts = new Set<AccountId>();
    for (const row of lost) {
      const held = wasAble(row.user) ? byAble : byAnybody;
      if (!held.sets.has(row.permissionSet)) sets.add(row.permissionSet);
      for (const account of row.accounts) if (!held.accounts.has(account)) accounts.add(account);
    }
    for (const set of sets)
      take("permissionSets", set, `is left to nobody${byAnybody.sets.has(set) ? whoCan : ""}`, null);
    for (const account of accounts) {
      const who = byAnybody.accounts.has(account) ? `${whoCan} and` : " who";
      take("accounts", account, `is left without anybody${who} reaches it`, null);
    }
  }

  /** The permission sets and the accounts that are left to somebody who counts. */
  function whatIsHeldBy(counts: (user: string) => boolean): {
    readonly sets: ReadonlySet<string>;
    readonly accounts: ReadonlySet<AccountId>;
  } {
    const sets = new Set<string>();
    const accounts = new Set<AccountId>();
    for (const key of judged.held.assignments.values()) {
      if (sets.has(key.permissionSet) && accounts.has(key.account)) continue;
      const isUnseen = key.principalType === "group" && key.orphan !== true && unseen.isGroup(key.principal);
      if (!isUnseen && !some(judged.after.holdersOf(key), counts)) continue;
      sets.add(key.permissionSet);
      accounts.add(key.account);
    }
    return { sets, accounts };
  }
}

const whoCan = " who can sign in";

function some(users: Iterable<string>, counts: (user: string) => boolean): boolean {
  for (const user of users) if (counts(user)) return true;
  return false;
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

/** The first change that takes something by itself. */
export function changeOf(taken: readonly Taken[]): string | null {
  return taken.find(({ change }) => change !== null)?.change?.id ?? null;
}

function isPassing({ cause }: Pick<Change, "cause">): boolean {
  return cause === "expiry" || cause === "drift";
}

/** Whether the files had somebody disabled before, and what goes is what was given back by hand. */
function isDisabledAgain(
  { cause, key }: Extract<Change, { action: "disable" }>,
  { declared }: Judged,
): boolean {
  return cause === "drift" && declared.users.get(key.name)?.value.status === "disabled";
}
