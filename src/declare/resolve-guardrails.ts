import type { Guarded, Settings } from "../model/declared.js";
import type { Directory } from "../model/directory.js";
import type { Guardrails } from "../model/guardrails.js";
import type { AccountId } from "../model/keys.js";
import { count } from "../model/plural.js";
import { accountsOf } from "./accounts.js";
import type { Accounts } from "./accounts.js";
import { quoted, warning, wordsOf } from "./fault.js";
import type { Report } from "./fault.js";
import { placeText } from "./lines.js";
import { accountsOfRule, isWide } from "./select.js";
import type { AsRead, Selector, Written } from "./written.js";

/**
 * The guardrails with their selectors put in full. Here `all` takes in the management account, where a lock-out is worst,
 * and what the settings ignore is not passed over: nobody loses it for being looked after elsewhere.
 */
export function resolveGuardrails(
  { guardrails, settings, accounts: given }: Pick<Written, "guardrails" | "settings" | "accounts">,
  accounts: Accounts,
  report: Report,
): Guardrails {
  reportGivenNames(guardrails, given, accounts, report);
  const nothingIgnored: Settings = { ...settings, ignore: { ...settings.ignore, accounts: [] } };
  return {
    ...guardrails,
    keepAccess: guardrails.keepAccess.map((keep) => {
      const isAll = keep.accounts.some(({ kind }) => kind === "all");
      const management = isAll && accounts.management !== null ? [accounts.management] : [];
      // Where the management account is all there is, `all` matches it.
      const isAlone = accounts.wide.length === 0 && management.length > 0;
      const rule = { accounts: keep.accounts.filter(({ kind }) => !(isAlone && kind === "all")), except: [] };
      const selected = [...accountsOfRule(rule, accounts, nothingIgnored, report).keys(), ...management];
      reportUnread(keep.accounts, selected, accounts, report);
      return { ...keep, accounts: [...new Set(selected)] };
    }),
  };
}

/**
 * What files guard that are not sound, or ask for what is not there any more: as far as they can be read. Null where the
 * settings are what could not be: the defaults are not what they say.
 */
export function guardedBy(written: AsRead, directory: Directory): Guarded | null {
  if (areSettingsBroken(written)) return null;
  const untold: Report = () => {};
  const accounts = accountsOf(directory, written.accounts, untold);
  return { guardrails: resolveGuardrails(written, accounts, untold), accountNames: accounts.names };
}

/**
 * A guard that means an account by a name which another file gives it holds for another account when that file says so,
 * and its owners need not be those of the settings.
 */
function reportGivenNames(
  { keepAccess, protect }: Written["guardrails"],
  given: Written["accounts"],
  { kind, names }: Accounts,
  report: Report,
): void {
  const kept = keepAccess.flatMap(({ accounts }) => accounts.filter((one) => one.kind === "name"));
  // What Organizations calls them is all that protected names are held against, where it could be read.
  const protectedNames = kind === "local" ? protect.accounts : [];
  const named = [...kept.map(({ name, source }) => ({ value: name, source })), ...protectedNames];
  const bearers = new Map<string, number>();
  for (const name of names.values()) bearers.set(name, (bearers.get(name) ?? 0) + 1);
  for (const { value: name, source } of named) {
    const giving = given.get(name);
    if (giving === undefined || source === null || giving.source.file === source.file) continue;
    const isItsOwn = kind === "organization" && bearers.get(name) === 1;
    if (isItsOwn) continue;
    report(
      warning(
        "guard-by-given-name",
        source,
        `Which account ${quoted(name)} is, ${placeText(giving.source)} says: whoever may change that file can lead this guard to another one.`,
        "Write the account's id here, or give it the name in this file.",
      ),
    );
  }
}

/** Whether nothing of the settings could be read: what files guard and delegate nobody knows then. */
export function areSettingsBroken({ files }: AsRead): boolean {
  return [...files.values()].some(({ name, isBroken }) => name === "settings.yaml" && isBroken);
}

function reportUnread(
  selectors: readonly Selector[],
  selected: readonly AccountId[],
  { kind, unread }: Accounts,
  report: Report,
): void {
  const wide = selectors.find(isWide);
  if (kind !== "local" || unread === null || wide === undefined) return;
  const message = `AWS Organizations could not be read: of all that this guard means it holds only in the ${count(selected.length, "account")} that are known without it.`;
  report(warning("organizations-unread", wide.source, message, wordsOf(unread)));
}
