import type { Change } from "../../model/change.js";
import { count, listed } from "../../model/plural.js";
import { untilWords } from "../details.js";
import { grouped } from "../../model/grouped.js";
import { accountWord, principalWords } from "../names.js";
import { shownName } from "../untrusted.js";
import { list } from "./blocks.js";
import { fitting } from "./detail.js";
import { code, cut, text } from "./escape.js";
import type { Telling } from "./telling.js";

type Given = Extract<Change, { kind: "assignment" | "membership" }>;

/** Of what is given: until when, and why the files give it. A rule that reaches many accounts is one line. */
export function termsBlocks(changes: readonly Change[], telling: Telling): readonly string[] {
  const { detail } = telling;
  const given = changes.flatMap((change): Given[] =>
    (change.kind === "assignment" || change.kind === "membership") && hasTerms(change) ? [change] : [],
  );
  const { told, left } = fitting(grouped(given, alikeKey), detail.rows);
  const items = told.map((alike) => {
    const [{ reason, expires }] = alike;
    const when = expires === undefined ? "" : ` ${text(untilWords(expires))}`;
    const why = reason === undefined ? "" : `: ${code(cut(reason, detail.signs))}`;
    return `${text(whatWords(alike, telling))}${when}${why}`;
  });
  return list(
    left === 0 ? items : [...items, `and ${count(left, told.length === 0 ? "line" : "more line")}`],
  );
}

function hasTerms({ reason, expires }: Change): boolean {
  return reason !== undefined || expires !== undefined;
}

function alikeKey({ kind, key, reason, expires }: Given): string {
  const what = kind === "assignment" ? [key.principalType, key.principal, key.permissionSet] : [key.group];
  return JSON.stringify([kind, what, reason, expires]);
}

function whatWords(alike: readonly [Given, ...(readonly Given[])], { plan, detail }: Telling): string {
  const short = (words: string): string => cut(words, detail.signs);
  const some = (words: readonly string[]): string => listed(words.map(short), Math.max(1, detail.names));
  const [{ kind, key }] = alike;
  if (kind === "membership") {
    const users = alike.flatMap((one) => (one.kind === "membership" ? [shownName(one.key.user)] : []));
    return `${some(users)} ${users.length === 1 ? "joins" : "join"} group ${short(shownName(key.group))}`;
  }
  const accounts = alike.flatMap((one) =>
    one.kind === "assignment" ? [accountWord(one.key.account, plan.accounts)] : [],
  );
  return `${short(principalWords(key))} gets ${short(shownName(key.permissionSet))} in ${some(accounts)}`;
}
