import { Composer, Lexer, Parser } from "yaml";
import type { Document } from "yaml";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { placesIn } from "./lines.js";
import type { Node } from "./node.js";
import { walk } from "./yaml-walk.js";

type Token = ReturnType<Parser["parse"]> extends Generator<infer T> ? T : never;

/** The deepest nesting that is read: far below what would exhaust the stack of the code that walks it. */
const deepest = 64;

/**
 * Reads one YAML 1.2 document. The root is null where the document is empty, and where its syntax is too broken to
 * go on (then a diagnostic says so).
 */
export function parseYaml(
  file: string,
  text: string,
): { readonly root: Node | null; readonly diagnostics: readonly Diagnostic[] } {
  const at = placesIn(file, text);
  const failed = (code: string, offset: number, message: string) => ({
    root: null,
    diagnostics: [
      diagnostic({ code, severity: "error", message, source: at(Math.min(offset, text.length)) }),
    ],
  });

  const syntax = tokensOf(text);
  if ("tooDeep" in syntax)
    return failed("nested-too-deep", syntax.tooDeep, `This is nested more than ${deepest} levels deep.`);
  const { document, second } = compose(syntax.tokens, text.length);
  // One fault in the syntax makes the parser stumble over what follows: only the first tells something.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) return failed("yaml-syntax", fault.pos[0], sentence(fault.message));
  if (second !== null)
    return failed("yaml-syntax", second, "A second document begins here; a file holds one.");
  return document.contents === null ? { root: null, diagnostics: [] } : walk(document.contents, at);
}

/** The concrete syntax. Its parser keeps a stack of its own, while the composer that comes after it recurses. */
function tokensOf(text: string): { tokens: readonly Token[] } | { tooDeep: number } {
  const parser = new Parser();
  const tokens: Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > deepest + 1) return { tooDeep: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** The first document, and where a second one begins. */
function compose(
  tokens: readonly Token[],
  length: number,
): { document: Document.Parsed; second: number | null } {
  // Equal keys are found in the walk: the composer compares every pair of keys, and knows one place only.
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: "silent",
  });
  const [document, second] = take(composer.compose(tokens, true, length), 2);
  if (document === undefined) throw new Error("the YAML composer gave no document");
  return { document, second: second?.range[0] ?? null };
}

function take<T>(values: Iterable<T>, count: number): readonly T[] {
  const taken: T[] = [];
  for (const value of values) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

function sentence(message: string): string {
  const first = message.split("\n", 1)[0] ?? message;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
