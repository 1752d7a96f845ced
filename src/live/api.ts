import type { Clock } from "../model/clock.js";
import { LiveError } from "../model/live-error.js";
import type { Requests } from "../model/snapshot.js";
import { createBudget } from "./budget.js";
import { classify, type Retry, type RetryReason } from "./classify.js";
import type { Clients } from "./clients.js";
import { explain, type Setting } from "./explain.js";
import {
  actionOf,
  operations,
  serviceOf,
  type InputOf,
  type Operation,
  type OperationName,
  type OutputOf,
} from "./operations.js";
import type { ReadProgress } from "./progress.js";

/** Every request to AWS goes through here. Both methods reject with LiveError, or with the signal's reason. */
export type Api = {
  call<O extends OperationName>(operation: O, input: InputOf<O>, signal?: AbortSignal): Promise<OutputOf<O>>;
  /** All items of all pages. */
  list<O extends OperationName, Item>(
    operation: O,
    input: InputOf<O>,
    itemsOf: (page: OutputOf<O>) => readonly Item[] | undefined,
    signal?: AbortSignal,
  ): Promise<readonly Item[]>;
  requests(): Requests;
  operations(): ReadonlyMap<string, number>;
};

export type ApiOptions = {
  readonly clients: Clients;
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  /** A number from 0 up to 1: the jitter of back-off. */
  readonly random: () => number;
  readonly setting: Setting;
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

  async function call<O extends OperationName>(
    operation: O,
    input: InputOf<O>,
    signal: AbortSignal = options.closed,
  ): Promise<OutputOf<O>> {
    const failures = new Map<RetryReason, number>();
    for (;;) {
      try {
        return await budget.use(() => send(operation, input, signal), signal);
      } catch (error) {
        signal.throwIfAborted();
        const { retry } = classify(error);
        if (retry === null) throw explain(error, operation, setting);
        const attempt = (failures.get(retry.reason) ?? 0) + 1;
        failures.set(retry.reason, attempt);
        if (attempt >= retry.attempts) throw explain(error, operation, setting);
        const milliseconds = backOff(retry, attempt, random());
        onProgress({ type: "waiting", operation, reason: retry.reason, milliseconds });
        await wait(retry, milliseconds, signal, () => explain(error, operation, setting));
      }
    }
  }

  /** What waits for room has not begun: it is given up, for the `reason` it waits, as soon as no more is to be started. */
  async function wait(
    retry: Retry,
    milliseconds: number,
    signal: AbortSignal,
    reason: () => LiveError,
  ): Promise<void> {
    if (retry.reason !== "capacity") return clock.sleep(milliseconds, signal);
    try {
      await clock.sleep(milliseconds, AbortSignal.any([signal, options.stopping]));
    } catch (error) {
      signal.throwIfAborted();
      if (options.stopping.aborted) throw reason();
      throw error;
    }
  }

  async function send<O extends OperationName>(
    operation: O,
    input: InputOf<O>,
    abortSignal: AbortSignal,
  ): Promise<OutputOf<O>> {
    sent.set(operation, (sent.get(operation) ?? 0) + 1);
    const { command: Command }: Operation = operations[operation];
    const client = clients.byService[serviceOf(operation)];
    // The one place where the SDK's types are left: the table pairs each command with its own input and output.
    return (await client.send(new Command(input as never), { abortSignal })) as OutputOf<O>;
  }

  async function list<O extends OperationName, Item>(
    operation: O,
    input: InputOf<O>,
    itemsOf: (page: OutputOf<O>) => readonly Item[] | undefined,
    signal?: AbortSignal,
  ): Promise<readonly Item[]> {
    const items: Item[] = [];
    const tokens = new Set<string>();
    let token: string | undefined;
    let emptyInARow = 0;
    do {
      const page = await call(
        operation,
        { ...input, ...(token !== undefined && { NextToken: token }) },
        signal,
      );
      const found = itemsOf(page);
      if (found === undefined) throw unreadable(operation, "its answer lacks the list that was asked for");
      items.push(...found);
      emptyInARow = found.length === 0 ? emptyInARow + 1 : 0;
      if (emptyInARow >= mostEmptyPages || tokens.size >= mostPages)
        throw unreadable(operation, `its list does not end: ${tokens.size + 1} pages`);
      token = nextToken(page);
      if (token !== undefined && tokens.has(token))
        throw unreadable(operation, "it gives the same page again and again");
      if (token !== undefined) tokens.add(token);
    } while (token !== undefined);
    return items;
  }

  return { call, list, requests: () => byService(sent), operations: () => sent };
}

/** The services may give an empty page now and then, with a token for the next one. */
const mostEmptyPages = 100;
/** Ten times as many as all users that an Identity Center can hold. */
const mostPages = 10_000;

/** Half of the wait is certain and half is chance, so that those who were refused together do not return together. */
function backOff(retry: Retry, attempt: number, chance: number): number {
  const full = Math.min(retry.most, retry.first * 2 ** (attempt - 1));
  return Math.round(Math.max(retry.atLeast, full / 2) + (full / 2) * chance);
}

function nextToken(page: unknown): string | undefined {
  const token: unknown = Reflect.get(Object(page), "NextToken");
  return typeof token === "string" && token !== "" ? token : undefined;
}

/** An answer that came whole and makes no sense. Never an empty list in its place. */
export function unreadable(operation: OperationName, what: string): LiveError {
  return new LiveError(`${operation} cannot be relied on: ${what}.`, {
    kind: "unexpected",
    operation,
    action: actionOf(operation),
    help: "Check that nothing answers in the service's place (a proxy, AWS_ENDPOINT_URL… variables); otherwise try again later.",
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
