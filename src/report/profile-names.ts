import type { AccountId } from "../model/keys.js";

export type Reachable = { readonly account: AccountId; readonly permissionSet: string };

/**
 * A profile name for each, in the same order: the account's name and the permission set's (`payments-prod-ReadOnly`).
 *
 * Where two would be equal, case apart, both get the account's id (`sandbox-111122223333-ReadOnly`). Not just one of
 * them, by whatever order: then a new account could take over a name that people use, and their commands would go to
 * an account they do not mean. As it is, a name that became ambiguous is gone and the AWS CLI says so. An account whose
 * name reads like another account's id goes by its own id from the start.
 */
export function profileNames(
  reachable: readonly Reachable[],
  accountNames: Readonly<Record<AccountId, string>>,
): readonly string[] {
  const choices = reachable.map((one) => choicesFor(one, accountNames));
  let chosen = choices.map(() => 0);
  for (;;) {
    const names = choices.map((names, index) => names[chosen[index] ?? 0] ?? "");
    const clashing = clashes(names);
    const next = chosen.map((choice, index) =>
      clashing.has(index) ? Math.min(choice + 1, (choices[index]?.length ?? 1) - 1) : choice,
    );
    if (next.every((choice, index) => choice === chosen[index])) return names;
    chosen = next;
  }
}

/** From the most readable to one that no other account and permission set can have. */
function choicesFor(
  { account, permissionSet }: Reachable,
  accountNames: Readonly<Record<AccountId, string>>,
): readonly string[] {
  const sure = `${account}-${permissionSet.replace(/[^A-Za-z0-9_.@+-]/g, percentEncoded)}`;
  const name = Object.hasOwn(accountNames, account) ? plain(accountNames[account] ?? "") : "";
  if (name === "" || /^\d{12}(?!\d)/.test(name)) return [`${account}-${plain(permissionSet)}`, sure];
  return [`${name}-${plain(permissionSet)}`, `${name}-${account}-${plain(permissionSet)}`, sure];
}

/** The letters that the AWS CLI and every SDK take in a profile's name without quotes; letters lose their accents. */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_.@+-]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

function percentEncoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}

function clashes(names: readonly string[]): ReadonlySet<number> {
  const byName = new Map<string, number[]>();
  for (const [index, name] of names.entries()) {
    const same = byName.get(name.toLowerCase());
    if (same === undefined) byName.set(name.toLowerCase(), [index]);
    else same.push(index);
  }
  return new Set([...byName.values()].filter((indexes) => indexes.length > 1).flat());
}
