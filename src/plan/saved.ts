import equal from "fast-deep-equal";
import type { Change } from "../model/change.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { ChangeId } from "../model/keys.js";
import type { Plan } from "../model/plan.js";
import { makePlan } from "./plan.js";
import type { PlanInput } from "./plan.js";

// A saved plan is what somebody reviewed: the most that may be done, never what is done. What is done comes from a
// plan made now, from the files and live, cut down to what the saved one has too. Replaying the saved file was
// rejected: it would make a file of unknown origin the source of writes.

export type Bounded =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * `plan`, just made from `input`, within the bounds of `saved`: what goes beyond is withheld as `not-reviewed`, or refuses
 * the whole where it is the files that ask for more than was reviewed. What has happened since by itself or by hand is no
 * reason not to do what was reviewed.
 */
export function boundBy(given: PlanInput, plan: Plan, saved: Plan): Bounded {
  if (saved.instance.arn !== plan.instance.arn)
    return refuse("saved-plan-instance", [
      `The saved plan is for the instance ${saved.instance.arn}; this one is ${plan.instance.arn}.`,
      "Plan again for this instance.",
    ]);
  const reviewed = new Map(saved.changes.map((change) => [change.id, change]));
  const beyond = plan.changes.filter((change) => !isReviewed(change, reviewed));
  const unreviewed = beyond.filter(({ cause }) => cause === "config");
  if (unreviewed.length > 0)
    return refuse("saved-plan-stale", [
      `The saved plan no longer fits: ${unreviewed.length} ${unreviewed.length === 1 ? "change is" : "changes are"} not in it as planned now (${shown(unreviewed)}).`,
      "Nothing was changed. Plan again, review, and apply that plan.",
    ]);
  // What somebody has agreed to by the saved plan's digest, they have agreed to in what is left of it.
  const input = { ...given, consent: { ...given.consent, within: saved.digest } };
  return withoutSome(
    input,
    plan,
    new Map(beyond.map(({ id }) => [id, "it is not in the plan that was reviewed"])),
  );
}

/** `plan` without the changes in `leaveOut`, and what is left out of it already; the reason stands beside each. */
export function withoutSome(input: PlanInput, plan: Plan, leaveOut: ReadonlyMap<ChangeId, string>): Bounded {
  const isJudged = input.consent.within === null || input.consent.within === plan.digest;
  if (leaveOut.size === 0 && isJudged) return { ok: true, plan };
  const again = makePlan({ ...input, leaveOut: new Map([...(input.leaveOut ?? []), ...leaveOut]) });
  return again.ok ? { ok: true, plan: again.value } : again;
}

function isReviewed(change: Change, reviewed: ReadonlyMap<ChangeId, Change>): boolean {
  const other = reviewed.get(change.id);
  return other !== undefined && (equal(essence(change), essence(other)) || isRestOf(change, other));
}

/** Whether `change` is what is left of `other` once part of it is done: fewer accounts to provision, less to take from a leaver. */
function isRestOf(change: Change, other: Change): boolean {
  if (change.action === "provision" && other.action === "provision")
    return change.accounts.every((account) => other.accounts.includes(account));
  return (
    change.action === "disable" &&
    other.action === "disable" &&
    equal(change.after, other.after) &&
    change.fields.every((field) =>
      other.fields.some(({ path, before, after }) => {
        if (path !== field.path || !equal(after, field.after)) return false;
        if (!Array.isArray(before) || !Array.isArray(field.before)) return equal(before, field.before);
        const had = new Set<unknown>(before);
        return field.before.every((one) => had.has(one));
      }),
    )
  );
}

/** What makes two changes the same: all but why, where from and in which order. */
function essence(change: Change): unknown {
  const {
    cause: _cause,
    source: _source,
    reason: _reason,
    expires: _expires,
    dependsOn: _dependsOn,
    ...rest
  } = change;
  return rest;
}

function refuse(code: string, [message, help]: readonly [string, string]): Bounded {
  return { ok: false, diagnostics: [diagnostic({ code, severity: "error", message, help })] };
}

function shown(changes: readonly Change[]): string {
  const ids = changes.slice(0, 3).map(({ id }) => id);
  return changes.length > ids.length ? `${ids.join(", ")}, …` : ids.join(", ");
}
