import type { AccessChange, Plan } from "../../model/plan.js";
import { count, listed } from "../../model/plural.js";
import { byText } from "../../model/text.js";
import type { AccessVoice } from "../access.js";
import { accountWord, wayWords } from "../names.js";
import { shownName } from "../untrusted.js";
import { table } from "./blocks.js";
import { fitting, type Detail } from "./detail.js";
import { cut, text } from "./escape.js";
import type { Telling } from "./telling.js";

/** Everybody to whom the same happens with the same permission sets, in the same accounts through the same ways. */
type Alike = { readonly row: AccessChange; readonly users: string[]; readonly sets: string[] };

/** Who gains, who loses, and who keeps something with other content: a table, or what it would hold, counted. */
export function peopleBlocks(access: Plan["access"], telling: Telling): readonly string[] {
  const { manner, detail } = telling;
  const all = (["gained", "lost", "changed"] as const).flatMap((side) =>
    alikeRows(access[side]).map((alike) => ({ ...alike, voice: manner.voice.access[side] })),
  );
  const { told, left } = fitting(all, detail.rows);
  if (all.length > 0 && told.length === 0) return [`${count(left, "line")} of access, left out here.`];
  const rows = told.map((alike) => rowCells(alike, telling));
  return table(
    ["Who", "", "What", "Where", "Through"],
    left === 0 ? rows : [...rows, [`and ${count(left, "more line")}`, "", "", "", ""]],
  );
}

export function people(rows: readonly AccessChange[]): number {
  return new Set(rows.map(({ user }) => user)).size;
}

/** First who has one permission set alike, then what those people have alike: a team that gains four sets is one row. */
function alikeRows(rows: readonly AccessChange[]): readonly Alike[] {
  const teams = together(
    rows.map((row) => ({ row, users: [row.user], sets: [row.permissionSet] })),
    ({ sets }) => sets,
    ({ users }, more) => users.push(...more.users),
  );
  return together(
    teams,
    ({ users }) => users,
    ({ sets }, more) => sets.push(...more.sets),
  );
}

/** Joins what is in the same accounts, comes through the same ways and has the same `trait`. */
function together(
  all: readonly Alike[],
  trait: (one: Alike) => readonly string[],
  join: (one: Alike, more: Alike) => void,
): readonly Alike[] {
  const found = new Map<string, Alike>();
  for (const one of all) {
    const { accounts, via } = one.row;
    const key = JSON.stringify([trait(one), accounts, via.map(wayWords)]);
    const known = found.get(key);
    if (known === undefined) found.set(key, one);
    else join(known, one);
  }
  return [...found.values()];
}

function rowCells(
  { row, users, sets, voice }: Alike & { voice: AccessVoice },
  { plan, detail }: Telling,
): readonly string[] {
  const short = (words: string): string => cut(words, detail.signs);
  const where = row.accounts.map((id) => short(accountWord(id, plan.accounts))).toSorted(byText);
  const many = where.length > detail.names + 1 ? `${count(where.length, "account")}: ` : "";
  const what = sets.map((set) => short(shownName(set)));
  const ways = row.via.map((via) => short(wayWords(via)));
  const verb = users.length === 1 ? voice.one : voice.many;
  return [
    text(whoWords(row, users, detail)),
    `${voice.sign}&#160;${verb}`,
    text(`${listed(what, Math.max(1, detail.names))}${voice.tail ?? ""}`),
    text(`${many}${listed(where, detail.names)}`),
    text(listed(ways, Math.max(1, detail.names))),
  ];
}

/** `alice and bob`; of many, how many and the first of them: `42 members of developers (ann, ben and 40 more)`. */
function whoWords({ via }: AccessChange, users: readonly string[], { names, signs }: Detail): string {
  const short = (name: string): string => cut(shownName(name), signs);
  const named = listed(users.toSorted(byText).map(short), names);
  if (users.length <= names + 1) return named;
  const [way = ""] = via;
  const isOneGroup = via.length === 1 && way.startsWith("group/");
  const all = isOneGroup
    ? `${count(users.length, "member")} of ${short(way.slice("group/".length))}`
    : count(users.length, "person", "people");
  return `${all} (${named})`;
}
