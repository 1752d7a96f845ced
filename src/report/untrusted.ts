/**
 * Names and texts come from files that anybody may propose and from AWS. Printed as they are, an escape sequence could
 * repaint the terminal, a line break could forge a line of a plan, and a bidirectional override could make one name look
 * like another. So every control, format and separator character is shown as its code instead.
 */
const treacherous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One line of text that shows what it holds and does nothing else. */
export function safeText(text: string): string {
  return text.replace(treacherous, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A value as JSON that a terminal may show: what JSON itself leaves as it is and a terminal acts on is escaped. */
export function safeJson(value: unknown): string {
  return `${escaped(JSON.stringify(value, null, 2))}\n`;
}

/** The same on one line, as in a file with a value a line. */
export function safeJsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`;
}

function escaped(json: string): string {
  const codes = (sign: string): string =>
    sign.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return json.replace(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu, codes);
}

/** Like `safeText`, but line breaks stay: for messages of several lines. */
export function safeLines(text: string): string[] {
  return text.split(/\r?\n/).map(safeText);
}

const plainName = /^[\p{L}\p{M}\p{N}_.@+=*#~-]+$/u;

/** A name as it stands in a sentence: bare when it is one word, quoted when it could be taken for part of the sentence. */
export function shownName(name: string): string {
  return plainName.test(name) ? name : quoted(name);
}

const plainPhrase = /^[\p{L}\p{M}\p{N}_.@+=*#~'’()-]+(?: [\p{L}\p{M}\p{N}_.@+=*#~'’()-]+)*$/u;

/** The same for what may be several words, such as a person's name: quoted when a comma in it could pass for the sentence's. */
export function shownPhrase(text: string): string {
  return plainPhrase.test(text) ? text : quoted(text);
}

/** Any value of a field: strings quoted, the rest as compact JSON; `null` and `undefined` as `nothing`. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return typeof value === "string" ? quoted(value) : safeText(JSON.stringify(value));
}

function quoted(text: string): string {
  return `"${safeText(text.replace(/["\\]/g, "\\$&"))}"`;
}
