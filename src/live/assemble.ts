import {
  changeId,
  type AccountId,
  type AssignmentKey,
  type ChangeId,
  type Keys,
  type PrincipalType,
} from "../model/keys.js";
import type { LiveError } from "../model/live-error.js";
import type { Snapshot } from "../model/snapshot.js";
import type { ApplicationAssignment } from "../model/state.js";
import { byText } from "../model/text.js";
import { membershipKey, type Identities } from "./identities.js";
import type { Principals } from "./latecomers.js";
import type { Rows } from "./read-all.js";

/** What a reading contributes to a Snapshot. */
export type Content = Pick<Snapshot, "state" | "status" | "issuers" | "provisioned" | "lagging" | "gaps">;

/** Puts names in the place of ids, everything in the order of its name, and remembers the ids for the writer. */
export function assemble(
  rows: Rows,
  principals: Principals,
  applications: readonly ApplicationAssignment[],
  identities: Identities,
): Content {
  const users = [...principals.users.values()].sort(byName);
  const groups = [...principals.groups.values()].sort(byName);
  const sets = [...(rows.sets ?? [])].sort(byName);
  for (const { name, id } of users) identities.users.learn(name, id);
  for (const { name, id } of groups) identities.groups.learn(name, id);
  for (const { name, arn } of sets) identities.permissionSets.learn(name, arn);
  for (const { groupId, userId, membershipId } of principals.members)
    identities.memberships.set(membershipKey(groupId, userId), membershipId);
  return {
    state: {
      users: new Map(users.map(({ name, user }) => [name, user])),
      groups: new Map(groups.map(({ name, group }) => [name, group])),
      memberships: memberships(rows, principals),
      permissionSets: new Map(sets.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
      assignments: assignments(rows, principals),
      applicationAssignments: applicationsById(applications),
    },
    status: new Map(users.flatMap(({ name, status }) => (status === null ? [] : [[name, status]]))),
    issuers: { users: issuers(users), groups: issuers(groups) },
    provisioned: accounts(sets.map(({ name, provisioned }) => [name, provisioned])),
    lagging: accounts(sets.map(({ name, lagging }) => [name, lagging])),
    gaps: rows.gaps.all,
  };
}

export function applicationsById(
  applications: readonly ApplicationAssignment[],
): ReadonlyMap<ChangeId, ApplicationAssignment> {
  return new Map(applications.map((one) => [changeId.applicationAssignment(one.user, one.application), one]));
}

/** By name, of those that have one. */
export function issuers(
  rows: Iterable<{ readonly name: string; readonly issuer: string | null }>,
): ReadonlyMap<string, string> {
  return new Map([...rows].flatMap(({ name, issuer }) => (issuer === null ? [] : [[name, issuer]])));
}

function memberships(rows: Rows, principals: Principals): ReadonlyMap<ChangeId, Keys["membership"]> {
  const found: [ChangeId, Keys["membership"]][] = [];
  for (const { groupId, userId } of principals.members) {
    const group = principals.groups.get(groupId)?.name;
    if (group === undefined) continue;
    const user = principals.users.get(userId)?.name;
    const error = principals.unclear.get(userId);
    if (user !== undefined) found.push([changeId.membership(group, user), { group, user }]);
    else if (error !== undefined) rows.gaps.add([{ kind: "membership", group }], error);
  }
  return new Map(found.sort(byId));
}

function assignments(rows: Rows, principals: Principals): ReadonlyMap<ChangeId, AssignmentKey> {
  const found: [ChangeId, AssignmentKey][] = [];
  for (const { name: permissionSet, grants } of rows.sets ?? []) {
    for (const { account, type, principalId } of grants) {
      const principal = principalOf(type, principalId, rows, principals);
      if (principal === "unread") continue;
      if ("error" in principal) {
        rows.gaps.add([{ kind: "assignment", permissionSet, account }], principal.error);
        continue;
      }
      const key = { principalType: type, ...principal, permissionSet, account };
      found.push([changeId.assignment(key), key]);
    }
  }
  return new Map(found.sort(byId));
}

/** `unread`: the whole kind could not be read, which a gap says already. */
function principalOf(
  type: PrincipalType,
  id: string,
  rows: Rows,
  { users, groups, unclear }: Principals,
): Pick<AssignmentKey, "principal" | "orphan"> | { readonly error: LiveError } | "unread" {
  if ((type === "user" ? rows.users : rows.groups) === null) return "unread";
  const name = (type === "user" ? users : groups).get(id)?.name;
  if (name !== undefined) return { principal: name };
  const error = unclear.get(id);
  return error === undefined ? { principal: `#${id}`, orphan: true } : { error };
}

function accounts(
  entries: readonly (readonly [string, readonly AccountId[] | null])[],
): ReadonlyMap<string, readonly AccountId[]> {
  return new Map(entries.flatMap(([name, list]) => (list === null ? [] : [[name, [...list].sort(byText)]])));
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return byText(left.name, right.name);
}

function byId(left: readonly [ChangeId, unknown], right: readonly [ChangeId, unknown]): number {
  return byText(left[0], right[0]);
}
