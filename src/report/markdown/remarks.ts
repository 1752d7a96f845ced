import type { Diagnostic } from "../../model/diagnostic.js";
import type { Withheld } from "../../model/plan.js";
import { count } from "../../model/plural.js";
import { byReason, toldOnce } from "../told-once.js";
import { safeLines } from "../untrusted.js";
import { list } from "./blocks.js";
import { lineBlocks } from "./changes.js";
import { fitting } from "./detail.js";
import { code, cut, text } from "./escape.js";
import type { Telling } from "./telling.js";

const weights = { error: 0, warning: 1, info: 2 } as const;

/** Diagnostics and notes, the gravest first, each with its place and what to do. */
export function remarkBlocks(
  remarks: readonly Diagnostic[],
  { detail }: Pick<Telling, "detail">,
): readonly string[] {
  const sorted = toldOnce(remarks).toSorted(
    (left, right) => weights[left.remark.severity] - weights[right.remark.severity],
  );
  const { told, left } = fitting(sorted, detail.rows);
  const items = told.map(({ remark: { severity, code: name, message, help, source }, times }) => {
    const often = times === 1 ? "" : ` (${count(times, "time")})`;
    const place = source === null ? "" : ` ${code(cut(`${source.file}:${source.line}`, detail.signs))}`;
    const label = severity === "info" ? "" : `**${severity}** ${code(cut(name, detail.signs))}: `;
    const advice = help === null ? "" : `<br>${lines(help, detail.signs)}`;
    return `${label}${lines(message, detail.signs)}${often}${place}${advice}`;
  });
  return list(
    left === 0 ? items : [...items, `and ${count(left, told.length === 0 ? "remark" : "more remark")}`],
  );
}

/** What is wanted and not done, under its reason. */
export function withheldBlocks(withheld: readonly Withheld[], telling: Telling): readonly string[] {
  return lineBlocks(
    byReason(withheld).flatMap((alike) => [
      `! ${alike[0].reason}`,
      ...alike.map(({ change }) => {
        const { sign, words } = telling.manner.voice.phrase(change, telling.plan.accounts);
        return `      ${sign} ${words}`;
      }),
    ]),
    telling,
  );
}

function lines(message: string, signs: number): string {
  return safeLines(cut(message, Math.max(signs, 300)))
    .map(text)
    .join("<br>");
}
