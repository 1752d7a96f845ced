import type { Stats } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { normalize, relative, sep } from "node:path";
import { byText } from "../model/text.js";
import { pathText } from "./lines.js";
import { isAccessFile, withSlashes } from "./tree-path.js";

/** Files by their path: a folder on disk, or what git had at some commit. */
export interface SourceTree {
  /** The folder that holds everything, without a slash at its end (`access`; `.` for the current one). */
  readonly folder: string;
  /** The paths of all files below the folder, at any depth, each with the folder in front. Ends with a SourceTreeError when something could not be listed. */
  list(): AsyncIterable<string>;
  /** Rejects with a SourceTreeError when there is no such file, or none that may be read. */
  read(path: string): Promise<Uint8Array>;
  /** The path of the file that `read` reads, where it is another because links lead there. Rejects like `read`. */
  origin(path: string): Promise<string>;
}

export type SourceTreeFault = {
  readonly path: string;
  readonly code: "no-such-file" | "unreadable" | "link-outside" | "too-large";
  readonly message: string;
  readonly help: string | null;
};

export class SourceTreeError extends Error {
  override readonly name = "SourceTreeError";
  readonly faults: readonly SourceTreeFault[];

  constructor(faults: readonly SourceTreeFault[]) {
    super(faults.map((fault) => fault.message).join(" "));
    this.faults = faults;
  }
}

/** The largest file that is read, in bytes: 5 MB. */
export const largestFile = 5_000_000;
/** The most that is read of a folder, in bytes: 25 MB. The hundred thousand users that an identity store takes are half of that. */
export const largestFolder = 25_000_000;

/**
 * The files below `dir`, paths as the user would write them. Links are followed to files inside the folder only, and
 * never to folders: what such a link shows is inside and listed anyway, or outside and a fault. A file that is called as
 * an access file by several paths is listed once.
 */
export function folderTree(dir: string): SourceTree {
  const folder = treeFolder(dir);
  return {
    folder,
    list: () => filesBelow(folder),
    async read(path) {
      const root = await realPath(folder);
      const target = await realPath(path);
      if (!isInside(root, target)) throw new SourceTreeError([linkOutside(path)]);
      try {
        const found = await stat(target);
        if (!found.isFile()) throw new SourceTreeError([unreadable(path, noFile)]);
        const { size } = found;
        if (size > largestFile) throw new SourceTreeError([tooLarge(path, size)]);
        return await readFile(target);
      } catch (error) {
        throw error instanceof SourceTreeError ? error : new SourceTreeError([systemFault(path, error)]);
      }
    },
    async origin(path) {
      const root = await realPath(folder);
      const target = await realPath(path);
      if (!isInside(root, target)) throw new SourceTreeError([linkOutside(path)]);
      const below = withSlashes(relative(root, target));
      return folder === "." ? below : `${folder.replace(/\/$/, "")}/${below}`;
    },
  };
}

/** A folder as paths in it begin: with slashes, and none at the end. */
export function treeFolder(dir: string): string {
  return withSlashes(normalize(dir)).replace(/(?<=.)\/$/, "");
}

async function* filesBelow(folder: string): AsyncIterable<string> {
  const root = await realPath(folder);
  if (!(await statOf(root)).isDirectory()) throw new SourceTreeError([noFolder(folder)]);
  const faults: SourceTreeFault[] = [];
  const links: string[] = [];
  const seen = new Set<string>();
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    try {
      for (const entry of await readdir(current, { withFileTypes: true })) {
        const path = current === "." ? entry.name : `${current}/${entry.name}`;
        if (entry.isSymbolicLink()) links.push(path);
        else if (entry.isDirectory()) pending.push(path);
        else if (entry.isFile()) {
          if (isAccessFile(path)) seen.add(await realPath(path));
          yield path;
        } else if (isAccessFile(path)) faults.push(unreadable(path, noFile));
      }
    } catch (error) {
      faults.push(...faultsOf(current, error));
    }
  }
  for (const path of links.sort(byText)) {
    try {
      const target = await realPath(path);
      if (!isInside(root, target)) {
        faults.push(linkOutside(path));
        continue;
      }
      const found = await statOf(target);
      if (found.isFile() && !seen.has(target)) {
        seen.add(target);
        yield path;
      } else if (!found.isFile() && !found.isDirectory() && isAccessFile(path))
        faults.push(unreadable(path, noFile));
    } catch (error) {
      faults.push(...faultsOf(path, error));
    }
  }
  if (faults.length > 0) throw new SourceTreeError(faults);
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new SourceTreeError([systemFault(path, error)]);
  }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw new SourceTreeError([systemFault(path, error)]);
  }
}

function isInside(root: string, target: string): boolean {
  return target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
}

function faultsOf(path: string, error: unknown): readonly SourceTreeFault[] {
  return error instanceof SourceTreeError ? error.faults : [systemFault(path, error)];
}

function systemFault(path: string, error: unknown): SourceTreeFault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (path.includes(notText)) return unreadable(path, noName);
  if (code === "ENOENT" || code === "ENOTDIR") return noSuchFile(path);
  return unreadable(path, reasons[code] ?? code);
}

/** What stands in a text for bytes that are no UTF-8: of two such names, nobody can say which is which. */
export const notText = "\ufffd";
export const noName = "its name is no UTF-8 text";
const noFile = "it is no file";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  ERR_INVALID_ARG_VALUE: "its name holds a sign that no file's name can",
};

export function noSuchFile(path: string): SourceTreeFault {
  return { path, code: "no-such-file", message: `There is no ${pathText(path)}.`, help: null };
}

function noFolder(path: string): SourceTreeFault {
  const help = "Give the folder that holds the access files with --dir.";
  return { path, code: "unreadable", message: `${pathText(path)} is a file, not a folder.`, help };
}

export function unreadable(path: string, reason: string): SourceTreeFault {
  return { path, code: "unreadable", message: `${pathText(path)} cannot be read: ${reason}.`, help: null };
}

export function linkOutside(path: string): SourceTreeFault {
  return {
    path,
    code: "link-outside",
    message: `${pathText(path)} is a link that leaves the folder; it is not followed.`,
    help: "Put the file itself into the folder.",
  };
}

export function tooLarge(path: string, size: number): SourceTreeFault {
  return {
    path,
    code: "too-large",
    message: `${pathText(path)} has ${size} bytes; the limit is ${largestFile}.`,
    help: "Split it into several files.",
  };
}
