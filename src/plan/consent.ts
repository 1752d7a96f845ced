import type { Diagnostic } from "../model/diagnostic.js";

// What a person agrees to is this plan and no other: consent names its digest, so that it cannot be left lying in a
// workflow where it would agree to whatever comes. A plan that was cut down to a saved one is agreed to by the saved one's
// digest as well: it does at most what that one does.

/** Guards that a person may overrule for one plan. */
export const overridable = ["max-removals", "empty-declaration"] as const;

export type Overridable = (typeof overridable)[number];

/** What a person has said, by the digest of the plan that they mean. */
export type Consent = {
  /** The digest that `--adopt` names, if any. */
  readonly adopt: string | null;
  /** The digests that `--allow` names, by guard. */
  readonly allow: ReadonlyMap<Overridable, string>;
  /** The digest of the saved plan within which this one stays; null without any. */
  readonly within: string | null;
};

export const noConsent: Consent = { adopt: null, allow: new Map(), within: null };

/** A plan's own digest, and what was said to it. */
export type Agreement = { readonly digest: string; readonly consent: Consent };

/** Whether the digest that somebody named means the plan. */
export function isMeant(named: string | null | undefined, { digest, consent }: Agreement): boolean {
  return named !== null && named !== undefined && (named === digest || named === consent.within);
}

/** A finding of a guard, as it stands after what a person has said: no error any more where they mean just this plan. */
export function agreed(finding: Diagnostic, agreement: Agreement): Diagnostic {
  const guard = overridable.find((one) => one === finding.code);
  if (guard === undefined || finding.severity !== "error") return finding;
  const { consent, digest } = agreement;
  const named = consent.allow.get(guard);
  if (isMeant(named, agreement))
    return {
      ...finding,
      severity: "info",
      message: `${finding.message} It is meant, as --allow says.`,
      help: null,
    };
  const other =
    named === undefined
      ? ""
      : ` --allow names another plan (${named}); what there is to do has changed since.`;
  const way = `To mean just this plan: idc apply --allow ${guard}=${digest}.`;
  return {
    ...finding,
    message: `${finding.message}${other}`,
    help: finding.help === null ? `See what goes and why. ${way}` : `${finding.help} ${way}`,
  };
}
