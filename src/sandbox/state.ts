/**
 * Everything a sandbox knows, as tables of immutable rows keyed by id. Tests may read any of it; to change
 * something by hand, call the API as anybody would, or put a new row into a table.
 */
import type { Input, Named } from "./constraints.js";
import type { Application, Organization } from "./organization.js";
import { Table } from "./table.js";

export { deserialize, SandboxStateError, serialize } from "./state-file.js";

/** Times are milliseconds since the epoch. */
export type Audit = {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
};

export type ExternalId = { readonly Issuer: string; readonly Id: string };

/** A user's attributes in the API's own form (`UserName`, `Name.GivenName`, `Emails[0].Value`, …). */
export type UserAttributes = Omit<Input<"identitystore", "CreateUser">, "IdentityStoreId" | "Extensions">;

export type UserStatus = "ENABLED" | "DISABLED";

export type User = Audit & {
  readonly id: string;
  readonly status: UserStatus;
  readonly attributes: UserAttributes;
  /** By extension name, `aws:identitystore:enterprise` being the only one. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Given by an external identity provider; never by the API. */
  readonly externalIds: readonly ExternalId[];
};

export type Group = Audit & {
  readonly id: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly externalIds: readonly ExternalId[];
};

export type Membership = Audit & { readonly id: string; readonly groupId: string; readonly userId: string };

export type PolicyReference = { readonly name: string; readonly path: string };

export type Boundary =
  | { readonly kind: "aws"; readonly arn: string }
  | { readonly kind: "customer"; readonly policy: PolicyReference };

/** The facets of a permission set that reach an account when it is provisioned there: all but its tags. */
export type PermissionSetContent = {
  readonly description: string | null;
  /** ISO 8601, PT1H to PT12H. */
  readonly sessionDuration: string;
  readonly relayState: string | null;
  /** ARNs, in the order they were attached. */
  readonly managedPolicies: readonly string[];
  readonly customerManagedPolicies: readonly PolicyReference[];
  /** The text as it was put. */
  readonly inlinePolicy: string | null;
  readonly permissionsBoundary: Boundary | null;
};

export type PermissionSet = {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  /** Counts the edits: an account whose role has an earlier one lags behind. */
  readonly revision: number;
  readonly content: PermissionSetContent;
};

/** The IAM role that a permission set has in an account where it is provisioned. */
export type Role = {
  readonly accountId: string;
  readonly permissionSetArn: string;
  /** 16 hexadecimal digits at the end of the role's name; another one when the role is made anew. */
  readonly suffix: string;
  readonly revision: number;
  /** The set's facets when it was last provisioned here. */
  readonly content: PermissionSetContent;
};

export type PrincipalType = "USER" | "GROUP";

export type Assignment = {
  readonly accountId: string;
  readonly permissionSetArn: string;
  readonly principalType: PrincipalType;
  readonly principalId: string;
};

/** An asynchronous operation: accepted, and done when `dueAt` has passed. */
export type AsyncRequest = {
  readonly id: string;
  readonly status: "IN_PROGRESS" | "SUCCEEDED" | "FAILED";
  readonly failureReason: string | null;
  readonly createdAt: number;
  readonly dueAt: number;
} & (
  | { readonly kind: "creation" | "deletion"; readonly assignment: Assignment }
  | {
      readonly kind: "provisioning";
      readonly permissionSetArn: string;
      /** `all`: the request was for all accounts that had the role; these. */
      readonly all: boolean;
      readonly accountIds: readonly string[];
    }
);

export type AsyncKind = AsyncRequest["kind"];

/** A user or group that may use an application. */
export type ApplicationAssignment = {
  readonly applicationArn: string;
  readonly principalType: PrincipalType;
  readonly principalId: string;
};

/** The organization's. */
export type Instance = {
  readonly arn: string;
  readonly identityStoreId: string;
  readonly name: string | null;
  readonly createdAt: number;
  /** False for an instance without multi-account permissions. */
  readonly permissionSetsEnabled: boolean;
  /** Its owner has deleted it, and all that was in it. */
  readonly deleted: boolean;
};

/** What a member account has made for itself: visible there and in that region only, without permission sets. */
export type AccountInstance = {
  readonly arn: string;
  readonly identityStoreId: string;
  readonly ownerAccountId: string;
  readonly region: string;
  readonly name: string | null;
  readonly createdAt: number;
  /** What it was made with: a repetition with the same client token makes no other. */
  readonly request: Input<"sso-admin", "CreateInstance">;
};

/** A user's attribute that goes into a session as a tag, in the API's own form. */
export type AccessControlAttribute = Named<"sso-admin", "AccessControlAttribute">;

/** The way in for an identity provider. */
export type ScimAccess = {
  /** Stands in the path of the endpoint. */
  readonly tenantId: string;
  /** The bearer token: letters, digits, and `_.+/:-=`. */
  readonly token: string;
};

export type SandboxState = {
  /** The accounts may change between requests: put another organisation here. */
  organization: Organization;
  instance: Instance;
  /** Put another token here, as somebody does who makes a new one in the console. */
  scim: ScimAccess;
  /** By the account that owns it, which can have one. */
  readonly accountInstances: Map<string, AccountInstance>;
  /** Null while attributes for access control are not enabled. */
  accessControlAttributes: readonly AccessControlAttribute[] | null;
  /** How many ids were given out; the next ones follow from it. */
  counter: number;
  readonly users: Table<User, "name" | "email">;
  readonly groups: Table<Group, "name">;
  readonly memberships: Table<Membership, "group" | "user" | "pair">;
  readonly permissionSets: Table<PermissionSet, "name">;
  readonly roles: Table<Role, "set" | "account">;
  readonly assignments: Table<Assignment, "pair" | "principal">;
  readonly applicationAssignments: Table<ApplicationAssignment, "principal">;
  readonly requests: Table<AsyncRequest, "status" | "kind">;
  /** By the ARN of the resource (an instance or a permission set), then by tag key. */
  readonly tags: Map<string, ReadonlyMap<string, string>>;
};

/** An Identity Center just switched on in `organization`: nobody and nothing in it. */
export function newState(organization: Organization): SandboxState {
  return {
    organization,
    instance: {
      arn: "arn:aws:sso:::instance/ssoins-1111222233334444",
      identityStoreId: "d-1111222233",
      name: null,
      createdAt: Date.UTC(2024, 0, 1),
      permissionSetsEnabled: true,
      deleted: false,
    },
    // Known to everybody: whoever can reach the port can do anything anyway.
    scim: { tenantId: "11111111111-2222-3333-4444-555555555555", token: "idc-sandbox-scim-token" },
    accountInstances: new Map(),
    accessControlAttributes: null,
    counter: 0,
    users: new Table({
      name: (user) => foldName(user.attributes.UserName ?? ""),
      email: (user) => foldName(user.attributes.Emails?.[0]?.Value ?? ""),
    }),
    groups: new Table({ name: (group) => foldName(group.displayName) }),
    memberships: new Table({
      group: (membership) => membership.groupId,
      user: (membership) => membership.userId,
      pair: (membership) => `${membership.groupId}/${membership.userId}`,
    }),
    permissionSets: new Table({ name: (set) => set.name }),
    roles: new Table({ set: (role) => role.permissionSetArn, account: (role) => role.accountId }),
    assignments: new Table({
      pair: (row) => roleKey(row.accountId, row.permissionSetArn),
      principal: (row) => principalKey(row.principalType, row.principalId),
    }),
    applicationAssignments: new Table({
      principal: (row) => principalKey(row.principalType, row.principalId),
    }),
    requests: new Table({
      status: (request) => request.status,
      kind: (request) => request.kind,
    }),
    tags: new Map(),
  };
}

/** What the console does, or SCIM: the API can only read a user's status. */
export function setUserStatus(state: SandboxState, userId: string, status: UserStatus): void {
  const user = state.users.get(userId);
  if (user === undefined) throw new Error(`there is no user ${userId} in this sandbox`);
  state.users.set(userId, { ...user, status });
}

/** The issuer of the ids that the identity provider gives through SCIM. */
export function scimIssuer({ scim }: SandboxState): string {
  return `https://scim.aws.com/${scim.tenantId}`;
}

/** The key of a role, and of the assignments that go through it. */
export function roleKey(accountId: string, permissionSetArn: string): string {
  return `${accountId}/${permissionSetArn}`;
}

export function assignmentKey(row: Assignment): string {
  return `${roleKey(row.accountId, row.permissionSetArn)}/${principalKey(row.principalType, row.principalId)}`;
}

/** `ssoins-…`, which the ARNs of what is in the instance are made of. */
export function instanceId({ instance }: SandboxState): string {
  return instance.arn.slice(instance.arn.lastIndexOf("/") + 1);
}

export function applicationArn(state: SandboxState, { account, id }: Application): string {
  return `arn:aws:sso::${account}:application/${instanceId(state)}/${id}`;
}

export function applicationAssignmentKey(row: ApplicationAssignment): string {
  return `${row.applicationArn}/${principalKey(row.principalType, row.principalId)}`;
}

export function principalKey(type: PrincipalType, id: string): string {
  return `${type}/${id}`;
}

/** Names of users and groups, and e-mail addresses, are unique without regard to case. */
export function foldName(name: string): string {
  return name.toLowerCase();
}
