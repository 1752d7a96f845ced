import { byText } from "../model/text.js";
import type { AccessRow, Plan } from "../model/plan.js";
import { grouped } from "../model/grouped.js";
import type { Line } from "./lines.js";
import { accountWord, wayWords } from "./names.js";
import { count, listed } from "../model/plural.js";
import type { Sign } from "./phrase.js";
import { shownName } from "./untrusted.js";

/** How one side of the access difference reads: `alice and bob` gain `S3FullAccess in sandbox through group developers`. */
export type AccessVoice = {
  readonly sign: Sign;
  readonly one: string;
  readonly many: string;
  readonly tail?: string;
};

export type Limits = {
  /** How many people and accounts a line names before it counts the rest. */
  readonly names: number;
  /** How many lines a side may have before the rest is counted. */
  readonly lines: number;
};

/** Who has a permission set more or less, one line for everybody to whom the same happens. */
export function accessLines(
  rows: readonly AccessRow[],
  { voice, accounts, limits }: { voice: AccessVoice; accounts: Plan["accounts"]; limits: Limits },
): readonly Line[] {
  const teams = teamsOf(rows);
  const lines = teams.slice(0, limits.lines).map(({ row, users }): Line => {
    const people = listed(users.map(shownName), limits.names);
    const where = listed(row.accounts.map((id) => accountWord(id, accounts)).toSorted(byText), limits.names);
    const many = row.accounts.length > limits.names + 1 ? `${count(row.accounts.length, "account")}: ` : "";
    const who =
      users.length > limits.names + 1 ? `${count(users.length, "person", "people")} (${people})` : people;
    const verb = users.length === 1 ? voice.one : voice.many;
    const what = `${shownName(row.permissionSet)} in ${many}${where}`;
    const words = `${who} ${verb} ${what} through ${listed(row.via.map(wayWords))}${voice.tail ?? ""}`;
    return { type: "change", sign: voice.sign, words, source: null };
  });
  const left = teams.length - lines.length;
  if (left === 0) return lines;
  const rest = `  and ${count(left, "more line", "more lines")} like these (--verbose shows them all)`;
  return [...lines, { type: "plain", text: rest, style: "dim" }];
}

/** Rows that differ in the person alone, with the people by name: a team of thirty that gains one set is one. */
export function teamsOf(
  rows: readonly AccessRow[],
): readonly { readonly row: AccessRow; readonly users: readonly string[] }[] {
  return grouped(rows, ({ permissionSet, accounts, via }) =>
    JSON.stringify([permissionSet, accounts, via.map(wayWords)]),
  ).map((alike) => ({ row: alike[0], users: alike.map(({ user }) => user).toSorted(byText) }));
}
