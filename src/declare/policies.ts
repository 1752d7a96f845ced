import type { Diagnostic, Source } from "../model/diagnostic.js";
import { digits } from "../model/plural.js";
import type { PolicyDocument } from "../model/policy-document.js";
import { parsePolicy } from "../policy/document.js";
import type { PolicyFault } from "../policy/fault.js";
import { error, quoted, shortened } from "./fault.js";
import type { Report } from "./fault.js";
import { pathText } from "./lines.js";
import { childOf, entriesOf, locate, locatedText, textOf } from "./node.js";
import type { Entry, Node } from "./node.js";
import { readSource, startOf } from "./read-files.js";
import type { BoundedTree, File } from "./read-files.js";
import type { SourceTree } from "./source-tree.js";
import { beside } from "./tree-path.js";
import type { PolicyPath } from "./written.js";

/** Where a policy stands: in the access file itself (null), or as the whole of a file of its own. */
export type PolicyPlace = { readonly node: Node; readonly key: Source; readonly file: PolicyPath | null };

/** The longest path that is looked for (the schema has told of a longer one), and how many are at most. */
const longestPath = 1024;
const mostPolicyFiles = 10_000;

/** Reads the policy files that the access files name, each once. By path. */
export async function readPolicyFiles(
  tree: BoundedTree,
  files: ReadonlyMap<string, File>,
  report: Report,
): Promise<ReadonlyMap<string, File>> {
  const found = new Map<string, File>();
  let asked = 0;
  for (const file of files.values())
    for (const entry of entriesOf(childOf(file.root ?? undefined, "permissionSets")).values()) {
      const named = locatedText(childOf(entry.node, "inlinePolicy"));
      if (named === null || named.value.length > longestPath || !isPath(named.value)) continue;
      const path = beside(tree, file.path, named.value);
      if (path === null) {
        const message = `The policy file ${quoted(named.value)} is not inside ${pathText(tree.folder)}.`;
        const help = "Put it beside the access files, and write its path relative to this file.";
        report(error("policy-file-outside", named.source, message, help));
      } else if (!found.has(path)) {
        asked += 1;
        if (asked > mostPolicyFiles) {
          const message = `This is one policy file more than the ${digits(mostPolicyFiles)} that are read.`;
          report(
            error("too-many", named.source, message, "Identity Center has room for fewer permission sets."),
          );
          return found;
        }
        const read = files.get(path) ?? (await readSource(tree, path, report, named.source));
        if (read !== null) found.set(path, read);
      }
    }
  return found;
}

function isPath(text: string): boolean {
  return /^\P{Cc}+\.(json|ya?ml)$/iu.test(text);
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
  if (text === null)
    return entry.node.kind === "mapping" ? { node: entry.node, key: entry.key, file: null } : null;
  const path = beside(tree, file.path, text);
  const policy = path === null ? undefined : policies.get(path);
  if (policy === undefined || policy.isBroken) return null;
  const start = startOf(policy.path);
  const root: Node = policy.root ?? { kind: "scalar", value: null, text: "", source: start };
  return { node: root, key: start, file: { path: policy.path, origin: policy.origin } };
}

/** The document, or null with every fault reported where it stands. */
export function checkedPolicy({ node, key }: PolicyPlace, report: Report): PolicyDocument | null {
  const parsed = parsePolicy(node.value);
  const faults = parsed.ok ? [] : parsed.faults.map((fault) => faultAt(fault, node, key));
  const told = new Set(faults.map(({ source }) => source));
  // What is no number at all where it stands was told with its place already.
  const misread = misreadNumbers(node).filter(({ source }) => !told.has(source));
  for (const one of [...faults, ...misread]) report(one);
  return parsed.ok && misread.length === 0 ? parsed.document : null;
}

function faultAt({ path, at, code, message, help }: PolicyFault, root: Node, key: Source): Diagnostic {
  const found = locate(root, path);
  const keyOfFault = path.length === 0 ? key : found.key;
  const isAtKey = at === "key" || code === "policy-missing-key";
  return error(code, isAtKey ? keyOfFault : found.node.source, message, help);
}

/** Numbers that YAML reads as others than people see: an account id without quotes would lose its leading zero. */
function misreadNumbers(node: Node): readonly Diagnostic[] {
  switch (node.kind) {
    case "mapping":
      return [...node.entries.values()].flatMap((entry) => misreadNumbers(entry.node));
    case "list":
      return node.items.flatMap(misreadNumbers);
    case "scalar": {
      const { value, text, source } = node;
      if (typeof value !== "number" || String(value) === text) return [];
      const shown = shortened(text);
      const message = `Without quotes, ${shown} is read as the number ${value}.`;
      return [error("policy-value", source, message, `Write it in quotes: "${shown}".`)];
    }
  }
}
