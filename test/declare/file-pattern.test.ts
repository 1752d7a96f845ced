import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldersMeantBy, matchesFilePattern } from "../../src/declare/file-pattern.js";
import { load } from "../../src/declare/load.js";
import { memoryTree } from "./memory-tree.js";

const patterns: readonly (readonly [
  pattern: string,
  takesIn: readonly string[],
  leavesOut: readonly string[],
])[] = [
  ["a.yaml", ["a.yaml"], ["A.yaml", "a.yml", "b/a.yaml", "a.yaml/a.yaml", "aayaml", "a.yaml2", "xa.yaml"]],
  ["a/b.yaml", ["a/b.yaml"], ["a/c/b.yaml", "b.yaml", "a/b.yaml/c", "/a/b.yaml", "x/a/b.yaml"]],
  ["*", ["a", "a.yaml", ".hidden.yaml", "…"], ["a/b", "a/b/c"]],
  ["*.yaml", ["a.yaml", ".yaml", ".a.yaml"], ["a/b.yaml", "a.YAML", "a.yaml.bak"]],
  ["teams/*/rules.yaml", ["teams/a/rules.yaml"], ["teams/rules.yaml", "teams/a/b/rules.yaml", "teams//a"]],
  ["a*b*c", ["abc", "aXbXc", "abbc", "a.b.c"], ["ab", "acb", "abcd", "a/b/c"]],
  ["**", ["a", "a/b", "a/b/c", ".a/.b"], []],
  ["a/**", ["a/b", "a/b/c", "a/.b"], ["a", "b/a/c", "ab/c", "A/b"]],
  ["**/a.yaml", ["a.yaml", "b/a.yaml", "b/c/a.yaml"], ["ba.yaml", "a.yaml/b"]],
  ["a/**/b", ["a/b", "a/c/b", "a/b/b", "a/c/d/b"], ["a", "b", "a/bb", "a/b/c", "c/a/b"]],
  ["a/**/b/**", ["a/b/c", "a/x/b/c", "a/b/b/c", "a/b/x/y"], ["a/b", "a/x/c", "a/x/b"]],
  ["**/a/**/b", ["a/b", "x/a/y/b", "a/a/b", "a/b/b"], ["b/a", "a", "x/b"]],
  ["a/**/**/b", ["a/b", "a/c/b", "a/c/d/b"], ["a/c"]],
  ["**/*", ["a", "a/b", "a/b/c"], []],
  ["**/a*/*b/**", ["a/b/c", "x/a1/1b/c", "a/a/b/c"], ["a/b", "a/x/b/c"]],
  // Signs that mean something elsewhere are themselves.
  ["a/[bc]?{d,e}!.yaml", ["a/[bc]?{d,e}!.yaml"], ["a/bd.yaml", "a/b1d!.yaml"]],
  ["a.b", ["a.b"], ["aXb"]],
  ["(a+)+$/**", ["(a+)+$/b"], ["aaaa/b"]],
];

describe("a pattern for files", () => {
  test.each(patterns)("%s", (pattern, takesIn, leavesOut) => {
    expect(takesIn.filter((path) => !matchesFilePattern(pattern, path))).toEqual([]);
    expect(leavesOut.filter((path) => matchesFilePattern(pattern, path))).toEqual([]);
  });

  test("agrees with what its words say, tried out in every way", () => {
    const segment = fc.constantFrom("a", "b", "*", "a*", "*b", "**");
    const pattern = fc.array(segment, { minLength: 1, maxLength: 5 });
    const path = fc.array(fc.constantFrom("a", "b", "ab", "ba"), { minLength: 1, maxLength: 6 });
    let matches = 0;
    fc.assert(
      fc.property(pattern, path, (segments, names) => {
        const expected = triedOut(segments, names);
        if (expected) matches += 1;
        expect(matchesFilePattern(segments.join("/"), names.join("/"))).toBe(expected);
      }),
      { numRuns: 5000 },
    );
    expect(matches).toBeGreaterThan(500);
  });

  test("ends, however often it has a star, on a path that nearly matches", () => {
    const deep = (name: string) => `${"a/".repeat(400)}${name}`;
    expect(matchesFilePattern(`${"**/a/".repeat(200)}b`, deep("a"))).toBe(false);
    expect(matchesFilePattern(`${"**/a/".repeat(200)}b`, deep("b"))).toBe(true);
    const long = "a".repeat(4000);
    expect(matchesFilePattern(`${"*a".repeat(400)}b`, long)).toBe(false);
    expect(matchesFilePattern("*a".repeat(400), long)).toBe(true);
  });
});

/** The meaning, put as plainly as possible: backtracking over everything. */
function triedOut([segment, ...rest]: readonly string[], names: readonly string[]): boolean {
  if (segment === undefined) return names.length === 0;
  if (segment === "**")
    return rest.length === 0
      ? names.length > 0
      : names.some((_, index) => triedOut(rest, names.slice(index))) || triedOut(rest, []);
  const [name, ...further] = names;
  const fits = new RegExp(`^${segment.replaceAll("*", ".*")}$`);
  return name !== undefined && fits.test(name) && triedOut(rest, further);
}

test.each([
  ["teams/payments/*", "teams/payments"],
  ["teams/*/*.yaml", "teams/*"],
  ["teams/**/*.y*ml", "teams/**"],
  ["teams/payments/*yaml", "teams/payments"],
  ["teams/payments/*ml", "teams/payments"],
  ["teams/payments/**", null],
  ["teams/payments/rules.yaml", null],
  ["teams/payments/*-rules.yaml", null],
  ["teams/payments/rules-*.yaml", null],
  ["*.yaml", null],
  ["*", null],
])("%s means all files of %s", (pattern, folders) => {
  expect(foldersMeantBy(pattern)).toBe(folders);
});

test.each([
  "",
  "/teams/**",
  "teams/",
  "teams//a",
  "./teams/**",
  "../teams/**",
  "teams/../a",
  "teams/.",
  "..",
  "teams/a**",
  "teams/**a/b",
  "teams/***",
  "teams\\\\payments\\\\**",
  "teams/\\u0000",
  "teams/\\n/a",
])('"%s" is no pattern', async (pattern) => {
  const settings = `delegations: [{files: "${pattern}"}]\n`;
  const { diagnostics } = await load(memoryTree({ "settings.yaml": settings }));
  expect(diagnostics).toMatchObject([
    { code: "file-pattern", severity: "error", source: { line: 1, column: 23 } },
  ]);
});

test.each(["teams/..a/**", "...", "a/.b", "teams/a*b/*", "**/x", "teams/zahlung €/**"])(
  "%s is one",
  async (pattern) => {
    const settings = `delegations: [{files: "${pattern}"}]\n`;
    const { diagnostics } = await load(memoryTree({ "settings.yaml": settings }));
    expect(diagnostics.map(({ code }) => code)).toEqual(["delegation-without-files"]);
  },
);
