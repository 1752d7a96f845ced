import { reportLongNames, reportSharedEmails, settingsPathOf } from "./check-files.js";
import { checkPermissionSet } from "./check-permission-set.js";
import { collect } from "./collect.js";
import type { Report } from "./fault.js";
import { childOf, entriesOf, itemsOf, locatedTexts, textOf } from "./node.js";
import type { Node } from "./node.js";
import { checkedPolicy, inlinePolicyOf } from "./policies.js";
import { readDelegations } from "./read-delegations.js";
import type { File } from "./read-files.js";
import { readGroup, readUser } from "./read-people.js";
import { readPermissionSet } from "./read-permission-sets.js";
import { readRule } from "./read-rules.js";
import type { SourceTree } from "./source-tree.js";
import { withinLimits } from "./spread-limits.js";
import { relativeTo } from "./tree-path.js";
import { reportDisguise, reportTwins } from "./twins.js";
import type { Rule, Written, WrittenFile } from "./written.js";

/** Puts what all files declare together, and reports what is wrong with it as a whole and with each part by itself. */
export function readWritten(
  tree: SourceTree,
  files: readonly File[],
  policies: ReadonlyMap<string, File>,
  { settings, guardrails }: Pick<Written, "settings" | "guardrails">,
  report: Report,
): Omit<Written, "digest"> {
  const users = collect(files, "users", readUser, report);
  const groups = collect(files, "groups", readGroup, report);
  const permissionSets = collect(
    files,
    "permissionSets",
    (entry, file, name) => {
      const policy = inlinePolicyOf(tree, file, entry, policies);
      const set = readPermissionSet(
        entry,
        policy === null ? null : checkedPolicy(policy, report),
        policy?.file ?? null,
      );
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
  const rules = (...path: readonly string[]): readonly Rule[] =>
    withinLimits(
      all(...path).flatMap((node) => itemsOf(node).map(readRule)),
      report,
    );
  return {
    settings,
    guardrails,
    accounts,
    users,
    groups,
    permissionSets,
    assignments: rules("assignments"),
    removed: {
      users: all("removed", "users").flatMap(locatedTexts),
      groups: all("removed", "groups").flatMap(locatedTexts),
      permissionSets: all("removed", "permissionSets").flatMap(locatedTexts),
      assignments: rules("removed", "assignments"),
    },
    delegations: files
      .filter(({ path }) => path === settingsPathOf(tree))
      .flatMap(({ root }) => readDelegations(childOf(root ?? undefined, "delegations"))),
    files: new Map([
      ...[...policies].map(([path, file]) => [path, fileOf(tree, { ...file, root: null })] as const),
      ...files.map((file) => [file.path, fileOf(tree, file)] as const),
    ]),
  };
}

function fileOf(tree: SourceTree, { path, origin, isBroken, root }: File): WrittenFile {
  const keys = [...entriesOf(root ?? undefined)].map(([key, entry]) => [key, entry.key] as const);
  return { name: relativeTo(tree, path) ?? path, origin, isBroken, keys: new Map(keys) };
}
