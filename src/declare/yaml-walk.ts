import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Alias, Node as YamlNode, Pair, YAMLMap } from "yaml";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import { error, quoted, shortened } from "./fault.js";
import { placeText } from "./lines.js";
import type { Entry, Node } from "./node.js";

/** How many values the aliases of a file together may stand for. Honest ones stand for some thousands. */
const mostAliased = 100_000;
/** How many characters they may have together: as many as a file without aliases can hold. */
const mostAliasedText = 5_000_000;

/** How much there is of something: its values, and the characters of their texts. */
type Size = { readonly values: number; readonly text: number };
type Anchored = { readonly node: Node; readonly size: Size } | "open";

/** What a walk through one document keeps in mind. */
type State = {
  readonly at: (offset: number) => Source;
  readonly anchors: Map<string, Anchored>;
  readonly diagnostics: Diagnostic[];
  /** What there is so far, with what aliases stand for. */
  size: Size;
  /** What aliases stand for. */
  aliased: Size;
  /** Whether nothing had to be left out. */
  isWhole: boolean;
};

/**
 * Turns the YAML library's nodes into ours: aliases followed, keys checked, every value with its place. The root is null
 * where something that stands elsewhere (an alias, a merge) cannot be put in its place. `aliased` is how many values
 * aliases stand for.
 */
export function walk(
  contents: YamlNode,
  at: (offset: number) => Source,
): { readonly root: Node | null; readonly aliased: number; readonly diagnostics: readonly Diagnostic[] } {
  const none: Size = { values: 0, text: 0 };
  const state: State = { at, anchors: new Map(), diagnostics: [], size: none, aliased: none, isWhole: true };
  const root = nodeOf(contents, state);
  return {
    root: state.isWhole ? root : null,
    aliased: state.aliased.values,
    diagnostics: state.diagnostics,
  };
}

function nodeOf(yaml: YamlNode, state: State): Node {
  if (isAlias(yaml)) return aliased(yaml, state);
  const anchor = isScalar(yaml) || isMap(yaml) || isSeq(yaml) ? yaml.anchor : undefined;
  if (anchor === undefined) return plain(yaml, state);
  state.anchors.set(anchor, "open");
  const before = state.size;
  const node = plain(yaml, state);
  state.anchors.set(anchor, { node, size: sum(state.size, before, -1) });
  return node;
}

function plain(yaml: YamlNode, state: State): Node {
  const source = state.at(offsetOf(yaml));
  state.size = sum(state.size, { values: 1, text: isScalar(yaml) ? (yaml.source?.length ?? 0) : 0 });
  if (isMap(yaml)) return mapping(yaml, source, state);
  if (isSeq(yaml)) {
    const items = yaml.items.map((item) => (isYamlNode(item) ? nodeOf(item, state) : nothing(source)));
    return { kind: "list", value: items.map((item) => item.value), items, source };
  }
  if (!isScalar(yaml)) return nothing(source);
  const value = simple(yaml.value);
  return { kind: "scalar", value, text: yaml.source ?? String(value), source };
}

/** What a scalar of the core schema is; anything else would be a tag's, and those are refused before. */
function simple(value: unknown): null | boolean | number | string {
  return typeof value === "boolean" || typeof value === "number" || typeof value === "string" ? value : null;
}

function mapping(yaml: YAMLMap, source: Source, state: State): Node {
  const entries = new Map<string, Entry>();
  for (const pair of yaml.items) {
    const key = keyOf(pair, source, state);
    if (key === null) continue;
    const node = isYamlNode(pair.value) ? nodeOf(pair.value, state) : nothing(key.source);
    const earlier = entries.get(key.name);
    if (earlier === undefined) entries.set(key.name, { key: key.source, node });
    else {
      const message = `The key ${quoted(key.name)} stands here a second time; the first is at ${placeText(earlier.key)}.`;
      report(state, "duplicate-key", key.source, message, "Keep one of the two.");
    }
  }
  // fromEntries makes own properties whatever the key: `__proto__` is a key like any other.
  const value = Object.fromEntries([...entries].map(([name, entry]) => [name, entry.node.value]));
  return { kind: "mapping", value, entries, source };
}

function keyOf(pair: Pair, parent: Source, state: State): { name: string; source: Source } | null {
  const node = isYamlNode(pair.key) ? nodeOf(pair.key, state) : nothing(parent);
  const { source } = node;
  if (node.kind !== "scalar" || typeof node.value !== "string") {
    const written = node.kind === "scalar" ? node.text : "";
    const shown = shortened(written);
    const what = written === "" ? "this" : `${shown} without quotes`;
    const help = written === "" ? null : `Write it in quotes: "${shown}".`;
    report(state, "key-not-text", source, `A key must be text, and ${what} is not.`, help);
    return { name: written, source };
  }
  if (node.value === "<<" && isScalar(pair.key) && pair.key.type === "PLAIN") {
    const help = "Write the values out, or use an alias for the whole value.";
    report(state, "merge-key", source, "Merge keys (<<) are not part of YAML 1.2.", help);
    state.isWhole = false;
    return null;
  }
  return { name: node.value, source };
}

function aliased(alias: Alias, state: State): Node {
  const source = state.at(offsetOf(alias));
  const refuse = (code: string, message: string, help: string | null = null): Node => {
    if (state.isWhole) report(state, code, source, message, help);
    state.isWhole = false;
    return nothing(source);
  };
  const target = state.anchors.get(alias.source);
  if (target === undefined)
    return refuse("unknown-alias", `There is no anchor &${shortened(alias.source)} before this alias.`);
  if (target === "open")
    return refuse("alias-cycle", `The alias *${shortened(alias.source)} stands inside what it refers to.`);
  state.size = sum(state.size, target.size);
  state.aliased = sum(state.aliased, target.size);
  const { values, text } = state.aliased;
  if (values <= mostAliased && text <= mostAliasedText) return target.node;
  const most = values > mostAliased ? `${mostAliased} values` : `${mostAliasedText} characters`;
  const message = `The aliases of this file stand for more than ${most}.`;
  return refuse("alias-expansion", message, "Write the values out, or split the file.");
}

function sum(left: Size, right: Size, sign: 1 | -1 = 1): Size {
  return { values: left.values + sign * right.values, text: left.text + sign * right.text };
}

function report(state: State, ...[code, source, message, help]: Parameters<typeof error>): void {
  state.diagnostics.push(error(code, source, message, help));
}

function nothing(source: Source): Node {
  return { kind: "scalar", value: null, text: "", source };
}

function isYamlNode(value: unknown): value is YamlNode {
  return isAlias(value) || isScalar(value) || isMap(value) || isSeq(value);
}

function offsetOf(yaml: YamlNode): number {
  return yaml.range?.[0] ?? 0;
}
