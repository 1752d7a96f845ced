import type { Cause, Change } from "../../model/change.js";
import { diagnostic } from "../../model/diagnostic.js";
import type { Guardrails, Level, Setting } from "../../model/guardrails.js";
import { changeId } from "../../model/keys.js";
import type { AccountId, ChangeId } from "../../model/keys.js";
import { count, listed } from "../../model/plural.js";
import { secondsOf } from "../../model/session-duration.js";
import type { PermissionSet } from "../../model/state.js";
import { knownPolicy } from "../../policy/managed.js";
import { allowsEverything, isNewlyAllowed, newEscalations, newWildcards } from "../../policy/power.js";
import type { Finding, Judged } from "./judged.js";
import { severityOf } from "./level.js";

/**
 * What the plan lets people do beyond before, in the ways that the settings have named. Putting back what was changed by
 * hand broadens nothing.
 */
export function broadening(judged: Judged, rules: Guardrails["rules"]): readonly Finding[] {
  const changes = judged.changes.filter(({ cause }) => isNews(cause));
  const edits = changes.filter(
    (change): change is SetEdit => change.kind === "permissionSet" && change.action !== "delete",
  );
  return [
    ...edits.flatMap((edit) => ofContent(edit, rules)),
    ...adminAccess(judged, changes, edits, rules.adminAccess),
    ...directGrants(changes, rules.directUserAssignment),
  ];
}

type SetEdit = Extract<Change, { kind: "permissionSet"; action: "create" | "update" }>;

function isNews(cause: Cause): boolean {
  return cause !== "drift" && cause !== "unsettled";
}

function ofContent(edit: SetEdit, rules: Guardrails["rules"]): readonly Finding[] {
  const { name } = edit.key;
  const before = knownPolicy(edit.before ?? nothing);
  const after = knownPolicy(edit.after);
  const set = `The permission set ${name}`;
  const place = { change: edit.id, asked: edit.source };
  // What comes to allow everything allows each of these, and is told as that alone, if that is told at all.
  const isTold = rules.adminAccess.value !== "off" && allowsEverything(after) && !allowsEverything(before);
  if (isTold) return sessionOf(edit, rules.adminSession);
  const wildcards = newWildcards(before, after);
  const escalations = newEscalations(before, after);
  return [
    ...sessionOf(edit, rules.adminSession),
    ...(wildcards.length > 0
      ? told(
          "wildcardActions",
          rules.wildcardActions,
          `${set} comes to allow ${listed(wildcards, 5)} on every resource or nearly so.`,
          place,
        )
      : []),
    ...(isNewlyAllowed("iam:PassRole", before, after)
      ? told(
          "passRole",
          rules.passRole,
          `${set} comes to allow iam:PassRole${edit.before === null ? "" : ", or on more roles"}: whoever holds it can hand roles to services and act through them.`,
          place,
        )
      : []),
    ...(escalations.length > 0
      ? told(
          "privilegeEscalation",
          rules.privilegeEscalation,
          `${set} would let people ${listed(
            escalations.map(({ family, by }) => `${family.words} (${by.join(" with ")})`),
            3,
          )}: ways to more rights than these files give.`,
          place,
        )
      : []),
  ];
}

const nothing = { managedPolicies: [], inlinePolicy: null };

function sessionOf(edit: SetEdit, longest: Setting<string> | null): readonly Finding[] {
  if (longest === null) return [];
  const most = secondsOf(longest.value) ?? 0;
  const excess = (set: PermissionSet | null): number =>
    set !== null && allowsEverything(knownPolicy(set))
      ? Math.max(0, (secondsOf(set.sessionDuration) ?? Number.POSITIVE_INFINITY) - most)
      : 0;
  if (excess(edit.after) <= excess(edit.before)) return [];
  const message = `The permission set ${edit.key.name} allows everything or nearly so, and its sessions would last ${edit.after.sessionDuration}; the limit for such sets is ${longest.value}.`;
  const place = { change: edit.id, asked: edit.source };
  return told("adminSession", { ...longest, value: "error" }, message, place, edit.id, longest.value);
}

/** Permission sets that come to allow everything, and who comes to hold such a set: by a grant, or by joining a group. */
function adminAccess(
  { owned, access }: Judged,
  changes: readonly Change[],
  edits: readonly SetEdit[],
  rule: Setting<Level>,
): readonly Finding[] {
  if (severityOf(rule.value) === null) return [];
  const isAdmin = new Map<string, boolean>();
  const allows = (name: string): boolean => {
    const known = isAdmin.get(name);
    if (known !== undefined) return known;
    const set = owned.desired.permissionSets.get(name);
    const verdict = set !== undefined && allowsEverything(knownPolicy(set));
    isAdmin.set(name, verdict);
    return verdict;
  };
  const found = new Map<string, Newly>();
  const entry = (set: string, change: Change, isNew = false): Newly => {
    const known = found.get(set) ?? { change, isNew, granted: new Set(), held: new Set(), people: new Set() };
    found.set(set, known);
    return known;
  };
  for (const edit of edits)
    if (allows(edit.key.name) && !allowsEverything(knownPolicy(edit.before ?? nothing)))
      entry(edit.key.name, edit, true);
  const joins = new Map<ChangeId, Change>();
  for (const change of changes) {
    if (change.action !== "create") continue;
    if (change.kind === "membership") joins.set(change.id, change);
    if (change.kind === "assignment" && allows(change.key.permissionSet))
      entry(change.key.permissionSet, change).granted.add(change.key.account);
  }
  for (const { user, permissionSet, accounts, via, cause } of access.gained) {
    if (!isNews(cause) || !allows(permissionSet)) continue;
    const join = via.flatMap(
      (way) => joins.get(changeId.membership(way.replace(/^group\//, ""), user)) ?? [],
    );
    const change = found.get(permissionSet)?.change ?? join[0];
    if (change === undefined) continue;
    const { people, held } = entry(permissionSet, change);
    people.add(user);
    for (const account of accounts) held.add(account);
  }
  return [...found].flatMap(([set, news]) => {
    const { change, isNew } = news;
    const what = heldWords(news);
    const message = `The permission set ${set} ${isNew ? "comes to allow" : "allows"} everything or nearly so${what === "" ? "" : `, and is ${what}`}.`;
    return told("adminAccess", rule, message, { change: change.id, asked: change.source }, set);
  });
}

function heldWords({ granted, held, people }: Newly): string {
  if (people.size > 0) return `newly held by ${listed([...people], 5)} in ${count(held.size, "account")}`;
  if (granted.size === 0) return "";
  return `newly granted in ${count(granted.size, "account")}, where nobody comes to hold it by this plan`;
}

/** A set that is newly granted or held: by which change first, in which accounts, by whom. */
type Newly = {
  readonly change: Change;
  /** Whether the set itself comes to allow everything. */
  readonly isNew: boolean;
  readonly granted: Set<AccountId>;
  readonly held: Set<AccountId>;
  readonly people: Set<string>;
};

function directGrants(changes: readonly Change[], rule: Setting<Level>): readonly Finding[] {
  const direct = new Map<string, { change: Change; accounts: number }>();
  for (const change of changes) {
    if (change.kind !== "assignment" || change.action !== "create" || change.key.principalType !== "user")
      continue;
    const key = `${change.key.principal} ${change.key.permissionSet}`;
    const known = direct.get(key);
    direct.set(key, { change: known?.change ?? change, accounts: (known?.accounts ?? 0) + 1 });
  }
  return [...direct.values()].flatMap(({ change, accounts }) => {
    if (change.kind !== "assignment") return [];
    const { principal, permissionSet } = change.key;
    const message = `${principal} gets ${permissionSet} directly in ${count(accounts, "account")}, not through a group.`;
    return told("directUserAssignment", rule, message, { change: change.id, asked: change.source });
  });
}

/** At the place that asks for it, where somebody can change it; the rule's own place otherwise. */
function told(
  rule: string,
  { value, source }: Setting<Level>,
  message: string,
  place: { readonly change: ChangeId; readonly asked: Change["source"] },
  subject: string = place.change,
  written: string = value,
): readonly Finding[] {
  const severity = severityOf(value);
  if (severity === null) return [];
  return [
    {
      subject: `${rule} ${subject}`,
      diagnostic: diagnostic({
        code: "broadening",
        severity,
        message,
        help: `guardrails.rules.${rule} is ${written}${severity === "error" ? ": leave it out, or have the rule changed and applied first" : ""}.`,
        source: place.asked ?? source,
        change: place.change,
      }),
    },
  ];
}
