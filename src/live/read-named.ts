import { changeId, type AccountId, type AssignmentKey, type ChangeId, type Keys } from "../model/keys.js";
import type { ApplicationAssignment, PermissionSet, State } from "../model/state.js";
import { unreadable } from "./api.js";
import { listApplicationsOf } from "./applications.js";
import { issuers, type Content } from "./assemble.js";
import { createGaps, orNull, unlessGone, type Gaps } from "./gaps.js";
import { listGrants, listProvisionedAccounts } from "./grants.js";
import { principalId, type Identities, type Names } from "./identities.js";
import { grouped } from "../model/grouped.js";
import { namedKeys } from "../model/named-keys.js";
import { describePermissionSet, isPermissionSetListed, readPermissionSet } from "./permission-set.js";
import { describeGroup, describeUser, type GroupRow, type UserRow } from "./principals.js";
import type { Site } from "./site.js";

type Reading = { readonly site: Site; readonly identities: Identities; readonly gaps: Gaps };

/**
 * Reads the named objects alone, at a cost that follows their number and not the organisation's: about a request for a
 * user, a group, a member or a pair of permission set and account, six for a permission set, two for its provisioning.
 */
export async function readNamed(
  site: Site,
  identities: Identities,
  ids: readonly ChangeId[],
): Promise<Content> {
  const named = namedKeys(ids);
  const reading = { site, identities, gaps: createGaps() };
  const [users, groups, memberships, permissionSets, assignments, applicationAssignments, provisioning] =
    await Promise.all([
      each([...named.users], (name) => readUser(reading, name)),
      each([...named.groups], (name) => readGroup(reading, name)),
      readMemberships(reading, named.memberships),
      each([...named.permissionSets], (name) => readSet(reading, name)),
      readAssignments(reading, named.assignments),
      readApplications(reading, named.applicationAssignments),
      each([...named.provisioning], (name) => readProvisioning(reading, name)),
    ]);
  return {
    state: {
      users: new Map([...users].map(([name, { user }]) => [name, user])),
      groups: new Map([...groups].map(([name, { group }]) => [name, group])),
      memberships,
      permissionSets,
      assignments,
      applicationAssignments,
    },
    status: new Map([...users].flatMap(([name, { status }]) => (status === null ? [] : [[name, status]]))),
    issuers: { users: issuers(users.values()), groups: issuers(groups.values()) },
    provisioned: new Map([...provisioning].map(([name, { accounts }]) => [name, accounts])),
    lagging: new Map([...provisioning].map(([name, { lagging }]) => [name, lagging])),
    gaps: reading.gaps.all,
  };
}

async function readUser({ site, identities, gaps }: Reading, name: string): Promise<UserRow | null> {
  return gaps.guard([{ kind: "user", name }], () =>
    byName(site, identities.users, name, async (id) => {
      const row = await orNull(describeUser(site, id));
      return row?.name === name ? row : null;
    }),
  );
}

async function readGroup({ site, identities, gaps }: Reading, name: string): Promise<GroupRow | null> {
  return gaps.guard([{ kind: "group", name }], () =>
    byName(site, identities.groups, name, async (id) => {
      const row = await orNull(describeGroup(site, id));
      return row?.name === name ? row : null;
    }),
  );
}

async function readSet({ site, identities, gaps }: Reading, name: string): Promise<PermissionSet | null> {
  return gaps.guard([{ kind: "permissionSet", permissionSet: name }], () =>
    byName(site, identities.permissionSets, name, async (arn) => {
      const settings = await orNull(describePermissionSet(site, arn));
      if (settings === null) return null;
      return unlessGone(
        () => readPermissionSet(site, arn, settings),
        () => isPermissionSetListed(site, arn),
      );
    }),
  );
}

async function readProvisioning(
  { site, identities, gaps }: Reading,
  name: string,
): Promise<{ accounts: readonly AccountId[]; lagging: readonly AccountId[] } | null> {
  return gaps.guard([{ kind: "provisioning", permissionSet: name }], () =>
    byName(site, identities.permissionSets, name, (arn) =>
      orNull(
        Promise.all([
          listProvisionedAccounts(site, arn, "all"),
          listProvisionedAccounts(site, arn, "lagging"),
        ]).then(([accounts, lagging]) => ({ accounts, lagging })),
      ),
    ),
  );
}

/** One request a user serves up to a hundred groups; a group's own list may be as long as the organisation. */
async function readMemberships(
  reading: Reading,
  wanted: ReadonlyMap<ChangeId, Keys["membership"]>,
): Promise<ReadonlyMap<ChangeId, Keys["membership"]>> {
  const found = new Map<ChangeId, Keys["membership"]>();
  await Promise.all(
    grouped(wanted.values(), ({ user }) => user).map(async (keys) => {
      const covers = keys.map(({ group }) => ({ kind: "membership", group }) as const);
      const held = await reading.gaps.guard(covers, () => heldMemberships(reading, keys));
      for (const key of held ?? []) found.set(changeId.membership(key.group, key.user), key);
    }),
  );
  return found;
}

/** Those of one user's `keys` that are there. */
async function heldMemberships(
  { site, identities }: Reading,
  keys: readonly Keys["membership"][],
): Promise<readonly Keys["membership"][]> {
  const [userId, ...groupIds] = await Promise.all([
    identities.users.find(site, keys[0]?.user ?? ""),
    ...keys.map(({ group }) => identities.groups.find(site, group)),
  ]);
  if (userId === null || userId === undefined) return [];
  const ids = groupIds.filter((id) => id !== null);
  const memberOf = new Set<string>();
  for (let from = 0; from < ids.length; from += 100)
    for (const id of await memberships(site, userId, ids.slice(from, from + 100))) memberOf.add(id);
  return keys.filter((_, index) => memberOf.has(groupIds[index] ?? ""));
}

/** Those of the groups that the user is in. One that is gone would hide the others, so then each is asked for. */
async function memberships(
  { api, instance }: Site,
  userId: string,
  groupIds: readonly string[],
): Promise<readonly string[]> {
  const operation = "identitystore IsMemberInGroups";
  const store = { IdentityStoreId: instance.identityStoreId, MemberId: { UserId: userId } };
  const answer = await orNull(api.call(operation, { ...store, GroupIds: [...groupIds] }));
  if (answer !== null) {
    if (answer.Results === undefined) throw unreadable(operation, "its answer lacks the results");
    return answer.Results.flatMap(({ GroupId, MembershipExists }) =>
      MembershipExists === true && GroupId !== undefined ? [GroupId] : [],
    );
  }
  const found = await Promise.all(
    groupIds.map((GroupId) => orNull(api.call("identitystore GetGroupMembershipId", { ...store, GroupId }))),
  );
  return groupIds.filter((_, index) => found[index] !== null);
}

async function readAssignments(
  reading: Reading,
  wanted: ReadonlyMap<ChangeId, AssignmentKey>,
): Promise<ReadonlyMap<ChangeId, AssignmentKey>> {
  const found = new Map<ChangeId, AssignmentKey>();
  await Promise.all(
    grouped(wanted, ([, key]) => `${key.account} ${key.permissionSet}`).map(async (pair) => {
      const [[, { permissionSet, account }]] = pair;
      const covers = [{ kind: "assignment", permissionSet, account }] as const;
      const held = await reading.gaps.guard(covers, () => heldAssignments(reading, pair));
      for (const [id, key] of held ?? []) found.set(id, key);
    }),
  );
  return found;
}

/** What an application is called plays no part here: its ARN stands for it. */
async function readApplications(
  { site, identities, gaps }: Reading,
  wanted: ReadonlyMap<ChangeId, Keys["applicationAssignment"]>,
): Promise<State["applicationAssignments"]> {
  const found = new Map<ChangeId, ApplicationAssignment>();
  await Promise.all(
    grouped(wanted, ([, { user }]) => user).map(async (keys) => {
      const [[, { user }]] = keys;
      const held = await gaps.guard<readonly string[]>([{ kind: "applicationAssignment" }], async () => {
        const userId = await identities.users.find(site, user);
        return userId === null ? [] : listApplicationsOf(site, userId);
      });
      for (const [id, { application }] of keys)
        if (held?.includes(application) === true) found.set(id, { user, application, name: application });
    }),
  );
  return found;
}

type Wanted = readonly [ChangeId, AssignmentKey];

/** Those assignments of one pair of permission set and account that are there. */
async function heldAssignments(
  { site, identities }: Reading,
  pair: readonly [Wanted, ...Wanted[]],
): Promise<readonly Wanted[]> {
  const [[, { permissionSet, account }]] = pair;
  const rows = await byName(site, identities.permissionSets, permissionSet, (arn) =>
    unlessGone(
      () => listGrants(site, arn, account),
      () => isPermissionSetListed(site, arn),
    ),
  );
  if (rows === null) return [];
  const held = await Promise.all(
    pair.map(async ([, key]) => {
      const id = await principalId(site, identities, key);
      return rows.some((row) => row.type === key.principalType && row.principalId === id);
    }),
  );
  return pair.filter((_, index) => held[index]);
}

/**
 * What `read` finds by the id of `name`; null when there is nothing of that name. An id that leads nowhere may be out of
 * date, so the name is looked up once more.
 */
async function byName<T>(
  site: Site,
  names: Names,
  name: string,
  read: (id: string) => Promise<T | null>,
): Promise<T | null> {
  const remembered = names.known(name);
  const id = remembered ?? (await names.find(site, name));
  const found = id === null ? null : await read(id);
  if (found !== null || remembered === null) return found;
  names.forget(name);
  const current = await names.find(site, name);
  return current === null || current === remembered ? null : read(current);
}

async function each<T>(
  names: readonly string[],
  read: (name: string) => Promise<T | null>,
): Promise<ReadonlyMap<string, T>> {
  const values = await Promise.all(names.map(async (name) => [name, await read(name)] as const));
  return new Map(values.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
}
