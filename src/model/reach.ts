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
  const grants = new Map<string, Map<string, Grant>>();
  for (const { principalType, principal, permissionSet, account, orphan } of state.assignments.values()) {
    if (orphan === true) continue;
    const ref = principalRef(principalType, principal);
    const held = grants.get(ref) ?? new Map<string, Grant>();
    held.set(grantKey({ permissionSet, account }), { permissionSet, account });
    grants.set(ref, held);
  }
  const membersOf = (group: string): ReadonlySet<string> => members.get(group) ?? none;
  const groupsOf = (user: string): ReadonlySet<string> => groups.get(user) ?? none;
  return {
    groupsOf,
    membersOf,
    holdersOf: ({ principalType, principal, orphan }) =>
      orphan === true ? none : principalType === "user" ? [principal] : membersOf(principal),
    grantsOf: (type, principal) => grants.get(principalRef(type, principal))?.values() ?? [],
    via: (user, grant) => {
      const wanted = grantKey(grant);
      const refs = [...groupsOf(user)].map((group) => principalRef("group", group));
      refs.push(principalRef("user", user));
      return refs.filter((ref) => grants.get(ref)?.has(wanted) === true).sort(byText);
    },
  };
}

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
    const key = JSON.stringify([user, grant.permissionSet, ...via]);
    const row = this.rows.get(key) ?? { user, permissionSet: grant.permissionSet, via, accounts: new Set() };
    row.accounts.add(grant.account);
    this.rows.set(key, row);
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
