import type { AccountId, AssignmentKey, ChangeId, Keys } from "./keys.js";

/** ChangeIds taken apart again, by kind. */
export type NamedKeys = {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly memberships: ReadonlyMap<ChangeId, Keys["membership"]>;
  readonly permissionSets: ReadonlySet<string>;
  readonly assignments: ReadonlyMap<ChangeId, AssignmentKey>;
  readonly applicationAssignments: ReadonlyMap<ChangeId, Keys["applicationAssignment"]>;
  readonly provisioning: ReadonlySet<string>;
};

export function namedKeys(ids: readonly ChangeId[]): NamedKeys {
  const users = new Set<string>();
  const groups = new Set<string>();
  const memberships = new Map<ChangeId, Keys["membership"]>();
  const permissionSets = new Set<string>();
  const assignments = new Map<ChangeId, AssignmentKey>();
  const applicationAssignments = new Map<ChangeId, Keys["applicationAssignment"]>();
  const provisioning = new Set<string>();
  for (const id of ids) {
    const [kind, first = "", second = "", third = ""] = id.split(":");
    if (kind === "user") users.add(decoded(first));
    else if (kind === "group") groups.add(decoded(first));
    else if (kind === "permissionSet") permissionSets.add(decoded(first));
    else if (kind === "provisioning") provisioning.add(decoded(first));
    else if (kind === "membership") {
      const [group = "", user = ""] = first.split("/");
      memberships.set(id, { group: decoded(group), user: decoded(user) });
    } else if (kind === "applicationAssignment") {
      const [user = "", application = ""] = first.split("/");
      applicationAssignments.set(id, { user: decoded(user), application: decoded(application) });
    } else if (kind === "assignment") assignments.set(id, assignment(first, second, third));
  }
  return { users, groups, memberships, permissionSets, assignments, applicationAssignments, provisioning };
}

/** A `#` that is not encoded stands only before the id of a principal that no longer exists. */
function assignment(holder: string, set: string, account: AccountId): AssignmentKey {
  const [type, principal = ""] = holder.split("/");
  return {
    principalType: type === "user" ? "user" : "group",
    principal: decoded(principal),
    permissionSet: decoded(set),
    account,
    ...(principal.startsWith("#") && { orphan: true as const }),
  };
}

function decoded(name: string): string {
  return name.replace(/%(25|2F|3A|23)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
