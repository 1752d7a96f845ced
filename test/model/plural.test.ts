import { describe, expect, it } from "vitest";
import { count, listed } from "../../src/model/plural.js";

describe("listed", () => {
  it.each([
    [0, ""],
    [1, "a"],
    [2, "a and b"],
    [3, "a, b and c"],
    [4, "a, b, c and d"],
    [5, "a, b, c and 2 more"],
  ])("names three of %i and counts the rest, but names a single one more", (items, words) => {
    expect(listed(["a", "b", "c", "d", "e"].slice(0, items), 3)).toBe(words);
  });
});

describe("count", () => {
  it.each([
    [0, "0 people"],
    [1, "1 person"],
    [10_000, "10,000 people"],
  ])("%i: %s", (number, words) => {
    expect(count(number, "person", "people")).toBe(words);
  });
});
