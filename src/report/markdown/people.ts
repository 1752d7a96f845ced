import type { AccessRow, Plan } from "../../model/plan.js";
import { count, listed } from "../../model/plural.js";
import { byText } from "../../model/text.js";
import { teamsOf } from "../access.js";
import type { AccessVoice } from "../access.js";
import { grouped } from "../../model/grouped.js";
import { accountWord, wayWords } from "../names.js";
import type { Sign } from "../phrase.js";
import { shownName } from "../untrusted.js";
import { table } from "./blocks.js";
import { fitting, type Detail } from "./detail.js";
import { cut, text } from "./escape.js";
import type { Telling } from "./telling.js";

/** Everybody to whom the same happens with the same permission sets, in the same accounts through the same ways. */
type Alike = {
  readonly row: AccessRow;
  readonly users: readonly string[];
  readonly sets: readonly string[];
};

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

export function people(rows: readonly AccessRow[]): number {
  return new Set(rows.map(({ user }) => user)).size;
}

/** First who has one permission set alike, then what those people have alike: a team that gains four sets is one row. */
function alikeRows(rows: readonly AccessRow[]): readonly Alike[] {
  return grouped(teamsOf(rows), ({ row: { accounts, via }, users }) =>
    JSON.stringify([users, accounts, via.map(wayWords)]),
  ).map((teams) => ({ ...teams[0], sets: teams.map(({ row }) => row.permissionSet) }));
}

/** A browser breaks the line after a hyphen, even before a space that holds. */
const unbroken = { "+": "+", "~": "~", "-": "−" } as const satisfies Record<Sign, string>;

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
    `${unbroken[voice.sign]}&#160;${verb}`,
    text(`${listed(what, Math.max(1, detail.names))}${voice.tail ?? ""}`),
    text(`${many}${listed(where, detail.names)}`),
    text(listed(ways, Math.max(1, detail.names))),
  ];
}

/** `alice and bob`; of many, how many and the first of them: `42 members of developers (ann, ben and 40 more)`. */
function whoWords({ via }: AccessRow, users: readonly string[], { names, signs }: Detail): string {
  const short = (name: string): string => cut(shownName(name), signs);
  const named = listed(users.map(short), names);
  if (users.length <= names + 1) return named;
  const [way = ""] = via;
  const isOneGroup = via.length === 1 && way.startsWith("group/");
  const all = isOneGroup
    ? `${count(users.length, "member")} of ${short(way.slice("group/".length))}`
    : count(users.length, "person", "people");
  return `${all} (${named})`;
}
