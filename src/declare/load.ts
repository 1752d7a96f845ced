import type { Settings } from "../model/declared.js";
import { hasErrors } from "../model/diagnostic.js";
import type { Checked, Diagnostic } from "../model/diagnostic.js";
import { byText } from "../model/text.js";
import { reportIneffective, reportMisplaced, reportUnmanaged, settingsPathOf } from "./check-files.js";
import { checkDelegationSettings } from "./check-delegation-settings.js";
import { checkDelegatedIds, checkDelegations } from "./check-delegations.js";
import { reportGuardrailFaults } from "./check-guardrails.js";
import { checkReferences } from "./check-references.js";
import { reportExpiries } from "./expiry.js";
import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { gather } from "./gather.js";
import { pathText, placeText } from "./lines.js";
import { childOf } from "./node.js";
import type { Located, Node } from "./node.js";
import { readPolicyFiles } from "./policies.js";
import { accessPaths, digestOf, readSource, withinMemory } from "./read-files.js";
import type { BoundedTree, File } from "./read-files.js";
import { readGuardrails } from "./read-guardrails.js";
import { readSettings } from "./read-settings.js";
import { readWritten } from "./read-written.js";
import { reportSchemaFaults } from "./schema-faults.js";
import type { SourceTree } from "./source-tree.js";
import { reportUnsupported } from "./unsupported.js";
import type { AsRead, Written } from "./written.js";

export type Loaded = Checked<Written> & {
  /** The text of each file, by path, for showing the lines that are told about. */
  readonly files: ReadonlyMap<string, string>;
  /** As far as they could be read, also from files that are not sound. */
  readonly settings: Settings;
  readonly asRead: AsRead;
};

/**
 * Reads the access files and checks all that can be checked without knowing Identity Center: every fault of every file
 * in one go.
 */
export async function load(given: SourceTree): Promise<Loaded> {
  const tree = withinMemory(given);
  const { report, told: toldSoFar } = gather();
  const { found, isWhole } = await readAccessFiles(tree, report);
  const policies = await readPolicyFiles(tree, found, report);
  // A policy in YAML beside the access files ends like them; being named as a policy is what tells it apart.
  const isAnyUnread = !isWhole || [...found.values()].some(({ isBroken }) => isBroken);
  // The settings are never one: whoever may declare a permission set could have them passed over by naming them.
  const files = [...found.values()].filter(
    ({ path, root }) =>
      path === settingsPathOf(tree) || (!policies.has(path) && !(isAnyUnread && isPolicy(root))),
  );
  if (files.length === 0 && isWhole) report(noFiles(tree));

  const rules = checkFiles(tree, files, report);
  const { settings } = rules;
  const written = readWritten(tree, files, policies, rules, report);
  if (isWhole) {
    const isExcused = excusedBy(tree, files, toldSoFar());
    checkReferences(written, isExcused, report);
    reportGuardrailFaults(written, isExcused, report);
  }
  reportDelegations(written, { settingsPath: settingsPathOf(tree), isWhole }, toldSoFar(), report);

  const all = [...new Map([...found, ...policies]).values()];
  const texts = new Map(all.flatMap(({ path, text }) => (text === null ? [] : [[path, text]])));
  const told = toldSoFar();
  const shared = { diagnostics: told, files: texts, settings };
  if (hasErrors(told)) return { ok: false, asRead: written, ...shared };
  const value = { ...written, digest: digestOf(tree, all) };
  return { ok: true, value, asRead: value, ...shared };
}

/** What the file that names it as a policy would say, were that file not the one that cannot be parsed. */
function isPolicy(root: Node | null): boolean {
  return childOf(root ?? undefined, "Statement") !== undefined;
}

/** The files by path, and whether these are all there are: a name may be declared in one that could not be read. */
async function readAccessFiles(
  tree: BoundedTree,
  report: Report,
): Promise<{ found: ReadonlyMap<string, File>; isWhole: boolean }> {
  const found = new Map<string, File>();
  const isSettings = (path: string): boolean => path === settingsPathOf(tree);
  const { paths, isWhole } = await accessPaths(tree, report);
  // The settings come first: what others put into the folder shall not leave them unread.
  const [settings, others] = [paths.filter(isSettings), paths.filter((path) => !isSettings(path))];
  for (const path of [...settings, ...others]) {
    const file = await readSource(tree, path, report);
    if (file !== null) found.set(path, file);
  }
  const inOrder = new Map([...found].sort(([left], [right]) => byText(left, right)));
  return { found: inOrder, isWhole: isWhole && found.size === paths.length };
}

/** How many names are looked for in the texts of broken files: for each of thousands, that would take minutes. */
const mostSearches = 100;

/**
 * A name is excused where something is wrong with it already, and while a file that may declare it (or say that it need
 * not be declared) could not be parsed.
 */
function excusedBy(
  tree: SourceTree,
  files: readonly File[],
  diagnostics: readonly Diagnostic[],
): (name: Located<string>) => boolean {
  const broken = files.filter(({ isBroken }) => isBroken);
  const isAnyExcused = broken.some(({ path, text }) => text === null || path === settingsPathOf(tree));
  const faulty = new Set(diagnostics.flatMap(({ source }) => (source === null ? [] : [placeText(source)])));
  let searches = 0;
  return ({ value, source }) => {
    if (isAnyExcused || faulty.has(placeText(source))) return true;
    if (broken.length === 0) return false;
    searches += 1;
    return searches > mostSearches || broken.some(({ text }) => text?.includes(value));
  };
}

/** Checks each file by itself, and gives what the settings file alone may say. */
function checkFiles(
  tree: SourceTree,
  files: readonly File[],
  report: Report,
): Pick<Written, "settings" | "guardrails"> {
  const settingsPath = settingsPathOf(tree);
  const roots = files.flatMap(({ path, root }) => (root === null ? [] : [{ path, root }]));
  // What stands in the wrong file is reported, and read all the same: nothing shall follow from its absence.
  const block = (key: string): Node | undefined => {
    const found = roots.filter(({ root }) => childOf(root, key) !== undefined);
    const { root: holder } = found.find(({ path }) => path === settingsPath) ?? found[0] ?? {};
    return childOf(holder, key);
  };
  const settings = readSettings(block("identityCenter"));
  for (const { path, root } of roots) {
    reportSchemaFaults(root, report);
    reportMisplaced(root, path === settingsPath, settingsPath, report);
    reportUnsupported(root, report);
    reportExpiries(root, report);
    reportUnmanaged(root, settings, report);
    reportIneffective(root, settings, report);
  }
  return { settings, guardrails: readGuardrails(block("guardrails")) };
}

/** Where something has an error already, nothing more is said of it. */
function reportDelegations(
  written: AsRead,
  { settingsPath, isWhole }: { readonly settingsPath: string; readonly isWhole: boolean },
  diagnostics: readonly Diagnostic[],
  reportAll: Report,
): void {
  const faulty = new Set(
    diagnostics.flatMap(({ severity, source }) =>
      severity === "error" && source !== null ? [placeText(source)] : [],
    ),
  );
  const report: Report = (told) => {
    if (told.source === null || !faulty.has(placeText(told.source))) reportAll(told);
  };
  const limits = { delegations: written.delegations, commit: null };
  checkDelegations(written, limits, report);
  checkDelegatedIds(written, limits, report);
  if (isWhole) checkDelegationSettings(written, settingsPath, report);
}

function noFiles(tree: SourceTree): Diagnostic {
  const help = "An empty folder is not taken for an empty organization: give the right folder with --dir.";
  return error("no-files", null, `There are no access files (*.yaml) in ${pathText(tree.folder)}.`, help);
}
