import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import validate from "../../src/declare/access-schema.generated.js";
import { load } from "../../src/declare/load.js";
import type { JsonValue } from "../../src/model/policy-document.js";
import { memoryTree } from "./memory-tree.js";

type Schema = {
  readonly description?: string;
  readonly examples?: readonly JsonValue[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly $defs?: Readonly<Record<string, Schema>>;
};

const schema: Schema = JSON.parse(
  readFileSync(new URL("../../schema/access.schema.json", import.meta.url), "utf8"),
);

/** Every key that a file may hold, by its path in the schema. */
function keysOf(part: Schema, path: string): readonly (readonly [string, Schema])[] {
  const below = (name: string, one: Schema | boolean | undefined) =>
    typeof one === "object" ? keysOf(one, `${path}/${name}`) : [];
  return [
    ...Object.entries(part.properties ?? {}).flatMap(([name, one]) => [
      [`${path}/properties/${name}`, one] as const,
      ...below(`properties/${name}`, one),
    ]),
    ...Object.entries(part.$defs ?? {}).flatMap(([name, one]) => [
      [`${path}/$defs/${name}`, one] as const,
      ...below(`$defs/${name}`, one),
    ]),
    ...below("items", part.items),
    ...below("additionalProperties", part.additionalProperties),
  ];
}

describe("the published schema", () => {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  ajv.addSchema(schema);

  test.each(keysOf(schema, "#"))("%s has a description and examples that hold", (path, part) => {
    expect(part.description).toMatch(/\S+ \S+|`/);
    if (path.startsWith("#/$defs/") && part.properties !== undefined) return;
    expect(part.examples?.length).toBeGreaterThan(0);
    const check = ajv.compile({ $ref: `urn:idc:access${path.replaceAll("$", "%24")}` });
    for (const example of part.examples ?? []) expect(check(example) ? null : check.errors).toBeNull();
  });

  test("is compiled: the validator says what the schema says", () => {
    expect(validate({ users: { alice: { givenName: "A", familyName: "B" } } })).toBe(true);
    expect(validate({ users: { alice: {} } })).toBe(false);
  });
});

/** Values that come near to what a file may hold: the schema's own examples, mixed, cut and put in wrong places. */
const examples = keysOf(schema, "#").flatMap(([, part]) => part.examples ?? []);
const keys = [...new Set(keysOf(schema, "#").map(([path]) => path.split("/").at(-1) ?? ""))];
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...examples),
    fc.constantFrom<JsonValue>(null, true, 0, 111_122_223_333, "", "a b", "alice", "111122223333"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys, "alice", "__proto__", "constructor"), tie("value"), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value;
const file = fc.dictionary(fc.constantFrom(...Object.keys(schema.properties ?? {}), "user"), value, {
  maxKeys: 5,
  noNullPrototype: true,
});

test("whatever the schema refuses, the loader refuses; whatever the loader accepts, the schema accepts", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(file, async (content) => {
      const isValid = validate(content);
      const { ok, diagnostics } = await load(memoryTree({ "settings.yaml": JSON.stringify(content) }));
      expect(ok && !isValid).toBe(false);
      if (isValid && ok) accepted += 1;
      for (const { source } of diagnostics) expect(source?.file).toBe("access/settings.yaml");
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(20);
});
