import { ancestry, checkoutOf } from "../declare/git.js";
import { revisionOf } from "../declare/git-tree.js";
import { folderTree } from "../declare/source-tree.js";
import type { ApplyOrder } from "../run/apply.js";
import type { Preparation } from "../run/prepare.js";
import type { Context } from "./execute.js";
import { stageTeller } from "./progress.js";
import { connector } from "./session.js";
import type { Session } from "./session.js";
import { version } from "./version.js";

/** What plan, drift and apply need to come to a plan. */
export function preparation(
  context: Context<object>,
): Omit<Preparation<Session>, "purpose" | "consent" | "base" | "targeted" | "waiting" | "whose"> &
  Pick<ApplyOrder, "ancestryOf"> {
  const { options, signal, terminal } = context;
  return {
    tree: folderTree(options.dir),
    checkout: async () => checkoutOf(options.dir),
    revisionOf: async (revision) => revisionOf(options.dir, revision),
    ancestryOf: async (older, newer) => ancestry(options.dir, older, newer),
    connect: connector(context),
    toolVersion: version(),
    wallClock: () => Date.now(),
    signal,
    onStage: stageTeller(terminal, options.dir),
  };
}
