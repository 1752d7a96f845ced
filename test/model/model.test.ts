import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesGlob } from "../../src/model/glob.js";
import { changeId } from "../../src/model/keys.js";
import { accessRows, reachOf } from "../../src/model/reach.js";
import { canonicalDuration, secondsOf } from "../../src/model/session-duration.js";
import { stateOf } from "../support/organizations.js";

describe("a glob", () => {
  const cases = [
    ["AWS*", "AWSControlTowerAdmins", true],
    ["AWS*", "aws", false],
    ["*", "", true],
    ["a*c", "abbc", true],
    ["a*c", "ab", false],
    ["a*b*a", "aba", true],
    ["ab*ba", "aba", false],
    ["team-*/x", "team-a/b/x", true],
    ["a.c", "abc", false],
    ["exact", "exactly", false],
  ] as const;
  test.each(cases)("%s against %s: %s", (pattern, name, expected) => {
    expect(matchesGlob(pattern, name)).toBe(expected);
  });

  test("agrees with the regular expression that says the same", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const same = new RegExp(`^${pattern.replaceAll("*", "[^]*")}$`).test(name);
        expect(matchesGlob(pattern, name)).toBe(same);
      }),
    );
  });

  test("takes no time over a pattern made to be slow", () => {
    expect(matchesGlob(`${"*a".repeat(50)}b`, "a".repeat(20_000))).toBe(false);
  });
});

describe("a change id", () => {
  test("encodes what separates its parts, so that no two names share one", () => {
    expect(changeId.membership("a/b", "c:d%#")).toBe("membership:a%2Fb/c%3Ad%25%23");
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.string(),
        (group, user, otherGroup, otherUser) => {
          const isSame = group === otherGroup && user === otherUser;
          expect(changeId.membership(group, user) === changeId.membership(otherGroup, otherUser)).toBe(
            isSame,
          );
        },
      ),
    );
  });

  test("tells an orphan from a group that is named like one", () => {
    const key = {
      principalType: "group",
      principal: "#1",
      permissionSet: "Read",
      account: "111122223333",
    } as const;
    expect(changeId.assignment(key)).toBe("assignment:group/%231:Read:111122223333");
    expect(changeId.assignment({ ...key, orphan: true })).toBe("assignment:group/#1:Read:111122223333");
  });
});

describe("a session duration", () => {
  test.each([
    ["PT1H", 3600, "PT1H"],
    ["PT60M", 3600, "PT1H"],
    ["PT1H30M", 5400, "PT1H30M"],
    ["PT5400S", 5400, "PT1H30M"],
    ["P1DT1S", 86_401, "PT24H1S"],
  ])("%s is %i seconds, written %s", (text, seconds, canonical) => {
    expect(secondsOf(text)).toBe(seconds);
    expect(canonicalDuration(text)).toBe(canonical);
  });

  test.each(["", "P", "PT", "1H", "PT1", "P1DT", "PT1H "])("%j is none", (text) => {
    expect(secondsOf(text)).toBeNull();
    expect(canonicalDuration(text)).toBe(text);
  });
});

describe("reach", () => {
  const account = "111122223333";
  const grant = { permissionSet: "Read", account };
  const state = stateOf({
    memberships: [
      { group: "dev", user: "ann" },
      { group: "ops", user: "ann" },
    ],
    assignments: [
      { principalType: "group", principal: "dev", ...grant },
      { principalType: "group", principal: "ops", ...grant },
      { principalType: "user", principal: "ann", ...grant },
      { principalType: "user", principal: "#gone", orphan: true, ...grant },
    ],
  });

  test("names every way to a grant, and nobody for an orphan", () => {
    const reach = reachOf(state);
    expect(reach.via("ann", grant)).toEqual(["group/dev", "group/ops", "user/ann"]);
    expect(reach.via("#gone", grant)).toEqual([]);
    expect(reach.via("ben", grant)).toEqual([]);
    expect(accessRows(state)).toEqual([
      {
        user: "ann",
        permissionSet: "Read",
        accounts: [account],
        via: ["group/dev", "group/ops", "user/ann"],
      },
    ]);
  });
});
