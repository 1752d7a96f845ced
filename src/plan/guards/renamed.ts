import type { Change } from "../../model/change.js";
import { changeId } from "../../model/keys.js";
import type { ChangeId } from "../../model/keys.js";
import { grantKey } from "../../model/reach.js";
import type { Grant } from "../../model/reach.js";
import type { Group, PermissionSet, User } from "../../model/state.js";
import { policyIdentity } from "../../policy/normal-form.js";
import { fieldsOfPermissionSet, isProvisioned } from "../fields.js";
import type { Judged } from "./judged.js";

// The service renames neither users nor permission sets, so files that give one another name remove the old and create the
// new. Counting that as removals would refuse a plan by which nobody loses anything. A pair is taken for a rename only
// where the new one is what the old one was, and each membership and grant only where its counterpart is created.

/** Which names are taken over by others, and what that means for a removal. */
export type Renamed = {
  readonly user: (name: string) => string;
  readonly grant: (grant: Grant) => Grant;
  /** Whether what `change` removes is created under another name by the same plan. */
  readonly isTakenOver: (change: Change) => boolean;
};

export function renamedIn({ changes, before, after }: Pick<Judged, "changes" | "before" | "after">): Renamed {
  const created = new Set(changes.flatMap(({ id, action }) => (action === "create" ? [id] : [])));
  const users = pairs(
    changes.filter((change) => change.kind === "user"),
    alike(personOf),
    () => true,
  );
  const sets = pairs(
    changes.filter((change) => change.kind === "permissionSet"),
    alike(contentOf),
    isSameSet,
  );
  const user = (name: string): string => users.get(name) ?? name;
  const grant = ({ permissionSet, account }: Grant): Grant => ({
    permissionSet: sets.get(permissionSet) ?? permissionSet,
    account,
  });
  const groups = pairs(
    changes.filter((change) => change.kind === "group"),
    groupsWith({ user, grant, before, after }),
    (_before, _after, names) => isSameGroup(names, { user, grant, before, after }),
  );
  const counterpart = (change: Change): ChangeId | null => {
    switch (change.kind) {
      case "user":
        return changeId.user(user(change.key.name));
      case "group":
        return changeId.group(groups.get(change.key.name) ?? change.key.name);
      case "permissionSet":
        return changeId.permissionSet(sets.get(change.key.name) ?? change.key.name);
      case "membership":
        return changeId.membership(groups.get(change.key.group) ?? change.key.group, user(change.key.user));
      case "assignment": {
        const { principalType, principal, orphan } = change.key;
        if (orphan === true) return null;
        const name = principalType === "user" ? user(principal) : (groups.get(principal) ?? principal);
        return changeId.assignment({ principalType, principal: name, ...grant(change.key) });
      }
      case "applicationAssignment":
      case "provisioning":
        return null;
    }
  };
  return {
    user,
    grant,
    isTakenOver: (change) => {
      const id = counterpart(change);
      return id !== null && id !== change.id && created.has(id);
    },
  };
}

type Names = { readonly old: string; readonly new: string };

type Replaceable<V> = Pick<Change, "action"> & {
  readonly key: { readonly name: string };
  readonly before: V | null;
  readonly after: V | null;
};

/** Of what is created, by name, that which may stand for what is removed: all else need not be looked at. */
type Candidates<V> = (
  created: ReadonlyMap<string, V>,
) => (removed: readonly [name: string, value: V]) => Iterable<string>;

/**
 * What is removed with what is created in its place, each once, in the order of the changes. There may be ten thousand of
 * each, so what is like none is told by looking it up.
 */
function pairs<V>(
  changes: readonly Replaceable<V>[],
  candidates: Candidates<V>,
  isSame: (before: V, after: V, names: Names) => boolean,
): ReadonlyMap<string, string> {
  const free = new Map<string, V>();
  for (const { action, key, after } of changes)
    if (action === "create" && after !== null) free.set(key.name, after);
  const candidatesFor = candidates(free);
  const found = new Map<string, string>();
  for (const { action, key, before } of changes) {
    if (action !== "delete" || before === null) continue;
    for (const name of candidatesFor([key.name, before])) {
      const after = free.get(name);
      if (after === undefined || !isSame(before, after, { old: key.name, new: name })) continue;
      found.set(key.name, name);
      free.delete(name);
      break;
    }
  }
  return found;
}

/** Those of one identity; what has none is like nothing. */
function alike<V>(identityOf: (value: V) => string | null): Candidates<V> {
  return (created) => {
    const byIdentity = new Map<string, string[]>();
    for (const [name, value] of created) put(byIdentity, identityOf(value), name);
    return ([, removed]) => byIdentity.get(identityOf(removed) ?? "") ?? [];
  };
}

function put(lists: Map<string, string[]>, key: string | null, name: string): void {
  if (key === null) return;
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [name]);
  else list.push(name);
}

function personOf({ email }: User): string | null {
  return email?.toLowerCase() ?? null;
}

/** What sets of the same content have in common, if not all of it. */
function contentOf({ sessionDuration, managedPolicies, inlinePolicy }: PermissionSet): string {
  const policy = inlinePolicy === null ? null : policyIdentity(inlinePolicy);
  return JSON.stringify([sessionDuration, managedPolicies, policy]);
}

function isSameSet(before: PermissionSet, after: PermissionSet): boolean {
  return !fieldsOfPermissionSet(before, after).some(
    (field) => isProvisioned(field) && field.path !== "description",
  );
}

type Worlds = Pick<Renamed, "user" | "grant"> & Pick<Judged, "before" | "after">;

/** Groups that have what fewest of them have of the removed one's members and grants. */
function groupsWith({ user, grant, before, after }: Worlds): Candidates<Group> {
  return (created) => {
    const byPart = new Map<string, string[]>();
    for (const name of created.keys()) {
      for (const member of after.membersOf(name)) put(byPart, `member ${member}`, name);
      for (const held of after.grantsOf("group", name)) put(byPart, `grant ${grantKey(held)}`, name);
    }
    return ([name]) => {
      const members = [...before.membersOf(name)].map((one) => `member ${user(one)}`);
      const grants = [...before.grantsOf("group", name)].map((one) => `grant ${grantKey(grant(one))}`);
      const lists = [...members, ...grants].map((part) => byPart.get(part) ?? []);
      return lists.reduce((one, other) => (other.length < one.length ? other : one), lists[0] ?? []);
    };
  };
}

function isSameGroup(names: Names, { user, grant, before, after }: Worlds): boolean {
  const members = [...before.membersOf(names.old)].map(user);
  const grants = [...before.grantsOf("group", names.old)].map((one) => grantKey(grant(one)));
  if (members.length + grants.length === 0) return false;
  const newMembers = after.membersOf(names.new);
  if (!members.every((one) => newMembers.has(one))) return false;
  const newGrants = new Set([...after.grantsOf("group", names.new)].map(grantKey));
  return grants.every((one) => newGrants.has(one));
}
