import { describe, expect, it } from "vitest";
import { accountWord, accountWords } from "../../src/report/names.js";

const names = {
  "111122223333": "sandbox",
  "222200002222": "twice",
  "333300002222": "twice",
  "444400002222": "111122223333",
};

describe("an account in a list", () => {
  it.each([
    ["111122223333", "sandbox"],
    ["222200002222", "twice (222200002222)"],
    ["444400002222", "111122223333 (444400002222)"],
    ["555500002222", "555500002222"],
  ])("%s is %s", (id, word) => {
    expect(accountWord(id, names)).toBe(word);
  });

  it("has its id where it is changed", () => {
    expect(accountWords("111122223333", names)).toBe("sandbox (111122223333)");
    expect(accountWords("__proto__", names)).toBe("__proto__");
  });
});
