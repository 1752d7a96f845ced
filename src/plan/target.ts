import equal from "fast-deep-equal";
import type { Declaration, Declared } from "../model/declared.js";
import { changeId } from "../model/keys.js";
import { namedKeys } from "../model/named-keys.js";
import type { AssignmentKey, ChangeId, PrincipalType } from "../model/keys.js";
import type { Snapshot, Target } from "../model/snapshot.js";
import type { State } from "../model/state.js";
import { isDeleted } from "./leaving.js";
import { overlaid } from "./overlaid.js";
import { revokedUsers } from "./revoked.js";

// A plan for a pull request that touches three lines need not read an organization of thousands: what both revisions ask
// for alike is no concern of it. So only what they ask for differently is read, and the rest is taken to be as the base
// says. That is a preview: what was changed by hand elsewhere is not seen, and every report says so.

/** What has to be read to plan these files after the base's; null when the settings differ, which may concern anything. */
export function targetOf(declared: Declared, base: Declared): Target | null {
  if (!equal(concerning(declared), concerning(base))) return null;
  const users = differing(declared.users, base.users, declared.removed.users, base.removed.users);
  const groups = differing(declared.groups, base.groups, declared.removed.groups, base.removed.groups);
  const sets = differing(
    declared.permissionSets,
    base.permissionSets,
    declared.removed.permissionSets,
    base.removed.permissionSets,
  );
  const granted = missingFrom(declared.assignments, base.assignments).map(([, { value }]) => value.key);
  const assignments = [
    ...granted,
    ...missingFrom(base.assignments, declared.assignments).map(([, { value }]) => value.key),
  ];
  const joining = missingFrom(declared.memberships, base.memberships).map(([, { value }]) => value);
  const memberships = [
    ...joining,
    ...missingFrom(base.memberships, declared.memberships).map(([, { value }]) => value),
  ];
  const removals = new Map(
    [...declared.removed.assignments, ...base.removed.assignments].filter(
      ([id]) => declared.removed.assignments.has(id) !== base.removed.assignments.has(id),
    ),
  );
  const named = [...assignments, ...namedKeys([...removals.keys()]).assignments.values()];
  const owned = newlyOwned(declared, base);
  const touched = new Set(sets);
  const holding = [...base.assignments.values()].flatMap(({ value: { key } }) =>
    touched.has(key.permissionSet) ? [key] : [],
  );
  // Of whom and what the files say nothing but the name, all there is to know is in Identity Center.
  const unknown = {
    users: principals("user", [...named, ...owned]),
    groups: principals("group", [...named, ...owned, ...holding]).filter(
      (name) => !base.groups.has(name) && !declared.groups.has(name),
    ),
    sets: [...named, ...owned]
      .map(({ permissionSet }) => permissionSet)
      .filter((name) => !base.permissionSets.has(name) && !declared.permissionSets.has(name)),
  };
  // Whether who comes to something may have it, only their status there says.
  const gaining = [...joining.map(({ user }) => user), ...principals("user", granted)];
  const newcomers = groups.filter((name) => !base.groups.has(name));
  const membersOf = new Set([...unknown.groups, ...newcomers]);
  // Where not all grants are owned, a team may hold more than the files say.
  const isGrantedElsewhere = declared.settings.manage.assignments !== "all";
  const teams = memberships
    .map(({ group }) => group)
    .filter((name) => isGrantedElsewhere || !base.groups.has(name));
  const leavers = users.filter((name) => declared.users.get(name)?.value.status !== "enabled");
  return {
    keys: [
      ...new Set([
        ...[...users, ...gaining, ...unknown.users].map(changeId.user),
        ...[...groups, ...unknown.groups, ...teams].map(changeId.group),
        ...sets.flatMap((name) => [changeId.permissionSet(name), changeId.provisioning(name)]),
        ...unknown.sets.map(changeId.permissionSet),
        ...memberships.map(({ group, user }) => changeId.membership(group, user)),
        ...assignments.map(changeId.assignment),
        ...removals.keys(),
      ]),
    ],
    leaving: {
      users: leavers,
      deleted: leavers.filter((name) => isDeleted(declared, name)),
      groups: groups.filter((name) => !declared.groups.has(name)),
      permissionSets: sets.filter((name) => !declared.permissionSets.has(name)),
    },
    membersOf: [...membersOf],
    grantsOf: isGrantedElsewhere ? [...new Set([...membersOf, ...teams])] : [],
    owned,
    holders: holdersOf(declared, base),
  };
}

/** What a rule names together now and none did: where only what is declared is owned, all grants of it are from now on. */
function newlyOwned(declared: Declared, base: Declared): Target["owned"] {
  if (declared.settings.manage.assignments !== "declared") return [];
  return [...declared.ruled]
    .filter((owner) => !base.ruled.has(owner))
    .map((owner) => {
      const [principalType, principal, permissionSet] = JSON.parse(owner) as [PrincipalType, string, string];
      return { principalType, principal, permissionSet };
    });
}

/** The settings that say what is owned of whatever there is. */
function concerning({ settings }: Declared): unknown {
  const { manage, ignore, identitySource, onUserRemoval } = settings;
  return { manage, ignore, identitySource, onUserRemoval };
}

function differing(
  now: ReadonlyMap<string, Declaration<unknown>>,
  before: ReadonlyMap<string, Declaration<unknown>>,
  removed: ReadonlyMap<string, unknown>,
  removedBefore: ReadonlyMap<string, unknown>,
): readonly string[] {
  return [...new Set([...now.keys(), ...before.keys(), ...removed.keys()])].filter(
    (name) =>
      !equal(now.get(name)?.value, before.get(name)?.value) || removed.has(name) !== removedBefore.has(name),
  );
}

function missingFrom<V>(those: ReadonlyMap<ChangeId, V>, others: ReadonlyMap<ChangeId, V>): [ChangeId, V][] {
  return [...those].filter(([id]) => !others.has(id));
}

function principals(
  type: PrincipalType,
  keys: readonly Pick<AssignmentKey, "principalType" | "principal">[],
) {
  return keys.flatMap(({ principalType, principal }) => (principalType === type ? [principal] : []));
}

/**
 * For each set a grant of it by the base, of whoever holds the fewest sets in that account: each has to be asked its name.
 * A set that comes with these files is taken not to be there yet, where the base owned all there were.
 */
function holdersOf(declared: Declared, base: Declared): Target["holders"] {
  const keys = [...base.assignments.values()].map(({ value }) => value.key);
  const place = ({ principalType, principal, account }: AssignmentKey): string =>
    JSON.stringify([principalType, principal, account]);
  const crowds = new Map<string, number>();
  for (const key of keys) crowds.set(place(key), (crowds.get(place(key)) ?? 0) + 1);
  const best = new Map<string, AssignmentKey>();
  for (const key of keys) {
    const chosen = best.get(key.permissionSet);
    if (chosen === undefined || (crowds.get(place(key)) ?? 0) < (crowds.get(place(chosen)) ?? 0))
      best.set(key.permissionSet, key);
  }
  const { permissionSets, assignments } = declared.settings.manage;
  const ownsAll = permissionSets === "all" && assignments === "all";
  const isNew = (name: string): boolean => ownsAll && !base.permissionSets.has(name);
  return new Map([
    ...best,
    ...[...declared.permissionSets.keys()].filter(isNew).map((name) => [name, null] as const),
  ]);
}

/**
 * What Identity Center is taken to hold: what was read of the target, and for the rest what the base says, except to those
 * whose access was ended.
 */
export function assumed(base: Declared, read: Snapshot, { keys }: Target): Snapshot {
  const asked = new Set(keys);
  const revoked = revokedUsers(read);
  const state: State = {
    users: merged(
      base.users,
      ({ value }) => overlaid({}, value),
      read.state.users,
      (name) => asked.has(changeId.user(name)),
    ),
    groups: merged(
      base.groups,
      ({ value: { description } }) => (typeof description === "string" ? { description } : {}),
      read.state.groups,
      (name) => asked.has(changeId.group(name)),
    ),
    permissionSets: merged(
      base.permissionSets,
      ({ value }) => value,
      read.state.permissionSets,
      (name) => asked.has(changeId.permissionSet(name)),
    ),
    memberships: merged(
      base.memberships,
      ({ value }) => value,
      read.state.memberships,
      (id, { value }) => asked.has(id) || revoked.has(value.user),
    ),
    assignments: merged(
      base.assignments,
      ({ value }) => value.key,
      read.state.assignments,
      (id, { value: { key } }) =>
        asked.has(id) || (key.principalType === "user" && revoked.has(key.principal)),
    ),
    applicationAssignments: read.state.applicationAssignments,
  };
  return { ...read, state, provisioned: new Map([...accountsOfSets(state), ...read.provisioned]) };
}

function merged<K, D, V>(
  declared: ReadonlyMap<K, D>,
  valueOf: (declaration: D) => V,
  read: ReadonlyMap<K, V>,
  isKnown: (key: K, declaration: D) => boolean,
): ReadonlyMap<K, V> {
  const taken = [...declared].flatMap(([key, declaration]) =>
    isKnown(key, declaration) ? [] : [[key, valueOf(declaration)] as const],
  );
  return new Map([...taken, ...read]);
}

function accountsOfSets({ assignments }: State): ReadonlyMap<string, readonly string[]> {
  const accounts = new Map<string, string[]>();
  for (const { permissionSet, account } of assignments.values()) {
    const known = accounts.get(permissionSet);
    if (known === undefined) accounts.set(permissionSet, [account]);
    else if (!known.includes(account)) known.push(account);
  }
  return accounts;
}
