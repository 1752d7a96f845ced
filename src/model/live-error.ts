/**
 * A request to AWS that did not do what it was asked, in words a person can act on.
 * - `denied`: the caller may not (then `action` is the IAM action to grant);
 * - `credentials`: none, expired, or not accepted;
 * - `unreachable`: no connection or no answer;
 * - `not-found`, `conflict`, `quota`, `invalid`: the service's word on the request;
 * - `throttled`, `internal`: still so after every retry;
 * - `failed`: an asynchronous operation that ended FAILED, or has not ended;
 * - `unclear`: an asynchronous operation that was accepted, and nobody could say how it ended;
 * - `unrecorded`: a write that was not sent, since it could not be put on record;
 * - `unexpected`: anything else, e.g. an answer that cannot be read.
 */
export type LiveErrorKind =
  | "denied"
  | "credentials"
  | "unreachable"
  | "not-found"
  | "conflict"
  | "quota"
  | "invalid"
  | "throttled"
  | "internal"
  | "failed"
  | "unclear"
  | "unrecorded"
  | "unexpected";

export class LiveError extends Error {
  override readonly name = "LiveError";
  readonly kind: LiveErrorKind;
  /** The service's own code (`AccessDeniedException`), or null when no service answered. */
  readonly code: string | null;
  /** The operation, as `sso-admin ListInstances`; null when no single one is meant. */
  readonly operation: string | null;
  /** The IAM action that the operation needs, e.g. `sso:ListInstances`. */
  readonly action: string | null;
  /** What to do about it. */
  readonly help: string | null;
  readonly requestId: string | null;

  constructor(
    message: string,
    given: {
      kind: LiveErrorKind;
      code?: string | null;
      operation?: string | null;
      action?: string | null;
      help?: string | null;
      requestId?: string | null;
      cause?: unknown;
    },
  ) {
    super(message, { cause: given.cause });
    this.kind = given.kind;
    this.code = given.code ?? null;
    this.operation = given.operation ?? null;
    this.action = given.action ?? null;
    this.help = given.help ?? null;
    this.requestId = given.requestId ?? null;
  }
}

/** What was thrown where only a LiveError is foreseen: told like one, so that what was done before is told, too. */
export function asLiveError(error: unknown): LiveError {
  if (error instanceof LiveError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new LiveError(`Unexpected: ${message}`, { kind: "unexpected", cause: error });
}

/** Whether it is the end of a run that somebody stopped, and nothing that went wrong. */
export function isOfSignal(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && !(error instanceof LiveError);
}
