import { childOf, itemsOf, locatedText, locatedTexts } from "./node.js";
import type { Node } from "./node.js";
import { readSelectors } from "./read-rules.js";
import type { Delegation } from "./written.js";

/** The delegations of a list of them; what has no pattern for files was reported, and delegates nothing. */
export function readDelegations(node: Node | undefined): readonly Delegation[] {
  return itemsOf(node).flatMap((item) => {
    const files = locatedText(childOf(item, "files"));
    if (files === null) return [];
    return [
      {
        source: item.source,
        files,
        users: locatedTexts(childOf(item, "users")),
        groups: locatedTexts(childOf(item, "groups")),
        permissionSets: locatedTexts(childOf(item, "permissionSets")),
        accounts: readSelectors(childOf(item, "accounts")),
      },
    ];
  });
}
