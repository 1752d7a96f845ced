import { diagnostic, type Diagnostic, type Severity } from "../model/diagnostic.js";
import { count } from "../model/plural.js";
import { diagnosticsGithub } from "../report/diagnostics.js";

/** How many of each kind GitHub shows for one step. */
const shown = 10;
const kinds = [
  ["error", "error"],
  ["warning", "warning"],
  ["info", "notice"],
] as const satisfies readonly (readonly [Severity, string])[];

/** Diagnostics as workflow commands, errors first. Past `most` of a kind, the last of them counts the rest. */
export function annotations(diagnostics: readonly Diagnostic[], { most = shown } = {}): string {
  const told = kinds.flatMap(([severity, word]) => {
    const all = diagnostics.filter((one) => one.severity === severity);
    if (all.length <= most) return all;
    const rest = diagnostic({
      code: "more",
      severity,
      message: `${count(all.length - most + 1, `more ${word}`)}, which GitHub does not show here.`,
    });
    return [...all.slice(0, most - 1), rest];
  });
  return diagnosticsGithub(told);
}
