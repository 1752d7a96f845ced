import type { LiveErrorKind } from "../model/live-error.js";

/**
 * What a failed request means, and whether asking again may help. The one place that knows: the services overload
 * their codes, so the message decides too, and HTTP status says little (client errors arrive as 400 of every kind).
 */
export type Verdict = {
  /** What it is once asking again has not helped. */
  readonly kind: LiveErrorKind;
  readonly retry: Retry | null;
  /** The service's own code; null when no service answered. */
  readonly code: string | null;
  /** The service's own words, or what the network said. */
  readonly said: string;
  readonly requestId: string | null;
};

export type Retry = {
  readonly reason: RetryReason;
  /** How often a request may fail for this reason; troubles of different kinds do not add up. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one up to `most`, half of it at random. */
  readonly first: number;
  readonly most: number;
  /** Milliseconds that the service asked to wait. */
  readonly atLeast: number;
};

export type RetryReason =
  | "throttled"
  | "capacity"
  | "conflict"
  | "internal"
  | "connection lost"
  | "not reachable"
  | "unreadable answer"
  | "clock put right";

export const retries = {
  throttled: { reason: "throttled", attempts: 12, first: 250, most: 20_000 },
  /** Too many asynchronous operations at once, ours or anybody's: each takes up to minutes. */
  capacity: { reason: "capacity", attempts: 100, first: 1_000, most: 15_000 },
  /** Something earlier has not spread inside the service yet. */
  conflict: { reason: "conflict", attempts: 15, first: 300, most: 15_000 },
  internal: { reason: "internal", attempts: 8, first: 250, most: 15_000 },
  dropped: { reason: "connection lost", attempts: 8, first: 100, most: 10_000 },
  /** Nobody listens or the name is unknown: rarely passes while one waits. */
  refused: { reason: "not reachable", attempts: 3, first: 200, most: 1_000 },
  /** A connection cut in the middle of an answer, or somebody else who answers in the service's place. */
  garbled: { reason: "unreadable answer", attempts: 5, first: 250, most: 1_000 },
  clock: { reason: "clock put right", attempts: 3, first: 0, most: 0 },
} as const satisfies Record<string, Omit<Retry, "atLeast">>;

/** What was asked may have been done all the same: nobody has said that it was not. */
export function mayHaveHadEffect(reason: RetryReason): boolean {
  return reason === "internal" || reason === "connection lost" || reason === "unreadable answer";
}

const credentialCodes = new Set([
  "CredentialsProviderError",
  "TokenProviderError",
  "ExpiredToken",
  "RequestExpired",
  "UnrecognizedClient",
  "InvalidClientTokenId",
  "InvalidSignature",
  "SignatureDoesNotMatch",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "Unauthorized",
]);
const throttlingCodes = new Set([
  "Throttling",
  "Throttled",
  "RequestThrottled",
  "TooManyRequests",
  "RequestLimitExceeded",
  "SlowDown",
]);
const internalCodes = new Set(["InternalServer", "InternalFailure", "Service", "ServiceUnavailable"]);
const invalidCodes = new Set(["Validation", "InvalidInput", "UnsupportedOperation", "UnknownOperation"]);
const refusedCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
const droppedCodes = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ECONNABORTED",
  "ERR_STREAM_PREMATURE_CLOSE",
  "TimeoutError",
  "RequestTimeout",
  // What the client behind Node's own fetch says.
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);
const tlsCodes = /CERT|SSL|TLS|EPROTO|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|DEPTH_ZERO/;

/** Conflicts that waiting does not cure: something of that name is there, or what is to go is still in use. */
const lastingConflict = /already|duplicate|associated with|UNIQUENESS_CONSTRAINT_VIOLATION/i;

export function classify(error: unknown): Verdict {
  const seen = observe(error);
  const verdict = (kind: LiveErrorKind, retry: Omit<Retry, "atLeast"> | null = null): Verdict => ({
    kind,
    retry: retry && { ...retry, atLeast: seen.retryAfter },
    code: seen.answered ? seen.name : null,
    said: seen.said,
    requestId: seen.requestId,
  });
  // The SDK has just learnt how far the machine's clock is off and signs the next attempt by the service's clock.
  if (seen.clockSkewCorrected) return verdict("credentials", retries.clock);
  if (credentialCodes.has(seen.code)) return verdict("credentials");
  if (throttlingCodes.has(seen.code))
    return verdict(
      "throttled",
      /too many requests processing/i.test(seen.said) ? retries.capacity : retries.throttled,
    );
  if (seen.code.startsWith("AccessDenied") || seen.code === "OptInRequired") return verdict("denied");
  if (seen.code === "Conflict" || seen.code === "ConcurrentModification")
    return verdict("conflict", lastingConflict.test(`${seen.said} ${seen.reason}`) ? null : retries.conflict);
  if (seen.answered && seen.name.endsWith("NotFoundException"))
    return verdict(seen.missesPlace ? "unexpected" : "not-found");
  if (seen.code === "ServiceQuotaExceeded") return verdict("quota");
  if (invalidCodes.has(seen.code)) return verdict("invalid");
  if (refusedCodes.has(seen.code)) return verdict("unreachable", retries.refused);
  if (droppedCodes.has(seen.code) || seen.status === 408) return verdict("unreachable", retries.dropped);
  if (tlsCodes.test(seen.code)) return verdict("unreachable");
  if (internalCodes.has(seen.code) || seen.status >= 500) return verdict("internal", retries.internal);
  if (seen.status === 429) return verdict("throttled", retries.throttled);
  return verdict("unexpected", seen.garbled ? retries.garbled : null);
}

type Observation = {
  readonly name: string;
  /** The service's code without its `Exception`, or the network's. */
  readonly code: string;
  readonly said: string;
  readonly reason: string;
  /**
   * "Not found" that says nothing of the object asked for: the whole identity store is missing, or (then there is a
   * reason) the customer managed key that it is encrypted with. Taken for the object's, it would make orphans of people.
   */
  readonly missesPlace: boolean;
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfter: number;
  readonly answered: boolean;
  readonly garbled: boolean;
  readonly clockSkewCorrected: boolean;
};

/** What an error of the SDK shows, whatever its class: service exceptions, the network's, the SDK's own. */
function observe(error: unknown): Observation {
  const metadata = field(error, "$metadata");
  const name = text(field(error, "name")) ?? "";
  const status = number(field(metadata, "httpStatusCode"));
  // An error without a code is a page of somebody in between, a proxy or a captive portal; the SDK calls a 404 NotFound.
  const isUnnamed = name === "Unknown" || name === "UnknownError" || name === "NotFound";
  const answered = field(error, "$fault") !== undefined && !isUnnamed;
  const waits = [
    field(error, "RetryAfterSeconds"),
    field(field(field(error, "$response"), "headers"), "retry-after"),
  ];
  const code = codeOf(error, name, answered);
  return {
    name,
    code,
    said: isUnnamed
      ? `HTTP status ${status ?? "unknown"} without an error code`
      : name === "SyntaxError"
        ? `HTTP status ${status ?? "unknown"} with a body that is no JSON`
        : inPlainWords((error instanceof Error ? error.message : String(error)).split("\n")[0] ?? ""),
    reason: text(field(error, "Reason")) ?? "",
    missesPlace:
      text(field(error, "Reason")) !== null || text(field(error, "ResourceType")) === "IDENTITY_STORE",
    status: status ?? 0,
    requestId: text(field(metadata, "requestId")),
    retryAfter: Math.min(Math.max(0, ...waits.map((wait) => number(wait) ?? 0)), 60) * 1000,
    answered,
    // HPE_…: what Node's HTTP parser says of an answer that is no HTTP.
    garbled:
      name === "SyntaxError" || code.startsWith("HPE_") || (!answered && !isUnnamed && status !== null),
    clockSkewCorrected: field(metadata, "clockSkewCorrected") === true,
  };
}

/** What the SDK says of its own time limits, without the names of its settings. */
function inPlainWords(said: string): string {
  const limit = /^@smithy\/node-http-handler .*\b(\d+) ms\b/.exec(said)?.[1];
  if (limit === undefined) return said;
  const missing = said.includes("did not establish a connection") ? "connection" : "answer";
  return `no ${missing} within ${Number(limit) / 1000} s`;
}

function codeOf(error: unknown, name: string, answered: boolean): string {
  const network = text(field(error, "code")) ?? text(field(field(error, "cause"), "code"));
  const named = answered || network === null || name.endsWith("ProviderError") || name === "TimeoutError";
  return named ? name.replace(/Exception$/, "") : network;
}

function field(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, name) : undefined;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  const given = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof given === "number" && Number.isFinite(given) ? given : null;
}
