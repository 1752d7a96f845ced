/** What a run can come to, besides having nothing to complain about. */
export type Verdict =
  /** Stopped by a signal, or the question was declined. */
  | "interrupted"
  /** Access files, arguments, a plan or a state file that cannot be used; a question with nobody to answer it. */
  | "invalid"
  /** A saved plan that no longer fits, or a checkout older than what was applied. */
  | "stale"
  /** Refused by a guardrail. */
  | "refused"
  /** An operation failed, or something was withheld because a reading was incomplete or a principal is missing. */
  | "incomplete"
  /** Identity Center differs from the files, and the caller asked to be told. */
  | "pending";

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

/** First come, first served: an interrupted run says so whatever else it met; one that failed never says "pending". */
const inOrder = [
  ["interrupted", 130],
  ["invalid", 3],
  ["stale", 5],
  ["refused", 4],
  ["incomplete", 1],
  ["pending", 2],
] as const satisfies readonly (readonly [Verdict, ExitCode])[];

export function exitCode(verdicts: readonly Verdict[]): ExitCode {
  return inOrder.find(([verdict]) => verdicts.includes(verdict))?.[1] ?? 0;
}
