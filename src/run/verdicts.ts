import { hasErrors } from "../model/diagnostic.js";
import type { Plan, WithheldCode } from "../model/plan.js";
import type { Verdict } from "./exit-code.js";

/** What a plan by itself comes to, whoever asked for it. */
export function verdictsOf(plan: Plan): readonly Verdict[] {
  return [
    ...(hasErrors(plan.diagnostics) ? ["refused" as const] : []),
    ...(isIncomplete(plan) ? ["incomplete" as const] : []),
    ...(plan.changes.length > 0 ? ["pending" as const] : []),
  ];
}

/**
 * Whether something is open that a later run, or a person, has to close. Withheld for good reason (the service allows
 * it to nobody, or not to this caller) does not count: it would turn every run red with nothing to be done about it.
 */
function isIncomplete({ live, withheld }: Plan): boolean {
  const has = (...codes: readonly WithheldCode[]): boolean =>
    withheld.some(({ code }) => codes.includes(code));
  return (
    !live.complete ||
    has("incomplete-read", "principal-missing") ||
    // What was reviewed waits for something that was not.
    (has("not-reviewed") && has("depends-on-withheld"))
  );
}
