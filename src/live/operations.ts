import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  DescribeGroupCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetGroupMembershipIdCommand,
  GetUserIdCommand,
  IsMemberInGroupsCommand,
  ListGroupMembershipsCommand,
  ListGroupMembershipsForMemberCommand,
  ListGroupsCommand,
  ListUsersCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-identitystore";
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  ListTagsForResourceCommand as ListTagsOfAccountCommand,
} from "@aws-sdk/client-organizations";
import {
  AttachCustomerManagedPolicyReferenceToPermissionSetCommand,
  AttachManagedPolicyToPermissionSetCommand,
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  DeleteAccountAssignmentCommand,
  DeleteApplicationAssignmentCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  DeletePermissionSetCommand,
  DeletePermissionsBoundaryFromPermissionSetCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  DescribeInstanceCommand,
  DescribePermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  DetachCustomerManagedPolicyReferenceFromPermissionSetCommand,
  DetachManagedPolicyFromPermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  ListAccountAssignmentCreationStatusCommand,
  ListAccountAssignmentDeletionStatusCommand,
  ListAccountAssignmentsCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListAccountsForProvisionedPermissionSetCommand,
  ListApplicationAssignmentsForPrincipalCommand,
  ListApplicationsCommand,
  ListCustomerManagedPolicyReferencesInPermissionSetCommand,
  ListInstancesCommand,
  ListManagedPoliciesInPermissionSetCommand,
  ListPermissionSetProvisioningStatusCommand,
  ListPermissionSetsCommand,
  ListTagsForResourceCommand,
  ProvisionPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  PutPermissionsBoundaryToPermissionSetCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePermissionSetCommand,
} from "@aws-sdk/client-sso-admin";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

/** The services, as the AWS CLI names them. */
export type Service = "sso-admin" | "identitystore" | "organizations" | "sts";

export type Operation = {
  readonly command: new (input: never) => object;
  readonly access: "read" | "write";
  /**
   * Of a reading that not every command does: `planning` one that only a plan of what files change needs; `applying` one
   * by which what is to be written is looked up, or what was written is looked at.
   */
  readonly only?: "planning" | "applying";
  /** IAM actions that the service checks besides the operation's own. */
  readonly also?: readonly string[];
  /**
   * IAM actions that the caller needs besides when the account concerned is the management account: there the service
   * edits the roles with the caller's own permissions (what its FailureReason asks for when they are missing).
   */
  readonly inManagementAccount?: readonly string[];
};

/** IAM actions with which the service edits the roles in the management account, in the caller's name. */
export const roleActions = [
  "iam:AttachRolePolicy",
  "iam:CreateRole",
  "iam:CreateSAMLProvider",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:GetRole",
  "iam:GetSAMLProvider",
  "iam:ListAttachedRolePolicies",
  "iam:ListRolePolicies",
  "iam:PutRolePolicy",
  "iam:UpdateRole",
  "iam:UpdateRoleDescription",
];

/**
 * Every API operation that idc can call, by service and name; what is not here cannot be called. Permissions, error
 * texts and counts derive from it.
 */
export const operations = {
  "sts GetCallerIdentity": { command: GetCallerIdentityCommand, access: "read" },

  "organizations DescribeOrganization": { command: DescribeOrganizationCommand, access: "read" },
  "organizations ListAccounts": { command: ListAccountsCommand, access: "read" },
  "organizations ListAccountsForParent": { command: ListAccountsForParentCommand, access: "read" },
  "organizations ListOrganizationalUnitsForParent": {
    command: ListOrganizationalUnitsForParentCommand,
    access: "read",
  },
  "organizations ListRoots": { command: ListRootsCommand, access: "read" },
  "organizations ListTagsForResource": { command: ListTagsOfAccountCommand, access: "read" },

  "identitystore DescribeGroup": { command: DescribeGroupCommand, access: "read" },
  "identitystore DescribeUser": { command: DescribeUserCommand, access: "read" },
  "identitystore GetGroupId": { command: GetGroupIdCommand, access: "read" },
  "identitystore GetGroupMembershipId": {
    command: GetGroupMembershipIdCommand,
    access: "read",
  },
  "identitystore GetUserId": { command: GetUserIdCommand, access: "read" },
  "identitystore IsMemberInGroups": { command: IsMemberInGroupsCommand, access: "read" },
  "identitystore ListGroupMemberships": { command: ListGroupMembershipsCommand, access: "read" },
  "identitystore ListGroupMembershipsForMember": {
    command: ListGroupMembershipsForMemberCommand,
    access: "read",
  },
  "identitystore ListGroups": { command: ListGroupsCommand, access: "read" },
  "identitystore ListUsers": { command: ListUsersCommand, access: "read" },
  "identitystore CreateGroup": { command: CreateGroupCommand, access: "write" },
  "identitystore CreateGroupMembership": { command: CreateGroupMembershipCommand, access: "write" },
  "identitystore CreateUser": { command: CreateUserCommand, access: "write" },
  "identitystore DeleteGroup": { command: DeleteGroupCommand, access: "write" },
  "identitystore DeleteGroupMembership": { command: DeleteGroupMembershipCommand, access: "write" },
  "identitystore DeleteUser": { command: DeleteUserCommand, access: "write" },
  "identitystore UpdateGroup": { command: UpdateGroupCommand, access: "write" },
  "identitystore UpdateUser": { command: UpdateUserCommand, access: "write" },

  "sso-admin DescribeAccountAssignmentCreationStatus": {
    command: DescribeAccountAssignmentCreationStatusCommand,
    access: "read",
    only: "applying",
  },
  "sso-admin DescribeAccountAssignmentDeletionStatus": {
    command: DescribeAccountAssignmentDeletionStatusCommand,
    access: "read",
    only: "applying",
  },
  "sso-admin DescribeInstance": { command: DescribeInstanceCommand, access: "read" },
  "sso-admin DescribePermissionSet": { command: DescribePermissionSetCommand, access: "read" },
  "sso-admin DescribePermissionSetProvisioningStatus": {
    command: DescribePermissionSetProvisioningStatusCommand,
    access: "read",
    only: "applying",
  },
  "sso-admin GetInlinePolicyForPermissionSet": {
    command: GetInlinePolicyForPermissionSetCommand,
    access: "read",
  },
  "sso-admin GetPermissionsBoundaryForPermissionSet": {
    command: GetPermissionsBoundaryForPermissionSetCommand,
    access: "read",
  },
  "sso-admin ListAccountAssignmentCreationStatus": {
    command: ListAccountAssignmentCreationStatusCommand,
    access: "read",
  },
  "sso-admin ListAccountAssignmentDeletionStatus": {
    command: ListAccountAssignmentDeletionStatusCommand,
    access: "read",
  },
  "sso-admin ListAccountAssignmentsForPrincipal": {
    command: ListAccountAssignmentsForPrincipalCommand,
    access: "read",
    only: "planning",
  },
  "sso-admin ListAccountAssignments": { command: ListAccountAssignmentsCommand, access: "read" },
  "sso-admin ListAccountsForProvisionedPermissionSet": {
    command: ListAccountsForProvisionedPermissionSetCommand,
    access: "read",
  },
  "sso-admin ListApplicationAssignmentsForPrincipal": {
    command: ListApplicationAssignmentsForPrincipalCommand,
    access: "read",
  },
  "sso-admin ListApplications": { command: ListApplicationsCommand, access: "read" },
  "sso-admin ListCustomerManagedPolicyReferencesInPermissionSet": {
    command: ListCustomerManagedPolicyReferencesInPermissionSetCommand,
    access: "read",
  },
  "sso-admin ListInstances": { command: ListInstancesCommand, access: "read" },
  "sso-admin ListManagedPoliciesInPermissionSet": {
    command: ListManagedPoliciesInPermissionSetCommand,
    access: "read",
  },
  "sso-admin ListPermissionSetProvisioningStatus": {
    command: ListPermissionSetProvisioningStatusCommand,
    access: "read",
  },
  "sso-admin ListPermissionSets": { command: ListPermissionSetsCommand, access: "read" },
  "sso-admin ListTagsForResource": { command: ListTagsForResourceCommand, access: "read" },
  "sso-admin AttachCustomerManagedPolicyReferenceToPermissionSet": {
    command: AttachCustomerManagedPolicyReferenceToPermissionSetCommand,
    access: "write",
  },
  "sso-admin AttachManagedPolicyToPermissionSet": {
    command: AttachManagedPolicyToPermissionSetCommand,
    access: "write",
  },
  "sso-admin CreateAccountAssignment": {
    command: CreateAccountAssignmentCommand,
    access: "write",
    inManagementAccount: roleActions,
  },
  "sso-admin CreatePermissionSet": {
    command: CreatePermissionSetCommand,
    access: "write",
    also: ["sso:TagResource"],
  },
  "sso-admin DeleteAccountAssignment": {
    command: DeleteAccountAssignmentCommand,
    access: "write",
    inManagementAccount: roleActions,
  },
  "sso-admin DeleteApplicationAssignment": {
    command: DeleteApplicationAssignmentCommand,
    access: "write",
  },
  "sso-admin DeleteInlinePolicyFromPermissionSet": {
    command: DeleteInlinePolicyFromPermissionSetCommand,
    access: "write",
  },
  "sso-admin DeletePermissionSet": { command: DeletePermissionSetCommand, access: "write" },
  "sso-admin DeletePermissionsBoundaryFromPermissionSet": {
    command: DeletePermissionsBoundaryFromPermissionSetCommand,
    access: "write",
  },
  "sso-admin DetachCustomerManagedPolicyReferenceFromPermissionSet": {
    command: DetachCustomerManagedPolicyReferenceFromPermissionSetCommand,
    access: "write",
  },
  "sso-admin DetachManagedPolicyFromPermissionSet": {
    command: DetachManagedPolicyFromPermissionSetCommand,
    access: "write",
  },
  "sso-admin ProvisionPermissionSet": {
    command: ProvisionPermissionSetCommand,
    access: "write",
    inManagementAccount: roleActions,
  },
  "sso-admin PutInlinePolicyToPermissionSet": {
    command: PutInlinePolicyToPermissionSetCommand,
    access: "write",
  },
  "sso-admin PutPermissionsBoundaryToPermissionSet": {
    command: PutPermissionsBoundaryToPermissionSetCommand,
    access: "write",
  },
  "sso-admin TagResource": { command: TagResourceCommand, access: "write" },
  "sso-admin UntagResource": { command: UntagResourceCommand, access: "write" },
  "sso-admin UpdatePermissionSet": { command: UpdatePermissionSetCommand, access: "write" },
} as const satisfies { readonly [name: `${Service} ${string}`]: Operation };

/** `sso-admin ListInstances` and its like. */
export type OperationName = keyof typeof operations;

type CommandOf<O extends OperationName> = InstanceType<(typeof operations)[O]["command"]>;
export type InputOf<O extends OperationName> = CommandOf<O>["input"];
export type OutputOf<O extends OperationName> =
  CommandOf<O> extends {
    resolveMiddleware(...given: never[]): (...given: never[]) => Promise<{ output: infer Output }>;
  }
    ? Output
    : never;

export function serviceOf(operation: OperationName): Service {
  for (const service of ["sso-admin", "identitystore", "organizations"] as const)
    if (operation.startsWith(`${service} `)) return service;
  return "sts";
}

/** IAM knows every operation here by its own name under the service's prefix (Service Authorization Reference). */
export function actionOf(operation: OperationName): string {
  const service = serviceOf(operation);
  return `${service === "sso-admin" ? "sso" : service}:${operation.slice(service.length + 1)}`;
}
