import type { Diagnostic } from "../../model/diagnostic.js";
import { detailLevels } from "./detail.js";
import { code, link, text } from "./escape.js";
import { remarkBlocks } from "./remarks.js";

/** What stands in the place of a plan that did not come about, and why: an earlier one would be taken for it. */
export function noPlanMarkdown(
  why: string,
  diagnostics: readonly Diagnostic[],
  given: {
    readonly commit: string;
    readonly run: { readonly url: string };
    /** How long the text may be, in UTF-16 units. */
    readonly limit: number;
  },
): string {
  const { commit, run, limit } = given;
  let markdown = "";
  for (const detail of detailLevels) {
    const blocks = [
      `**${text(why)}**`,
      ...remarkBlocks(diagnostics, { detail }),
      `<sub>commit ${code(commit)} · ${link("the run", run.url)}</sub>`,
    ];
    markdown = `${blocks.join("\n\n")}\n`;
    if (markdown.length <= limit) break;
  }
  return markdown;
}
