import type { Declaration, Declared, DeclaredAssignment } from "../model/declared.js";
import { hasErrors } from "../model/diagnostic.js";
import type { Checked, Source } from "../model/diagnostic.js";
import type { Directory } from "../model/directory.js";
import type { LiveError } from "../model/live-error.js";
import { changeId } from "../model/keys.js";
import type { ChangeId, Keys } from "../model/keys.js";
import { accountsOf } from "./accounts.js";
import type { Accounts } from "./accounts.js";
import { checkDelegatedAccounts, reachOf } from "./check-delegated-accounts.js";
import { isOver, reportExpired } from "./expiry.js";
import { error, quoted, warning, wordsOf } from "./fault.js";
import type { Report } from "./fault.js";
import { gather } from "./gather.js";
import { placeText } from "./lines.js";
import { resolveAssignments } from "./resolve-assignments.js";
import { resolveGuardrails } from "./resolve-guardrails.js";
import { resolvePermissionSet } from "./resolve-permission-set.js";
import { isWide } from "./select.js";
import { areSelectorsTooMany } from "./spread-limits.js";
import type { AsRead, Selector, Written } from "./written.js";

/** What was written, with every selector, short name and default put in full, as it is at `now` (milliseconds since the epoch). Pure. */
export function resolve(
  written: Written,
  directory: Directory,
  {
    partition,
    commit,
    now,
  }: { readonly partition: string; readonly commit: string | null; readonly now: number },
): Checked<Declared> {
  const { report, told: toldSoFar } = gather();
  const accounts = accountsOf(directory, written.accounts, report);
  if (areSelectorsTooMany(selectorsOf(written), accounts.wide.length, report))
    return { ok: false, diagnostics: toldSoFar() };
  checkDelegated(written, accounts, report);
  const permissionSets = new Map(
    [...written.permissionSets].map(([name, set]) => [name, resolvePermissionSet(set, partition, report)]),
  );
  if (directory.kind === "local" && directory.unread !== null)
    reportUnread(written, wordsOf(directory.unread), report);
  const assignments = resolveAssignments(written.assignments, written, accounts, now, report);
  const removed = resolveAssignments(written.removed.assignments, written, accounts, now, report);
  const guardrails = resolveGuardrails(written, accounts, report);
  reportContradictions(assignments.granted, removed.all, report);
  reportExpired(written, now, report);

  const members = memberships(written, now);
  const told = toldSoFar();
  if (hasErrors(told)) return { ok: false, diagnostics: told };
  const value: Declared = {
    settings: written.settings,
    guardrails,
    users: written.users,
    groups: new Map(
      [...written.groups].map(([name, { value, source, fields }]) => [name, { value, source, fields }]),
    ),
    memberships: members.current,
    permissionSets,
    assignments: assignments.granted,
    ruled: assignments.ruled,
    accountIds: accounts.ids,
    openEnded: assignments.openEnded,
    spreads: assignments.spreads,
    expiries: new Map([...members.expiries, ...assignments.expiries]),
    expired: new Map([...members.expired, ...assignments.expired]),
    removed: {
      users: sources(written.removed.users),
      groups: sources(written.removed.groups),
      permissionSets: sources(written.removed.permissionSets),
      assignments: new Map([...removed.all].map(([id, { source }]) => [id, source])),
    },
    accountNames: accounts.names,
    inactiveAccounts: accounts.inactive,
    digest: written.digest,
    commit,
  };
  return { ok: true, value, diagnostics: told };
}

function checkDelegated(written: Written, accounts: Accounts, report: Report): void {
  const limits = { delegations: written.delegations, commit: null };
  const reach = reachOf(written, accounts, report);
  const rules = [...written.assignments, ...written.removed.assignments];
  checkDelegatedAccounts(rules, written, accounts, { limits, reach }, () => false, report);
}

/** Whether a selector asks for accounts' tags, which are read one account at a time. */
export function needsTags(written: AsRead): boolean {
  return selectorsOf(written).some(({ kind }) => kind === "tags");
}

/** Whether any selector needs to know what accounts there are: all but ids, and names that the files give themselves. */
export function needsDirectory(written: Written): boolean {
  return selectorsOf(written).some(
    (selector) => isWide(selector) || (selector.kind === "name" && !written.accounts.has(selector.name)),
  );
}

/**
 * Why these files cannot be resolved at all: they speak of accounts by what only Organizations knows, it could not be
 * read, and they bring no names of their own. That is no fault of theirs.
 */
export function directoryMissing(written: Written, directory: Directory): LiveError | null {
  const isLocal = directory.kind === "local" && written.accounts.size === 0 && needsDirectory(written);
  return isLocal ? directory.unread : null;
}

function selectorsOf({ assignments, removed, delegations, guardrails }: AsRead): readonly Selector[] {
  const rules = [...assignments, ...removed.assignments];
  return [
    ...guardrails.keepAccess.flatMap(({ accounts }) => accounts),
    ...delegations.flatMap(({ accounts }) => accounts),
    ...rules.flatMap(({ accounts, except }) => [...accounts, ...except]),
  ];
}

/** Members of declared groups, disabled people left out: their access ends although the files still name them. */
function memberships(
  { users, groups }: Written,
  now: number,
): { current: Declared["memberships"] } & Pick<Declared, "expiries" | "expired"> {
  const current = new Map<ChangeId, Declaration<Keys["membership"]>>();
  const expiries = new Map<ChangeId, number>();
  const expired = new Map<ChangeId, Source>();
  for (const [group, { members }] of groups)
    for (const { value: user, source, expires } of members) {
      const id = changeId.membership(group, user);
      if (expires !== null && isOver(expires, now)) expired.set(id, expires.source);
      else if (users.get(user)?.value.status !== "disabled") {
        current.set(id, { value: { group, user }, source, fields: new Map() });
        if (expires !== null) expiries.set(id, expires.value);
      }
    }
  return { current, expiries, expired };
}

function sources(names: Written["removed"]["users"]): ReadonlyMap<string, Source> {
  return new Map(names.map(({ value, source }) => [value, source]));
}

function reportUnread({ assignments, accounts }: Written, reason: string, report: Report): void {
  // Units and tags are errors of their own then.
  const wide = assignments
    .flatMap((rule) => rule.accounts)
    .find(({ kind }) => kind === "all" || kind === "glob");
  if (wide === undefined) return;
  const message = `AWS Organizations could not be read: wide selectors range over the ${accounts.size} accounts that the files name. Grants in other accounts are left as they are.`;
  report(warning("organizations-unread", wide.source, message, reason));
}

function reportContradictions(
  granted: ReadonlyMap<ChangeId, Declaration<DeclaredAssignment>>,
  removed: ReadonlyMap<ChangeId, Declaration<DeclaredAssignment>>,
  report: Report,
): void {
  const told = new Set<Source>();
  for (const [id, { value, source }] of removed) {
    const rule = granted.get(id);
    if (rule === undefined || told.has(source)) continue;
    told.add(source);
    const { principalType, principal, permissionSet, account } = value.key;
    const message = `${permissionSet} of ${principalType} ${quoted(principal)} in ${account} is to be removed here and declared at ${placeText(rule.source)}.`;
    report(error("removed-and-declared", source, message, "Take one of the two out."));
  }
}
