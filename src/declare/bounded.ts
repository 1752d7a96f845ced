import { itemsOf, locatedText } from "./node.js";
import type { Located, Node } from "./node.js";

// Every name is held against every one of these lists' items, so that a long list is minutes of work. What the schema
// allows is what is read: of more it has told, and files that are not sound are looked through for other faults.
const mostListed = 1000;

/** The items of a list of the settings, as many as it may have. */
export function boundedItems(node: Node | undefined): readonly Node[] {
  return itemsOf(node).slice(0, mostListed);
}

/** The texts of a list of the settings, as many as it may have. */
export function boundedTexts(node: Node | undefined): readonly Located<string>[] {
  return boundedItems(node).flatMap((item) => locatedText(item) ?? []);
}
