import type { Diagnostic, Source } from "../model/diagnostic.js";
import { lineFinder } from "./line-finder.js";
import { severityStyles } from "./lines.js";
import { painter } from "./paint.js";
import type { Paint } from "./paint.js";
import { count } from "../model/plural.js";
import { caretLines } from "./snippet.js";
import { safeJson, safeLines, safeText } from "./untrusted.js";

export type DiagnosticOptions = {
  readonly color: boolean;
  readonly width: number;
  /** The text of each file by its path, for the line at fault. */
  readonly files: ReadonlyMap<string, string>;
};

/**
 * Diagnostics as a person reads them, in the form that editors and terminals link:
 * `access/groups.yaml:14:9 error unknown-user  "alcie" is no user …`, the line with a caret, and what to do.
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], options: DiagnosticOptions): string {
  const paint = painter(options.color);
  const lineAt = lineFinder(options.files);
  return diagnostics.map((one) => `${diagnosticLines(one, lineAt, options, paint).join("\n")}\n`).join("");
}

/** What validate says last: `access/: 6 files, no errors, 1 warning.` */
export function verdictText(
  diagnostics: readonly Diagnostic[],
  given: { dir: string; files: number },
): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.filter(({ severity }) => severity === "warning").length;
  const faults = [
    errors === 0 ? "no errors" : count(errors, "error"),
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
  ];
  return `${safeText(given.dir.replace(/\/+$/, ""))}/: ${count(given.files, "file")}, ${faults.join(", ")}.\n`;
}

/** The same as JSON: `{"ok": …, "diagnostics": […]}`, each as in the plan. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): string {
  const ok = !diagnostics.some(({ severity }) => severity === "error");
  return safeJson({ ok, diagnostics });
}

/** The same as workflow commands, which GitHub shows beside the line in the pull request. */
export function diagnosticsGithub(diagnostics: readonly Diagnostic[]): string {
  const commands = { error: "error", warning: "warning", info: "notice" } as const;
  return diagnostics
    .map(({ severity, code, message, help, source }) => {
      const place =
        source === null
          ? []
          : [`file=${githubProperty(source.file)}`, `line=${source.line}`, `col=${source.column}`];
      const properties = [...place, `title=${githubProperty(code)}`].join(",");
      const text = help === null ? message : `${message}\n${help}`;
      return `::${commands[severity]} ${properties}::${githubData(text)}\n`;
    })
    .join("");
}

function diagnosticLines(
  { severity, code, message, help, source }: Diagnostic,
  lineAt: (source: Source) => string | undefined,
  { width }: DiagnosticOptions,
  paint: Paint,
): readonly string[] {
  const place = source === null ? "" : `${paint("bold", placeWords(source))} `;
  const [first = "", ...more] = safeLines(message);
  const line = source === null ? undefined : lineAt(source);
  return [
    `${place}${paint(severityStyles[severity], severity)} ${paint("dim", safeText(code))}  ${first}`,
    ...more.map((text) => `  ${text}`),
    ...(source === null || line === undefined ? [] : caretLines(line, source, { width, paint })),
    ...(help === null
      ? []
      : safeLines(help).map((text, index) => `  ${index === 0 ? "help: " : "      "}${text}`)),
  ];
}

function placeWords({ file, line, column }: Source): string {
  return `${safeText(file)}:${line}:${column}`;
}

function githubData(text: string): string {
  return safeLines(text).join("\n").replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function githubProperty(text: string): string {
  return githubData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
