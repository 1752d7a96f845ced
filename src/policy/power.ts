import type { PolicyDocument } from "../model/policy-document.js";
import { changeOfAction, isBroader } from "./allowed-actions.js";
import { clausesOf, extentOf, foldedAction, isUnlimited, writtenActions } from "./clause.js";
import { escalationFamilies } from "./escalation.js";
import type { EscalationFamily } from "./escalation.js";

/** Whether a policy allows every action on every resource, with nothing taken off. */
export function allowsEverything(policy: PolicyDocument): boolean {
  return isAllowedEverywhere(policy, "*");
}

/** The actions among `*` and whole services (`s3:*`) that a policy allows on every resource, and the one before it did not. */
export function newWildcards(before: PolicyDocument, after: PolicyDocument): readonly string[] {
  const patterns = new Map(writtenActions(after).patterns.map((written) => [foldedAction(written), written]));
  const wide = [...patterns].filter(
    ([folded]) =>
      /^(\*|[^:*?]+:\*+)$/.test(folded) &&
      isAllowedEverywhere(after, folded) &&
      !isAllowedEverywhere(before, folded),
  );
  const whole = wide.find(([folded]) => folded === "*");
  return (whole === undefined ? wide : [whole]).map(([, written]) => written);
}

/** Whether a policy comes to allow the action, or on more resources, or under fewer conditions. */
export function isNewlyAllowed(action: string, before: PolicyDocument, after: PolicyDocument): boolean {
  const change = changeOfAction(action, before, after);
  return change !== null && isBroader({ change });
}

/** The known ways of giving oneself more rights that a policy comes to open, each with its first combination of actions. */
export function newEscalations(
  before: PolicyDocument,
  after: PolicyDocument,
): readonly { readonly family: EscalationFamily; readonly by: readonly string[] }[] {
  const clauses = clausesOf(after);
  const isAllowed = (action: string): boolean =>
    extentOf(clauses.filter(({ isAbout }) => isAbout(foldedAction(action)))) !== null;
  return escalationFamilies.flatMap((family) => {
    const by = family.combinations.find(
      (actions) =>
        actions.every(isAllowed) && actions.some((action) => isNewlyAllowed(action, before, after)),
    );
    return by === undefined ? [] : [{ family, by }];
  });
}

function isAllowedEverywhere(policy: PolicyDocument, action: string): boolean {
  const extent = extentOf(clausesOf(policy).filter(({ isAbout }) => isAbout(action)));
  return extent !== null && isUnlimited(extent);
}
