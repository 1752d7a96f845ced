import { join, sep } from "node:path";
import type { SourceTree } from "./source-tree.js";

/** What is an access file, or a policy that one of them names. */
export function isAccessFile(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** The same, and what only a policy is called. */
export function isSource(path: string): boolean {
  return isAccessFile(path) || /\.json$/i.test(path);
}

/** `path` relative to the folder's own paths, resolved against the folder of `file`; null when it leaves the tree. */
export function beside(tree: Pick<SourceTree, "folder">, file: string, path: string): string | null {
  if (path.startsWith("/") || path.includes("\\")) return null;
  const target = withSlashes(join(file, "..", path));
  return relativeTo(tree, target) === null ? null : target;
}

/** The path below the tree's folder; null for a path that is not below it. */
export function relativeTo(tree: Pick<SourceTree, "folder">, path: string): string | null {
  if (tree.folder === ".") return path.startsWith("../") || path.startsWith("/") ? null : path;
  const prefix = tree.folder.endsWith("/") ? tree.folder : `${tree.folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}

export function withSlashes(path: string): string {
  return sep === "/" ? path : path.split(sep).join("/");
}
