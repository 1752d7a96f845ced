import { isRemoval, type Change } from "../model/change.js";
import type { AssignmentKey, Kind } from "../model/keys.js";
import type { Withheld } from "../model/plan.js";
import { grantKey, reachOf } from "../model/reach.js";
import type { Grant } from "../model/reach.js";
import type { Gap, GapScope, Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";

type Why = Omit<Withheld, "change">;

type Reading = {
  readonly changes: readonly Change[];
  readonly live: Snapshot;
  readonly desired: State;
};

/** Says of a change that it cannot be made since something could not be read: what it is about, or who reaches what by it. */
export function whatIsUnread(reading: Reading): (change: Change) => Why | null {
  const { live, desired } = reading;
  const access: Access = {
    holders: holdersOfSets(live.state),
    wanted: new Set([...desired.assignments.values()].map(grantKey)),
  };
  const gainUnread = peopleWhoGainUnread(reading, access);
  return (change) => incompleteRead(change, live.gaps, access) ?? replacedUnread(change, gainUnread);
}

function incompleteRead(change: Change, gaps: readonly Gap[], access: Access): Why | null {
  for (const { covers, error } of gaps)
    if (covers.some((scope) => isUnknown(change, scope) || isUnknownAccess(change, scope, access)))
      return { code: "incomplete-read", reason: `what it would change could not be read: ${error.message}` };
  return null;
}

/**
 * Those who would gain something that is withheld because grants could not be read, with why: what they hold now may be
 * the same access, which they are to keep.
 */
function peopleWhoGainUnread({ changes, live, desired }: Reading, access: Access): ReadonlyMap<string, Why> {
  const people = new Map<string, Why>();
  const areGrantsRead = live.gaps.every(({ covers }) => covers.every(({ kind }) => kind !== "assignment"));
  if (areGrantsRead) return people;
  const reach = reachOf(desired);
  for (const change of changes) {
    const why = change.action === "create" ? incompleteRead(change, live.gaps, access) : null;
    if (why === null) continue;
    const users =
      change.kind === "membership"
        ? [change.key.user]
        : change.kind !== "assignment"
          ? []
          : change.key.principalType === "user"
            ? [change.key.principal]
            : reach.membersOf(change.key.principal);
    for (const user of users) people.set(user, why);
  }
  return people;
}

/** Nobody is without what they keep: not even where it cannot be seen that this is what they keep it by. */
function replacedUnread(change: Change, gainUnread: ReadonlyMap<string, Why>): Why | null {
  return change.kind === "membership" && change.action === "delete"
    ? (gainUnread.get(change.key.user) ?? null)
    : null;
}

/** Whether `scope` leaves unknown what `change` is about, or what must be known to make it safely. */
function isUnknown(change: Change, scope: GapScope): boolean {
  switch (change.kind) {
    case "user":
    case "group":
      // Deleting or disabling somebody whose grants are unknown would leave grants behind unseen.
      return (
        scope.kind === change.kind ||
        (isRemoval(change) && (scope.kind === "membership" || scope.kind === "assignment")) ||
        // Of who is only disabled they may stay: a later reading finds them, or nobody can sign in to them.
        (change.kind === "user" && change.action === "delete" && scope.kind === "applicationAssignment")
      );
    case "membership":
      return scope.kind === "user" || scope.kind === "group" || concernsGroup(scope, change.key.group);
    case "permissionSet":
      return (
        concernsSet(scope, "permissionSet", change.key.name) ||
        (change.action === "delete" &&
          (concernsSet(scope, "assignment", change.key.name) ||
            concernsSet(scope, "provisioning", change.key.name)))
      );
    case "provisioning":
      return (
        concernsSet(scope, "permissionSet", change.key.permissionSet) ||
        concernsSet(scope, "provisioning", change.key.permissionSet)
      );
    case "assignment":
      return isUnknownAssignment(change.key, scope);
    case "applicationAssignment":
      return scope.kind === "user";
  }
}

/**
 * Whether nobody can say who would reach what by `change`: a grant of a group with unknown members, a new member of a
 * group that may hold unknown grants or sets, new holders of a set whose content in force is unknown, new content for
 * holders that are unknown. Nobody shall gain by it unseen.
 */
function isUnknownAccess(change: Change, scope: GapScope, access: Access): boolean {
  if (change.kind === "provisioning") {
    const { permissionSet } = change.key;
    return (
      concernsSet(scope, "assignment", permissionSet) ||
      (scope.kind === "membership" &&
        [...access.holders].some(([group, sets]) => sets.has(permissionSet) && concernsGroup(scope, group)))
    );
  }
  if (change.kind === "assignment" && change.key.principalType === "group") {
    // Taken away from a group, it matters only to members who shall keep it another way.
    const matters = change.action === "create" || access.wanted.has(grantKey(change.key));
    if (matters && concernsGroup(scope, change.key.principal)) return true;
  }
  if (change.action !== "create") return false;
  const isContentUnknown = (set: string): boolean =>
    concernsSet(scope, "permissionSet", set) || concernsSet(scope, "provisioning", set);
  if (change.kind === "membership") {
    const sets = access.holders.get(change.key.group);
    if (sets === undefined) return false;
    return scope.kind === "assignment" || [...sets].some(isContentUnknown);
  }
  return change.kind === "assignment" && isContentUnknown(change.key.permissionSet);
}

type Access = {
  /** Live groups with the permission sets that they are seen to hold. */
  readonly holders: ReadonlyMap<string, ReadonlySet<string>>;
  /** By `grantKey`: what somebody shall hold. */
  readonly wanted: ReadonlySet<string>;
};

function holdersOfSets({ groups, assignments }: State): Access["holders"] {
  const holders = new Map([...groups.keys()].map((group) => [group, new Set<string>()]));
  for (const { principalType, principal, permissionSet, orphan } of assignments.values())
    if (principalType === "group" && orphan !== true) holders.get(principal)?.add(permissionSet);
  return holders;
}

function isUnknownAssignment(key: AssignmentKey, scope: GapScope): boolean {
  if (scope.kind === key.principalType) return true;
  if (concernsSet(scope, "permissionSet", key.permissionSet)) return !("permissionSet" in scope);
  return concernsGrant(scope, key);
}

/** Whether it may be unknown who holds the grant. */
export function concernsGrant(scope: GapScope, { permissionSet, account }: Grant): boolean {
  if (!concernsSet(scope, "assignment", permissionSet)) return false;
  return !("account" in scope) || scope.account === null || scope.account === account;
}

function concernsGroup(scope: GapScope, group: string): boolean {
  return scope.kind === "membership" && (!("group" in scope) || scope.group === group);
}

function concernsSet(scope: GapScope, kind: Kind, permissionSet: string): boolean {
  return scope.kind === kind && (!("permissionSet" in scope) || scope.permissionSet === permissionSet);
}
