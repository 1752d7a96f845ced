import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { goodFiles } from "./good-files.js";
import { readsSafely } from "./hostile-law.js";
import { memoryTree } from "./memory-tree.js";

/** What every object of JavaScript has without having been given it. */
const inherited = [
  "__proto__",
  "constructor",
  "toString",
  "toJSON",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "then",
];

/** A key that nothing has, of the same letters as those: it belongs nowhere, and could be a name. */
const ordinary = "ordinary_key";

describe.each(inherited)("the key %s", (key) => {
  test("is a name like any other", async () => {
    const loaded = await readsSafely(
      memoryTree({
        "a.yaml": `
accounts: {${key}: "111122223333"}
users: {${key}: {givenName: A, familyName: B}}
groups: {${key}: {members: [${key}]}}
permissionSets:
  ${key}:
    tags: {${key}: x}
    inlinePolicy:
      Version: "2012-10-17"
      Statement: {Effect: Allow, Action: "*", Resource: "*", Condition: {StringEquals: {"x:${key}": y}}}
assignments:
  - {groups: [${key}], users: [${key}], permissionSets: [${key}], accounts: [${key}, {tags: {${key}: x}, optional: true}]}
`,
      }),
    );
    expect(loaded.diagnostics).toEqual([]);
    if (!loaded.ok) return;
    const { accounts, users, groups, permissionSets } = loaded.value;
    for (const declared of [accounts, users, groups, permissionSets])
      expect([...declared.keys()]).toEqual([key]);
    expect(Object.entries(permissionSets.get(key)?.value.tags ?? {})).toEqual([[key, "x"]]);
  });

  test("is told of at every level like every other key that does not belong there", async () => {
    for (const [files, name, text] of spoilt) {
      const hostile = text.replaceAll(JSON.stringify(ordinary), JSON.stringify(key));
      expect(await places({ ...files, [name]: hostile })).toEqual(await places({ ...files, [name]: text }));
    }
  });
});

/** The good files, one of them at a time with one more key in each of its mappings, a line for each. */
const spoilt = goodFiles.flatMap((files) =>
  Object.entries(files).flatMap(([name, text]) =>
    [null, { a: "b" }].map(
      (value) => [files, name, JSON.stringify(filled(parse(text), value), null, 1)] as const,
    ),
  ),
);

function filled(value: unknown, more: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => filled(one, more));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, filled(one, more)] as const);
  return Object.fromEntries([...entries, [ordinary, more]]);
}

/** The codes and lines of all that is told. */
async function places(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { diagnostics } = await readsSafely(memoryTree(files));
  return diagnostics.map(({ code, source }) => `${source?.file}:${source?.line} ${code}`);
}
