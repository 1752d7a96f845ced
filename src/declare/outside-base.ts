import type { Diagnostic } from "../model/diagnostic.js";
import type { Directory } from "../model/directory.js";
import { accountsOf } from "./accounts.js";
import { checkDelegatedAccounts, grantsOf, reachOf } from "./check-delegated-accounts.js";
import { checkDelegations } from "./check-delegations.js";
import { limitsByFile, lineOf } from "./delegation-limits.js";
import type { Limits } from "./delegation-limits.js";
import { warning } from "./fault.js";
import { gather } from "./gather.js";
import type { AsRead, Delegation, Rule } from "./written.js";

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
  const { report, told } = gather();
  const limits: Limits = { delegations: asRead.delegations, commit };
  checkDelegations(written, limits, report);

  const accounts = accountsOf(directory, written.accounts, () => {});
  const before = accountsOf(directory, asRead.accounts, () => {});
  const reach = reachOf(asRead, before, () => {});
  const byFile = limitsByFile(written.files, limits);
  const check = (rules: readonly Rule[], earlier: readonly Rule[]): void => {
    const held = rules.filter(({ source }) => byFile.has(source.file));
    const grants = grantsOf(
      earlier.filter(({ source }) => byFile.has(source.file)),
      asRead,
      before,
    );
    checkDelegatedAccounts(held, written, accounts, { limits, reach }, (grant) => grants.has(grant), report);
    for (const { source } of held)
      for (const one of byFile.get(source.file)?.delegations ?? [])
        if (reach.get(one) === null) report(unknownReach(one, commit));
  };
  check(written.assignments, asRead.assignments);
  check(written.removed.assignments, asRead.removed.assignments);
  return told();
}

/** A unit that is gone does not come back: were this an error, nobody could ever assign there again. */
function unknownReach({ source }: Delegation, commit: string): Diagnostic {
  const message = `In which accounts ${lineOf(source)} at ${commit} let files assign cannot be told any more, so only what is delegated now limits it.`;
  return warning("base-delegation-unknown", null, message);
}
