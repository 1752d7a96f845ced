import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, idc } from "./idc.js";

// The real command in half a gigabyte: as much as a small runner gives, and far less than these files could take.
const node = ["--max-old-space-size=512"];

function numbered(times: number, unit: (index: number) => string, head = "", tail = ""): string {
  return `${head}${Array.from({ length: times }, (_, index) => unit(index)).join("")}${tail}`;
}

const laughs = numbered(
  30,
  (level) => `b${level}: &a${level + 1} [${`*a${level},`.repeat(9)}]\n`,
  "a: &a0 [x]\n",
);

/** Each of almost as many words as are read, or of more. */
const monsters: readonly (readonly [what: string, file: string, text: string, code: 0 | 3])[] = [
  [
    "as many people as a file holds",
    "people.yaml",
    numbered(22_000, (index) => `  u${index}: {givenName: A, familyName: B}\n`, "users:\n"),
    0,
  ],
  ["rules of nothing", "rules.yaml", `assignments: [${"{},".repeat(122_000)}]`, 3],
  ["keys of nothing", "keys.yaml", ":\n".repeat(160_000), 3],
  ["aliases to nothing", "stars.yaml", `[${"*a,".repeat(160_000)}]`, 3],
  ["wrong escapes", "escapes.yaml", `"${"\\q".repeat(2_400_000)}"`, 3],
  ["a billion laughs", "laughs.yaml", laughs, 3],
  ["a hundred thousand levels", "deep.yaml", "[".repeat(100_000), 3],
  [
    "a policy of nothing but slashes",
    "sets.yaml",
    `permissionSets: {A: {permissionsBoundary: "${"a/".repeat(49_000)}!"}}`,
    3,
  ],
];

test.each(monsters)("idc validate survives %s", async (_, file, text, code) => {
  const cwd = folderWith({ [`access/${file}`]: text });
  const format =
    ["text", "json", "github", "sarif"][monsters.findIndex(([, name]) => name === file) % 4] ?? "";
  const ended = await idc(["validate", "--format", format], { cwd, node });
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: "" });
  expect(ended.stdout.length).toBeLessThan(2_000_000);
  if (format === "json" || format === "sarif") JSON.parse(ended.stdout);
  expect(readdirSync(cwd)).toEqual(["access"]);
  expect(readdirSync(join(cwd, "access"))).toEqual([file]);
});

test("idc validate survives a line of a hundred megabytes beside a pipe, and waits for neither", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "idc-test-"));
  writeFileSync(join(cwd, "line.yaml"), "users: ");
  truncateSync(join(cwd, "line.yaml"), 100_000_000);
  execFileSync("mkfifo", [join(cwd, "pipe.yaml")]);
  const { code, stdout, stderr } = await idc(["validate", "--dir", "."], { cwd, node });
  expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
  expect(stdout).toContain(
    "line.yaml:1:1 error too-large  line.yaml has 100000000 bytes; the limit is 5000000.",
  );
  expect(stdout).toContain("pipe.yaml:1:1 error unreadable  pipe.yaml cannot be read: it is no file.");
});
