import type { PolicyDocument } from "../model/policy-document.js";
import { byText } from "../model/text.js";
import { actionOf, operations, serviceOf, type Operation, type OperationName } from "./operations.js";

/** What `idc plan`, `idc apply` and `idc revoke` may need; whatever else reads alone needs what plan needs. */
export type Command = "plan" | "apply" | "revoke";

/**
 * The emergency creates nothing: no user, group or membership, no set and no assignment. Who may write the Deny that cuts
 * off sessions may write any inline policy, though, so the role is to be guarded like the one that applies.
 */
const revoking: ReadonlySet<OperationName> = new Set<OperationName>([
  "sts GetCallerIdentity",
  "organizations DescribeOrganization",
  "identitystore DeleteGroupMembership",
  "identitystore DescribeGroup",
  "identitystore DescribeUser",
  "identitystore GetGroupId",
  "identitystore GetGroupMembershipId",
  "identitystore GetUserId",
  "identitystore IsMemberInGroups",
  "identitystore ListGroupMemberships",
  "identitystore ListGroupMembershipsForMember",
  "identitystore ListGroups",
  "identitystore ListUsers",
  "sso-admin DeleteAccountAssignment",
  "sso-admin DeleteApplicationAssignment",
  "sso-admin DeleteInlinePolicyFromPermissionSet",
  "sso-admin DescribeAccountAssignmentCreationStatus",
  "sso-admin DescribeAccountAssignmentDeletionStatus",
  "sso-admin DescribeInstance",
  "sso-admin DescribePermissionSet",
  "sso-admin DescribePermissionSetProvisioningStatus",
  "sso-admin GetInlinePolicyForPermissionSet",
  "sso-admin GetPermissionsBoundaryForPermissionSet",
  "sso-admin ListAccountAssignmentCreationStatus",
  "sso-admin ListAccountAssignmentDeletionStatus",
  "sso-admin ListAccountAssignments",
  "sso-admin ListAccountAssignmentsForPrincipal",
  "sso-admin ListAccountsForProvisionedPermissionSet",
  "sso-admin ListApplicationAssignmentsForPrincipal",
  "sso-admin ListApplications",
  "sso-admin ListCustomerManagedPolicyReferencesInPermissionSet",
  "sso-admin ListInstances",
  "sso-admin ListManagedPoliciesInPermissionSet",
  "sso-admin ListPermissionSetProvisioningStatus",
  "sso-admin ListPermissionSets",
  "sso-admin ListTagsForResource",
  "sso-admin ProvisionPermissionSet",
  "sso-admin PutInlinePolicyToPermissionSet",
  "sso-admin TagResource",
  "sso-admin UntagResource",
]);

/** The statements, in the order in which a run comes to need them. */
type Sid =
  | "FindIdentityCenter"
  | "FindApplications"
  | "ReadOrganization"
  | "ReadPermissionSetsAndAssignments"
  | "ReadUsersAndGroups"
  | "ChangePermissionSetsAndAssignments"
  | "ChangeUsersAndGroups"
  | "RolesInManagementAccount"
  | "SamlProviderInManagementAccount";

/**
 * The least IAM policy with which `command` does all that it may come to do: an action for each operation in the table
 * and what the service checks besides. `instanceArn` narrows it to one Identity Center; null means any of the partition
 * `aws`.
 */
export function leastPolicy(command: Command, instanceArn: string | null): PolicyDocument {
  const resources = resourcesAt(instanceArn);
  const actions = new Map(Object.keys(resources).map((sid) => [sid as Sid, new Set<string>()]));
  for (const name of Object.keys(operations) as OperationName[])
    if (isFor(command, name)) for (const [sid, action] of actionsOf(name)) actions.get(sid)?.add(action);
  return {
    Version: "2012-10-17",
    Statement: [...actions]
      .filter(([, those]) => those.size > 0)
      .map(([Sid, those]) => ({
        Sid,
        Effect: "Allow",
        Action: [...those].sort(byText),
        Resource: resources[Sid],
      })),
  };
}

function isFor(command: Command, name: OperationName): boolean {
  const { access, only }: Operation = operations[name];
  switch (command) {
    case "plan":
      return access === "read" && only !== "applying";
    case "apply":
      return only !== "planning";
    case "revoke":
      return revoking.has(name);
  }
}

function actionsOf(name: OperationName): readonly (readonly [Sid, string])[] {
  const { also = [], inManagementAccount = [] }: Operation = operations[name];
  const sid = sidOf(name);
  return [
    ...[actionOf(name), ...also].map((action) => [sid, action] as const),
    ...inManagementAccount.map((action) => [sidOfRoleAction(action), action] as const),
  ];
}

function sidOf(name: OperationName): Sid {
  if (name === "sso-admin ListInstances") return "FindIdentityCenter";
  if (name === "sso-admin ListApplications") return "FindApplications";
  const { access } = operations[name];
  switch (serviceOf(name)) {
    case "sts":
      return "FindIdentityCenter";
    case "organizations":
      return "ReadOrganization";
    case "sso-admin":
      return access === "read" ? "ReadPermissionSetsAndAssignments" : "ChangePermissionSetsAndAssignments";
    case "identitystore":
      return access === "read" ? "ReadUsersAndGroups" : "ChangeUsersAndGroups";
  }
}

function sidOfRoleAction(action: string): Sid {
  return action.endsWith("SAMLProvider") ? "SamlProviderInManagementAccount" : "RolesInManagementAccount";
}

/**
 * Every type of resource that a statement's actions are checked against (Service Authorization Reference), as narrow as
 * they can be named beforehand. The ARN of an identity store holds the owner's account and an id that only
 * ListInstances tells, and its users and groups carry none of both, so a pattern for them would be no narrower than `*`.
 */
function resourcesAt(instanceArn: string | null): Readonly<Record<Sid, readonly string[]>> {
  const partition = instanceArn?.split(":")[1] ?? "aws";
  const instance = instanceArn?.split("/")[1] ?? "*";
  const identityCenter = [
    `arn:${partition}:sso:::account/*`,
    `arn:${partition}:sso:::instance/${instance}`,
    `arn:${partition}:sso:::permissionSet/${instance}/*`,
    `arn:${partition}:sso::*:application/${instance}/*`,
  ];
  return {
    FindIdentityCenter: ["*"],
    FindApplications: ["*"],
    ReadOrganization: ["*"],
    ReadPermissionSetsAndAssignments: identityCenter,
    ReadUsersAndGroups: ["*"],
    ChangePermissionSetsAndAssignments: identityCenter,
    ChangeUsersAndGroups: ["*"],
    RolesInManagementAccount: [`arn:${partition}:iam::*:role/aws-reserved/sso.amazonaws.com/*`],
    SamlProviderInManagementAccount: [`arn:${partition}:iam::*:saml-provider/AWSSSO_*_DO_NOT_DELETE`],
  };
}
