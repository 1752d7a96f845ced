import { posix } from "node:path";
import { byText } from "../model/text.js";
import { commitOf, git, isInGit, isShallow } from "./git.js";
import type { GitResult } from "./git.js";
import {
  largestFile,
  largestFolder,
  linkOutside,
  noName,
  noSuchFile,
  notText,
  SourceTreeError,
  tooLarge,
  treeFolder,
  unreadable,
} from "./source-tree.js";
import type { SourceTree, SourceTreeFault } from "./source-tree.js";
import { isAccessFile, isSource } from "./tree-path.js";

type Entry = { readonly oid: string; readonly size: number; readonly isLink: boolean };

/** The files as they were at a revision, or why there are none to look at. */
export type Revision =
  | { readonly ok: true; readonly commit: string; readonly tree: SourceTree }
  | { readonly ok: false; readonly why: "outside-git" | "shallow" | "unknown" | "unreadable" };

/** What `revision` (a branch, a tag, a commit, `HEAD^1`, …) means for the files below `dir`. */
export async function revisionOf(dir: string, revision: string): Promise<Revision> {
  if (!(await isInGit(dir))) return { ok: false, why: "outside-git" };
  const commit = await commitOf(dir, revision);
  if (commit === null) return { ok: false, why: (await isShallow(dir)) ? "shallow" : "unknown" };
  try {
    return { ok: true, commit, tree: await revisionTree(dir, commit) };
  } catch (error) {
    if (error instanceof GitError) return { ok: false, why: "unreadable" };
    throw error;
  }
}

/** git has the commit and cannot give all of it: a clone in part, from where nothing can be fetched any more. */
class GitError extends Error {
  override readonly name = "GitError";
}

/**
 * The files below `dir` as git has them in `commit`, without a look at the work tree: paths as `folderTree` gives them,
 * links followed inside the folder as there. A folder that the commit does not have holds nothing. Rejects with a
 * GitError when git cannot give them.
 */
async function revisionTree(dir: string, commit: string): Promise<SourceTree> {
  const folder = treeFolder(dir);
  const { entries, faults } = await entriesOf(dir, folder, commit);
  const links = [...entries].filter(([, { isLink }]) => isLink);
  let total = 0;
  // One run of git for all that is going to be read; whoever reads more than the loader does gets it singly.
  const sources = [...entries].filter(([path, { isLink, size }]) => {
    if (!isSource(path) || isLink || size > largestFile) return false;
    total += size;
    return total <= largestFolder;
  });
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
      if (faults.length > 0) throw new SourceTreeError(faults);
      const seen = new Set<string>();
      for (const [path, { isLink }] of entries)
        if (!isLink) {
          if (isAccessFile(path)) seen.add(path);
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
    async origin(path) {
      const target = targetOf(path);
      if (target === null) throw new SourceTreeError([linkOutside(path)]);
      return target;
    },
    async read(path) {
      const target = targetOf(path);
      if (target === null) throw new SourceTreeError([linkOutside(path)]);
      const entry = entries.get(target);
      if (entry === undefined) throw new SourceTreeError([noSuchFile(path)]);
      if (entry.size > largestFile) throw new SourceTreeError([tooLarge(path, entry.size)]);
      return blobs.get(entry.oid) ?? (await singleBlob(dir, path, entry.oid));
    },
  };
}

type Listed = { readonly entries: ReadonlyMap<string, Entry>; readonly faults: readonly SourceTreeFault[] };

async function entriesOf(dir: string, folder: string, commit: string): Promise<Listed> {
  const listed = text(
    await git(dir, ["ls-tree", "-r", "-l", "-z", commit, "--", "."]),
    "list the files of",
    commit,
  );
  const entries = new Map<string, Entry>();
  const faults: SourceTreeFault[] = [];
  for (const line of listed.split("\0")) {
    if (line === "") continue;
    // "100644 blob <oid>    <size>\t<path>", the path from the folder that git runs in.
    const [, mode, kind, oid, size, path] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([^]+)$/.exec(line) ?? [];
    // In the place of its size, git says BAD of a file that it does not have: it must not pass for one that never was.
    if (oid === undefined || path === undefined)
      throw new GitError(`git has not all of the revision's files: ${line}`);
    const full = folder === "." ? path : `${folder}/${path}`;
    const isLink = mode === "120000";
    if (kind === "commit") faults.push(submoduleFault(full));
    else if (full.includes(notText) && isSource(full)) faults.push(unreadable(full, noName));
    else if (isLink && Number(size) > longestLink)
      faults.push(unreadable(full, "it is a link longer than any path"));
    else entries.set(full, { oid, size: Number(size), isLink });
  }
  return { entries, faults };
}

/** The longest path that a link can hold, in bytes (PATH_MAX of Linux). */
const longestLink = 4096;

/** What a submodule holds is in no commit of this repository, so nobody can say what the files were. */
function submoduleFault(path: string): SourceTreeFault {
  return {
    path,
    code: "unreadable",
    message: `${path} is a submodule: what is in it is no part of this revision.`,
    help: "Put the access files into this repository itself.",
  };
}

async function singleBlob(dir: string, path: string, oid: string): Promise<Uint8Array> {
  try {
    return (await blobsOf(dir, new Set([oid]))).get(oid) ?? new Uint8Array();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new SourceTreeError([unreadable(path, "git does not have it here")]);
  }
}

/** Objects by their id, from one run of git. */
async function blobsOf(dir: string, oids: ReadonlySet<string>): Promise<ReadonlyMap<string, Uint8Array>> {
  if (oids.size === 0) return new Map();
  const { status, stdout, stderr } = await git(dir, ["cat-file", "--batch"], [...oids, ""].join("\n"));
  if (status !== 0) throw new GitError(`git could not read what it has: ${stderr}`);
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < stdout.length;) {
    // "<oid> blob <size>\n<bytes>\n", or "<oid> missing\n".
    const end = stdout.indexOf(10, at);
    const [oid = "", kind, size] = stdout.toString("latin1", at, end).split(" ");
    if (kind !== "blob")
      throw new GitError(`git has not all of the revision's files: ${oid} is ${kind ?? "unknown"}.`);
    blobs.set(oid, stdout.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}

function text({ status, stdout, stderr }: GitResult, what: string, commit: string): string {
  if (status !== 0) throw new GitError(`git could not ${what} ${commit}: ${stderr}`);
  return stdout.toString("utf8");
}
