import type { Source } from "../model/diagnostic.js";
import type { JsonObject, JsonValue } from "../model/policy-document.js";

/** A YAML value with its place: what readers walk, and what faults point into. */
export type Node = Scalar | List | Mapping;

type Scalar = {
  readonly kind: "scalar";
  readonly value: null | boolean | number | string;
  /** As it is written; differs from the value where YAML reads a number. */
  readonly text: string;
  readonly source: Source;
};
type List = {
  readonly kind: "list";
  readonly value: readonly JsonValue[];
  readonly items: readonly Node[];
  readonly source: Source;
};
type Mapping = {
  readonly kind: "mapping";
  readonly value: JsonObject;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly source: Source;
};
export type Entry = { readonly key: Source; readonly node: Node };

/** A value and where it is written. */
export type Located<T> = { readonly value: T; readonly source: Source };

// Readers of what the schema has already judged: a value of another type than asked for was reported there, and is
// passed over here, so that the rest of the file can still be checked.

export function entriesOf(node: Node | undefined): ReadonlyMap<string, Entry> {
  return node?.kind === "mapping" ? node.entries : noEntries;
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === "list" ? node.items : [];
}

export function childOf(node: Node | undefined, key: string): Node | undefined {
  return entriesOf(node).get(key)?.node;
}

export function textOf(node: Node | undefined): string | null {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : null;
}

export function locatedText(node: Node | undefined): Located<string> | null {
  const value = textOf(node);
  return node === undefined || value === null ? null : { value, source: node.source };
}

export function locatedTexts(node: Node | undefined): readonly Located<string>[] {
  return itemsOf(node).flatMap((item) => locatedText(item) ?? []);
}

const noEntries: ReadonlyMap<string, Entry> = new Map();

/** The node at the end of `path`, and the place of its key (of the item itself in a list). Stops at the last node there is. */
export function locate(root: Node, path: readonly (string | number)[]): { node: Node; key: Source } {
  let found = { node: root, key: root.source };
  for (const step of path) {
    const { node } = found;
    const entry = node.kind === "mapping" ? node.entries.get(String(step)) : undefined;
    const item = node.kind === "list" ? node.items[Number(step)] : undefined;
    if (entry !== undefined) found = { node: entry.node, key: entry.key };
    else if (item !== undefined) found = { node: item, key: item.source };
    else break;
  }
  return found;
}

/** The place that stands for an entry: its value where that is one word, otherwise its key. */
export function placeOf({ key, node }: Entry): Source {
  return node.kind === "scalar" ? node.source : key;
}
