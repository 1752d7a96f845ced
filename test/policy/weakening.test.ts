import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, PolicyDocument } from "../../src/model/policy-document.js";
import type { PermissionSet } from "../../src/model/state.js";
import { listOf } from "../../src/policy/json.js";
import { normalize } from "../../src/policy/normal-form.js";
import { isWeakened } from "../../src/policy/weakening.js";
import { permissionSet } from "../support/organizations.js";
import { allBut, allow, deny } from "../support/statements.js";

function policy(...statements: readonly JsonObject[]): PolicyDocument {
  return normalize({ Version: "2012-10-17", Statement: statements });
}

const logs = { Resource: "arn:aws:s3:::logs/*" };
const june = { Resource: "arn:aws:s3:::logs/06/*" };
const notLogs = { Resource: undefined, NotResource: "arn:aws:s3:::logs/*" } as unknown as JsonObject;
const withMfa = { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };
const atHome = { Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } };

type Statements = readonly JsonObject[];

/** What one inline policy becomes; both ways are tried, so that each row says what the way back is, too. */
const changes: readonly (readonly [
  what: string,
  before: Statements | null,
  after: Statements | null,
  isLess: boolean,
  isLessBack: boolean,
])[] = [
  ["the same", [allow("s3:*")], [allow("s3:*")], false, false],
  ["a policy that goes", [allow("s3:*")], null, true, false],
  ["an action that goes", [allow(["s3:GetObject", "s3:PutObject"])], [allow("s3:GetObject")], true, false],
  ["a statement that goes", [allow("s3:*"), allow("ec2:*")], [allow("s3:*")], true, false],
  [
    "a service for a list of what it has",
    [allow("s3:*")],
    [allow(["s3:Get*", "s3:Put*", "s3:List*", "s3:Delete*"])],
    true,
    false,
  ],
  ["everything for a list of services", [allow("*")], [allow(["iam:*", "s3:*", "ec2:*"])], true, false],
  ["a pattern for one that overlaps", [allow("s3:Get*")], [allow("s3:*Object")], true, true],
  ["a question mark for a star", [allow("s3:Get*")], [allow("s3:Get??????")], true, false],
  ["a denial that comes", [allow("s3:*")], [allow("s3:*"), deny("s3:DeleteBucket")], true, false],
  ["a denial of nothing that is allowed", [allow("s3:*")], [allow("s3:*"), deny("ec2:*")], true, false],
  [
    "a denial that overlaps with what is allowed",
    [allow("s3:Get*")],
    [allow("s3:Get*"), deny("s3:*Object")],
    true,
    false,
  ],
  ["a denial on some resources", [allow("s3:*")], [allow("s3:*"), deny("s3:*", logs)], true, false],
  [
    "a denial on more resources",
    [allow("s3:*"), deny("s3:*", june)],
    [allow("s3:*"), deny("s3:*", logs)],
    true,
    false,
  ],
  ["a denial under a condition", [allow("*")], [allow("*"), deny("*", withMfa)], true, false],
  [
    "a denial that loses its condition",
    [allow("*"), deny("s3:*", withMfa)],
    [allow("*"), deny("s3:*")],
    true,
    false,
  ],
  [
    "a denial of all but something",
    [allow("*")],
    [allow("*"), { ...allBut("iam:*"), Effect: "Deny" }],
    true,
    false,
  ],
  [
    "a denial of all but less",
    [allow("*"), { ...allBut(["iam:*", "s3:*"]), Effect: "Deny" }],
    [allow("*"), { ...allBut("iam:*"), Effect: "Deny" }],
    true,
    false,
  ],
  ["all but something for everything", [allow("*")], [allBut("iam:*")], true, false],
  ["all but more", [allBut("iam:*")], [allBut(["iam:*", "s3:*"])], true, false],
  ["all but a whole service for all but some of it", [allBut("iam:Get*")], [allBut("iam:*")], true, false],
  ["a list of actions for all but something", [allBut("iam:*")], [allow(["s3:*", "ec2:*"])], true, false],
  ["one resource for all", [allow("s3:*")], [allow("s3:*", logs)], true, false],
  ["a narrower resource", [allow("s3:*", logs)], [allow("s3:*", june)], true, false],
  [
    "another resource",
    [allow("s3:*", logs)],
    [allow("s3:*", { Resource: "arn:aws:s3:::other/*" })],
    true,
    true,
  ],
  ["all but a resource for all", [allow("s3:*")], [allow("s3:*", notLogs)], true, false],
  ["a condition that comes", [allow("s3:*")], [allow("s3:*", withMfa)], true, false],
  ["another condition", [allow("s3:*", withMfa)], [allow("s3:*", atHome)], true, true],
  [
    "one more condition",
    [allow("s3:*", withMfa)],
    [allow("s3:*", { Condition: { ...withMfa.Condition, ...atHome.Condition } })],
    true,
    false,
  ],
  ["other letters of an action", [allow("s3:getobject")], [allow("S3:GetObject")], false, false],
  ["another spelling of everything", [allow("*")], [allow("*:*")], false, false],
  ["other signs", [allow("s3:*", { Sid: "One" })], [allow("s3:*", { Sid: "Two" })], false, false],
  [
    "two statements that become one",
    [allow("s3:Get*"), allow("s3:Put*")],
    [allow(["s3:Put*", "s3:Get*"])],
    false,
    false,
  ],
  [
    "two denials that become one",
    [allow("*"), deny("s3:Get*"), deny("s3:Put*")],
    [allow("*"), deny(["s3:Put*", "s3:Get*"])],
    false,
    false,
  ],
  [
    "two resources that become a list",
    [allow("s3:*", logs), allow("s3:*", { Resource: "arn:aws:s3:::other/*" })],
    [allow("s3:*", { Resource: [logs.Resource, "arn:aws:s3:::other/*"] })],
    false,
    false,
  ],
  [
    "a statement that says nothing new",
    [allow("s3:*")],
    [allow("s3:*"), allow("s3:Get*", logs)],
    false,
    false,
  ],
];

describe("an inline policy", () => {
  const holding = (statements: Statements | null): PermissionSet =>
    permissionSet({ inlinePolicy: statements === null ? null : policy(...statements) });

  it.each(changes)("%s", (_what, before, after, isLess, isLessBack) => {
    expect([
      isWeakened(holding(before), holding(after)),
      isWeakened(holding(after), holding(before)),
    ]).toEqual([isLess, isLessBack]);
  });

  const own = "arn:aws:s3:::home/${aws:username}/*";
  it.each<[string, string | undefined, string | undefined, string, boolean]>([
    ["takes variables for text again", "2012-10-17", "2008-10-17", own, true],
    ["takes them for text without a version", "2012-10-17", undefined, own, true],
    ["comes to know variables", "2008-10-17", "2012-10-17", own, true],
    ["says which version it was", undefined, "2008-10-17", own, false],
    ["has none", "2012-10-17", "2008-10-17", "arn:aws:s3:::home/*", false],
  ])("that %s", (_what, before, after, resource, isLess) => {
    const written = (Version: string | undefined): PermissionSet =>
      permissionSet({
        inlinePolicy: normalize({
          ...(Version !== undefined && { Version }),
          Statement: [allow("s3:*", { Resource: resource })],
        }),
      });
    expect(isWeakened(written(before), written(after))).toBe(isLess);
  });

  it("in another order is not less", () => {
    const statements = [
      allow(["s3:*", "ec2:*"]),
      deny("s3:Delete*", logs),
      allBut("iam:*", withMfa),
      allow("kms:*", atHome),
    ].map((one) => listOf(policy(one)["Statement"] ?? []));
    fc.assert(
      fc.property(fc.shuffledSubarray(statements, { minLength: 4 }), (shuffled) => {
        const other = permissionSet({ inlinePolicy: { Version: "2012-10-17", Statement: shuffled.flat() } });
        const one = permissionSet({ inlinePolicy: { Version: "2012-10-17", Statement: statements.flat() } });
        expect(isWeakened(one, other)).toBe(false);
      }),
    );
  });
});

describe("the rest of a permission set", () => {
  const arn = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
  const [read, audit] = [arn("ReadOnlyAccess"), arn("SecurityAudit")];
  const base = { name: "Base", path: "/" };

  it.each<[string, Partial<PermissionSet>, Partial<PermissionSet>, boolean]>([
    ["nothing", {}, {}, false],
    [
      "a description, a relay state and tags",
      {},
      { description: "x", relayState: "https://example.com", tags: { a: "b" } },
      false,
    ],
    ["a session that gets shorter", { sessionDuration: "PT2H" }, { sessionDuration: "PT1H" }, true],
    ["a session that gets longer", { sessionDuration: "PT1H" }, { sessionDuration: "PT2H" }, false],
    ["a session that is written otherwise", { sessionDuration: "PT60M" }, { sessionDuration: "PT1H" }, false],
    ["a managed policy that goes", { managedPolicies: [read, audit] }, { managedPolicies: [read] }, true],
    ["a managed policy that comes", { managedPolicies: [read] }, { managedPolicies: [read, audit] }, false],
    ["a managed policy for another", { managedPolicies: [read] }, { managedPolicies: [audit] }, true],
    [
      "managed policies in another order",
      { managedPolicies: [read, audit] },
      { managedPolicies: [audit, read] },
      false,
    ],
    [
      "a managed policy that is there to deny",
      { managedPolicies: [read] },
      { managedPolicies: [read, arn("AWSDenyAll")] },
      true,
    ],
    ["one of AWS's quarantine", {}, { managedPolicies: [arn("AWSCompromisedKeyQuarantineV3")] }, true],
    ["a customer managed policy that goes", { customerManagedPolicies: [base] }, {}, true],
    ["a customer managed policy that comes, which may deny", {}, { customerManagedPolicies: [base] }, true],
    [
      "one of the same name elsewhere",
      { customerManagedPolicies: [base] },
      { customerManagedPolicies: [{ name: "Base", path: "/x/" }] },
      true,
    ],
    ["a boundary that comes", {}, { permissionsBoundary: { managedPolicy: read } }, true],
    [
      "a boundary that changes",
      { permissionsBoundary: { managedPolicy: read } },
      { permissionsBoundary: { managedPolicy: audit } },
      true,
    ],
    [
      "a boundary of the account for AWS's",
      { permissionsBoundary: { managedPolicy: read } },
      { permissionsBoundary: { customerManagedPolicy: base } },
      true,
    ],
    [
      "a boundary that stays",
      { permissionsBoundary: { customerManagedPolicy: base } },
      { permissionsBoundary: { customerManagedPolicy: { ...base } } },
      false,
    ],
    ["a boundary that goes", { permissionsBoundary: { managedPolicy: read } }, {}, false],
  ])("%s", (_what, before, after, isLess) => {
    expect(isWeakened(permissionSet(before), permissionSet(after))).toBe(isLess);
  });
});
