import type { Cause, Change, Field } from "../model/change.js";
import { inactivity } from "../model/declared.js";
import type { Declared, KnownAccounts } from "../model/declared.js";
import type { AccountId } from "../model/keys.js";
import { changeId } from "../model/keys.js";
import type { Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";
import type { Grant, Reach } from "../model/reach.js";
import { byText } from "../model/text.js";
import { isBeyondCaller } from "./delegated.js";
import { fieldsOfGroup, fieldsOfPermissionSet, fieldsOfUser, isProvisioned } from "./fields.js";
import type { Owned } from "./own.js";
import { statusField } from "./status.js";

/** What a change of each kind has before anything is known of why it is there, its place in the files and its order. */
const common = { cause: "config" as Cause, source: null, dependsOn: [] } as const;

/** Every change that leads from live to what shall be, in no order yet and without dependencies. */
export function differences(
  live: Snapshot,
  { desired, leavers, leftAlone }: Pick<Owned, "desired" | "leavers" | "leftAlone">,
  declared: KnownAccounts & Pick<Declared, "settings" | "users">,
  before: Reach,
): readonly Change[] {
  return [
    ...userChanges(live, desired, leavers, declared, before),
    ...groupChanges(live.state, desired),
    ...membershipChanges(live.state, desired),
    ...permissionSetChanges(live, desired, leftAlone.permissionSets, declared),
    ...assignmentChanges(live.state, desired),
    ...applicationAssignmentChanges(live.state, desired),
  ];
}

function* userChanges(
  snapshot: Snapshot,
  desired: State,
  leavers: ReadonlySet<string>,
  declared: Pick<Declared, "settings" | "users">,
  reach: Reach,
): Iterable<Change> {
  const live = snapshot.state;
  for (const [name, after] of desired.users) {
    const base = { ...common, kind: "user", id: changeId.user(name), key: { name } } as const;
    const before = live.users.get(name);
    if (before === undefined) {
      yield { ...base, action: "create", before: null, after };
      continue;
    }
    const status = statusField(name, leavers.has(name), declared, snapshot);
    const fields = [...fieldsOfUser(before, after), ...status];
    const held = leavers.has(name) ? heldBy(name, reach, live) : [];
    if (held.length > 0 || (leavers.has(name) && status.length > 0))
      yield { ...base, action: "disable", before, after, fields: [...fields, ...held] };
    else if (fields.length > 0) yield { ...base, action: "update", before, after, fields };
  }
  for (const [name, before] of live.users)
    if (!desired.users.has(name))
      yield {
        ...common,
        kind: "user",
        id: changeId.user(name),
        key: { name },
        action: "delete",
        before,
        after: null,
      };
}

/** What a leaver still holds, as the fields that a disable empties. */
function heldBy(name: string, reach: Reach, { applicationAssignments }: State): readonly Field[] {
  const groups = [...reach.groupsOf(name)].sort(byText);
  const direct = [...reach.grantsOf("user", name)].map(grantWords);
  const applications = [...applicationAssignments.values()].flatMap((one) =>
    one.user === name ? [one.name] : [],
  );
  return [
    ...(groups.length > 0 ? [{ path: "groups", before: groups, after: [] }] : []),
    ...(direct.length > 0 ? [{ path: "assignments", before: direct.sort(byText), after: [] }] : []),
    ...(applications.length > 0
      ? [{ path: "applications", before: applications.sort(byText), after: [] }]
      : []),
  ];
}

/** A grant as it stands among the fields of a leaver. */
export function grantWords({ permissionSet, account }: Grant): string {
  return `${permissionSet} in ${account}`;
}

function* groupChanges(live: State, desired: State): Iterable<Change> {
  for (const [name, after] of desired.groups) {
    const base = { ...common, kind: "group", id: changeId.group(name), key: { name } } as const;
    const before = live.groups.get(name);
    if (before === undefined) {
      yield { ...base, action: "create", before: null, after };
      continue;
    }
    const fields = fieldsOfGroup(before, after);
    if (fields.length > 0) yield { ...base, action: "update", before, after, fields };
  }
  for (const [name, before] of live.groups)
    if (!desired.groups.has(name))
      yield {
        ...common,
        kind: "group",
        id: changeId.group(name),
        key: { name },
        action: "delete",
        before,
        after: null,
      };
}

function* membershipChanges(live: State, desired: State): Iterable<Change> {
  for (const [id, key] of desired.memberships)
    if (!live.memberships.has(id))
      yield { ...common, kind: "membership", id, key, action: "create", before: null, after: {} };
  for (const [id, key] of live.memberships)
    if (!desired.memberships.has(id))
      yield { ...common, kind: "membership", id, key, action: "delete", before: {}, after: null };
}

function* assignmentChanges(live: State, desired: State): Iterable<Change> {
  for (const [id, key] of desired.assignments)
    if (!live.assignments.has(id))
      yield { ...common, kind: "assignment", id, key, action: "create", before: null, after: {} };
  for (const [id, key] of live.assignments)
    if (!desired.assignments.has(id))
      yield { ...common, kind: "assignment", id, key, action: "delete", before: {}, after: null };
}

function* applicationAssignmentChanges(live: State, desired: State): Iterable<Change> {
  for (const [id, { name, ...key }] of live.applicationAssignments)
    if (!desired.applicationAssignments.has(id))
      yield {
        ...common,
        kind: "applicationAssignment",
        id,
        key,
        action: "delete",
        before: { name },
        after: null,
      };
}

function* permissionSetChanges(
  live: Snapshot,
  desired: State,
  leftAlone: ReadonlySet<string>,
  known: KnownAccounts,
): Iterable<Change> {
  const assigned = accountsBySet(desired);
  const assignedBefore = accountsBySet(live.state);
  for (const [name, after] of desired.permissionSets) {
    const base = {
      ...common,
      kind: "permissionSet",
      id: changeId.permissionSet(name),
      key: { name },
    } as const;
    const before = live.state.permissionSets.get(name);
    if (before === undefined) {
      yield { ...base, action: "create", before: null, after };
      continue;
    }
    const fields = fieldsOfPermissionSet(before, after);
    if (fields.length > 0) yield { ...base, action: "update", before, after, fields };

    // What others have edited is theirs to put in force.
    if (leftAlone.has(name)) continue;
    const changed = fields.some(isProvisioned);
    const provisioned = live.provisioned.get(name) ?? [];
    const behind = changed ? provisioned : (live.lagging.get(name) ?? []);
    const isInReach = (account: AccountId): boolean => isWithinReach(account, live, known);
    // The role goes with its last assignment, and putting new content into it on the way would be for nobody.
    const goes = (account: AccountId): boolean =>
      isInReach(account) &&
      assignedBefore.get(name)?.has(account) === true &&
      assigned.get(name)?.has(account) !== true;
    const accounts = behind.filter((account) => isInReach(account) && !goes(account)).sort(byText);
    const covered = new Set(accounts);
    if (accounts.length > 0)
      yield {
        ...common,
        cause: changed ? "config" : "unsettled",
        kind: "provisioning",
        id: changeId.provisioning(name),
        key: { permissionSet: name },
        action: "provision",
        accounts,
        everywhere: provisioned.every((account) => covered.has(account) || goes(account)),
      };
  }
  for (const [name, before] of live.state.permissionSets)
    if (!desired.permissionSets.has(name))
      yield {
        ...common,
        kind: "permissionSet",
        id: changeId.permissionSet(name),
        key: { name },
        action: "delete",
        before,
        after: null,
      };
}

/** One request for all provisioned accounts fails where one of them is suspended, so such a set is provisioned singly. */
function isWithinReach(account: AccountId, live: Snapshot, known: KnownAccounts): boolean {
  return inactivity(account, known) === null && !isBeyondCaller(account, live);
}

function accountsBySet({ assignments }: State): ReadonlyMap<string, ReadonlySet<AccountId>> {
  const accounts = new Map<string, Set<AccountId>>();
  for (const { permissionSet, account } of assignments.values()) {
    const set = accounts.get(permissionSet);
    if (set === undefined) accounts.set(permissionSet, new Set([account]));
    else set.add(account);
  }
  return accounts;
}
