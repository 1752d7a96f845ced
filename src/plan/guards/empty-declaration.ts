import { isRemoval } from "../../model/change.js";
import type { Change } from "../../model/change.js";
import { diagnostic } from "../../model/diagnostic.js";
import { count } from "../../model/plural.js";
import type { Finding, Judged } from "./judged.js";

/**
 * Whether the files declare nothing of a kind that is there and owned, so that all of it would go: more likely files that
 * were lost, or read in the wrong folder, than an organization without people.
 */
export function emptyDeclaration({ changes, declared, owned }: Judged): readonly Finding[] {
  return kinds.flatMap(({ kind, change, manage, one }) => {
    // Of what is managed as `declared` only goes what the files name, each by itself.
    if (declared[kind].size > 0 || declared.settings.manage[kind] !== "all") return [];
    const going = changes.filter(
      (removal) => removal.kind === change && isRemoval(removal) && !isExplained(removal, owned.leavers),
    ).length;
    if (going === 0) return [];
    return [
      {
        subject: kind,
        diagnostic: diagnostic({
          code: "empty-declaration",
          severity: "error",
          message: `The files declare no ${one} at all, and this plan would take away ${count(going, one)}.`,
          help: `Check that the folder is whole (--dir). If ${one}s are kept elsewhere, write identityCenter.manage.${manage}: none.`,
        }),
      },
    ];
  });
}

/** What ran out, what was added by hand, and what goes with somebody who leaves would go from full files as well. */
function isExplained(change: Change, leavers: ReadonlySet<string>): boolean {
  if (change.cause === "expiry" || change.cause === "drift") return true;
  return (
    change.kind === "assignment" && change.key.principalType === "user" && leavers.has(change.key.principal)
  );
}

const kinds = [
  { kind: "users", change: "user", manage: "users", one: "user" },
  { kind: "groups", change: "group", manage: "groups", one: "group" },
  { kind: "permissionSets", change: "permissionSet", manage: "permissionSets", one: "permission set" },
  { kind: "assignments", change: "assignment", manage: "assignments", one: "assignment" },
] as const;
