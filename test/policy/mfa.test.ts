import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, PolicyDocument } from "../../src/model/policy-document.js";
import { parsePolicy } from "../../src/policy/document.js";
import { demandMfa, demandSessionTag, mfaFindings } from "../../src/policy/mfa.js";

const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" };
const deny = { Effect: "Deny", Action: "iam:*", Resource: "*" };
const key = "aws:MultiFactorAuthPresent";

function policy(...statements: readonly JsonObject[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

describe("demandMfa", () => {
  it("adds the condition to every Allow, beside what stands there, and to no Deny", () => {
    const written = policy(allow, deny, {
      ...allow,
      Condition: { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:a": "b" } },
    });
    expect(demandMfa(written)).toEqual(
      policy({ ...allow, Condition: { Bool: { [key]: "true" } } }, deny, {
        ...allow,
        Condition: {
          Bool: { "aws:SecureTransport": "true", [key]: "true" },
          StringEquals: { "aws:a": "b" },
        },
      }),
    );
  });

  it("takes a statement that is not in a list", () => {
    expect(demandMfa({ Version: "2012-10-17", Statement: allow })).toEqual({
      Version: "2012-10-17",
      Statement: { ...allow, Condition: { Bool: { [key]: "true" } } },
    });
  });

  it("writes into the operator that is there, however it is spelt", () => {
    const written = policy({ ...allow, Condition: { bool: { "aws:SecureTransport": "true" } } });
    expect(demandMfa(written)).toEqual(
      policy({ ...allow, Condition: { bool: { "aws:SecureTransport": "true", [key]: "true" } } }),
    );
  });

  it.each([
    [
      "true already, in any spelling",
      { BOOL: { [key.toLowerCase()]: [true] } },
      { BOOL: { [key.toLowerCase()]: [true] } },
    ],
    [
      "either way: what is left is with MFA",
      { Bool: { [key]: ["true", "false"] } },
      { Bool: { [key]: "true" } },
    ],
    [
      "only without MFA: then never",
      { Bool: { [key]: "false" } },
      { Bool: { [key]: "false" }, "ForAnyValue:Bool": { [key]: "true" } },
    ],
    [
      "only without MFA, and the way out taken in another spelling",
      {
        Bool: { [key]: "false" },
        "foranyvalue:bool": { "AWS:MULTIFACTORAUTHPRESENT": "false", "aws:x": "y" },
      },
      { Bool: { [key]: "false" }, "foranyvalue:bool": { "aws:x": "y", [key]: "true" } },
    ],
    [
      "only if it is known",
      { BoolIfExists: { [key]: "true" } },
      { BoolIfExists: { [key]: "true" }, Bool: { [key]: "true" } },
    ],
  ])("handles a key that is there: %s", (_, before, after) => {
    expect(demandMfa(policy({ ...allow, Condition: before }))).toEqual(
      policy({ ...allow, Condition: after }),
    );
  });

  it("law: afterwards a statement allows exactly what it allowed before, with MFA alone", () => {
    fc.assert(
      fc.property(mfaConditions, (condition) => {
        const before = policy({ ...allow, Condition: condition }, deny);
        const after = demandMfa(before);
        expect(parsePolicy(after).ok).toBe(true);
        for (const session of [true, false, null]) {
          expect(allows(after, session)).toBe(allows(before, session) && session === true);
        }
      }),
    );
  });

  it("law: asking twice asks no more", () => {
    fc.assert(
      fc.property(mfaConditions, (condition) => {
        const once = demandMfa(policy({ ...allow, Condition: condition }));
        expect(demandMfa(once)).toEqual(once);
      }),
    );
  });
});

describe("demandSessionTag", () => {
  const denyWithoutTag = {
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: { StringNotEquals: { "aws:PrincipalTag/mfa": "yes" } },
  };
  const tag = { key: "mfa", value: "yes" };

  it("denies everything to sessions without the tag, whatever the policy allows", () => {
    expect(demandSessionTag(policy(allow), tag)).toEqual(policy(allow, denyWithoutTag));
    expect(demandSessionTag({ Version: "2008-10-17", Statement: allow }, tag)).toEqual({
      Version: "2008-10-17",
      Statement: [allow, denyWithoutTag],
    });
  });

  it("makes a policy where there is none, for managed policies", () => {
    const made = demandSessionTag(null, tag);
    expect(made).toEqual(policy(denyWithoutTag));
    expect(parsePolicy(made).ok).toBe(true);
  });

  it("is no MFA key itself", () => {
    expect(mfaFindings(demandSessionTag(policy(allow), tag))).toEqual([]);
  });
});

describe("mfaFindings", () => {
  it("has nothing to say about other conditions", () => {
    expect(
      mfaFindings(policy(allow, { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } })),
    ).toEqual([]);
  });

  it("finds the keys in any case, in every statement, and says where", () => {
    const findings = mfaFindings(
      policy(
        allow,
        { ...allow, Condition: { bool: { "AWS:multifactorauthpresent": "true" } } },
        {
          ...deny,
          Condition: { NumericGreaterThan: { "aws:MultiFactorAuthAge": 3600 }, Null: { [key]: true } },
        },
      ),
    );
    expect(findings.map((one) => one.path)).toEqual([
      ["Statement", 1, "Condition", "bool", "AWS:multifactorauthpresent"],
      ["Statement", 2, "Condition", "NumericGreaterThan", "aws:MultiFactorAuthAge"],
      ["Statement", 2, "Condition", "Null", key],
    ]);
    expect(new Set(findings.map((one) => one.code))).toEqual(new Set(["mfa-key-absent"]));
    expect(findings[0]?.help).toContain("requireMfa");
  });

  it("finds it in a statement that is not in a list", () => {
    const single = { Version: "2012-10-17", Statement: { ...allow, Condition: { Bool: { [key]: "true" } } } };
    expect(mfaFindings(single).map((one) => one.path)).toEqual([["Statement", "Condition", "Bool", key]]);
  });

  const nothing = "never allows anything";
  const open = "allows without asking for MFA";
  const locked = "locks everybody out";
  const idle = "never applies";
  it.each([
    ["Allow", "Bool", "true", nothing],
    ["Allow", "Bool", "false", nothing],
    ["Allow", "BoolIfExists", "true", open],
    ["Allow", "Null", "false", nothing],
    ["Allow", "Null", "true", open],
    ["Allow", "StringEquals", "true", nothing],
    ["Allow", "StringNotEquals", "false", open],
    ["Allow", "ForAllValues:Bool", "true", open],
    ["Allow", "ForAnyValue:BoolIfExists", "true", nothing],
    ["Deny", "Bool", "false", idle],
    ["Deny", "BoolIfExists", "false", locked],
    ["Deny", "Null", "true", locked],
    ["Deny", "StringNotEquals", "true", locked],
    ["Deny", "ForAnyValue:StringNotEquals", "true", idle],
  ])("%s %s %s: says that the statement %s", (effect, operator, value, consequence) => {
    const [finding] = mfaFindings(
      policy({ ...allow, Effect: effect, Condition: { [operator]: { [key]: value } } }),
    );
    expect(finding?.message).toContain(consequence);
  });
});

const values = fc.oneof(
  fc.constantFrom<JsonValue>("true", "false", true, false),
  fc.uniqueArray(fc.constantFrom("true", "false"), { minLength: 1 }),
);
const mfaConditions: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom("Bool", "BoolIfExists", "ForAnyValue:Bool", "Null"),
  fc.dictionary(fc.constantFrom(key), values, { minKeys: 1 }),
);

/** IAM's answer for a session with the key true or false, or without it, written out anew for the operators above. */
function allows(document: PolicyDocument, session: boolean | null): boolean {
  const statements = document["Statement"] as readonly JsonObject[];
  return statements.some((statement) => {
    const condition = (statement["Condition"] ?? {}) as Record<string, Record<string, JsonValue>>;
    const tests = Object.entries(condition).flatMap(([operator, keys]) =>
      Object.values(keys).map((value) => ({ operator, texts: [value].flat().map(String) })),
    );
    return (
      statement["Effect"] === "Allow" && tests.every(({ operator, texts }) => holds(operator, texts, session))
    );
  });
}

function holds(operator: string, texts: readonly string[], session: boolean | null): boolean {
  if (operator === "Null") return texts.includes(String(session === null));
  if (session === null) return operator === "BoolIfExists";
  return texts.includes(String(session));
}
