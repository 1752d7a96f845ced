import { distance } from "fastest-levenshtein";
import { foldCase } from "./json.js";

/** The known word that somebody who wrote `word` most likely meant; null when none is near. */
export function suggestion(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.floor(word.length / 3) + 1;
  for (const candidate of known) {
    const steps = distance(foldCase(word), foldCase(candidate));
    if (steps < least) {
      best = candidate;
      least = steps;
    }
  }
  return best;
}
