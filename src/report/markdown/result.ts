import type { ApplyResult } from "../../model/apply-result.js";
import type { Plan } from "../../model/plan.js";
import { count } from "../../model/plural.js";
import { resultText } from "../result.js";
import { cut, fence } from "./escape.js";

/** More than this nobody reads there; the log has them all. */
const mostLines = 500;
const mostSigns = 300;

/** What an apply did, as a block of text: what was not done and why, and a last line that counts. */
export function resultMarkdown(result: ApplyResult, { accounts, live }: Plan): string {
  const text = resultText(result, {
    accounts,
    isFirstContact: live.mark === null,
    color: false,
    width: 100,
  });
  const lines = text.trimEnd().split("\n");
  const left = lines.length - mostLines;
  const shown =
    left <= 0
      ? lines
      : [...lines.slice(0, mostLines - 1), `… and ${count(left, "more line")}`, ...lines.slice(-1)];
  return `${fence(
    shown.map((line) => cut(line, mostSigns)),
    "diff",
  )}\n`;
}
