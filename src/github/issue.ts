import type { Github, Issue } from "./client.js";
import { isAccepted, mostWrites, withMade } from "./comment.js";
import { isNewer, markedText, ownMarked, type Marker, type Run } from "./marker.js";
import { settle, type Said } from "./settle.js";

export type KeptIssue = {
  /** Null when there is none. */
  readonly url: string | null;
  readonly action: "opened" | "updated" | "unchanged" | "closed" | "none";
};

export type DriftReport = {
  readonly marker: Marker;
  readonly title: string;
  /** Null when there is no drift. */
  readonly body: string | null;
  /** The comment with which the issue is closed. */
  readonly closing: string;
  readonly label: string;
  readonly run: Run;
};

type SaidInIssue = Said & { readonly title: string };
type OwnIssue = Issue & SaidInIssue;

/**
 * Keeps one open issue for each marker while there is drift, and none when there is none. It looks again after every write,
 * as for a comment. Closed ones are read, too: a slow run must not open again what a newer one closed.
 */
export async function keepDriftIssue(github: Github, report: DriftReport): Promise<KeptIssue> {
  const { marker, title, body, label, run } = report;
  const made: Issue[] = [];
  const leftAlone = new Set<number>();
  let done: KeptIssue = { url: null, action: "none" };
  for (let writes = 0; writes < mostWrites;) {
    const found = withMade(await github.issues(label), made).filter(({ id }) => !leftAlone.has(id));
    const ours = await ownMarked(github, marker, found);
    const open = ours.filter(({ isOpen }) => isOpen);
    const isSuperseded = ours.some((one) => isNewer(one.run, run));
    if (body === null && !isSuperseded) return await close(github, report, open);

    const mine: SaidInIssue | null =
      body === null || isSuperseded ? null : { run, title, content: body.trimEnd() };
    const { kept, write, spare } = settle<SaidInIssue, OwnIssue>(open, mine);
    if (kept === null) {
      if (mine === null) return done;
      const issue = await github.openIssue({ title, body: markedText(marker, mine), label });
      made.push(issue);
      writes += 1;
      done = { url: issue.url, action: "opened" };
      continue;
    }
    done = { url: kept.url, action: done.action === "none" ? "unchanged" : done.action };
    if (write === null && spare.length === 0) return done;
    if (write !== null) {
      const edit = { title: write.title, body: markedText(marker, write) };
      if (!(await isAccepted(github.editIssue(kept.id, edit)))) {
        leftAlone.add(kept.id);
        continue;
      }
      if (write === mine && done.action === "unchanged") done = { url: kept.url, action: "updated" };
    }
    for (const { id } of spare) {
      await isAccepted(github.editIssue(id, { close: "duplicate" }));
      leftAlone.add(id);
    }
    writes += 1;
  }
  return done;
}

/** Closes them all, and tells why in the oldest that we may close. */
async function close(
  github: Github,
  { marker, closing, run }: DriftReport,
  open: readonly OwnIssue[],
): Promise<KeptIssue> {
  let told: OwnIssue | null = null;
  for (const issue of [...open].sort((left, right) => left.id - right.id)) {
    const body = markedText(marker, { run, content: issue.content });
    const reason = told === null ? "completed" : "duplicate";
    const isClosed = await isAccepted(github.editIssue(issue.id, { body, close: reason }));
    if (isClosed) told ??= issue;
  }
  if (told === null) return { url: null, action: "none" };
  await github.addComment(told.id, closing, "issues: write");
  return { url: told.url, action: "closed" };
}
