/**
 * Fingerprints by which GitHub's code scanning knows an alert again, as its own upload action makes them where a file
 * brings none: over a line and what follows, white space left out, so that what comes before may move it. With others
 * every upload would be told to be inconsistent.
 */
export type LineFingerprints = {
  /** Of a line, counted from 1. Lines with the same text after them are told apart by a count behind the colon. */
  of(line: number): string;
};

/** How many characters, from the line's first, go into its fingerprint. */
const span = 100;
const base = 37n;
/** Stands for the end of the file. */
const end = "\uffff";

export function lineFingerprints(text: string): LineFingerprints {
  const signs = text.replace(/\r\n?/g, "\n").replace(/[ \t]/g, "") + end;
  const excerpts: string[] = [];
  for (let start = 0; start < signs.length; start = nextLine(signs, start))
    excerpts.push(signs.slice(start, start + span));
  const met = new Map<string, number>();
  const counts = excerpts.map((excerpt) => {
    const count = (met.get(excerpt) ?? 0) + 1;
    met.set(excerpt, count);
    return count;
  });
  return {
    of: (line) => {
      const index = Math.min(line, excerpts.length) - 1;
      return `${hashOf(excerpts[index] ?? end)}:${counts[index] ?? 1}`;
    },
  };
}

function nextLine(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at === -1 ? text.length : at + 1;
}

/** The digits of a number to the base 37, cut to 64 bits; what the excerpt lacks in length is zeros. */
function hashOf(excerpt: string): string {
  let hash = 0n;
  for (let index = 0; index < span; index += 1) {
    const digit = index < excerpt.length ? excerpt.charCodeAt(index) : 0;
    hash = BigInt.asUintN(64, hash * base + BigInt(digit));
  }
  return hash.toString(16);
}
