import type { Settings } from "../model/declared.js";
import { hasErrors } from "../model/diagnostic.js";
import type { Checked, Diagnostic } from "../model/diagnostic.js";
import { byText } from "../model/text.js";
import { reportMisplaced, reportSharedEmails, reportUnmanaged } from "./check-files.js";
import { checkPermissionSet } from "./check-permission-set.js";
import { checkReferences } from "./check-references.js";
import { collect, reportCaseTwins } from "./collect.js";
import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { childOf, itemsOf, locatedTexts, textOf } from "./node.js";
import type { Node } from "./node.js";
import { checkedPolicy, inlinePolicyOf, readPolicyFiles } from "./policies.js";
import { accessPaths, digestOf, readSource } from "./read-files.js";
import type { File } from "./read-files.js";
import { readGroup, readUser } from "./read-people.js";
import { readPermissionSet } from "./read-permission-sets.js";
import { readRule } from "./read-rules.js";
import { readSettings } from "./read-settings.js";
import { schemaFaults } from "./schema-faults.js";
import type { SourceTree } from "./source-tree.js";
import { reportUnsupported } from "./unsupported.js";
import type { Written } from "./written.js";

/**
 * Reads the access files and checks all that can be checked without knowing Identity Center: every fault of every file
 * in one go. `files` holds the text of each, by path, for showing the lines that are told about.
 */
export async function load(
  tree: SourceTree,
): Promise<Checked<Written> & { readonly files: ReadonlyMap<string, string> }> {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (told) => diagnostics.push(told);

  const found = await readAccessFiles(tree, report);
  const policies = await readPolicyFiles(tree, found, report);
  // A policy in YAML beside the access files ends like them; being named as a policy is what tells it apart.
  const files = [...found.values()].filter(({ path }) => !policies.has(path));
  if (files.length === 0 && diagnostics.length === 0) report(noFiles(tree));

  const settings = checkFiles(tree, files, report);
  const written = readWritten(tree, files, policies, settings, report);
  checkReferences(written, excusedBy(tree, files, diagnostics), report);

  const all = [...new Map([...found, ...policies]).values()];
  const texts = new Map(all.flatMap(({ path, text }) => (text === null ? [] : [[path, text]])));
  const told = inOrder(diagnostics);
  return hasErrors(told)
    ? { ok: false, diagnostics: told, files: texts }
    : { ok: true, value: { ...written, digest: digestOf(tree, all) }, diagnostics: told, files: texts };
}

/** A name is excused while a file that may declare it (or say that it need not be) could not be read. */
function excusedBy(
  tree: SourceTree,
  files: readonly File[],
  diagnostics: readonly Diagnostic[],
): (name: string) => boolean {
  const unread = new Set(["link-outside", "no-such-file", "unreadable"]);
  const broken = files.filter(({ isBroken }) => isBroken);
  const isAnyExcused =
    diagnostics.some(({ code }) => unread.has(code)) ||
    broken.some(({ path, text }) => text === null || path === settingsPathOf(tree));
  return (name) => isAnyExcused || broken.some(({ text }) => text?.includes(name));
}

async function readAccessFiles(tree: SourceTree, report: Report): Promise<ReadonlyMap<string, File>> {
  const files = new Map<string, File>();
  for (const path of await accessPaths(tree, report)) {
    const file = await readSource(tree, path, report);
    if (file !== null) files.set(path, file);
  }
  return files;
}

/** Checks each file by itself, and gives the settings. */
function checkFiles(tree: SourceTree, files: readonly File[], report: Report): Settings {
  const settingsPath = settingsPathOf(tree);
  const roots = files.flatMap(({ path, root }) => (root === null ? [] : [{ path, root }]));
  // Settings in the wrong file are reported, and read all the same: nothing shall follow from their absence.
  const found = roots.filter(({ root }) => childOf(root, "identityCenter") !== undefined);
  const { root: holder } = found.find(({ path }) => path === settingsPath) ?? found[0] ?? {};
  const settings = readSettings(childOf(holder, "identityCenter"));
  for (const { path, root } of roots) {
    for (const fault of schemaFaults(root)) report(fault);
    reportMisplaced(root, path === settingsPath, settingsPath, report);
    reportUnsupported(root, report);
    reportUnmanaged(root, settings, report);
  }
  return settings;
}

function settingsPathOf({ folder }: SourceTree): string {
  return folder === "." ? "settings.yaml" : `${folder}/settings.yaml`;
}

function readWritten(
  tree: SourceTree,
  files: readonly File[],
  policies: ReadonlyMap<string, File>,
  settings: Settings,
  report: Report,
): Omit<Written, "digest"> {
  const users = collect(files, "users", readUser, report);
  const groups = collect(files, "groups", readGroup, report);
  const permissionSets = collect(
    files,
    "permissionSets",
    (entry, file, name) => {
      const policy = inlinePolicyOf(tree, file, entry, policies);
      const set = readPermissionSet(entry, policy === null ? null : checkedPolicy(policy, report));
      for (const told of checkPermissionSet(name, entry, set, policy)) report(told);
      return set;
    },
    report,
  );
  const accounts = collect(
    files,
    "accounts",
    ({ node }) => ({ value: textOf(node) ?? "", source: node.source }),
    report,
  );
  for (const declared of [users, groups, permissionSets]) reportCaseTwins(declared, report);
  reportSharedEmails(users, report);

  const all = (...path: readonly string[]): readonly Node[] =>
    files.flatMap(({ root }) => {
      let node: Node | undefined = root ?? undefined;
      for (const key of path) node = childOf(node, key);
      return node === undefined ? [] : [node];
    });
  return {
    settings,
    accounts,
    users,
    groups,
    permissionSets,
    assignments: all("assignments").flatMap((node) => itemsOf(node).map(readRule)),
    removed: {
      users: all("removed", "users").flatMap(locatedTexts),
      groups: all("removed", "groups").flatMap(locatedTexts),
      permissionSets: all("removed", "permissionSets").flatMap(locatedTexts),
      assignments: all("removed", "assignments").flatMap((node) => itemsOf(node).map(readRule)),
    },
  };
}

function noFiles(tree: SourceTree): Diagnostic {
  const help = "An empty folder is not taken for an empty organization: give the right folder with --dir.";
  return error("no-files", null, `There are no access files (*.yaml) in ${tree.folder}.`, help);
}

/** By place, and each once: an alias shows the same fault wherever it is used. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const once = new Map(
    diagnostics.map((told) => [JSON.stringify([told.code, told.source, told.message]), told]),
  );
  return [...once.values()].sort(
    (a, b) =>
      byText(a.source?.file ?? "", b.source?.file ?? "") ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0),
  );
}
