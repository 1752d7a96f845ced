/** A sandbox's state as text and back. Reading checks every field: a state file is input like any other. */
import { checked } from "./check.js";
import type { Named, Service } from "./constraints.js";
import {
  boolean,
  type Decoder,
  DecodeError,
  integer,
  list,
  mapping,
  matching,
  nullable,
  object,
  oneOf,
  optional,
  record,
  text,
} from "./decode.js";
import { ServiceError } from "./errors.js";
import { decodeOrganization, organizationDocument } from "./organization.js";
import {
  type AccessControlAttribute,
  type AccountInstance,
  applicationArn,
  type ApplicationAssignment,
  applicationAssignmentKey,
  type Assignment,
  assignmentKey,
  type AsyncRequest,
  type Boundary,
  type ExternalId,
  foldName,
  type Group,
  type Instance,
  type Membership,
  newState,
  type PermissionSet,
  type PermissionSetContent,
  type PolicyReference,
  type Role,
  roleKey,
  type SandboxState,
  type ScimAccess,
  type User,
  type UserAttributes,
} from "./state.js";

const format = "idc-sandbox-state";
const version = 1;

export class SandboxStateError extends Error {
  override readonly name = "SandboxStateError";
}

export function serialize(state: SandboxState): string {
  return `${JSON.stringify({
    format,
    version,
    counter: state.counter,
    instance: state.instance,
    scim: state.scim,
    accountInstances: [...state.accountInstances.values()],
    accessControlAttributes: state.accessControlAttributes,
    organization: organizationDocument(state.organization),
    users: [...state.users.values()],
    groups: [...state.groups.values()],
    memberships: [...state.memberships.values()],
    permissionSets: [...state.permissionSets.values()],
    roles: [...state.roles.values()],
    assignments: [...state.assignments.values()],
    applicationAssignments: [...state.applicationAssignments.values()],
    requests: [...state.requests.values()],
    tags: Object.fromEntries([...state.tags].map(([arn, tags]) => [arn, Object.fromEntries(tags)])),
  })}\n`;
}

/** @throws SandboxStateError with one sentence for a text that `serialize` did not write. */
export function deserialize(stateText: string): SandboxState {
  try {
    return fill(decodeFile(parseJson(stateText), ""));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new SandboxStateError(`This is not a sandbox's state: ${error.message}.`);
  }
}

function parseJson(stateText: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(stateText);
  } catch {
    throw new DecodeError("", "is not complete JSON");
  }
  const file = record(value, "");
  if (file["format"] !== format) throw new DecodeError("format", `must be "${format}"`);
  if (file["version"] !== version)
    throw new DecodeError("version", `must be ${version}: another idc wrote it`);
  return value;
}

function fill(file: StateFile): SandboxState {
  const state = newState(file.organization);
  state.instance = file.instance;
  if (file.scim !== null) state.scim = file.scim;
  state.accessControlAttributes = file.accessControlAttributes;
  state.counter = file.counter;
  fillTable(state.accountInstances, file.accountInstances, "accountInstances", (one) => one.ownerAccountId);
  fillTable(state.users, file.users, "users", (user) => user.id);
  fillTable(state.groups, file.groups, "groups", (group) => group.id);
  fillTable(state.memberships, file.memberships, "memberships", (membership) => membership.id);
  fillTable(state.permissionSets, file.permissionSets, "permissionSets", (set) => set.arn);
  fillTable(state.roles, file.roles, "roles", (role) => roleKey(role.accountId, role.permissionSetArn));
  fillTable(state.assignments, file.assignments, "assignments", assignmentKey);
  fillTable(
    state.applicationAssignments,
    file.applicationAssignments,
    "applicationAssignments",
    applicationAssignmentKey,
  );
  fillTable(state.requests, file.requests, "requests", (request) => request.id);
  for (const [arn, tags] of file.tags) state.tags.set(arn, tags);
  checkNames(state.users.values(), "users", (user) => foldName(user.attributes.UserName ?? ""));
  checkNames(state.groups.values(), "groups", (group) => foldName(group.displayName));
  checkNames(state.permissionSets.values(), "permission sets", (set) => set.name);
  checkNames(file.accessControlAttributes ?? [], "attributes for access control", ({ Key }) => Key);
  checkNames([file.instance, ...file.accountInstances], "instances", ({ arn }) => arn);
  checkReferences(state);
  return state;
}

function fillTable<Row>(
  table: Map<string, Row>,
  rows: readonly Row[],
  name: string,
  keyOf: (row: Row) => string,
): void {
  for (const [index, row] of rows.entries()) {
    const key = keyOf(row);
    if (table.has(key)) throw new DecodeError(`${name}[${index}]`, `repeats ${key}`);
    table.set(key, row);
  }
}

/** Names that the service lets only one thing have. */
function checkNames<Row>(rows: Iterable<Row>, what: string, nameOf: (row: Row) => string): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const name = nameOf(row);
    if (seen.has(name)) throw new DecodeError("", `has two ${what} named ${name}`);
    seen.add(name);
  }
}

/** What the service itself never lets dangle. (Principals of assignments may: those are orphans.) */
function checkReferences(state: SandboxState): void {
  for (const { id, groupId, userId } of state.memberships.values()) {
    if (!state.groups.has(groupId)) throw new DecodeError(`membership ${id}`, `has no group ${groupId}`);
    if (!state.users.has(userId)) throw new DecodeError(`membership ${id}`, `has no user ${userId}`);
  }
  for (const role of state.roles.values())
    if (!state.permissionSets.has(role.permissionSetArn))
      throw new DecodeError(
        `the role in ${role.accountId}`,
        `has no permission set ${role.permissionSetArn}`,
      );
  for (const row of state.assignments.values())
    if (!state.roles.has(roleKey(row.accountId, row.permissionSetArn)))
      throw new DecodeError(
        `the assignment of ${row.principalId}`,
        `has no role in account ${row.accountId}`,
      );
  const applications = state.organization.applications.map((application) =>
    applicationArn(state, application),
  );
  for (const row of state.applicationAssignments.values())
    if (!applications.includes(row.applicationArn))
      throw new DecodeError(
        `the assignment of ${row.principalId}`,
        `has no application ${row.applicationArn}`,
      );
}

type StateFile = {
  readonly format: string;
  readonly version: number;
  readonly counter: number;
  readonly instance: Instance;
  /** Null in the file of an earlier idc. */
  readonly scim: ScimAccess | null;
  readonly accountInstances: readonly AccountInstance[];
  readonly accessControlAttributes: readonly AccessControlAttribute[] | null;
  readonly organization: SandboxState["organization"];
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly memberships: readonly Membership[];
  readonly permissionSets: readonly PermissionSet[];
  readonly roles: readonly Role[];
  readonly assignments: readonly Assignment[];
  readonly applicationAssignments: readonly ApplicationAssignment[];
  readonly requests: readonly AsyncRequest[];
  readonly tags: ReadonlyMap<string, ReadonlyMap<string, string>>;
};

const audit = { createdAt: integer, createdBy: text, updatedAt: integer, updatedBy: text };
const externalIds = list(object<ExternalId>({ Issuer: text, Id: text }));
const accountId = matching(/^\d{12}$/, "an account id of 12 digits");

/** Held against the same constraints as a request that would set it. */
function acceptable<S extends Service, N extends string>(service: S, name: N): Decoder<Named<S, N>> {
  return (value, path) => {
    try {
      return checked(service, name, value);
    } catch (error) {
      if (error instanceof ServiceError) throw new DecodeError(path, `is refused: ${error.message}`);
      throw error;
    }
  };
}

const newUser = acceptable("identitystore", "CreateUserRequest");

function decodeAttributes(value: unknown, path: string): UserAttributes {
  const all = newUser({ ...record(value, path), IdentityStoreId: "d-0000000000" }, path);
  const { IdentityStoreId: _, Extensions: __, ...attributes } = all;
  return attributes;
}

const policyReference = object<PolicyReference>({ name: text, path: text });

const decodeBoundary: Decoder<Boundary> = (value, path) =>
  record(value, path)["kind"] === "aws"
    ? object<Boundary & { kind: "aws" }>({ kind: oneOf("aws"), arn: text })(value, path)
    : object<Boundary & { kind: "customer" }>({ kind: oneOf("customer"), policy: policyReference })(
        value,
        path,
      );

const content = object<PermissionSetContent>({
  description: nullable(text),
  sessionDuration: text,
  relayState: nullable(text),
  managedPolicies: list(text),
  customerManagedPolicies: list(policyReference),
  inlinePolicy: nullable(text),
  permissionsBoundary: nullable(decodeBoundary),
});

const assignment = object<Assignment>({
  accountId,
  permissionSetArn: text,
  principalType: oneOf("USER", "GROUP"),
  principalId: text,
});

const requestFields = {
  id: text,
  status: oneOf("IN_PROGRESS", "SUCCEEDED", "FAILED"),
  failureReason: nullable(text),
  createdAt: integer,
  dueAt: integer,
};

const decodeRequest: Decoder<AsyncRequest> = (value, path) =>
  record(value, path)["kind"] === "provisioning"
    ? object<AsyncRequest & { kind: "provisioning" }>({
        ...requestFields,
        kind: oneOf("provisioning"),
        permissionSetArn: text,
        all: boolean,
        accountIds: list(accountId),
      })(value, path)
    : object<AsyncRequest & { kind: "creation" | "deletion" }>({
        ...requestFields,
        kind: oneOf("creation", "deletion"),
        assignment,
      })(value, path);

const decodeFile: Decoder<StateFile> = object<StateFile>({
  format: text,
  version: integer,
  counter: integer,
  instance: object<Instance>({
    arn: text,
    identityStoreId: text,
    name: optional(nullable(text), null),
    createdAt: integer,
    permissionSetsEnabled: boolean,
    deleted: optional(boolean, false),
  }),
  scim: optional(
    object<ScimAccess>({
      tenantId: matching(/^[\w-]+$/, "letters, digits, _ and -"),
      token: matching(/^[\w.+/:-]+=*$/, "letters, digits and signs that no shell takes for its own"),
    }),
    null,
  ),
  accountInstances: optional(
    list(
      object<AccountInstance>({
        arn: text,
        identityStoreId: text,
        ownerAccountId: accountId,
        region: text,
        name: nullable(text),
        createdAt: integer,
        request: acceptable("sso-admin", "CreateInstanceRequest"),
      }),
    ),
    [],
  ),
  accessControlAttributes: optional(nullable(acceptable("sso-admin", "AccessControlAttributeList")), null),
  organization: decodeOrganization,
  users: list(
    object<User>({
      id: text,
      status: oneOf("ENABLED", "DISABLED"),
      attributes: decodeAttributes,
      extensions: record,
      externalIds,
      ...audit,
    }),
  ),
  groups: list(
    object<Group>({ id: text, displayName: text, description: nullable(text), externalIds, ...audit }),
  ),
  memberships: list(object<Membership>({ id: text, groupId: text, userId: text, ...audit })),
  permissionSets: list(
    object<PermissionSet>({ arn: text, name: text, createdAt: integer, revision: integer, content }),
  ),
  roles: list(object<Role>({ accountId, permissionSetArn: text, suffix: text, revision: integer, content })),
  assignments: list(assignment),
  applicationAssignments: optional(
    list(
      object<ApplicationAssignment>({
        applicationArn: text,
        principalType: oneOf("USER", "GROUP"),
        principalId: text,
      }),
    ),
    [],
  ),
  requests: list(decodeRequest),
  tags: mapping(mapping(text)),
});
