import type { Source } from "./diagnostic.js";
import type { AccountId, ChangeId, Keys, Kind } from "./keys.js";
import type { StateKind, Values } from "./state.js";

/**
 * Why a change is there: the files ask for it (`config`), somebody changed live by hand (`drift`), a wide rule met an
 * account that joined, moved or was retagged (`organization`), a grant ran out (`expiry`), or an earlier change has not
 * reached every account (`unsettled`).
 */
export type Cause = "config" | "drift" | "organization" | "expiry" | "unsettled";

/** One difference inside an object: the path as the access files spell it; null where one side has nothing. */
export type Field = { readonly path: string; readonly before: unknown; readonly after: unknown };

type Common<K extends Kind> = {
  readonly id: ChangeId;
  readonly kind: K;
  readonly key: Keys[K];
  readonly cause: Cause;
  readonly source: Source | null;
  /** Why the files give it, in their own words. */
  readonly reason?: string;
  /** When what the files give ends by itself: RFC 3339, UTC. */
  readonly expires?: string;
  readonly dependsOn: readonly ChangeId[];
};

type Create<K extends StateKind> = Common<K> & {
  readonly action: "create";
  readonly before: null;
  readonly after: Values[K];
};
type Delete<K extends StateKind> = Common<K> & {
  readonly action: "delete";
  readonly before: Values[K];
  readonly after: null;
};
type Update<K extends "user" | "group" | "permissionSet"> = Common<K> & {
  readonly action: "update";
  readonly before: Values[K];
  readonly after: Values[K];
  readonly fields: readonly Field[];
};
/** A user loses every membership and direct grant and stays; those removals are changes of their own that this one waits for. */
type Disable = Common<"user"> & {
  readonly action: "disable";
  readonly before: Values["user"];
  readonly after: Values["user"];
  readonly fields: readonly Field[];
};
/** The set's latest content is put in force in the accounts whose role is behind. */
type Provision = Common<"provisioning"> & {
  readonly action: "provision";
  readonly accounts: readonly AccountId[];
  /** Whether these are all the accounts where the set is provisioned, so that one request serves. */
  readonly everywhere: boolean;
};

/** One step from what is to what shall be. `rename` will join with `previously`. */
export type Change =
  | Create<"user">
  | Update<"user">
  | Disable
  | Delete<"user">
  | Create<"group">
  | Update<"group">
  | Delete<"group">
  | Create<"membership">
  | Delete<"membership">
  | Create<"permissionSet">
  | Update<"permissionSet">
  | Delete<"permissionSet">
  | Create<"assignment">
  | Delete<"assignment">
  | Delete<"applicationAssignment">
  | Provision;

/** Whether it takes something away: what there is, or all that somebody reaches. */
export function isRemoval({ action }: Change): boolean {
  return action === "delete" || action === "disable";
}
