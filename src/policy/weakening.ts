import type { JsonObject, PolicyDocument } from "../model/policy-document.js";
import type { PermissionSet } from "../model/state.js";
import { catalogueOf } from "./action-catalogue.js";
import { changedActions, changeOfAction, isBroader } from "./allowed-actions.js";
import { broadenings } from "./broadening.js";
import type { Broadening } from "./broadening.js";
import { isObject, listOf, member } from "./json.js";

/**
 * Whether a permission set comes to allow less than before, or may: a policy or an action goes, something is denied, a
 * boundary is set or changed, a session gets shorter; or a policy comes that denies, as one of the account itself may, or
 * is read as another language. Less is what would be more the other way round.
 */
export function isWeakened(before: PermissionSet, after: PermissionSet): boolean {
  return (
    reachesFurther(after.inlinePolicy, before.inlinePolicy) ||
    reachesFurther(deniedBy(before), deniedBy(after)) ||
    readsOtherwise(before.inlinePolicy, after.inlinePolicy) ||
    broadenings(after, before, []).length > 0 ||
    broadenings(before, after, []).some(mayDeny) ||
    (before.permissionsBoundary === null && after.permissionsBoundary !== null)
  );
}

/**
 * Whether a policy allows something that the one before it did not. Actions are compared as they are written, without the
 * catalogue: `s3:*` is more than any list of what S3 has today; and what all actions but some are is written nowhere.
 */
function reachesFurther(before: PolicyDocument | null, after: PolicyDocument | null): boolean {
  const whole = changeOfAction("*", before, after);
  return (
    changedActions(before, after, noCatalogue).some(isBroader) ||
    (whole !== null && isBroader({ change: whole }))
  );
}

/**
 * Whether a policy with variables (`${aws:username}`) changes its version: before 2012-10-17, which is also what a policy
 * without a version is, they are taken for what stands there, and match nothing (IAM User Guide, "Version" element).
 */
function readsOtherwise(before: PolicyDocument | null, after: PolicyDocument | null): boolean {
  if (before === null || after === null || knowsVariables(before) === knowsVariables(after)) return false;
  return [before, after].some((policy) => JSON.stringify(policy).includes("${"));
}

function knowsVariables(policy: PolicyDocument): boolean {
  return member(policy, "Version") === "2012-10-17";
}

const noCatalogue = catalogueOf({});

/**
 * What a set's policy denies, as a policy that allows it: `s3:*Object` that is denied takes from `s3:Get*` what neither of
 * the two names.
 */
function deniedBy({ inlinePolicy }: PermissionSet): PolicyDocument | null {
  const written = inlinePolicy === null ? undefined : member(inlinePolicy, "Statement");
  if (written === undefined) return null;
  const denied = listOf(written).filter(
    (one): one is JsonObject => isObject(one) && member(one, "Effect") === "Deny",
  );
  return { ...inlinePolicy, Statement: denied.map((statement) => ({ ...statement, Effect: "Allow" })) };
}

/** AWS names those of its policies so that are there to deny (AWSDenyAll, AWSCompromisedKeyQuarantine). */
function mayDeny(broadening: Broadening): boolean {
  return (
    broadening.what === "customer-managed-policy" ||
    (broadening.what === "managed-policy" && /Deny|Quarantine/.test(broadening.arn))
  );
}
