import type { Settings } from "../model/declared.js";
import type { Source } from "../model/diagnostic.js";
import type { Account } from "../model/directory.js";
import { matchesAnyGlob, matchesGlob } from "../model/glob.js";
import type { AccountId } from "../model/keys.js";
import { byText } from "../model/text.js";
import type { Accounts } from "./accounts.js";
import { error, fewOf, note, quoted, shortened, warning, wordsOf } from "./fault.js";
import type { Report } from "./fault.js";
import type { Rule, Selector } from "./written.js";

type WideSelector = Exclude<Selector, { kind: "id" | "name" }>;

/** The accounts of a rule, each with whether only wide selectors brought it in, and the place of the first that did. */
export function accountsOfRule(
  { accounts: selectors, except }: Pick<Rule, "accounts" | "except">,
  accounts: Accounts,
  settings: Settings,
  report: Report,
): ReadonlyMap<AccountId, { readonly wide: boolean; readonly source: Source }> {
  const selected = new Map<AccountId, { readonly wide: boolean; readonly source: Source }>();
  for (const selector of selectors)
    for (const id of chosen(selector, accounts, settings, report)) {
      const earlier = selected.get(id);
      const wide = isWide(selector) && (earlier?.wide ?? true);
      selected.set(id, { wide, source: earlier?.source ?? selector.source });
    }
  const before = new Set(selected.keys());
  const nameless = accounts.kind === "local" ? [...before].filter((id) => !accounts.names.has(id)) : [];
  for (const selector of except) {
    const left = isWide(selector)
      ? excepted(selector, nameless, accounts, report)
      : exactly(selector, accounts, report);
    if (left === null) continue;
    for (const id of left) selected.delete(id);
    if (before.size > 0 && !selector.optional && !left.some((id) => before.has(id)))
      report(
        warning(
          "except-without-effect",
          selector.source,
          `${describe(selector)} leaves out nothing: no account that this rule selects matches it.`,
        ),
      );
  }
  return selected;
}

/**
 * What a wide selector leaves out. Where Organizations was not read, an account without a name in the files (`nameless`,
 * of those that the rule selects) might be one of those: leaving it in would give access that the rule means to keep back.
 */
function excepted(
  selector: WideSelector,
  nameless: readonly AccountId[],
  accounts: Accounts,
  report: Report,
): readonly AccountId[] | null {
  if (nameless.length === 0) return matched(selector, accounts, report);
  report(
    error(
      "needs-organizations",
      selector.source,
      `Whether ${describe(selector)} leaves out ${fewOf(nameless)} cannot be told: AWS Organizations could not be read, and no name under accounts says.`,
      unread(accounts, "Give these accounts names under accounts, or leave them out by id."),
    ),
  );
  return null;
}

/** The accounts that one selector adds. What matches nothing is an error: a typo would take access away, or never give it. */
function chosen(
  selector: Selector,
  accounts: Accounts,
  settings: Settings,
  report: Report,
): readonly AccountId[] {
  const isIgnored = (id: AccountId) =>
    matchesAnyGlob(settings.ignore.accounts, id) ||
    matchesAnyGlob(settings.ignore.accounts, accounts.names.get(id) ?? id);
  if (!isWide(selector)) {
    const ids = exactly(selector, accounts, report) ?? [];
    for (const id of ids.filter(isIgnored))
      report(
        error(
          "ignored-name",
          selector.source,
          `The account ${label(id, accounts)} is ignored by identityCenter.ignore.accounts, so nothing may name it.`,
          "Take it out here, or narrow the ignore list in settings.yaml.",
        ),
      );
    return ids;
  }
  const ids = matched(selector, accounts, report);
  if (ids === null) return [];
  if (ids.length === 0) {
    const message = `${describe(selector)} matches no account.`;
    report(
      selector.optional
        ? note("no-account-matches", selector.source, message)
        : error(
            "no-account-matches",
            selector.source,
            `${message}${didYouMeanUnit(selector, accounts)}`,
            "Correct it, or write `optional: true` beside it. The management account and accounts that are not ACTIVE are never matched.",
          ),
    );
  }
  const ignored = ids.filter(isIgnored);
  if (ignored.length > 0)
    report(
      note(
        "ignored-accounts",
        selector.source,
        `${describe(selector)} passes over what is ignored: ${fewOf(ignored.map((id) => label(id, accounts)))}.`,
      ),
    );
  return ids.filter((id) => !isIgnored(id));
}

/** Null when it cannot be told, which is reported. */
function exactly(
  selector: Extract<Selector, { kind: "id" | "name" }>,
  accounts: Accounts,
  report: Report,
): readonly AccountId[] | null {
  if (selector.kind === "id") {
    if (accounts.ids?.has(selector.id) ?? true) return [selector.id];
    report(
      error(
        "unknown-account",
        selector.source,
        `There is no account ${selector.id} in the organization.${accounts.suggestion(selector.id, () => accounts.ids ?? [])}`,
      ),
    );
    return null;
  }
  const ids = accounts.byName.get(selector.name) ?? [];
  if (ids.length === 1) return ids;
  if (ids.length > 1)
    report(
      error(
        "ambiguous-account",
        selector.source,
        `${quoted(selector.name)} is the name of ${ids.length} accounts: ${fewOf([...ids].sort(byText))}.`,
        "Write the id of the one that is meant.",
      ),
    );
  else {
    const help = accounts.kind === "local" ? unread(accounts, "Give the account's id under accounts.") : null;
    report(
      error(
        "unknown-account",
        selector.source,
        `There is no account named ${quoted(selector.name)}.${accounts.suggestion(selector.name, () => accounts.byName.keys())}`,
        help,
      ),
    );
  }
  return null;
}

/** Null when it cannot be told, which is reported. */
function matched(selector: WideSelector, accounts: Accounts, report: Report): readonly AccountId[] | null {
  if (accounts.kind === "local" && (selector.kind === "ou" || selector.kind === "tags")) {
    report(
      error(
        "needs-organizations",
        selector.source,
        `${describe(selector)} needs AWS Organizations, which could not be read: the names under accounts have neither units nor tags.`,
        unread(accounts, "Name the accounts, or run where AWS Organizations can be read."),
      ),
    );
    return null;
  }
  return [...new Set(accounts.wide.filter(matcher(selector)).map(({ id }) => id))];
}

function unread({ unread: error }: Accounts, help: string): string {
  return error === null ? help : `${help}\nAWS Organizations was not read: ${wordsOf(error)}`;
}

function matcher(selector: WideSelector): (account: Account) => boolean {
  switch (selector.kind) {
    case "all":
      return () => true;
    case "glob":
      return ({ name }) => matchesGlob(selector.glob, name);
    case "ou":
      return ({ ou }) => ou === selector.ou || ou.startsWith(`${selector.ou}/`);
    case "tags": {
      const wanted = Object.entries(selector.tags);
      return ({ tags }) =>
        tags !== null && wanted.every(([key, value]) => Object.hasOwn(tags, key) && tags[key] === value);
    }
  }
}

export function isWide(selector: Selector): selector is WideSelector {
  return selector.kind !== "id" && selector.kind !== "name";
}

function didYouMeanUnit(selector: WideSelector, { wide, suggestion }: Accounts): string {
  return selector.kind === "ou" ? suggestion(selector.ou, () => unitsOf(wide)) : "";
}

/** Every unit that an account is in, with those above it. */
function unitsOf(accounts: readonly Account[]): ReadonlySet<string> {
  const units = accounts.flatMap(({ ou }) => {
    const parts = ou.split("/");
    return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  });
  return new Set(units.filter((unit) => unit !== ""));
}

export function describe(selector: Selector): string {
  switch (selector.kind) {
    case "id":
      return selector.id;
    case "name":
      return quoted(selector.name);
    case "all":
      return "{all: true}";
    case "glob":
      return `{name: ${quoted(selector.glob)}}`;
    case "ou":
      return `{ou: ${quoted(selector.ou)}}`;
    case "tags":
      return `{tags: ${shortened(JSON.stringify(selector.tags))}}`;
  }
}

export function label(id: AccountId, accounts: Accounts): string {
  const name = accounts.names.get(id);
  return name === undefined ? id : `${id} (${quoted(name)})`;
}
