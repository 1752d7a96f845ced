import type { Source } from "../model/diagnostic.js";
import type { PolicyDocument } from "../model/policy-document.js";
import { parsePolicy } from "../policy/document.js";
import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { childOf, entriesOf, locate, textOf } from "./node.js";
import type { Entry, Node } from "./node.js";
import { readSource } from "./read-files.js";
import type { File } from "./read-files.js";
import { beside } from "./source-tree.js";
import type { SourceTree } from "./source-tree.js";

/** Where a policy stands: in the access file itself, or as the whole of a file of its own. */
export type PolicyPlace = { readonly node: Node; readonly key: Source };

/** The paths of the files that `inlinePolicy` keys in an access file name, each with the node that names it. */
export function policyPaths(tree: SourceTree, file: File): readonly { node: Node; path: string | null }[] {
  if (file.root === null) return [];
  return [...entriesOf(childOf(file.root, "permissionSets")).values()].flatMap((entry) => {
    const node = childOf(entry.node, "inlinePolicy");
    const text = textOf(node);
    return node === undefined || text === null ? [] : [{ node, path: beside(tree, file.path, text) }];
  });
}

/** Reads the policy files that the access files name, those apart that were read already. By path. */
export async function readPolicyFiles(
  tree: SourceTree,
  files: ReadonlyMap<string, File>,
  report: Report,
): Promise<ReadonlyMap<string, File>> {
  const found = new Map<string, File>();
  for (const file of files.values())
    for (const { node, path } of policyPaths(tree, file)) {
      const name = textOf(node) ?? "";
      if (!/\.(json|ya?ml)$/i.test(name)) continue;
      if (path === null) {
        report(
          error(
            "policy-file-outside",
            node.source,
            `The policy file ${JSON.stringify(name)} is not inside ${tree.folder}.`,
            "Put it beside the access files, and write its path relative to this file.",
          ),
        );
        continue;
      }
      if (found.has(path)) continue;
      const read =
        files.get(path) ??
        (await readSource(tree, path, (told) =>
          report(
            told.code === "no-such-file"
              ? error(
                  "policy-file-missing",
                  node.source,
                  `There is no policy file ${path}.`,
                  "Its path is relative to this file.",
                )
              : told,
          ),
        ));
      if (read !== null) found.set(path, read);
    }
  return found;
}

/** The inline policy of a permission set, and where it stands; null where there is none or it cannot be read. */
export function inlinePolicyOf(
  tree: SourceTree,
  file: File,
  { node }: Entry,
  policies: ReadonlyMap<string, File>,
): PolicyPlace | null {
  const entry = entriesOf(node).get("inlinePolicy");
  if (entry === undefined) return null;
  const text = textOf(entry.node);
  if (text === null) return entry.node.kind === "mapping" ? { node: entry.node, key: entry.key } : null;
  const path = beside(tree, file.path, text);
  const policy = path === null ? undefined : policies.get(path);
  if (policy === undefined || policy.isBroken) return null;
  const start = { file: policy.path, line: 1, column: 1 };
  return { node: policy.root ?? { kind: "scalar", value: null, text: "", source: start }, key: start };
}

/** The document, or null with every fault reported where it stands. */
export function checkedPolicy({ node, key }: PolicyPlace, report: Report): PolicyDocument | null {
  const parsed = parsePolicy(node.value);
  if (parsed.ok) return parsed.document;
  for (const { path, at, code, message, help } of parsed.faults) {
    const found = locate(node, path);
    const keyOfFault = path.length === 0 ? key : found.key;
    const isAtKey = at === "key" || code === "policy-missing-key";
    report(error(code, isAtKey ? keyOfFault : found.node.source, message, help));
  }
  return null;
}
