import { describe, expect, test } from "vitest";
import { mostTold } from "../../src/declare/gather.js";
import { load } from "../../src/declare/load.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import { codesOf, readsSafely } from "./hostile-law.js";
import { memoryTree } from "./memory-tree.js";

type Monster = readonly [what: string, text: string, codes: readonly string[]];

/** One byte less than is read of a file. */
const size = 4_999_999;

/** As often as it fits. */
function full(unit: string, head = "", tail = ""): string {
  const times = Math.floor((size - head.length - tail.length) / unit.length);
  return `${head}${unit.repeat(times)}${tail}`;
}

function numbered(times: number, unit: (index: number) => string, head = "", tail = ""): string {
  return `${head}${Array.from({ length: times }, (_, index) => unit(index)).join("")}${tail}`;
}

describe("up to five megabytes less one byte", () => {
  const tooMany = ["too-large"];
  const tooLong = ["too-long"];
  const monsters: readonly Monster[] = [
    ["one plain text", "x".repeat(size), tooLong],
    ["one text in quotes", `"${"x".repeat(size - 2)}"`, tooLong],
    ["one text of escapes", full("\\u0041", '"', '"'), tooLong],
    ["one text of wrong escapes", full("\\q", '"', '"'), tooLong],
    ["one text of quotation marks", full("'"), tooLong],
    ["one text of folded lines", `users: >\n  x\n${"\n".repeat(1_000_000)}  y`, tooLong],
    ["one key", full("k", "", ": {}"), tooLong],
    ["one user's name", full("a", "users: {? ", " : {givenName: A, familyName: B}}"), tooLong],
    [
      "one policy's name, of nothing but paths",
      full("a/", "permissionSets: {A: {managedPolicies: [", "!]}}"),
      tooLong,
    ],
    ["one number", full("9", "accounts: {a: ", "}"), tooLong],
    ["one number of another base", full("f", "accounts: {a: 0x", "}"), tooLong],
    ["one tag", full("a", "!", " x"), ["yaml-syntax"]],
    ["one directive", full("a", "%", "\n---\n"), ["yaml-syntax"]],
    ["one comment", full("x", "#"), []],
    ["nothing but blanks", full(" "), []],
    ["a million lines", "\n".repeat(1_000_000), tooMany],
    ["a million comments", "#\n".repeat(1_000_000), tooMany],
    ["a million keys", full("k: \n"), tooMany],
    ["a million items", full("- x\n", "assignments:\n"), tooMany],
    ["a million items in brackets", full("x,", "assignments: [", "]"), tooMany],
    ["a million rules of nothing", full("{},", "assignments: [", "]"), tooMany],
    ["a million commas", full(",", "[", "]"), tooMany],
    ["a million empty texts", full('"'), tooMany],
    ["a million aliases", full("*a,", "[&a b,", "]"), tooMany],
    ["carriage returns", "\r".repeat(1_000_000), tooLong],
    ["Unicode's own line ends", full("\u0085\u2028").slice(0, 1_900_000), tooLong],
    ["byte order marks", "\ufeff".repeat(1_600_000), tooLong],
    ["signs that are not seen", `users: {? ${"\u3164".repeat(1_600_000)} : }`, tooLong],
    ["astral signs", "\u{1f600}".repeat(1_200_000), tooLong],
  ];
  test.each(monsters)("%s", async (_, text, codes) => {
    expect(codesOf(await readsSafely(memoryTree({ "a.yaml": text })))).toEqual(codes);
  });
});

describe("what is just within the bounds, and wrong throughout", () => {
  const policy = (statement: string) =>
    [`permissionSets: {A: {inlinePolicy: {Version: "2012-10-17", Statement: [`, statement, "]}}}"] as const;
  const [head, tail] = [policy("")[0], policy("")[2]];
  const monsters: readonly (readonly [what: string, text: string, code: string])[] = [
    ["keys that are unknown", numbered(12_000, (index) => `k${index}:\n`), "unknown-key"],
    ["keys that are no texts", numbered(12_000, (index) => `${index}:\n`), "key-not-text"],
    ["rules of nothing", `assignments: [${"{},".repeat(12_000)}]`, "missing-key"],
    [
      "members who are not declared",
      numbered(12_000, (index) => `u${index},`, "groups: {a: {members: [", "]}}"),
      "unknown-user",
    ],
    ["statements of nothing", `${head}${"{},".repeat(12_000)}${tail}`, "policy-missing-key"],
    [
      "operators that IAM does not know",
      numbered(
        15_000,
        (index) => `x${index}: {},`,
        `${head}{Effect: Allow, Action: "*", Resource: "*", Condition: {`,
        `}}${tail}`,
      ),
      "policy-unknown-key",
    ],
    [
      "users who share one address",
      numbered(12_000, (index) => `  u${index}: {givenName: A, familyName: B, email: a@b}\n`, "users:\n"),
      "duplicate-email",
    ],
  ];
  test.each(monsters)("%s", async (_, text, code) => {
    const { diagnostics } = await readsSafely(memoryTree({ "a.yaml": text }));
    expect(diagnostics).toHaveLength(mostTold + 1);
    expect(diagnostics.filter((told) => told.code === code).length).toBeGreaterThan(mostTold / 4);
    expect(leftOut(diagnostics)).toBeGreaterThan(10_000);
  });

  test("of which the errors are told before all else", async () => {
    const set = (index: number) =>
      `  A${index}: {requireMfa: true, inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}\n`;
    const text = `${numbered(mostTold + 10, set, "permissionSets:\n")}groups: {devs: {members: [zoe]}}\n`;
    const { diagnostics } = await readsSafely(memoryTree({ "a.yaml": text }));
    expect(diagnostics).toHaveLength(mostTold + 1);
    expect(codesOf({ diagnostics })).toEqual(["left-out", "mfa-key-absent", "unknown-user"]);
    expect(leftOut(diagnostics)).toBe(11);
  });
});

/** How many the last line says are left out. */
function leftOut(diagnostics: readonly Diagnostic[]): number {
  const { code, message = "" } = diagnostics.at(-1) ?? {};
  expect(code).toBe("left-out");
  return Number(/[\d,]+/.exec(message)?.[0].replaceAll(",", ""));
}

test("a line of a hundred megabytes is refused for its size", async () => {
  const { diagnostics } = await readsSafely(memoryTree({ "a.yaml": new Uint8Array(100_000_000).fill(0x61) }));
  expect(diagnostics).toMatchObject([
    { code: "too-large", message: "access/a.yaml has 100000000 bytes; the limit is 5000000." },
  ]);
});

test("more than is read of a folder is told once, and nothing is said of names that were left unread", async () => {
  const comment = `#${"x".repeat(size - 1)}`;
  const files = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`c${index}.yaml`, comment]));
  const groups = "groups: {devs: {members: [zoe]}}\n";
  const people = "users: {zoe: {givenName: Z, familyName: Z}}\n";
  const { diagnostics } = await readsSafely(
    memoryTree({ "a.yaml": groups, ...files, "people.yaml": people }),
  );
  expect(diagnostics.map(({ source, code }) => `${source?.file} ${code}`)).toEqual([
    "access/c4.yaml too-large",
  ]);
});

test("however much is in the folder, the settings are read", async () => {
  const comment = `#${"x".repeat(size - 1)}`;
  const files = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`c${index}.yaml`, comment]));
  const text = "identityCenter: {region: eu-west-1}\ndelegations: [{files: c0.yaml}, {files: teams/**}]\n";
  const { settings, asRead, ok } = await load(memoryTree({ ...files, "settings.yaml": text }));
  expect(ok).toBe(false);
  expect(settings.region).toBe("eu-west-1");
  expect(asRead.delegations).toHaveLength(2);
});

test("more than a memory holds is told once, however little aliases make of it to read", async () => {
  const text = `list: [&a [${numbered(999, (index) => `x${index},`)}], ${"*a,".repeat(98)}]\n`;
  const files = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`${index + 100}.yaml`, text]));
  const told = (await load(memoryTree(files))).diagnostics.filter(({ code }) => code === "too-large");
  expect(told.map(({ message }) => message)).toEqual([
    "With access/179.yaml, the files have more than 8,000,000 words and signs together, the most that is read.",
  ]);
});

test("three thousand files that declare the same are read", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [
      `${index}.yaml`,
      "users: {u: {givenName: A, familyName: B}}\n",
    ]),
  );
  const { diagnostics } = await readsSafely(memoryTree(files));
  expect(codesOf({ diagnostics })).toEqual(["declared-twice", "left-out"]);
});
