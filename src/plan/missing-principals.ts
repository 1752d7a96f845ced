import type { Change } from "../model/change.js";
import type { Settings } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic, Source } from "../model/diagnostic.js";
import { durationWords } from "../model/duration.js";
import { principalRef } from "../model/keys.js";
import type { PrincipalType } from "../model/keys.js";
import type { Withheld } from "../model/plan.js";
import type { State } from "../model/state.js";
import { shortened } from "./tally.js";

/** A user or group by name. */
export type Principal = { readonly type: PrincipalType; readonly name: string };

/** Who was waited for before a plan was made, by `principalRef`, and for how long. */
export type Waited = { readonly milliseconds: number; readonly for: ReadonlySet<string> };

/** To whom a change gives something for which they have to be there; null where it gives nobody anything. */
export function receiverOf(change: Change): Principal | null {
  if (change.action !== "create") return null;
  // The group that somebody joins is declared itself, so it is there or comes along.
  if (change.kind === "membership") return { type: "user", name: change.key.user };
  const { kind, key } = change;
  return kind === "assignment" ? { type: key.principalType, name: key.principal } : null;
}

/** Those for whom something is withheld since they are not there, each once, with the first place that names them. */
export function missingPrincipals(
  withheld: readonly Withheld[],
): readonly (Principal & { readonly source: Source | null })[] {
  const missing = new Map<string, Principal & { readonly source: Source | null }>();
  for (const { change, code } of withheld) {
    const receiver = code === "principal-missing" ? receiverOf(change) : null;
    if (receiver === null) continue;
    const ref = principalRef(receiver.type, receiver.name);
    if (!missing.has(ref)) missing.set(ref, { ...receiver, source: change.source });
  }
  return [...missing.values()];
}

/** Says of somebody who is not there that it is so, and which name is there that differs in its domain alone. */
export function whyMissing({ users, groups }: State, waited: Waited | null): (missing: Principal) => string {
  const namesakes = { user: namesakesAmong(users), group: namesakesAmong(groups) };
  return (missing) => {
    const { type, name } = missing;
    const since = afterWaiting(missing, waited) ?? "yet";
    const namesake = namesakes[type](name);
    const meant = namesake === null ? "" : `; did you mean ${JSON.stringify(namesake)}?`;
    return `the ${type} ${name} is not in the identity store ${since}, and is not managed here${meant}`;
  };
}

/**
 * The one name that is the same up to its domain (`alice` and `alice@corp.example.com`): Active Directory's names have it,
 * and people leave it out. Names that are merely alike stand for somebody else more often than not.
 */
export function namesakesAmong(those: ReadonlyMap<string, unknown>): (name: string) => string | null {
  let byLocalPart: Map<string, string | null> | null = null;
  return (name) => {
    if (byLocalPart === null) {
      byLocalPart = new Map();
      for (const one of those.keys())
        byLocalPart.set(localPart(one), byLocalPart.has(localPart(one)) ? null : one);
    }
    return byLocalPart.get(localPart(name)) ?? null;
  };
}

function localPart(name: string): string {
  return name.toLowerCase().replace(/(?<=.)@[^@]*$/, "");
}

function afterWaiting({ type, name }: Principal, waited: Waited | null): string | null {
  const isWaitedFor = waited !== null && waited.for.has(principalRef(type, name));
  return isWaitedFor ? `after waiting ${durationWords(waited.milliseconds)}` : null;
}

/** Where those who are missing have to come from, and what to do about it: a warning for users and one for groups. */
export function missingWarnings(
  withheld: readonly Withheld[],
  settings: Settings,
  waited: Waited | null,
): readonly Diagnostic[] {
  const missing = missingPrincipals(withheld);
  return (["user", "group"] as const).flatMap((type) => {
    const those = missing.filter((one) => one.type === type);
    const [first] = those;
    if (first === undefined) return [];
    const late = those.filter((one) => afterWaiting(one, waited) === null);
    const since = late.length === 0 ? ` ${afterWaiting(first, waited)}` : "";
    const what = those.length === 1 ? `${type} that the files name is` : `${type}s that the files name are`;
    const { why, help } = origin(type, settings);
    return diagnostic({
      code: "principal-missing",
      severity: "warning",
      message: `${those.length} ${what} not in Identity Center${since}: ${shortened(those.map(withPlace))}. ${why}`,
      help: late.length === 0 ? help : `${help} ${waitsForLate}`,
      source: first.source,
    });
  });
}

const waitsForLate = "idc apply --wait-for-principals 10m waits for what is only late.";

function withPlace({ name, source }: Principal & { readonly source: Source | null }): string {
  return source === null ? name : `${name} (${source.file}:${source.line})`;
}

function origin(type: PrincipalType, { identitySource, manage }: Settings): { why: string; help: string } {
  const kind = `${type}s` as const;
  switch (identitySource) {
    case "external":
      return {
        why: `The identity source is external: ${kind} come from the identity provider, and idc makes none.`,
        help: "Assign them to the application for AWS IAM Identity Center at the identity provider, and see whether its provisioning reports an error; or correct the names.",
      };
    case "active-directory":
      return {
        why: `The identity source is active-directory: ${kind} come with its synchronisation, and idc makes none.`,
        help: 'Take them into what is synchronised (in the IAM Identity Center console: Settings, Identity source, Actions, "Manage Sync"); or correct the names, which end in the domain there (name@corp.example.com).',
      };
    case "identity-center":
      return manage[kind] === "none"
        ? {
            why: `With identityCenter.manage.${kind}: none, idc makes none.`,
            help: "Have them made in Identity Center, or correct the names.",
          }
        : {
            why: `With identityCenter.manage.${kind}: ${manage[kind]}, idc makes those that are declared.`,
            help: `Declare them under ${kind}, have them made in Identity Center, or correct the names.`,
          };
  }
}
