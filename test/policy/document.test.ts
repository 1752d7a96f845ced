import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../src/model/policy-document.js";
import { parsePolicy } from "../../src/policy/document.js";

const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };

function policy(...statements: readonly JsonValue[]): JsonValue {
  return { Version: "2012-10-17", Statement: statements };
}

/** Every fault as `code at path`, a key marked with `!`. */
function faults(value: JsonValue): readonly string[] {
  const parsed = parsePolicy(value);
  if (parsed.ok) return [];
  return parsed.faults.map((one) => `${one.code} ${one.path.join("/")}${one.at === "key" ? "!" : ""}`);
}

function helpOf(value: JsonValue): readonly (string | null)[] {
  const parsed = parsePolicy(value);
  return parsed.ok ? [] : parsed.faults.map((one) => one.help);
}

describe("a policy the service takes", () => {
  const taken: Record<string, JsonValue> = {
    "a list of statements": policy(statement),
    "one statement without a list": { Version: "2012-10-17", Statement: statement },
    "the older language, when it is named": { Version: "2008-10-17", Statement: [statement] },
    "an Id": { Version: "2012-10-17", Id: "made by hand", Statement: [statement] },
    "lists, and what is left out": policy({
      Sid: "All1",
      Effect: "Deny",
      NotAction: ["iam:*", "sts:AssumeRole?", "s3-object-lambda:Get*"],
      NotResource: ["arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:sqs"],
    }),
    "all actions of all services": policy({ ...statement, Action: ["*:*", "*"] }),
    "several statements with an empty Sid, as Terraform writes": policy(
      { ...statement, Sid: "" },
      { ...statement, Sid: "" },
    ),
    "an empty condition, as the AWS console writes": policy({ ...statement, Condition: {} }),
    "conditions of every form": policy({
      ...statement,
      Condition: {
        StringEquals: { "aws:PrincipalTag/Cost Center:1": ["a", "b"], "aws:RequestedRegion": "eu-west-1" },
        "ForAllValues:StringLikeIfExists": { "aws:TagKeys": ["team-*"] },
        "foranyvalue:stringequals": { "aws:TagKeys": "x" },
        NumericLessThan: { "s3:max-keys": 10 },
        Bool: { "aws:SecureTransport": true },
        Null: { "aws:TokenIssueTime": "false" },
      },
    }),
    "keys of identity providers": policy({
      ...statement,
      Condition: {
        StringEquals: {
          "cognito-identity.amazonaws.com:sub": "a",
          "oidc.eks.eu-west-1.amazonaws.com/id/1A2B:aud": "b",
        },
      },
    }),
    "letters of Latin-1": policy({ ...statement, Resource: "arn:aws:s3:::bucket/é\t/*" }),
  };
  it.each(Object.keys(taken))("%s", (name) => {
    const value = taken[name] ?? null;
    expect(parsePolicy(value)).toEqual({ ok: true, document: value });
  });
});

describe("a policy the service refuses", () => {
  const refused: readonly (readonly [string, JsonValue, readonly string[]])[] = [
    ["no mapping: nothing", null, ["policy-type "]],
    ["no mapping: a list", [statement], ["policy-type "]],
    ["no mapping: a text", "{}", ["policy-type "]],
    ["an empty mapping", {}, ["policy-missing-key ", "policy-missing-key "]],
    ["no Version", { Statement: [statement] }, ["policy-missing-key "]],
    ["another Version", { Version: "2012-10-16", Statement: [statement] }, ["policy-value Version"]],
    ["a Version that is no text", { Version: 2012, Statement: [statement] }, ["policy-value Version"]],
    ["an Id that is no text", { Version: "2012-10-17", Id: 1, Statement: [statement] }, ["policy-type Id"]],
    ["no statements", policy(), ["policy-empty Statement"]],
    ["a statement that is a text", policy("Allow"), ["policy-type Statement/0"]],
    ["one statement that is nothing", { Version: "2012-10-17", Statement: null }, ["policy-type Statement"]],
    [
      "an empty statement",
      policy({}),
      ["policy-missing-key Statement/0", "policy-missing-key Statement/0", "policy-missing-key Statement/0"],
    ],
    [
      "Effect in another case",
      policy({ ...statement, Effect: "allow" }),
      ["policy-value Statement/0/Effect"],
    ],
    [
      "Effect that is a list",
      policy({ ...statement, Effect: ["Allow"] }),
      ["policy-value Statement/0/Effect"],
    ],
    [
      "both Action and NotAction",
      policy({ ...statement, NotAction: "iam:*" }),
      ["policy-conflicting-keys Statement/0/NotAction!"],
    ],
    [
      "both Resource and NotResource",
      policy({ ...statement, NotResource: "*" }),
      ["policy-conflicting-keys Statement/0/NotResource!"],
    ],
    [
      "a principal",
      policy({ ...statement, Principal: "*" }, { ...statement, NotPrincipal: { AWS: "*" } }),
      ["policy-principal Statement/0/Principal!", "policy-principal Statement/1/NotPrincipal!"],
    ],
    ["an empty list of actions", policy({ ...statement, Action: [] }), ["policy-empty Statement/0/Action"]],
    ["an action that is a number", policy({ ...statement, Action: 3 }), ["policy-type Statement/0/Action"]],
    [
      "a list with what is no action",
      policy({ ...statement, Action: ["s3:GetObject", "GetObject", "s3:a:b", "s3 :x", "s*:Get", "", null] }),
      [1, 2, 3, 4, 5]
        .map((index) => `policy-value Statement/0/Action/${index}`)
        .concat("policy-type Statement/0/Action/6"),
    ],
    [
      "a resource that is no ARN",
      policy({ ...statement, Resource: ["bucket/*", "arn:aws:s3:::ok", "ARN:aws:s3:::x"] }),
      ["policy-value Statement/0/Resource/0", "policy-value Statement/0/Resource/2"],
    ],
    [
      "a letter beyond Latin-1",
      policy({ ...statement, Resource: "arn:aws:s3:::bucket/–" }),
      ["policy-characters Statement/0/Resource"],
    ],
    [
      "a Sid with a dash, and one that is no text",
      policy({ ...statement, Sid: "a-b" }, { ...statement, Sid: 7 }),
      ["policy-value Statement/0/Sid", "policy-type Statement/1/Sid"],
    ],
    [
      "one Sid twice",
      policy({ ...statement, Sid: "A" }, statement, { ...statement, Sid: "A" }),
      ["policy-duplicate-sid Statement/2/Sid"],
    ],
    [
      "unknown keys",
      { Version: "2012-10-17", statement: [], Statement: [{ ...statement, Resources: "*" }] },
      ["policy-unknown-key statement!", "policy-unknown-key Statement/0/Resources!"],
    ],
    [
      "a condition that is a list",
      policy({ ...statement, Condition: [] }),
      ["policy-type Statement/0/Condition"],
    ],
    [
      "an operator there is not",
      policy({ ...statement, Condition: { StringEqual: { "aws:a": "b" } } }),
      ["policy-unknown-key Statement/0/Condition/StringEqual!"],
    ],
    [
      "NullIfExists",
      policy({ ...statement, Condition: { NullIfExists: { "aws:a": "true" } } }),
      ["policy-unknown-key Statement/0/Condition/NullIfExists!"],
    ],
    [
      "an operator that is a text",
      policy({ ...statement, Condition: { Bool: "true" } }),
      ["policy-type Statement/0/Condition/Bool"],
    ],
    [
      "an operator without keys",
      policy({ ...statement, Condition: { Bool: {} } }),
      ["policy-empty Statement/0/Condition/Bool"],
    ],
    [
      "one key twice, in another case",
      policy({ ...statement, Condition: { StringEquals: { "aws:UserId": "a", "AWS:userid": "b" } } }),
      ["policy-conflicting-keys Statement/0/Condition/StringEquals/AWS:userid!"],
    ],
    [
      "a key without a service, and one beyond Latin-1",
      policy({ ...statement, Condition: { StringEquals: { team: "a", "aws:PrincipalTag/日": "b" } } }),
      [
        "policy-value Statement/0/Condition/StringEquals/team!",
        "policy-characters Statement/0/Condition/StringEquals/aws:PrincipalTag/日!",
      ],
    ],
    [
      "values that are none",
      policy({
        ...statement,
        Condition: { StringEquals: { "aws:a": [], "aws:b": null, "aws:c": ["x", {}] } },
      }),
      [
        "policy-empty Statement/0/Condition/StringEquals/aws:a",
        "policy-type Statement/0/Condition/StringEquals/aws:b",
        "policy-type Statement/0/Condition/StringEquals/aws:c/1",
      ],
    ],
  ];
  it.each(refused)("%s", (_, value, expected) => {
    expect(faults(value)).toEqual(expected);
  });

  it("names what was most likely meant", () => {
    expect(helpOf(policy({ ...statement, Efect: "Allow" }))).toEqual(['Did you mean "Effect"?']);
    expect(helpOf(policy({ ...statement, Effect: "allow" }))).toEqual(['Did you mean "Allow"?']);
    expect(helpOf(policy({ ...statement, Condition: { StringEqual: { "aws:a": "b" } } }))).toEqual([
      'Did you mean "StringEquals"?',
    ]);
    expect(helpOf(policy({ ...statement, Condition: { BoolIfExist: { "aws:a": "b" } } }))).toEqual([
      'Did you mean "BoolIfExists"?',
    ]);
    expect(helpOf(policy({ ...statement, Wholly: "else" }))).toEqual([null]);
  });

  it("finds all faults at once", () => {
    const broken = {
      Version: "2011",
      Statement: [
        { Effect: "Permit", Action: "read", Resource: "bucket" },
        { ...statement, Condition: { Equals: { team: [] } } },
      ],
    };
    expect(faults(broken)).toEqual([
      "policy-value Version",
      "policy-value Statement/0/Effect",
      "policy-value Statement/0/Action",
      "policy-value Statement/0/Resource",
      "policy-unknown-key Statement/1/Condition/Equals!",
      "policy-value Statement/1/Condition/Equals/team!",
      "policy-empty Statement/1/Condition/Equals/team",
    ]);
  });

  it("is not misled by keys that every object inherits", () => {
    const value: JsonValue = JSON.parse(
      '{"Version":"2012-10-17","__proto__":{"Effect":"Allow"},"Statement":[{"constructor":1,"Action":"*","Resource":"*"}]}',
    ) as JsonValue;
    expect(faults(value)).toEqual([
      "policy-unknown-key __proto__!",
      "policy-unknown-key Statement/0/constructor!",
      "policy-missing-key Statement/0",
    ]);
  });

  it("has a sentence for whatever is thrown at it, and points at something that is there", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const parsed = parsePolicy(value);
        if (parsed.ok) return;
        expect(parsed.faults.length).toBeGreaterThan(0);
        for (const one of parsed.faults) {
          expect(one.message).toMatch(/\S\.$/);
          expect(() => reach(value, one.path)).not.toThrow();
        }
      }),
    );
  });
});

const word = fc.constantFrom(
  "Version",
  "Statement",
  "Effect",
  "Action",
  "Resource",
  "Condition",
  "Bool",
  "__proto__",
  "aws:x",
);
const anything: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom<JsonValue>(null, true, 1, "", "Allow", "*", "2012-10-17"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(fc.tuple(word, tie("value")), { maxLength: 4 })
      .map((entries): JsonValue => Object.fromEntries(entries)),
  ),
})).value;

function reach(value: JsonValue, path: readonly (string | number)[]): JsonValue {
  let here: JsonValue = value;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step))
      throw new Error(String(step));
    here = Object.entries(here).find(([key]) => key === String(step))?.[1] as JsonValue;
  }
  return here;
}
