import type { Diagnostic } from "../model/diagnostic.js";
import type { Declared, DeclaredGroup } from "../model/declared.js";
import { matchesAnyGlob } from "../model/glob.js";
import type { AssignmentKey, ChangeId, Keys } from "../model/keys.js";
import type { Snapshot } from "../model/snapshot.js";
import type { Group, PermissionSet, State, User } from "../model/state.js";
import { goes } from "./goes.js";
import { isDeleted, leaves } from "./leaving.js";
import { overlaid } from "./overlaid.js";
import { fullSets, revokedNotes, revokedUsers, withStanding } from "./revoked.js";
import { statusNotes } from "./status-notes.js";
import { Tally } from "./tally.js";
import type { LeftAlone } from "./tally.js";
import { boundByGrants, whyKept } from "./why-kept.js";

// Ownership comes before the difference, not after it: whatever this repository does not own is copied from live into
// the desired State here, so that the diff of two whole States can never touch it, and every later consumer (guards,
// access, order) sees the world as it will really be. Filtering changes afterwards was rejected: a guard that counts
// or an access table that adds up would then be looking at a State that nobody will ever have.

/** What shall be, made whole from what the files say and what live has. */
export type Owned = {
  readonly desired: State;
  /** Users that shall lose every membership and direct grant, whatever groups and rules say: disabled, gone from the files, or revoked. */
  readonly leavers: ReadonlySet<string>;
  readonly notes: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  /** Live users, groups, permission sets and assignments that are left alone. */
  readonly unmanaged: number;
  /** All that this plan could not remove whatever the files said. */
  readonly leftAlone: LeftAlone;
};

export function own(declared: Declared, live: Snapshot): Owned {
  const { manage } = declared.settings;
  const tally = new Tally();
  const bound = boundByGrants(declared, live);
  const { users, leavers } = ownUsers(declared, live, bound, tally);
  const groups = ownGroups(declared, live, tally);
  const permissionSets = ownPermissionSets(declared, live, tally);
  const desired: State = {
    users,
    groups,
    permissionSets,
    memberships: ownMemberships(declared, live, leavers, tally),
    assignments: ownAssignments(declared, live, leavers, tally),
    applicationAssignments: new Map(
      [...live.state.applicationAssignments].filter(([, { user }]) => !leavers.has(user)),
    ),
  };
  return {
    desired,
    leavers,
    unmanaged: tally.unmanaged,
    leftAlone: tally.leftAlone,
    notes: [
      ...tally.notes(),
      ...statusNotes(declared, live, { users, leavers, bound }),
      ...revokedNotes(declared, live),
    ],
    warnings: [...tally.warnings(), ...(manage.permissionSets === "none" ? [] : fullSets(declared, live))],
  };
}

function ownUsers(
  declared: Declared,
  live: Snapshot,
  bound: ReadonlyMap<string, unknown>,
  tally: Tally,
): { users: ReadonlyMap<string, User>; leavers: ReadonlySet<string> } {
  const { manage, ignore } = declared.settings;
  const users = new Map<string, User>();
  const leavers = new Set(revokedUsers(live));
  for (const [name, user] of live.state.users) {
    const declaration = manage.users === "none" ? undefined : declared.users.get(name);
    const isLeaving = leaves(declared, name);
    if (isLeaving) leavers.add(name);
    if (declaration !== undefined) {
      // The service refuses edits to a user that is DISABLED, and nobody is waiting for them.
      users.set(
        name,
        isLeaving && live.status.get(name) === "DISABLED" ? user : overlaid(user, declaration.value),
      );
      continue;
    }
    const isToGo = isLeaving && isDeleted(declared, name);
    if (isToGo && !bound.has(name)) continue;
    if (isToGo) tally.postpone(name);
    users.set(name, user);
    if (!isLeaving) tally.leaveAlone("users", name, matchesAnyGlob(ignore.users, name));
  }
  if (manage.users !== "none")
    for (const [name, { value }] of declared.users)
      // Who is disabled or revoked and not there has no access to lose; creating them would hand out a way to sign in.
      if (!users.has(name) && value.status === "enabled" && !leavers.has(name))
        users.set(name, overlaid({}, value));
  return { users, leavers };
}

function ownGroups(declared: Declared, live: Snapshot, tally: Tally): ReadonlyMap<string, Group> {
  const { manage, ignore } = declared.settings;
  const groups = new Map<string, Group>();
  for (const [name, group] of live.state.groups) {
    const declaration = manage.groups === "none" ? undefined : declared.groups.get(name);
    const ignored = matchesAnyGlob(ignore.groups, name);
    if (declaration !== undefined) groups.set(name, described(group, declaration.value));
    else if (!goes(manage.groups, ignored, declared.removed.groups.has(name))) {
      groups.set(name, group);
      tally.leaveAlone("groups", name, ignored);
    }
  }
  if (manage.groups !== "none")
    for (const [name, { value }] of declared.groups)
      if (!live.state.groups.has(name)) groups.set(name, described({}, value));
  return groups;
}

function ownPermissionSets(
  declared: Declared,
  live: Snapshot,
  tally: Tally,
): ReadonlyMap<string, PermissionSet> {
  const { manage, ignore } = declared.settings;
  const owned = manage.permissionSets === "none" ? new Map() : declared.permissionSets;
  const permissionSets = new Map<string, PermissionSet>();
  for (const [name, permissionSet] of live.state.permissionSets) {
    if (owned.has(name)) continue;
    const ignored = matchesAnyGlob(ignore.permissionSets, name);
    if (goes(manage.permissionSets, ignored, declared.removed.permissionSets.has(name))) continue;
    permissionSets.set(name, permissionSet);
    tally.leaveAlone("permissionSets", name, ignored);
  }
  for (const [name, { value }] of owned) permissionSets.set(name, withStanding(value, name, live));
  return permissionSets;
}

function ownMemberships(
  declared: Declared,
  live: Snapshot,
  leavers: ReadonlySet<string>,
  tally: Tally,
): ReadonlyMap<ChangeId, Keys["membership"]> {
  const { manage, ignore } = declared.settings;
  const ownsMembersOf = (group: string): boolean =>
    manage.groups !== "none" &&
    !matchesAnyGlob(ignore.groups, group) &&
    (manage.groups === "all" || declared.groups.has(group) || declared.removed.groups.has(group));
  const memberships = new Map<ChangeId, Keys["membership"]>();
  for (const [id, key] of live.state.memberships) {
    if (leavers.has(key.user)) continue;
    const owned = ownsMembersOf(key.group) && !matchesAnyGlob(ignore.users, key.user);
    if (!owned || declared.memberships.has(id)) memberships.set(id, key);
    if (!owned) tally.leaveAlone("memberships", id, false);
  }
  for (const [id, { value }] of declared.memberships)
    if (ownsMembersOf(value.group) && !leavers.has(value.user)) memberships.set(id, value);
  return memberships;
}

function ownAssignments(
  declared: Declared,
  live: Snapshot,
  leavers: ReadonlySet<string>,
  tally: Tally,
): ReadonlyMap<ChangeId, AssignmentKey> {
  const { manage } = declared.settings;
  const assignments = new Map<ChangeId, AssignmentKey>();
  for (const [id, key] of live.state.assignments) {
    if (isLeaver(key, leavers)) continue;
    if (declared.assignments.has(id) && manage.assignments !== "none") continue;
    const kept = whyKept(id, key, declared, live);
    if (kept === null) continue;
    assignments.set(id, key);
    if (kept.code === "ignored" || kept.code === "unmanaged")
      tally.leaveAlone("assignments", id, kept.code === "ignored");
    else if (declared.expired.has(id)) tally.outlive(kept.reason, id);
    else tally.carryOver(kept.code, kept.reason, id);
  }
  if (manage.assignments !== "none")
    for (const [id, { value }] of declared.assignments)
      if (!isLeaver(value.key, leavers)) assignments.set(id, value.key);
  return assignments;
}

function isLeaver(
  { principalType, principal, orphan }: AssignmentKey,
  leavers: ReadonlySet<string>,
): boolean {
  return principalType === "user" && orphan !== true && leavers.has(principal);
}

function described(group: Group, { description }: DeclaredGroup): Group {
  if (description === undefined) return group;
  return description === null ? {} : { description };
}
