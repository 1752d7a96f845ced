import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import type { Declared } from "../model/declared.js";
import type { Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";

/** Faults of the files that only show beside live: names that differ in case, e-mails somebody else holds, sets that are nowhere. */
export function conflicts(declared: Declared, live: Snapshot, desired: State): readonly Diagnostic[] {
  return [
    ...caseConflicts("user", "user-name-case", declared.users, live.state.users),
    ...caseConflicts("group", "group-name-case", declared.groups, live.state.groups),
    ...caseConflicts(
      "permission set",
      "permission-set-name-case",
      declared.permissionSets,
      live.state.permissionSets,
    ),
    ...emailConflicts(declared, live, desired),
    ...missingPermissionSets(declared, live, desired),
  ];
}

function* caseConflicts(
  what: string,
  code: string,
  declared: ReadonlyMap<string, { readonly source: Source }>,
  live: ReadonlyMap<string, unknown>,
): Iterable<Diagnostic> {
  const byLowerCase = new Map([...live.keys()].map((name) => [name.toLowerCase(), name]));
  for (const [name, { source }] of declared) {
    const other = byLowerCase.get(name.toLowerCase());
    if (other !== undefined && other !== name && !live.has(name))
      yield diagnostic({
        code,
        severity: "error",
        message: `The ${what} "${name}" differs only in case from "${other}" in Identity Center; they would be one ${what} there.`,
        help: `Write "${other}" in the files, or rename it in Identity Center first.`,
        source,
      });
  }
}

function* emailConflicts(declared: Declared, live: Snapshot, desired: State): Iterable<Diagnostic> {
  const holders = new Map<string, string>();
  for (const [name, user] of live.state.users)
    if (user.email !== undefined) holders.set(user.email.toLowerCase(), name);
  for (const [name, { source, fields }] of declared.users) {
    const email = desired.users.get(name)?.email?.toLowerCase();
    const holder = email === undefined ? undefined : holders.get(email);
    if (email === undefined || holder === undefined || holder === name) continue;
    const given = desired.users.get(holder)?.email?.toLowerCase();
    const isSwap = given !== undefined && holders.get(given) === name;
    if (desired.users.has(holder) && (given === email || isSwap))
      yield diagnostic({
        code: "email-taken",
        severity: "error",
        message:
          isSwap && given !== email
            ? `"${name}" and "${holder}" swap their e-mail addresses; an address is one user's at a time.`
            : `The e-mail address of "${name}" is held by the user "${holder}" in Identity Center.`,
        help:
          isSwap && given !== email
            ? "Give one of them another address first, apply, then swap."
            : `Give "${holder}" another address (or email: null), or use another one here.`,
        source: fields.get("email") ?? source,
      });
  }
}

function* missingPermissionSets(declared: Declared, live: Snapshot, desired: State): Iterable<Diagnostic> {
  if (live.gaps.some(({ covers }) => covers.some((scope) => scope.kind === "permissionSet"))) return;
  const told = new Set<string>();
  for (const { value, source } of declared.assignments.values()) {
    const name = value.key.permissionSet;
    if (desired.permissionSets.has(name) || told.has(name)) continue;
    told.add(name);
    yield diagnostic({
      code: "unknown-permission-set",
      severity: "error",
      message: `The permission set "${name}" is neither in the files nor in Identity Center.`,
      help: "Declare it under permissionSets, or mend the name.",
      source,
    });
  }
}
