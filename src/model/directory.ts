import type { AccountId } from "./keys.js";
import type { LiveError } from "./live-error.js";

/** An account of the organization. */
export type Account = {
  readonly id: AccountId;
  readonly name: string;
  /** Names of the organizational units from the root down, joined by `/` (`Workloads/Dev`); empty at the root. */
  readonly ou: string;
  /** Null when the account's tags were not read: no selector asked for them. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** ACTIVE, or what else Organizations says (SUSPENDED, PENDING_CLOSURE, CLOSED, PENDING_ACTIVATION). */
  readonly state: string;
};

/**
 * The accounts there are: from AWS Organizations, or, where Organizations cannot be read, the names that the access
 * files give (`accounts:`), of which neither units, tags nor state are known.
 */
export type Directory =
  | {
      readonly kind: "organization";
      readonly managementAccount: AccountId;
      readonly accounts: readonly Account[];
    }
  | {
      readonly kind: "local";
      readonly managementAccount: AccountId | null;
      /** Why Organizations was not read; null when nobody asked. */
      readonly unread: LiveError | null;
    };
