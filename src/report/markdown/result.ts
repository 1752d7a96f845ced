import type { ApplyResult } from "../../model/apply-result.js";
import type { Plan } from "../../model/plan.js";
import { resultText } from "../result.js";
import { fence } from "./escape.js";

/** What an apply did, as a block of text: what was not done and why, and a last line that counts. */
export function resultMarkdown(result: ApplyResult, { accounts, live }: Plan): string {
  const lines = resultText(result, {
    accounts,
    isFirstContact: live.mark === null,
    color: false,
    width: 100,
  });
  return `${fence(lines.trimEnd().split("\n"), "diff")}\n`;
}
