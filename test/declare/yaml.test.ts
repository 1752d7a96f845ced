import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { locate } from "../../src/declare/node.js";
import type { Node } from "../../src/declare/node.js";
import { parseYaml } from "../../src/declare/yaml.js";
import { memoryTree } from "./memory-tree.js";

const json = fc.jsonValue({ maxDepth: 6 });

test("JSON is read as JSON, whatever its indentation", () => {
  fc.assert(
    fc.property(json, fc.constantFrom<string | number>(0, 2, "\t"), (value, indent) => {
      const { root, diagnostics } = parseYaml("a.json", JSON.stringify(value, null, indent));
      expect(diagnostics).toEqual([]);
      expect(JSON.stringify(root?.value)).toBe(JSON.stringify(value));
    }),
    { numRuns: 1000 },
  );
});

test("the size of a text is its words and signs, with the values that aliases stand for", () => {
  const sizeOf = (text: string) => parseYaml("a.yaml", text).size;
  const plain = sizeOf("a: &a [b, c]\nd: 1\n");
  expect(plain).toBeGreaterThan(12);
  // The list and its two items.
  expect(sizeOf("a: &a [b, c]\nd: *a\n") - sizeOf("a: &a [b, c]\nd: ''\n")).toBe(3);
  expect([sizeOf(""), sizeOf("a: [\n"), sizeOf("a: *a\n")]).toEqual([0, 0, 0]);
});

test("every value's place is where its text stands", () => {
  const text = "a: 1\nb:\n  - x\n  - {c: 'y', d: [z]}\nü€😀: w\n";
  const { root } = parseYaml("a.yaml", text);
  const placed = (path: readonly (string | number)[]) => {
    const { node, key } = locate(root ?? missing, path);
    return [node.source, key].map(({ line, column }) =>
      text.split("\n")[line - 1]?.slice(column - 1, column + 2),
    );
  };
  expect(placed(["a"])).toEqual(["1", "a: "]);
  expect(placed(["b", 0])).toEqual(["x", "x"]);
  expect(placed(["b", 1])).toEqual(["{c:", "{c:"]);
  expect(placed(["b", 1, "c"])).toEqual(["'y'", "c: "]);
  expect(placed(["b", 1, "d", 0])).toEqual(["z]}", "z]}"]);
  expect(placed(["ü€😀"])).toEqual(["w", "ü€\uD83D"]);
});

const missing: Node = { kind: "scalar", value: null, text: "", source: { file: "", line: 0, column: 0 } };

const words = [
  "users",
  "alice",
  ": ",
  ":\n  ",
  "\n",
  "- ",
  "[",
  "]",
  "{",
  "}",
  "&a ",
  "*a",
  "<<",
  "!t ",
  "'",
  '"',
  "|\n",
  "\t",
  "---\n",
  "#",
  "%",
  "null",
  "0123",
  "\u0000",
  "\uFEFF",
  "\u2028",
  "😀",
];

test("no text makes the parser throw, and none that it cannot read passes silently", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 60 }), (parts) => {
      const { root, diagnostics } = parseYaml("a.yaml", parts.join(""));
      for (const { source } of diagnostics) {
        expect(source?.line).toBeGreaterThan(0);
        expect(source?.column).toBeGreaterThan(0);
      }
      expect(root === null || typeof JSON.stringify(root.value) === "string").toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("no bytes make the loader throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string(), async (bytes, text) => {
      const { ok, diagnostics } = await load(memoryTree({ "a.yaml": bytes, "b.yaml": text }));
      expect(ok).toBe(!diagnostics.some(({ severity }) => severity === "error"));
    }),
    { numRuns: 500 },
  );
});

test("the example organisation with any piece cut out, doubled or replaced is read or refused, never a crash", async () => {
  const names = [
    "settings",
    "people",
    "groups",
    "assignments",
    "permission-sets/developers",
    "permission-sets/oversight",
  ];
  const files = Object.fromEntries(
    names.map((name) => [
      `${name}.yaml`,
      readFileSync(new URL(`../../access/${name}.yaml`, import.meta.url), "utf8"),
    ]),
  );
  const piece = fc.oneof(fc.constant(""), fc.constantFrom(...words), fc.string({ maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.nat(),
      fc.nat({ max: 40 }),
      piece,
      async (name, at, length, instead) => {
        const text = files[`${name}.yaml`] ?? "";
        const start = at % text.length;
        const changed = text.slice(0, start) + instead + text.slice(start + length);
        const { ok, diagnostics } = await load(memoryTree({ ...files, [`${name}.yaml`]: changed }));
        expect(ok).toBe(!diagnostics.some(({ severity }) => severity === "error"));
        const seen = diagnostics.map(({ code, source, message }) => JSON.stringify([code, source, message]));
        expect(new Set(seen).size).toBe(seen.length);
      },
    ),
    { numRuns: 500 },
  );
});
