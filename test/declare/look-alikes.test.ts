import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { skeleton } from "../../src/declare/look-alikes.js";
import { memoryTree } from "./memory-tree.js";

async function told(text: string, settings = ""): Promise<readonly string[]> {
  const { diagnostics } = await load(memoryTree({ "a.yaml": text, "settings.yaml": settings }));
  return diagnostics.map(
    ({ severity, code, source, message }) =>
      `${source?.line}:${source?.column} ${severity} ${code} ${message}`,
  );
}

const users = (...names: readonly string[]) =>
  `users:\n${names.map((name) => `  "${name}": {givenName: A, familyName: B}\n`).join("")}`;
const groups = (...names: readonly string[]) =>
  `groups:\n${names.map((name) => `  "${name}": {}\n`).join("")}`;

describe("names that look alike", () => {
  test.each([
    ["a Cyrillic letter", "alice", "\u0430lice", "character 1 is U+0430 here and U+0061 there"],
    [
      "all letters Cyrillic",
      "cope",
      "\u0441\u043e\u0440\u0435",
      "character 1 is U+0441 here and U+0063 there",
    ],
    ["a Greek letter", "bob", "b\u03bfb", "character 2 is U+03BF here and U+006F there"],
    ["a Greek capital", "nancy", "\u039dancy", "character 1 is U+039D here and U+006E there"],
    ["a lunate sigma", "carol", "\u03f2arol", "character 1 is U+03F2 here and U+0063 there"],
    ["a lunate capital", "CAROL", "\u03f9AROL", "character 1 is U+03F9 here and U+0043 there"],
    ["a small capital", "oscar", "os\u1d04ar", "character 3 is U+1D04 here and U+0063 there"],
    ["an Armenian letter", "bob", "b\u0585b", "character 2 is U+0585 here and U+006F there"],
    ["a palochka", "alice", "a\u04cfice", "character 2 is U+04CF here and U+006C there"],
    ["an i without its dot", "alice", "al\u0131ce", "character 3 is U+0131 here and U+0069 there"],
    ["full width", "bob", "\uff42ob", "character 1 is U+FF42 here and U+0062 there"],
    ["a mathematical letter", "bob", "\u{1d41b}ob", "character 1 is U+1D41B here and U+0062 there"],
    ["another normal form", "jos\u00e9", "jose\u0301", "character 4 is U+0065 here and U+00E9 there"],
    ["a filler at its end", "bob", "bob\u3164", "character 4 is U+3164 here and missing there"],
    ["a filler in the one before", "bob\u3164", "bob", "character 4 is missing here and U+3164 there"],
    ["a variation selector", "bob", "b\ufe0fob", "character 2 is U+FE0F here and U+006F there"],
    ["an empty braille pattern", "bob", "bob\u2800", "character 4 is U+2800 here and missing there"],
    ["another case, too", "ALICE", "\u0430lice", "character 1 is U+0430 here and U+0041 there"],
  ])("are refused, by users: %s", async (_, first, second, where) => {
    const diagnostics = await told(users(first, second));
    expect(diagnostics.filter((one) => one.includes(" error "))).toEqual([
      `3:3 error look-alikes ${JSON.stringify(second)} looks like ${JSON.stringify(first)} at access/a.yaml:2:3 and is another name: ${where}.`,
    ]);
  });

  test.each([
    ["a space that does not break", "on call", "on\u00a0call"],
    ["two spaces", "on call", "on  call"],
    ["a space at the end", "devs", "devs "],
    ["a Cyrillic letter", "devs", "d\u0435vs"],
  ])("are refused, by groups: %s", async (_, first, second) => {
    expect((await told(groups(first, second))).filter((one) => / error look-alikes /.test(one))).toHaveLength(
      1,
    );
  });

  test("are refused, by accounts; those that differ in case may stand, as in Organizations", async () => {
    const accounts = 'accounts: {prod: "111122223333", PROD: "111122223333", "\u0440rod": "444455556666"}\n';
    expect((await told(accounts)).map((one) => one.split(" ", 3).join(" "))).toEqual([
      "1:64 error look-alikes",
    ]);
  });

  test("are told where they are used: of a name that is not declared, and of one that need not be", async () => {
    const member = `${users("alice")}groups: {devs: {members: ["\u0430lice"]}}\n`;
    expect(await told(member)).toEqual([
      '3:27 error unknown-user "\u0430lice" is not a declared user. It looks like "alice", which is another name: character 1 is U+0430 here and U+0061 there.',
    ]);
    const rule = 'assignments: [{groups: [admins, "\u0430dmins"], permissionSets: [Read], accounts: [a]}]\n';
    const external = "identityCenter: {identitySource: external, manage: {permissionSets: declared}}\n";
    expect((await told(rule, external)).map((one) => one.split(" ", 3).join(" "))).toEqual([
      "1:33 error look-alikes",
      "1:33 warning mixed-alphabets",
    ]);
  });

  test("differ in more than case where that is all that is told of", async () => {
    expect((await told(users("Alice", "alice"))).map((one) => one.split(" ")[2])).toEqual(["case-twins"]);
  });
});

describe("names that may stand", () => {
  test.each([
    [
      "in one alphabet, whatever it is",
      ["алиса", "Ἀλίκη", "爱丽丝", "앨리스", "أليس", "अलिस", "ალისა", "אליס"],
    ],
    ["with accents beside those without", ["jose", "josé", "josè", "ñandu", "nandu"]],
    ["in ASCII, however near", ["paul", "pau1", "pauI", "o0", "oO1", "rn", "m", "vv", "w"]],
    ["in several alphabets that do not look alike", ["tokyo東京", "ユーザー1"]],
    ["with a picture", ["❤️love", "team👍"]],
  ])("%s", async (_, names) => {
    expect((await told(users(...names))).filter((one) => !one.includes("case-twins"))).toEqual([]);
  });
});

test("a name that is not what it seems is a warning: nobody can change it in Identity Center", async () => {
  expect(await told(users("\u0430lice", "bob\u3164") + groups("de\u034fvs"))).toEqual([
    '2:3 warning mixed-alphabets "\u0430lice" has Latin letters and U+0430 among them, which looks like "a".',
    '3:3 warning invisible-sign "bob\u3164" holds U+3164, which nobody sees.',
    '5:3 warning invisible-sign "de\u034fvs" holds U+034F, which nobody sees.',
  ]);
});

describe("a skeleton", () => {
  // The lunate sigma is the one sign whose compatibility form is drawn otherwise.
  const name = fc
    .oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }))
    .filter((one) => !/[\u03f2\u03f9]/.test(one));

  test("is the same in any normal form", () => {
    fc.assert(
      fc.property(name, (one) => {
        const bones = skeleton(one);
        for (const form of ["NFC", "NFD", "NFKC", "NFKD"]) expect(skeleton(one.normalize(form))).toBe(bones);
      }),
      { numRuns: 1000 },
    );
  });

  test("has an effect for every letter of the table", () => {
    const text = readFileSync(new URL("../../src/declare/look-alikes.ts", import.meta.url), "utf8");
    const lines = [...text.matchAll(/^ {2}(\w): ("[^"]+"),$/gm)];
    expect(lines.length).toBeGreaterThan(40);
    for (const [, letter = "", signs = ""] of lines)
      for (const sign of JSON.parse(signs) as string) expect(skeleton(sign)).toBe(letter.toLowerCase());
  });

  test("takes no two letters of one alphabet together, small or capital", () => {
    const letters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
    for (const script of [/\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u])
      for (const letterCase of [/\p{Ll}/u, /\p{Lu}/u]) {
        const own = letters.filter(
          (one) => script.test(one) && letterCase.test(one) && one.normalize("NFKD") === one,
        );
        const alike = own.map(skeleton).filter((bones) => /^[!-~]$/.test(bones));
        expect(alike.length).toBeGreaterThan(2);
        expect(new Set(alike).size).toBe(alike.length);
      }
  });

  test("of ASCII is the name itself", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]*$/), (one) => {
        expect(skeleton(one)).toBe(one.toLowerCase());
      }),
    );
  });
});
