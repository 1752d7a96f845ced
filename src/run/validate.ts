import { reportExpired } from "../declare/expiry.js";
import { gather } from "../declare/gather.js";
import { load } from "../declare/load.js";
import type { SourceTree } from "../declare/source-tree.js";
import type { Verdict } from "./exit-code.js";
import type { Told } from "./prepare.js";

export type ValidateRun = Told & { readonly verdicts: readonly Verdict[] };

/** Everything that can be said of the files by themselves, at `now` (milliseconds since the epoch). */
export async function runValidate(tree: SourceTree, now: number): Promise<ValidateRun> {
  const loaded = await load(tree);
  const { files } = loaded;
  if (!loaded.ok) return { diagnostics: loaded.diagnostics, files, verdicts: ["invalid"] };
  const expired = gather();
  reportExpired(loaded.value, now, expired.report);
  return { diagnostics: [...loaded.diagnostics, ...expired.told()], files, verdicts: [] };
}
