import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { revisionOf } from "../../src/declare/git-tree.js";
import type { Loaded } from "../../src/declare/load.js";
import { gitIn } from "../support/git.js";
import { readsSafely } from "./hostile-law.js";

let folder = "";
let here = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "idc-hostile-git-"));
  gitIn(folder, "init", "--quiet", "--initial-branch", "main");
  await mkdir(join(folder, "access"));
  here = process.cwd();
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(here);
  await rm(folder, { recursive: true, force: true });
});

type Entry = readonly [mode: string, name: string | Uint8Array, oid: string];

/** An object as it stands, whether git itself would make such a one or not. */
function written(type: "blob" | "tree", content: string | Uint8Array): string {
  const args = ["hash-object", "-t", type, "-w", "--stdin", "--literally"];
  return execFileSync("git", args, { cwd: folder, input: content, encoding: "utf8" }).trim();
}

function tree(...entries: readonly Entry[]): string {
  const parts = entries.map(([mode, name, oid]) =>
    Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.of(0), Buffer.from(oid, "hex")]),
  );
  return written("tree", Buffer.concat(parts));
}

/** A commit whose folder `access` holds these, read under the law of all files. */
async function committed(...entries: readonly Entry[]): Promise<Loaded> {
  const root = tree(["40000", "access", tree(...entries)]);
  const revision = await revisionOf("access", gitIn(folder, "commit-tree", "-m", "hostile", root));
  if (!revision.ok) throw new Error(`no revision: ${revision.why}`);
  return readsSafely(revision.tree);
}

function told({ diagnostics }: Loaded): readonly string[] {
  return diagnostics.map(({ code, source }) => `${source?.file} ${code}`);
}

const people = () => written("blob", "users: {alice: {givenName: A, familyName: B}}\n");

test("names that are no UTF-8 are told, not taken for one file", async () => {
  const loaded = await committed(
    ["100644", Buffer.from([0xfe, ...Buffer.from(".yaml")]), people()],
    ["100644", Buffer.from([0xff, ...Buffer.from(".yaml")]), written("blob", "groups: {}\n")],
    ["100644", Buffer.from([0xff, ...Buffer.from(".txt")]), people()],
  );
  expect(told(loaded)).toEqual(["access/\ufffd.yaml unreadable"]);
});

test("names with line ends and escapes are told so that they forge nothing", async () => {
  const loaded = await committed(
    ["100644", "a\n100644 blob x\tb.yaml", people()],
    ["100644", "b\u001b[2J.yaml", people()],
    ["100644", "c\u202elmay.yaml", people()],
  );
  expect(loaded.files.size).toBe(3);
  expect(told(loaded)).toEqual([
    "access/b\u001b[2J.yaml declared-twice",
    "access/c\u202elmay.yaml declared-twice",
  ]);
});

test("entries that lead upwards, into .git or to the root are names and nothing else", async () => {
  const secret = tree(["100644", "x.yaml", people()]);
  await writeFile(join(folder, "x.yaml"), "users: {mallory: {givenName: M, familyName: M}}\n");
  const loaded = await committed(
    ["40000", "..", secret],
    ["40000", ".git", secret],
    ["100644", "../x.yaml", people()],
    ["100644", "/etc/x.yaml", people()],
  );
  // What git gives, and nothing of what is there on disk.
  expect(loaded.ok ? [...loaded.value.users.keys()] : []).not.toContain("mallory");
  for (const text of loaded.files.values()) expect(text).toContain("alice");
});

test("links of any kind lead to files of the folder or are told", async () => {
  const link = (target: string | Uint8Array) => written("blob", target);
  const loop = ["120000", "loop.yaml", link("loop.yaml")] as const;
  expect(told(await committed(loop))).toEqual(["access/loop.yaml link-outside"]);
  const long = ["120000", "long.yaml", link("x".repeat(1_000_000))] as const;
  expect(told(await committed(long))).toEqual(["access/long.yaml unreadable"]);
  for (const target of ["/etc/passwd", "../../x.yaml", "../x.yaml", "a/../../x.yaml"])
    expect(told(await committed(["120000", "out.yaml", link(target)]))).toEqual([
      "access/out.yaml link-outside",
    ]);
  const odd = [
    ["120000", "empty.yaml", link("")],
    ["120000", "here.yaml", link(".")],
    ["120000", "nul.yaml", link("a\0b")],
    ["120000", "odd.yaml", link(Buffer.of(0xff, 0xfe))],
    ["100644", "people.yaml", people()],
  ] as const;
  expect(told(await committed(...odd))).toEqual([]);
});

test("a file that git does not have is no file that never was", async () => {
  const missing = "1".repeat(40);
  for (const mode of ["100644", "120000"])
    await expect(committed(["100644", "a.yaml", people()], [mode, "b.yaml", missing])).rejects.toThrow(
      "no revision: unreadable",
    );
});

test("a file that went from git's store while it is being read is told", async () => {
  const oid = written("blob", "users: {}\n");
  const root = tree([
    "40000",
    "access",
    tree(["120000", "linked.yaml", written("blob", "people.txt")], ["100644", "people.txt", oid]),
  ]);
  const revision = await revisionOf("access", gitIn(folder, "commit-tree", "-m", "hostile", root));
  await rm(join(folder, ".git/objects", oid.slice(0, 2), oid.slice(2)));
  expect(revision.ok && told(await readsSafely(revision.tree))).toEqual(["access/linked.yaml unreadable"]);
});

test("a submodule, and files of odd modes", async () => {
  expect(told(await committed(["160000", "module", "2".repeat(40)]))).toEqual(["access/module unreadable"]);
  expect(told(await committed(["100666", "a.yaml", people()], ["100755", "b.yaml", people()]))).toEqual([
    "access/b.yaml declared-twice",
  ]);
});

test("hostile YAML is told as from a folder", async () => {
  const bomb = Array.from(
    { length: 30 },
    (_, level) => `b${level}: &a${level + 1} [${`*a${level},`.repeat(9)}]\n`,
  );
  const loaded = await committed(
    ["100644", "bomb.yaml", written("blob", `a: &a0 [x]\n${bomb.join("")}`)],
    ["100644", "deep.yaml", written("blob", "[".repeat(100_000))],
    ["100644", "large.yaml", written("blob", "#".repeat(5_000_001))],
    ["100644", "utf-16.yaml", written("blob", Buffer.from("\ufeffusers: {}\n", "utf16le"))],
  );
  expect(loaded.diagnostics.map(({ code }) => code)).toEqual([
    "alias-expansion",
    "nested-too-deep",
    "too-large",
    "not-utf-8",
  ]);
});
