import type { Writer } from "../apply/ports.js";
import type { Recorder, WriteNews, WriteOutcome } from "../apply/recorder.js";
import type { ApplyResult } from "../model/apply-result.js";
import type { ChangeId } from "../model/keys.js";
import { LiveError } from "../model/live-error.js";
import type { Plan } from "../model/plan.js";
import type { Caller } from "../model/snapshot.js";

/** What was known of a write request at a time. Names and ids only: no value of an attribute, no policy, no text of AWS's. */
export type AuditLine = {
  /** RFC 3339, UTC. */
  readonly time: string;
  /** The run and, counted from 1, its write: what the lines of one request have in common, and no others. */
  readonly run: string;
  readonly write: number;
  readonly outcome: "sending" | WriteOutcome;
  /** The service's error code; null where there is none. */
  readonly code: string | null;
  /** `sso-admin TagResource`. */
  readonly operation: string;
  /** What AWS calls the request; null before it has answered, and when it does not. */
  readonly requestId: string | null;
  /** The change it belongs to; `mark` for the tag that says what was applied. */
  readonly change: ChangeId;
  /** The digest of the plan that is carried out. */
  readonly plan: string;
  /** The commit of the files; null when they are not all committed, or outside git. */
  readonly commit: string | null;
  /** ARN of the Identity Center instance. */
  readonly instance: string;
  readonly caller: { readonly account: string; readonly arn: string };
};

/** Where the lines go. */
export type AuditTrail = {
  /** A name that no other run has. */
  readonly run: string;
  /** Resolves when the line, and all before it, can no longer get lost. Rejects when that cannot be had, and from then on always. */
  append(line: AuditLine): Promise<void>;
};

export type Audit = {
  /** The writer for a change (or `mark`), all of whose writes are on record. */
  writerFor(change: ChangeId): Writer;
  /** The result, in which it is told if something could not be recorded. */
  tellIn(result: ApplyResult): ApplyResult;
};

/** A record of what a plan's changes write, request by request. */
export function keepAudit(
  trail: AuditTrail,
  {
    plan,
    caller,
    recordedBy,
    now,
  }: {
    readonly plan: Plan;
    readonly caller: Caller;
    readonly recordedBy: (recorder: Recorder) => Writer;
    /** Milliseconds since the epoch. */
    readonly now: () => number;
  },
): Audit {
  const common = {
    plan: plan.digest,
    commit: plan.declared.commit,
    instance: plan.instance.arn,
    caller: { account: caller.accountId, arn: caller.arn },
  };
  let writes = 0;
  let failure: LiveError | null = null;

  function recorderFor(change: ChangeId): Recorder {
    return {
      async sending(operation) {
        const write = (writes += 1);
        let requestId: string | null = null;
        const append = async (
          news: Omit<WriteNews, "outcome"> & Pick<AuditLine, "outcome">,
        ): Promise<void> => {
          requestId = news.requestId ?? requestId;
          const { outcome, code } = news;
          const time = new Date(now()).toISOString();
          const line = {
            time,
            run: trail.run,
            write,
            outcome,
            code,
            operation,
            requestId,
            change,
            ...common,
          };
          await trail.append(line).catch((error: unknown) => {
            failure ??= unrecorded(error);
          });
        };
        await append({ outcome: "sending", code: null, requestId: null });
        if (failure !== null) throw of(failure, operation);
        return { became: append };
      },
    };
  }

  return {
    writerFor: (change) => recordedBy(recorderFor(change)),
    tellIn: (result) =>
      failure === null || isTold(result) ? result : { ...result, errors: [...result.errors, failure] },
  };
}

function isTold({ outcomes, errors }: ApplyResult): boolean {
  return [
    ...errors,
    ...outcomes.flatMap(({ outcome }) => (outcome.status === "failed" ? [outcome.error] : [])),
  ].some(({ kind }) => kind === "unrecorded");
}

function unrecorded(error: unknown): LiveError {
  const said = error instanceof Error ? error.message : String(error);
  return new LiveError(`${said} Nothing more is written to Identity Center.`, {
    kind: "unrecorded",
    help: "Make room for it or give another file, then run idc apply again: it goes on from there.",
    cause: error,
  });
}

/** The same, of an operation that was not sent for it. */
function of({ message, kind, help, cause }: LiveError, operation: string): LiveError {
  return new LiveError(message, { kind, help, operation, cause });
}
