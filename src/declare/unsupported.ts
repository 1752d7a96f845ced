import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { childOf, entriesOf, itemsOf } from "./node.js";
import type { Node } from "./node.js";

/** Reports every key whose meaning is described and not built yet: ignoring one could grant what it would have limited. */
export function reportUnsupported(root: Node, report: Report): void {
  const refuse = (node: Node | undefined, ...keys: readonly string[]) => {
    for (const key of keys) {
      const entry = entriesOf(node).get(key);
      if (entry === undefined) continue;
      const message = `"${key}" is not supported yet.`;
      report(
        error(
          "not-supported-yet",
          entry.key,
          message,
          "Take it out: until it is supported it is refused, never ignored.",
        ),
      );
    }
  };
  const refuseInRules = (rules: Node | undefined) => {
    for (const rule of itemsOf(rules))
      for (const list of ["accounts", "except"])
        for (const selector of itemsOf(childOf(rule, list))) refuse(selector, "set");
  };

  refuse(root, "accountSets", "defaults");
  refuseInRules(childOf(childOf(root, "guardrails"), "keepAccess"));
  refuse(childOf(root, "identityCenter"), "attributesForAccessControl");
  for (const { node } of entriesOf(childOf(root, "groups")).values()) {
    refuse(node, "previously");
    for (const member of itemsOf(childOf(node, "members"))) refuse(member, "group");
  }
  for (const { node } of entriesOf(childOf(root, "permissionSets")).values()) refuse(node, "previously");
  refuseInRules(childOf(root, "delegations"));
  refuseInRules(childOf(root, "assignments"));
  refuseInRules(childOf(childOf(root, "removed"), "assignments"));
}
