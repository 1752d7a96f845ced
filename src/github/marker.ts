/**
 * The first line of what idc writes on GitHub: a comment that nobody sees and that says what the text is, about which
 * instance of Identity Center, and which workflow run wrote it. By it the next run finds the text again.
 */
import { createHash } from "node:crypto";
import type { Github } from "./client.js";

export type Marker = {
  /** `plan`, `drift`, … */
  readonly kind: string;
  /** Any text that names the instance; only its digest is written. */
  readonly instance: string;
};

/** A run and, when somebody ran it again, which attempt of it. */
export type Run = { readonly id: number; readonly attempt: number };

export function isNewer(one: Run, other: Run): boolean {
  return one.id === other.id ? one.attempt > other.attempt : one.id > other.id;
}

export function markedText(marker: Marker, { run, content }: { run: Run; content: string }): string {
  return `${opening(marker)} run ${run.id}.${run.attempt} -->\n${content}`;
}

/** What stands behind the marker; null when the text does not begin with this very one. */
function readMarked(marker: Marker, text: string): { run: Run; content: string } | null {
  const start = opening(marker);
  if (!text.startsWith(start)) return null;
  const found = /^ run (\d{1,15})\.(\d{1,15}) -->\r?\n([^]*)$/.exec(text.slice(start.length));
  if (found === null) return null;
  const [, id, attempt, content = ""] = found;
  return {
    run: { id: Number(id), attempt: Number(attempt) },
    content: content.replaceAll("\r\n", "\n").trimEnd(),
  };
}

/**
 * What of the found is marked and our own. Anybody who may comment can write the marker, too; where GitHub does not say who
 * we are, we are a bot, and a contributor is none.
 */
export async function ownMarked<T extends { body: string; author: { login: string; type: string } | null }>(
  github: Github,
  marker: Marker,
  found: readonly T[],
): Promise<readonly (T & { run: Run; content: string })[]> {
  const login = await github.login();
  return found.flatMap((one) => {
    const isOurs = login === null ? one.author?.type === "Bot" : one.author?.login === login;
    const marked = isOurs ? readMarked(marker, one.body) : null;
    return marked === null ? [] : [{ ...one, ...marked }];
  });
}

function opening({ kind, instance }: Marker): string {
  const digest = createHash("sha256").update(instance).digest("hex").slice(0, 32);
  return `<!-- idc ${encodeURIComponent(kind)} ${digest}`;
}
