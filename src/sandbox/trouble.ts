/**
 * Trouble on purpose: what the services do to their callers on bad days, each with a probability. Every request draws
 * the same numbers, whatever becomes of it, so the same seed and the same requests meet the same trouble.
 */
import { conflict, ServiceError, throttled } from "./errors.js";
import type { Call } from "./wire.js";

export const faultNames = [
  /** Refused for the rate of requests, or for the number of asynchronous operations in progress. */
  "throttle",
  /** A write is refused since an earlier one has not spread inside the service yet. */
  "conflict",
  /** The service fails, before the effect or after it. */
  "error500",
  /** The connection closes without an answer, before the effect or after it. */
  "drop",
  /** The answer takes up to two seconds. */
  "slow",
  /** A list gives fewer rows than there are, perhaps none, and a token for the rest. */
  "short-pages",
  /** An asynchronous operation ends FAILED; of several accounts each by itself. */
  "fail-async",
] as const;

export type FaultName = (typeof faultNames)[number];

/** Probabilities from 0 to 1; what is not named does not happen. */
export type Faults = Readonly<Partial<Record<FaultName, number>>>;

/** What a request meets. */
export type Fate = {
  /** The error instead of doing anything; null: none. */
  refusal(call: Call): ServiceError | null;
  /** The error although all was done; null: none. */
  failure(call: Call): ServiceError | null;
  readonly dropped: "before" | "after" | null;
  /** How much of a page is given, from 0 up to 1; null: all of it. */
  readonly share: number | null;
  readonly delayMs: number;
};

export type Trouble = {
  next(): Fate;
  /** The reason why an asynchronous operation fails that would have succeeded; null: it succeeds. */
  readonly lateFailure: () => string | null;
};

/** Answers take this long at most, in milliseconds. */
const slowest = 2_000;

export function createTrouble(faults: Faults, seed: number): Trouble {
  const random = numbers(seed);
  const lateRandom = numbers(seed + 1);
  const happens = (name: FaultName): boolean => random() < (faults[name] ?? 0);

  return {
    next() {
      const [throttle, conflicts, fails, drops, slow, short] = [
        happens("throttle"),
        happens("conflict"),
        happens("error500"),
        happens("drop"),
        happens("slow"),
        happens("short-pages"),
      ];
      const [which, when, howMuch, howLong] = [random(), random(), random(), random()];
      return {
        refusal: (call) => {
          if (throttle && call.service !== "sts") return tooMany(call, which);
          if (conflicts) return notSpread(call);
          return fails && when < 0.5 ? broken(call) : null;
        },
        failure: (call) => (fails ? broken(call) : null),
        dropped: drops ? (when < 0.5 ? "before" : "after") : null,
        share: short ? howMuch : null,
        delayMs: slow ? Math.ceil(howLong * slowest) : 0,
      };
    },
    lateFailure: () =>
      lateRandom() < (faults["fail-async"] ?? 0) ? "Received a 500 status error: Internal failure." : null,
  };
}

/** The requests a second of a caller, or the asynchronous operations in progress, are too many. */
export function tooMany(call: Call, which = 0): ServiceError {
  if (call.service === "organizations")
    return new ServiceError(
      "TooManyRequestsException",
      "You have sent too many requests in too short a period of time.",
      { Type: "RATE" },
    );
  const starts = /^(Create|Delete)AccountAssignment$|^ProvisionPermissionSet$/.test(call.operation);
  return starts && which >= 0.5 ? tooManyInProgress() : throttled("Rate exceeded");
}

export function tooManyInProgress(): ServiceError {
  return throttled("There are too many requests processing. Please try again later.");
}

export function isWrite({ operation }: { readonly operation: string }): boolean {
  return /^(Create|Update|Delete|Put|Patch|Attach|Detach|Tag|Untag|Provision)/.test(operation);
}

function notSpread(call: Call): ServiceError | null {
  if (!isWrite(call)) return null;
  return call.service === "identitystore"
    ? conflict("The resource is being changed by another request.", { Reason: "CONCURRENT_MODIFICATION" })
    : conflict("An earlier change has not been propagated yet. Try again later.");
}

function broken({ service }: Call): ServiceError {
  const code = { organizations: "ServiceException", sts: "InternalFailure" } as const;
  const name = service === "organizations" || service === "sts" ? code[service] : "InternalServerException";
  return new ServiceError(name, "The request processing has failed because of an unknown error.", {}, 500);
}

/** Numbers from 0 up to 1, the same for the same seed (the generator mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
