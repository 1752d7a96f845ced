import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, PolicyDocument } from "../../src/model/policy-document.js";
import { actionCatalogue, catalogueOf } from "../../src/policy/action-catalogue.js";
import { changedActions, isBroader } from "../../src/policy/allowed-actions.js";
import { normalize } from "../../src/policy/normal-form.js";
import { runs } from "../support/runs.js";
import { allow, deny } from "../support/statements.js";

const catalogue = catalogueOf({
  iam: ["ListRoles", "GetRole", "PassRole", "AttachRolePolicy", "TagRole"],
  s3: ["ListBucket", "GetObject GetObjectAcl", "PutObject", "PutObjectAcl", ""],
});

function policy(...statements: readonly JsonObject[]): PolicyDocument {
  return normalize({ Version: "2012-10-17", Statement: statements });
}

const onLogs = { Resource: "arn:aws:s3:::logs/*" };
const onLogsOfJune = { Resource: "arn:aws:s3:::logs/06/*" };
const withMfa = { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };
const withMfaAtHome = {
  Condition: { ...withMfa.Condition, IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
};

/** `new s3 Write: PutObject`, with `(limited)` where it is. */
function told(before: PolicyDocument | null, after: PolicyDocument | null): readonly string[] {
  return changedActions(before, after, catalogue).map(
    ({ change, service, level, actions, limited }) =>
      `${change} ${[service, level].filter((part) => part !== null).join(" ") || "?"}: ${actions.join(" ")}${limited ? " (limited)" : ""}`,
  );
}

describe("changedActions", () => {
  it.each<[string, PolicyDocument | null, PolicyDocument | null, readonly string[]]>([
    ["no policy at all", null, null, []],
    ["the same policy", policy(allow("s3:*")), policy(allow("s3:*")), []],
    [
      "a policy that comes, the weightiest level first",
      null,
      policy(allow("iam:*")),
      [
        "new iam Permissions management: AttachRolePolicy",
        "new iam Write: PassRole",
        "new iam Tagging: TagRole",
        "new iam Read: GetRole",
        "new iam List: ListRoles",
      ],
    ],
    ["a policy that goes", policy(allow("s3:ListBucket")), null, ["gone s3 List: ListBucket"]],
    [
      "a wildcard in place of what it stands for",
      policy(allow(["s3:GetObject", "s3:GetObjectAcl"])),
      policy(allow("s3:Get*")),
      [],
    ],
    ["letters in another case", policy(allow("s3:GetObject")), policy(allow("S3:getobject")), []],
    [
      "a question mark, which stands for one letter",
      null,
      policy(allow("s3:GetObjec?")),
      ["new s3 Read: GetObject"],
    ],
    [
      "a wildcard that takes in more",
      policy(allow("s3:GetObject")),
      policy(allow("s3:*Object*")),
      ["new s3 Permissions management: PutObjectAcl", "new s3 Write: PutObject", "new s3 Read: GetObjectAcl"],
    ],
    [
      "everything but something",
      policy(allow("s3:*")),
      policy({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }),
      [],
    ],
    [
      "everything but less",
      policy({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }),
      policy({ Effect: "Allow", NotAction: ["iam:P*", "iam:A*", "iam:G*", "iam:L*"], Resource: "*" }),
      ["new iam Tagging: TagRole"],
    ],
    ["everything", policy(allow("s3:*")), policy(allow("*")), ["new ?: *"]],
    ["everything, written in two parts", null, policy(allow("*:*")), ["new ?: *"]],
    ["everything, and no longer", policy(allow("*")), policy(allow("s3:*")), ["gone ?: *"]],
    [
      "what is taken out of everything",
      policy(allow("*")),
      policy(allow("*"), deny("iam:PassRole")),
      ["gone iam Write: PassRole"],
    ],
    [
      "a Deny of all but something",
      policy(allow(["s3:GetObject", "iam:GetRole"])),
      policy(allow(["s3:GetObject", "iam:GetRole"]), { Effect: "Deny", NotAction: "s3:*", Resource: "*" }),
      ["gone iam Read: GetRole"],
    ],
    [
      "a Deny that goes",
      policy(allow("s3:GetObject"), deny("s3:GetObject")),
      policy(allow("s3:GetObject")),
      ["new s3 Read: GetObject"],
    ],
    [
      "a Deny on some resources, which takes no action away",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject"), deny("s3:GetObject", onLogs)),
      ["narrower s3 Read: GetObject (limited)"],
    ],
    [
      "a Deny under a condition, which takes no action away",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject"), deny("s3:GetObject", withMfa)),
      ["narrower s3 Read: GetObject (limited)"],
    ],
    [
      "a Deny of the very place that is allowed",
      policy(allow("s3:GetObject", onLogsOfJune)),
      policy(allow("s3:GetObject", onLogsOfJune), deny("s3:*", onLogs)),
      ["gone s3 Read: GetObject (limited)"],
    ],
    [
      "an action on some resources alone",
      null,
      policy(allow("s3:GetObject", onLogs)),
      ["new s3 Read: GetObject (limited)"],
    ],
    [
      "more resources",
      policy(allow("s3:GetObject", onLogsOfJune)),
      policy(allow("s3:GetObject", onLogs)),
      ["wider s3 Read: GetObject (limited)"],
    ],
    [
      "all resources",
      policy(allow("s3:GetObject", onLogs)),
      policy(allow("s3:GetObject")),
      ["wider s3 Read: GetObject"],
    ],
    [
      "other resources",
      policy(allow("s3:GetObject", { Resource: "arn:aws:s3:::a/*" })),
      policy(allow("s3:GetObject", { Resource: "arn:aws:s3:::b/*" })),
      ["other s3 Read: GetObject (limited)"],
    ],
    [
      "the same resources in two statements",
      policy(allow("s3:GetObject", { Resource: ["arn:aws:s3:::a", "arn:aws:s3:::b"] })),
      policy(
        allow("s3:GetObject", { Resource: "arn:aws:s3:::a" }),
        allow("s3:GetObject", { Resource: "arn:aws:s3:::b" }),
      ),
      [],
    ],
    [
      "a wildcard among resources that a question mark does not take in",
      policy(allow("s3:GetObject", { Resource: "arn:aws:s3:::a?" })),
      policy(allow("s3:GetObject", { Resource: "arn:aws:s3:::a*" })),
      ["wider s3 Read: GetObject (limited)"],
    ],
    [
      "all resources but fewer",
      policy({ Effect: "Allow", Action: "s3:GetObject", NotResource: ["arn:aws:s3:::a", "arn:aws:s3:::b"] }),
      policy({ Effect: "Allow", Action: "s3:GetObject", NotResource: ["arn:aws:s3:::a"] }),
      ["wider s3 Read: GetObject (limited)"],
    ],
    [
      "a place that all resources but some take in",
      policy({ Effect: "Allow", Action: "s3:GetObject", NotResource: ["arn:aws:s3:::secret/*"] }),
      policy(allow("s3:GetObject", onLogs)),
      ["narrower s3 Read: GetObject (limited)"],
    ],
    [
      "a condition that goes",
      policy(allow("s3:GetObject", withMfa)),
      policy(allow("s3:GetObject")),
      ["wider s3 Read: GetObject"],
    ],
    [
      "one of two tests that goes",
      policy(allow("s3:GetObject", withMfaAtHome)),
      policy(allow("s3:GetObject", withMfa)),
      ["wider s3 Read: GetObject (limited)"],
    ],
    [
      "a condition that comes",
      policy(allow("s3:GetObject")),
      policy(allow("s3:GetObject", withMfa)),
      ["narrower s3 Read: GetObject (limited)"],
    ],
    [
      "a condition in other letters",
      policy(allow("s3:GetObject", withMfa)),
      policy(allow("s3:GetObject", { Condition: { bool: { "AWS:multifactorauthpresent": "true" } } })),
      [],
    ],
    [
      "more resources under a condition that comes: nobody can tell",
      policy(allow("s3:GetObject", onLogs)),
      policy(allow("s3:GetObject", withMfa)),
      ["other s3 Read: GetObject (limited)"],
    ],
    ["a service that is not known", null, policy(allow("newservice:Do*")), ["new ?: newservice:Do*"]],
    ["an action that is not known", null, policy(allow("s3:Teleport")), ["new ?: s3:Teleport"]],
    [
      "an unknown action that was allowed with all of its service",
      policy(allow("s3:*")),
      policy(allow("s3:Teleport")),
      [
        "gone s3 Permissions management: PutObjectAcl",
        "gone s3 Write: PutObject",
        "gone s3 Read: GetObject GetObjectAcl",
        "gone s3 List: ListBucket",
      ],
    ],
    [
      "more of a service that is not known",
      policy(allow("newservice:DoThis")),
      policy(allow("newservice:Do*")),
      ["new ?: newservice:Do*"],
    ],
    [
      "an unknown pattern of which a Deny spares a part",
      null,
      policy(allow("newservice:Do*"), { Effect: "Deny", NotAction: "newservice:DoThis", Resource: "*" }),
      ["new ?: newservice:DoThis"],
    ],
    [
      "statements that the grammar does not know",
      null,
      { Version: "2012-10-17", Statement: ["text", { Effect: "Perhaps", Action: "s3:*", Resource: "*" }] },
      [],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  it("takes no time over a pattern made to take it", () => {
    const endless = `s3:${"*a".repeat(2000)}*b`;
    expect(told(null, policy(allow(endless)))).toEqual([`new ?: ${endless}`]);
  });

  it("knows the actions of AWS and their levels", async () => {
    const known = await actionCatalogue();
    const found = changedActions(
      policy(allow("s3:GetObject")),
      policy(allow(["s3:GetObject", "iam:CreateAccessKey", "s3:PutBucketPolicy", "ec2:DescribeInstances"])),
      known,
    );
    expect(found.map(({ service, level, actions }) => [service, level, actions])).toEqual([
      ["s3", "Permissions management", ["PutBucketPolicy"]],
      ["iam", "Write", ["CreateAccessKey"]],
      ["ec2", "List", ["DescribeInstances"]],
    ]);
    expect(changedActions(null, policy(allow("*")), known)).toEqual([
      { change: "new", service: null, level: null, actions: ["*"], limited: false },
    ]);
  });
});

const statements = fc.record({
  Effect: fc.constantFrom("Allow", "Deny"),
  which: fc.constantFrom("Action", "NotAction"),
  actions: fc.subarray(
    ["s3:*", "s3:Get*", "s3:PutObject", "iam:?etRole", "iam:PassRole", "new:Do*", "new:DoIt", "*"],
    {
      minLength: 1,
    },
  ),
  where: fc.constantFrom("Resource", "NotResource"),
  resources: fc.subarray(["*", "arn:a/*", "arn:a/b", "arn:?/b"], { minLength: 1 }),
  condition: fc.constantFrom({}, withMfa, withMfaAtHome),
});

const documents = fc.array(statements, { maxLength: 4 }).map((all) =>
  policy(
    ...all.map(({ Effect, which, actions, where, resources, condition }) => ({
      Effect,
      [which]: actions,
      [where]: resources,
      ...condition,
    })),
  ),
);

describe("the laws of changed actions", () => {
  it("a policy is no different from itself", () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(told(document, document)).toEqual([]);
      }),
      { numRuns: runs(500) },
    );
  });

  it("looked at the other way, what was new is gone and what was wider is narrower", () => {
    const opposite = {
      new: "gone",
      gone: "new",
      wider: "narrower",
      narrower: "wider",
      other: "other",
    } as const;
    const single = (before: PolicyDocument, after: PolicyDocument): readonly string[][] =>
      changedActions(before, after, catalogue).flatMap(({ change, service, actions }) =>
        actions.map((action) => [change, service ?? "", action.toLowerCase()]),
      );
    fc.assert(
      fc.property(documents, documents, (left, right) => {
        const there = changedActions(left, right, catalogue);
        // What is told by "*" alone depends on where it is limited, which is another thing on each side.
        fc.pre(!there.some(({ actions }) => actions.includes("*")));
        const turned = single(right, left).map(([change, ...rest]) => [
          opposite[change as keyof typeof opposite],
          ...rest,
        ]);
        expect(turned.map(String).sort()).toEqual(single(left, right).map(String).sort());
      }),
      { numRuns: runs(500) },
    );
  });

  it("one more Allow takes nothing away, and one more Deny gives nothing", () => {
    fc.assert(
      fc.property(documents, documents, (document, more) => {
        const of = (one: PolicyDocument): readonly JsonObject[] => one["Statement"] as readonly JsonObject[];
        const allows = of(more).filter(({ Effect }) => Effect === "Allow");
        const denies = of(more).filter(({ Effect }) => Effect === "Deny");
        const given = changedActions(document, policy(...of(document), ...allows), catalogue);
        expect(given.filter(({ change }) => change !== "new" && change !== "wider")).toEqual([]);
        const taken = changedActions(document, policy(...of(document), ...denies), catalogue);
        expect(taken.filter(isBroader)).toEqual([]);
      }),
      { numRuns: runs(500) },
    );
  });

  it("no request is allowed that was not, without its action being told", () => {
    fc.assert(
      fc.property(documents, documents, (before, after) => {
        const broader = changedActions(before, after, catalogue)
          .filter(isBroader)
          .flatMap(({ service, actions }) =>
            actions.map((action) => matching(service === null ? action : `${service}:${action}`)),
          );
        // Of services that the catalogue does not have, there is only what the policies name.
        const named = [...namedIn(before), ...namedIn(after)].filter((one) => one !== "*").map(matching);
        const untold = requests.filter(
          (request) =>
            (!request.action.startsWith("new:") || named.some((one) => one.test(request.action))) &&
            decides(after, request) &&
            !decides(before, request) &&
            !broader.some((told) => told.test(request.action)),
        );
        expect(untold).toEqual([]);
      }),
      { numRuns: runs(500) },
    );
  });
});

type Request = { readonly action: string; readonly resource: string; readonly tests: readonly string[] };

const requests: readonly Request[] = [
  "s3:GetObject",
  "s3:GetObjectAcl",
  "s3:PutObject",
  "s3:ListBucket",
  "iam:GetRole",
  "iam:PassRole",
  "iam:TagRole",
  "new:DoIt",
  "new:DoThat",
].flatMap((action) =>
  ["arn:a/b", "arn:a/c", "arn:x/b", "arn:long/b", "other"].flatMap((resource) =>
    [[], ["Bool"], ["Bool", "IpAddress"]].map((tests) => ({ action, resource, tests })),
  ),
);

function namedIn(policy: PolicyDocument): readonly string[] {
  return (policy["Statement"] as readonly JsonObject[]).flatMap(
    ({ Action, NotAction }) => (Action ?? NotAction) as readonly string[],
  );
}

/** What IAM decides of a request, statement by statement, knowing nothing of what is tested. */
function decides(policy: PolicyDocument, request: Request): boolean {
  const holding = (policy["Statement"] as readonly JsonObject[]).filter((one) => holds(one, request));
  return holding.some(({ Effect }) => Effect === "Allow") && !holding.some(({ Effect }) => Effect === "Deny");
}

function holds(statement: JsonObject, { action, resource, tests }: Request): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const isAny = (patterns: JsonValue | undefined, text: string): boolean =>
    ((patterns ?? []) as readonly string[]).some((pattern) => matching(pattern).test(text));
  return (
    (NotAction === undefined ? isAny(Action, action) : !isAny(NotAction, action)) &&
    (NotResource === undefined ? isAny(Resource, resource) : !isAny(NotResource, resource)) &&
    Object.keys(Condition as JsonObject).every((operator) => tests.includes(operator))
  );
}

function matching(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
}
