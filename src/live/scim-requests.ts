import type { Recorder, WriteNews } from "../apply/recorder.js";
import type { Clock } from "../model/clock.js";
import type { LiveError } from "../model/live-error.js";
import { backOff } from "./api.js";
import { mayHaveHadEffect, type RetryReason } from "./classify.js";
import {
  failedAnswer,
  lostAnswer,
  type ScimAnswer,
  scimError,
  type ScimFailure,
  type ScimOperation,
} from "./scim-failure.js";

/** A request that may be sent again and again: it reads, or sets what may be set already. */
type ScimRequest<T> = {
  readonly operation: ScimOperation;
  readonly method: "GET" | "PATCH";
  /** Below the endpoint. */
  readonly path: string;
  readonly body?: object;
  /** The answer's JSON as what was asked for; null where it is no such thing. */
  readonly read: (content: unknown) => T | null;
  /** What an answer without a body stands for, where there may be one. */
  readonly withoutBody?: T;
  /** Whether the answer says that it is done. */
  readonly isDone: (result: T) => boolean;
};

type ScimRequests = {
  /** Resolves with the answer, however often it takes to get it. Rejects with LiveError, or the signal's reason. */
  ask<T>(request: ScimRequest<T>): Promise<T>;
  /** The error for an answer in SCIM's form that is not to be relied on. */
  unreliable(operation: ScimOperation, why: string): LiveError;
};

export type ScimRequestsOptions = {
  /** Ends in a slash. */
  readonly endpoint: URL;
  /** Shows in no message, no cause and no log. */
  readonly token: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** By whom each attempt to change something is put on record; null: by nobody. */
  readonly recorder?: Recorder | null;
  /** Milliseconds until an answer must be whole, where not the usual. */
  readonly answerWithin?: number;
};

/** Milliseconds for one attempt as a whole. */
const usualAnswerWithin = 30_000;
/** Bytes of an answer: far more than a page of users. */
const longestAnswer = 8 * 1024 * 1024;

type Outcome<T> = { readonly result: T } | { readonly failure: ScimFailure };

export function createScimRequests(options: ScimRequestsOptions): ScimRequests {
  const { endpoint, token, clock, signal, recorder = null, answerWithin = usualAnswerWithin } = options;
  /** Whoever answers has seen the token, and may say it. */
  const clean = (text: string): string => text.replaceAll(token, "[the token]");

  async function ask<T>(request: ScimRequest<T>): Promise<T> {
    const failures = new Map<RetryReason, number>();
    for (;;) {
      const outcome = await recorded(request, async () => attempt(request));
      if ("result" in outcome) return outcome.result;
      const { retry } = outcome.failure;
      const count = retry === null ? 1 : (failures.get(retry.reason) ?? 0) + 1;
      if (retry === null || count >= retry.attempts)
        throw scimError(request.operation, outcome.failure, endpoint.host, clean);
      failures.set(retry.reason, count);
      await clock.sleep(backOff(retry, count, Math.random()), signal);
    }
  }

  async function recorded<T>(
    { operation, method, isDone }: ScimRequest<T>,
    send: () => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (method === "GET" || recorder === null) return send();
    const write = await recorder.sending(operation);
    const outcome = await send().catch(async (error: unknown) => {
      await write.became({ outcome: "unclear", code: null, requestId: null });
      throw error;
    });
    await write.became("result" in outcome ? newsOfResult(isDone(outcome.result)) : newsOf(outcome.failure));
    return outcome;
  }

  async function attempt<T>(request: ScimRequest<T>): Promise<Outcome<T>> {
    let answer: ScimAnswer;
    try {
      answer = await send(request);
    } catch (error) {
      signal.throwIfAborted();
      return { failure: lostAnswer(error, answerWithin) };
    }
    if (answer.status === 204 && request.withoutBody !== undefined) return { result: request.withoutBody };
    const result = answer.status === 200 ? request.read(answer.content) : null;
    return result === null ? { failure: failedAnswer(request.operation, answer, clock.now()) } : { result };
  }

  async function send({
    method,
    path,
    body,
  }: Pick<ScimRequest<never>, "method" | "path" | "body">): Promise<ScimAnswer> {
    const response = await fetch(new URL(path, endpoint), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/scim+json, application/json",
        ...(body !== undefined && { "content-type": "application/scim+json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // The token goes to the endpoint and nowhere else.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithin)]),
    });
    return { status: response.status, headers: response.headers, content: await contentOf(response) };
  }

  const unreliable = (operation: ScimOperation, why: string): LiveError =>
    scimError(
      operation,
      { kind: "unexpected", retry: null, code: null, said: why, requestId: null },
      endpoint.host,
      clean,
    );

  return { ask, unreliable };
}

/** SCIM gives its requests no id that CloudTrail would know. */
function newsOfResult(isDone: boolean): WriteNews {
  return { outcome: isDone ? "accepted" : "unclear", code: null, requestId: null };
}

function newsOf({ kind, retry, code }: ScimFailure): WriteNews {
  if (retry?.reason === "not reachable") return { outcome: "unsent", code, requestId: null };
  const isSaid = code !== null || kind === "credentials";
  const isClear = isSaid && (retry === null || !mayHaveHadEffect(retry.reason));
  return { outcome: isClear ? "refused" : "unclear", code, requestId: null };
}

/** The body's JSON; undefined for what is none, or goes on for longer than anybody has reason to write. */
async function contentOf(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > longestAnswer) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
