import { posix } from "node:path";
import { byText } from "../model/text.js";
import { commitOf, git, isInGit, isShallow } from "./git.js";
import type { GitResult } from "./git.js";
import {
  largestFile,
  linkOutside,
  noSuchFile,
  SourceTreeError,
  tooLarge,
  treeFolder,
} from "./source-tree.js";
import type { SourceTree } from "./source-tree.js";

type Entry = { readonly oid: string; readonly size: number; readonly isLink: boolean };

/** The files as they were at a revision, or why there are none to look at. */
export type Revision =
  | { readonly ok: true; readonly commit: string; readonly tree: SourceTree }
  | { readonly ok: false; readonly why: "outside-git" | "shallow" | "unknown" };

/** What `revision` (a branch, a tag, a commit, `HEAD^1`, …) means for the files below `dir`. */
export async function revisionOf(dir: string, revision: string): Promise<Revision> {
  if (!(await isInGit(dir))) return { ok: false, why: "outside-git" };
  const commit = await commitOf(dir, revision);
  if (commit === null) return { ok: false, why: (await isShallow(dir)) ? "shallow" : "unknown" };
  return { ok: true, commit, tree: await revisionTree(dir, commit) };
}

/**
 * The files below `dir` as git has them in `commit`, without a look at the work tree: paths as `folderTree` gives them,
 * links followed inside the folder as there. A folder that the commit does not have holds nothing. Rejects with an Error
 * when git cannot give them.
 */
async function revisionTree(dir: string, commit: string): Promise<SourceTree> {
  const folder = treeFolder(dir);
  const entries = await entriesOf(dir, folder, commit);
  const links = [...entries].filter(([, { isLink }]) => isLink);
  const sources = [...entries].filter(
    ([path, { isLink, size }]) => isSource(path) && !isLink && size <= largestFile,
  );
  const blobs = await blobsOf(dir, new Set([...links, ...sources].map(([, { oid }]) => oid)));
  const blobAt = (path: string): Uint8Array => blobs.get(entries.get(path)?.oid ?? "") ?? new Uint8Array();

  /** Where the links at `path` lead in the end; null outside the folder. */
  function targetOf(path: string): string | null {
    let target = path;
    for (let hops = 0; entries.get(target)?.isLink === true; hops += 1) {
      const link = new TextDecoder().decode(blobAt(target));
      target = posix.join(posix.dirname(target), link);
      if (hops > 40 || posix.isAbsolute(link)) return null;
    }
    return folder === "." || target === folder || target.startsWith(`${folder}/`) ? target : null;
  }

  return {
    folder,
    async *list() {
      const seen = new Set<string>();
      for (const [path, { isLink }] of entries)
        if (!isLink) {
          seen.add(path);
          yield path;
        }
      for (const [path] of links.sort(([left], [right]) => byText(left, right))) {
        const target = targetOf(path);
        if (target === null) throw new SourceTreeError([linkOutside(path)]);
        if (seen.has(target) || !entries.has(target)) continue;
        seen.add(target);
        yield path;
      }
    },
    async read(path) {
      const target = targetOf(path);
      if (target === null) throw new SourceTreeError([linkOutside(path)]);
      const entry = entries.get(target);
      if (entry === undefined) throw new SourceTreeError([noSuchFile(path)]);
      if (entry.size > largestFile) throw new SourceTreeError([tooLarge(path, entry.size)]);
      return (
        blobs.get(entry.oid) ?? (await blobsOf(dir, new Set([entry.oid]))).get(entry.oid) ?? new Uint8Array()
      );
    },
  };
}

function isSource(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

async function entriesOf(dir: string, folder: string, commit: string): Promise<ReadonlyMap<string, Entry>> {
  const listed = text(
    await git(dir, ["ls-tree", "-r", "-l", "-z", commit, "--", "."]),
    "list the files of",
    commit,
  );
  const entries = new Map<string, Entry>();
  for (const line of listed.split("\0")) {
    // "100644 blob <oid>    <size>\t<path>", the path from the folder that git runs in.
    const [, mode, kind, oid, size, path] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([^]+)$/.exec(line) ?? [];
    if (kind !== "blob" || oid === undefined || path === undefined) continue;
    entries.set(folder === "." ? path : `${folder}/${path}`, {
      oid,
      size: Number(size),
      isLink: mode === "120000",
    });
  }
  return entries;
}

/** Objects by their id, from one run of git. */
async function blobsOf(dir: string, oids: ReadonlySet<string>): Promise<ReadonlyMap<string, Uint8Array>> {
  if (oids.size === 0) return new Map();
  const { status, stdout, stderr } = await git(dir, ["cat-file", "--batch"], [...oids, ""].join("\n"));
  if (status !== 0) throw new Error(`git could not read what it has: ${stderr}`);
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < stdout.length;) {
    // "<oid> blob <size>\n<bytes>\n", or "<oid> missing\n".
    const end = stdout.indexOf(10, at);
    const [oid = "", kind, size] = stdout.toString("latin1", at, end).split(" ");
    if (kind !== "blob")
      throw new Error(`git has not all of the revision's files: ${oid} is ${kind ?? "unknown"}.`);
    blobs.set(oid, stdout.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}

function text({ status, stdout, stderr }: GitResult, what: string, commit: string): string {
  if (status !== 0) throw new Error(`git could not ${what} ${commit}: ${stderr}`);
  return stdout.toString("utf8");
}
