import type { AccountId, AssignmentKey, ChangeId, Kind } from "./keys.js";
import type { LiveError } from "./live-error.js";
import type { State, UserStatus } from "./state.js";

export type Instance = {
  readonly arn: string;
  readonly identityStoreId: string;
  readonly region: string;
  /** The account that owns the instance: the organization's management account. */
  readonly ownerAccountId: AccountId;
  /** The tag `idc:applied`: what was applied last, a commit or a digest; null when idc never applied here. */
  readonly mark: string | null;
};

/** Whose access was ended by `idc revoke`: plans give them nothing, whatever the files say, until that is lifted. */
export type Revoked = {
  /** The id in the identity store, by which policies name them as well. */
  readonly userId: string;
  /** Null: nobody knows whose id it was, or a gap says that it could not be found out. */
  readonly user: string | null;
  /** The user is gone, and `user` is the name they had. Whoever is made anew by that name counts as them. */
  readonly isGone?: true;
  /** What the tag says: as idc writes it, RFC 3339, UTC. */
  readonly since: string;
};

export type Caller = {
  readonly accountId: AccountId;
  readonly arn: string;
  /** Whether the caller acts from the management account; a delegated administrator does not. */
  readonly isManagement: boolean;
};

/** What a reading was asked to cover: everything; just the named objects and what they consist of; or what a plan is about. */
export type Scope =
  | {
      readonly kind: "all";
      /** Whose application assignments are read, too, by user name: theirs who leave. Nobody's without it. */
      readonly leaves?: (user: string, isDisabled: boolean) => boolean;
    }
  | { readonly kind: "only"; readonly keys: readonly ChangeId[] }
  | ({ readonly kind: "targeted" } & Target);

/** What a plan for some changed files has to know of Identity Center. */
export type Target = {
  readonly keys: readonly ChangeId[];
  /** Those that go, by name: whatever they hold, and whoever holds them, goes along. */
  readonly leaving: {
    readonly users: readonly string[];
    /** Of these users, those who are deleted. */
    readonly deleted: readonly string[];
    readonly groups: readonly string[];
    readonly permissionSets: readonly string[];
  };
  /** Groups whose members have to be known, although the base does not say who they are. */
  readonly membersOf: readonly string[];
  /** Groups whose grants have to be known, although the base need not say all of them. */
  readonly grantsOf: readonly string[];
  /** Whose grants of which permission set have to be known wherever they are: these files come to own them. */
  readonly owned: readonly Pick<AssignmentKey, "principalType" | "principal" | "permissionSet">[];
  /**
   * Where permission sets are likely to be found, by name: the service looks none up by its name, but tells what somebody
   * holds in an account. Null: there is none of that name, as far as is known.
   */
  readonly holders: ReadonlyMap<string, AssignmentKey | null>;
};

export const emptyTarget: Target = {
  keys: [],
  leaving: { users: [], deleted: [], groups: [], permissionSets: [] },
  membersOf: [],
  grantsOf: [],
  owned: [],
  holders: new Map(),
};

/** What a failed read leaves unknown. Whatever it covers is withheld from the plan, creates and deletes alike. */
export type GapScope =
  | { readonly kind: Kind }
  | { readonly kind: "user" | "group"; readonly name: string }
  | { readonly kind: "membership"; readonly group: string }
  | { readonly kind: "permissionSet"; readonly permissionSet: string }
  | { readonly kind: "provisioning"; readonly permissionSet: string }
  | { readonly kind: "assignment"; readonly permissionSet: string; readonly account: AccountId | null };

export type Gap = { readonly covers: readonly GapScope[]; readonly error: LiveError };

/** Requests sent, by service, retries included. */
export type Requests = {
  readonly ssoAdmin: number;
  readonly identityStore: number;
  readonly organizations: number;
  readonly sts: number;
};

/** What Identity Center looked like when it was read. */
export type Snapshot = {
  readonly instance: Instance;
  readonly caller: Caller;
  readonly state: State;
  /** By user name; a user without an entry has no status that the service reports. */
  readonly status: ReadonlyMap<string, UserStatus>;
  /**
   * By name: what calls itself the source of users and groups that an identity provider or a directory put there. What was
   * made in Identity Center has no entry.
   */
  readonly issuers: {
    readonly users: ReadonlyMap<string, string>;
    readonly groups: ReadonlyMap<string, string>;
  };
  /** By permission set: the accounts where its role exists. */
  readonly provisioned: ReadonlyMap<string, readonly AccountId[]>;
  /** By permission set: the accounts among those whose role is behind the set's latest edits. */
  readonly lagging: ReadonlyMap<string, readonly AccountId[]>;
  /** By the tags on the instance, which a reading of named objects alone does not look for. */
  readonly revoked: readonly Revoked[];
  readonly scope: Scope;
  readonly gaps: readonly Gap[];
  /** RFC 3339, UTC. */
  readonly readAt: string;
  readonly requests: Requests;
};
