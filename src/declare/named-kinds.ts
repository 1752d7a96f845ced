/** What files name, and have to declare somewhere. */
export type NamedKind = "users" | "groups" | "permissionSets";

export const namedKinds = ["users", "groups", "permissionSets"] as const satisfies readonly NamedKind[];

type Words = {
  readonly one: string;
  readonly many: string;
  /** The code of a name that nothing declares. */
  readonly unknown: string;
};

export const kindWords = {
  users: { one: "user", many: "users", unknown: "unknown-user" },
  groups: { one: "group", many: "groups", unknown: "unknown-group" },
  permissionSets: { one: "permission set", many: "permission sets", unknown: "unknown-permission-set" },
} as const satisfies Record<NamedKind, Words>;
