import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import type { Declared } from "../model/declared.js";
import type { Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";
import { byText } from "../model/text.js";

/** Faults of the files that only show beside live: names that differ in case, e-mails somebody else holds, sets that are nowhere. */
export function conflicts(declared: Declared, live: Snapshot, desired: State): readonly Diagnostic[] {
  const named = namesIn(declared);
  const here = "in Identity Center";
  const source = declared.settings.identitySource === "identity-center" ? here : "where it comes from";
  const { users, groups, permissionSets } = live.state;
  return [
    ...caseConflicts(["user", "user-name-case", source], named.users, users),
    ...caseConflicts(["group", "group-name-case", source], named.groups, groups),
    ...caseConflicts(
      ["permission set", "permission-set-name-case", here],
      declared.permissionSets,
      permissionSets,
    ),
    ...emailConflicts(declared, live, desired),
    ...missingPermissionSets(declared, live, desired),
  ];
}

type Sources = Map<string, { readonly source: Source }>;

/** Users and groups that the files name, declared or not, with the first place of each. */
function namesIn({ users, groups, memberships, assignments }: Declared): { users: Sources; groups: Sources } {
  const named = {
    users: new Map<string, { source: Source }>(users),
    groups: new Map<string, { source: Source }>(groups),
  };
  const name = (names: Sources, one: string, source: Source): void => {
    if (!names.has(one)) names.set(one, { source });
  };
  for (const { value, source } of memberships.values()) {
    name(named.users, value.user, source);
    name(named.groups, value.group, source);
  }
  for (const { value, source } of assignments.values())
    name(value.key.principalType === "user" ? named.users : named.groups, value.key.principal, source);
  return named;
}

function* caseConflicts(
  [what, code, where]: readonly [what: string, code: string, where: string],
  named: ReadonlyMap<string, { readonly source: Source }>,
  live: ReadonlyMap<string, unknown>,
): Iterable<Diagnostic> {
  const byLowerCase = new Map([...live.keys()].map((name) => [name.toLowerCase(), name]));
  for (const [name, { source }] of named) {
    const other = byLowerCase.get(name.toLowerCase());
    if (other !== undefined && other !== name && !live.has(name))
      yield diagnostic({
        code,
        severity: "error",
        message: `The ${what} "${name}" differs only in case from "${other}" in Identity Center; they would be one ${what} there.`,
        help: `Write "${other}" in the files, or rename it ${where} first.`,
        source,
      });
  }
}

function* emailConflicts(declared: Declared, live: Snapshot, desired: State): Iterable<Diagnostic> {
  const holders = new Map<string, string>();
  for (const [name, user] of live.state.users)
    if (user.email !== undefined) holders.set(user.email.toLowerCase(), name);
  const wantedBy = (name: string): string | undefined => desired.users.get(name)?.email?.toLowerCase();
  /** Who has to give an address up before `name` can have it; undefined for one who is deleted, too. */
  const waitsFor = (name: string): string | undefined => {
    const holder = holders.get(wantedBy(name) ?? "");
    return holder === name || holder === undefined || !desired.users.has(holder) ? undefined : holder;
  };
  for (const [name, { source, fields }] of declared.users) {
    const holder = waitsFor(name);
    if (holder === undefined) continue;
    const isKept = wantedBy(holder) === wantedBy(name);
    const ring = isKept ? [] : ringOf(name, waitsFor);
    if (!isKept && ring.length === 0) continue;
    yield diagnostic({
      code: "email-taken",
      severity: "error",
      message: isKept
        ? `The e-mail address of "${name}" is held by the user "${holder}" in Identity Center.`
        : `${listed(ring)} hand their e-mail addresses round; an address is one user's at a time.`,
      help: isKept
        ? `Give "${holder}" another address (or email: null), or use another one here.`
        : "Give one of them another address first, apply, then hand them round.",
      source: fields.get("email") ?? source,
    });
  }
}

/** Those who wait for each other from `name` back to `name`; empty when somebody on the way waits for nobody. */
function ringOf(name: string, waitsFor: (name: string) => string | undefined): readonly string[] {
  const ring = new Set([name]);
  for (let next = waitsFor(name); next !== name; next = waitsFor(next)) {
    if (next === undefined || ring.has(next)) return [];
    ring.add(next);
  }
  return [...ring].sort(byText);
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1) ?? ""}`;
}

function* missingPermissionSets(declared: Declared, live: Snapshot, desired: State): Iterable<Diagnostic> {
  const unread = live.gaps.flatMap(({ covers }) => covers).filter(({ kind }) => kind === "permissionSet");
  const unreadNames = new Set(
    unread.flatMap((scope) => ("permissionSet" in scope ? [scope.permissionSet] : [])),
  );
  // Without the whole list, any name may be there.
  if (unread.some((scope) => !("permissionSet" in scope))) return;
  // What the base grants already is there, though a reading of what changed has not looked at it.
  const taken = live.scope.kind === "targeted" ? [...live.state.assignments.values()] : [];
  const told = new Set(taken.map(({ permissionSet }) => permissionSet));
  for (const { value, source } of declared.assignments.values()) {
    const name = value.key.permissionSet;
    if (desired.permissionSets.has(name) || unreadNames.has(name) || told.has(name)) continue;
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
