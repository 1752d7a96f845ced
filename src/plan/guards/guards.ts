import equal from "fast-deep-equal";
import type { Guarded } from "../../model/declared.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { Guardrails } from "../../model/guardrails.js";
import { agreed } from "../consent.js";
import type { Agreement } from "../consent.js";
import { broadening } from "./broadening.js";
import { emptyDeclaration } from "./empty-declaration.js";
import type { Finding, Judged } from "./judged.js";
import { keepAccess } from "./keep-access.js";
import { maxRemovals } from "./max-removals.js";
import { protectedObjects } from "./protected.js";
import { selfLockout } from "./self-lockout.js";
import { takingsOf } from "./taken.js";
import type { Takings } from "./taken.js";

/** The guardrails that were in force before these files, and by which revision. */
export type EarlierGuardrails = Guarded & { readonly commit: string };

/**
 * What the guardrails say to a plan: those of the files, and those of the base, so that no change loosens the guard that it
 * breaks. An error refuses the plan. `agreement` is what a person has said to it.
 */
export function guard(
  judged: Judged,
  earlier: EarlierGuardrails | null,
  agreement: Agreement,
): readonly Diagnostic[] {
  const { guardrails, accountNames } = judged.declared;
  const takings = takingsOf(judged);
  const own = judge(judged, guardrails, takings);
  const others =
    earlier === null || saysTheSame(earlier, { guardrails, accountNames })
      ? []
      : stricter(judgeBy(earlier, judged, takings), own).map((finding) => ofBase(finding, earlier.commit));
  return [...own, ...others].map(({ diagnostic }) => agreed(diagnostic, agreement));
}

function judge(
  judged: Judged,
  { maxRemovals: limit, protect, keepAccess: kept, ...rest }: Guardrails,
  takings: Takings,
): readonly Finding[] {
  // On first contact any removal is refused until it is meant, and who means it has agreed to each of them.
  const isFirstContact = judged.live.instance.mark === null;
  return [
    ...(isFirstContact ? [] : [...emptyDeclaration(judged), ...maxRemovals(judged, limit, takings)]),
    ...protectedObjects(takings, protect, judged.declared),
    ...keepAccess(judged, kept),
    ...selfLockout(judged, takings, rest.selfLockout),
    ...broadening(judged, rest.rules),
  ];
}

/** What they name by an account's name is the account of that name then, whatever the files call it now. */
function judgeBy(
  { guardrails, accountNames }: EarlierGuardrails,
  judged: Judged,
  takings: Takings,
): readonly Finding[] {
  return judge({ ...judged, declared: { ...judged.declared, accountNames } }, guardrails, takings);
}

/** Whether two say the same, wherever they say it. */
function saysTheSame(one: Guarded, other: Guarded): boolean {
  return (
    equal(withoutPlaces(one.guardrails), withoutPlaces(other.guardrails)) &&
    one.accountNames.size === other.accountNames.size &&
    [...one.accountNames].every(([id, name]) => other.accountNames.get(id) === name)
  );
}

function withoutPlaces(guardrails: Guardrails): unknown {
  return JSON.parse(
    JSON.stringify(guardrails, (key, value: unknown) => (key === "source" ? undefined : value)),
  );
}

/** What the base's guardrails find and these do not, or take more lightly. */
function stricter(findings: readonly Finding[], own: readonly Finding[]): readonly Finding[] {
  const known = new Map(own.map((finding) => [keyOf(finding), finding.diagnostic.severity]));
  return findings.filter((finding) => {
    const severity = known.get(keyOf(finding));
    return severity === undefined || (severity !== "error" && finding.diagnostic.severity === "error");
  });
}

function keyOf({ subject, diagnostic: { code } }: Finding): string {
  return `${code} ${subject}`;
}

/** The place it names is another revision's: here other lines stand there, unless a change of these files is meant. */
function ofBase({ subject, diagnostic }: Finding, commit: string): Finding {
  return {
    subject,
    diagnostic: {
      ...diagnostic,
      message: `${diagnostic.message} So the guardrails say at ${commit.slice(0, 12)}, and they hold until others are applied.`,
      source: null,
    },
  };
}
