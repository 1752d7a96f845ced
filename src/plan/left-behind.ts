import { ownerKey } from "../model/declared.js";
import type { Declared } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import { matchesAnyGlob } from "../model/glob.js";
import type { State } from "../model/state.js";
import { isIgnored } from "./why-kept.js";

const words = { users: "user", groups: "group", permissionSets: "permission set" } as const;

/**
 * Where a kind is managed as `declared`, what leaves the files stays in Identity Center, owned by nobody: whoever took
 * it out meant it to go, or did not mean it at all. So it must stand under `removed` (or come back) before anything is
 * applied. What an `ignore` now passes over has been left alone on purpose.
 */
export function leftBehind(given: {
  readonly declared: Declared;
  /** What the files declared before. */
  readonly base: Declared;
  readonly live: State;
  /** What Identity Center will hold. */
  readonly desired: State;
}): readonly Diagnostic[] {
  const { declared, base, live, desired } = given;
  const { manage, ignore } = declared.settings;
  const found: Diagnostic[] = [];
  for (const kind of ["users", "groups", "permissionSets"] as const) {
    if (manage[kind] !== "declared") continue;
    for (const [name, { source }] of base[kind]) {
      const stays = live[kind].has(name) && desired[kind].has(name);
      const isNamed = declared[kind].has(name) || declared.removed[kind].has(name);
      if (stays && !isNamed && !matchesAnyGlob(ignore[kind], name))
        found.push(told(`${words[kind]} ${JSON.stringify(name)}`, kind, source));
    }
  }
  if (manage.assignments === "declared") {
    const grants = new Map<string, { what: string; source: Source; accounts: string[] }>();
    for (const [id, { value, source }] of base.assignments) {
      const { principalType, principal, permissionSet, account } = value.key;
      const stays = live.assignments.has(id) && desired.assignments.has(id);
      const isNamed =
        declared.assignments.has(id) ||
        declared.removed.assignments.has(id) ||
        declared.ruled.has(ownerKey(value.key));
      if (!stays || isNamed || isIgnored(value.key, declared)) continue;
      const what = `${permissionSet} to the ${principalType} ${JSON.stringify(principal)}`;
      const grant = grants.get(ownerKey(value.key)) ?? { what, source, accounts: [] };
      grants.set(ownerKey(value.key), grant);
      grant.accounts.push(declared.accountNames.get(account) ?? account);
    }
    for (const { what, source, accounts } of grants.values())
      found.push(told(`grant of ${what} in ${accounts.join(", ")}`, "assignments", source));
  }
  return found;
}

function told(what: string, kind: keyof Declared["settings"]["manage"], was: Source): Diagnostic {
  return diagnostic({
    code: "left-behind",
    severity: "error",
    message: `The ${what} has left the files (it stood at ${was.file}:${was.line}) and would stay in Identity Center: with manage.${kind}: declared, only what stands under removed goes.`,
    help: `Write it under removed: ${kind}, or put it back where it was.`,
  });
}
