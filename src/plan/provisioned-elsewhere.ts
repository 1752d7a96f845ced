import type { Declared } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { listed } from "../model/plural.js";
import type { Snapshot } from "../model/snapshot.js";
import type { Owned } from "./own.js";
import { shortened } from "./tally.js";

/** How many sources are named: there is one, as a rule. */
const mostIssuers = 3;

/**
 * That two make the same users or groups: these files own them, and an external id says that an identity provider or a
 * directory put them there. One warning a kind, since a directory may have thousands.
 */
export function provisionedElsewhere(
  declared: Declared,
  { issuers }: Snapshot,
  { desired, leavers }: Owned,
): readonly Diagnostic[] {
  const { manage } = declared.settings;
  return (["users", "groups"] as const).flatMap((kind) => {
    const isOwned = (name: string): boolean =>
      declared[kind].has(name) || !desired[kind].has(name) || (kind === "users" && leavers.has(name));
    const owned = manage[kind] === "none" ? [] : [...issuers[kind]].filter(([name]) => isOwned(name));
    const [first] = owned;
    if (first === undefined) return [];
    const sources = [...new Set(owned.map(([, issuer]) => JSON.stringify(issuer)))];
    const what =
      owned.length === 1
        ? `1 of the ${kind} that these files own is`
        : `${owned.length} of the ${kind} that these files own are`;
    return diagnostic({
      code: "provisioned-elsewhere",
      severity: "warning",
      message: `${what} provisioned by another source as well (${listed(sources, mostIssuers)}): ${shortened(owned.map(([name]) => name))}. Its next synchronisation overwrites what is changed here, or fails on it, and nothing flows back to it.`,
      help: "Say where people are kept (identityCenter.identitySource: external or active-directory), or take them out of the provisioning there. Where that source provisions nothing any more, there is nothing to do.",
      source: owned.length === 1 ? (declared[kind].get(first[0])?.source ?? null) : null,
    });
  });
}
