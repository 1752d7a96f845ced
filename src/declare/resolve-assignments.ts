import { ownerKey } from "../model/declared.js";
import type { Declaration, Declared, DeclaredAssignment, IgnoredAssignments } from "../model/declared.js";
import type { Source } from "../model/diagnostic.js";
import { matchesGlob } from "../model/glob.js";
import { changeId } from "../model/keys.js";
import type { AccountId, AssignmentKey, ChangeId } from "../model/keys.js";
import type { Accounts } from "./accounts.js";
import { isOver } from "./expiry.js";
import { error, fewOf, note, quoted, shortened } from "./fault.js";
import type { Report } from "./fault.js";
import type { Located } from "./node.js";
import { accountsOfRule, isWide } from "./select.js";
import { grantLimit } from "./spread-limits.js";
import type { Rule, Selector, Written } from "./written.js";

type Assignments = {
  /** What the rules come to. Where rules overlap, the first one stands for it. */
  readonly all: ReadonlyMap<ChangeId, Declaration<DeclaredAssignment>>;
  /** The same without what disabled users would hold directly. */
  readonly granted: ReadonlyMap<ChangeId, Declaration<DeclaredAssignment>>;
  /** Every principal and permission set that a rule names together. */
  readonly ruled: ReadonlySet<string>;
  /** Those of them that a wide selector spreads over accounts nobody has listed. */
  readonly openEnded: ReadonlySet<string>;
  readonly spreads: Declared["spreads"];
  readonly expiries: Declared["expiries"];
  /** What only rules give whose time has run out. */
  readonly expired: Declared["expired"];
};

/** Spreads rules out: the cross product of principals, permission sets and accounts of each, as it is at `now`. */
export function resolveAssignments(
  rules: readonly Rule[],
  { users, settings }: Pick<Written, "users" | "settings">,
  accounts: Accounts,
  now: number,
  report: Report,
): Assignments {
  const all = new Map<ChangeId, Declaration<DeclaredAssignment>>();
  const granted = new Map<ChangeId, Declaration<DeclaredAssignment>>();
  const ruled = new Set<string>();
  const openEnded = new Set<string>();
  const spreads = new Map<string, Set<string>>();
  const expiries = new Map<ChangeId, number>();
  const expired = new Map<ChangeId, Source>();
  const areTooMany = grantLimit(report);
  for (const rule of rules) {
    const selected = accountsOfRule(rule, accounts, settings, report);
    if (areTooMany(rule, selected.size)) break;
    const selection = rule.accounts.some(isWide) ? selectionOf(rule) : null;
    const over = rule.expires !== null && isOver(rule.expires, now) ? rule.expires.source : null;
    const passedOver = new Set<string>();
    for (const { principalType, principal } of principalsOf(rule)) {
      const ofPrincipal = settings.ignore.assignments.filter((ignored) =>
        matchesGlob(ignored.principal, principal.value),
      );
      for (const permissionSet of rule.permissionSets) {
        const pair = { principalType, principal: principal.value, permissionSet: permissionSet.value };
        ruled.add(ownerKey(pair));
        if (accounts.kind === "local" && selection !== null) openEnded.add(ownerKey(pair));
        const isDisabled =
          principalType === "user" && users.get(principal.value)?.value.status === "disabled";
        if (selection !== null && over === null && !isDisabled) addTo(spreads, selection, ownerKey(pair));
        const ofPair = ofPrincipal.filter((ignored) =>
          matchesGlob(ignored.permissionSet, permissionSet.value),
        );
        for (const [account, { wide }] of selected) {
          const key: AssignmentKey = { ...pair, account };
          const ignoring = ofPair.find((ignored) => ignoresAccount(ignored, account, accounts));
          if (ignoring !== undefined) {
            if (wide) passedOver.add(account);
            else report(ignoredAssignment(key, ignoring, principal.source));
            continue;
          }
          const id = changeId.assignment(key);
          if (over !== null) {
            expired.set(id, over);
            continue;
          }
          const earlier = all.get(id);
          const spread = wide ? selection : null;
          const declaration: Declaration<DeclaredAssignment> =
            earlier === undefined
              ? { value: { key, spread, reason: rule.reason }, source: rule.source, fields: noFields }
              : { ...earlier, value: { ...earlier.value, spread: spread && earlier.value.spread } };
          all.set(id, declaration);
          expiries.set(id, Math.max(expiries.get(id) ?? 0, rule.expires?.value ?? Infinity));
          if (!isDisabled) granted.set(id, declaration);
        }
      }
    }
    if (passedOver.size > 0)
      report(
        note(
          "ignored-accounts",
          rule.source,
          `This rule passes over grants that identityCenter.ignore.assignments names, in ${fewOf([...passedOver])}.`,
        ),
      );
  }
  for (const id of all.keys()) expired.delete(id);
  for (const [id, end] of expiries) if (end === Infinity) expiries.delete(id);
  return { all, granted, ruled, openEnded, spreads, expiries, expired };
}

/** What a rule says of accounts, whoever gets what there. */
function selectionOf({ accounts, except }: Rule): string {
  const said = (selectors: readonly Selector[]) =>
    selectors.map(({ source: _source, optional: _optional, ...selector }) => selector);
  return JSON.stringify([said(accounts), said(except)]);
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

const noFields: ReadonlyMap<string, Source> = new Map();

function principalsOf({
  groups,
  users,
}: Rule): readonly { principalType: "group" | "user"; principal: Located<string> }[] {
  return [
    ...groups.map((principal) => ({ principalType: "group" as const, principal })),
    ...users.map((principal) => ({ principalType: "user" as const, principal })),
  ];
}

function ignoresAccount(ignored: IgnoredAssignments, account: AccountId, { names }: Accounts): boolean {
  return matchesGlob(ignored.account, account) || matchesGlob(ignored.account, names.get(account) ?? account);
}

function ignoredAssignment(key: AssignmentKey, ignoring: IgnoredAssignments, source: Source) {
  const { principal, permissionSet, account } = key;
  const message = `${permissionSet} of ${quoted(principal)} in ${account} is ignored by identityCenter.ignore.assignments (${shortened(JSON.stringify(ignoring))}), so no rule may name it.`;
  return error(
    "ignored-name",
    source,
    message,
    "Take it out here, or narrow the ignore list in settings.yaml.",
  );
}
