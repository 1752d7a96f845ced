import { LiveError, type LiveErrorKind } from "../model/live-error.js";
import { classify, type Retry, retries } from "./classify.js";
import { againLater } from "./explain.js";

export type ScimOperation = "scim ListUsers" | "scim PatchUser";

/** One attempt that did not bring what was asked for. */
export type ScimFailure = {
  readonly kind: LiveErrorKind;
  readonly retry: Retry | null;
  /** The HTTP status, where SCIM itself has answered. */
  readonly code: string | null;
  /** The service's words, or what the network said. */
  readonly said: string;
  readonly requestId: string | null;
};

/** What came back, whoever sent it: `content` is its JSON, undefined where it has none. */
export type ScimAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly content: unknown;
};

/** An answer that is not the one that was asked for. `now`: milliseconds since the epoch. */
export function failedAnswer(operation: ScimOperation, answer: ScimAnswer, now: number): ScimFailure {
  const { status, headers } = answer;
  const detail = detailOf(answer.content);
  const [kind, retry] = meaning(operation, status, detail !== null);
  return {
    kind,
    retry: retry && { ...retry, atLeast: waitOf(headers.get("retry-after"), now) },
    code: detail === null ? null : String(status),
    said: detail ?? statusWords(status),
    requestId: headers.get("x-amzn-requestid"),
  };
}

/** No answer, or half of one. `answerWithin` in milliseconds. */
export function lostAnswer(error: unknown, answerWithin: number): ScimFailure {
  const { kind, retry } = classify(error);
  return { kind, retry, code: null, said: networkWords(error, answerWithin), requestId: null };
}

/** The error for a request that failed for good. `clean` takes out what must not be shown. */
export function scimError(
  operation: ScimOperation,
  failure: ScimFailure,
  host: string,
  clean: (text: string) => string,
): LiveError {
  const { kind, code, requestId } = failure;
  const said = sentence(clean(failure.said));
  const { message, help } = words(operation, kind, said, host);
  return new LiveError(message, { kind, code, operation, help, requestId: requestId && clean(requestId) });
}

/** `isScim`: the error came in SCIM's form. Without it nobody knows who has answered. */
function meaning(
  operation: ScimOperation,
  status: number,
  isScim: boolean,
): readonly [LiveErrorKind, Omit<Retry, "atLeast"> | null] {
  if (isSuccess(status)) return ["unexpected", retries.garbled];
  if (status === 401 || status === 403) return ["credentials", null];
  if (status === 429) return ["throttled", retries.throttled];
  if (status === 408) return ["unreachable", retries.dropped];
  if (status >= 500) return ["internal", retries.internal];
  if (!isScim) return ["unexpected", null];
  if (status === 404 && operation === "scim PatchUser") return ["not-found", null];
  // A user's own status conflicts with nothing: an earlier change has not spread yet.
  if (status === 409) return ["conflict", retries.conflict];
  return [status === 400 ? "invalid" : "unexpected", null];
}

function statusWords(status: number): string {
  if (isSuccess(status)) return `HTTP status ${status} with something else than what SCIM answers`;
  if (status >= 300 && status < 400)
    return `HTTP status ${status}, which leads elsewhere: the token stays here`;
  return `HTTP status ${status} without an error of SCIM`;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function detailOf(content: unknown): string | null {
  if (typeof content !== "object" || content === null) return null;
  const schemas: unknown = Reflect.get(content, "schemas");
  const detail: unknown = Reflect.get(content, "detail");
  const isError = Array.isArray(schemas) && schemas.includes("urn:ietf:params:scim:api:messages:2.0:Error");
  return isError ? (typeof detail === "string" ? detail : "") : null;
}

/** Milliseconds; the header gives seconds or a date. */
function waitOf(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now) / 1000;
  return Number.isNaN(seconds) ? 0 : Math.min(Math.max(0, seconds), 60) * 1000;
}

/** `fetch` tells what went wrong in the cause of its error. */
function networkWords(error: unknown, answerWithin: number): string {
  if (!(error instanceof Error)) return "the request failed";
  if (error.name === "TimeoutError") return `no whole answer within ${answerWithin / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return cause.message === "" ? code : cause.message;
}

type Words = { readonly message: string; readonly help: string | null };

function words(operation: ScimOperation, kind: LiveErrorKind, said: string, host: string): Words {
  switch (kind) {
    case "credentials":
      return {
        message: `SCIM does not accept the token: ${said}`,
        help: "Make a new access token in the console (IAM Identity Center, Settings, Automatic provisioning), and check that the endpoint is the one shown beside it. A token lasts a year.",
      };
    case "unreachable":
      return {
        message: `${operation} could not reach ${host}: ${said}`,
        help: "Check the network, the endpoint's spelling, and a proxy in between.",
      };
    case "throttled":
      return { message: `${operation} was still throttled after every retry: ${said}`, help: againLater };
    case "internal":
      return { message: `${operation} kept failing inside the service: ${said}`, help: againLater };
    case "conflict":
      return { message: `${operation} met a conflict: ${said}`, help: againLater };
    case "not-found":
      return { message: `${operation} did not find the user any more: ${said}`, help: "Run idc plan again." };
    case "invalid":
      return { message: `${operation} was refused as invalid: ${said}`, help: null };
    case "denied":
    case "quota":
    case "failed":
    case "unrecorded":
    case "unclear":
    case "unexpected":
      return {
        message: `${operation} got an answer that idc cannot read: ${said}`,
        help: `Check that ${host} is the host of the SCIM endpoint in the console, and that no proxy answers in its place.`,
      };
  }
}

/** One line with one full stop, and no longer than a reader needs. */
function sentence(said: string): string {
  const [line = ""] = said.trim().split("\n");
  const short = line.length > 300 ? `${line.slice(0, 300)}…` : line.trim();
  if (short === "") return "the service gave no reason.";
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
