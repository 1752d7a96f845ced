import { digits } from "../model/plural.js";
import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { isWide } from "./select.js";
import type { Rule } from "./written.js";

/** The most that all rules may come to, in grants: ten times what a large organization has. */
const mostGrants = 1_000_000;
/** How often a selector may be held against an account: some seconds' work. */
const mostComparisons = 200_000_000;

/**
 * A rule of a few lines can stand for more grants than any memory holds, and thousands of selectors with thousands of
 * accounts are days of work. Both are counted rule by rule before the work is done, and told at the rule that is too much.
 */
export function spreadLimits(
  accounts: number,
  report: Report,
): {
  readonly areSelectorsTooMany: (rule: Rule) => boolean;
  /** `selected` is the number of the rule's accounts. */
  readonly areGrantsTooMany: (rule: Rule, selected: number) => boolean;
} {
  let comparisons = 0;
  let grants = 0;
  return {
    areSelectorsTooMany({ accounts: selectors, except, source }) {
      comparisons += [...selectors, ...except].filter(isWide).length * accounts;
      if (comparisons <= mostComparisons) return false;
      const message = `With this rule, there are too many wide selectors for ${digits(accounts)} accounts.`;
      report(error("too-wide", source, message, "Select whole units, or by tags, in place of many names."));
      return true;
    },
    areGrantsTooMany({ groups, users, permissionSets, source }, selected) {
      // Who gets what is kept also where it is in no account.
      grants += (groups.length + users.length) * permissionSets.length * Math.max(selected, 1);
      if (grants <= mostGrants) return false;
      const message = `With this rule, the rules come to more than ${digits(mostGrants)} grants: who gets what in which account.`;
      report(
        error("too-wide", source, message, "Name fewer groups, users, permission sets or accounts in it."),
      );
      return true;
    },
  };
}
