import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";

/** Takes in what there is to tell. */
export type Report = (told: Diagnostic) => void;

export function error(code: string, source: Source, message: string, help: string | null = null): Diagnostic {
  return diagnostic({ code, severity: "error", message, help, source });
}

export function warning(
  code: string,
  source: Source,
  message: string,
  help: string | null = null,
): Diagnostic {
  return diagnostic({ code, severity: "warning", message, help, source });
}

export function note(code: string, source: Source, message: string, help: string | null = null): Diagnostic {
  return diagnostic({ code, severity: "info", message, help, source });
}

/** What somebody wrote, as a message quotes it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

export function didYouMean(meant: string | null): string {
  return meant === null ? "" : ` Did you mean ${quoted(meant)}?`;
}
