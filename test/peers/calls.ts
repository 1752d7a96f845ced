import { readFileSync } from "node:fs";

const provision = ["ProvisionPermissionSet", "DescribePermissionSetProvisioningStatus"];
const assign = ["CreateAccountAssignment", "DescribeAccountAssignmentCreationStatus"];
const missing = (operation: string): string => `${operation} ResourceNotFoundException`;

/** What is there before: a set that some account has, so that there is something to provision. */
const assignedSet = ["CreatePermissionSet", "CreateGroup", ...assign];

/**
 * The calls of Terraform's AWS provider from a resource's creation to its end, in its order: each operation with the
 * error that has to come instead of an answer, polls counted once.
 */
export const providerCalls: Readonly<Record<string, readonly string[]>> = {
  provider: ["GetCallerIdentity"],
  permission_set: [
    "CreatePermissionSet",
    "DescribePermissionSet",
    "ListTagsForResource",
    "UpdatePermissionSet",
    ...provision,
    "UntagResource",
    "TagResource",
    "DescribePermissionSet",
    "ListTagsForResource",
    "ListPermissionSets",
    "DeletePermissionSet",
    missing("DescribePermissionSet"),
    missing("DeletePermissionSet"),
  ],
  managed_policy_attachment: [
    ...assignedSet,
    "ListManagedPoliciesInPermissionSet",
    "AttachManagedPolicyToPermissionSet",
    ...provision,
    "ListManagedPoliciesInPermissionSet",
    "DetachManagedPolicyFromPermissionSet",
    ...provision,
    "ListManagedPoliciesInPermissionSet",
    missing("DetachManagedPolicyFromPermissionSet"),
  ],
  customer_managed_policy_attachment: [
    ...assignedSet,
    "AttachCustomerManagedPolicyReferenceToPermissionSet",
    ...provision,
    "ListCustomerManagedPolicyReferencesInPermissionSet",
    "DetachCustomerManagedPolicyReferenceFromPermissionSet",
    ...provision,
    "ListCustomerManagedPolicyReferencesInPermissionSet",
  ],
  permission_set_inline_policy: [
    ...assignedSet,
    "PutInlinePolicyToPermissionSet",
    ...provision,
    "GetInlinePolicyForPermissionSet",
    "PutInlinePolicyToPermissionSet",
    ...provision,
    "GetInlinePolicyForPermissionSet",
    "DeleteInlinePolicyFromPermissionSet",
    ...provision,
    "GetInlinePolicyForPermissionSet",
  ],
  permissions_boundary_attachment: [
    ...assignedSet,
    ...Array.from({ length: 2 }, () => [
      missing("GetPermissionsBoundaryForPermissionSet"),
      "PutPermissionsBoundaryToPermissionSet",
      ...provision,
      "GetPermissionsBoundaryForPermissionSet",
      "DeletePermissionsBoundaryFromPermissionSet",
      ...provision,
    ]).flat(),
    missing("GetPermissionsBoundaryForPermissionSet"),
  ],
  account_assignment: [
    "CreatePermissionSet",
    "CreateGroup",
    "ListAccountAssignments",
    ...assign,
    "ListAccountAssignments",
    "DeleteAccountAssignment",
    "DescribeAccountAssignmentDeletionStatus",
    "ListAccountAssignments",
    missing("DeleteAccountAssignment"),
    "DeletePermissionSet",
    missing("ListAccountAssignments"),
  ],
  instance_access_control_attributes: [
    missing("DescribeInstanceAccessControlAttributeConfiguration"),
    "CreateInstanceAccessControlAttributeConfiguration",
    "DescribeInstanceAccessControlAttributeConfiguration",
    "UpdateInstanceAccessControlAttributeConfiguration",
    "DescribeInstanceAccessControlAttributeConfiguration",
    "DeleteInstanceAccessControlAttributeConfiguration",
    missing("DescribeInstanceAccessControlAttributeConfiguration"),
  ],
  identitystore_user: [
    "CreateUser",
    "DescribeUser",
    "GetUserId",
    "UpdateUser",
    "DescribeUser",
    "DeleteUser",
    missing("DescribeUser"),
    missing("DeleteUser"),
  ],
  identitystore_group: [
    "CreateGroup",
    "DescribeGroup",
    "GetGroupId",
    "UpdateGroup",
    "DescribeGroup",
    "DeleteGroup",
    missing("DescribeGroup"),
    missing("DeleteGroup"),
  ],
  identitystore_group_membership: [
    "CreateGroup",
    "CreateUser",
    "CreateGroupMembership",
    "DescribeGroupMembership",
    "ListGroupMemberships",
    "DeleteGroupMembership",
    missing("DescribeGroupMembership"),
    missing("DeleteGroupMembership"),
  ],
};

/** What a sandbox was asked so far, as it logged it: operations with the code of the error, if it was one. */
export function logged(log: string): readonly string[] {
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { operation, outcome } = JSON.parse(line) as { operation: string; outcome: string };
      return outcome === "ok" ? operation : `${operation} ${outcome}`;
    });
}
