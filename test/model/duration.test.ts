import fc from "fast-check";
import { expect, test } from "vitest";
import { durationWords, millisecondsOf } from "../../src/model/duration.js";

test.each([
  ["50ms", 50],
  ["2s", 2000],
  ["10m", 600_000],
  ["1h", 3_600_000],
  ["0s", 0],
])("%s", (text, milliseconds) => {
  expect(millisecondsOf(text)).toBe(milliseconds);
});

test.each(["", "10", "m", "1.5m", "-1m", "1d", "10 m", "10M", "1h30m", "PT10M", "1234567890s", "1m\n"])(
  "%j is no duration",
  (text) => {
    expect(millisecondsOf(text)).toBeNull();
  },
);

test.each([
  [600_000, "10m"],
  [90_000, "90s"],
  [7_200_000, "2h"],
  [1500, "1500ms"],
])("%d milliseconds are %s", (milliseconds, words) => {
  expect(durationWords(milliseconds)).toBe(words);
});

test("what is written from a time is read as the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), (milliseconds) => {
      expect(millisecondsOf(durationWords(milliseconds))).toBe(milliseconds);
    }),
  );
});
