import type { Cause, Change } from "./change.js";
import type { Diagnostic } from "./diagnostic.js";
import type { AccountId } from "./keys.js";
import type { Requests } from "./snapshot.js";

/** One person, one permission set: the accounts, and through which groups (`group/developers`) or directly (`user/alice`). */
export type AccessRow = {
  readonly user: string;
  readonly permissionSet: string;
  readonly accounts: readonly AccountId[];
  readonly via: readonly string[];
};

/** What somebody gains, loses, or keeps with other content, and what that comes from: `config` wherever the files have a part in it. */
export type AccessChange = AccessRow & { readonly cause: Cause };

/** A change that is wanted and not made, and why. */
export type Withheld = { readonly change: Change; readonly code: WithheldCode; readonly reason: string };

/**
 * - `incomplete-read`: a failed read leaves unknown what it would change;
 * - `out-of-reach`: the service does not let this caller (a delegated administrator) do it;
 * - `principal-missing`: it names a user or group that does not exist yet and is not managed here;
 * - `user-disabled`: the service refuses edits to a user that is DISABLED;
 * - `account-inactive`: the account is not ACTIVE, or not in the organization;
 * - `in-use`: a group or permission set that assignments stand on which this repository does not own, or a permission set
 *   whose role is somewhere although nobody is assigned it there;
 * - `not-reviewed`: it goes beyond the saved plan that is being applied;
 * - `depends-on-withheld`: it stands on a change that is withheld.
 */
export type WithheldCode =
  | "incomplete-read"
  | "out-of-reach"
  | "principal-missing"
  | "user-disabled"
  | "account-inactive"
  | "in-use"
  | "not-reviewed"
  | "depends-on-withheld";

export type Counts = {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  readonly permissionSets: number;
  readonly assignments: number;
};

/** The plan, as schema/plan.schema.json describes it: printing, guarding and applying all take this and nothing else. */
export type Plan = {
  readonly formatVersion: "1";
  readonly toolVersion: string;
  /** `sha256:…` over the instance and the changes without source and cause. */
  readonly digest: string;
  readonly instance: {
    readonly arn: string;
    readonly identityStoreId: string;
    readonly region: string;
    readonly ownerAccountId: AccountId;
  };
  readonly declared: { readonly digest: string; readonly commit: string | null; readonly counts: Counts };
  readonly base: { readonly commit: string } | null;
  readonly live: {
    readonly readAt: string;
    readonly complete: boolean;
    /** Whether only what the files changed since the base was read, and the rest taken to be as the base says. */
    readonly targeted: boolean;
    /** The tag `idc:applied` as it was read. */
    readonly mark: string | null;
    readonly requests: Requests;
  };
  readonly changes: readonly Change[];
  readonly withheld: readonly Withheld[];
  /** Names of the accounts that changes and access rows mention. */
  readonly accounts: Readonly<Record<AccountId, string>>;
  readonly access: {
    readonly gained: readonly AccessChange[];
    readonly lost: readonly AccessChange[];
    /** People who keep a permission set whose content changes. */
    readonly changed: readonly AccessChange[];
  };
  readonly notes: readonly Diagnostic[];
  /** An error among them refuses the plan: it is shown in full and nothing of it is applied. */
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: Summary;
};

export type Summary = {
  readonly create: number;
  readonly update: number;
  readonly rename: number;
  readonly disable: number;
  readonly delete: number;
  readonly provision: number;
  readonly withheld: number;
  /** Live objects that this repository does not own. */
  readonly unmanaged: number;
  /** People, each counted once. */
  readonly gained: number;
  readonly lost: number;
};
