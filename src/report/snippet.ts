import type { Source } from "../model/diagnostic.js";
import type { Paint } from "./paint.js";
import { safeText } from "./untrusted.js";
import { displayWidth, widthOf } from "./width.js";

const tab = "    ";

/**
 * The line at fault with its number and a caret under the column. Columns count UTF-16 units, as YAML positions do;
 * what a terminal shows is wider (tabs, wide signs) or made visible (control characters), so the caret is placed by
 * what is shown. Of a line too long for `width`, only what surrounds the column is shown.
 */
export function caretLines(
  line: string,
  { line: number, column }: Pick<Source, "line" | "column">,
  { width, paint }: { width: number; paint: Paint },
): readonly string[] {
  const gutter = String(number).padStart(5);
  const room = Math.max(20, width - gutter.length - 3);
  // A line can be a whole file, and every sign of it at fault: only what may be shown is looked at.
  const near = 4 * room;
  const before = shown(line.slice(Math.max(0, column - 1 - near), column - 1));
  const after = shown(line.slice(column - 1, column - 1 + near));
  const isCutBefore = column - 1 > near || displayWidth(before) > room / 2;
  const left = isCutBefore ? `…${endOf(before, Math.floor(room / 2) - 1)}` : before;
  const space = room - displayWidth(left);
  const isCutAfter = line.length > column - 1 + near || displayWidth(after) > space;
  const right = isCutAfter ? `${startOf(after, space - 1)}…` : after;
  return [
    `${paint("dim", `${gutter} |`)} ${left}${right}`.trimEnd(),
    `${paint("dim", `${" ".repeat(gutter.length)} |`)} ${" ".repeat(displayWidth(left))}${paint("red", "^")}`,
  ];
}

function shown(text: string): string {
  return safeText(text.replaceAll("\t", tab));
}

/** As many whole signs from the start as fit into `width` columns. */
function startOf(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const sign of text) {
    used += widthOf(sign);
    if (used > width) break;
    end += sign.length;
  }
  return text.slice(0, end);
}

function endOf(text: string, width: number): string {
  const signs = Array.from(text);
  let used = 0;
  let start = signs.length;
  while (start > 0) {
    used += widthOf(signs[start - 1] ?? "");
    if (used > width) break;
    start -= 1;
  }
  return signs.slice(start).join("");
}
