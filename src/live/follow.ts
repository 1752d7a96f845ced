import type { Clock } from "../model/clock.js";
import { asLiveError, LiveError, type LiveErrorKind } from "../model/live-error.js";
import { actionOf, roleActions, type OperationName } from "./operations.js";
import { NeverEnded } from "./recorded.js";
import {
  describeRequest,
  listInProgress,
  requestKinds,
  type RequestKind,
  type RequestStatus,
} from "./request-status.js";
import type { Site } from "./site.js";

/** The longest that a request is waited for (ms). AWS names no bound; minutes are usual, a quarter of an hour is not. */
export const patience = 15 * 60_000;

/** How long the service may not know a request yet that it has just accepted (ms). */
const unknownAtFirst = 60_000;

/** Trouble that one who waits may see pass. */
const passing: ReadonlySet<LiveErrorKind> = new Set(["throttled", "internal", "unexpected"]);

/** How soon after a request it is first asked how it stands (ms). */
const firstLook = 50;

/** An asynchronous request just made. */
type Started = {
  readonly kind: RequestKind;
  readonly operation: OperationName;
  readonly status: RequestStatus;
  /** What it does, to begin a sentence with: `Assigning S3FullAccess to group/developers in 111122223333`. */
  readonly what: string;
};

/**
 * Resolves when the request has succeeded; rejects with `failed` and the service's reason or when patience ends, and with
 * `unclear` when nobody could say how it stands.
 */
export type Follow = (started: Started) => Promise<void>;

type Open = Started & {
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Follows requests to their end by batches: one list of what is IN_PROGRESS serves all that are open of a kind, and only
 * those that left the list are described. A description each for every round would spend the request rate on waiting.
 */
export function createFollow(site: Site, clock: Clock): Follow {
  const open = new Set<Open>();
  let isPolling = false;

  async function poll(): Promise<void> {
    isPolling = true;
    while (open.size > 0) {
      await clock.sleep(pause());
      await Promise.all(requestKinds.map(look));
    }
    isPolling = false;
  }

  /**
   * A quick first look, for a service that answers at once; then an eighth of the time that the oldest has taken, so that
   * an end is seen late by an eighth at most, yet no oftener than four times a second: looks are requests too.
   */
  function pause(): number {
    const oldest = Math.max(...[...open].map(age));
    return oldest < firstLook ? firstLook : Math.min(Math.max(oldest / 8, 250), 2_000);
  }

  async function look(kind: RequestKind): Promise<void> {
    const followed = [...open].filter((request) => request.kind === kind);
    if (followed.length === 0) return;
    const listed = await listInProgress(site, kind).catch(asLiveError);
    await Promise.all(
      followed.map(async (request) => {
        if (!(listed instanceof LiveError)) {
          if (!listed.includes(request.status.requestId)) await lookAt(request);
          else if (age(request) > patience) close(request, neverEnded(request));
        } else if (listed.kind === "denied") await lookAt(request);
        else troubled(request, listed);
      }),
    );
  }

  async function lookAt(request: Open): Promise<void> {
    try {
      const status = await describeRequest(site, request.kind, request.status.requestId);
      if (status.status === "SUCCEEDED") close(request, null);
      else if (status.status === "FAILED") close(request, failed(request, status));
      else if (age(request) > patience) close(request, neverEnded(request));
    } catch (error) {
      troubled(request, asLiveError(error));
    }
  }

  /** Trouble with looking says nothing of the request: who asks again later may be told. */
  function troubled(request: Open, error: LiveError): void {
    const bound = error.kind === "not-found" ? unknownAtFirst : passing.has(error.kind) ? patience : 0;
    if (age(request) > bound) close(request, unclear(request, error));
  }

  function age({ since }: Open): number {
    return clock.now() - since;
  }

  function close(request: Open, error: unknown): void {
    open.delete(request);
    if (error === null) request.resolve();
    else request.reject(error);
  }

  return async (started) => {
    if (started.status.status === "FAILED") throw failed(started, started.status);
    if (started.status.status === "SUCCEEDED") return;
    await new Promise<void>((resolve, reject) => {
      open.add({ ...started, since: clock.now(), resolve, reject });
      if (!isPolling) void poll();
    });
  };
}

function failed(started: Started, { reason, requestId, account }: RequestStatus): LiveError {
  const said = reason ?? "the service gave no reason";
  const where = account === null || started.what.includes(account) ? "" : ` in ${account}`;
  return new LiveError(`${started.what} failed${where}: ${said}`, {
    kind: "failed",
    operation: started.operation,
    action: actionOf(started.operation),
    help: failureHelp(said),
    requestId,
  });
}

function unclear({ operation, what, status }: Started, error: LiveError): LiveError {
  return new LiveError(
    `${what} was accepted (request ${status.requestId}), but how it stands could not be found out: ${error.message}`,
    {
      kind: "unclear",
      code: error.code,
      operation,
      action: error.action,
      help: error.help,
      requestId: status.requestId,
      cause: error,
    },
  );
}

function neverEnded({ operation, what, status }: Started): LiveError {
  return new NeverEnded(
    `${what} has not ended after ${patience / 60_000} minutes (request ${status.requestId}).`,
    {
      kind: "failed",
      operation,
      action: actionOf(operation),
      help: "It may still end. Run idc plan later: it waits for what is in progress and shows what is left.",
      requestId: status.requestId,
    },
  );
}

/** What stands behind the reasons that AWS is known to give. */
function failureHelp(reason: string): string | null {
  if (/denied by IAM/i.test(reason))
    return `In the management account the service edits roles with the caller's own permissions: grant it ${roleActions.join(", ")} there.`;
  if (/takes longer than usual/i.test(reason))
    return "So AWS speaks of accounts that are suspended or closed: take the account out of the assignment.";
  if (/polic(y|ies)\b.*(exist|found|attachable)/i.test(reason))
    return "Every customer managed policy of the permission set must exist in the account, with this name and path, before it is assigned there.";
  if (/not found in directory/i.test(reason))
    return 'So AWS speaks of a user or group that is gone, or that it does not know yet. What one that is gone still holds can be taken away in the IAM Identity Center console: AWS accounts, the account, "Assigned users and groups", "Remove access".';
  if (/limit|quota/i.test(reason))
    return "Ask for a higher quota in that account, or remove roles that nobody uses.";
  return null;
}
