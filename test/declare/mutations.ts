import fc from "fast-check";
import { isMap, isNode, isPair, isSeq, Pair, parseDocument, visit } from "yaml";
import type { Document, YAMLMap, YAMLSeq } from "yaml";
import type { Files } from "./good-files.js";
import { oddBytes, oddKeys, oddSigns, oddValues, oddWords } from "./odd.js";

/** One way of spoiling a file: where (as a number that is brought into range), and with which of what there is to choose from. */
type Change = {
  readonly level: keyof typeof levels;
  readonly at: number;
  readonly pick: number;
  readonly length: number;
};

/** Good files of which one or two are spoilt, in up to three ways: of bytes, lines, words and values. */
export function spoilt(goodFiles: readonly Files[]): fc.Arbitrary<Readonly<Record<string, Uint8Array>>> {
  const change: fc.Arbitrary<Change> = fc.record({
    level: fc.constantFrom(...(Object.keys(levels) as (keyof typeof levels)[])),
    at: fc.nat(),
    pick: fc.nat(),
    length: fc.nat({ max: 30 }),
  });
  const changes = (minLength: number) => fc.array(change, { minLength, maxLength: 3 });
  return fc
    .record({ files: fc.constantFrom(...goodFiles), which: fc.nat(), first: changes(1), second: changes(0) })
    .map(({ files, which, first, second }) => {
      const names = Object.keys(files);
      const spoil = new Map([
        [names[(which + 1) % names.length], second],
        [names[which % names.length], first],
      ]);
      return Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          name,
          (spoil.get(name) ?? []).reduce<Uint8Array>(
            (bytes, { level, ...how }) => levels[level](bytes, how, files),
            encoder.encode(text),
          ),
        ]),
      );
    });
}

const encoder = new TextEncoder();

type How = Omit<Change, "level">;
type Level = (bytes: Uint8Array, how: How, files: Files) => Uint8Array;

const levels = {
  bytes: (bytes, { at, pick, length }) => {
    const start = at % (bytes.length + 1);
    const instead = oddBytes[pick % oddBytes.length] ?? [];
    return Buffer.concat([
      bytes.subarray(0, start),
      Uint8Array.from(instead),
      bytes.subarray(start + (length % 4)),
    ]);
  },
  encoding: (bytes, { pick }) => {
    const text = textOf(bytes);
    return (
      [
        Buffer.from(text, "utf16le"),
        Buffer.from(`\ufeff${text}`, "utf16le"),
        Buffer.from(`\ufeff\ufeff${text}`),
        Buffer.from(text, "latin1"),
        Buffer.from(text.normalize("NFD")),
        Buffer.from(text.replaceAll("\n", ["\r\n", "\r", "\u0085", "\u2028", "\u2029"][pick % 5] ?? "")),
      ][pick % 6] ?? bytes
    );
  },
  lines: onText((text, { at, pick, length }) => {
    const lines = text.split("\n");
    const index = at % lines.length;
    const line = lines[index] ?? "";
    const instead = [
      [],
      [line, line],
      Array.from({ length }, () => line),
      [` ${line}`],
      [`\t${line}`],
      [line.trimStart()],
      [`${line}${lines[index + 1] ?? ""}`],
      [line.slice(0, length)],
      [lines[pick % lines.length] ?? "", line],
    ];
    return lines.toSpliced(index, 1, ...(instead[pick % instead.length] ?? [])).join("\n");
  }),
  words: onText((text, { at, pick }) => {
    const words = text.match(/\s+|[\p{L}\p{N}_.@-]+|[^]/gu) ?? [];
    const index = at % (words.length + 1);
    const instead = [
      ...oddWords,
      words[pick % (words.length || 1)] ?? "",
      disguised(words[index] ?? "", pick),
    ];
    return words.toSpliced(index, pick % 3 === 0 ? 0 : 1, instead[pick % instead.length] ?? "").join("");
  }),
  signs: onText((text, { at, pick }) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + (oddSigns[pick % oddSigns.length] ?? "") + text.slice(start + (pick % 2));
  }),
  values: onText((text, how) => onDocument(text, (document) => spoilValue(document, how))),
  keys: onText((text, how) => onDocument(text, (document) => spoilKey(document, how))),
  splice: (bytes, { at, pick, length }, files) => {
    const others = Object.values(files);
    const lines = (others[pick % others.length] ?? "").split("\n");
    const start = at % lines.length;
    const own = textOf(bytes).split("\n");
    return encoder.encode(
      [...own.slice(0, pick % (own.length + 1)), ...lines.slice(start, start + length)].join("\n"),
    );
  },
} as const satisfies Readonly<Record<string, Level>>;

function onText(change: (text: string, how: How) => string): Level {
  return (bytes, how) => encoder.encode(change(textOf(bytes), how));
}

function onDocument(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  if (document.errors.length > 0) return text;
  change(document);
  return document.toString({ verifyAliasOrder: false });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The word with one of its letters in another alphabet, or all its digits at full width. */
function disguised(word: string, pick: number): string {
  if (pick % 2 === 0) return word.replace(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  return word.replace(/[aceopxy]/, (letter) => "асеорху"["aceopxy".indexOf(letter)] ?? letter);
}

/** Puts something else in a value's place, or repeats, removes or doubles it. */
function spoilValue(document: Document, { at, pick, length }: How): void {
  const places: (Pair | YAMLSeq)[] = [];
  visit(document, {
    Pair: (_, pair) => void places.push(pair),
    Seq: (_, list) => void places.push(list),
  });
  const place = places[at % (places.length || 1)];
  const instead = oddValues[pick % oddValues.length];
  if (isPair(place)) {
    const parent = parentOf(document, place);
    if (pick % 5 === 0) parent?.items.push(place);
    else if (pick % 5 === 1) parent?.items.splice(parent.items.indexOf(place), 1);
    else if (pick % 5 === 2 && isNode(place.value)) place.value = document.createNode([place.value.toJSON()]);
    else place.value = document.createNode(instead);
  } else if (isSeq(place)) {
    const item = place.items[pick % (place.items.length || 1)];
    if (pick % 3 === 0) for (let count = 0; count < length; count += 1) place.items.push(item);
    else place.items[pick % (place.items.length || 1)] = document.createNode(instead);
  }
}

/** Puts a key of any type in another's place, or beside it with the same value. */
function spoilKey(document: Document, { at, pick }: How): void {
  const pairs: Pair[] = [];
  visit(document, { Pair: (_, pair) => void pairs.push(pair) });
  const pair = pairs[at % (pairs.length || 1)];
  if (pair === undefined) return;
  const key = document.createNode(oddKeys[pick % oddKeys.length]);
  if (pick % 3 === 0) parentOf(document, pair)?.items.push(new Pair(key, pair.value));
  else pair.key = key;
}

function parentOf(document: Document, pair: Pair): YAMLMap | undefined {
  let parent: YAMLMap | undefined;
  visit(document, {
    Map(_, map) {
      if (map.items.includes(pair)) parent = map;
    },
  });
  return isMap(parent) ? parent : undefined;
}
