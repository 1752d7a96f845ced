import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, PolicyDocument } from "../../src/model/policy-document.js";
import { parsePolicy } from "../../src/policy/document.js";
import { normalize, policySize, policyText, samePolicy } from "../../src/policy/normal-form.js";

const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };

function policy(...statements: readonly JsonObject[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

describe("normalize", () => {
  it("writes lists sorted and without repetition, keys in one order, condition values as texts", () => {
    const written: PolicyDocument = {
      Statement: {
        Condition: {
          StringEquals: { "aws:b": ["y", "x", "y"], "aws:a": "z" },
          Bool: { "aws:SecureTransport": true },
          NumericLessThan: { "s3:max-keys": [10, "10", 9] },
        },
        Resource: "*",
        Action: ["s3:Put*", "s3:Get*", "s3:Put*"],
        Effect: "Allow",
        Sid: "",
      },
      Version: "2012-10-17",
    };
    expect(JSON.stringify(normalize(written))).toBe(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":["*"],' +
        '"Condition":{"Bool":{"aws:SecureTransport":["true"]},"NumericLessThan":{"s3:max-keys":["10","9"]},' +
        '"StringEquals":{"aws:a":["z"],"aws:b":["x","y"]}}}]}',
    );
  });

  it("writes out the language that an absent Version means", () => {
    expect(normalize({ Statement: [] })).toEqual({ Version: "2008-10-17", Statement: [] });
  });

  it("keeps what it does not know, so that it shows as a difference", () => {
    const strange: PolicyDocument = {
      Version: "2012-10-17",
      zeta: { b: 1, a: [2] },
      Statement: [
        "text",
        { ...statement, Extra: { y: 1, x: 2 }, Condition: "none" },
        { Condition: { Bool: 1 } },
      ],
    };
    expect(normalize(strange)).toEqual({
      ...strange,
      Statement: ["text", { Condition: { Bool: 1 } }, { ...strange1(), Extra: { x: 2, y: 1 } }],
    });
    function strange1() {
      return { Effect: "Allow", Action: ["s3:*"], Resource: ["*"], Condition: "none" };
    }
  });

  it("keeps an empty list, statements that say the same, and the letters' case", () => {
    const written = policy(
      statement,
      statement,
      { ...statement, Action: [] },
      { ...statement, Action: "S3:getobject" },
    );
    expect(normalize(written)["Statement"]).toEqual([
      { Effect: "Allow", Action: ["S3:getobject"], Resource: ["*"] },
      { Effect: "Allow", Action: ["s3:*"], Resource: ["*"] },
      { Effect: "Allow", Action: ["s3:*"], Resource: ["*"] },
      { Effect: "Allow", Action: [], Resource: ["*"] },
    ]);
  });

  it("is harmless with keys that every object inherits", () => {
    const text =
      '{"__proto__":{"Version":"2012-10-17"},"Statement":[{"__proto__":"x","toString":[1],"Condition":{"__proto__":{"constructor":"a"}}}]}';
    const document = JSON.parse(text) as JsonObject;
    expect(JSON.stringify(normalize(document))).toBe(
      '{"Version":"2008-10-17","Statement":[{"Condition":{"__proto__":{"constructor":["a"]}},"__proto__":"x","toString":[1]}],"__proto__":{"Version":"2012-10-17"}}',
    );
    expect(samePolicy(document, JSON.parse('{"Statement":[{}]}') as JsonObject)).toBe(false);
  });
});

describe("samePolicy", () => {
  const same: Record<string, readonly [PolicyDocument, PolicyDocument]> = {
    "an action in another case": [policy(statement), policy({ ...statement, Action: ["S3:*", "s3:*"] })],
    "an operator and a key in another case": [
      policy({ ...statement, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      policy({ ...statement, Condition: { bool: { "AWS:securetransport": true } } }),
    ],
    "an empty Sid and an empty Condition": [
      policy(statement),
      policy({ ...statement, Sid: "", Condition: {} }),
    ],
    "one operator in two spellings": [
      policy({ ...statement, Condition: { Bool: { "aws:a": "true", "aws:b": "true" } } }),
      policy({ ...statement, Condition: { Bool: { "aws:b": "true" }, bool: { "aws:a": "true" } } }),
    ],
  };
  it.each(Object.keys(same))("looks past %s", (name) => {
    const [left = {}, right = {}] = same[name] ?? [];
    expect(samePolicy(left, right)).toBe(true);
    expect(samePolicy(right, left)).toBe(true);
  });

  const different: Record<string, readonly [PolicyDocument, PolicyDocument]> = {
    "a resource in another case": [
      policy({ ...statement, Resource: "arn:aws:s3:::a" }),
      policy({ ...statement, Resource: "arn:aws:s3:::A" }),
    ],
    "a value in another case": [
      policy({ ...statement, Condition: { StringEquals: { "aws:a": "x" } } }),
      policy({ ...statement, Condition: { StringEquals: { "aws:a": "X" } } }),
    ],
    "letters that only Unicode folds (the Kelvin sign)": [
      policy({ ...statement, Action: "kms:*" }),
      policy({ ...statement, Action: "\u212Ams:*" }),
    ],
    "Action and NotAction": [
      policy(statement),
      policy({ Effect: "Allow", NotAction: "s3:*", Resource: "*" }),
    ],
    "another language": [policy(statement), { Version: "2008-10-17", Statement: [statement] }],
    "another Sid": [policy({ ...statement, Sid: "A" }), policy({ ...statement, Sid: "B" })],
    "another Id": [policy(statement), { ...policy(statement), Id: "x" }],
    "a quantifier more": [
      policy({ ...statement, Condition: { StringEquals: { "aws:TagKeys": "x" } } }),
      policy({ ...statement, Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "x" } } }),
    ],
    "two tests that must both hold, and one with two values": [
      policy({ ...statement, Condition: { StringEquals: { "aws:a": ["x", "y"] } } }),
      policy({ ...statement, Condition: { StringEquals: { "aws:a": "x", "AWS:a": "y" } } }),
    ],
    "an empty list of values and no condition": [
      policy({ ...statement, Condition: { StringEquals: { "aws:a": [] } } }),
      policy({ ...statement, Condition: { StringEquals: {} } }),
    ],
    "a statement in two": [
      policy({ ...statement, Action: ["s3:Get*", "s3:Put*"] }),
      policy({ ...statement, Action: "s3:Get*" }, { ...statement, Action: "s3:Put*" }),
    ],
    "no statement": [policy(), policy(statement)],
  };
  it.each(Object.keys(different))("tells %s apart", (name) => {
    const [left = {}, right = {}] = different[name] ?? [];
    expect(samePolicy(left, right)).toBe(false);
    expect(samePolicy(right, left)).toBe(false);
  });

  it("takes null for no policy, which is not an empty one", () => {
    expect(samePolicy(null, null)).toBe(true);
    expect(samePolicy(null, policy())).toBe(false);
    expect(samePolicy(policy(), null)).toBe(false);
  });
});

describe("policySize", () => {
  it("counts characters that are not white space, those within texts included", () => {
    const document = policy({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::a b" });
    expect(policySize(document)).toBe(policyText(document).length - 1);
  });

  it("does not grow by the lists that the normal form makes of single values", () => {
    const compact = policy({ ...statement, Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } });
    expect(policyText(normalize(compact))).toBe(policyText(compact));
    expect(policySize(normalize(compact))).toBe(JSON.stringify(compact).length);
  });
});

describe("laws", () => {
  it("the generated policies are policies", () => {
    fc.assert(
      fc.property(policies, (document) => {
        expect(parsePolicy(document).ok).toBe(true);
      }),
    );
  });

  it("normalize of a normal form is that normal form, byte for byte, and a policy", () => {
    fc.assert(
      fc.property(policies, (document) => {
        const normal = normalize(document);
        expect(policyText(normalize(normal))).toBe(policyText(normal));
        expect(parsePolicy(normal).ok).toBe(true);
        expect(samePolicy(document, normal)).toBe(true);
        expect(samePolicy(document, JSON.parse(policyText(normal)) as PolicyDocument)).toBe(true);
      }),
    );
  });

  it("another spelling of the same meaning compares the same", () => {
    fc.assert(
      fc.property(policies, fc.infiniteStream(fc.nat(1_000)), (document, numbers) => {
        const other = respelt(document, () => numbers.next().value as number);
        expect(samePolicy(document, other)).toBe(true);
      }),
    );
  });

  it("a change of any effect, action, resource or condition compares different", () => {
    fc.assert(
      fc.property(policies, fc.nat(), fc.nat(), (document, which, how) => {
        const changed = changedInOnePlace(document, which, how);
        expect(samePolicy(document, changed)).toBe(false);
        expect(samePolicy(changed, document)).toBe(false);
      }),
    );
  });
});

function oneOrMore(values: readonly string[]): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  );
}
const actions = oneOrMore(["*", "s3:Get*", "s3:PutObject", "iam:PassRole", "kms:Decrypt"]);
const resources = oneOrMore([
  "*",
  "arn:aws:s3:::a/*",
  "arn:aws:s3:::A/*",
  "arn:aws:iam::111122223333:role/x y",
]);
const conditions = fc.dictionary(
  fc.constantFrom(
    "StringEquals",
    "StringNotLike",
    "ForAllValues:StringEquals",
    "Bool",
    "NumericLessThanIfExists",
  ),
  fc.dictionary(
    fc.constantFrom("aws:UserId", "aws:PrincipalTag/team", "s3:prefix"),
    fc.oneof(oneOrMore(["a", "A", "true", "10"]), fc.constantFrom<JsonValue>(true, 10, [1, "x"])),
    { minKeys: 1 },
  ),
  { maxKeys: 3 },
);
const statements: fc.Arbitrary<JsonObject> = fc
  .record({
    effect: fc.constantFrom("Allow", "Deny"),
    actionKey: fc.constantFrom("Action", "NotAction"),
    action: actions,
    resourceKey: fc.constantFrom("Resource", "NotResource"),
    resource: resources,
    condition: fc.option(conditions, { nil: undefined }),
  })
  .map(({ effect, actionKey, action, resourceKey, resource, condition }) => ({
    Effect: effect,
    [actionKey]: action,
    [resourceKey]: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  }));
const policies: fc.Arbitrary<PolicyDocument> = fc
  .array(statements, { minLength: 1, maxLength: 4 })
  .map((list) => {
    const [only] = list;
    // Sids keep the statements distinct, so that a change cannot fall on one of two equal ones and be found in the other.
    const named = list.map((one, index) => ({ ...one, Sid: `S${index}` }));
    return { Version: "2012-10-17", Statement: list.length === 1 && only !== undefined ? only : named };
  });

/** The same meaning, spelt differently wherever `number` says so. */
function respelt(document: PolicyDocument, number: () => number): PolicyDocument {
  const recased = (text: string) =>
    text.replace(/[a-z]/gi, (sign) => (number() % 2 === 0 ? sign.toUpperCase() : sign.toLowerCase()));
  const shuffled = <T>(list: readonly T[]) =>
    list
      .map((value) => ({ value, rank: number() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ value }) => value);
  const reordered = (object: JsonObject) => Object.fromEntries(shuffled(Object.entries(object)));
  const relisted = (value: JsonValue, spell: (one: JsonValue) => JsonValue): JsonValue => {
    const list = (Array.isArray(value) ? value : [value]).map(spell);
    const again = shuffled(number() % 3 === 0 ? [...list, ...list] : list);
    const [only] = again;
    return again.length === 1 && number() % 2 === 0 && only !== undefined ? only : again;
  };
  const asText = (value: JsonValue) =>
    typeof value === "object" || number() % 2 === 0 ? value : String(value);
  const recondition = (condition: JsonObject) =>
    reordered(
      Object.fromEntries(
        Object.entries(condition).map(([operator, tests]) => [
          recased(operator),
          reordered(
            Object.fromEntries(
              Object.entries(tests as JsonObject).map(([key, value]) => [
                recased(key),
                relisted(value, asText),
              ]),
            ),
          ),
        ]),
      ),
    );
  const restatement = (one: JsonObject): JsonObject =>
    reordered(
      Object.fromEntries(
        Object.entries(one).map(([key, value]) => {
          if (key.endsWith("Action"))
            return [key, relisted(value, (text) => (typeof text === "string" ? recased(text) : text))];
          if (key.endsWith("Resource")) return [key, relisted(value, (text) => text)];
          return [key, key === "Condition" ? recondition(value as JsonObject) : value];
        }),
      ),
    );
  const written = document["Statement"] ?? [];
  const list = (Array.isArray(written) ? written : [written]) as readonly JsonObject[];
  const again = shuffled(list.map(restatement));
  const [only] = again;
  const Statement = again.length === 1 && number() % 2 === 0 && only !== undefined ? only : again;
  return reordered({ ...document, Statement });
}

/** One place changed among all that decide who may do what. */
function changedInOnePlace(document: PolicyDocument, which: number, how: number): PolicyDocument {
  const written = document["Statement"] ?? [];
  const list = (Array.isArray(written) ? written : [written]) as readonly JsonObject[];
  const at = which % list.length;
  const one = list[at] ?? {};
  const actionKey = "Action" in one ? "Action" : "NotAction";
  const resourceKey = "Resource" in one ? "Resource" : "NotResource";
  const { [actionKey]: action = [], ...withoutAction } = one;
  const condition = (one["Condition"] ?? {}) as JsonObject;
  const more = (value: JsonValue, added: string): JsonValue =>
    Array.isArray(value) ? [...value, added] : [value, added];
  const changes: readonly JsonObject[] = [
    { ...one, Effect: one["Effect"] === "Allow" ? "Deny" : "Allow" },
    { ...one, [actionKey]: more(action, "ec2:RunInstances") },
    { ...withoutAction, [actionKey === "Action" ? "NotAction" : "Action"]: action },
    { ...one, [resourceKey]: more(one[resourceKey] ?? [], "arn:aws:s3:::other") },
    { ...one, Condition: { ...condition, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
    ...Object.entries(condition).flatMap(([operator, tests]) => [
      { ...one, Condition: without(condition, operator) },
      ...Object.entries(tests as JsonObject).flatMap(([key, value]) => [
        {
          ...one,
          Condition: { ...condition, [operator]: { ...(tests as JsonObject), [key]: more(value, "other") } },
        },
        {
          ...one,
          Condition: {
            ...condition,
            [operator]: { ...without(tests as JsonObject, key), "aws:Other": value },
          },
        },
      ]),
    ]),
  ];
  const changed = changes[how % changes.length] ?? one;
  return { ...document, Statement: list.map((each, index) => (index === at ? changed : each)) };
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([one]) => one !== key));
}
