import type { Cause, Change } from "../../model/change.js";
import { diagnostic } from "../../model/diagnostic.js";
import type { Guardrails, Level, Setting } from "../../model/guardrails.js";
import type { ChangeId } from "../../model/keys.js";
import { count, listed } from "../../model/plural.js";
import { byText } from "../../model/text.js";
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
  // What allows everything allows each of these, and is told as that.
  if (allowsEverything(after)) return sessionOf(edit, rules.adminSession);
  const wildcards = newWildcards(before, after);
  const escalations = newEscalations(before, after);
  return [
    ...(wildcards.length > 0
      ? found(
          "wildcardActions",
          rules.wildcardActions,
          `${set} comes to allow ${listed(wildcards, 5)} on every resource.`,
          place,
        )
      : []),
    ...(isNewlyAllowed("iam:PassRole", before, after)
      ? found(
          "passRole",
          rules.passRole,
          `${set} comes to allow iam:PassRole${edit.before === null ? "" : ", or on more roles"}: whoever holds it can hand roles to services and act through them.`,
          place,
        )
      : []),
    ...(escalations.length > 0
      ? found(
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

const nothing: PermissionSet = {
  sessionDuration: "PT1H",
  managedPolicies: [],
  customerManagedPolicies: [],
  inlinePolicy: null,
  permissionsBoundary: null,
  tags: {},
};

function sessionOf(edit: SetEdit, longest: Setting<string> | null): readonly Finding[] {
  if (longest === null) return [];
  const most = secondsOf(longest.value) ?? 0;
  const excess = (set: PermissionSet | null): number =>
    set !== null && allowsEverything(knownPolicy(set))
      ? Math.max(0, (secondsOf(set.sessionDuration) ?? Number.POSITIVE_INFINITY) - most)
      : 0;
  if (excess(edit.after) <= excess(edit.before)) return [];
  const message = `The permission set ${edit.key.name} allows everything, and its sessions would last ${edit.after.sessionDuration}; the limit for such sets is ${longest.value}.`;
  return found("adminSession", { value: "error", source: longest.source }, message, {
    change: edit.id,
    asked: edit.source,
  });
}

/** Permission sets that come to allow everything, and who comes to hold such a set: by a grant, or by joining a group. */
function adminAccess(
  { owned, access }: Judged,
  changes: readonly Change[],
  edits: readonly SetEdit[],
  rule: Setting<Level>,
): readonly Finding[] {
  if (severityOf(rule.value) === null) return [];
  const admin = new Map<string, boolean>();
  const isAdmin = (name: string): boolean => {
    const set = owned.desired.permissionSets.get(name);
    const verdict = admin.get(name) ?? (set !== undefined && allowsEverything(knownPolicy(set)));
    admin.set(name, verdict);
    return verdict;
  };
  const news = new Map<string, AdminNews>();
  const newsOf = (set: string, change: Change): AdminNews => {
    const known = news.get(set) ?? { change, isNew: false, accounts: new Set(), people: new Set() };
    news.set(set, known);
    return known;
  };
  for (const edit of edits)
    if (isAdmin(edit.key.name) && !allowsEverything(knownPolicy(edit.before ?? nothing)))
      newsOf(edit.key.name, edit).isNew = true;
  const joins = new Map<string, Change>();
  for (const change of changes) {
    if (change.action !== "create") continue;
    if (change.kind === "membership") joins.set(change.key.user, joins.get(change.key.user) ?? change);
    if (change.kind === "assignment" && isAdmin(change.key.permissionSet))
      newsOf(change.key.permissionSet, change).accounts.add(change.key.account);
  }
  for (const { user, permissionSet, accounts, cause } of access.gained) {
    if (!isNews(cause) || !isAdmin(permissionSet)) continue;
    const change = news.get(permissionSet)?.change ?? joins.get(user);
    if (change === undefined) continue;
    const known = newsOf(permissionSet, change);
    known.people.add(user);
    for (const account of accounts) known.accounts.add(account);
  }
  return [...news].flatMap(([set, { change, isNew, accounts, people }]) => {
    const who = people.size === 0 ? "nobody yet" : listed([...people].sort(byText), 5);
    const held = `newly held by ${who} in ${count(accounts.size, "account")}`;
    const message = isNew
      ? `The permission set ${set} comes to allow everything${accounts.size === 0 ? "" : `, and is ${held}`}.`
      : `The permission set ${set} allows everything, and is ${held}.`;
    return found("adminAccess", rule, message, { change: change.id, asked: change.source }, set);
  });
}

type AdminNews = {
  readonly change: Change;
  isNew: boolean;
  readonly accounts: Set<string>;
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
    return found("directUserAssignment", rule, message, { change: change.id, asked: change.source });
  });
}

/** At the place that asks for it, where somebody can change it; the rule's own place otherwise. */
function found(
  rule: string,
  { value, source }: Setting<Level>,
  message: string,
  place: { readonly change: ChangeId; readonly asked: Change["source"] },
  subject: string = place.change,
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
        help: `guardrails.rules.${rule} is ${value}${severity === "error" ? ": leave it out, or have the rule changed and applied first" : ""}.`,
        source: place.asked ?? source,
        change: place.change,
      }),
    },
  ];
}
