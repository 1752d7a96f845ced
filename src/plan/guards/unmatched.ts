import type { Declared } from "../../model/declared.js";
import { diagnostic } from "../../model/diagnostic.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import { matchesGlob } from "../../model/glob.js";
import type { Protectable, Setting } from "../../model/guardrails.js";
import { nearest } from "../../model/nearest.js";
import type { Snapshot } from "../../model/snapshot.js";
import { kindWords } from "./words.js";

/**
 * Guards that hold nothing, since what they name is neither in the files nor in Identity Center: an error for a name, which
 * somebody means to exist, a warning for a pattern, which may wait for something. Nothing is said where not all could be
 * read.
 */
export function unmatchedGuards(declared: Declared, live: Snapshot): readonly Diagnostic[] {
  const { protect, keepAccess, selfLockout } = declared.guardrails;
  const found: Diagnostic[] = [];
  const check = (kind: Protectable, named: readonly Setting<string>[], guard: Guard): void => {
    if (named.length === 0 || !isKnownWhole(kind, declared, live)) return;
    const names = namesOf(kind, declared, live);
    // What the other guards name is not a pattern, whatever signs are in it.
    const isMeant = guard === "protect" ? matchesGlob : (value: string, name: string) => value === name;
    for (const { value, source } of named)
      if (!names.some((name) => isMeant(value, name))) found.push(told(kind, value, guard, names, source));
  };
  for (const kind of ["users", "groups", "permissionSets", "accounts"] as const)
    check(kind, protect[kind], "protect");
  check(
    "permissionSets",
    keepAccess.map(({ permissionSet }) => permissionSet),
    "keepAccess",
  );
  check("groups", selfLockout.groups, "selfLockout");
  check("permissionSets", selfLockout.permissionSets, "selfLockout");
  return found;
}

type Guard = "protect" | "keepAccess" | "selfLockout";

function told(
  kind: Protectable,
  value: string,
  guard: Guard,
  names: readonly string[],
  source: Setting<string>["source"],
): Diagnostic {
  const { one } = kindWords[kind];
  if (guard === "protect" && value.includes("*"))
    return diagnostic({
      code: "guard-matches-nothing",
      severity: "warning",
      message: `${JSON.stringify(value)} under guardrails.${guard} matches no ${one}, neither in the files nor in Identity Center.`,
      help: "Correct the pattern, or take it out.",
      source,
    });
  const meant = nearest(value, names);
  return diagnostic({
    code: "unknown-guarded",
    severity: "error",
    message: `guardrails.${guard} names the ${one} ${JSON.stringify(value)}, which is neither in the files nor in Identity Center.${meant === null ? "" : ` Did you mean ${JSON.stringify(meant)}?`}`,
    help: "Correct the name, or take it out.",
    source,
  });
}

function namesOf(kind: Protectable, declared: Declared, live: Snapshot): readonly string[] {
  if (kind === "accounts")
    return [...declared.accountNames.entries()].flat().concat([...live.provisioned.values()].flat());
  return [...declared[kind].keys(), ...live.state[kind].keys()];
}

function isKnownWhole(kind: Protectable, declared: Declared, { scope, gaps }: Snapshot): boolean {
  if (kind === "accounts") return declared.accountIds !== null;
  if (scope.kind !== "all") return false;
  const { scoped } = kindWords[kind];
  return !gaps.some(({ covers }) => covers.some((one) => one.kind === scoped));
}
