import { listed } from "../model/plural.js";
import {
  allows,
  givenAccounts,
  givenNames,
  limitsByFile,
  outside,
  outsideAccounts,
  pairsOf,
} from "./delegation-limits.js";
import type { Limits } from "./delegation-limits.js";
import { error, quoted } from "./fault.js";
import type { Report } from "./fault.js";
import { pathText } from "./lines.js";
import { kindWords, namedKinds } from "./named-kinds.js";
import type { NamedKind } from "./named-kinds.js";
import type { Located } from "./node.js";
import { startOf } from "./read-files.js";
import type { AsRead, Delegation, Rule, WrittenFile } from "./written.js";

/** All that a delegated file may hold. A key that comes to be is outside until it is said here what limits it. */
const delegable: ReadonlySet<string> = new Set<keyof AsRead>([
  "users",
  "groups",
  "permissionSets",
  "assignments",
  "removed",
]);

/**
 * Reports what delegated files declare outside of their delegations, as far as names tell: what they declare, remove and
 * assign, and the policies that they hold for permission sets of others. Accounts are left to `checkDelegatedAccounts`.
 */
export function checkDelegations(written: AsRead, limits: Limits, report: Report): void {
  const byFile = limitsByFile(written.files, limits);
  const check = (kind: NamedKind, verb: string, name: Located<string>): void => {
    const held = byFile.get(name.source.file);
    if (held !== undefined) reportName(kind, verb, name, held, report);
  };
  for (const [path, file] of written.files) reportKeys(file, byFile.get(path), report);
  if (byFile.size > 0) reportLinks(written.files, report);
  for (const kind of namedKinds) {
    for (const [value, { source }] of written[kind]) check(kind, "declare", { value, source });
    for (const name of written.removed[kind]) check(kind, "remove", name);
  }
  reportPolicyFiles(written.permissionSets, byFile, report);
  for (const rule of [...written.assignments, ...written.removed.assignments]) {
    const held = byFile.get(rule.source.file);
    if (held !== undefined) reportRule(rule, held, report);
  }
}

/** Keys that speak for all files: names of accounts, say, would redirect what others mean by them. */
function reportKeys({ keys }: WrittenFile, limits: Limits | undefined, report: Report): void {
  if (limits === undefined) return;
  const given = (one: Delegation): string => {
    const named = namedKinds.filter((kind) => one[kind].length > 0).map((kind) => kindWords[kind].many);
    return listed([...named, ...(one.accounts.length > 0 ? ["assignments"] : [])]) || "nothing";
  };
  for (const [key, source] of keys)
    if (!delegable.has(key))
      report(outside(source, `${quoted(key)} is no key that these files may have`, limits, given));
}

/**
 * Only a link to what is not called like an access file is read as one. Whoever owns what it leads to, or a link on the way
 * there, could declare by it what the files of the link's own folder may.
 */
function reportLinks(files: AsRead["files"], report: Report): void {
  for (const [path, { origin, keys }] of files)
    if (path !== origin && keys.size > 0)
      report(
        error(
          "file-behind-link",
          startOf(path),
          `This is a link to ${pathText(origin)}: where files are delegated, it has to be clear whose the declarations are.`,
          "Put the file itself here.",
        ),
      );
}

function reportName(
  kind: NamedKind,
  verb: string,
  { value, source }: Located<string>,
  limits: Limits,
  report: Report,
): void {
  if (limits.delegations.some((one) => allows(one, kind, value))) return;
  const what = `${quoted(value)} is not a ${kindWords[kind].one} that these files may ${verb}`;
  report(outside(source, what, limits, (one) => givenNames(one, kind)));
}

/**
 * A policy is part of the permission set that names it: whoever may change the one decides what the other allows. A link
 * may be led elsewhere by its own owner, and so may the next one: nobody could say whose the policy is.
 */
function reportPolicyFiles(
  permissionSets: AsRead["permissionSets"],
  byFile: ReadonlyMap<string, Limits>,
  report: Report,
): void {
  for (const [name, { value, source, fields }] of permissionSets) {
    if (value.policyFile === null) continue;
    const { path, origin } = value.policyFile;
    const at = fields.get("inlinePolicy") ?? source;
    if (path !== origin && byFile.size > 0) {
      const message = `${path} is a link, or behind one: where files are delegated, it has to be clear whose the policy of ${quoted(name)} is.`;
      report(error("policy-behind-link", at, message, `Name the file itself: ${origin}.`));
    }
    const held = byFile.get(path);
    const own = byFile.get(source.file);
    const isAllowedBy = ({ delegations }: Limits): boolean =>
      delegations.some((one) => allows(one, "permissionSets", name));
    if (held === undefined || isAllowedBy(held)) continue;
    // That its own file may not declare it was told already.
    if (own !== undefined && !isAllowedBy(own)) continue;
    const what = `${path} holds the policy of ${quoted(name)}, which is not a permission set that these files may declare`;
    report(outside(at, what, held, (one) => givenNames(one, "permissionSets")));
  }
}

function reportRule(rule: Rule, limits: Limits, report: Report): void {
  const delegations = limits.delegations.filter(({ accounts }) => accounts.length > 0);
  const assigning: Limits = { ...limits, delegations };
  if (delegations.length === 0) {
    report(outside(rule.source, "These files may assign nothing", limits, givenAccounts));
    return;
  }
  for (const kind of ["groups", "users"] as const)
    for (const name of rule[kind]) reportName(kind, "assign to", name, assigning, report);
  for (const name of rule.permissionSets) reportName("permissionSets", "assign", name, assigning, report);
  reportPairs(rule, assigning, report);
}

/** What no delegation allows together, although each of the two is in one of them; once for a permission set. */
function reportPairs(rule: Rule, limits: Limits, report: Report): void {
  const told = new Set<Located<string>>();
  const single = new Set(
    namedKinds.flatMap((kind) =>
      rule[kind].filter(({ value }) => limits.delegations.some((one) => allows(one, kind, value))),
    ),
  );
  for (const { kind, principal, permissionSet, allowing } of pairsOf(rule, limits)) {
    const isEach = single.has(principal) && single.has(permissionSet);
    if (allowing.length > 0 || !isEach || told.has(permissionSet)) continue;
    told.add(permissionSet);
    const what = `${quoted(permissionSet.value)} is not a permission set that these files may assign to ${quoted(principal.value)}`;
    const given = (one: Delegation): string =>
      `${givenNames(one, "permissionSets")} for ${givenNames(one, kind)}`;
    report(outside(permissionSet.source, what, limits, given));
  }
}

/**
 * Reports accounts that are given by their ids, where the delegations know ids alone: what else selectors come to, the
 * organization has to say, and so it has what exceptions take off.
 */
export function checkDelegatedIds(written: AsRead, limits: Limits, report: Report): void {
  const byFile = limitsByFile(written.files, limits);
  for (const rule of [...written.assignments, ...written.removed.assignments]) {
    const held = byFile.get(rule.source.file);
    if (held === undefined || rule.except.length > 0) continue;
    const told = new Set<readonly Delegation[]>();
    for (const pair of pairsOf(rule, held)) {
      if (told.has(pair.allowing)) continue;
      told.add(pair.allowing);
      const selectors = pair.allowing.flatMap(({ accounts }) => accounts);
      const ids = new Set(selectors.flatMap((one) => (one.kind === "id" ? [one.id] : [])));
      if (selectors.length === 0 || selectors.some(({ kind }) => kind !== "id")) continue;
      for (const selector of rule.accounts)
        if (selector.kind === "id" && !ids.has(selector.id))
          report(outsideAccounts(selector.source, [selector.id], held, pair));
    }
  }
}
