import { safeText } from "../untrusted.js";

/**
 * Untrusted text in GitHub's markdown. A backslash or an entity is not enough there: GitHub looks for mentions,
 * references, addresses and emoji in the page it has already rendered, where `&#64;team` has become `@team`. What it
 * leaves alone in all of these searches is code. So a word of letters, digits and plain punctuation stands as it is, and
 * every other word becomes a code span: a hostile name is shown for what it is and does nothing, and paths, addresses
 * and ARNs look as if a careful hand had written them.
 *
 * A `|` would end a table's cell even inside code, and an escaped one is read in several ways: it is shown as its code,
 * as `safeText` shows control characters.
 */
export function text(untrusted: string): string {
  return safeText(untrusted)
    .split(/( +)/)
    .map((part, index) => (index % 2 === 1 ? spaces(part) : wordOf(part)))
    .join("");
}

/** The whole text as one code span; an empty one, which markdown cannot show, as a pair of quotation marks. */
export function code(untrusted: string): string {
  return untrusted === "" ? '""' : codeSpan(safeText(untrusted));
}

/** Lines as a block of code that nothing in them can end. */
export function fence(lines: readonly string[], language: string): string {
  const body = lines.map(safeText).join("\n");
  const mark = "`".repeat(Math.max(3, longestRun(body) + 1));
  return `${mark}${language}\n${body}\n${mark}`;
}

/** A link whose words are our own; an address holds no sign that could end it. */
export function link(words: string, url: string): string {
  const safe = safeText(url).replace(/[^\w.~:/?#@!$&*+,;=%-]/g, (sign) => encodeURIComponent(sign));
  return `[${words}](<${safe}>)`;
}

/** No more than `most` signs of a text; where it is cut, `…` says so. */
export function cut(untrusted: string, most: number): string {
  if (untrusted.length <= most) return untrusted;
  const signs = Array.from(untrusted.slice(0, most + 1));
  return `${signs.slice(0, Math.max(0, most - 1)).join("")}…`;
}

/** One space stays one; of more, which would be shown as one, none is lost. */
function spaces(run: string): string {
  return run.length === 1 ? run : `${"&#160;".repeat(run.length - 1)} `;
}

/** Punctuation around a word that means nothing to markdown there stays outside its code span. */
function wordOf(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && `"'(`.includes(word.charAt(start))) start += 1;
  while (end > start && `.,;:!?"')`.includes(word.charAt(end - 1))) end -= 1;
  const core = word.slice(start, end);
  const closing = word.slice(end);
  if (core === "") return /^["']*$/.test(word) ? word : codeSpan(word);
  // At the start of a line, a number with a full stop or a bracket would begin a list.
  const begins = /^\d+$/.test(core) && /^[.)]/.test(closing);
  return `${word.slice(0, start)}${isPlain(core) && !begins ? core : codeSpan(core)}${closing}`;
}

function isPlain(core: string): boolean {
  return /^[\dA-Za-z\u0080-\u{10ffff}][\dA-Za-z\u0080-\u{10ffff}',.-]*$/u.test(core) && !draws.test(core);
}

/** What GitHub makes a link of without any sign: addresses, `GH-12`, and what may be a commit. */
const draws = /www\.|GH-\d|(?<![\p{L}\p{N}])[\da-f]{7,}(?![\p{L}\p{N}])/iu;

function codeSpan(safe: string): string {
  const shown = safe.replaceAll("|", "\\u{7c}");
  const run = longestRun(shown);
  const mark = "`".repeat(run + 1);
  const space = run > 0 || /^ .*[^ ].* $/s.test(shown) ? " " : "";
  return `${mark}${space}${shown}${space}${mark}`;
}

function longestRun(shown: string): number {
  return (shown.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
