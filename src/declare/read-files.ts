import { createHash } from "node:crypto";
import type { Source } from "../model/diagnostic.js";
import { digits } from "../model/plural.js";
import { byText } from "../model/text.js";
import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { pathText } from "./lines.js";
import type { Node } from "./node.js";
import { largestFile, largestFolder, SourceTreeError, tooLarge } from "./source-tree.js";
import type { SourceTree } from "./source-tree.js";
import { isAccessFile, relativeTo } from "./tree-path.js";
import { parseYaml } from "./yaml.js";

/** A file that was read; its root is null when it is empty or could not be parsed. */
export type File = {
  readonly path: string;
  /** The path that it has where no link leads to it. */
  readonly origin: string;
  readonly bytes: Uint8Array;
  /** Null when the bytes are no UTF-8. */
  readonly text: string | null;
  readonly root: Node | null;
  readonly isBroken: boolean;
};

/**
 * The most words and signs in all files together, with what aliases stand for: as many as 25 MB of people have. Whatever
 * they are, 2 GB hold what is made of them.
 */
const mostWords = 8_000_000;

/** Files of which no more is read than a memory holds. */
export type BoundedTree = SourceTree & {
  /** Whether what was made of a file has room there, beside what was made of those before; `words` is its size. */
  readonly keeps: (words: number) => boolean;
};

/**
 * The same files, of which no more than 25 MB are read, and no more than a memory holds of what is made of them: the file
 * that is too much is a fault, and those after it are left unread without another word.
 */
export function withinMemory(tree: SourceTree): BoundedTree {
  let size = 0;
  let kept = 0;
  return {
    folder: tree.folder,
    list: () => tree.list(),
    origin: (path) => tree.origin(path),
    keeps(words) {
      kept += words;
      return kept <= mostWords;
    },
    async read(path) {
      if (size > largestFolder || kept > mostWords) throw new SourceTreeError([]);
      const bytes = await tree.read(path);
      // One that is too large by itself is refused, and not kept.
      if (bytes.length > largestFile) return bytes;
      size += bytes.length;
      if (size <= largestFolder) return bytes;
      throw new SourceTreeError([{ path, ...tooMuch(path, `${largestFolder} bytes`) }]);
    },
  };
}

function tooMuch(path: string, most: string) {
  const message = `With ${pathText(path)}, the files have more than ${most} together, the most that is read.`;
  const help = "No Identity Center needs as much: look for what is here by mistake.";
  return { code: "too-large", message, help } as const;
}

/** The paths of all access files (what ends in .yaml or .yml), sorted, and whether all could be listed. */
export async function accessPaths(
  tree: SourceTree,
  report: Report,
): Promise<{ readonly paths: readonly string[]; readonly isWhole: boolean }> {
  const paths: string[] = [];
  let isWhole = true;
  try {
    for await (const path of tree.list()) if (isAccessFile(path)) paths.push(path);
  } catch (cause) {
    reportTreeFaults(tree, cause, report);
    isWhole = false;
  }
  return { paths: paths.sort(byText), isWhole };
}

/** Reads and parses one file. What cannot be read is reported at `asked`, the place that asks for it, and gives null. */
export async function readSource(
  tree: BoundedTree,
  path: string,
  report: Report,
  asked: Source | null = null,
): Promise<File | null> {
  let bytes: Uint8Array;
  let origin: string;
  try {
    bytes = await tree.read(path);
    origin = await tree.origin(path);
  } catch (cause) {
    reportTreeFaults(tree, cause, report, asked);
    return null;
  }
  const broken = { path, origin, bytes, text: null, root: null, isBroken: true };
  if (bytes.length > largestFile) {
    const { code, message, help } = tooLarge(path, bytes.length);
    report(error(code, startOf(path), message, help));
    return broken;
  }
  const text = decoded(bytes);
  if (text === null) {
    report(error("not-utf-8", startOf(path), `${pathText(path)} is not UTF-8 text.`, "Save it as UTF-8."));
    return broken;
  }
  const { root, size, diagnostics } = parseYaml(path, text);
  for (const told of diagnostics) report(told);
  if (!tree.keeps(size)) {
    const { code, message, help } = tooMuch(path, `${digits(mostWords)} words and signs`);
    report(error(code, asked ?? startOf(path), message, help));
    return broken;
  }
  return { path, origin, bytes, text, root, isBroken: root === null && diagnostics.length > 0 };
}

/** `sha256:` and hex over each file's path in the folder, length and bytes: the same files give the same digest anywhere. */
export function digestOf(tree: SourceTree, files: readonly File[]): string {
  const hash = createHash("sha256");
  const named = files.map((file) => ({ name: relativeTo(tree, file.path) ?? file.path, bytes: file.bytes }));
  for (const { name, bytes } of named.sort((a, b) => byText(a.name, b.name))) {
    hash.update(`${JSON.stringify(name)} ${bytes.length}\n`);
    hash.update(bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Fatal: a byte that is no UTF-8 must not turn into a sign that stands for "unknown" in somebody's name. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function reportTreeFaults(
  tree: SourceTree,
  cause: unknown,
  report: Report,
  asked: Source | null = null,
): void {
  if (!(cause instanceof SourceTreeError)) throw cause;
  for (const { path, code, message, help } of cause.faults)
    report(error(code, path === tree.folder ? null : (asked ?? startOf(path)), message, help));
}

export function startOf(file: string): Source {
  return { file, line: 1, column: 1 };
}
