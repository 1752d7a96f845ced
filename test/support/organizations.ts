import fc from "fast-check";
import { changeId } from "../../src/model/keys.js";
import type { AssignmentKey, Keys } from "../../src/model/keys.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import type { Group, PermissionSet, State, User } from "../../src/model/state.js";

export const accountPool = ["111122223333", "333300001111", "444455556666"] as const;
export const userPool = ["ann", "ben", "cat", "dan", "eve"] as const;
const groupPool = ["red", "green", "blue"] as const;
export const setPool = ["Read", "Write", "Admin"] as const;
const sessions = ["PT1H", "PT2H", "PT4H"] as const;

/** Random small organizations that overlap enough to collide: the same few names, in any constellation. */
export function organizations(): fc.Arbitrary<State> {
  return fc
    .record({
      users: fc.subarray([...userPool]),
      groups: fc.subarray([...groupPool]),
      sets: fc.subarray([...setPool]),
      titles: fc.array(fc.constantFrom("Engineer", "Lead", undefined), { minLength: 5, maxLength: 5 }),
      descriptions: fc.array(fc.constantFrom("one", "two", undefined), { minLength: 3, maxLength: 3 }),
      durations: fc.array(fc.constantFrom(...sessions), { minLength: 3, maxLength: 3 }),
      tags: fc.array(fc.constantFrom("a", "b", undefined), { minLength: 3, maxLength: 3 }),
      policies: fc.array(fc.subarray(["ReadOnlyAccess", "SecurityAudit", "ViewOnlyAccess"]), {
        minLength: 3,
        maxLength: 3,
      }),
      memberships: fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
      groupGrants: fc.array(fc.boolean(), { minLength: 27, maxLength: 27 }),
      userGrants: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 45, maxLength: 45 }),
    })
    .map((drawn) => {
      const users = new Map<string, User>();
      for (const [index, name] of userPool.entries()) {
        const title = drawn.titles[index];
        if (drawn.users.includes(name)) users.set(name, person(name, title));
      }
      const groups = new Map<string, Group>();
      for (const [index, name] of groupPool.entries()) {
        const description = drawn.descriptions[index];
        if (drawn.groups.includes(name)) groups.set(name, description === undefined ? {} : { description });
      }
      const permissionSets = new Map<string, PermissionSet>();
      for (const [index, name] of setPool.entries()) {
        const tag = drawn.tags[index];
        if (drawn.sets.includes(name))
          permissionSets.set(
            name,
            permissionSet({
              sessionDuration: drawn.durations[index] ?? "PT1H",
              managedPolicies: (drawn.policies[index] ?? []).map(
                (policy) => `arn:aws:iam::aws:policy/${policy}`,
              ),
              tags: tag === undefined ? {} : { team: tag },
            }),
          );
      }
      let index = 0;
      const memberships: Keys["membership"][] = [];
      for (const group of groupPool)
        for (const user of userPool)
          if (drawn.memberships[index++] === true && groups.has(group) && users.has(user))
            memberships.push({ group, user });
      const assignments: AssignmentKey[] = [];
      index = 0;
      for (const group of groupPool)
        for (const set of setPool)
          for (const account of accountPool)
            if (drawn.groupGrants[index++] === true && groups.has(group) && permissionSets.has(set))
              assignments.push({ principalType: "group", principal: group, permissionSet: set, account });
      index = 0;
      for (const user of userPool)
        for (const set of setPool)
          for (const account of accountPool)
            if (drawn.userGrants[index++] === 0 && users.has(user) && permissionSets.has(set))
              assignments.push({ principalType: "user", principal: user, permissionSet: set, account });
      return stateOf({ users, groups, permissionSets, memberships, assignments });
    });
}

export function person(name: string, title?: string): User {
  return {
    givenName: name,
    familyName: "Example",
    displayName: `${name} Example`,
    email: `${name}@example.com`,
    ...(title === undefined ? {} : { title }),
  };
}

export function permissionSet(given: Partial<PermissionSet> = {}): PermissionSet {
  return {
    sessionDuration: "PT1H",
    managedPolicies: [],
    customerManagedPolicies: [],
    inlinePolicy: null,
    permissionsBoundary: null,
    tags: {},
    ...given,
  };
}

export function stateOf(given: {
  users?: ReadonlyMap<string, User>;
  groups?: ReadonlyMap<string, Group>;
  permissionSets?: ReadonlyMap<string, PermissionSet>;
  memberships?: readonly Keys["membership"][];
  assignments?: readonly AssignmentKey[];
}): State {
  return {
    users: given.users ?? new Map(),
    groups: given.groups ?? new Map(),
    permissionSets: given.permissionSets ?? new Map(),
    memberships: new Map(
      (given.memberships ?? []).map((key) => [changeId.membership(key.group, key.user), key] as const),
    ),
    assignments: new Map((given.assignments ?? []).map((key) => [changeId.assignment(key), key] as const)),
    applicationAssignments: new Map(),
  };
}

/** A Snapshot of `state` as a healthy Identity Center would give it: provisioned where assigned, nothing behind. */
export function snapshotOf(state: State, given: Partial<Snapshot> = {}): Snapshot {
  const provisioned = new Map<string, Set<string>>();
  for (const { permissionSet: set, account } of state.assignments.values())
    provisioned.set(set, (provisioned.get(set) ?? new Set()).add(account));
  return {
    instance: {
      arn: "arn:aws:sso:::instance/ssoins-1111222233334444",
      identityStoreId: "d-1111222233",
      region: "eu-west-1",
      ownerAccountId: "999900001111",
      mark: "sha256:earlier",
    },
    caller: { accountId: "999900001111", arn: "arn:aws:iam::999900001111:role/idc", isManagement: true },
    state,
    status: new Map([...state.users.keys()].map((name) => [name, "ENABLED"] as const)),
    issuers: { users: new Map(), groups: new Map() },
    provisioned: new Map([...provisioned].map(([set, accounts]) => [set, [...accounts].sort()] as const)),
    lagging: new Map(),
    revoked: [],
    scope: { kind: "all" },
    gaps: [],
    readAt: "2026-01-01T00:00:00.000Z",
    requests: { ssoAdmin: 0, identityStore: 0, organizations: 0, sts: 0 },
    ...given,
  };
}

/** What changes between the two organizations: the whole, or only one part, where the lower bound holds whatever the way. */
export function reorganizations(): fc.Arbitrary<{ from: State; to: State; strict: boolean }> {
  return fc
    .tuple(organizations(), organizations(), fc.constantFrom("everything", "memberships", "assignments"))
    .map(([from, other, part]): { from: State; to: State; strict: boolean } => {
      if (part === "everything") return { from, to: other, strict: false };
      const { permissionSets, memberships, assignments } = other;
      const live = {
        ...from,
        users: new Map([...from.users, ...other.users]),
        groups: new Map([...from.groups, ...other.groups]),
        permissionSets,
        memberships,
        assignments,
      };
      const wanted =
        part === "memberships"
          ? { ...live, memberships: within(live, from).memberships }
          : { ...live, assignments: within(live, from).assignments };
      return { from: live, to: wanted, strict: true };
    });
}

/** The memberships and assignments of `other` whose ends are in `state`. */
function within(state: State, other: State): Pick<State, "memberships" | "assignments"> {
  return {
    memberships: new Map(
      [...other.memberships].filter(
        ([, { group, user }]) => state.groups.has(group) && state.users.has(user),
      ),
    ),
    assignments: new Map(
      [...other.assignments].filter(
        ([, { principalType, principal, permissionSet }]) =>
          (principalType === "user" ? state.users : state.groups).has(principal) &&
          state.permissionSets.has(permissionSet),
      ),
    ),
  };
}
