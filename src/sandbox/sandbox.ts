/**
 * A local Identity Center: `handle(request, clock)` takes a request in the services' own protocol, changes the
 * state, and answers. No I/O and no clock of its own; HTTP is a shell around it (server.ts).
 */
import { authorize, callerOf, identityOf, providerOf } from "./caller.js";
import { check, violationMessage, type Violation } from "./check.js";
import type { Operation, Service } from "./constraints.js";
import type { Caller, Context, Handlers } from "./context.js";
import { atConsole } from "./console.js";
import { ServiceError, validationError } from "./errors.js";
import { identityStore } from "./identitystore/handlers.js";
import { type IdSource, nextUuid } from "./ids.js";
import { organizations } from "./organizations/handlers.js";
import { runScim } from "./scim/handlers.js";
import { ssoAdmin } from "./sso-admin/handlers.js";
import { settleRequests } from "./sso-admin/requests.js";
import type { SandboxState } from "./state.js";
import { createBucket } from "./throttle.js";
import { createTrouble, type Fate, type Faults, isWrite, tooMany } from "./trouble.js";
import {
  answer,
  type Call,
  callOf,
  credentialOf,
  errorAnswer,
  inputOf,
  json,
  type Reply,
  type SandboxRequest,
  type SandboxResponse,
  type Target,
  targetOf,
} from "./wire.js";

export type { SandboxRequest, SandboxResponse } from "./wire.js";

export type SandboxClock = {
  /** Milliseconds since the epoch. */
  now(): number;
};

export type LogEntry = {
  /** RFC 3339. */
  readonly time: string;
  /** As the AWS CLI names it: sso-admin, identitystore, organizations, sts; `scim`, `console`; `unknown` for anything else. */
  readonly service: string;
  readonly operation: string;
  /** `ok`, or the code of the error; `dropped-before` and `dropped-after` (the effect) where there was no answer. */
  readonly outcome: string;
  /** As the answer's header has it, where there is an answer. */
  readonly requestId: string;
};

export type SandboxOptions = {
  readonly state: SandboxState;
  /** How long an asynchronous operation takes, in milliseconds. 0, the default: it is done by the next request. */
  readonly settleMs?: number;
  /** Requests a second over all services but STS; beyond it they are throttled. No limit by default. */
  readonly rate?: number;
  /** How many asynchronous operations may be in progress at once. No limit by default. */
  readonly inFlight?: number;
  /** What goes wrong on purpose, and how often. Nothing by default. */
  readonly faults?: Faults;
  /** The same faults come every time for the same seed. */
  readonly seed?: number;
  onRequest?(entry: LogEntry): void;
  /** After a request, or an asynchronous operation that ended, has changed the state. */
  onChange?(): void;
};

export type Sandbox = {
  readonly state: SandboxState;
  handle(request: SandboxRequest, clock: SandboxClock): SandboxResponse;
  /** Ends the asynchronous operations that are due. Every request does so first. */
  settle(clock: SandboxClock): void;
};

/** A request that came, and what it meets. */
type Arrival = {
  readonly request: SandboxRequest;
  readonly requestId: string;
  readonly fate: Fate;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

export function createSandbox(options: SandboxOptions): Sandbox {
  const { state, settleMs = 0, rate = Infinity, inFlight = Infinity, faults = {}, seed = 1 } = options;
  const requestIds: IdSource = { counter: 0 };
  const bucket = createBucket(rate);
  const trouble = createTrouble(faults, seed);

  function settle(clock: SandboxClock): void {
    if (settleRequests(state, clock.now(), trouble.lateFailure)) options.onChange?.();
  }

  function handle(request: SandboxRequest, clock: SandboxClock): SandboxResponse {
    settle(clock);
    const requestId = nextUuid(requestIds);
    const log = (service: string, operation: string, outcome: string): void =>
      options.onRequest?.({
        time: new Date(clock.now()).toISOString(),
        service,
        operation,
        outcome,
        requestId,
      });
    const byHand = atConsole(state, request);
    if (byHand !== null) {
      if (byHand.status === 200) options.onChange?.();
      log("console", byHand.operation, byHand.status === 200 ? "ok" : "NotFound");
      return { ...json(byHand.status, requestId, byHand.body), delayMs: 0, dropped: false };
    }
    const target = targetOf(request);
    const fate = trouble.next();
    const arrival = { request, requestId, fate, now: clock.now() };
    const { dropped, delayMs } = fate;
    const { outcome, ...reply } =
      dropped === "before" ? { outcome: "ok", ...answer(target, requestId, {}) } : attempt(target, arrival);
    log(target.service, target.operation, dropped === null ? outcome : `dropped-${dropped}`);
    return { ...reply, delayMs, dropped: dropped !== null };
  }

  function attempt(target: Target, arrival: Arrival): Reply & { readonly outcome: string } {
    const { request, requestId, fate, now } = arrival;
    try {
      const call = callOf(request, target);
      if (call.service !== "sts" && Number.isFinite(rate) && !bucket.take(now)) throw tooMany(call);
      const refusal = fate.refusal(call);
      if (refusal !== null) throw refusal;
      const reply = run(call, arrival);
      if (isWrite(call)) options.onChange?.();
      const failure = fate.failure(call);
      if (failure !== null) throw failure;
      return { outcome: "ok", ...reply };
    } catch (error) {
      const told = error instanceof ServiceError ? error : internalError(error);
      return { outcome: told.code, ...errorAnswer(target, requestId, told, now) };
    }
  }

  function run(call: Call, arrival: Arrival): Reply {
    const { request, requestId } = arrival;
    const { region } = state.organization;
    if (call.service === "scim")
      return runScim(contextOf(call, providerOf(state), region, arrival), call, request);
    const credential = credentialOf(request);
    const caller = callerOf(state.organization, credential?.accessKeyId ?? null);
    authorize(caller, call);
    if (call.service === "sts") return answer(call, requestId, identityOf(caller));
    const { value, violations } = check(call.service, call.shape, inputOf(request));
    if (violations.length > 0) throw refusal(call, violations);
    const context = contextOf(call, caller, credential?.region ?? region, arrival);
    return answer(call, requestId, handlerOf(call.service, call.operation)(context, value));
  }

  function contextOf(
    { service, operation }: Pick<Context, "service" | "operation">,
    caller: Caller,
    region: string,
    { requestId, fate, now }: Arrival,
  ): Context {
    return {
      state,
      service,
      operation,
      requestId,
      caller,
      region,
      now: Math.floor(now),
      settleMs,
      inFlight,
      pageShare: fate.share,
    };
  }

  return { state, handle, settle };
}

const handlers: { readonly [S in Service]: Handlers<S> } = {
  "sso-admin": ssoAdmin,
  identitystore: identityStore,
  organizations,
};

/** The constraint table has typed the handlers and has checked the input: here the two meet. */
function handlerOf(service: Service, operation: string): (context: Context, input: unknown) => object {
  const table = handlers[service] as Readonly<Record<string, (context: Context, input: unknown) => object>>;
  const handler = table[operation as Operation<Service>];
  if (handler === undefined)
    throw new Error(`${service} ${operation} is in the constraint table but not served`);
  return handler;
}

function refusal(call: Call, violations: readonly Violation[]): ServiceError {
  const message = violationMessage(violations);
  if (call.service !== "organizations") return validationError(message);
  return new ServiceError("InvalidInputException", message, {
    Reason: violations[0]?.kind ?? "INPUT_REQUIRED",
  });
}

function internalError(cause: unknown): ServiceError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ServiceError("InternalServerException", `The sandbox failed: ${message}`, {}, 500);
}
