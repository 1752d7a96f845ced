import type { Input, Operation, Service } from "./constraints.js";
import type { SandboxState } from "./state.js";

/** Who sends a request. */
export type Caller = {
  readonly accountId: string;
  readonly kind: "management" | "delegated-administrator" | "member";
  readonly arn: string;
};

/** What an operation may know besides its input. */
export type Context = {
  readonly state: SandboxState;
  readonly service: Service | "scim";
  readonly operation: string;
  readonly requestId: string;
  readonly caller: Caller;
  /** The region that the request was signed for. */
  readonly region: string;
  /** Milliseconds since the epoch, whole. */
  readonly now: number;
  /** How long an asynchronous operation takes, in milliseconds. */
  readonly settleMs: number;
  /** How many asynchronous operations may be in progress at once. */
  readonly inFlight: number;
  /** How much of a page a list gives, from 0 up to 1; null: all of it. */
  readonly pageShare: number | null;
};

/** One function for every operation of a service that the constraint table knows: input in, output out. */
export type Handlers<S extends Service> = {
  readonly [O in Operation<S>]: (context: Context, input: Input<S, O>) => object;
};

/** Some of a service's handlers. */
export type SomeHandlers<S extends Service, O extends Operation<S>> = Pick<Handlers<S>, O>;
