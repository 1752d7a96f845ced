import type { Diagnostic, Source } from "../model/diagnostic.js";
import { matchesGlob } from "../model/glob.js";
import { listed } from "../model/plural.js";
import { error, quoted } from "./fault.js";
import { matchesFilePattern } from "./file-pattern.js";
import { kindWords } from "./named-kinds.js";
import type { NamedKind } from "./named-kinds.js";
import type { Located } from "./node.js";
import { describe } from "./select.js";
import type { AsRead, Delegation, Rule } from "./written.js";

/** Delegations that something is held to: one of them has to allow it. */
export type Limits = {
  readonly delegations: readonly Delegation[];
  /** The commit at which the settings say so; null for the settings that stand beside the files. */
  readonly commit: string | null;
};

/** What each file is held to. A file that no delegation matches is not among them: it may declare anything. */
export function limitsByFile(
  files: AsRead["files"],
  { delegations, commit }: Limits,
): ReadonlyMap<string, Limits> {
  const byFile = new Map<string, Limits>();
  for (const [path, { name }] of files) {
    const matching = delegations.filter((one) => matchesFilePattern(one.files.value, name));
    if (matching.length > 0) byFile.set(path, { delegations: matching, commit });
  }
  return byFile;
}

export function allows(delegation: Delegation, kind: NamedKind, name: string): boolean {
  return delegation[kind].some(({ value }) => matchesGlob(value, name));
}

/** Who gets what by a rule, and the delegations that let its file say so. */
export type Pair = {
  readonly kind: "groups" | "users";
  readonly principal: Located<string>;
  readonly permissionSet: Located<string>;
  /** The same list for all pairs that the same delegations allow: a rule may stand for a million pairs. */
  readonly allowing: readonly Delegation[];
};

/** One by one, and each name is held against the delegations once, not with every other. */
export function* pairsOf(rule: Rule, { delegations }: Limits): Iterable<Pair> {
  const lists = new Map<string, readonly Delegation[]>();
  const shared = (list: readonly Delegation[]): readonly Delegation[] => {
    const key = list.map(({ source }) => `${source.line}:${source.column}`).join(" ");
    const known = lists.get(key) ?? list;
    lists.set(key, known);
    return known;
  };
  const sets = rule.permissionSets.map((permissionSet) => ({
    permissionSet,
    allowing: shared(delegations.filter((one) => allows(one, "permissionSets", permissionSet.value))),
  }));
  for (const kind of ["groups", "users"] as const)
    for (const principal of rule[kind]) {
      const ofPrincipal = new Set(delegations.filter((one) => allows(one, kind, principal.value)));
      const both = new Map<readonly Delegation[], readonly Delegation[]>();
      for (const { permissionSet, allowing: ofSet } of sets) {
        const allowing = both.get(ofSet) ?? shared(ofSet.filter((one) => ofPrincipal.has(one)));
        both.set(ofSet, allowing);
        yield { kind, principal, permissionSet, allowing };
      }
    }
}

/** That something is outside of all delegations that it is held to: what `what` says of it, and what they give instead. */
export function outside(
  source: Source,
  what: string,
  { delegations, commit }: Limits,
  given: (delegation: Delegation) => string,
): Diagnostic {
  const verb = commit === null ? "delegates" : "delegated";
  const said = listed(
    delegations.map((one) => `${lineOf(one.source)} ${verb} ${given(one)} to them`),
    mostListed,
  );
  const settings = delegations[0]?.source.file ?? "settings.yaml";
  return commit === null
    ? error(
        "outside-delegation",
        source,
        `${what}: ${said}.`,
        `Ask the owners of ${settings} to extend the delegation, or to declare this in a file of their own.`,
      )
    : error(
        "outside-base-delegation",
        source,
        `${what} yet: at ${commit}, ${said}.`,
        `A delegation does not widen in the same change that makes use of it. Let the change of ${settings} be applied by itself first, then this.`,
      );
}

/** The same of accounts, which `labels` name. */
export function outsideAccounts(
  source: Source,
  labels: readonly string[],
  limits: Limits,
  { principal, permissionSet }: Pair,
): Diagnostic {
  const which = labels.length === 1 ? "is not an account" : "are not accounts";
  // Where one delegation holds, it does not matter who gets what.
  const grant =
    limits.delegations.length === 1
      ? "assign"
      : `assign ${permissionSet.value} to ${quoted(principal.value)}`;
  const what = `${listed(labels, mostListed)} ${which} in which these files may ${grant}`;
  return outside(source, what, limits, givenAccounts);
}

export function lineOf({ file, line }: Source): string {
  return `${file}:${line}`;
}

/** What a delegation gives of a kind, in words. */
export function givenNames(delegation: Delegation, kind: NamedKind): string {
  const names = delegation[kind].map(({ value }) => value);
  return names.length === 0 ? `no ${kindWords[kind].many}` : listed(names, mostListed);
}

export function givenAccounts({ accounts }: Delegation): string {
  return accounts.length === 0 ? "no accounts" : listed(accounts.map(describe), mostListed);
}

const mostListed = 8;
