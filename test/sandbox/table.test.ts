import fc from "fast-check";
import { expect, test } from "vitest";
import { type IdSource, nextHex, nextUuid } from "../../src/sandbox/ids.js";
import { Table } from "../../src/sandbox/table.js";

type Row = { readonly key: string; readonly colour: string };

test("indexes and order always agree with the rows", () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.record({ act: fc.constant("set" as const), key, colour: fc.constantFrom("red", "blue") }),
    fc.record({ act: fc.constantFrom("delete" as const, "sorted" as const), key, colour: fc.constant("") }),
    fc.record({ act: fc.constant("clear" as const), key, colour: fc.constant("") }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const table = new Table<Row, "colour">({ colour: (row) => row.colour });
      const model = new Map<string, Row>();
      for (const { act, key, colour } of steps) {
        if (act === "set") for (const map of [table, model]) map.set(key, { key, colour });
        if (act === "delete") for (const map of [table, model]) map.delete(key);
        if (act === "clear") for (const map of [table, model]) map.clear();
        if (act === "sorted") table.sorted();
        expect([...table]).toEqual([...model]);
        expect(table.sorted().map((row) => row.key)).toEqual([...model.keys()].sort());
        for (const colour of ["red", "blue"]) {
          const expected = [...model.values()].filter((row) => row.colour === colour);
          expect(new Set(table.by("colour", colour))).toEqual(new Set(expected));
          expect(table.countBy("colour", colour)).toBe(expected.length);
        }
      }
    }),
  );
});

test("ids never repeat, keep their form, and hide their order", () => {
  const source: IdSource = { counter: 0 };
  const hex = Array.from({ length: 5_000 }, () => nextHex(source, 16));
  expect(new Set(hex).size).toBe(hex.length);
  expect(hex.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  expect([...hex].sort()).not.toEqual(hex);
  expect(nextUuid(source)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(nextHex({ counter: 7 }, 16)).toBe(nextHex({ counter: 7 }, 16));
});
