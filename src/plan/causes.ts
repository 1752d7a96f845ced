import type { Cause, Change, Field } from "../model/change.js";
import { ownerKey } from "../model/declared.js";
import type { Declared, Guarded } from "../model/declared.js";
import { changeId } from "../model/keys.js";
import type { AccountId } from "../model/keys.js";
import type { Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";
import { isRunOut } from "../policy/revocation.js";
import { fieldsOfGroup, fieldsOfPermissionSet, fieldsOfUser, isProvisioned } from "./fields.js";
import type { Owned } from "./own.js";
import { statusAfter } from "./status.js";

// Why a change is there is told by asking what the files of the base would have now, with the same live and the same
// accounts: what they would not change in the same way is the doing of these files (config); what they would change just
// so was in force once or should have been, and is there because live moved. Comparing the texts of the two revisions was
// rejected: a file that was split, a rule that was widened or a default that changed says nothing about what follows.

/** What the files asked for before these: a revision. Its files are null where it has none, or none that are sound. */
export type Base = {
  readonly commit: string;
  readonly declared: Declared | null;
  /** What files that are not sound guard all the same. */
  readonly guarded?: Guarded;
};

type StateChange = Exclude<Change, { kind: "provisioning" }>;

type Question = {
  readonly declared: Declared;
  readonly desired: State;
  readonly live: Snapshot;
  /** What the base's files own and want, with this live; null without a base to ask. */
  readonly base: { readonly declared: Declared; readonly owned: Owned } | null;
  /** What it is when nothing can be asked. */
  readonly otherwise: "config" | "drift";
};

/** The changes, each with why it is there. */
export function withCauses(changes: readonly Change[], question: Question): readonly Change[] {
  const causeOf = causes(question);
  const told = new Map(
    changes.flatMap((change) =>
      change.kind === "provisioning" ? [] : [[change.id, causeOf(change)] as const],
    ),
  );
  return changes.map((change) => {
    if (change.kind !== "provisioning") return { ...change, cause: told.get(change.id) ?? change.cause };
    const { permissionSet } = change.key;
    if (isContentOfFiles(permissionSet, question)) return { ...change, cause: "config" };
    if (change.cause === "unsettled") return change;
    return { ...change, cause: told.get(changeId.permissionSet(permissionSet)) ?? change.cause };
  });
}

/**
 * Whether what would be put in force is not what the base wants in force. A set is put in force whole: what somebody did to
 * it by hand, and these files have come to ask for, would go along.
 */
function isContentOfFiles(name: string, { desired, base }: Question): boolean {
  if (base === null) return false;
  const wanted = desired.permissionSets.get(name);
  const before = base.owned.desired.permissionSets.get(name);
  if (wanted === undefined || before === undefined) return wanted !== before;
  return fieldsOfPermissionSet(before, wanted).some(isProvisioned);
}

function causes({ declared, base, otherwise, live }: Question): (change: StateChange) => Cause {
  // Only grants that change ask for it, and there may be a hundred thousand that do not.
  let grants: ReadonlyMap<AccountId, ReadonlySet<string>> | null = null;
  const now = Date.parse(live.readAt);
  return (change) => {
    const isOver = hasExpired(change, declared) || hasRunOut(change, now);
    if (base === null) return isOver ? "expiry" : otherwise;
    if (!isAskedBy(change, base.owned)) return "config";
    if (isOver) return "expiry";
    if (change.kind !== "assignment") return "drift";
    grants ??= grantsByAccount(live.state);
    return isOfOrganization(change, base.declared, grants) ? "organization" : "drift";
  };
}

function hasExpired({ action, id }: StateChange, { expired }: Declared): boolean {
  return action === "delete" && expired.has(id);
}

/** Whether all it does is to end what cut off somebody's sessions while they lasted. */
function hasRunOut(change: StateChange, now: number): boolean {
  return (
    change.kind === "permissionSet" &&
    change.action === "update" &&
    change.fields.every(({ path }) => path === "inlinePolicy") &&
    isRunOut(change.before.inlinePolicy, change.after.inlinePolicy, now)
  );
}

/** Whether the base's files ask for the same: every field of it. */
function isAskedBy(change: StateChange, { desired, leavers }: Owned): boolean {
  switch (change.kind) {
    case "user":
      if (change.action === "disable" && !leavers.has(change.key.name)) return false;
      if (statusAfter(change) === "ENABLED" && leavers.has(change.key.name)) return false;
      return isSame(change, desired.users.get(change.key.name), fieldsOfUser);
    case "group":
      return isSame(change, desired.groups.get(change.key.name), fieldsOfGroup);
    case "permissionSet":
      return isSame(change, desired.permissionSets.get(change.key.name), fieldsOfPermissionSet);
    case "membership":
      return (change.action === "create") === desired.memberships.has(change.id);
    case "assignment":
      return (change.action === "create") === desired.assignments.has(change.id);
    case "applicationAssignment":
      return !desired.applicationAssignments.has(change.id);
  }
}

/** Whether what changes is, in the end, as the base wants it, too. */
function isSame<V extends object>(
  { before, after }: { readonly before: V | null; readonly after: V | null },
  wanted: V | undefined,
  fieldsOf: (one: V, other: V) => readonly Field[],
): boolean {
  if (after === null || wanted === undefined) return after === null && wanted === undefined;
  const own = new Set(fieldsOf(wanted, after).map(({ path }) => path));
  if (before === null) return own.size === 0;
  return fieldsOf(before, after).every(({ path }) => !own.has(path));
}

/**
 * Whether the account moved rather than the grant: none of what a selection spreads is there yet in an account that has
 * come to match it, and several of it are still there in one that no longer does. A single grant that somebody gave or
 * took by hand does not look like that, unless the selection spreads nothing else. In doubt it is the account, whose
 * access nobody shall lose without a review.
 */
function isOfOrganization(
  { action, id, key }: Extract<Change, { kind: "assignment" }>,
  { assignments, spreads }: Declared,
  grants: ReadonlyMap<AccountId, ReadonlySet<string>>,
): boolean {
  const there = grants.get(key.account) ?? new Set();
  if (action === "create") {
    const spread = assignments.get(id)?.value.spread ?? null;
    return spread !== null && [...(spreads.get(spread) ?? [])].every((owner) => !there.has(owner));
  }
  if (key.orphan === true) return false;
  const owner = ownerKey(key);
  return [...spreads.values()].some(
    (owners) =>
      owners.has(owner) && (owners.size === 1 || [...owners].filter((one) => there.has(one)).length > 1),
  );
}

function grantsByAccount({ assignments }: State): ReadonlyMap<AccountId, ReadonlySet<string>> {
  const grants = new Map<AccountId, Set<string>>();
  for (const key of assignments.values()) {
    if (key.orphan === true) continue;
    const there = grants.get(key.account) ?? new Set();
    grants.set(key.account, there.add(ownerKey(key)));
  }
  return grants;
}
