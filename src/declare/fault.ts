import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import type { LiveError } from "../model/live-error.js";
import { nearest } from "../model/nearest.js";
import { byText } from "../model/text.js";

/** Takes in what there is to tell. */
export type Report = (told: Diagnostic) => void;

export function error(
  code: string,
  source: Source | null,
  message: string,
  help: string | null = null,
): Diagnostic {
  return diagnostic({ code, severity: "error", message, help, source });
}

export function warning(
  code: string,
  source: Source | null,
  message: string,
  help: string | null = null,
): Diagnostic {
  return diagnostic({ code, severity: "warning", message, help, source });
}

export function note(
  code: string,
  source: Source | null,
  message: string,
  help: string | null = null,
): Diagnostic {
  return diagnostic({ code, severity: "info", message, help, source });
}

/** The known word that somebody most likely meant, as a sentence to add; nothing when none is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = nearest(word, known);
  return meant === null ? "" : ` Did you mean ${quoted(meant)}?`;
}

/** What somebody wrote, as a message quotes it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

/** By place, and each once: an alias shows the same fault wherever it is used. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const once = new Map(
    diagnostics.map((told) => [JSON.stringify([told.code, told.source, told.message]), told]),
  );
  return [...once.values()].sort(
    (a, b) =>
      byText(a.source?.file ?? "", b.source?.file ?? "") ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0),
  );
}

/** What went wrong with AWS, and what to do about it, to stand inside another help. */
export function wordsOf({ message, help }: LiveError): string {
  return help === null ? message : `${message} ${help}`;
}
