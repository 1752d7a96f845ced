import type { Protectable } from "../../model/guardrails.js";
import type { Kind } from "../../model/keys.js";

export const kindWords = {
  users: { one: "user", scoped: "user" },
  groups: { one: "group", scoped: "group" },
  permissionSets: { one: "permission set", scoped: "permissionSet" },
  accounts: { one: "account", scoped: null },
} as const satisfies Record<Protectable, { readonly one: string; readonly scoped: Kind | null }>;
