import { boundedItems, boundedTexts } from "./bounded.js";
import { childOf, locatedText } from "./node.js";
import type { Node } from "./node.js";
import { readSelectors } from "./read-rules.js";
import type { Delegation } from "./written.js";

/** The delegations of a list of them; what has no pattern for files was reported, and delegates nothing. */
export function readDelegations(node: Node | undefined): readonly Delegation[] {
  return boundedItems(node).flatMap((item) => {
    const files = locatedText(childOf(item, "files"));
    if (files === null) return [];
    return [
      {
        source: item.source,
        files,
        users: boundedTexts(childOf(item, "users")),
        groups: boundedTexts(childOf(item, "groups")),
        permissionSets: boundedTexts(childOf(item, "permissionSets")),
        accounts: readSelectors(childOf(item, "accounts")),
      },
    ];
  });
}
