import type { ApplyResult } from "./apply-result.js";
import type { LiveError } from "./live-error.js";

/**
 * Why an edit was not made in a permission set:
 * - `full`: the statement would not fit into its inline policy;
 * - `not-owned`: these settings leave the set alone, or it cannot be known whether they own it;
 * - `out-of-reach`: it is provisioned in the management account, and a delegated administrator runs idc;
 * - `failed`: the service refused, or it could not be read;
 * - `interrupted`: not begun, or not followed to its end.
 */
export type SetLeft = "full" | "not-owned" | "out-of-reach" | "failed" | "interrupted";

/** How a permission set ended whose content was to change and to be put in force everywhere. */
export type SetOutcome = { readonly permissionSet: string } & (
  | { readonly status: "done" }
  | { readonly status: "left"; readonly why: SetLeft; readonly reason: string }
);

/** What was done about somebody who had to be out at once. */
export type RevokeResult = {
  readonly user: string;
  readonly userId: string;
  /** Memberships and grants, taken away or not. */
  readonly outcomes: ApplyResult["outcomes"];
  /** Since when the tag on the instance says so, RFC 3339; null when it has none. */
  readonly since: string | null;
  readonly sessions: Sessions;
  /** What was not begun, or not brought to its end: the run was interrupted, or its credentials had ended. */
  readonly skipped: readonly RevokeStep[];
  /** What could not be read, or failed by itself. */
  readonly errors: readonly LiveError[];
  readonly interrupted: boolean;
  /** What is left for a person to do, in the words of the console. */
  readonly byHand: readonly string[];
};

/** Of what comes once everything was taken away: the tag, the look whether something is there again, the sessions. */
export type RevokeStep = "tag" | "look" | "sessions";

/** What became of role sessions that were open. */
export type Sessions = {
  /** The permission sets of which sessions may be open; null when not all could be told, and all there are were taken. */
  readonly sets: readonly string[] | null;
  /** The longest that one of these lasts, ISO 8601; null when it is not known. */
  readonly longest: string | null;
  /** Where they were cut off, and until when the statement stays; null when that was not asked for. */
  readonly cutOff: readonly (SetOutcome & { readonly until: string | null })[] | null;
};

/** What was done to let somebody in again. */
export type LiftResult = {
  readonly user: string;
  readonly userId: string;
  /** What the tag said; null when there was none, and nothing to lift. */
  readonly since: string | null;
  readonly isLifted: boolean;
  /** The permission sets that had a statement about them. */
  readonly sets: readonly SetOutcome[];
  readonly errors: readonly LiveError[];
  readonly interrupted: boolean;
  /** What is left for a person to do, in the words of the console. */
  readonly byHand: readonly string[];
};
