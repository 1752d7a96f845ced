import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import type { Log, Result } from "sarif";
import { describe, expect, test } from "vitest";
import { diagnostic } from "../../src/model/diagnostic.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import { lineFingerprints } from "../../src/report/line-fingerprint.js";
import { diagnosticsSarif } from "../../src/report/sarif.js";

const file = "access/groups.yaml";
const text = "groups:\n  developers:\n    members: [alcie, bob]\n";

function fault(given: Partial<Diagnostic> = {}): Diagnostic {
  return diagnostic({
    code: "unknown-user",
    severity: "error",
    message: '"alcie" is not a declared user.',
    help: "Did you mean alice?",
    source: { file, line: 3, column: 15 },
    ...given,
  });
}

function rendered(diagnostics: readonly Diagnostic[], content = text, path = file): Log {
  const files = new Map([[path, content]]);
  return JSON.parse(diagnosticsSarif(diagnostics, { version: "1.2.3", folder: "access", files })) as Log;
}

function results(...given: Parameters<typeof rendered>): readonly Result[] {
  return rendered(...given).runs[0]?.results ?? [];
}

function places(result: Result | undefined) {
  return result?.locations?.map(({ physicalLocation }) => physicalLocation);
}

function fingerprint(result: Result | undefined): string | undefined {
  return result?.partialFingerprints?.["primaryLocationLineHash"];
}

// One of the schema's patterns is none under the flag `u`.
const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema());

/** The official schema. What of its older draft ajv does not know, its name and its `$schema`, says nothing of SARIF. */
function schema(): object {
  const url = new URL("sarif-schema/sarif-2.1.0-rtm.5.json", import.meta.url);
  const {
    $schema: _draft,
    id: _name,
    ...rest
  } = JSON.parse(readFileSync(url, "utf8")) as object & {
    $schema: string;
    id: string;
  };
  return rest;
}

describe("diagnostics as SARIF", () => {
  test("have a rule, a level, what to do, and a region that reaches to the end of the line", () => {
    expect(rendered([fault()])).toEqual({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "idc",
              version: "1.2.3",
              rules: [
                {
                  id: "unknown-user",
                  shortDescription: { text: "Unknown user" },
                  fullDescription: { text: "Unknown user" },
                  help: { text: "What each code means is listed in docs/access-files.md of idc." },
                },
              ],
            },
          },
          columnKind: "utf16CodeUnits",
          originalUriBaseIds: {
            "%SRCROOT%": { description: { text: "The root of the repository, in which idc was run." } },
          },
          invocations: [{ executionSuccessful: true }],
          results: [
            {
              ruleId: "unknown-user",
              ruleIndex: 0,
              level: "error",
              message: { text: '"alcie" is not a declared user.\nDid you mean alice?' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "access/groups.yaml", uriBaseId: "%SRCROOT%" },
                    region: { startLine: 3, startColumn: 15, endLine: 3, endColumn: 26 },
                  },
                },
              ],
              partialFingerprints: { primaryLocationLineHash: lineFingerprints(text, [3]).of(3) },
            },
          ],
        },
      ],
    });
  });

  test("that there are none of are a run without results", () => {
    const log = rendered([]);
    expect(log.runs.map(({ results, tool }) => [results, tool.driver.rules])).toEqual([[[], []]]);
    expect(isSarif(log)).toBe(true);
  });

  test("share a rule where they share a code, and notes are notes", () => {
    const log = rendered([
      fault(),
      fault({ code: "empty", severity: "warning", help: null }),
      fault({ code: "no-account-matches", severity: "info" }),
      fault({ source: { file, line: 1, column: 1 } }),
    ]);
    const rules = log.runs[0]?.tool.driver.rules?.map(({ id }) => id);
    expect(rules).toEqual(["empty", "no-account-matches", "unknown-user"]);
    expect(
      log.runs[0]?.results?.map(({ ruleId, ruleIndex, level }) => [ruleId, rules?.[ruleIndex ?? -1], level]),
    ).toEqual([
      ["unknown-user", "unknown-user", "error"],
      ["empty", "empty", "warning"],
      ["no-account-matches", "no-account-matches", "note"],
      ["unknown-user", "unknown-user", "error"],
    ]);
  });

  test("without a place of their own stand at the folder", () => {
    expect(places(results([fault({ source: null })])[0])).toEqual([
      { artifactLocation: { uri: "access/", uriBaseId: "%SRCROOT%" } },
    ]);
  });

  test("count columns as the files' positions do, in UTF-16 units", () => {
    const line = "  名😀: [x]";
    const [result] = results([fault({ source: { file, line: 1, column: line.indexOf("x") + 1 } })], line);
    expect(places(result)?.[0]?.region).toEqual({ startLine: 1, startColumn: 9, endLine: 1, endColumn: 11 });
  });

  test.each([
    ["access/a b#1?.yaml", "access/a%20b%231%3F.yaml", "%SRCROOT%"],
    ["./access/100%.yaml", "access/100%25.yaml", "%SRCROOT%"],
    ["c:d/名.yaml", "c%3Ad/%E5%90%8D.yaml", "%SRCROOT%"],
    ["/srv/access/x.yaml", "file:///srv/access/x.yaml", undefined],
    ["access/\ud800.yaml", "access/%EF%BF%BD.yaml", "%SRCROOT%"],
  ])("name the file %j by its URI", (path, uri, uriBaseId) => {
    const [result] = results([fault({ source: { file: path, line: 1, column: 1 } })]);
    expect(places(result)?.[0]?.artifactLocation).toEqual({
      uri,
      ...(uriBaseId !== undefined && { uriBaseId }),
    });
  });

  test("show what a message holds and let it do nothing: no escape, no line of its own, no link", () => {
    const message = "\u001b[31m\u202ered [click here](https://evil.example)";
    const [result] = results([fault({ message, help: null })]);
    expect(result?.message.text).toBe("\\u{1b}[31m\\u{202e}red [click here] (https://evil.example)");
  });

  test("are SARIF by the official schema, whatever they say", () => {
    const anything = fc.string({ unit: "binary", maxLength: 20 });
    const source = fc.record({
      file: anything,
      line: fc.integer({ min: 1 }),
      column: fc.integer({ min: 1 }),
    });
    const any = fc.record({
      code: fc.stringMatching(/^[a-z]+(-[a-z]+)*$/),
      severity: fc.constantFrom("info", "warning", "error"),
      message: anything,
      help: fc.option(anything),
      source: fc.option(source),
      change: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(any), anything, (diagnostics, content) => {
        const log = rendered(diagnostics, content, diagnostics[0]?.source?.file);
        isSarif(log);
        expect(isSarif.errors ?? []).toEqual([]);
      }),
    );
  });
});

test("the schema finds fault with what is no SARIF", () => {
  const log = rendered([fault()]);
  expect(isSarif({ ...log, version: "2.0.0" })).toBe(false);
  expect(isSarif({ ...log, runs: [{ ...log.runs[0], tool: {} }] })).toBe(false);
  expect(
    isSarif({ ...log, runs: [{ ...log.runs[0], results: [{ level: "info", message: { text: "" } }] }] }),
  ).toBe(false);
});

describe("fingerprints", () => {
  test("stay when the line moves or is indented otherwise", () => {
    const [before] = results([fault()]);
    const moved = `# a comment\n\n${text.replace("    members", "\t  members")}`;
    const [after] = results([fault({ source: { file, line: 5, column: 14 } })], moved);
    expect(fingerprint(after)).toBe(fingerprint(before));
  });

  test("change with the line", () => {
    const [before] = results([fault()]);
    const [after] = results([fault()], text.replace("alcie", "alcei"));
    expect(fingerprint(after)).not.toBe(fingerprint(before));
  });

  // The values are those that GitHub's own upload action gives.
  test.each([
    ["an empty file", "", ["c129715d7a2bc9a3:1"]],
    [
      "lines that end differently",
      " a\nb\r\n  \t\tc\r d",
      ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    ],
  ])("are as GitHub makes them: %s", (_, content, expected) => {
    const lines = expected.map((_hash, index) => index + 1);
    const fingerprints = lineFingerprints(content, lines);
    expect(lines.map((line) => fingerprints.of(line))).toEqual(expected);
  });

  test("tell lines apart that are followed by the same", () => {
    const repeated = lineFingerprints(`${"a".repeat(100)}\n`.repeat(3), [1, 2]);
    const [first, second] = [repeated.of(1), repeated.of(2)];
    expect(second).toBe(first.replace(/:1$/, ":2"));
    // Whatever else is asked for.
    expect(lineFingerprints(`${"a".repeat(100)}\n`.repeat(3), [2]).of(2)).toBe(second);
  });

  test("of a line that is not there are those of the last", () => {
    expect(lineFingerprints("a\n", [9]).of(9)).toBe(lineFingerprints("a\n", [2]).of(2));
  });
});
