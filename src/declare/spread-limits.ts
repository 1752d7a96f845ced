import { digits } from "../model/plural.js";
import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { isWide } from "./select.js";
import type { Rule, Selector } from "./written.js";

/** The most that all rules may come to, in grants: ten times what a large organization has. */
const mostGrants = 1_000_000;
/** How often a selector may be held against an account: some seconds' work. */
const mostComparisons = 200_000_000;

/**
 * Whether there are more wide selectors, of rules, guards and delegations together, than can be held against so many
 * accounts: thousands with thousands are days of work. Told at the one that is too much.
 */
export function areSelectorsTooMany(
  selectors: readonly Selector[],
  accounts: number,
  report: Report,
): boolean {
  const most = Math.floor(mostComparisons / Math.max(accounts, 1));
  const excess = selectors.filter(isWide)[most];
  if (excess === undefined) return false;
  const message = `With this one, there are too many wide selectors for ${digits(accounts)} accounts.`;
  report(
    error("too-wide", excess.source, message, "Select whole units, or by tags, in place of many names."),
  );
  return true;
}

/**
 * Whether a rule of a few lines, and those before it, stand for more grants than any memory holds. `selected` is the number
 * of the rule's accounts.
 */
export function grantLimit(report: Report): (rule: Rule, selected: number) => boolean {
  let grants = 0;
  return ({ groups, users, permissionSets, source }, selected) => {
    // Who gets what is kept also where it is in no account.
    grants += (groups.length + users.length) * permissionSets.length * Math.max(selected, 1);
    if (grants <= mostGrants) return false;
    const message = `With this rule, the rules come to more than ${digits(mostGrants)} grants: who gets what in which account.`;
    report(
      error("too-wide", source, message, "Name fewer groups, users, permission sets or accounts in it."),
    );
    return true;
  };
}

/**
 * The rules before the one with which they come to too many grants, whatever accounts they select: what checks each of who
 * gets what, before any account is looked at, has no more to do than that.
 */
export function withinLimits(rules: readonly Rule[], report: Report): readonly Rule[] {
  const areTooMany = grantLimit(report);
  const end = rules.findIndex((rule) => areTooMany(rule, 1));
  return end === -1 ? rules : rules.slice(0, end);
}
