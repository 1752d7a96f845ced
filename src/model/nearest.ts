import { distance } from "fastest-levenshtein";

/**
 * The known word that somebody who wrote `word` most likely meant; null when none is near, or the word is too long for
 * anybody to have meant one. Two letters may differ (or be swapped) in a short word, two in five in a long one.
 */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > 256) return null;
  const folded = word.toLowerCase();
  let least = (word.length < 4 ? 1 : Math.max(2, Math.floor(word.length * 0.4))) + 1;
  let best: string | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const steps = distance(folded, candidate.toLowerCase());
    if (steps < least) {
      best = candidate;
      least = steps;
    }
  }
  return best;
}
