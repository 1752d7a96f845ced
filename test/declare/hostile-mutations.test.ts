import fc from "fast-check";
import { expect, test } from "vitest";
import { trials } from "../support/runs.js";
import { goodFiles } from "./good-files.js";
import { codesOf, readsSafely } from "./hostile-law.js";
import { memoryTree } from "./memory-tree.js";
import { spoilt } from "./mutations.js";

test("good files that are spoilt in any way are read or refused, with each fault in its place", async () => {
  const seen = new Set<string>();
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(spoilt(goodFiles), async (files) => {
      const loaded = await readsSafely(memoryTree(files));
      if (loaded.ok) accepted += 1;
      for (const code of codesOf(loaded)) seen.add(code);
    }),
    trials(1000),
  );
  // The changes are neither so wild that all of them end at the YAML, nor so tame that nothing happens.
  expect(accepted).toBeGreaterThan(20);
  expect([...seen]).toEqual(
    expect.arrayContaining([
      "not-utf-8",
      "yaml-syntax",
      "duplicate-key",
      "key-not-text",
      "wrong-type",
      "unknown-key",
      "unknown-user",
      "outside-delegation",
    ]),
  );
});
