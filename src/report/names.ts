import type { AccountId, AssignmentKey } from "../model/keys.js";
import { safeText, shownName } from "./untrusted.js";

export type AccountNames = Readonly<Record<AccountId, string>>;

/** An account as a change names it: `sandbox (111122223333)`, or the id alone when its name is not known. */
export function accountWords(id: AccountId, names: AccountNames): string {
  const name = nameOf(id, names);
  return name === null ? safeText(id) : `${shownName(name)} (${safeText(id)})`;
}

/** An account in a list: its name when no other account has the same one, and nobody could take it for an account's id. */
export function accountWord(id: AccountId, names: AccountNames): string {
  const name = nameOf(id, names);
  const isClear = name !== null && !/^\d{12}$/.test(name) && !sharedNames(names).has(name);
  return isClear ? shownName(name) : accountWords(id, names);
}

const shared = new WeakMap<AccountNames, ReadonlySet<string>>();

/** The names that several accounts have; found once for all the lines of a report. */
function sharedNames(names: AccountNames): ReadonlySet<string> {
  const known = shared.get(names);
  if (known !== undefined) return known;
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of Object.values(names)) (seen.has(name) ? twice : seen).add(name);
  shared.set(names, twice);
  return twice;
}

/** Whom an assignment is for: `group developers`, `user alice`, or what is left of one that was deleted. */
export function principalWords({ principalType, principal, orphan }: AssignmentKey): string {
  return orphan === true
    ? `a deleted ${principalType} (${safeText(principal.slice(1))})`
    : `${principalType} ${shownName(principal)}`;
}

/** `group/developers` as an access row has it → `group developers`; the user's own grant → `directly`. */
export function wayWords(via: string): string {
  const slash = via.indexOf("/");
  const type = via.slice(0, slash);
  return type === "user" ? "a direct assignment" : `${safeText(type)} ${shownName(via.slice(slash + 1))}`;
}

function nameOf(id: AccountId, names: AccountNames): string | null {
  return Object.hasOwn(names, id) ? (names[id] ?? null) : null;
}
