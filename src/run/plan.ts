import { hasErrors } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Plan } from "../model/plan.js";
import { noConsent } from "../plan/consent.js";
import { missingPrincipals } from "../plan/missing-principals.js";
import type { Verdict } from "./exit-code.js";
import { waitFor } from "./late-principals.js";
import { prepare } from "./prepare.js";
import type { Connected, Preparation, Told } from "./prepare.js";
import { staleCheckout } from "./stale-checkout.js";
import type { StaleCheckout } from "./stale-checkout.js";
import { verdictsOf } from "./verdicts.js";

/** A plan with everything told about the files on the way; no plan when they are at fault. */
export type PlanRun = Told & { readonly plan: Plan | null; readonly verdicts: readonly Verdict[] };

type Asked = Omit<Preparation<Connected>, "purpose" | "whose">;

/** What it takes to make Identity Center as the files say; with a warning where an apply of these would be refused as stale. */
export async function runPlan({
  ancestryOf,
  ...given
}: Asked & Pick<StaleCheckout, "ancestryOf">): Promise<PlanRun> {
  const whose = "given";
  const { diagnostics, files, ...prepared } = await prepare({ ...given, whose, purpose: "plan" });
  if (!prepared.ok) return { plan: null, verdicts: ["invalid"], diagnostics, files };
  const { plan, head, connected } = prepared;
  const late = missingPrincipals(plan.withheld);
  const waited = await waitFor(late, given.waiting, connected.reader, given.signal);
  if (waited !== null) return runPlan({ ...given, ancestryOf, waiting: waited });
  const stale = await staleCheckout({ mark: plan.live.mark, head, whose, ancestryOf });
  const warnings: readonly Diagnostic[] =
    stale?.severity === "error" ? [{ ...stale, severity: "warning" }] : [];
  return { plan, verdicts: verdictsOf(plan), diagnostics: [...diagnostics, ...warnings], files };
}

/**
 * The same, looked at the other way: from the files that are given, or from those that were applied last, whatever these
 * say. A guardrail refuses to apply, not to look: it shows, and does not end the run. What differs from files that are
 * older than what was applied is no drift.
 */
export async function runDrift({
  ancestryOf,
  ...given
}: Omit<Asked, "consent" | "base" | "targeted" | "waiting"> &
  Pick<StaleCheckout, "whose" | "ancestryOf">): Promise<PlanRun> {
  const { diagnostics, files, ...prepared } = await prepare({
    ...given,
    base: null,
    targeted: false,
    consent: noConsent,
    // What is late is a difference like any other, and the next run looks again.
    waiting: null,
    purpose: "drift",
  });
  if (!prepared.ok)
    return { plan: null, verdicts: hasErrors(diagnostics) ? ["invalid"] : [], diagnostics, files };
  const { plan, head } = prepared;
  const { whose } = given;
  const stale = await staleCheckout({ mark: plan.live.mark, head, whose, ancestryOf });
  const verdicts = verdictsOf(plan).filter((verdict) => verdict !== "refused");
  return stale !== null && hasErrors([stale])
    ? { plan, verdicts: ["stale", ...verdicts], diagnostics: [...diagnostics, stale], files }
    : { plan, verdicts, diagnostics, files };
}
