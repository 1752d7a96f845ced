import type { Change } from "../../src/model/change.js";
import { changeId } from "../../src/model/keys.js";
import type { AssignmentKey } from "../../src/model/keys.js";
import type { Plan } from "../../src/model/plan.js";
import type { PermissionSet } from "../../src/model/state.js";
import { planDigest } from "../../src/plan/digest.js";

// Plans as the engine makes them, put together by hand so that what a report says of each part can be looked at.

const common = { cause: "config", dependsOn: [], source: null } as const;

function at(line: number, file = "access/groups.yaml"): { file: string; line: number; column: number } {
  return { file, line, column: 3 };
}

const s3Access: PermissionSet = {
  description: "Object storage for developers",
  sessionDuration: "PT2H",
  managedPolicies: ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
  customerManagedPolicies: [{ name: "DeveloperBase", path: "/platform/" }],
  inlinePolicy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:Get*", "s3:List*"],
        Resource: ["*"],
        Condition: { Bool: { "aws:MultiFactorAuthPresent": ["true"] } },
      },
    ],
  },
  permissionsBoundary: { managedPolicy: "arn:aws:iam::aws:policy/PowerUserAccess" },
  tags: { team: "platform" },
};

function assignmentOf(key: AssignmentKey): { id: string; key: AssignmentKey } {
  return { id: changeId.assignment(key), key };
}

const developersInSandbox = {
  principalType: "group",
  principal: "developers",
  permissionSet: "S3FullAccess",
  account: "111122223333",
} as const;

/** One of each kind with each action. */
export const everyChange: readonly Change[] = [
  {
    ...common,
    kind: "user",
    action: "create",
    id: "user:alice",
    key: { name: "alice" },
    before: null,
    after: {
      givenName: "Alice",
      familyName: "Nguyen",
      displayName: "Alice Nguyen",
      email: "alice@example.com",
      title: "Engineer",
    },
    source: at(4, "access/people.yaml"),
  },
  {
    ...common,
    kind: "user",
    action: "update",
    id: "user:bob",
    key: { name: "bob" },
    before: { title: "Engineer", nickName: "Bobby" },
    after: { title: "Principal Engineer", locale: "en-GB" },
    fields: [
      { path: "title", before: "Engineer", after: "Principal Engineer" },
      { path: "nickName", before: "Bobby", after: null },
      { path: "locale", before: null, after: "en-GB" },
    ],
    source: at(9, "access/people.yaml"),
  },
  {
    ...common,
    kind: "user",
    action: "disable",
    id: "user:carol",
    key: { name: "carol" },
    before: {},
    after: {},
    fields: [{ path: "groups", before: ["administrators", "developers"], after: [] }],
  },
  {
    ...common,
    kind: "user",
    action: "delete",
    id: "user:dan",
    key: { name: "dan" },
    before: { displayName: "Dan Smith", email: "dan@example.com" },
    after: null,
  },
  {
    ...common,
    kind: "group",
    action: "create",
    id: "group:developers",
    key: { name: "developers" },
    before: null,
    after: { description: "Build and run" },
    source: at(2),
  },
  {
    ...common,
    kind: "group",
    action: "update",
    id: "group:Platform Team",
    key: { name: "Platform Team" },
    before: { description: "old" },
    after: { description: "new" },
    fields: [{ path: "description", before: "old", after: "new" }],
    source: at(12),
  },
  {
    ...common,
    kind: "group",
    action: "delete",
    id: "group:old",
    key: { name: "old" },
    before: {},
    after: null,
  },
  {
    ...common,
    kind: "membership",
    action: "create",
    id: "membership:developers/alice",
    key: { group: "developers", user: "alice" },
    before: null,
    after: {},
    source: at(4),
  },
  {
    ...common,
    kind: "membership",
    action: "delete",
    id: "membership:administrators/carol",
    key: { group: "administrators", user: "carol" },
    before: {},
    after: null,
    source: at(7),
  },
  {
    ...common,
    kind: "permissionSet",
    action: "create",
    id: "permissionSet:S3FullAccess",
    key: { name: "S3FullAccess" },
    before: null,
    after: s3Access,
    source: at(2, "access/permission-sets/s3.yaml"),
  },
  {
    ...common,
    kind: "permissionSet",
    action: "update",
    id: "permissionSet:ReadOnly",
    key: { name: "ReadOnly" },
    before: s3Access,
    after: s3Access,
    fields: [
      { path: "sessionDuration", before: "PT12H", after: "PT1H" },
      {
        path: "managedPolicies",
        before: ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/SecurityAudit"],
        after: ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/SecurityAudit"],
      },
      {
        path: "inlinePolicy",
        before: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["s3:Get*", "s3:List*"], Resource: ["*"] },
            { Effect: "Allow", Action: ["iam:*"], Resource: ["*"] },
          ],
        },
        after: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["s3:Get*", "s3:PutObject"], Resource: ["*"] },
            { Effect: "Deny", NotAction: ["s3:*"], Resource: ["*"], Sid: "OnlyS3" },
          ],
        },
      },
      { path: "tags.team", before: null, after: "platform" },
    ],
    source: at(2, "access/permission-sets/read-only.yaml"),
  },
  {
    ...common,
    kind: "permissionSet",
    action: "delete",
    id: "permissionSet:Old",
    key: { name: "Old" },
    before: s3Access,
    after: null,
  },
  {
    ...common,
    kind: "provisioning",
    action: "provision",
    id: "provisioning:ReadOnly",
    key: { permissionSet: "ReadOnly" },
    accounts: ["111122223333", "444455556666"],
    everywhere: true,
  },
  {
    ...common,
    ...assignmentOf(developersInSandbox),
    kind: "assignment",
    action: "create",
    before: null,
    after: {},
    source: at(3, "access/assignments.yaml"),
  },
  {
    ...common,
    ...assignmentOf({
      principalType: "user",
      principal: "#9067-1",
      permissionSet: "Old",
      account: "444455556666",
      orphan: true,
    }),
    kind: "assignment",
    action: "delete",
    before: {},
    after: null,
  },
];

const instance = {
  arn: "arn:aws:sso:::instance/ssoins-1111222233334444",
  identityStoreId: "d-1111222233",
  region: "eu-west-1",
  ownerAccountId: "999900001111",
};

/** A plan with nothing to do, or with what `given` says. */
export function planOf(given: Partial<Plan> = {}): Plan {
  const changes = given.changes ?? [];
  const counts = { create: 0, update: 0, rename: 0, disable: 0, delete: 0, provision: 0 };
  for (const { action } of changes) counts[action] += 1;
  const access = given.access ?? { gained: [], lost: [], changed: [] };
  return {
    formatVersion: "1",
    toolVersion: "0.1.0",
    digest: planDigest({ instance, changes }),
    instance,
    declared: {
      digest: `sha256:${"0".repeat(64)}`,
      commit: null,
      counts: { users: 10, groups: 4, memberships: 1, permissionSets: 5, assignments: 1200 },
    },
    base: null,
    live: {
      readAt: "2026-01-02T03:04:05.000Z",
      complete: true,
      targeted: false,
      mark: null,
      requests: { ssoAdmin: 1, identityStore: 2, organizations: 3, sts: 1 },
    },
    changes,
    withheld: [],
    accounts: { "111122223333": "sandbox", "444455556666": "payments-prod" },
    access,
    notes: [],
    diagnostics: [],
    summary: {
      ...counts,
      withheld: given.withheld?.length ?? 0,
      unmanaged: 0,
      gained: new Set(access.gained.map(({ user }) => user)).size,
      lost: new Set(access.lost.map(({ user }) => user)).size,
    },
    ...given,
  };
}
