import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import type { LiveError } from "../model/live-error.js";
import { nearest } from "../model/nearest.js";
import { digits } from "../model/plural.js";

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

/** The same where there may be thousands of known words: comparing with each is slow, and files that are so wrong have one cause. */
export function suggester(): (word: string, known: () => Iterable<string>) => string {
  let left = 100;
  return (word, known) => {
    left -= 1;
    return left < 0 ? "" : didYouMean(word, known());
  };
}

/** What somebody wrote, as a message quotes it. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** A list as a message holds it: of a long one the beginning, and how many more there are. */
export function fewOf(items: readonly string[]): string {
  const more = items.length - 10;
  return more > 1 ? `${items.slice(0, 10).join(", ")} and ${digits(more)} more` : items.join(", ");
}

/** What somebody wrote, as it fits into a message: nothing that comes from a file makes one longer than a few lines. */
export function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** What went wrong with AWS, and what to do about it, to stand inside another help. */
export function wordsOf({ message, help }: LiveError): string {
  return help === null ? message : `${message} ${help}`;
}
