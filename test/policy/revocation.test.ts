import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { JsonObject, JsonValue, PolicyDocument } from "../../src/model/policy-document.js";
import { parsePolicy } from "../../src/policy/document.js";
import { knownPolicy } from "../../src/policy/managed.js";
import { normalize, policySize, samePolicy } from "../../src/policy/normal-form.js";
import { allowsEverything } from "../../src/policy/power.js";
import {
  fitsInline,
  isRunOut,
  isStanding,
  isUserId,
  longestRevocation,
  revocationIn,
  revocationsIn,
  revocationStatement,
  withoutRevocations,
  withRevocation,
} from "../../src/policy/revocation.js";
import { isWeakened } from "../../src/policy/weakening.js";
import { permissionSet } from "../support/organizations.js";

const userId = "9067642eff-1a2b3c4d-0000-4000-8000-0123456789ab";
const other = "1a2b3c4d-0000-4000-8000-0123456789ab";
const until = Date.UTC(2026, 10, 26, 9, 30);
const statement = revocationStatement({ userId, until });
const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" };

function policy(...statements: readonly JsonValue[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

describe("the statement", () => {
  it("denies one person everything, and says in its Sid until when", () => {
    expect(statement).toEqual({
      Sid: "IdcRevoked20261126T093000Z9067642eff1a2b3c4d0000400080000123456789ab",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "identitystore:UserId": userId } },
    });
    expect(parsePolicy(policy(statement))).toMatchObject({ ok: true });
  });

  test("is recognized as it was written, and as the service may give it back", () => {
    const ids = fc
      .tuple(fc.uuid(), fc.constantFrom("", "0123456789-", "9067642eff-"))
      .map(([uuid, prefix]) => `${prefix}${uuid}`);
    const times = fc.integer({ min: 0, max: Date.UTC(2099, 0) / 1000 }).map((seconds) => seconds * 1000);
    fc.assert(
      fc.property(ids, times, (id, time) => {
        const revocation = { userId: id, until: time };
        const written = revocationStatement(revocation);
        expect(revocationIn(written)).toEqual(revocation);
        const [normal] = normalize(policy(written))["Statement"] as readonly JsonValue[];
        expect(revocationIn(normal ?? null)).toEqual(revocation);
        expect(revocationsIn(policy(allow, written))).toEqual([revocation]);
      }),
    );
  });

  const condition = (tests: JsonObject): JsonObject => ({ ...statement, Condition: tests });
  const without = (key: string): JsonObject =>
    Object.fromEntries(Object.entries(statement).filter(([one]) => one !== key));
  const sid = (Sid: JsonValue): JsonObject => ({ ...statement, Sid });
  test.each<readonly [string, JsonValue]>([
    ["a text", "Deny"],
    ["another effect", { ...statement, Effect: "Allow" }],
    ["an action of its own", { ...statement, Action: "s3:*" }],
    ["one action more", { ...statement, Action: ["*", "s3:*"] }],
    ["an inverted action", { ...without("Action"), NotAction: "*" }],
    ["a resource of its own", { ...statement, Resource: "arn:aws:s3:::logs" }],
    ["a principal", { ...statement, Principal: "*" }],
    ["no condition", { ...statement, Condition: {} }],
    ["another operator", condition({ StringLike: { "identitystore:UserId": userId } })],
    ["an operator in other letters", condition({ stringequals: { "identitystore:UserId": userId } })],
    ["a key in other letters", condition({ StringEquals: { "identitystore:userid": userId } })],
    ["somebody else's id", condition({ StringEquals: { "identitystore:UserId": other } })],
    ["two ids", condition({ StringEquals: { "identitystore:UserId": [userId, other] } })],
    ["a pattern for an id", condition({ StringEquals: { "identitystore:UserId": "*" } })],
    ["a test more", condition({ StringEquals: { "identitystore:UserId": userId, "aws:a": "b" } })],
    [
      "an operator more",
      condition({
        StringEquals: { "identitystore:UserId": userId },
        Bool: { "aws:SecureTransport": "true" },
      }),
    ],
    ["no Sid", without("Sid")],
    ["a Sid that is no text", sid(7)],
    ["a Sid of its own", sid("Mine")],
    ["a Sid without an id", sid("IdcRevoked20261126T093000Z")],
    ["a Sid with another id", sid(`IdcRevoked20261126T093000Z${other.replaceAll("-", "")}`)],
    ["a day that there is not", sid(`IdcRevoked20260231T093000Z${userId.replaceAll("-", "")}`)],
    ["an hour that there is not", sid(`IdcRevoked20261126T250000Z${userId.replaceAll("-", "")}`)],
    ["something behind the id", sid(`IdcRevoked20261126T093000Z${userId.replaceAll("-", "")}0`)],
  ])("with %s is another one", (_what, changed) => {
    expect(revocationIn(changed)).toBeNull();
    expect(withoutRevocations(policy(allow, changed), () => true)).toEqual(policy(allow, changed));
  });

  test.each([
    [userId, true],
    [other, true],
    [other.toUpperCase(), true],
    ["906764-1a2b3c4d-0000-4000-8000-0123456789ab", false],
    ["1a2b3c4d00004000-8000-0123456789ab", false],
    ["", false],
    ["*", false],
    [`${other}\n`, false],
  ])("is about the user id %j: %s", (id, is) => {
    expect(isUserId(id)).toBe(is);
  });
});

test.each([
  ["a second before it ends", until - 1000, true],
  ["when it ends", until, false],
  ["a second later", until + 1000, false],
  ["as early as it can have been written", until - longestRevocation, true],
  ["a millisecond earlier", until - longestRevocation - 1, false],
  ["a year earlier", Date.UTC(2025, 10, 26), false],
])("a revocation stands %s: at %i %s", (_when, now, stands) => {
  expect(isStanding({ userId, until }, now)).toBe(stands);
});

describe("a policy", () => {
  const revocation = { userId, until };
  const later = { userId, until: until + 3_600_000 };

  it("keeps all it has when a statement comes, and when it goes again", () => {
    const written = normalize(policy(allow, { Sid: "Mine", Effect: "Deny", Action: "iam:*", Resource: "*" }));
    const cut = withRevocation(written, revocation);
    expect(revocationsIn(cut)).toEqual([revocation]);
    expect(withoutRevocations(cut, () => true)).toEqual(written);
    expect(withRevocation(cut, revocation)).toBe(cut);
    expect(withRevocation({ Statement: allow }, revocation)["Version"]).toBe("2008-10-17");
  });

  it("comes to be for a statement alone, and goes with it", () => {
    const cut = withRevocation(null, revocation);
    expect(parsePolicy(cut)).toMatchObject({ ok: true });
    expect(withoutRevocations(cut, () => true)).toBeNull();
    expect(withoutRevocations(null, () => true)).toBeNull();
  });

  it("holds statements about several people, and of several times, and loses those that are meant", () => {
    const theirs = { userId: other, until };
    const all = [revocation, later, theirs].reduce<PolicyDocument | null>(withRevocation, null);
    expect(revocationsIn(all)).toHaveLength(3);
    expect(revocationsIn(withoutRevocations(all, (one) => one.userId === userId))).toEqual([theirs]);
  });

  test.each<readonly [string, PolicyDocument | null, PolicyDocument | null, boolean]>([
    ["the statement goes", withRevocation(policy(allow), revocation), policy(allow), true],
    ["nothing else was in it", withRevocation(null, revocation), null, true],
    [
      "one goes and another stays",
      withRevocation(withRevocation(policy(allow), revocation), later),
      withRevocation(policy(allow), later),
      true,
    ],
    ["one goes that is not over", withRevocation(policy(allow), later), policy(allow), false],
    ["something else goes along", withRevocation(policy(allow), revocation), null, false],
    [
      "something else comes in its place",
      withRevocation(policy(allow), revocation),
      policy(allow, { ...allow, Action: "iam:*" }),
      false,
    ],
    ["nothing was there to go", policy(allow), policy(allow), false],
    ["there is none", null, null, false],
  ])("has run out when %s", (_what, before, after, is) => {
    expect(isRunOut(before, after, until)).toBe(is);
  });

  it("fits up to the service's quota", () => {
    const filled = (size: number): PolicyDocument => {
      const empty = policy({ ...allow, Resource: "" });
      return policy({ ...allow, Resource: "x".repeat(size - policySize(empty)) });
    };
    expect(fitsInline(filled(10_240))).toBe(true);
    expect(fitsInline(filled(10_241))).toBe(false);
    const spaced = policy({ ...allow, Resource: ["x", `y${" ".repeat(32_700)}`] });
    expect(policySize(spaced)).toBeLessThan(10_240);
    expect(fitsInline(spaced)).toBe(false);
  });
});

describe("what guards see of it", () => {
  const admin = permissionSet({ managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] });
  const cut = { ...admin, inlinePolicy: withRevocation(null, { userId, until }) };

  it("takes nothing from what a set allows others", () => {
    expect(allowsEverything(knownPolicy(admin))).toBe(true);
    expect(allowsEverything(knownPolicy(cut))).toBe(true);
    const own = permissionSet({ inlinePolicy: policy({ ...allow, Action: "*" }) });
    const ownCut = { ...own, inlinePolicy: withRevocation(own.inlinePolicy, { userId, until }) };
    expect(knownPolicy(ownCut)["Statement"]).toEqual(normalize(knownPolicy(own))["Statement"]);
  });

  it("is no weakening when it goes, and one when a person writes it", () => {
    expect(isWeakened(cut, admin)).toBe(false);
    const reads = permissionSet({ inlinePolicy: policy(allow) });
    const readsCut = { ...reads, inlinePolicy: withRevocation(policy(allow), { userId, until }) };
    expect(isWeakened(readsCut, reads)).toBe(false);
    expect(isWeakened(reads, readsCut)).toBe(true);
    expect(
      samePolicy(
        withoutRevocations(readsCut.inlinePolicy, () => true),
        reads.inlinePolicy,
      ),
    ).toBe(true);
  });
});
