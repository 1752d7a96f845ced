import { load } from "../declare/load.js";
import type { SourceTree } from "../declare/source-tree.js";
import type { Verdict } from "./exit-code.js";
import type { Told } from "./prepare.js";

export type ValidateRun = Told & { readonly verdicts: readonly Verdict[] };

/** Everything that can be said of the files by themselves. */
export async function runValidate(tree: SourceTree): Promise<ValidateRun> {
  const { ok, diagnostics, files } = await load(tree);
  return { diagnostics, files, verdicts: ok ? [] : ["invalid"] };
}
