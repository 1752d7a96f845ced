import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeJson, safeText, shownName, shownPhrase, shownValue } from "../../src/report/untrusted.js";

describe("safeText", () => {
  it.each([
    ["plain text, as it is", "plain text, as it is"],
    ["Ärger 東京 👍", "Ärger 東京 👍"],
    ["red \u001b[31m", "red \\u{1b}[31m"],
    ["two\nlines\r", "two\\u{a}lines\\u{d}"],
    ["\u202etxt.exe", "\\u{202e}txt.exe"],
    ["zero\u200bwidth", "zero\\u{200b}width"],
    ["line\u2028separator", "line\\u{2028}separator"],
    ["\u009b31m", "\\u{9b}31m"],
    ["\ud800", "\\u{d800}"],
    ["tag \u{e0041}", "tag \\u{e0041}"],
  ])("shows %j as %j", (given, shown) => {
    expect(safeText(given)).toBe(shown);
  });

  it("leaves nothing that a terminal acts on", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(safeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});

describe("safeJson", () => {
  it("says the same as JSON, with nothing in it that a terminal acts on", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const text = safeJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
    expect(safeJson(["\u009b31m", "\u202e", "\u{e0041}"])).toBe(
      '[\n  "\\u009b31m",\n  "\\u202e",\n  "\\udb40\\udc41"\n]\n',
    );
  });
});

describe("shownPhrase", () => {
  it.each([
    ["Alice Nguyen", "Alice Nguyen"],
    ["Áine O’Neill-Sato (Ops)", "Áine O’Neill-Sato (Ops)"],
    ["Zed, ceo@example.com", '"Zed, ceo@example.com"'],
    ["two  spaces", '"two  spaces"'],
    [" ", '" "'],
    ["\u001b[2J", '"\\u{1b}[2J"'],
  ])("shows %j as %s", (name, shown) => {
    expect(shownPhrase(name)).toBe(shown);
  });
});

describe("shownName", () => {
  it.each([
    ["alice", "alice"],
    ["alice.b+c@example.com", "alice.b+c@example.com"],
    ["Größe", "Größe"],
    ["Platform Team", '"Platform Team"'],
    ["developers gets Admin in prod", '"developers gets Admin in prod"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ["", '""'],
    ["a,b", '"a,b"'],
  ])("shows %j as %s", (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });
});

describe("shownValue", () => {
  it.each([
    [null, "nothing"],
    [undefined, "nothing"],
    ["text", '"text"'],
    [3, "3"],
    [{ a: ["\u001b"] }, '{"a":["\\u001b"]}'],
  ])("shows %j as %s", (value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});
