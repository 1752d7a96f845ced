import type { Settings } from "../model/declared.js";
import { reportLongNames, reportSharedEmails } from "./check-files.js";
import { checkPermissionSet } from "./check-permission-set.js";
import { collect } from "./collect.js";
import type { Report } from "./fault.js";
import { childOf, itemsOf, locatedTexts, textOf } from "./node.js";
import type { Node } from "./node.js";
import { checkedPolicy, inlinePolicyOf } from "./policies.js";
import type { File } from "./read-files.js";
import { readGroup, readUser } from "./read-people.js";
import { readPermissionSet } from "./read-permission-sets.js";
import { readRule } from "./read-rules.js";
import type { SourceTree } from "./source-tree.js";
import { reportDisguise, reportTwins } from "./twins.js";
import type { Written } from "./written.js";

/** Puts what all files declare together, and reports what is wrong with it as a whole and with each part by itself. */
export function readWritten(
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
  for (const declared of [users, groups, permissionSets]) reportTwins(declared, report, { isCaseTold: true });
  // Organizations itself has no objection to accounts that differ in case.
  reportTwins(accounts, report, { isCaseTold: false });
  for (const declared of [users, groups])
    for (const [name, { source }] of declared) reportDisguise({ name, source }, report);
  reportSharedEmails(users, report);
  reportLongNames(users, report);

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
