import { Composer, CST, Lexer, Parser } from "yaml";
import type { Document, YAMLError } from "yaml";
import type { Diagnostic } from "../model/diagnostic.js";
import { digits } from "../model/plural.js";
import { error } from "./fault.js";
import { placesIn } from "./lines.js";
import type { Node } from "./node.js";
import { walk } from "./yaml-walk.js";

type Token = ReturnType<Parser["parse"]> extends Generator<infer T> ? T : never;

/** The deepest nesting that is read: far below what would exhaust the stack of the code that walks it. */
const deepest = 64;
/** The most words and signs in a file: the parser keeps up to 600 bytes of each, and 5 MB can be all signs. */
const mostWords = 500_000;
/** The longest single text, in UTF-16 units: three times the longest that AWS takes anywhere, which is a policy. */
const longestText = 100_000;

/**
 * Reads one YAML 1.2 document. The root is null where the document is empty, and where its syntax is too broken to
 * go on (then a diagnostic says so). `size` is what the root takes of a memory: the words and signs it was read from, and
 * the values that aliases stand for.
 */
export function parseYaml(
  file: string,
  text: string,
): { readonly root: Node | null; readonly size: number; readonly diagnostics: readonly Diagnostic[] } {
  const at = placesIn(file, text);
  const failed = (code: string, offset: number, message: string, help: string | null = null) => ({
    root: null,
    size: 0,
    diagnostics: [error(code, at(Math.min(offset, text.length)), message, help)],
  });

  const syntax = tokensOf(text);
  if ("code" in syntax) return failed(syntax.code, syntax.offset, syntax.message, syntax.help);
  const composed = compose(syntax.tokens, text.length);
  if ("fault" in composed)
    return failed("yaml-syntax", composed.fault.pos[0], sentence(composed.fault.message));
  const { document, second } = composed;
  if (second !== null)
    return failed("yaml-syntax", second, "A second document begins here; a file holds one.");
  if (document.contents === null) return { root: null, size: 0, diagnostics: [] };
  const { root, aliased, diagnostics } = walk(document.contents, at);
  return { root, size: root === null ? 0 : syntax.words + aliased, diagnostics };
}

type TooMuch = {
  readonly code: string;
  readonly offset: number;
  readonly message: string;
  readonly help: string | null;
};

/**
 * The concrete syntax, or where it is more than is read. Its parser keeps a stack of its own, while the composer that
 * comes after it recurses.
 */
function tokensOf(text: string): { readonly tokens: readonly Token[]; readonly words: number } | TooMuch {
  const parser = new Parser();
  const tokens: Token[] = [];
  const tooMuch = (code: string, message: string, help: string | null = null): TooMuch => {
    return { code, offset: parser.offset, message, help };
  };
  let words = 0;
  let before = "";
  for (const word of new Lexer().lex(text)) {
    words += 1;
    if (words > mostWords)
      return tooMuch(
        "too-large",
        `Up to here the file has ${digits(mostWords)} words and signs, the most there may be.`,
        "Split it into several files.",
      );
    // What the lexer announces as a text, or what begins with a quotation mark, is one.
    if (word.length > longestText && (before === CST.SCALAR || /^["']/.test(word)))
      return tooMuch(
        "too-long",
        `This text has ${digits(word.length)} characters; the limit is ${digits(longestText)}.`,
      );
    before = word;
    for (const token of parser.next(word)) tokens.push(token);
    if (parser.stack.length > deepest + 1)
      return tooMuch("nested-too-deep", `This is nested more than ${deepest} levels deep.`);
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, words };
}

/** The first document, and where a second one begins; or the first fault. */
function compose(
  tokens: readonly Token[],
  length: number,
): { readonly document: Document.Parsed; readonly second: number | null } | { readonly fault: YAMLError } {
  // Equal keys are found in the walk: the composer compares every pair of keys, and knows one place only.
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: "silent",
  });
  // One fault makes it stumble over what follows, and it would gather all of that: only the first tells something.
  const { errors, warnings } = composer.streamInfo();
  let first: YAMLError | undefined;
  const stop = (fault: YAMLError): never => {
    // It reports what is thrown in it once more, at each level that it passes.
    first ??= fault;
    throw first;
  };
  errors.push = stop;
  warnings.push = stop;
  try {
    const [document, second] = take(composer.compose(tokens, true, length), 2);
    if (document === undefined) throw new Error("the YAML composer gave no document");
    const [fault] = [...document.errors, ...document.warnings];
    return fault === undefined ? { document, second: second?.range[0] ?? null } : { fault };
  } catch (thrown) {
    if (first !== undefined) return { fault: first };
    throw thrown;
  }
}

function take<T>(values: Iterable<T>, count: number): readonly T[] {
  const taken: T[] = [];
  for (const value of values) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

/** The first line of what the library says, which may quote the file. */
function sentence(message: string): string {
  const [line = ""] = message.split("\n", 1);
  const first = line.length > 200 ? `${line.slice(0, 199)}…` : line;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
