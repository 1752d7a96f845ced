import { grouped } from "../model/grouped.js";
import type { AccountId } from "../model/keys.js";
import type { Accounts } from "./accounts.js";
import { limitsByFile, outsideAccounts, pairsOf } from "./delegation-limits.js";
import type { Limits, Pair } from "./delegation-limits.js";
import type { Report } from "./fault.js";
import { accountsOfRule, label } from "./select.js";
import { grantLimit } from "./spread-limits.js";
import type { AsRead, Delegation, Rule } from "./written.js";

/** The accounts that each delegation comes to, as the organization is now; null where that cannot be told. */
export type Reach = ReadonlyMap<Delegation, ReadonlySet<AccountId> | null>;

/** Reports selectors that come to nothing, as of rules. An id that the organization does not have hides no other account. */
export function reachOf(
  { delegations, settings }: Pick<AsRead, "delegations" | "settings">,
  accounts: Accounts,
  report: Report,
): Reach {
  return new Map(
    delegations.map((delegation) => {
      const ids = delegation.accounts.filter(({ kind }) => kind === "id").map(({ source }) => source);
      let isKnown = true;
      const selected = accountsOfRule({ ...delegation, except: [] }, accounts, settings, (told) => {
        if (told.severity === "error" && told.source !== null && !ids.includes(told.source)) isKnown = false;
        report(told);
      });
      return [delegation, isKnown ? new Set(selected.keys()) : null] as const;
    }),
  );
}

/**
 * Reports the accounts that rules of delegated files come to, exceptions taken off, and that no delegation has for who gets
 * what there. Where the accounts of a delegation cannot be told, nothing is said: that has an error of its own. Neither
 * is it of grants that `isExcused` tells of.
 */
export function checkDelegatedAccounts(
  rules: readonly Rule[],
  { files, settings }: Pick<AsRead, "files" | "settings">,
  accounts: Accounts,
  { limits, reach }: { readonly limits: Limits; readonly reach: Reach },
  isExcused: (grant: string) => boolean,
  report: Report,
): void {
  const byFile = limitsByFile(files, limits);
  for (const rule of rules) {
    const held = byFile.get(rule.source.file);
    if (held === undefined) continue;
    const selected = accountsOfRule(rule, accounts, settings, () => {});
    for (const pairs of grouped(pairsOf(rule, held), ({ allowing }) => allowing)) {
      const reached = pairs[0].allowing.map((one) => reach.get(one) ?? null);
      if (reached.length === 0 || reached.includes(null)) continue;
      const beyond = [...selected].filter(
        ([id]) =>
          !reached.some((ids) => ids?.has(id)) && pairs.some((pair) => !isExcused(grantKey(rule, pair, id))),
      );
      for (const together of grouped(beyond, ([, { source }]) => `${source.line}:${source.column}`)) {
        const ids = together.map(([id]) => id);
        const told = outsideAccounts(
          together[0][1].source,
          ids.map((id) => label(id, accounts)),
          held,
          pairs[0],
        );
        report({ ...told, help: `${told.help}${remarkOn(ids, accounts)}` });
      }
    }
  }
}

/** Why an account may be missing from a delegation that seems to have it. */
function remarkOn(ids: readonly AccountId[], { kind, wide }: Accounts): string {
  return kind === "organization" && ids.some((id) => !wide.some((account) => account.id === id))
    ? " A wide selector takes in neither the management account nor accounts that are not ACTIVE: a delegation that means one has to name it."
    : "";
}

/**
 * What rules give or take, by file; the same grant has the same key at any commit. Of files that nobody could have applied,
 * because they come to too much, what comes first.
 */
export function grantsOf(
  rules: readonly Rule[],
  { settings }: Pick<AsRead, "settings">,
  accounts: Accounts,
): ReadonlySet<string> {
  const grants = new Set<string>();
  const areTooMany = grantLimit(() => {});
  for (const rule of rules) {
    const selected = accountsOfRule(rule, accounts, settings, () => {});
    if (areTooMany(rule, selected.size)) break;
    for (const id of selected.keys())
      for (const pair of pairsOf(rule, { delegations: [], commit: null }))
        grants.add(grantKey(rule, pair, id));
  }
  return grants;
}

function grantKey({ source }: Rule, { kind, principal, permissionSet }: Pair, account: AccountId): string {
  return JSON.stringify([source.file, kind, principal.value, permissionSet.value, account]);
}
