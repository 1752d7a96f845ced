import { describe, expect, it } from "vitest";
import type { JsonObject, PolicyDocument } from "../../src/model/policy-document.js";
import { actionCatalogue } from "../../src/policy/action-catalogue.js";
import { escalationFamilies } from "../../src/policy/escalation.js";
import { knownPolicy } from "../../src/policy/managed.js";
import { normalize } from "../../src/policy/normal-form.js";
import {
  allowsEverything,
  allowsNothing,
  isNewlyAllowed,
  newEscalations,
  newWildcards,
} from "../../src/policy/power.js";
import { permissionSet } from "../support/organizations.js";
import { allBut, allow, deny } from "../support/statements.js";

function elsewhere(statement: JsonObject, NotResource: string): JsonObject {
  const { Resource: _resource, ...rest } = statement;
  return { ...rest, NotResource };
}

function policy(...statements: readonly JsonObject[]): PolicyDocument {
  return normalize({ Version: "2012-10-17", Statement: statements });
}

const nothing = policy();
const bucket = { Resource: "arn:aws:s3:::one" };
const withMfa = { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };
const unlessMfa = { Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } } };
const managed = (...names: readonly string[]): PolicyDocument =>
  knownPolicy(permissionSet({ managedPolicies: names.map((name) => `arn:aws:iam::aws:policy/${name}`) }));

describe("nothing", () => {
  const readOnly = { managedPolicies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] };
  const deniedAll = { managedPolicies: ["arn:aws:iam::aws:policy/AWSDenyAll"] };
  const ofAccount = { customerManagedPolicies: [{ name: "Base", path: "/" }] };

  it.each<[string, Parameters<typeof permissionSet>[0]]>([
    ["no policy", {}],
    ["a policy that only denies", { inlinePolicy: policy(deny("s3:*")) }],
    ["everything denied beside a managed policy", { ...readOnly, inlinePolicy: policy(deny("*")) }],
    ["everything denied beside one of the account", { ...ofAccount, inlinePolicy: policy(deny("*:*")) }],
    ["the managed policy that denies everything", { ...deniedAll, inlinePolicy: policy(allow("*")) }],
    ["all that is allowed denied", { inlinePolicy: policy(allow(["s3:Get*", "ec2:*"]), deny("*")) }],
    ["less allowed than denied", { inlinePolicy: policy(allow("s3:GetObject"), deny("s3:Get*")) }],
  ])("is %s", (_, set) => {
    expect(allowsNothing(permissionSet(set))).toBe(true);
  });

  it.each<[string, Parameters<typeof permissionSet>[0]]>([
    ["a managed policy", readOnly],
    ["one of the account", ofAccount],
    ["one action in one place", { inlinePolicy: policy(allow("s3:GetObject", bucket)) }],
    [
      "everything denied but for some",
      { ...readOnly, inlinePolicy: policy(allBut("iam:*", { Effect: "Deny" })) },
    ],
    [
      "everything denied but for some of what is allowed, by patterns that cross",
      { inlinePolicy: policy(allow("s3:*Object"), allBut("s3:Get*", { Effect: "Deny" })) },
    ],
    ["everything denied now and then", { ...readOnly, inlinePolicy: policy(deny("*", unlessMfa)) }],
    ["everything denied in some place", { ...readOnly, inlinePolicy: policy(deny("*", bucket)) }],
    ["more allowed than denied", { inlinePolicy: policy(allow("s3:*"), deny("s3:Get*")) }],
  ])("is not %s", (_, set) => {
    expect(allowsNothing(permissionSet(set))).toBe(false);
  });
});

describe("everything, or nearly so", () => {
  it.each<[string, PolicyDocument]>([
    ["*", policy(allow("*"))],
    ["*:*", policy(allow("*:*"))],
    ["a wildcard that is written so as not to look like one", policy(allow("*:?*"))],
    ["every resource by its ARN", policy(allow("*", { Resource: "arn:*:*:*:*:*" }))],
    ["every resource of AWS by its ARN", policy(allow("*", { Resource: "arn:aws:*:*:*:*" }))],
    ["every resource in China", policy(allow("*", { Resource: "arn:aws-cn:*:*:*:*" }))],
    ["all actions but one", policy(allBut("s3:DeleteBucket"))],
    ["all actions but those of a service that nobody misses", policy(allBut("mobilehub:*"))],
    ["all resources but one", policy(elsewhere(allow("*"), "arn:aws:s3:::one"))],
    ["all but one user of IAM", policy(elsewhere(allow("*"), "arn:aws:iam::111122223333:user/nobody"))],
    ["service by service", policy(allow(["iam:*", "ec2:*", "s3:*", "kms:*", "lambda:*"]))],
    [
      "in several statements",
      policy(allow("iam:*"), allow(["ec2:*", "s3:*"]), allow(["rds:*", "dynamodb:*"])),
    ],
    ["with one action denied", policy(allow("*"), deny("iam:DeleteRole"))],
    ["with one resource denied", policy(allow("*"), deny("*", bucket))],
    ["with everything denied under a condition", policy(allow("*"), deny("*", unlessMfa))],
    ["AdministratorAccess", managed("AdministratorAccess")],
    [
      "AdministratorAccess in GovCloud",
      knownPolicy(permissionSet({ managedPolicies: ["arn:aws-us-gov:iam::aws:policy/AdministratorAccess"] })),
    ],
    ["PowerUserAccess and IAMFullAccess together", managed("PowerUserAccess", "IAMFullAccess")],
  ])("is %s", (_what, written) => {
    expect(allowsEverything(written)).toBe(true);
  });

  it.each<[string, PolicyDocument]>([
    ["no policy", nothing],
    ["one service", policy(allow("s3:*"))],
    ["all of IAM and little else", policy(allow(["iam:*", "s3:*"]))],
    ["most services without IAM", policy(allow(["ec2:*", "s3:*", "kms:*", "lambda:*", "rds:*"]))],
    ["all but IAM", policy(allBut("iam:*"))],
    ["everything, IAM denied", policy(allow("*"), deny("iam:*"))],
    ["everything, all but one service denied", policy(allow("*"), { ...allBut("s3:*"), Effect: "Deny" })],
    ["everything, all but one bucket denied", policy(allow("*"), elsewhere(deny("*"), "arn:aws:s3:::one"))],
    ["everything that is denied again", policy(allow("*"), deny("*"))],
    ["everything on one bucket", policy(allow("*", bucket))],
    ["everything in one region", policy(allow("*", { Resource: "arn:aws:*:eu-west-1:*:*" }))],
    ["everything under a condition", policy(allow("*", withMfa))],
    ["every reading", policy(allow(["*:Get*", "*:List*"]))],
    ["PowerUserAccess", managed("PowerUserAccess")],
    ["IAMFullAccess", managed("IAMFullAccess")],
    [
      "a policy of the account that is called so",
      knownPolicy(
        permissionSet({ managedPolicies: ["arn:aws:iam::111122223333:policy/AdministratorAccess"] }),
      ),
    ],
    ["what every object has", managed("constructor", "__proto__")],
  ])("is not %s", (_what, written) => {
    expect(allowsEverything(written)).toBe(false);
  });
});

describe("new wildcards", () => {
  it.each<[string, PolicyDocument, PolicyDocument, readonly string[]]>([
    ["everything", nothing, policy(allow("*")), ["*"]],
    [
      "everything once, whatever stands beside it",
      nothing,
      policy(allow(["*", "s3:*"]), allow("ec2:*")),
      ["*"],
    ],
    ["*:* as it is written", nothing, policy(allow("*:*")), ["*:*"]],
    ["services", nothing, policy(allow(["s3:*", "ec2:*"])), ["ec2:*", "s3:*"]],
    ["a service in other letters", nothing, policy(allow("S3:*")), ["S3:*"]],
    [
      "a service with more signs",
      nothing,
      policy(allow(["s3:**", "ec2:?*", "kms:*?"])),
      ["ec2:?*", "kms:*?", "s3:**"],
    ],
    [
      "every resource of the service by its ARN",
      nothing,
      policy(allow("s3:*", { Resource: "arn:aws:s3:::*" })),
      ["s3:*"],
    ],
    ["all actions but some", nothing, policy(allBut("iam:*")), ["nearly all actions"]],
    ["PowerUserAccess", nothing, managed("PowerUserAccess"), ["nearly all actions"]],
    ["IAMFullAccess", nothing, managed("IAMFullAccess"), ["iam:*"]],
    ["all resources but some", nothing, policy(elsewhere(allow("s3:*"), "arn:aws:s3:::one")), ["s3:*"]],
    [
      "a service with some of it denied",
      nothing,
      policy(allow("s3:*"), deny("s3:Delete*"), deny("s3:*", bucket)),
      ["s3:*"],
    ],
    ["a service that loses its condition", policy(allow("s3:*", withMfa)), policy(allow("s3:*")), ["s3:*"]],
    ["a service that was on one resource", policy(allow("s3:*", bucket)), policy(allow("s3:*")), ["s3:*"]],
    [
      "a service that is no longer denied",
      policy(allow("s3:*"), deny("s3:*")),
      policy(allow("s3:*")),
      ["s3:*"],
    ],
    ["everything where services were", policy(allow("s3:*")), policy(allow("*")), ["*"]],
    ["nothing that was there", policy(allow("s3:*")), policy(allow("s3:*")), []],
    ["nothing that everything was", policy(allow("*")), policy(allow(["s3:*", "ec2:*"])), []],
    ["no part of a service", nothing, policy(allow(["s3:Get*", "s3:*Object", "s3:G*t"])), []],
    ["no pattern of all services", nothing, policy(allow(["*:Get*", "*:List*"])), []],
    ["no service under a condition", nothing, policy(allow("s3:*", withMfa)), []],
    ["no service on one resource", nothing, policy(allow("s3:*", bucket)), []],
    [
      "no service in one region",
      nothing,
      policy(allow("ec2:*", { Resource: "arn:aws:ec2:eu-west-1:*:*" })),
      [],
    ],
    ["no service that is denied", nothing, policy(allow("s3:*"), deny("s3:*")), []],
    ["no service of which everything is denied", nothing, policy(allow("s3:*"), deny("*")), []],
    ["no service that is only denied", nothing, policy(deny("s3:*")), []],
    ["no service that is named to be left out", nothing, policy(allBut("s3:*", bucket)), []],
  ])("%s", (_what, before, after, told) => {
    expect(newWildcards(before, after)).toEqual(told);
  });
});

describe("iam:PassRole", () => {
  const passRole = (before: PolicyDocument, after: PolicyDocument): boolean =>
    isNewlyAllowed("iam:PassRole", before, after);
  const one = { Resource: "arn:aws:iam::111122223333:role/app/*" };

  it.each<[string, PolicyDocument, PolicyDocument, boolean]>([
    ["by its name", nothing, policy(allow("iam:PassRole")), true],
    ["in other letters", nothing, policy(allow("IAM:passrole")), true],
    ["by a pattern", nothing, policy(allow("iam:Pass*")), true],
    ["with all of IAM", nothing, policy(allow("iam:*")), true],
    ["with everything", nothing, policy(allow("*")), true],
    ["with all but something else", nothing, policy(allBut("s3:*")), true],
    ["on some roles", nothing, policy(allow("iam:PassRole", one)), true],
    ["under a condition", nothing, policy(allow("iam:PassRole", withMfa)), true],
    ["on more roles", policy(allow("iam:PassRole", one)), policy(allow("iam:PassRole")), true],
    ["no longer denied", policy(allow("iam:*"), deny("iam:PassRole")), policy(allow("iam:*")), true],
    ["on fewer roles", policy(allow("iam:PassRole")), policy(allow("iam:PassRole", one)), false],
    ["as before", policy(allow("iam:PassRole")), policy(allow("iam:P*")), false],
    ["denied", nothing, policy(allow("iam:*"), deny("iam:PassRole")), false],
    ["left out", nothing, policy(allBut("iam:*")), false],
    ["not at all", nothing, policy(allow("iam:GetRole")), false],
  ])("%s", (_what, before, after, isNew) => {
    expect(passRole(before, after)).toBe(isNew);
  });
});

describe("ways to more rights", () => {
  const names = (before: PolicyDocument, after: PolicyDocument): readonly string[] =>
    newEscalations(before, after).map(({ family, by }) => `${family.name}: ${by.join(" ")}`);

  const combinations = escalationFamilies.flatMap(({ name, combinations: some }) =>
    some.map((actions) => [name, actions] as const),
  );

  it.each(combinations)("%s by %j, and by no part of it", (name, actions) => {
    expect(names(nothing, policy(allow(actions)))).toEqual([`${name}: ${actions.join(" ")}`]);
    for (const missing of actions) {
      const rest = actions.filter((action) => action !== missing);
      expect(names(nothing, policy(allow([...rest, "s3:*"])))).toEqual([]);
      expect(names(nothing, policy(allow(actions), deny(missing)))).toEqual([]);
      // The last one that comes opens the way.
      expect(names(policy(allow([...rest, "s3:*"])), policy(allow(actions)))).toEqual([
        `${name}: ${actions.join(" ")}`,
      ]);
    }
    expect(names(policy(allow(actions)), policy(allow(actions)))).toEqual([]);
  });

  it.each<[string, PolicyDocument, number]>([
    ["everything opens all of them", policy(allow("*")), escalationFamilies.length],
    ["all of IAM those of IAM", policy(allow("iam:*")), 7],
    ["all but IAM those that need none of it", policy(allBut("iam:*")), 3],
    ["administering Identity Center", managed("AWSSSOMasterAccountAdministrator"), 1],
    ["the same in a member account", managed("AWSSSOMemberAccountAdministrator"), 1],
    ["administering its directory", managed("AWSSSODirectoryAdministrator"), 1],
    ["patterns and other letters", policy(allow(["IAM:put*policy"])), 1],
    ["one resource is enough", policy(allow("iam:PutRolePolicy", { Resource: "arn:aws:iam::*:role/x" })), 1],
    ["a condition does not close it", policy(allow("iam:PutRolePolicy", withMfa)), 1],
    ["reading opens none", policy(allow(["iam:Get*", "iam:List*", "sso:Describe*", "lambda:Get*"])), 0],
  ])("%s", (_what, written, count) => {
    expect(newEscalations(nothing, written)).toHaveLength(count);
  });

  it("are made of actions that IAM knows", async () => {
    const { actionsOf } = await actionCatalogue();
    const unknown = combinations.flatMap(([, actions]) =>
      actions.filter((action) => {
        const [service = "", name] = action.split(":");
        return !actionsOf(service).some((known) => known.name === name);
      }),
    );
    expect(unknown).toEqual([]);
  });

  it("each family is told once, with the first combination", () => {
    expect(names(nothing, policy(allow(["iam:SetDefaultPolicyVersion", "iam:CreatePolicyVersion"])))).toEqual(
      ["policy-versions: iam:CreatePolicyVersion"],
    );
  });
});
