import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annotations } from "../../src/github/annotations.js";
import { outputsText, summaryText } from "../../src/github/outputs.js";
import { diagnostic, type Severity } from "../../src/model/diagnostic.js";

/** Reads the file as GitHub's runner does. */
function readOutputs(text: string): Record<string, string> {
  const lines = text.split("\n");
  const found: Record<string, string> = {};
  while (lines.length > 1) {
    const [name = "", delimiter = ""] = (lines.shift() ?? "").split("<<");
    const end = lines.indexOf(delimiter);
    if (end === -1) throw new Error(`${name} has no end`);
    found[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join("\n");
  }
  return found;
}

describe("outputs", () => {
  const tricky = fc
    .array(fc.constantFrom("end", "_", "\n", "\r", "name<<end", "other=1", "é", "<<", " "))
    .map((parts) => parts.join(""));

  test("come back as they were, whatever they hold", () => {
    const values = fc.dictionary(fc.constantFrom("one", "two-2", "_three"), tricky, {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(values, (values) => {
        expect(readOutputs(outputsText(values, "end"))).toEqual(values);
      }),
    );
  });

  test("have an end that nobody can foresee", () => {
    expect(outputsText({ a: "1" })).not.toBe(outputsText({ a: "1" }));
    expect(readOutputs(outputsText({ a: "1", b: "" }))).toEqual({ a: "1", b: "" });
  });

  test.each(["", "a b", "a\nb", "a=b", "1a", "a<<b"])("are refused with the name %j", (name) => {
    expect(() => outputsText({ [name]: "1" })).toThrow("cannot be the name of an output");
  });
});

describe("the summary of a step", () => {
  const limit = 1024 * 1024;
  const last = "**The rest is left out: GitHub shows at most 1 MiB of a summary.**\n";

  test("stays as it is up to the limit, in bytes", () => {
    const whole = "é".repeat(limit / 2);
    expect(summaryText(whole)).toBe(whole);
    expect(summaryText(`${whole}x`)).toMatch(/é\n\n\*\*The rest is left out/);
  });

  test.each([0, 1, 2, 3])("is cut between characters of four bytes, %i bytes in", (offset) => {
    const cut = summaryText("x".repeat(offset) + "😀".repeat(limit / 4 + 1));
    expect(cut).toMatch(/^x*(😀)+\n\n\*\*The rest/u);
    expect(cut.endsWith(last)).toBe(true);
    expect(limit - Buffer.byteLength(cut)).toBeLessThan(4);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
  });

  test("is cut at the end of a line where there are lines", () => {
    const cut = summaryText("0123456789abcde\n".repeat(limit / 16 + 1));
    expect(cut.endsWith(`\n0123456789abcde\n\n${last}`)).toBe(true);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
  });
});

describe("annotations", () => {
  const many = (severity: Severity, number: number) =>
    Array.from({ length: number }, (_, index) =>
      diagnostic({ code: `${severity}-${index + 1}`, severity, message: "Wrong." }),
    );
  const lines = (text: string): readonly string[] => text.trimEnd().split("\n");

  test("stand errors first, with their place and nothing that escapes", () => {
    const source = { file: "access/a,b.yaml", line: 3, column: 5 };
    const hostile = diagnostic({ code: "x", severity: "error", message: "a\n::error::b%0A", source });
    expect(lines(annotations([...many("info", 1), ...many("warning", 1), hostile]))).toEqual([
      "::error file=access/a%2Cb.yaml,line=3,col=5,title=x::a%0A::error::b%250A",
      "::warning title=warning-1::Wrong.",
      "::notice title=info-1::Wrong.",
    ]);
  });

  test("are all shown up to ten of a kind", () => {
    expect(lines(annotations([...many("error", 10), ...many("warning", 10)]))).toHaveLength(20);
  });

  test("past ten of a kind are nine and one that counts the rest", () => {
    const shown = lines(annotations([...many("warning", 2), ...many("error", 12)]));
    expect(shown).toHaveLength(12);
    expect(shown[8]).toBe("::error title=error-9::Wrong.");
    expect(shown[9]).toBe("::error title=more::3 more errors, which GitHub does not show here.");
  });

  test("can be fewer", () => {
    expect(lines(annotations(many("info", 3), { most: 2 }))).toEqual([
      "::notice title=info-1::Wrong.",
      "::notice title=more::2 more notices, which GitHub does not show here.",
    ]);
  });
});
