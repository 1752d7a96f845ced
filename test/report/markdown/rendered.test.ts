import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driftMarkdown, planMarkdown } from "../../../src/report/markdown/markdown.js";
import { hostilePlan, untrusted } from "./hostile.js";
import { renderedFaults } from "./rendered.js";

const golden = new URL("golden/", import.meta.url);
const run = { url: "https://github.com/example/access/actions/runs/42" };

describe("as GitHub renders it", () => {
  it.each(readdirSync(golden))("%s is what was written and nothing else", (name) => {
    expect(renderedFaults(readFileSync(new URL(name, golden), "utf8"), [run.url])).toEqual([]);
  });

  it("a comment holds no tag, link, image or cell that a name brought about", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(untrusted, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(2000, 4000, 8000, 65_536),
        fc.constantFrom(planMarkdown, driftMarkdown),
        async (names, limit, render) => {
          const markdown = await render(hostilePlan(names), { limit, run, dir: names[0] ?? "" });
          expect(renderedFaults(markdown, [run.url])).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("the reader of the page", () => {
  it.each([
    ["a <b>", "HTML: <b>"],
    ["<!-- hidden -->", "HTML: <!-- hidden -->"],
    ["| a | b |\n| --- | --- |\n| c |", "a row of 1 cells in a table of 2: | c |"],
    ["| a | b |\n| --- | --- |\n| c | d | e |", "a row of 3 cells in a table of 2: | c | d | e |"],
    ["| a | b |\n| --- |", "a row outside of any table"],
    ["see www.example.com", 'a tag that is not ours: <a href="http://www.example.com">'],
    ["<https://example.com>", 'a tag that is not ours: <a href="https://example.com">'],
    [
      "![x](https://example.com/x.png)",
      'a tag that is not ours: <img src="https://example.com/x.png" alt="x" />',
    ],
    ["1. one", "a tag that is not ours: <ol>"],
    ["~~gone~~", "a tag that is not ours: <del>"],
    ["# big", "a tag that is not ours: <h1>"],
    ["<details>", "a tag is left open: <details>"],
    ["<details>\n</sub>\n</details>", "a tag that closes another: </sub>"],
  ])("finds what is wrong with %j", (markdown, fault) => {
    expect(renderedFaults(markdown, [])).toContain(fault);
  });

  it("takes a link for ours only when it is", () => {
    const markdown = "[the run](<https://example.com/1>)";
    expect(renderedFaults(markdown, ["https://example.com/1"])).toEqual([]);
    expect(renderedFaults(markdown, ["https://example.com/2"])).toEqual([
      'a tag that is not ours: <a href="https://example.com/1">',
    ]);
  });
});
