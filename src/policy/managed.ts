import type { JsonValue, PolicyDocument } from "../model/policy-document.js";
import type { PermissionSet } from "../model/state.js";
import { listOf, member } from "./json.js";
import { withoutRevocations } from "./revocation.js";

/** All of what says who may do what: permission sets and assignments, and who is in which group. */
const identityCenter = {
  Effect: "Allow",
  Action: ["sso:*", "sso-directory:*", "identitystore:*"],
  Resource: "*",
};

/**
 * What the AWS managed policies allow that are known to give everything or nearly so, or Identity Center itself, as far as
 * it is whole services (AWS Managed Policy Reference, by these names). What others allow is AWS's to change and not known
 * here.
 */
const known: Readonly<Record<string, readonly JsonValue[]>> = {
  AdministratorAccess: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  AWSSSODirectoryAdministrator: [
    { Effect: "Allow", Action: ["sso-directory:*", "identitystore:*"], Resource: "*" },
  ],
  AWSSSOMasterAccountAdministrator: [identityCenter],
  AWSSSOMemberAccountAdministrator: [identityCenter],
  IAMFullAccess: [{ Effect: "Allow", Action: ["iam:*", "organizations:DescribeAccount"], Resource: "*" }],
  PowerUserAccess: [{ Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" }],
};

/**
 * All that a permission set is known to allow, as one document: its inline policy and the managed policies whose content is
 * known. A boundary is not taken off: what it leaves is not known either. Nor is what a single person is denied for some
 * hours: others are allowed it all the same.
 */
export function knownPolicy({
  inlinePolicy,
  managedPolicies,
}: Pick<PermissionSet, "inlinePolicy" | "managedPolicies">): PolicyDocument {
  const lasting = withoutRevocations(inlinePolicy, () => true);
  const inline = lasting === null ? undefined : member(lasting, "Statement");
  return {
    Version: "2012-10-17",
    Statement: [
      ...(inline === undefined ? [] : listOf(inline)),
      ...managedPolicies.flatMap((arn) => {
        const name = arn.slice(arn.lastIndexOf("/") + 1);
        return Object.hasOwn(known, name) && arn.includes(":aws:policy/") ? (known[name] ?? []) : [];
      }),
    ],
  };
}
