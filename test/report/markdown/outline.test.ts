import { expect, it } from "vitest";
import { outline } from "./outline.js";

it.each([
  ["| a | b |\n| --- | --- |\n| c |", "a row of 1 cells in a table of 2: | c |"],
  ["```diff\n+ a", "a fence is left open"],
  ["<details>\n<summary>More</summary>", "a tag is left open"],
  ["ask @example", "not plain text: ask @example"],
  ["see www.example.com", "not plain text: see www.example.com"],
  ["<script>", "not plain text: <script>"],
])("%j is found at fault", (markdown, fault) => {
  expect(outline(markdown)).toEqual([fault]);
});

it("a sound comment is not", () => {
  expect(
    outline(
      "**3 people gain `a@b`**\n\n| Who | What |\n| --- | --- |\n| `<b>` | x |\n\n````diff\n```\n@x\n````\n\n<details>\n<summary>More</summary>\n\n</details>",
    ),
  ).toEqual([]);
});
