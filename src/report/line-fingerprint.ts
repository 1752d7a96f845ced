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

/** The fingerprints of `lines`, the only ones that are going to be asked for: a file may have millions. */
export function lineFingerprints(text: string, lines: Iterable<number>): LineFingerprints {
  const signs = text.replace(/\r\n?/g, "\n").replace(/[ \t]/g, "") + end;
  const starts: number[] = [];
  for (let start = 0; start < signs.length; start = nextLine(signs, start)) starts.push(start);
  const indexOf = (line: number) => Math.min(line, starts.length) - 1;
  const excerptAt = (index: number) => signs.slice(starts[index], (starts[index] ?? 0) + span);
  const wanted = new Set(Array.from(lines, indexOf));
  const met = new Map(Array.from(wanted, (index) => [excerptAt(index), 0]));
  const fingerprints = new Map<number, string>();
  for (const index of starts.keys()) {
    const excerpt = excerptAt(index);
    const before = met.get(excerpt);
    if (before === undefined) continue;
    met.set(excerpt, before + 1);
    if (wanted.has(index)) fingerprints.set(index, `${hashOf(excerpt)}:${before + 1}`);
  }
  return { of: (line) => fingerprints.get(indexOf(line)) ?? `${hashOf(end)}:1` };
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
