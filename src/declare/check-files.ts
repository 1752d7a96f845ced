import type { Settings } from "../model/declared.js";
import { error, quoted, warning } from "./fault.js";
import type { Report } from "./fault.js";
import { childOf, entriesOf, itemsOf, placeOf, textOf } from "./node.js";
import type { Node } from "./node.js";
import type { SourceTree } from "./source-tree.js";
import type { Written } from "./written.js";

const settingsKeys = ["identityCenter", "guardrails", "delegations"];

/** The one file that may hold settings. */
export function settingsPathOf({ folder }: Pick<SourceTree, "folder">): string {
  return folder === "." ? "settings.yaml" : `${folder}/settings.yaml`;
}

/** Reports settings outside settings.yaml: one owner of that file guards them all. */
export function reportMisplaced(
  root: Node,
  isSettingsFile: boolean,
  settingsPath: string,
  report: Report,
): void {
  if (isSettingsFile) return;
  for (const key of settingsKeys) {
    const entry = entriesOf(root).get(key);
    if (entry === undefined) continue;
    report(
      error("misplaced-key", entry.key, `"${key}" may stand only in ${settingsPath}.`, "Move it there."),
    );
  }
}

/** Reports what a file declares of a kind that this repository does not manage. */
export function reportUnmanaged(root: Node, settings: Settings, report: Report): void {
  const isElsewhere = settings.identitySource !== "identity-center";
  for (const kind of ["users", "groups", "permissionSets", "assignments"] as const) {
    const entry = entriesOf(root).get(kind);
    if (entry === undefined || settings.manage[kind] !== "none" || isEmpty(entry.node)) continue;
    // That somebody leaves can be said of anybody, wherever they are kept.
    if (isElsewhere && kind === "users" && areLeavers(entry.node)) continue;
    if (isElsewhere && (kind === "users" || kind === "groups")) {
      const message = `The identity source is ${settings.identitySource}: ${kind} are kept there and cannot be declared here.`;
      report(
        error(
          "managed-elsewhere",
          entry.key,
          message,
          kind === "users"
            ? "Take them out: assignments may name them all the same. Only `status: disabled`, by itself, may be said of a user."
            : "Take them out: assignments may name them all the same.",
        ),
      );
    } else {
      const message = `${kind} are declared here and managed as "none", so this has no effect.`;
      report(
        warning("not-managed", entry.key, message, `Change identityCenter.manage.${kind}, or take this out.`),
      );
    }
  }
}

/** Whether each user has `status: disabled` and nothing else. */
function areLeavers(users: Node): boolean {
  return [...entriesOf(users).values()].every(
    ({ node }) => entriesOf(node).size === 1 && textOf(childOf(node, "status")) === "disabled",
  );
}

/** Reports settings of how people are managed that say otherwise than what holds where they are kept elsewhere. */
export function reportIneffective(root: Node, settings: Settings, report: Report): void {
  const { identitySource } = settings;
  if (identitySource === "identity-center") return;
  const center = childOf(root, "identityCenter");
  const manage = childOf(center, "manage");
  const written = [
    ["manage.users", entriesOf(manage).get("users")],
    ["manage.groups", entriesOf(manage).get("groups")],
    ["onUserRemoval", entriesOf(center).get("onUserRemoval")],
  ] as const;
  for (const [name, entry] of written) {
    const value = textOf(entry?.node) ?? "";
    if (entry === undefined || !["all", "declared", "delete"].includes(value)) continue;
    const message = `identityCenter.${name}: ${value} has no effect: the identity source is ${identitySource}, so users and groups are kept there and never changed from here.`;
    const help = "Take it out, or correct identityCenter.identitySource.";
    report(warning("setting-without-effect", placeOf(entry), message, help));
  }
}

function isEmpty(node: Node): boolean {
  return entriesOf(node).size === 0 && itemsOf(node).length === 0;
}

/** Reports an e-mail address on a second user: the identity store takes each once. */
export function reportSharedEmails(users: Written["users"], report: Report): void {
  const holders = new Map<string, string>();
  for (const [name, { value, source, fields }] of users) {
    const { email } = value.attributes;
    if (typeof email !== "string") continue;
    const holder = holders.get(email.toLowerCase());
    if (holder === undefined) holders.set(email.toLowerCase(), name);
    else {
      const message = `${quoted(email)} is the e-mail address of ${quoted(holder)} already; no two users may share one.`;
      report(error("duplicate-email", fields.get("email") ?? source, message));
    }
  }
}

/** Reports a display name that is made of two names which fit each by itself (1,024 characters) and not together. */
export function reportLongNames(users: Written["users"], report: Report): void {
  for (const { value, source, fields } of users.values()) {
    const { displayName } = value.attributes;
    if (typeof displayName !== "string" || fields.get("displayName") !== fields.get("givenName")) continue;
    const { length } = Array.from(displayName);
    if (length <= 1024) continue;
    const message = `The display name that givenName and familyName make has ${length} characters; the limit is 1024.`;
    report(error("attribute-value", source, message, "Write a shorter displayName."));
  }
}
