import { checkoutOf } from "../declare/git.js";
import { folderTree } from "../declare/source-tree.js";
import type { Preparation } from "../run/prepare.js";
import type { Context } from "./execute.js";
import { stageTeller } from "./progress.js";
import { connector } from "./session.js";
import type { Session } from "./session.js";
import { version } from "./version.js";

/** What plan, drift and apply need to come to a plan. */
export function preparation(context: Context<object>): Omit<Preparation<Session>, "purpose" | "adopt"> {
  const { options, signal, terminal } = context;
  return {
    tree: folderTree(options.dir),
    checkout: async () => checkoutOf(options.dir),
    connect: connector(context),
    toolVersion: version(),
    signal,
    onStage: stageTeller(terminal, options.dir),
  };
}
