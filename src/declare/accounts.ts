import type { Account, Directory } from "../model/directory.js";
import type { AccountId } from "../model/keys.js";
import type { LiveError } from "../model/live-error.js";
import { listed } from "../model/plural.js";
import { error, quoted, suggester } from "./fault.js";
import type { Report } from "./fault.js";
import type { Located } from "./node.js";

/** The accounts there are, as selectors look them up. */
export type Accounts = {
  readonly kind: Directory["kind"];
  /** The accounts that a wide selector ranges over: ACTIVE ones, without the management account. */
  readonly wide: readonly Account[];
  /** Null where nobody could say which it is. */
  readonly management: AccountId | null;
  readonly names: ReadonlyMap<AccountId, string>;
  readonly inactive: ReadonlyMap<AccountId, string>;
  /** Null where any id may exist: nobody could say. */
  readonly ids: ReadonlySet<AccountId> | null;
  /** More than one id where a name is ambiguous. */
  readonly byName: ReadonlyMap<string, readonly AccountId[]>;
  /** Why Organizations was not read, to be told beside what is missing for it. */
  readonly unread: LiveError | null;
  /** What was meant by a word that is none of these. */
  readonly suggestion: ReturnType<typeof suggester>;
};

/** Brings the directory and the names of the files together, and reports where they contradict each other. */
export function accountsOf(
  directory: Directory,
  given: ReadonlyMap<string, Located<AccountId>>,
  report: Report,
): Accounts {
  return directory.kind === "local"
    ? localAccounts(directory, given)
    : organizationAccounts(directory, given, report);
}

function localAccounts(
  { managementAccount, unread }: Extract<Directory, { kind: "local" }>,
  given: ReadonlyMap<string, Located<AccountId>>,
): Accounts {
  const all = [...given].map(([name, { value: id }]) => ({ id, name, ou: "", tags: null, state: "ACTIVE" }));
  return {
    kind: "local",
    wide: all.filter(({ id }) => id !== managementAccount),
    management: managementAccount,
    names: new Map(all.map(({ id, name }) => [id, name])),
    inactive: new Map(),
    ids: null,
    byName: new Map(all.map(({ id, name }) => [name, [id]])),
    unread,
    suggestion: suggester(),
  };
}

function organizationAccounts(
  { managementAccount, accounts }: Extract<Directory, { kind: "organization" }>,
  given: ReadonlyMap<string, Located<AccountId>>,
  report: Report,
): Accounts {
  const ids = new Set(accounts.map(({ id }) => id));
  const suggestion = suggester();
  const byName = new Map<string, readonly AccountId[]>();
  for (const { id, name } of accounts) byName.set(name, [...(byName.get(name) ?? []), id]);
  for (const [name, { value: id, source }] of given) {
    const known = byName.get(name);
    if (!ids.has(id))
      report(
        error(
          "unknown-account",
          source,
          `AWS Organizations has no account ${id}.${suggestion(id, () => ids)}`,
        ),
      );
    else if (known !== undefined && !known.includes(id))
      report(
        error(
          "account-contradiction",
          source,
          `${quoted(name)} is ${id} here, and ${listed(known, 10)} in AWS Organizations.`,
          "Correct the id, or give it another name.",
        ),
      );
    // A name that several accounts bear is theirs in Organizations; here it says which one is meant.
    else byName.set(name, [id]);
  }
  return {
    kind: "organization",
    wide: accounts.filter(({ id, state }) => id !== managementAccount && state === "ACTIVE"),
    management: managementAccount,
    names: new Map(accounts.map(({ id, name }) => [id, name])),
    inactive: new Map(accounts.filter(({ state }) => state !== "ACTIVE").map(({ id, state }) => [id, state])),
    ids,
    byName,
    unread: null,
    suggestion,
  };
}
