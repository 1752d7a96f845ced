import { noConsent } from "../../src/plan/consent.js";
import type { ApplyOrder } from "../../src/run/apply.js";
import type { Preparation } from "../../src/run/prepare.js";
import type { SourceTree } from "../../src/declare/source-tree.js";
import type { Connection } from "../../src/live/connect.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { createLiveWorld } from "../live/live-world.js";
import type { LiveWorld } from "../live/live-world.js";

/** What any run may be asked for. */
type Order = ApplyOrder & Pick<Preparation<Connection>, "base" | "targeted" | "whose">;

/** Files in memory and a sandbox in process: everything a run needs, with nothing of it in the way. */
export type RunWorld = LiveWorld & {
  files: Record<string, string>;
  commit: string | null;
  order(given?: Partial<Order>): Order;
  /** Ends what runs have left open, as a command does at its end. */
  close(): void;
};

export function createRunWorld(
  files: Readonly<Record<string, string>>,
  options: Partial<SandboxOptions> = {},
): RunWorld {
  const live = createLiveWorld(options);
  const open: Connection[] = [];
  const world: RunWorld = Object.assign(live, {
    close: () => {
      for (const connection of open.splice(0)) connection.close();
    },
    files: { ...files },
    commit: null,
    order: (given: Partial<Order> = {}): Order => ({
      tree: treeOf(world.files),
      checkout: async () => (world.commit === null ? null : { head: world.commit, clean: true }),
      revisionOf: async () => ({ ok: false, why: "outside-git" }),
      base: null,
      targeted: false,
      whose: "given",
      connect: async () => {
        const connection = await live.connect();
        open.push(connection);
        return { ...connection, operationsInFlight: 10 };
      },
      toolVersion: "0.0.0",
      consent: noConsent,
      waiting: null,
      signal: new AbortController().signal,
      onStage: () => {},
      saved: null,
      unattended: null,
      audit: null,
      ancestryOf: async () => "unknown",
      confirm: async () => "yes",
      clock: live.time,
      wallClock: () => live.clock.time,
      onChange: () => {},
      ...given,
    }),
  });
  return world;
}

function treeOf(files: Record<string, string>): SourceTree {
  return {
    folder: "access",
    async *list() {
      yield* Object.keys(files);
    },
    origin: async (path) => path,
    async read(path) {
      return new TextEncoder().encode(files[path] ?? "");
    },
  };
}
