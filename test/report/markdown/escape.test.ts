import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { code, cut, fence, link, text } from "../../../src/report/markdown/escape.js";
import { safeText } from "../../../src/report/untrusted.js";
import { untrusted } from "./hostile.js";

const codeSpan = /(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/gsu;

/** What a reader sees: code spans without their marks, entities as their signs. */
function seen(markdown: string): string {
  return markdown
    .replace(/&#160;/g, " ")
    .replace(codeSpan, (_, _mark: string, inside: string) => inside.replace(/^ (.*[^ ].*) $/s, "$1"));
}

describe("text", () => {
  it.each([
    ["developers may deploy, and nobody else.", "developers may deploy, and nobody else."],
    ['group "Platform Team" (new)', 'group "Platform Team" (new)'],
    ["Ärger in 東京: 3 people", "Ärger in 東京: 3 people"],
    ["ask @example/security", "ask `@example/security`"],
    ["alice@example.com, bob@example.com", "`alice@example.com`, `bob@example.com`"],
    ["arn:aws:iam::aws:policy/ReadOnlyAccess", "`arn:aws:iam::aws:policy/ReadOnlyAccess`"],
    ["#1 GH-2 a/b#3 www.example.com :x:", "`#1` `GH-2` `a/b#3` `www.example.com` `:x`:"],
    ["0123456789abcdef0123456789abcdef01234567", "`0123456789abcdef0123456789abcdef01234567`"],
    ["1. one", "`1`. one"],
    ["a|b", "`a\\u{7c}b`"],
    ["`a`", "`` `a` ``"],
    ["a  b", "a&#160; b"],
    ["two\nlines", "`two\\u{a}lines`"],
    ["", ""],
  ])("shows %j as %j", (given, shown) => {
    expect(text(given)).toBe(shown);
  });

  it("loses nothing of what it shows", () => {
    fc.assert(
      fc.property(untrusted, (given) => {
        expect(seen(text(given))).toBe(safeText(given).replaceAll("|", "\\u{7c}"));
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves outside of code only words and the punctuation of sentences, and nothing that GitHub makes a link of", () => {
    fc.assert(
      fc.property(untrusted, (given) => {
        const outside = text(given)
          .replace(codeSpan, "`")
          .replace(/&#160;/g, " ");
        expect(outside).toMatch(/^[\dA-Za-z\u0080-\u{10ffff} "'(),.:;?!`-]*$/u);
        // A sign of punctuation that could begin a list, an address or an emoji never does.
        expect(outside).not.toMatch(/(?:^| )-|^\d+[.)](?: |$)|:[^\s.,;:!?"')]/u);
        expect(outside).not.toMatch(/www\.|GH-\d|(?<![\p{L}\p{N}])[\da-f]{7,}(?![\p{L}\p{N}])/iu);
      }),
      { numRuns: 2000 },
    );
  });

  it("never breaks a table's row", () => {
    fc.assert(
      fc.property(untrusted, (given) => {
        expect(text(given)).not.toContain("|");
        expect(code(given)).not.toContain("|");
        expect(text(given)).not.toContain("\n");
        expect(code(given)).not.toContain("\n");
      }),
    );
  });
});

describe("code", () => {
  it("is one code span, whatever stands in it", () => {
    fc.assert(
      fc.property(untrusted, (given) => {
        const shown = code(given);
        expect(shown.replace(codeSpan, "")).toBe(given === "" ? '""' : "");
        expect(seen(shown)).toBe(given === "" ? '""' : safeText(given).replaceAll("|", "\\u{7c}"));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("fence", () => {
  it("is ended by nothing that stands in it", () => {
    fc.assert(
      fc.property(fc.array(untrusted), (given) => {
        const lines = fence(given, "diff").split("\n");
        const mark = lines.at(-1) ?? "";
        expect(lines.slice(1, -1)).toEqual(given.length === 0 ? [""] : given.map(safeText));
        expect(lines.slice(1, -1).some((line) => line.includes(mark))).toBe(false);
        expect(lines[0]).toBe(`${mark}diff`);
      }),
    );
  });
});

describe("link", () => {
  it("leads to the address and nowhere else", () => {
    expect(link("the run", "https://github.com/a/b/actions/runs/1")).toBe(
      "[the run](<https://github.com/a/b/actions/runs/1>)",
    );
    expect(link("the run", "https://x/> <script>\n[a](b)")).toBe(
      "[the run](<https://x/%3E%20%3Cscript%3E%5Cu%7Ba%7D%5Ba%5D(b)>)",
    );
  });
});

describe("cut", () => {
  it("leaves a short text alone and says where a long one was cut, never inside a sign", () => {
    expect(cut("abc", 3)).toBe("abc");
    expect(cut("abcd", 3)).toBe("ab…");
    expect(cut("👍👍👍", 3)).toBe("👍👍…");
  });
});
