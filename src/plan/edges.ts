import type { Change } from "../model/change.js";
import { changeId } from "../model/keys.js";
import type { AccountId, ChangeId } from "../model/keys.js";
import type { Grant, Reach } from "../model/reach.js";
import type { State, UserStatus } from "../model/state.js";
import type { KeptGrants } from "./kept-grants.js";

export type OrderInput = {
  readonly changes: readonly Change[];
  readonly live: State;
  readonly desired: State;
  readonly before: Reach;
  readonly after: Reach;
  readonly leavers: ReadonlySet<string>;
  /** What must not be held by fewer people than so many, at any moment. */
  readonly kept: KeptGrants;
  readonly status: ReadonlyMap<string, UserStatus>;
};

/** By change, what it waits for. */
export type Edges = Map<ChangeId, Set<ChangeId>>;

export type MembershipChange = Extract<Change, { kind: "membership" }>;
export type AssignmentChange = Extract<Change, { kind: "assignment" }>;

type Provisioning = { readonly id: ChangeId; reachesInto(account: AccountId): boolean };

/** Changes by what the rules of order look for. */
export type Index = {
  readonly all: ReadonlyMap<ChangeId, Change>;
  readonly memberships: readonly MembershipChange[];
  readonly assignments: readonly AssignmentChange[];
  /** Membership and assignment changes by the group they are about. */
  readonly byGroup: ReadonlyMap<string, { memberships: MembershipChange[]; assignments: AssignmentChange[] }>;
  /** Permission sets whose content changes in accounts: by name, the changes that must come before new holders. */
  readonly contentOf: ReadonlyMap<string, readonly ChangeId[]>;
  /** By permission set: its provisioning; a set that only gets new tags has none. */
  readonly provisioningOf: ReadonlyMap<string, Provisioning>;
};

export function indexed(changes: readonly Change[]): Index {
  const memberships = changes.filter((change) => change.kind === "membership");
  const assignments = changes.filter((change) => change.kind === "assignment");
  const byGroup = new Map<string, { memberships: MembershipChange[]; assignments: AssignmentChange[] }>();
  const ofGroup = (group: string): { memberships: MembershipChange[]; assignments: AssignmentChange[] } => {
    const entry = byGroup.get(group) ?? { memberships: [], assignments: [] };
    byGroup.set(group, entry);
    return entry;
  };
  for (const change of memberships) ofGroup(change.key.group).memberships.push(change);
  for (const change of assignments)
    if (change.key.principalType === "group" && change.key.orphan !== true)
      ofGroup(change.key.principal).assignments.push(change);
  const contentOf = new Map<string, ChangeId[]>();
  for (const change of changes) {
    const name =
      change.kind === "provisioning"
        ? change.key.permissionSet
        : change.kind === "permissionSet" && change.action !== "delete"
          ? change.key.name
          : null;
    if (name !== null) contentOf.set(name, [...(contentOf.get(name) ?? []), change.id]);
  }
  return {
    all: new Map(changes.map((change) => [change.id, change])),
    memberships,
    assignments,
    byGroup,
    contentOf,
    provisioningOf: new Map(
      changes.flatMap((change) =>
        change.kind === "provisioning" ? [[change.key.permissionSet, provisioning(change)] as const] : [],
      ),
    ),
  };
}

function provisioning({ id, accounts, everywhere }: Extract<Change, { kind: "provisioning" }>): Provisioning {
  const named = new Set(accounts);
  return { id, reachesInto: (account) => everywhere || named.has(account) };
}

/** Whether somebody has a grant and shall have it, with no way of reaching it that stays. */
export function isKeptAnotherWay(user: string, grant: Grant, before: Reach, after: Reach): boolean {
  if (!after.reaches(user, grant)) return false;
  const ways = after.via(user, grant);
  return !before.via(user, grant).some((way) => ways.includes(way));
}

/** The memberships and assignments that a way (`group/developers`, `user/alice`) of reaching a grant consists of. */
export function partsOfWay(
  way: string,
  user: string,
  { permissionSet, account }: Grant,
): readonly [ChangeId, ...ChangeId[]] {
  const principalType = way.startsWith("group/") ? "group" : "user";
  const principal = way.slice(principalType.length + 1);
  const assignment = changeId.assignment({ principalType, principal, permissionSet, account });
  return principalType === "group" ? [changeId.membership(principal, user), assignment] : [assignment];
}

/** The changes of one action among the parts of a way. */
export function changesOfWay(
  way: string,
  user: string,
  grant: Grant,
  action: "create" | "delete",
  all: Index["all"],
): readonly ChangeId[] {
  return partsOfWay(way, user, grant).filter((id) => all.get(id)?.action === action);
}

/** Whether `from` waits, over any number of steps, for `target`. */
export function reaches(edges: Edges, from: ChangeId, target: ChangeId): boolean {
  if (from === target) return true;
  // It is asked millions of times, and most of what is asked about waits for nothing that waits.
  const open = [...waitingOf(from, edges)];
  if (edges.get(from)?.has(target) === true) return true;
  if (open.length === 0) return false;
  const seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (edges.get(id)?.has(target) === true) return true;
    for (const next of waitingOf(id, edges))
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
  }
  return false;
}

/** What a change waits for that waits itself. */
function* waitingOf(id: ChangeId, edges: Edges): Iterable<ChangeId> {
  for (const next of edges.get(id) ?? []) if ((edges.get(next)?.size ?? 0) > 0) yield next;
}
