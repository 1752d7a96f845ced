import type { Comment, Github } from "./client.js";
import { GithubError } from "./error.js";
import { isNewer, markedText, ownMarked, type Marker, type Run } from "./marker.js";
import { settle, type Said } from "./settle.js";

export type KeptComment = {
  readonly url: string;
  /** `superseded`: a newer run has spoken already, and its word stands. */
  readonly action: "created" | "updated" | "unchanged" | "superseded";
};

/** How often is written before others are left to their race. What is refused does not count. */
export const mostWrites = 5;

/**
 * Keeps one comment of ours on a pull request for each marker: made, edited or left as it is. After every write it looks
 * again, because GitHub knows no write under a condition. So two runs that both made one end with one; only a run whose
 * edit arrives between another's last look and edit can still be overwritten, until the next run.
 */
export async function keepComment(
  github: Github,
  given: { readonly pull: number; readonly marker: Marker; readonly run: Run; readonly body: string },
): Promise<KeptComment> {
  const { pull, marker, run } = given;
  const mine: Said = { run, content: given.body.trimEnd() };
  const made: Comment[] = [];
  const leftAlone = new Set<number>();
  let done: KeptComment = { url: "", action: "unchanged" };
  for (let writes = 0; writes < mostWrites;) {
    const found = withMade(await github.comments(pull), made).filter(({ id }) => !leftAlone.has(id));
    const ours = await ownMarked(github, marker, found);
    const { kept, write, spare } = settle(ours, mine);
    if (kept === null) {
      const comment = await github.addComment(pull, markedText(marker, mine));
      made.push(comment);
      writes += 1;
      done = { url: comment.url, action: "created" };
      continue;
    }
    const isSuperseded = ours.some((one) => isNewer(one.run, run));
    done = { url: kept.url, action: isSuperseded ? "superseded" : done.action };
    if (write === null && spare.length === 0) return done;
    if (write !== null) {
      const isEdited = await isAccepted(github.editComment(kept.id, markedText(marker, write)));
      if (!isEdited) {
        leftAlone.add(kept.id);
        continue;
      }
      if (write === mine && done.action === "unchanged") done = { url: kept.url, action: "updated" };
    }
    for (const { id } of spare) {
      await isAccepted(github.deleteComment(id));
      leftAlone.add(id);
    }
    writes += 1;
  }
  return done;
}

/** The list with what was just made: GitHub's lists may lag a moment behind. */
export function withMade<T extends { readonly id: number }>(
  found: readonly T[],
  made: readonly T[],
): readonly T[] {
  return [...found, ...made.filter(({ id }) => !found.some((one) => one.id === id))];
}

/** False when it is gone meanwhile, or was never ours to change. */
export async function isAccepted(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof GithubError && (error.kind === "denied" || error.kind === "not-found")) return false;
    throw error;
  }
}
