import { changeId, type AssignmentKey, type ChangeId } from "../model/keys.js";
import type { GapScope, Target } from "../model/snapshot.js";
import { readApplicationAssignments } from "./applications.js";
import { applicationsById, type Content } from "./assemble.js";
import { createGaps, isKind, orNull, type Gaps } from "./gaps.js";
import { listGrants, listGrantsOf, listProvisionedAccounts, type GrantRow } from "./grants.js";
import { groupIdOf, membershipKey, userIdOf, type Identities, type Names } from "./identities.js";
import type { InputOf, OperationName, OutputOf } from "./operations.js";
import { describePermissionSet } from "./permission-set.js";
import { describeGroup, describeUser, listMembers, listMembershipsOf } from "./principals.js";
import { readNamed } from "./read-named.js";
import type { Site } from "./site.js";

/**
 * Reads what a plan is about: the named objects, and of those that go all that goes with them. Its cost follows the number
 * of objects, not the organization's size: permission sets are found by what somebody holds who is known to hold them, and
 * what several objects have in common is asked for once.
 */
export async function readTargeted(given: Site, identities: Identities, target: Target): Promise<Content> {
  const site = describingOnce(given);
  const nearby: Identities = {
    ...identities,
    users: findingOnce(identities.users),
    groups: findingOnce(identities.groups),
    permissionSets: foundByHolders(identities.permissionSets, target.holders),
  };
  const named = await readNamed(site, nearby, target.keys);
  const gaps = createGaps();
  const deleted = new Set(target.leaving.deleted);
  const leaving = target.leaving.users.flatMap((name) => {
    const id = nearby.users.known(name);
    const isDisabled = named.status.get(name) === "DISABLED";
    return id === null || (isDisabled && !deleted.has(name)) ? [] : [{ name, id }];
  });
  const applications = await gaps.guard([{ kind: "applicationAssignment" }], () =>
    readApplicationAssignments(site, leaving),
  );
  const { memberships, assignments } = await readAlong({ site, identities: nearby, gaps }, target);
  const { state } = named;
  return {
    ...named,
    state: {
      ...state,
      memberships: new Map([...state.memberships, ...memberships]),
      assignments: new Map([...state.assignments, ...assignments]),
      applicationAssignments: applicationsById(applications ?? []),
    },
    gaps: [...named.gaps, ...gaps.all],
  };
}

/** What an id stands for is asked once in a reading: to find an object by its name, and for its content. Failures are forgotten. */
function describingOnce({ api, instance }: Site): Site {
  const answers = new Map<string, Promise<unknown>>();
  function call<O extends OperationName>(
    operation: O,
    input: InputOf<O>,
    signal?: AbortSignal,
  ): Promise<OutputOf<O>> {
    if (!operation.includes(" Describe")) return api.call(operation, input, signal);
    const question = JSON.stringify([operation, input]);
    // The question names the operation, so this is an answer to it.
    return once(answers, question, () =>
      api.call(operation, input, signal).catch((error: unknown) => {
        answers.delete(question);
        throw error;
      }),
    ) as Promise<OutputOf<O>>;
  }
  return { instance, api: { ...api, call } };
}

/** One look-up serves all who ask for the same name while it lasts. */
function findingOnce(names: Names): Names {
  const pending = new Map<string, Promise<string | null>>();
  return {
    ...names,
    find: (site, name) =>
      once(pending, name, () => names.find(site, name).finally(() => pending.delete(name))),
  };
}

function once<T>(answers: Map<string, Promise<T>>, question: string, ask: () => Promise<T>): Promise<T> {
  const earlier = answers.get(question);
  if (earlier !== undefined) return earlier;
  const answer = ask();
  answers.set(question, answer);
  return answer;
}

/** Names of permission sets, looked for among what their holders hold first, and among all there are last. */
function foundByHolders(names: Names, holders: Target["holders"]): Names {
  const near = new Map<string, Promise<readonly GrantRow[]>>();
  return {
    ...names,
    async find(site, name) {
      const holder = holders.get(name);
      if (holder === null) return null;
      if (names.known(name) === null && holder !== undefined)
        for (const { arn } of await once(near, placeOf(holder), () => grantsNear(site, holder))) {
          const settings = await orNull(describePermissionSet(site, arn));
          if (settings !== null) names.learn(settings.name, arn);
          if (settings?.name === name) break;
        }
      return names.find(site, name);
    },
  };
}

function placeOf({ principalType, principal, account }: AssignmentKey): string {
  return JSON.stringify([principalType, principal, account]);
}

/** What the holder has in the account of its grant; nothing where a caller may not ask that, or the holder is gone. */
async function grantsNear(
  site: Site,
  { principalType, principal, account }: AssignmentKey,
): Promise<readonly GrantRow[]> {
  try {
    const id = await (principalType === "user" ? userIdOf : groupIdOf)(site, principal);
    return id === null ? [] : await listGrantsOf(site, principalType, id, account);
  } catch (error) {
    if (isKind(error, "denied") || isKind(error, "not-found")) return [];
    throw error;
  }
}

type Reading = { readonly site: Site; readonly identities: Identities; readonly gaps: Gaps };
type Held = {
  readonly memberships: Map<ChangeId, { readonly group: string; readonly user: string }>;
  readonly assignments: Map<ChangeId, AssignmentKey>;
};

/** What goes along with those that leave, and what the base does not say although it matters. */
async function readAlong(
  { site, identities, gaps }: Reading,
  { leaving, membersOf, grantsOf, owned }: Target,
): Promise<Held> {
  const held: Held = { memberships: new Map(), assignments: new Map() };
  const nameOf = nameFinder(site, identities);
  const all = [
    ...leaving.users.map((name) => () => readUser(name)),
    ...leaving.groups.map((name) => () => readGroup(name)),
    ...leaving.permissionSets.map((name) => () => readSet(name)),
    ...membersOf.map((name) => () => readMembers(name)),
    ...grantsOf.map((name) => () => readGrants(name)),
    ...owned.map((pair) => () => readOwned(pair)),
  ];
  await Promise.all(all.map((read) => read()));
  return held;

  /** What one of the readings cannot tell is no reason not to hear the others: somebody may have to be out at once. */
  async function readUser(user: string): Promise<void> {
    const id = identities.users.known(user);
    if (id === null) return;
    const guarded = <T>(read: () => Promise<T>) => gaps.guard([{ kind: "user", name: user }], read);
    await Promise.all([
      guarded(() => listMembershipsOf(site, id)).then((rows) =>
        Promise.all(
          (rows ?? []).map(({ groupId, membershipId }) => {
            identities.memberships.set(membershipKey(groupId, id), membershipId);
            return guarded(async () => addMembership(await nameOf.group(groupId), user));
          }),
        ),
      ),
      guarded(() => listGrantsOf(site, "user", id)).then((rows) =>
        Promise.all((rows ?? []).map((row) => guarded(() => addGrant(row)))),
      ),
    ]);
  }

  async function readGroup(group: string): Promise<void> {
    const id = identities.groups.known(group);
    if (id === null) return;
    const covers: readonly GapScope[] = [
      { kind: "group", name: group },
      { kind: "membership", group },
    ];
    await gaps.guard(covers, async () => {
      await addMembers(group, id);
      for (const row of await listGrantsOf(site, "group", id)) await addGrant(row);
    });
  }

  async function readMembers(group: string): Promise<void> {
    const id = identities.groups.known(group);
    if (id !== null) await gaps.guard([{ kind: "membership", group }], () => addMembers(group, id));
  }

  async function readGrants(group: string): Promise<void> {
    const id = identities.groups.known(group);
    if (id === null) return;
    await gaps.guard([{ kind: "assignment" }], async () => {
      for (const row of await listGrantsOf(site, "group", id)) await addGrant(row);
    });
  }

  async function readOwned({
    principalType,
    principal,
    permissionSet,
  }: Target["owned"][number]): Promise<void> {
    const id = (principalType === "user" ? identities.users : identities.groups).known(principal);
    if (id === null) return;
    await gaps.guard([{ kind: "assignment", permissionSet, account: null }], async () => {
      for (const row of await listGrantsOf(site, principalType, id))
        if ((await nameOf.permissionSet(row.arn)) === permissionSet) await addGrant(row);
    });
  }

  async function addMembers(group: string, id: string): Promise<void> {
    const members = await listMembers(site, id);
    await Promise.all(members.map(async ({ userId }) => addMembership(group, await nameOf.user(userId))));
  }

  async function readSet(permissionSet: string): Promise<void> {
    const arn = identities.permissionSets.known(permissionSet);
    if (arn === null) return;
    const covers: readonly GapScope[] = [
      { kind: "permissionSet", permissionSet },
      { kind: "assignment", permissionSet, account: null },
    ];
    await gaps.guard(covers, async () => {
      const accounts = await listProvisionedAccounts(site, arn, "all");
      const rows = await Promise.all(accounts.map((account) => listGrants(site, arn, account)));
      await Promise.all(rows.flat().map(addGrant));
    });
  }

  function addMembership(group: string | null, user: string | null): void {
    if (group === null || user === null) return;
    held.memberships.set(changeId.membership(group, user), { group, user });
  }

  async function addGrant({ arn, account, type, principalId }: GrantRow): Promise<void> {
    const [permissionSet, principal] = await Promise.all([
      nameOf.permissionSet(arn),
      type === "user" ? nameOf.user(principalId) : nameOf.group(principalId),
    ]);
    if (permissionSet === null) return;
    const key: AssignmentKey =
      principal === null
        ? { principalType: type, principal: `#${principalId}`, orphan: true, permissionSet, account }
        : { principalType: type, principal, permissionSet, account };
    held.assignments.set(changeId.assignment(key), key);
  }
}

/** Names by the service's ids, each asked for once; null when there is no such object. What is found is remembered for the names. */
function nameFinder(site: Site, { users, groups, permissionSets }: Identities) {
  const asked = new Map<string, Promise<string | null>>();
  const nameOf = (names: Names, id: string, describe: () => Promise<{ readonly name: string }>) =>
    once(asked, id, async () => {
      const one = await orNull(describe());
      if (one !== null) names.learn(one.name, id);
      return one?.name ?? null;
    });
  return {
    user: (id: string) => nameOf(users, id, () => describeUser(site, id)),
    group: (id: string) => nameOf(groups, id, () => describeGroup(site, id)),
    permissionSet: (arn: string) => nameOf(permissionSets, arn, () => describePermissionSet(site, arn)),
  };
}
