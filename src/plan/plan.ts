import type { Change } from "../model/change.js";
import type { Declared } from "../model/declared.js";
import { hasErrors } from "../model/diagnostic.js";
import type { Checked, Diagnostic } from "../model/diagnostic.js";
import type { AccountId, ChangeId } from "../model/keys.js";
import type { AccessRow, Plan, Summary, Withheld } from "../model/plan.js";
import { reachOf } from "../model/reach.js";
import type { Snapshot } from "../model/snapshot.js";
import { byText } from "../model/text.js";
import { accessChanges, afterChanges } from "./access.js";
import { withCauses } from "./causes.js";
import type { Base } from "./causes.js";
import { comeToNothing } from "./come-to-nothing.js";
import { conflicts } from "./conflicts.js";
import type { Consent } from "./consent.js";
import { withoutDeparted } from "./departed.js";
import { differences } from "./differences.js";
import { planDigest } from "./digest.js";
import { firstContact } from "./first-contact.js";
import { guard } from "./guards/guards.js";
import type { EarlierGuardrails } from "./guards/guards.js";
import { unmatchedGuards } from "./guards/unmatched.js";
import { incomplete } from "./incomplete.js";
import { keptGrants } from "./kept-grants.js";
import { leftBehind } from "./left-behind.js";
import { leftovers } from "./leftovers.js";
import { missingWarnings } from "./missing-principals.js";
import type { Waited } from "./missing-principals.js";
import { inOrder } from "./order.js";
import { own } from "./own.js";
import type { Owned } from "./own.js";
import { provisionedElsewhere } from "./provisioned-elsewhere.js";
import { countedStatus } from "./revoked.js";
import { sourceOf } from "./source.js";
import { withhold } from "./withhold.js";

export type PlanInput = {
  readonly declared: Declared;
  /** What the files asked for before; null when that is not known. */
  readonly base: Base | null;
  readonly live: Snapshot;
  /** `drift` looks at the same difference the other way: without a base, every cause is then a change by hand. */
  readonly purpose: "plan" | "drift";
  readonly toolVersion: string;
  readonly consent: Consent;
  /** Whether to tell as well, in notes, what no change puts right. */
  readonly deep?: boolean;
  /** Changes not to be made, whatever the files and live say, with why: nobody has reviewed them. */
  readonly leaveOut?: ReadonlyMap<ChangeId, string>;
  /** Who was waited for, in vain unless live has them. */
  readonly waited?: Waited;
};

/** What it takes to make live as the files ask. Not ok when the files contradict what live has. */
export function makePlan(given: PlanInput): Checked<Plan> {
  const { declared } = given;
  const { live, notes: departed } = withoutDeparted(given.live, declared);
  const input = { ...given, live };
  const owned = own(declared, live);
  const faults = [...conflicts(declared, live, owned.desired), ...unmatchedGuards(declared, live)];
  if (hasErrors(faults)) return { ok: false, diagnostics: faults };

  const before = reachOf(live.state);
  const different = differences(live, owned, declared, before);
  const earlier = earlierGuardrails(input.base);
  const order = {
    live: live.state,
    before,
    leavers: owned.leavers,
    kept: keptGrants([...declared.guardrails.keepAccess, ...(earlier?.guardrails.keepAccess ?? [])]),
    status: countedStatus(live),
  };
  const wanted = inOrder({
    ...order,
    changes: explained(different, owned, input).map((change) => ({ ...change, ...saidOf(change, declared) })),
    desired: owned.desired,
    after: reachOf(owned.desired),
  });
  const { changes: possible, withheld } = withhold({
    changes: wanted.changes,
    declared,
    live,
    desired: owned.desired,
    leaveOut: input.leaveOut ?? new Map(),
    waited: input.waited ?? null,
  });
  // What is withheld is not there to wait for, nor to replace anything: the rest is put in order by what will really be.
  const held = withheld.length === 0 ? owned.desired : afterChanges(live.state, possible);
  const after = reachOf(held);
  const made =
    withheld.length === 0
      ? wanted
      : inOrder({ ...order, changes: possible, desired: { ...owned.desired, ...held }, after });
  const access = accessChanges(made.changes, live.state, before, after);
  const bare = comeToNothing(made.changes);
  const changes = input.purpose === "drift" ? differencesOnly(made.changes) : made.changes;

  const { mark, ...instance } = live.instance;
  const digest = planDigest({ instance, changes });
  // Drift tells less than there is to do; consent is to what apply would do.
  const agreement = {
    digest: changes === made.changes ? digest : planDigest({ instance, changes: made.changes }),
    consent: input.consent,
  };
  const plan: Plan = {
    formatVersion: "1",
    toolVersion: input.toolVersion,
    digest,
    instance,
    declared: {
      digest: declared.digest,
      commit: declared.commit,
      counts: {
        users: declared.users.size,
        groups: declared.groups.size,
        memberships: declared.memberships.size,
        permissionSets: declared.permissionSets.size,
        assignments: declared.assignments.size,
      },
    },
    base: input.base === null ? null : { commit: input.base.commit },
    live: {
      readAt: live.readAt,
      complete: live.gaps.length === 0,
      targeted: live.scope.kind === "targeted",
      mark,
      requests: live.requests,
    },
    changes,
    withheld,
    accounts: namesOf([...changes, ...withheld.map(({ change }) => change)], access, declared),
    access,
    notes:
      input.deep === true
        ? inDepth(owned.notes, leftovers({ declared, live: given.live, owned }))
        : [...owned.notes, ...departed],
    diagnostics: [
      ...incomplete(live.gaps, declared.accountNames),
      ...owned.warnings,
      ...provisionedElsewhere(declared, live, owned),
      ...missingWarnings(withheld, declared.settings, input.waited ?? null),
      ...leftBehindOf(input, owned),
      ...faults,
      ...firstContact({ mark, changes, bare, agreement }),
      ...guard(
        {
          changes: made.changes,
          withheld,
          declared,
          base: input.base?.declared ?? null,
          live,
          owned,
          before,
          after,
          held,
          access,
          bare,
          unkept: made.unkept,
        },
        earlier,
        agreement,
      ),
    ],
    summary: summarize(changes, withheld, access, owned.unmanaged),
  };
  return { ok: true, value: plan, diagnostics: [] };
}

function leftBehindOf({ declared, base, live }: PlanInput, { desired }: Owned): readonly Diagnostic[] {
  const before = base?.declared ?? null;
  return before === null ? [] : leftBehind({ declared, base: before, live: live.state, desired });
}

function earlierGuardrails(base: Base | null): EarlierGuardrails | null {
  const guarded = base?.declared ?? base?.guarded;
  if (base === null || guarded === undefined) return null;
  const { guardrails, accountNames } = guarded;
  return { commit: base.commit, guardrails, accountNames };
}

/** In depth, accounts that are not ACTIVE are told one by one with all that is in them; once is enough. */
function inDepth(notes: readonly Diagnostic[], found: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...notes.filter(({ code }) => code !== "account-inactive"), ...found];
}

/**
 * Drift tells each difference once. That a permission set which was edited by hand is also to be provisioned is the way to
 * put it right, not another difference; accounts that lag behind a set which is as the files say are one.
 */
function differencesOnly(changes: readonly Change[]): readonly Change[] {
  const edited = new Set(changes.flatMap(({ kind, key }) => (kind === "permissionSet" ? [key.name] : [])));
  const told = changes.filter(({ kind, key }) => kind !== "provisioning" || !edited.has(key.permissionSet));
  const ids = new Set(told.map(({ id }) => id));
  return told.map((change) => ({ ...change, dependsOn: change.dependsOn.filter((id) => ids.has(id)) }));
}

/** The changes with their causes; without any, nobody need ask what the base wants. */
function explained(
  changes: readonly Change[],
  owned: Owned,
  { declared, base, live, purpose }: PlanInput,
): readonly Change[] {
  if (changes.length === 0) return changes;
  const before = base?.declared ?? null;
  return withCauses(changes, {
    declared,
    desired: owned.desired,
    live,
    base:
      before === null ? null : { declared: before, owned: before === declared ? owned : own(before, live) },
    otherwise: purpose === "drift" ? "drift" : "config",
  });
}

/** What the files say about a change, besides what it is. */
function saidOf(change: Change, declared: Declared): Pick<Change, "source" | "reason" | "expires"> {
  const source = sourceOf(change, declared);
  if (change.action !== "create") return { source };
  const reason = declared.assignments.get(change.id)?.value.reason ?? null;
  const end = declared.expiries.get(change.id);
  return {
    source,
    ...(reason !== null && { reason }),
    ...(end !== undefined && { expires: new Date(end).toISOString() }),
  };
}

function namesOf(
  changes: readonly Change[],
  { gained, lost, changed }: Plan["access"],
  { accountNames }: Declared,
): Readonly<Record<AccountId, string>> {
  const ids = new Set<AccountId>();
  for (const change of changes) {
    if (change.kind === "assignment") ids.add(change.key.account);
    if (change.kind === "provisioning") for (const account of change.accounts) ids.add(account);
  }
  for (const row of [...gained, ...lost, ...changed]) for (const account of row.accounts) ids.add(account);
  return Object.fromEntries(
    [...ids].sort(byText).flatMap((id) => {
      const name = accountNames.get(id);
      return name === undefined ? [] : [[id, name] as const];
    }),
  );
}

function summarize(
  changes: readonly Change[],
  withheld: readonly Withheld[],
  { gained, lost }: Plan["access"],
  unmanaged: number,
): Summary {
  const counts = { create: 0, update: 0, rename: 0, disable: 0, delete: 0, provision: 0 };
  for (const { action } of changes) counts[action] += 1;
  const people = (rows: readonly AccessRow[]): number => new Set(rows.map(({ user }) => user)).size;
  return { ...counts, withheld: withheld.length, unmanaged, gained: people(gained), lost: people(lost) };
}
