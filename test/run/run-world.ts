import type { ApplyOrder } from "../../src/run/apply.js";
import type { SourceTree } from "../../src/declare/source-tree.js";
import { createLiveWorld } from "../live/live-world.js";
import type { LiveWorld } from "../live/live-world.js";

/** Files in memory and a sandbox in process: everything a run needs, with nothing of it in the way. */
export type RunWorld = LiveWorld & {
  files: Record<string, string>;
  commit: string | null;
  order(given?: Partial<ApplyOrder>): ApplyOrder;
};

export function createRunWorld(files: Record<string, string>): RunWorld {
  const live = createLiveWorld();
  const world: RunWorld = Object.assign(live, {
    files,
    commit: null,
    order: (given: Partial<ApplyOrder> = {}): ApplyOrder => ({
      tree: treeOf(world.files),
      checkout: async () => (world.commit === null ? null : { head: world.commit, clean: true }),
      connect: async () => ({ ...(await live.connect()), operationsInFlight: 10 }),
      toolVersion: "0.0.0",
      adopt: null,
      signal: new AbortController().signal,
      onStage: () => {},
      saved: null,
      ancestryOf: async () => "unknown",
      confirm: async () => "yes",
      clock: live.time,
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
    async read(path) {
      return new TextEncoder().encode(files[path] ?? "");
    },
  };
}
