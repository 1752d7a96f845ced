/** A sandbox and a way to connect to it in process, under a clock that nobody has to wait for. */
import type { Clock } from "../../src/model/clock.js";
import type { Scope, Snapshot } from "../../src/model/snapshot.js";
import { connect, type Connection, type ConnectOptions } from "../../src/live/connect.js";
import { LiveError } from "../../src/model/live-error.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { createWorld, type World } from "../sandbox/world.js";
import { faultyHandler, type Call, type Fault } from "../support/faulty-handler.js";
import { inProcessHandler } from "../support/sandbox-handler.js";
import { createVirtualClock } from "./virtual-clock.js";

export type LiveWorld = World & {
  readonly clock: { time: number; now(): number };
  readonly time: Clock;
  connect(options?: Partial<ConnectOptions>): Promise<Connection>;
  /** What shall go wrong from now on; null: nothing. */
  faults: ((call: Call) => Fault | null) | null;
  /** Operations requested, since `forget` was called last. */
  readonly sent: string[];
};

export function createLiveWorld(options: Partial<SandboxOptions> = {}): LiveWorld {
  const world = createWorld(options);
  const time = createVirtualClock(world.clock);
  const sent: string[] = [];
  const live: LiveWorld = {
    ...world,
    clock: world.clock,
    time,
    sent,
    faults: null,
    connect: (more) =>
      connect({
        region: "eu-west-1",
        instanceArn: null,
        profile: null,
        endpoint: "http://sandbox.invalid",
        credentials: { accessKeyId: "AKIDADMIN", secretAccessKey: "secret" },
        requestHandler: faultyHandler(inProcessHandler(world.sandbox, time), (call) => {
          sent.push(call.operation);
          return live.faults?.(call) ?? null;
        }),
        limits: { requestsPerSecond: Infinity, operationsInFlight: 10 },
        clock: time,
        random: () => 0.5,
        ...more,
      }),
  };
  return live;
}

const everything: Scope = { kind: "all" };

export function read(connection: Connection, scope: Scope = everything): Promise<Snapshot> {
  return connection.reader.snapshot(scope, new AbortController().signal);
}

/** The LiveError that `work` rejects with. */
export async function failure(work: Promise<unknown>): Promise<LiveError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LiveError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
