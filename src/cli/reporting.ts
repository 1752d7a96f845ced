import type { Diagnostic } from "../model/diagnostic.js";
import { diagnosticsJson, diagnosticsText } from "../report/diagnostics.js";
import type { TextOptions } from "../report/text.js";
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

/** What programs get on stdout in place of a plan that did not come about: `{"ok": false, "diagnostics": […]}`. */
export function noResult(
  { options, terminal }: Context<{ readonly format: "text" | "json" }>,
  diagnostics: readonly Diagnostic[],
): void {
  if (options.format === "json") terminal.out(diagnosticsJson(diagnostics));
}
