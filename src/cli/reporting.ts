import { diagnosticsText } from "../report/diagnostics.js";
import type { TextOptions } from "../report/text.js";
import type { Told } from "../run/prepare.js";
import type { Context } from "./execute.js";

/** Diagnostics of the files, on stderr. */
export function tell({ options, terminal }: Context<object>, { diagnostics, files }: Told): void {
  const shown =
    options.quiet === true ? diagnostics.filter(({ severity }) => severity === "error") : diagnostics;
  const { color, width } = terminal;
  if (shown.length > 0) terminal.err(diagnosticsText(shown, { color: color.err, width, files }));
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

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
