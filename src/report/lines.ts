import type { Severity, Source } from "../model/diagnostic.js";
import type { Paint, Style } from "./paint.js";
import type { Sign } from "./phrase.js";
import { safeLines, safeText } from "./untrusted.js";
import { displayWidth, padEnd } from "./width.js";

/** A line below a change: a field, a statement, an entry of a list. */
export type Nested = { readonly sign: Sign | " "; readonly words: string; readonly deeper?: number };

/** A line of a report: a heading or sentence as it is, a change with its sign in column one, or something below it. */
export type Line =
  | { readonly type: "plain"; readonly text: string; readonly style?: Style }
  | {
      readonly type: "change";
      readonly sign: Sign | "!";
      readonly words: string;
      readonly source: Source | null;
    }
  | {
      readonly type: "remark";
      readonly severity: Severity;
      readonly words: string;
      readonly source: Source | null;
    }
  | ({ readonly type: "nested" } & Nested);

export const blank: Line = { type: "plain", text: "" };

export function heading(text: string): Line {
  return { type: "plain", text, style: "bold" };
}

/** What to do about the line above, each line of it behind the label. */
export function helpLines(help: string | null, indent: string): readonly Line[] {
  if (help === null) return [];
  return safeLines(help).map((text, index) => plain(`${indent}${index === 0 ? "help:" : "     "} ${text}`));
}

export function plain(text: string): Line {
  return { type: "plain", text };
}

export function nestedLines(nested: readonly Nested[]): readonly Line[] {
  return nested.map((one) => ({ type: "nested", ...one }));
}

/** The lines as text, files and lines in one column at the right where `width` columns allow it. */
export function renderLines(
  lines: readonly Line[],
  { paint, width }: { paint: Paint; width: number },
): string {
  const column = sourceColumn(lines, width);
  return lines.map((line) => `${renderLine(line, column, paint)}\n`).join("");
}

function renderLine(line: Line, column: number, paint: Paint): string {
  switch (line.type) {
    case "plain":
      return line.style === undefined ? line.text : paint(line.style, line.text);
    case "change": {
      const body = `${paint(styles[line.sign], line.sign)} ${line.words}`;
      if (line.source === null) return body;
      const gap = padEnd(line.words, column).slice(line.words.length);
      return `${body}${gap}  ${paint("dim", sourceWords(line.source))}`;
    }
    case "remark": {
      const words = paint(severityStyles[line.severity], line.words);
      return line.source === null ? words : `${words}  ${paint("dim", sourceWords(line.source))}`;
    }
    case "nested": {
      const indent = "    ".repeat(1 + (line.deeper ?? 0));
      const sign = line.sign === " " ? "" : `${paint(styles[line.sign], line.sign)} `;
      return `${indent}${sign}${line.words}`;
    }
  }
}

const styles = { "+": "green", "~": "yellow", "-": "red", "!": "yellow" } as const satisfies Record<
  string,
  Style
>;

export const severityStyles = {
  info: "cyan",
  warning: "yellow",
  error: "red",
} as const satisfies Record<Severity, Style>;

/** Where the sources begin: after the longest line, but never so far right that they would be wrapped. */
function sourceColumn(lines: readonly Line[], width: number): number {
  let words = 0;
  let sources = 0;
  for (const line of lines) {
    if (line.type !== "change" || line.source === null) continue;
    words = Math.max(words, displayWidth(line.words));
    sources = Math.max(sources, displayWidth(sourceWords(line.source)));
  }
  return Math.min(words, Math.max(0, width - sources - 4));
}

function sourceWords({ file, line }: Source): string {
  return `${safeText(file)}:${line}`;
}
