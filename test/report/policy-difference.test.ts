import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../src/model/policy-document.js";
import { policyDifference } from "../../src/report/policy-difference.js";
import { statementWords } from "../../src/report/policy-words.js";

const read = { Effect: "Allow", Action: ["s3:Get*"], Resource: ["*"] };
const write = { Effect: "Allow", Action: ["s3:Put*"], Resource: ["arn:aws:s3:::logs/*"] };

function policy(...statements: JsonValue[]): JsonValue {
  return { Version: "2012-10-17", Statement: statements };
}

function lines(before: JsonValue | undefined, after: JsonValue | undefined): string[] {
  return policyDifference(before, after).map(
    ({ sign, words, deeper = 0 }) => `${"  ".repeat(deeper)}${sign} ${words}`,
  );
}

describe("policyDifference", () => {
  it("shows a policy that comes, and one that goes, statement by statement", () => {
    expect(lines(undefined, policy(read, write))).toEqual([
      "+ Allow s3:Get* on *",
      "+ Allow s3:Put* on arn:aws:s3:::logs/*",
    ]);
    expect(lines(policy(read), undefined)).toEqual(["- Allow s3:Get* on *"]);
  });

  it("leaves out what stays", () => {
    expect(lines(policy(read, write), policy(write))).toEqual(["- Allow s3:Get* on *"]);
    expect(lines(policy(read, write), policy(read, write))).toEqual([]);
  });

  it("shows only the entries of a list that came or went", () => {
    const wider = { ...read, Action: ["s3:Get*", "s3:List*"] };
    expect(lines(policy(read), policy(wider))).toEqual(["~ Allow on *, Action:", "  + s3:List*"]);
    const elsewhere = { ...write, Resource: ["*"] };
    expect(lines(policy(write), policy(elsewhere))).toEqual([
      "~ Allow s3:Put*, Resource:",
      "  - arn:aws:s3:::logs/*",
      "  + *",
    ]);
  });

  it("shows both statements when more than one list differs, or what it means does", () => {
    expect(lines(policy(read), policy({ ...read, Effect: "Deny" }))).toEqual([
      "- Allow s3:Get* on *",
      "+ Deny s3:Get* on *",
    ]);
    expect(lines(policy(read), policy({ Effect: "Allow", NotAction: ["s3:Get*"], Resource: ["*"] }))).toEqual(
      ["- Allow s3:Get* on *", "+ Allow everything but s3:Get* on *"],
    );
  });

  it("shows a version that changes what the policy means", () => {
    const old = { Version: "2008-10-17", Statement: [read] };
    expect(lines(old, policy(read))).toEqual(["~ Version: 2008-10-17 -> 2012-10-17"]);
  });
});

describe("statementWords", () => {
  it("tells conditions in full", () => {
    const statement = {
      ...read,
      Sid: "Mfa",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": ["true"] }, StringLike: { "aws:x": ["a b", "c"] } },
    };
    expect(statementWords(statement)).toBe(
      '[Mfa] Allow s3:Get* on * when Bool aws:MultiFactorAuthPresent is true and StringLike aws:x is "a b" or c',
    );
  });

  it("drops nothing it does not know", () => {
    expect(statementWords({ ...read, Principal: "*" })).toBe('Allow s3:Get* on * {"Principal":"*"}');
    expect(statementWords("nonsense")).toBe('"nonsense"');
    expect(statementWords({ Condition: "x" })).toBe('when "x"');
  });
});
