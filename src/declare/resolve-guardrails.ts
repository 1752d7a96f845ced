import type { Settings } from "../model/declared.js";
import type { Guardrails } from "../model/guardrails.js";
import type { Accounts } from "./accounts.js";
import type { Report } from "./fault.js";
import { accountsOfRule } from "./select.js";
import type { Written } from "./written.js";

/**
 * The guardrails with their selectors put in full. Here `all` takes in the management account, where a lock-out is worst,
 * and what the settings ignore is not passed over: nobody loses it for being looked after elsewhere.
 */
export function resolveGuardrails(
  { guardrails, settings }: Pick<Written, "guardrails" | "settings">,
  accounts: Accounts,
  report: Report,
): Guardrails {
  const nothingIgnored: Settings = { ...settings, ignore: { ...settings.ignore, accounts: [] } };
  const management = accounts.management === null ? [] : [accounts.management];
  return {
    ...guardrails,
    keepAccess: guardrails.keepAccess.map((keep) => {
      const rule = { accounts: keep.accounts, except: [] };
      const selected = [...accountsOfRule(rule, accounts, nothingIgnored, report).keys()];
      const isAll = keep.accounts.some(({ kind }) => kind === "all");
      return { ...keep, accounts: [...new Set([...selected, ...(isAll ? management : [])])] };
    }),
  };
}
