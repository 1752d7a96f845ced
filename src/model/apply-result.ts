import type { Change } from "./change.js";
import type { ChangeId } from "./keys.js";
import type { LiveError } from "./live-error.js";

/**
 * How a change ended.
 * - `done`: made, and seen when what was touched was read back;
 * - `failed`: the service refused it or it ended FAILED (`error` says why);
 * - `unconfirmed`: accepted or made as far as the service said, but not seen when read back;
 * - `skipped`: not tried, since a change it depends on (`because`) was not made;
 * - `interrupted`: not begun, since the run was interrupted, its credentials had ended, or writes could not be recorded.
 */
export type Outcome =
  | { readonly status: "done" }
  | { readonly status: "failed"; readonly error: LiveError }
  | { readonly status: "unconfirmed"; readonly reason: string }
  | { readonly status: "skipped"; readonly because: ChangeId }
  | { readonly status: "interrupted" };

/** Credentials that have ended end every request that would follow. */
export function isOfCredentials(outcome: Outcome): boolean {
  return outcome.status === "failed" && outcome.error.kind === "credentials";
}

/** What met one change and would meet every other: the credentials have ended, or writes cannot be recorded any more. */
export function endsRun(outcome: Outcome): outcome is Extract<Outcome, { readonly status: "failed" }> {
  return (
    outcome.status === "failed" &&
    (outcome.error.kind === "credentials" || outcome.error.kind === "unrecorded")
  );
}

type ChangeOutcome = { readonly change: Change; readonly outcome: Outcome };

/** What an apply did, change by change, in the plan's order. */
export type ApplyResult = {
  readonly outcomes: readonly ChangeOutcome[];
  /** Whether somebody interrupted the run. */
  readonly interrupted: boolean;
  /** Errors that belong to no single change, such as a reading back that failed. */
  readonly errors: readonly LiveError[];
};
