import type { Declaration, DeclaredGroup, DeclaredUser, Settings } from "../model/declared.js";
import type { Source } from "../model/diagnostic.js";
import type { Guardrails } from "../model/guardrails.js";
import type { AccountId } from "../model/keys.js";
import type { PolicyDocument } from "../model/policy-document.js";
import type { CustomerManagedPolicy } from "../model/state.js";
import type { Located } from "./node.js";

/** What people wrote, checked as far as the files alone allow, each value with its place. */
export type Written = {
  readonly settings: Settings;
  readonly guardrails: Guardrails<readonly Selector[]>;
  /** The names that `accounts:` gives. */
  readonly accounts: ReadonlyMap<string, Located<AccountId>>;
  readonly users: ReadonlyMap<string, Declaration<DeclaredUser>>;
  readonly groups: ReadonlyMap<string, WrittenGroup>;
  readonly permissionSets: ReadonlyMap<string, Declaration<WrittenPermissionSet>>;
  readonly assignments: readonly Rule[];
  readonly removed: WrittenRemovals;
  readonly delegations: readonly Delegation[];
  /** The files that say all this, and the policies that they name, by their paths. */
  readonly files: ReadonlyMap<string, WrittenFile>;
  /** `sha256:` and 64 hex digits over paths and bytes of every file that was read. */
  readonly digest: string;
};

/** The same of files that may not be sound, as far as they can be read. */
export type AsRead = Omit<Written, "digest">;

export type WrittenGroup = Declaration<DeclaredGroup> & { readonly members: readonly Member[] };

/** A user's name, and the instant (milliseconds since the epoch) from which the membership is over. */
export type Member = Located<string> & { readonly expires: Located<number> | null };

export type WrittenPermissionSet = {
  readonly description: string | null;
  /** As written; null when absent. */
  readonly sessionDuration: string | null;
  readonly relayState: string | null;
  readonly managedPolicies: readonly Located<ManagedPolicy>[];
  readonly customerManagedPolicies: readonly Located<CustomerManagedPolicy>[];
  /** As written, read from its file where it has one; null when absent. */
  readonly inlinePolicy: PolicyDocument | null;
  /** The file of the inline policy; null where it stands in the access file. */
  readonly policyFile: PolicyPath | null;
  readonly requireMfa: MfaDemand | null;
  readonly permissionsBoundary: Located<ManagedPolicy | CustomerManagedPolicy> | null;
  readonly tags: Readonly<Record<string, string>>;
};

/** The path by which a policy is named, and the one that its file has; they differ where a link leads there. */
export type PolicyPath = { readonly path: string; readonly origin: string };

/** An AWS managed policy: its path and name below `policy/`, and the partition where an ARN names one. */
export type ManagedPolicy = { readonly policy: string; readonly partition: string | null };

export type MfaDemand =
  | { readonly kind: "condition" }
  | { readonly kind: "session-tag"; readonly key: string; readonly value: string };

/** The cross product of principals, permission sets and accounts. */
export type Rule = {
  readonly source: Source;
  readonly groups: readonly Located<string>[];
  readonly users: readonly Located<string>[];
  readonly permissionSets: readonly Located<string>[];
  readonly accounts: readonly Selector[];
  readonly except: readonly Selector[];
  /** The instant, in milliseconds since the epoch, from which the rule gives nothing any more. */
  readonly expires: Located<number> | null;
  readonly reason: string | null;
};

/** Which accounts. By id and by name are exact; the others are wide. */
export type Selector = { readonly source: Source; readonly optional: boolean } & (
  | { readonly kind: "id"; readonly id: AccountId }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "glob"; readonly glob: string }
  | { readonly kind: "ou"; readonly ou: string }
  | { readonly kind: "tags"; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: "all" }
);

type WrittenRemovals = {
  readonly users: readonly Located<string>[];
  readonly groups: readonly Located<string>[];
  readonly permissionSets: readonly Located<string>[];
  readonly assignments: readonly Rule[];
};

/** What the files of a team may declare. A kind of which it says nothing has an empty list: none of it. */
export type Delegation = {
  readonly source: Source;
  /** A pattern over paths relative to the access folder. */
  readonly files: Located<string>;
  /** Globs over names. */
  readonly users: readonly Located<string>[];
  readonly groups: readonly Located<string>[];
  readonly permissionSets: readonly Located<string>[];
  readonly accounts: readonly Selector[];
};

export type WrittenFile = {
  /** Its path relative to the access folder. */
  readonly name: string;
  /** The path that it has where no link leads to it. */
  readonly origin: string;
  /** Whether nothing of it could be read. */
  readonly isBroken: boolean;
  /** The places of its top-level keys; none in the file of a policy. */
  readonly keys: ReadonlyMap<string, Source>;
};
