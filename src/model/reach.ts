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
  /** Every way `user` reaches the grant: `group/developers`, `user/alice`; empty when there is none. */
  via(user: string, grant: Grant): readonly string[];
};

const none: ReadonlySet<string> = new Set();

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
  private readonly rows = new Map<string, Omit<AccessRow, "accounts"> & { accounts: Set<AccountId> }>();

  add(user: string, grant: Grant, via: readonly string[]): void {
    // No name holds a NUL.
    const key = `${user}\0${grant.permissionSet}\0${via.join("\0")}`;
    const row = this.rows.get(key);
    if (row !== undefined) row.accounts.add(grant.account);
    else
      this.rows.set(key, {
        user,
        permissionSet: grant.permissionSet,
        via,
        accounts: new Set([grant.account]),
      });
  }

  build(): readonly AccessRow[] {
    return [...this.rows]
      .sort(([left], [right]) => byText(left, right))
      .map(([, { user, permissionSet, accounts, via }]) => ({
        user,
        permissionSet,
        accounts: [...accounts].sort(byText),
        via,
      }));
  }
}

export function grantKey({ permissionSet, account }: Grant): string {
  return `${account} ${permissionSet}`;
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
