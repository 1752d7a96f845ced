import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diagnostic } from "../../src/model/diagnostic.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import {
  diagnosticsGithub,
  diagnosticsJson,
  diagnosticsText,
  verdictText,
} from "../../src/report/diagnostics.js";
import { lineFinder } from "../../src/report/line-finder.js";

const file = "access/groups.yaml";
const text = "groups:\n  developers:\n    members: [alcie, bob]\n\tmembers: [東京, x]\r\n";

function fault(given: Partial<Diagnostic> = {}): Diagnostic {
  return diagnostic({
    code: "unknown-user",
    severity: "error",
    message: '"alcie" is no user of these files.',
    help: "Did you mean alice?",
    source: { file, line: 3, column: 15 },
    ...given,
  });
}

function shown(one: Diagnostic, given: { content?: string; width?: number } = {}): string {
  const files = new Map([[file, given.content ?? text]]);
  return diagnosticsText([one], { color: false, width: given.width ?? 100, files });
}

describe("diagnosticsText", () => {
  it("shows the place, the line with a caret, and what to do", () => {
    expect(shown(fault())).toMatchInlineSnapshot(`
      "access/groups.yaml:3:15 error unknown-user  "alcie" is no user of these files.
          3 |     members: [alcie, bob]
            |               ^
        help: Did you mean alice?
      "
    `);
  });

  it("puts the caret under what is shown: tabs and wide signs are wider than one column", () => {
    expect(shown(fault({ source: { file, line: 4, column: 15 } }))).toMatchInlineSnapshot(`
      "access/groups.yaml:4:15 error unknown-user  "alcie" is no user of these files.
          4 |     members: [東京, x]
            |                    ^
        help: Did you mean alice?
      "
    `);
  });

  it("shows of a very long line only what is around the column", () => {
    const content = `key: "${"a".repeat(5000)}MARK${"b".repeat(5000)}"`;
    const source = { file, line: 1, column: content.indexOf("MARK") + 1 };
    const lines = shown(fault({ source }), { content, width: 60 }).split("\n");
    expect(lines[1]).toHaveLength(60);
    expect(lines[1]).toMatch(/^ {4}1 \| …a+MARKb+…$/);
    expect(lines[2]?.indexOf("^")).toBe(lines[1]?.indexOf("MARK"));
  });

  it("looks only near the column of a line that is a file: what is not seen takes no room and has no end", () => {
    const unseen = "\u0301".repeat(1_000_000);
    const source = { file, line: 1, column: 1_000_001 };
    const [, line = "", caret = ""] = shown(fault({ source }), {
      content: `${unseen}MARK${unseen}`,
      width: 60,
    }).split("\n");
    expect(line).toMatch(/^ {4}1 \| …\u0301+MARK\u0301+…$/u);
    expect(line.length).toBeLessThan(1000);
    expect(caret).toBe("      |  ^");
  });

  it("finds each line, in whatever order they are asked for", () => {
    const files = new Map([
      ["a.yaml", "one\r\ntwo\nthree"],
      ["b.yaml", "four\n"],
    ]);
    const places = [
      ["a.yaml", 1, "one"],
      ["a.yaml", 3, "three"],
      ["a.yaml", 4, undefined],
      ["a.yaml", 3, "three"],
      ["b.yaml", 1, "four"],
      ["b.yaml", 2, ""],
      ["a.yaml", 2, "two"],
      ["c.yaml", 1, undefined],
    ] as const;
    const lineAt = lineFinder(files);
    for (const [name, line, text] of places) expect(lineAt({ file: name, line, column: 1 })).toBe(text);
  });

  it("does without the line where there is none to show", () => {
    expect(shown(fault({ source: null, help: null }))).toBe(
      'error unknown-user  "alcie" is no user of these files.\n',
    );
    expect(shown(fault({ source: { file: "gone.yaml", line: 1, column: 1 }, help: null }))).toBe(
      'gone.yaml:1:1 error unknown-user  "alcie" is no user of these files.\n',
    );
    expect(shown(fault({ source: { file, line: 99, column: 1 }, help: null })).split("\n")).toHaveLength(2);
  });

  it("makes what is hidden in a line visible", () => {
    const output = shown(fault({ message: "\u001b[31m", source: { file, line: 1, column: 3 } }), {
      content: "a\u202eb",
    });
    expect(output).toContain("\\u{1b}[31m");
    expect(output).toContain("    1 | a\\u{202e}b\n      |          ^");
  });

  it("never fails, and never lets a control character through, whatever line and column", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 120 }),
        (content, line, column, width) => {
          const output = shown(fault({ source: { file, line, column } }), { content, width });
          expect(output).not.toMatch(/(?!\n)\p{Cc}/u);
        },
      ),
    );
  });
});

describe("verdictText", () => {
  it("counts errors and warnings", () => {
    expect(verdictText([], { dir: "access/", files: 6 })).toBe("access/: 6 files, no errors.\n");
    expect(verdictText([fault(), fault({ severity: "warning" })], { dir: "a", files: 1 })).toBe(
      "a/: 1 file, 1 error, 1 warning.\n",
    );
  });
});

describe("diagnosticsJson", () => {
  it("says whether all is well, and gives each diagnostic whole", () => {
    expect(JSON.parse(diagnosticsJson([fault()]))).toEqual({ ok: false, diagnostics: [fault()] });
    expect(JSON.parse(diagnosticsJson([fault({ severity: "warning" })]))).toMatchObject({ ok: true });
  });
});

describe("diagnosticsGithub", () => {
  it("annotates the line", () => {
    expect(diagnosticsGithub([fault()])).toBe(
      '::error file=access/groups.yaml,line=3,col=15,title=unknown-user::"alcie" is no user of these files.%0ADid you mean alice?\n',
    );
    expect(diagnosticsGithub([fault({ severity: "info", source: null, help: null })])).toBe(
      '::notice title=unknown-user::"alcie" is no user of these files.\n',
    );
  });

  it("cannot be made to issue another command", () => {
    const nasty = "100%\n::set-env name=PATH::x\r";
    const output = diagnosticsGithub([
      fault({
        severity: "warning",
        message: nasty,
        source: { file: "a,line=9:%\n.yaml", line: 1, column: 2 },
      }),
    ]);
    expect(output.split("\n")).toHaveLength(2);
    expect(output).toMatch(
      /^::warning file=a%2Cline=9%3A%25%0A\.yaml,line=1,col=2,title=unknown-user::100%25%0A/,
    );
  });
});
