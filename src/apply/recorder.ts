/**
 * Keeps a record of write requests: that one is about to be sent, and what became of it. So whatever may have had an effect
 * is on record, however the run ends.
 */
export type Recorder = {
  /**
   * Resolves when it is on record that a request of this operation (`sso-admin TagResource`) is about to be sent. Rejects
   * with an `unrecorded` LiveError when nothing more can be recorded: then it must not be sent.
   */
  sending(operation: string): Promise<RecordedWrite>;
};

/** One request, which is on record. */
export type RecordedWrite = {
  /**
   * Resolves when it is on record, or cannot be any more: what is under way is brought to its end all the same, and nothing
   * more is sent.
   */
  became(news: WriteNews): Promise<void>;
};

export type WriteNews = {
  readonly outcome: WriteOutcome;
  /** The service's error code, where it gave one. */
  readonly code: string | null;
  /** What the service calls the request, in CloudTrail too; null where it has not said. */
  readonly requestId: string | null;
};

/**
 * What became of a write request:
 * - `accepted`: AWS has done it or, of an assignment or a provisioning, has begun it;
 * - `refused`: AWS has said no, and it had no effect;
 * - `unclear`: no answer, or one by which it may have had its effect; of what was begun: nobody could say how it ended;
 * - `unsent`: it never left here, for want of credentials or of anybody who listens;
 * - `succeeded`, `failed`: how that which was begun has ended, as AWS says.
 */
export type WriteOutcome = "accepted" | "refused" | "unclear" | "unsent" | "succeeded" | "failed";
