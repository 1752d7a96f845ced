/**
 * A known way of giving oneself more rights than one was given: any of its combinations, each of which needs all of its
 * actions. After the IAM privilege escalation methods that Rhino Security Labs collected, and the same in IAM Identity
 * Center itself.
 */
export type EscalationFamily = {
  readonly name: string;
  /** Completes "would let people …". */
  readonly words: string;
  readonly combinations: readonly (readonly [string, ...string[]])[];
};

/** Services that run somebody's code or template with a role that was passed to them. */
const runners = [
  "cloudformation:CreateStack",
  "codebuild:CreateProject",
  "datapipeline:CreatePipeline",
  "ec2:AssociateIamInstanceProfile",
  "ec2:RunInstances",
  "ecs:RegisterTaskDefinition",
  "ecs:RunTask",
  "glue:CreateDevEndpoint",
  "glue:CreateJob",
  "lambda:CreateFunction",
  "sagemaker:CreateNotebookInstance",
  "sagemaker:CreateProcessingJob",
  "sagemaker:CreateTrainingJob",
  "ssm:StartAutomationExecution",
  "states:CreateStateMachine",
] as const;

export const escalationFamilies: readonly EscalationFamily[] = [
  {
    name: "policy-versions",
    words: "rewrite managed policies",
    combinations: [["iam:CreatePolicyVersion"], ["iam:SetDefaultPolicyVersion"]],
  },
  {
    name: "attach-policies",
    words: "attach policies to users, groups and roles",
    combinations: [["iam:AttachUserPolicy"], ["iam:AttachGroupPolicy"], ["iam:AttachRolePolicy"]],
  },
  {
    name: "inline-policies",
    words: "write policies into users, groups and roles",
    combinations: [["iam:PutUserPolicy"], ["iam:PutGroupPolicy"], ["iam:PutRolePolicy"]],
  },
  {
    name: "group-membership",
    words: "join IAM groups",
    combinations: [["iam:AddUserToGroup"]],
  },
  {
    name: "credentials",
    words: "make credentials of other IAM users",
    combinations: [["iam:CreateAccessKey"], ["iam:CreateLoginProfile"], ["iam:UpdateLoginProfile"]],
  },
  {
    name: "trust-policies",
    words: "say who may assume a role",
    combinations: [["iam:UpdateAssumeRolePolicy"]],
  },
  {
    name: "boundaries",
    words: "change or take away permissions boundaries",
    combinations: [
      ["iam:DeleteRolePermissionsBoundary"],
      ["iam:DeleteUserPermissionsBoundary"],
      ["iam:PutRolePermissionsBoundary"],
      ["iam:PutUserPermissionsBoundary"],
    ],
  },
  {
    name: "passed-roles",
    words: "run things with roles of others",
    combinations: runners.map((runner) => ["iam:PassRole", runner] as const),
  },
  {
    name: "code-of-others",
    words: "change what runs with roles of others",
    combinations: [
      ["cloudformation:CreateChangeSet"],
      ["cloudformation:UpdateStack"],
      ["codebuild:StartBuild"],
      ["glue:UpdateDevEndpoint"],
      ["lambda:UpdateFunctionCode"],
      ["lambda:UpdateFunctionConfiguration"],
    ],
  },
  {
    name: "machines-of-others",
    words: "run commands on machines that have roles of others",
    combinations: [
      ["ec2-instance-connect:SendSSHPublicKey"],
      ["ecs:ExecuteCommand"],
      ["sagemaker:CreatePresignedNotebookInstanceUrl"],
      ["ssm:SendCommand"],
      ["ssm:StartSession"],
    ],
  },
  {
    name: "identity-center",
    words: "change who may do what in Identity Center",
    combinations: [
      ["identitystore:CreateGroupMembership"],
      ["sso:AssociateProfile"],
      ["sso:AttachCustomerManagedPolicyReferenceToPermissionSet"],
      ["sso:AttachManagedPolicyToPermissionSet"],
      ["sso:CreateAccountAssignment"],
      ["sso:DeletePermissionsBoundaryFromPermissionSet"],
      ["sso:PutInlinePolicyToPermissionSet"],
      ["sso:PutPermissionsBoundaryToPermissionSet"],
      ["sso:PutPermissionsPolicy"],
      ["sso-directory:AddMemberToGroup"],
      ["sso-directory:CreateBearerToken"],
      ["sso-directory:UpdatePassword"],
    ],
  },
];
