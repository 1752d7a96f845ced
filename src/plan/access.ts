import type { Change } from "../model/change.js";
import type { ChangeId } from "../model/keys.js";
import type { Plan } from "../model/plan.js";
import { grantKey, RowBuilder } from "../model/reach.js";
import type { Grant, Reach } from "../model/reach.js";
import type { State } from "../model/state.js";

type Held = Pick<State, "memberships" | "assignments">;

/** Memberships and assignments as they will be once `changes` are made and nothing else is. */
export function afterChanges(live: Held, changes: readonly Change[]): Held {
  const memberships = new Map(live.memberships);
  const assignments = new Map(live.assignments);
  for (const change of changes) {
    if (change.kind === "membership")
      put(memberships, change.id, change.action === "create" ? change.key : null);
    if (change.kind === "assignment")
      put(assignments, change.id, change.action === "create" ? change.key : null);
  }
  return { memberships, assignments };
}

/** Who gains, who loses, and who keeps a permission set whose content changes; found by looking only where something changes. */
export function accessChanges(
  changes: readonly Change[],
  live: Held,
  before: Reach,
  after: Reach,
): Plan["access"] {
  return {
    // What is added may be gained, if it is there in the end; what is removed may be lost, if it was there before.
    gained: reachedOnly(after, before, openings(changes, "create")),
    lost: reachedOnly(before, after, openings(changes, "delete")),
    changed: keptButChanged(changes, live, before, after),
  };
}

/** What changes of one action concern: memberships by user, grants by who holds them. */
type Openings = {
  readonly groupsOf: ReadonlyMap<string, ReadonlySet<string>>;
  readonly grants: { readonly group: Openers; readonly user: Openers };
};
type Openers = Map<string, Map<string, Grant>>;

function openings(changes: readonly Change[], action: "create" | "delete"): Openings {
  const groupsOf = new Map<string, Set<string>>();
  const grants: Openings["grants"] = { group: new Map(), user: new Map() };
  for (const change of changes) {
    if (change.action !== action) continue;
    if (change.kind === "membership") {
      const groups = groupsOf.get(change.key.user) ?? new Set();
      groupsOf.set(change.key.user, groups.add(change.key.group));
    }
    if (change.kind === "assignment" && change.key.orphan !== true) {
      const { principalType, principal } = change.key;
      const held = grants[principalType].get(principal) ?? new Map<string, Grant>();
      grants[principalType].set(principal, held.set(grantKey(change.key), change.key));
    }
  }
  return { groupsOf, grants };
}

/** What people reach in `here` through `opened`, and not at all in `there`. Person by person: there may be millions of pairs of a person and a grant. */
function reachedOnly(here: Reach, there: Reach, { groupsOf, grants }: Openings): Plan["access"]["gained"] {
  const people = new Set([...groupsOf.keys(), ...grants.user.keys()]);
  for (const group of grants.group.keys()) for (const user of here.membersOf(group)) people.add(user);
  const rows = new RowBuilder();
  for (const user of people) {
    const holdings = here.holdingsOf(user);
    const others = there.holdingsOf(user);
    const seen = new Set<string>();
    for (const { principalType, principal, grants: held } of holdings) {
      const hasJoined = principalType === "group" && groupsOf.get(user)?.has(principal) === true;
      const opened = hasJoined ? held : grants[principalType].get(principal);
      for (const [key, grant] of opened ?? []) {
        if (seen.has(key) || others.some((holding) => holding.grants.has(key))) continue;
        seen.add(key);
        const via = holdings.filter((holding) => holding.grants.has(key)).map((holding) => holding.way);
        rows.add(user, grant, via);
      }
    }
  }
  return rows.build();
}

function keptButChanged(
  changes: readonly Change[],
  live: Held,
  before: Reach,
  after: Reach,
): Plan["access"]["changed"] {
  const provisioned = new Map<string, ReadonlySet<string>>();
  for (const change of changes)
    if (change.kind === "provisioning") provisioned.set(change.key.permissionSet, new Set(change.accounts));
  const rows = new RowBuilder();
  for (const key of live.assignments.values()) {
    if (provisioned.get(key.permissionSet)?.has(key.account) !== true) continue;
    for (const user of before.holdersOf(key)) {
      const via = after.via(user, key);
      if (via.length > 0) rows.add(user, key, via);
    }
  }
  return rows.build();
}

function put<V>(map: Map<ChangeId, V>, id: ChangeId, value: V | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}
