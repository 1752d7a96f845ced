import { byText } from "./text.js";
import { principalRef } from "./keys.js";
import type { AccountId, AssignmentKey, PrincipalType } from "./keys.js";
import type { AccessRow } from "./plan.js";
import type { State } from "./state.js";

/** A permission set in an account. */
export type Grant = { readonly permissionSet: string; readonly account: AccountId };

/**
 * Who reaches what through what. Access is looked up rather than spread out: a thousand members times a thousand
 * grants would be a million rows, of which a plan needs a handful.
 */
export type Reach = {
  groupsOf(user: string): ReadonlySet<string>;
  membersOf(group: string): ReadonlySet<string>;
  /** The users who hold an assignment: the group's members, or the user itself; nobody for an orphan. */
  holdersOf(key: AssignmentKey): Iterable<string>;
  grantsOf(type: PrincipalType, principal: string): Iterable<Grant>;
  reaches(user: string, grant: Grant): boolean;
  /** What `user` holds, directly and by each group, in the order of the ways. */
  holdingsOf(user: string): readonly Holding[];
  /** Every way `user` reaches the grant: `group/developers`, `user/alice`; empty when there is none. */
  via(user: string, grant: Grant): readonly string[];
};

/** One way (`group/developers`, `user/alice`) with all that it gives, by `grantKey`. */
type Holding = {
  readonly way: string;
  readonly principalType: PrincipalType;
  readonly principal: string;
  readonly grants: ReadonlyMap<string, Grant>;
};

const none: ReadonlySet<string> = new Set();
const nothing: ReadonlyMap<string, Grant> = new Map();

export function reachOf(state: Pick<State, "memberships" | "assignments">): Reach {
  const groups = new Map<string, Set<string>>();
  const members = new Map<string, Set<string>>();
  for (const { group, user } of state.memberships.values()) {
    addTo(groups, user, group);
    addTo(members, group, user);
  }
  const grants = { user: new Map<string, Grants>(), group: new Map<string, Grants>() };
  for (const { principalType, principal, permissionSet, account, orphan } of state.assignments.values()) {
    if (orphan === true) continue;
    const held = grants[principalType].get(principal) ?? new Map<string, Grant>();
    held.set(grantKey({ permissionSet, account }), { permissionSet, account });
    grants[principalType].set(principal, held);
  }
  const membersOf = (group: string): ReadonlySet<string> => members.get(group) ?? none;
  const groupsOf = (user: string): ReadonlySet<string> => groups.get(user) ?? none;
  return {
    groupsOf,
    membersOf,
    holdersOf: ({ principalType, principal, orphan }) =>
      orphan === true ? none : principalType === "user" ? [principal] : membersOf(principal),
    grantsOf: (type, principal) => grants[type].get(principal)?.values() ?? [],
    reaches: (user, grant) => {
      const wanted = grantKey(grant);
      if (grants.user.get(user)?.has(wanted) === true) return true;
      for (const group of groupsOf(user)) if (grants.group.get(group)?.has(wanted) === true) return true;
      return false;
    },
    holdingsOf: (user) => {
      const holding = (principalType: PrincipalType, principal: string): Holding => ({
        way: principalRef(principalType, principal),
        principalType,
        principal,
        grants: grants[principalType].get(principal) ?? nothing,
      });
      return [...[...groupsOf(user)].map((group) => holding("group", group)), holding("user", user)].sort(
        (left, right) => byText(left.way, right.way),
      );
    },
    via: (user, grant) => {
      const wanted = grantKey(grant);
      const refs: string[] = [];
      for (const group of groupsOf(user))
        if (grants.group.get(group)?.has(wanted) === true) refs.push(principalRef("group", group));
      if (grants.user.get(user)?.has(wanted) === true) refs.push(principalRef("user", user));
      return refs.length > 1 ? refs.sort(byText) : refs;
    },
  };
}

/** What one principal holds, by `grantKey`. */
type Grants = Map<string, Grant>;

/** Everything every user reaches, as rows. */
export function accessRows(state: Pick<State, "memberships" | "assignments">): readonly AccessRow[] {
  const reach = reachOf(state);
  const rows = new RowBuilder();
  for (const key of state.assignments.values())
    for (const user of reach.holdersOf(key)) rows.add(user, key, reach.via(user, key));
  return rows.build();
}

/** Gathers single accesses into rows of one user, one permission set and the same ways, in a fixed order. */
export class RowBuilder {
  private readonly rows = new Map<string, Map<string, Map<string, Row>>>();

  add(user: string, { permissionSet, account }: Grant, via: readonly string[]): void {
    const bySet = inner(this.rows, user);
    const byVia = inner(bySet, permissionSet);
    const [first = ""] = via;
    // No name holds a NUL.
    const key = via.length === 1 ? first : via.join("\0");
    const row = byVia.get(key);
    if (row === undefined) byVia.set(key, { via, accounts: [account] });
    else row.accounts.push(account);
  }

  build(): readonly AccessRow[] {
    return inOrder(this.rows).flatMap(([user, bySet]) =>
      inOrder(bySet).flatMap(([permissionSet, byVia]) =>
        inOrder(byVia).map(([, { via, accounts }]) => ({
          user,
          permissionSet,
          accounts: [...new Set(accounts)].sort(byText),
          via,
        })),
      ),
    );
  }
}

type Row = { readonly via: readonly string[]; readonly accounts: AccountId[] };

function inner<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = new Map<string, V>();
  map.set(key, made);
  return made;
}

function inOrder<V>(map: ReadonlyMap<string, V>): readonly (readonly [string, V])[] {
  return [...map].sort(([left], [right]) => byText(left, right));
}

export function grantKey({ permissionSet, account }: Grant): string {
  return `${account} ${permissionSet}`;
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
