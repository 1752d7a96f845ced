import type { Source } from "./diagnostic.js";
import type { Guardrails } from "./guardrails.js";
import type { AccountId, AssignmentKey, ChangeId, Keys } from "./keys.js";
import type { PermissionSet, UserAttribute } from "./state.js";

/** What this repository owns of a kind: all there is, what the files declare, or nothing. */
export type Ownership = "all" | "declared" | "none";

export type Settings = {
  readonly region: string | null;
  readonly instanceArn: string | null;
  readonly identitySource: "identity-center" | "external" | "active-directory";
  readonly onUserRemoval: "disable" | "delete";
  /** As it holds: an external identity source has already forced users and groups to `none`. */
  readonly manage: {
    readonly users: Ownership;
    readonly groups: Ownership;
    readonly permissionSets: Ownership;
    readonly assignments: Ownership;
  };
  /** Globs over names. Accounts are matched by id and by name. */
  readonly ignore: {
    readonly users: readonly string[];
    readonly groups: readonly string[];
    readonly permissionSets: readonly string[];
    readonly accounts: readonly string[];
    readonly assignments: readonly IgnoredAssignments[];
  };
  /** Where a user's status can be set; null: nowhere, but in the console. */
  readonly scim: { readonly endpoint: string; readonly tokenEnv: string } | null;
  /** Null: the default. */
  readonly limits: { readonly requestsPerSecond: number | null; readonly operationsInFlight: number | null };
};

export type IgnoredAssignments = {
  readonly principal: string;
  readonly permissionSet: string;
  readonly account: string;
};

/** A declared value with the place that declares it, and the places of its fields by their path where they are known. */
export type Declaration<T> = {
  readonly value: T;
  readonly source: Source;
  readonly fields: ReadonlyMap<string, Source>;
};

/** Attributes the files mention: a value to have, or null to remove. Others are left as they are. */
export type DeclaredUser = {
  readonly attributes: { readonly [A in UserAttribute]?: string | null };
  readonly status: "enabled" | "disabled";
};

export type DeclaredGroup = { readonly description?: string | null };

export type DeclaredAssignment = {
  readonly key: AssignmentKey;
  /** The selection (a key of `Declared.spreads`) whose wide selector brought the account in; null where the files name it. */
  readonly spread: string | null;
  readonly reason: string | null;
};

/** What the access files ask for, with every reference resolved that files and the account directory can resolve. */
export type Declared = {
  readonly settings: Settings;
  readonly guardrails: Guardrails;
  readonly users: ReadonlyMap<string, Declaration<DeclaredUser>>;
  readonly groups: ReadonlyMap<string, Declaration<DeclaredGroup>>;
  /** Of enabled users, and of users the files do not declare where that is allowed. */
  readonly memberships: ReadonlyMap<ChangeId, Declaration<Keys["membership"]>>;
  readonly permissionSets: ReadonlyMap<string, Declaration<PermissionSet>>;
  readonly assignments: ReadonlyMap<ChangeId, Declaration<DeclaredAssignment>>;
  /** Every principal and permission set that a rule names together, by `ownerKey`: what `declared` owns of assignments. */
  readonly ruled: ReadonlySet<string>;
  /**
   * Ids of all the accounts of the organization; null where Organizations could not be read, so that any id may be one and
   * accounts which the files do not name have no name that is known.
   */
  readonly accountIds: ReadonlySet<AccountId> | null;
  /**
   * Those of `ruled` that a wide selector spreads over accounts while Organizations could not be read: whether a rule
   * means an account that the files do not name, nobody can say.
   */
  readonly openEnded: ReadonlySet<string>;
  /**
   * By selection, as rules write it: every `ownerKey` that rules with a wide selector (`all`, `ou`, `tags`, a name glob)
   * spread over it. An account that comes to match gets them all, and one that no longer matches still has them all.
   */
  readonly spreads: ReadonlyMap<string, ReadonlySet<string>>;
  /** When memberships and assignments end by themselves, in milliseconds since the epoch; those without an entry do not. */
  readonly expiries: ReadonlyMap<ChangeId, number>;
  /** Memberships and assignments that the files still write and whose time has run out, with the place that says when. */
  readonly expired: ReadonlyMap<ChangeId, Source>;
  /** What shall go although the kind is managed as `declared`. */
  readonly removed: {
    readonly users: ReadonlyMap<string, Source>;
    readonly groups: ReadonlyMap<string, Source>;
    readonly permissionSets: ReadonlyMap<string, Source>;
    readonly assignments: ReadonlyMap<ChangeId, Source>;
  };
  /** Names of the accounts that are known, by id. */
  readonly accountNames: ReadonlyMap<AccountId, string>;
  /** Ids of the accounts that Organizations says are not ACTIVE, with what it says. */
  readonly inactiveAccounts: ReadonlyMap<AccountId, string>;
  /** `sha256:` and 64 hex digits over the files' paths and bytes. */
  readonly digest: string;
  /** The commit that holds exactly these files; null outside git or with uncommitted edits. */
  readonly commit: string | null;
};

/** The guardrails of files, and the names of the accounts that they speak of. */
export type Guarded = Pick<Declared, "guardrails" | "accountNames">;

/** What is known of the organization's accounts, their names apart. */
export type KnownAccounts = Pick<Declared, "accountIds" | "inactiveAccounts">;

/**
 * What an account is in which the service refuses every change, to be said after "which is": SUSPENDED and the like, or
 * not in the organization at all. Null for the others, and where nobody could say.
 */
export function inactivity(
  account: AccountId,
  { accountIds, inactiveAccounts }: KnownAccounts,
): string | null {
  if (accountIds !== null && !accountIds.has(account)) return "not in the organization";
  return inactiveAccounts.get(account) ?? null;
}

/** The key of `Declared.ruled`. */
export function ownerKey(key: Pick<AssignmentKey, "principalType" | "principal" | "permissionSet">): string {
  return JSON.stringify([key.principalType, key.principal, key.permissionSet]);
}
