import type { AssignmentKey, ChangeId, Keys, Kind } from "./keys.js";
import type { PolicyDocument } from "./policy-document.js";

/**
 * The attributes of a user that access files can declare, by their path in the files. Others that the identity
 * store knows (middle name, photos, …) are never touched. The user name is the key and cannot be changed later.
 */
export const userAttributes = [
  "givenName",
  "familyName",
  "displayName",
  "email",
  "title",
  "nickName",
  "userType",
  "locale",
  "timezone",
  "preferredLanguage",
  "profileUrl",
  "phone",
  "website",
  "birthdate",
  "address.street",
  "address.locality",
  "address.region",
  "address.postalCode",
  "address.country",
  "enterprise.employeeNumber",
  "enterprise.costCenter",
  "enterprise.organization",
  "enterprise.division",
  "enterprise.department",
  "enterprise.manager",
] as const;

export type UserAttribute = (typeof userAttributes)[number];

/** A user's attributes; an absent one is not set. Never an empty string: the service refuses those. */
export type User = { readonly [A in UserAttribute]?: string };

export type UserStatus = "ENABLED" | "DISABLED";

export type Group = { readonly description?: string };

/** A membership has no content of its own: its key says all. */
type Membership = { readonly [key: string]: never };

export type CustomerManagedPolicy = { readonly name: string; readonly path: string };

export type PermissionsBoundary =
  | { readonly managedPolicy: string }
  | { readonly customerManagedPolicy: CustomerManagedPolicy };

/** A permission set, owned whole: what is absent here is absent there (tags that begin with `aws:` are never listed). */
export type PermissionSet = {
  readonly description?: string;
  /** Canonical ISO 8601, e.g. `PT2H`. */
  readonly sessionDuration: string;
  readonly relayState?: string;
  /** Full ARNs of AWS managed policies, sorted. */
  readonly managedPolicies: readonly string[];
  /** Sorted by path, then name. */
  readonly customerManagedPolicies: readonly CustomerManagedPolicy[];
  /** In normal form (policy/); null when there is none. */
  readonly inlinePolicy: PolicyDocument | null;
  readonly permissionsBoundary: PermissionsBoundary | null;
  readonly tags: Readonly<Record<string, string>>;
};

type Assignment = { readonly [key: string]: never };

/** A user's own assignment to an application, which is known by its ARN; `name` is what it is called. */
export type ApplicationAssignment = Keys["applicationAssignment"] & { readonly name: string };

/** What an object of each kind consists of, its key apart. */
export type Values = {
  user: User;
  group: Group;
  membership: Membership;
  permissionSet: PermissionSet;
  assignment: Assignment;
  applicationAssignment: Pick<ApplicationAssignment, "name">;
  provisioning: never;
};

/** A whole Identity Center, keyed by natural names: the one type that files and live are both brought to. */
export type State = {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly memberships: ReadonlyMap<ChangeId, Keys["membership"]>;
  readonly permissionSets: ReadonlyMap<string, PermissionSet>;
  readonly assignments: ReadonlyMap<ChangeId, AssignmentKey>;
  /** Direct ones of people who leave alone: applications are not managed here, and nobody else's are looked at. */
  readonly applicationAssignments: ReadonlyMap<ChangeId, ApplicationAssignment>;
};

/** The kinds a State holds; `provisioning` is a matter of time, not of State. */
export type StateKind = Exclude<Kind, "provisioning">;
