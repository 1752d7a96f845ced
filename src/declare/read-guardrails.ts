import type { BroadeningRule, Level, Setting } from "../model/guardrails.js";
import { boundedItems, boundedTexts } from "./bounded.js";
import { childOf, entriesOf, locatedText, textOf } from "./node.js";
import type { Node } from "./node.js";
import { readSelectors } from "./read-rules.js";
import type { Written } from "./written.js";

/** The guardrails as they are written, with the defaults for what is left out. */
export function readGuardrails(node: Node | undefined): Written["guardrails"] {
  const limit = childOf(node, "maxRemovals");
  const protect = childOf(node, "protect");
  const selfLockout = childOf(node, "selfLockout");
  const rules = childOf(node, "rules");
  const level = (name: BroadeningRule): Setting<Level> => levelOf(childOf(rules, name), "off");
  return {
    maxRemovals: {
      percent: numberOf(childOf(limit, "percent")) ?? { value: 25, source: null },
      floor: numberOf(childOf(limit, "floor")) ?? { value: 10, source: null },
      count: numberOf(childOf(limit, "count")),
    },
    protect: {
      users: boundedTexts(childOf(protect, "users")),
      groups: boundedTexts(childOf(protect, "groups")),
      permissionSets: boundedTexts(childOf(protect, "permissionSets")),
      accounts: boundedTexts(childOf(protect, "accounts")),
    },
    keepAccess: boundedItems(childOf(node, "keepAccess")).flatMap(readKeepAccess),
    selfLockout: {
      groups: boundedTexts(childOf(selfLockout, "groups")),
      permissionSets: boundedTexts(childOf(selfLockout, "permissionSets")),
      managementAccount: levelOf(childOf(selfLockout, "managementAccount"), "error"),
    },
    rules: {
      adminAccess: level("adminAccess"),
      wildcardActions: level("wildcardActions"),
      passRole: level("passRole"),
      privilegeEscalation: level("privilegeEscalation"),
      directUserAssignment: level("directUserAssignment"),
      adminSession: durationOf(childOf(rules, "adminSession")),
    },
  };
}

/** None for what the schema has refused. */
function readKeepAccess(node: Node): Written["guardrails"]["keepAccess"] {
  const permissionSet = locatedText(childOf(node, "permissionSet"));
  const atLeast = numberOf(childOf(node, "atLeast"));
  if (permissionSet === null || atLeast === null) return [];
  const source = entriesOf(node).get("atLeast")?.key ?? node.source;
  const accounts = readSelectors(childOf(node, "accounts"));
  return [{ permissionSet, accounts, atLeast: atLeast.value, source }];
}

function numberOf(node: Node | undefined): Setting<number> | null {
  return node?.kind === "scalar" && typeof node.value === "number"
    ? { value: node.value, source: node.source }
    : null;
}

const levels = ["off", "warn", "error"] as const satisfies readonly Level[];

/** A level that the schema has refused is read as the strictest: nothing shall be let through by a slip of the pen. */
function levelOf(node: Node | undefined, fallback: Level): Setting<Level> {
  if (node === undefined) return { value: fallback, source: null };
  return { value: levels.find((one) => one === textOf(node)) ?? "error", source: node.source };
}

function durationOf(node: Node | undefined): Setting<string> | null {
  const written = locatedText(node);
  return written === null || written.value === "off" ? null : written;
}
