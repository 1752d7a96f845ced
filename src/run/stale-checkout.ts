import type { ancestry } from "../declare/git.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";

export type StaleCheckout = {
  /** What was applied last: a commit, or a digest when it was applied without git. */
  readonly mark: string | null;
  /** The commit that is checked out: edits on top of an old one make it no newer. */
  readonly head: string | null;
  /** Of the files that were applied it has to be known that this history has them: a branch that nobody merged may have been applied. */
  readonly whose: "given" | "applied";
  readonly ancestryOf: (older: string, newer: string) => ReturnType<typeof ancestry>;
};

/**
 * Whether these files are older than what was applied last: applying them would silently undo what came since. An error
 * when git knows so, a note when it cannot tell, null when all is well or nothing can be compared.
 */
export async function staleCheckout({
  mark,
  head,
  whose,
  ancestryOf,
}: StaleCheckout): Promise<Diagnostic | null> {
  if (mark === null || mark === head) return null;
  const markIsCommit = /^[0-9a-f]{40}$/.test(mark);
  // Neither then nor now does git play a part.
  if (!markIsCommit && head === null) return null;
  switch (markIsCommit && head !== null ? await ancestryOf(mark, head) : "unknown") {
    case "ancestor":
      return null;
    case "not-ancestor":
      return diagnostic({
        code: "stale-checkout",
        severity: "error",
        message: `This checkout (${head}) does not contain ${mark}, which was applied last: applying it would undo what came since. Nothing was changed.`,
        help: "Merge or rebase onto what was applied, then run idc apply again. To undo on purpose, revert it in git.",
      });
    case "unknown":
      return diagnostic({
        code: "unknown-ancestry",
        severity: whose === "applied" && markIsCommit ? "error" : "info",
        message: `Whether these files are newer than what was applied last (${mark}) cannot be told from git here.`,
        help: "Apply committed files from a checkout with its whole history (in GitHub Actions: fetch-depth: 0) to be protected from undoing newer changes.",
      });
  }
}
