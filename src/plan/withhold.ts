import { isRemoval, type Change } from "../model/change.js";
import type { Declared } from "../model/declared.js";
import type { AssignmentKey, ChangeId, Kind } from "../model/keys.js";
import type { Withheld, WithheldCode } from "../model/plan.js";
import { grantKey, reachOf } from "../model/reach.js";
import type { GapScope, Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";
import { isBeyondCaller, isSetBeyondCaller } from "./delegated.js";

export type WithholdInput = {
  /** In order: each after what it depends on. */
  readonly changes: readonly Change[];
  readonly declared: Declared;
  readonly live: Snapshot;
  readonly desired: State;
  /** Changes not to be made, with why. */
  readonly leaveOut: ReadonlyMap<ChangeId, string>;
};

type Why = { readonly code: WithheldCode; readonly reason: string };

/** Parts the changes into those that can be made now and those that cannot, with whatever depends on them. */
export function withhold(input: WithholdInput): {
  changes: readonly Change[];
  withheld: readonly Withheld[];
} {
  const changes: Change[] = [];
  const withheld: Withheld[] = [];
  const held = new Map<ChangeId, WithheldCode>();
  const inUse = objectsInUse(input.desired);
  const access: Access = {
    holders: holdersOfSets(input.live.state),
    wanted: new Set([...input.desired.assignments.values()].map(grantKey)),
  };
  const gainUnread = peopleWhoGainUnread(input, access);
  for (const change of input.changes) {
    const why =
      notReviewed(change, input.leaveOut) ??
      incompleteRead(change, input.live, access) ??
      replacedUnread(change, gainUnread) ??
      outOfReach(change, input.live) ??
      accountInactive(change, input.declared) ??
      userDisabled(change, input.live) ??
      principalMissing(change, input.desired) ??
      stillInUse(change, inUse) ??
      dependsOnWithheld(change, held);
    if (why === null) changes.push(withoutHeld(change, held));
    else {
      withheld.push({ change, ...why });
      held.set(change.id, why.code);
    }
  }
  return { changes, withheld };
}

function notReviewed({ id }: Change, leaveOut: ReadonlyMap<ChangeId, string>): Why | null {
  const reason = leaveOut.get(id);
  return reason === undefined ? null : { code: "not-reviewed", reason };
}

function incompleteRead(change: Change, { gaps }: Snapshot, access: Access): Why | null {
  for (const { covers, error } of gaps)
    if (covers.some((scope) => isUnknown(change, scope) || isUnknownAccess(change, scope, access)))
      return { code: "incomplete-read", reason: `what it would change could not be read: ${error.message}` };
  return null;
}

/**
 * Those who would gain something that is withheld because grants could not be read, with why: what they hold now may be
 * the same access, which they are to keep.
 */
function peopleWhoGainUnread(
  { changes, live, desired }: WithholdInput,
  access: Access,
): ReadonlyMap<string, Why> {
  const people = new Map<string, Why>();
  const areGrantsRead = live.gaps.every(({ covers }) => covers.every(({ kind }) => kind !== "assignment"));
  if (areGrantsRead) return people;
  const reach = reachOf(desired);
  for (const change of changes) {
    const why = change.action === "create" ? incompleteRead(change, live, access) : null;
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
        (isRemoval(change) && (scope.kind === "membership" || scope.kind === "assignment"))
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
  if (change.kind === "membership") {
    const sets = access.holders.get(change.key.group);
    if (sets === undefined) return false;
    if (scope.kind === "assignment") return true;
    return [...sets].some(
      (set) => concernsSet(scope, "permissionSet", set) || concernsSet(scope, "provisioning", set),
    );
  }
  return change.kind === "assignment" && concernsSet(scope, "provisioning", change.key.permissionSet);
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
  if (!concernsSet(scope, "assignment", key.permissionSet)) return false;
  return !("account" in scope) || scope.account === null || scope.account === key.account;
}

function concernsGroup(scope: GapScope, group: string): boolean {
  return scope.kind === "membership" && (!("group" in scope) || scope.group === group);
}

function concernsSet(scope: GapScope, kind: Kind, permissionSet: string): boolean {
  return scope.kind === kind && (!("permissionSet" in scope) || scope.permissionSet === permissionSet);
}

function outOfReach(change: Change, live: Snapshot): Why | null {
  const management = live.instance.ownerAccountId;
  if (change.kind === "assignment" && isBeyondCaller(change.key.account, live))
    return {
      code: "out-of-reach",
      reason: `only the management account ${management} itself can change assignments in it, not a delegated administrator`,
    };
  const set =
    change.kind === "permissionSet"
      ? change.key.name
      : change.kind === "assignment" || change.kind === "provisioning"
        ? change.key.permissionSet
        : null;
  return set !== null && isSetBeyondCaller(set, live)
    ? {
        code: "out-of-reach",
        reason: `the set is provisioned in the management account ${management}, so a delegated administrator can neither change nor assign it`,
      }
    : null;
}

function accountInactive(change: Change, { inactiveAccounts }: Declared): Why | null {
  if (change.kind !== "assignment") return null;
  const state = inactiveAccounts.get(change.key.account);
  return state === undefined
    ? null
    : {
        code: "account-inactive",
        reason: `account ${change.key.account} is ${state}; the service refuses changes there`,
      };
}

function userDisabled(change: Change, { status }: Snapshot): Why | null {
  const user =
    change.kind === "user" && change.action === "update"
      ? change.key.name
      : change.kind === "membership" && change.action === "create"
        ? change.key.user
        : change.kind === "assignment" && change.action === "create" && change.key.principalType === "user"
          ? change.key.principal
          : null;
  return user !== null && status.get(user) === "DISABLED"
    ? {
        code: "user-disabled",
        reason: `${user} is DISABLED in Identity Center, which refuses changes to such a user`,
      }
    : null;
}

function principalMissing(change: Change, { users, groups }: State): Why | null {
  if (change.action !== "create") return null;
  const missing = (type: "user" | "group", name: string): Why | null =>
    (type === "user" ? users : groups).has(name)
      ? null
      : {
          code: "principal-missing",
          reason: `the ${type} ${name} is not in the identity store yet, and is not managed here`,
        };
  if (change.kind === "membership")
    return missing("group", change.key.group) ?? missing("user", change.key.user);
  return change.kind === "assignment" ? missing(change.key.principalType, change.key.principal) : null;
}

type InUse = { readonly groups: ReadonlySet<string>; readonly permissionSets: ReadonlySet<string> };

function objectsInUse({ memberships, assignments }: State): InUse {
  const groups = new Set([...memberships.values()].map(({ group }) => group));
  const permissionSets = new Set<string>();
  for (const { principalType, principal, permissionSet, orphan } of assignments.values()) {
    permissionSets.add(permissionSet);
    if (principalType === "group" && orphan !== true) groups.add(principal);
  }
  return { groups, permissionSets };
}

function stillInUse(change: Change, { groups, permissionSets }: InUse): Why | null {
  if (change.action !== "delete") return null;
  const isUsed =
    (change.kind === "group" && groups.has(change.key.name)) ||
    (change.kind === "permissionSet" && permissionSets.has(change.key.name));
  return isUsed
    ? { code: "in-use", reason: "assignments or members that are not managed here still stand on it" }
    : null;
}

function dependsOnWithheld(change: Change, held: ReadonlyMap<ChangeId, WithheldCode>): Why | null {
  const blocker = change.dependsOn.find((id) => {
    const code = held.get(id);
    return code !== undefined && !(change.action === "delete" && goesWithout(code, change));
  });
  return blocker === undefined
    ? null
    : { code: "depends-on-withheld", reason: `it waits for ${blocker}, which is withheld` };
}

/**
 * Access is not left in place for the sake of a grant that nobody could use, to who is not there or cannot sign in; nor
 * beyond its time for the sake of anything that is not made now.
 */
function goesWithout(code: WithheldCode, { cause }: Change): boolean {
  return cause === "expiry" || code === "principal-missing" || code === "user-disabled";
}

function withoutHeld(change: Change, held: ReadonlyMap<ChangeId, WithheldCode>): Change {
  return change.dependsOn.some((id) => held.has(id))
    ? { ...change, dependsOn: change.dependsOn.filter((id) => !held.has(id)) }
    : change;
}
