import type { Diagnostic } from "../model/diagnostic.js";
import type { Plan } from "../model/plan.js";
import { diagnosticsJson, diagnosticsText } from "../report/diagnostics.js";
import type { TextOptions } from "../report/text.js";
import { safeJson } from "../report/untrusted.js";
import type { Told } from "../run/prepare.js";
import type { Context } from "./execute.js";

/** Diagnostics of the files, on stderr. */
export function tell(context: Context<object>, told: Told): void {
  teller(context)(told);
}

/** The same for a command that comes to tell in steps: each diagnostic once. */
export function teller({ options, terminal }: Context<object>): (told: Told) => void {
  const before = new Set<string>();
  const { color, width } = terminal;
  return ({ diagnostics, files }) => {
    const news = diagnostics.filter((one) => {
      const isNews = !before.has(JSON.stringify(one)) && (options.quiet !== true || one.severity === "error");
      before.add(JSON.stringify(one));
      return isNews;
    });
    if (news.length > 0) terminal.err(diagnosticsText(news, { color: color.err, width, files }));
  };
}

/** How a plan is laid out on stdout. */
export function textOptions({ options, terminal }: Context<object>): TextOptions {
  return {
    color: terminal.color.out,
    width: terminal.width,
    dir: options.dir,
    full: options.verbose === true,
  };
}

export type PlanFormat = "text" | "json" | "markdown";

/** A plan on stdout, told as what will be done or as what was found. */
export async function showPlan(
  context: Context<{ readonly format: PlanFormat }>,
  plan: Plan,
  as: "plan" | "drift",
): Promise<void> {
  const { options, terminal } = context;
  switch (options.format) {
    case "json":
      return terminal.out(safeJson(plan));
    case "text": {
      const { driftText, planText } = await import("../report/text.js");
      return terminal.out((as === "drift" ? driftText : planText)(plan, textOptions(context)));
    }
    case "markdown": {
      const { driftMarkdown, planMarkdown } = await import("../report/markdown/markdown.js");
      const layout = { limit: githubLimit, run: null, dir: options.dir };
      return terminal.out(await (as === "drift" ? driftMarkdown : planMarkdown)(plan, layout));
    }
  }
}

/** UTF-16 units that GitHub takes for a comment or an issue: whoever asks for markdown means to put it there. */
export const githubLimit = 65_536;

/** What programs get on stdout in place of a plan that did not come about: `{"ok": false, "diagnostics": […]}`. */
export function noResult(
  { options, terminal }: Context<{ readonly format: PlanFormat }>,
  diagnostics: readonly Diagnostic[],
): void {
  if (options.format === "json") terminal.out(diagnosticsJson(diagnostics));
}
