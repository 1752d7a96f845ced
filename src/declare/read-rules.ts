import { readExpiry } from "./expiry.js";
import { childOf, entriesOf, itemsOf, locatedTexts, textOf } from "./node.js";
import type { Node } from "./node.js";
import type { Rule, Selector } from "./written.js";

export function readRule(node: Node): Rule {
  return {
    source: node.source,
    groups: locatedTexts(childOf(node, "groups")),
    users: locatedTexts(childOf(node, "users")),
    permissionSets: locatedTexts(childOf(node, "permissionSets")),
    accounts: readSelectors(childOf(node, "accounts")),
    except: readSelectors(childOf(node, "except")),
    expires: readExpiry(childOf(node, "expires")),
    reason: textOf(childOf(node, "reason")),
  };
}

export function readSelectors(node: Node | undefined): readonly Selector[] {
  return itemsOf(node).flatMap(readSelector);
}

/** One selector; none for what is not supported yet, and for what the schema has refused. */
function readSelector(node: Node): readonly Selector[] {
  const { source } = node;
  const text = textOf(node);
  if (text !== null) {
    const exact = { source, optional: false };
    return [
      /^[0-9]{12}$/.test(text) ? { ...exact, kind: "id", id: text } : { ...exact, kind: "name", name: text },
    ];
  }
  const written = childOf(node, "optional");
  const wide = { source, optional: written?.kind === "scalar" && written.value === true };
  const glob = textOf(childOf(node, "name"));
  const ou = textOf(childOf(node, "ou"));
  const tags = childOf(node, "tags");
  if (glob !== null) return [{ ...wide, kind: "glob", glob }];
  if (ou !== null) return [{ ...wide, kind: "ou", ou }];
  if (tags !== undefined) return [{ ...wide, kind: "tags", tags: textsOf(tags) }];
  return childOf(node, "all") === undefined ? [] : [{ ...wide, kind: "all" }];
}

/** A mapping of texts; an own property for every key, whatever its name. */
export function textsOf(node: Node | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...entriesOf(node)].flatMap(([key, entry]) => {
      const text = textOf(entry.node);
      return text === null ? [] : [[key, text]];
    }),
  );
}
