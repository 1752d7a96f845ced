import type { Change } from "../../model/change.js";
import { changeId } from "../../model/keys.js";
import type { ChangeId } from "../../model/keys.js";
import { grantKey } from "../../model/reach.js";
import type { Grant } from "../../model/reach.js";
import type { PermissionSet, User } from "../../model/state.js";
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
    isSamePerson,
  );
  const sets = pairs(
    changes.filter((change) => change.kind === "permissionSet"),
    isSameSet,
  );
  const user = (name: string): string => users.get(name) ?? name;
  const grant = ({ permissionSet, account }: Grant): Grant => ({
    permissionSet: sets.get(permissionSet) ?? permissionSet,
    account,
  });
  const groups = pairs(
    changes.filter((change) => change.kind === "group"),
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

/** What is removed with what is created in its place, each once, in the order of the changes. */
function pairs<V>(
  changes: readonly Replaceable<V>[],
  isSame: (before: V, after: V, names: Names) => boolean,
): ReadonlyMap<string, string> {
  const free = new Map<string, V>();
  for (const { action, key, after } of changes)
    if (action === "create" && after !== null) free.set(key.name, after);
  const found = new Map<string, string>();
  for (const { action, key, before } of changes) {
    if (action !== "delete" || before === null) continue;
    for (const [name, after] of free)
      if (isSame(before, after, { old: key.name, new: name })) {
        found.set(key.name, name);
        free.delete(name);
        break;
      }
  }
  return found;
}

function isSamePerson(before: User, after: User): boolean {
  return before.email !== undefined && before.email.toLowerCase() === after.email?.toLowerCase();
}

function isSameSet(before: PermissionSet, after: PermissionSet): boolean {
  return !fieldsOfPermissionSet(before, after).some(
    (field) => isProvisioned(field) && field.path !== "description",
  );
}

function isSameGroup(
  names: Names,
  { user, grant, before, after }: Pick<Renamed, "user" | "grant"> & Pick<Judged, "before" | "after">,
): boolean {
  const members = [...before.membersOf(names.old)].map(user);
  const grants = [...before.grantsOf("group", names.old)].map((one) => grantKey(grant(one)));
  if (members.length + grants.length === 0) return false;
  const newMembers = after.membersOf(names.new);
  const newGrants = new Set([...after.grantsOf("group", names.new)].map(grantKey));
  return members.every((one) => newMembers.has(one)) && grants.every((one) => newGrants.has(one));
}
