import type { Ownership, Settings } from "../model/declared.js";
import { boundedItems, boundedTexts } from "./bounded.js";
import { childOf, textOf } from "./node.js";
import type { Node } from "./node.js";

/** The settings that `identityCenter` holds, with the defaults for what it leaves out. */
export function readSettings(node: Node | undefined): Settings {
  const identitySource = oneOf(textOf(childOf(node, "identitySource")), identitySources);
  const manage = childOf(node, "manage");
  const ignore = childOf(node, "ignore");
  const limits = childOf(node, "limits");
  const owned = (kind: string): Ownership => {
    const written = childOf(manage, kind);
    // What is misspelt was reported; "declared" makes the least follow from it.
    return written === undefined ? "all" : (ownerships.find((one) => one === textOf(written)) ?? "declared");
  };
  // People who are kept elsewhere are changed there: the next synchronisation would undo what is written here.
  const ownedPeople = (kind: string) => (identitySource === "identity-center" ? owned(kind) : "none");
  return {
    region: textOf(childOf(node, "region")),
    instanceArn: textOf(childOf(node, "instanceArn")),
    identitySource,
    onUserRemoval: oneOf(textOf(childOf(node, "onUserRemoval")), userRemovals),
    manage: {
      users: ownedPeople("users"),
      groups: ownedPeople("groups"),
      permissionSets: owned("permissionSets"),
      assignments: owned("assignments"),
    },
    ignore: {
      users: globs(childOf(ignore, "users"), []),
      groups: globs(childOf(ignore, "groups"), madeByAws),
      permissionSets: globs(childOf(ignore, "permissionSets"), madeByAws),
      accounts: globs(childOf(ignore, "accounts"), []),
      assignments: boundedItems(childOf(ignore, "assignments")).flatMap(ignoredAssignments),
    },
    scim: scimOf(childOf(node, "scim")),
    limits: {
      requestsPerSecond: positive(childOf(limits, "requestsPerSecond")),
      operationsInFlight: positive(childOf(limits, "operationsInFlight")),
    },
  };
}

// The first of each list is the default.
const identitySources = ["identity-center", "external", "active-directory"] as const;
const userRemovals = ["disable", "delete"] as const;
const ownerships = ["all", "declared", "none"] as const;

/** Control Tower and others make groups and permission sets of these names. */
const madeByAws = ["AWS*"];

function oneOf<const T extends string>(value: string | null, choices: readonly [T, ...T[]]): T {
  return choices.find((choice) => choice === value) ?? choices[0];
}

function globs(node: Node | undefined, fallback: readonly string[]): readonly string[] {
  return node === undefined ? fallback : boundedTexts(node).map(({ value }) => value);
}

function ignoredAssignments(node: Node) {
  const principal = textOf(childOf(node, "principal"));
  const permissionSet = textOf(childOf(node, "permissionSet"));
  const account = textOf(childOf(node, "account"));
  if (principal === null || permissionSet === null || account === null) return [];
  return [{ principal, permissionSet, account }];
}

function scimOf(node: Node | undefined): Settings["scim"] {
  const endpoint = textOf(childOf(node, "endpoint"));
  const tokenEnv = textOf(childOf(node, "tokenEnv"));
  return endpoint === null || tokenEnv === null ? null : { endpoint, tokenEnv };
}

function positive(node: Node | undefined): number | null {
  return node?.kind === "scalar" && typeof node.value === "number" && node.value > 0 ? node.value : null;
}
