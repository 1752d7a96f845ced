import type { Diagnostic } from "../model/diagnostic.js";
import type { Directory } from "../model/directory.js";
import { accountsOf } from "./accounts.js";
import { checkDelegatedAccounts, grantsOf, reachOf } from "./check-delegated-accounts.js";
import { checkDelegations } from "./check-delegations.js";
import { limitsByFile, lineOf } from "./delegation-limits.js";
import type { Limits } from "./delegation-limits.js";
import { inOrder, warning } from "./fault.js";
import type { AsRead, Rule } from "./written.js";

/**
 * What files declare outside of what the base delegates: a delegation shall not widen in the same change that makes use of
 * it. Files that the base did not delegate are not held to it, and neither is what the same file asked for there already:
 * that an account has left a unit since is no doing of theirs.
 */
export function outsideBase(
  written: AsRead,
  base: { readonly commit: string; readonly asRead: AsRead | null },
  directory: Directory,
): readonly Diagnostic[] {
  const { commit, asRead } = base;
  if (asRead === null || asRead === written) return [];
  const diagnostics: Diagnostic[] = [];
  const report = (told: Diagnostic): unknown => diagnostics.push(told);
  const limits: Limits = { delegations: asRead.delegations, commit };
  checkDelegations(written, limits, report);

  const accounts = accountsOf(directory, written.accounts, () => {});
  const before = accountsOf(directory, asRead.accounts, () => {});
  const reach = reachOf(asRead, before, () => {});
  const check = (rules: readonly Rule[], earlier: readonly Rule[]): void => {
    const held = limitsByFile(written.files, limits);
    const grants = grantsOf(
      earlier.filter(({ source }) => held.has(source.file)),
      asRead,
      before,
    );
    checkDelegatedAccounts(rules, written, accounts, { limits, reach }, (grant) => grants.has(grant), report);
  };
  check(written.assignments, asRead.assignments);
  check(written.removed.assignments, asRead.removed.assignments);
  for (const [{ source }, ids] of reach)
    if (ids === null)
      report(
        warning(
          "base-delegation-unknown",
          null,
          `In which accounts ${lineOf(source)} at ${commit} let files assign cannot be told any more, so only what is delegated now holds there.`,
        ),
      );
  return inOrder(diagnostics);
}
