import type { Source } from "./diagnostic.js";
import type { AccountId } from "./keys.js";

/** A value of the settings and the place that sets it; no place where it is the default. */
export type Setting<T> = { readonly value: T; readonly source: Source | null };

export type Level = "off" | "warn" | "error";

/** What a plan may never do without being refused, as the settings say it. */
export type Guardrails<Where = readonly AccountId[]> = {
  readonly maxRemovals: RemovalLimit;
  /** Names and globs over files and live; accounts by id and by name. */
  readonly protect: Readonly<Record<Protectable, readonly Setting<string>[]>>;
  readonly keepAccess: readonly KeepAccess<Where>[];
  readonly selfLockout: SelfLockout;
  readonly rules: BroadeningRules;
};

export type Protectable = "users" | "groups" | "permissionSets" | "accounts";

/** In percent of the owned objects of a kind; `floor` removals always pass the percentage, more than `count` never pass. */
export type RemovalLimit = {
  readonly percent: Setting<number>;
  readonly floor: Setting<number>;
  readonly count: Setting<number> | null;
};

/** At least so many enabled people hold the set, in each of these accounts. */
export type KeepAccess<Where = readonly AccountId[]> = {
  readonly permissionSet: Setting<string>;
  readonly accounts: Where;
  readonly atLeast: number;
  readonly source: Source | null;
};

/** What idc itself and those who approve its changes stand on. */
type SelfLockout = {
  readonly groups: readonly Setting<string>[];
  readonly permissionSets: readonly Setting<string>[];
  /** What a change in the management account is that a delegated administrator cannot make. */
  readonly managementAccount: Setting<Level>;
};

/** Ways of going far that can be told apart, each with its level; `adminSession` with its own value, a duration. */
type BroadeningRules = Readonly<Record<BroadeningRule, Setting<Level>>> & {
  readonly adminSession: Setting<string> | null;
};

export type BroadeningRule =
  | "adminAccess"
  | "wildcardActions"
  | "passRole"
  | "privilegeEscalation"
  | "directUserAssignment";
