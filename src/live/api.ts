import type { RecordedWrite, Recorder } from "../apply/recorder.js";
import type { Clock } from "../model/clock.js";
import { LiveError } from "../model/live-error.js";
import type { Requests } from "../model/snapshot.js";
import { createBudget } from "./budget.js";
import { classify, mayHaveHadEffect, type Retry, type RetryReason } from "./classify.js";
import type { Answer, Clients } from "./clients.js";
import { explain } from "./explain.js";
import {
  actionOf,
  operations,
  serviceOf,
  type InputOf,
  type Operation,
  type OperationName,
  type OutputOf,
} from "./operations.js";
import { createOutage } from "./outage.js";
import type { ReadProgress } from "./progress.js";
import { endRecorded, sendRecorded } from "./recorded.js";

/** Every request to AWS goes through here. What asks rejects with LiveError, or with the signal's reason. */
export type Api = {
  call<O extends OperationName>(operation: O, input: InputOf<O>, signal?: AbortSignal): Promise<OutputOf<O>>;
  /** Calls what the service only begins to do, and resolves when `follow` has seen it end. */
  begin<O extends Beginning>(
    operation: O,
    input: InputOf<O>,
    follow: (answer: OutputOf<O>) => Promise<void>,
  ): Promise<void>;
  /** All items of all pages. */
  list<O extends OperationName, Item>(
    operation: O,
    input: InputOf<O>,
    itemsOf: (page: OutputOf<O>) => readonly Item[] | undefined,
    signal?: AbortSignal,
  ): Promise<readonly Item[]>;
  requests(): Requests;
  operations(): ReadonlyMap<string, number>;
  /** The same, with every write request on record, each attempt by itself. */
  recordedBy(recorder: Recorder): Api;
};

export type ApiOptions = {
  readonly clients: Clients;
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  /** A number from 0 up to 1: the jitter of back-off. */
  readonly random: () => number;
  /** What of the options shows in advice. */
  readonly setting: { readonly profile: string | null };
  readonly onProgress: (event: ReadProgress) => void;
  /** Ends the requests that have no signal of their own. */
  readonly closed: AbortSignal;
  /** Once aborted, nothing more is to be started; what is under way goes on. */
  readonly stopping: AbortSignal;
};

export function createApi(options: ApiOptions): Api {
  const { clients, clock, random, setting, onProgress } = options;
  const budget = createBudget(options);
  const sent = new Map<OperationName, number>();

  const outage = createOutage(clock);
  let gone: NetworkGone | null = null;

  async function ask<O extends OperationName>(
    operation: O,
    input: InputOf<O>,
    terms: Terms,
  ): Promise<Answered<O>> {
    const { signal } = terms;
    const failures = new Map<RetryReason, number>();
    for (;;) {
      try {
        const answered = await budget.use(() => send(operation, input, terms), signal);
        outage.answered();
        return answered;
      } catch (error) {
        signal.throwIfAborted();
        if (gone !== null) throw gone;
        // It was not sent, since it could not be recorded.
        if (error instanceof LiveError) throw error;
        const { retry, kind } = classify(error);
        const attempt = retry === null ? 1 : (failures.get(retry.reason) ?? 0) + 1;
        const isLast = retry === null || attempt >= retry.attempts;
        if (kind !== "unreachable") outage.answered();
        else if (outage.lost(isLast)) {
          const explained = await explainedBy(error, operation);
          throw (gone ??= new NetworkGone(explained.message, explained));
        }
        if (isLast) throw await explainedBy(error, operation);
        failures.set(retry.reason, attempt);
        const milliseconds = backOff(retry, attempt, random());
        onProgress({ type: "waiting", operation, reason: retry.reason, milliseconds });
        // Stopped, an operation that nobody knows to have begun is one that has not; one that may have is in trouble.
        const mayHaveBegun = [...failures.keys()].some(mayHaveHadEffect);
        await wait(operation, milliseconds, signal, async () =>
          mayHaveBegun ? explainedBy(error, operation) : options.stopping.reason,
        );
      }
    }
  }

  async function explainedBy(error: unknown, operation: OperationName): Promise<LiveError> {
    const endpoint = await clients.endpoint(serviceOf(operation));
    return explain(error, operation, { profile: setting.profile, endpoint });
  }

  /** What the service would only begin to do is given up, for `whatReason`, as soon as no more is to be started. */
  async function wait(
    operation: OperationName,
    milliseconds: number,
    signal: AbortSignal,
    whatReason: () => Promise<unknown>,
  ): Promise<void> {
    if (!beginning.some((one) => one === operation)) return clock.sleep(milliseconds, signal);
    try {
      await clock.sleep(milliseconds, AbortSignal.any([signal, options.stopping]));
    } catch (error) {
      signal.throwIfAborted();
      if (options.stopping.aborted) throw await whatReason();
      throw error;
    }
  }

  async function send<O extends OperationName>(
    operation: O,
    input: InputOf<O>,
    { recorder, signal }: Terms,
  ): Promise<Answered<O>> {
    if (gone !== null) throw gone;
    const { command: Command, access }: Operation = operations[operation];
    const client = clients.byService[serviceOf(operation)];
    const leave = async (): Promise<Answer & OutputOf<O>> => {
      sent.set(operation, (sent.get(operation) ?? 0) + 1);
      // The one place where the SDK's types are left: the table pairs each command with its own input and output.
      return (await client.send(new Command(input as never), { abortSignal: signal })) as Answer &
        OutputOf<O>;
    };
    return recorder === null || access === "read"
      ? { answer: await leave(), write: null }
      : sendRecorded(recorder, operation, leave);
  }

  async function list<O extends OperationName, Item>(
    operation: O,
    input: InputOf<O>,
    itemsOf: (page: OutputOf<O>) => readonly Item[] | undefined,
    signal: AbortSignal = options.closed,
  ): Promise<readonly Item[]> {
    const items: Item[] = [];
    const tokens = new Set<string>();
    let token: string | undefined;
    let emptyInARow = 0;
    do {
      const { answer: page } = await ask(
        operation,
        { ...input, ...(token !== undefined && { NextToken: token }) },
        { recorder: null, signal },
      );
      const found = itemsOf(page);
      if (!isWhole(found)) throw unreadable(operation, "its answer lacks the list that was asked for");
      items.push(...found);
      emptyInARow = found.length === 0 ? emptyInARow + 1 : 0;
      token = nextToken(operation, page);
      const pages = tokens.size + 1;
      if (token !== undefined && (emptyInARow >= mostEmptyPages || pages >= mostPages))
        throw unreadable(operation, `its list does not end: ${pages} pages`);
      if (token !== undefined && tokens.has(token))
        throw unreadable(operation, "it gives the same page again and again");
      if (token !== undefined) tokens.add(token);
    } while (token !== undefined);
    return items;
  }

  function recordedBy(recorder: Recorder | null): Api {
    return {
      call: async (operation, input, signal = options.closed) =>
        (await ask(operation, input, { recorder, signal })).answer,
      async begin(operation, input, follow) {
        const { answer, write } = await ask(operation, input, { recorder, signal: options.closed });
        if (write === null) await follow(answer);
        else await endRecorded(write, async () => follow(answer));
      },
      list,
      requests: () => byService(sent),
      operations: () => sent,
      recordedBy,
    };
  }
  return recordedBy(null);
}

type Terms = {
  /** By whom it is put on record, if it writes; null: by nobody. */
  readonly recorder: Recorder | null;
  readonly signal: AbortSignal;
};

type Answered<O extends OperationName> = {
  readonly answer: OutputOf<O>;
  /** Null for what is not put on record. */
  readonly write: RecordedWrite | null;
};

/** The services may give an empty page now and then, with a token for the next one. */
const mostEmptyPages = 100;
/** Ten times as many as all users that an Identity Center can hold. */
const mostPages = 10_000;

/** The network is gone: nothing more is sent in this run. */
export class NetworkGone extends LiveError {}

/** Operations that begin what takes its time. */
const beginning = [
  "sso-admin CreateAccountAssignment",
  "sso-admin DeleteAccountAssignment",
  "sso-admin ProvisionPermissionSet",
] as const satisfies readonly OperationName[];

type Beginning = (typeof beginning)[number];

/** Half of the wait is certain and half is chance, so that those who were refused together do not return together. */
export function backOff(retry: Retry, attempt: number, chance: number): number {
  const full = Math.min(retry.most, retry.first * 2 ** (attempt - 1));
  return Math.round(Math.max(retry.atLeast, full / 2) + (full / 2) * chance);
}

/** A list with something in each of its rows. */
function isWhole<List extends readonly unknown[]>(found: List | undefined): found is List {
  return Array.isArray(found) && found.every((row) => row !== undefined && row !== null);
}

function nextToken(operation: OperationName, page: unknown): string | undefined {
  const token: unknown = Reflect.get(Object(page), "NextToken") ?? "";
  if (typeof token !== "string") throw unreadable(operation, "the token of its next page is no text");
  return token === "" ? undefined : token;
}

export const whoElseAnswers =
  "Check that nothing answers in the service's place (a proxy, AWS_ENDPOINT_URL… variables); otherwise try again later.";

/** An answer that came whole and makes no sense. Never an empty list in its place. */
export function unreadable(operation: OperationName, what: string): LiveError {
  return new LiveError(`${operation} cannot be relied on: ${what}.`, {
    kind: "unexpected",
    operation,
    action: actionOf(operation),
    help: whoElseAnswers,
  });
}

function byService(sent: ReadonlyMap<OperationName, number>): Requests {
  const counts = { "sso-admin": 0, identitystore: 0, organizations: 0, sts: 0 };
  for (const [operation, count] of sent) counts[serviceOf(operation)] += count;
  return {
    ssoAdmin: counts["sso-admin"],
    identityStore: counts.identitystore,
    organizations: counts.organizations,
    sts: counts.sts,
  };
}
