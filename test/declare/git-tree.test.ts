import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { revisionOf } from "../../src/declare/git-tree.js";
import { largestFile, SourceTreeError } from "../../src/declare/source-tree.js";
import type { SourceTree } from "../../src/declare/source-tree.js";
import { gitIn } from "../support/git.js";

let folder = "";
let here = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "idc-revision-"));
  gitIn(folder, "init", "--quiet", "--initial-branch", "main");
  here = process.cwd();
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(here);
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function commit(): string {
  gitIn(folder, "add", "--all");
  gitIn(folder, "commit", "--quiet", "--allow-empty", "--message", "change");
  return gitIn(folder, "rev-parse", "HEAD");
}

async function treeAt(dir: string, revision: string): Promise<SourceTree> {
  const found = await revisionOf(dir, revision);
  if (!found.ok) throw new Error(`no revision: ${found.why}`);
  return found.tree;
}

async function contentOf(tree: SourceTree): Promise<Readonly<Record<string, string>>> {
  const paths: string[] = [];
  for await (const path of tree.list()) paths.push(path);
  return Object.fromEntries(
    await Promise.all(
      paths.sort().map(async (path) => [path, Buffer.from(await tree.read(path)).toString()]),
    ),
  );
}

describe("files at a revision", () => {
  test("are those that git had, whatever the work tree holds now", async () => {
    await write({
      "access/people.yaml": "users: {}\n",
      "access/deep/er/policy.json": "{}",
      "README.md": "outside",
    });
    const first = commit();
    await write({ "access/people.yaml": "edited", "access/new.yaml": "new" });
    await rm(join(folder, "access/deep"), { recursive: true });

    expect(await contentOf(await treeAt("access", first))).toEqual({
      "access/deep/er/policy.json": "{}",
      "access/people.yaml": "users: {}\n",
    });
    expect((await revisionOf("access", "HEAD")).ok).toBe(true);
  });

  test("have the paths that a folder gives, wherever it is and however it is named", async () => {
    await write({ "organizations/one/access/a b.yaml": "ä", 'organizations/one/access/"q"\n.yaml': "q" });
    const only = { "a b.yaml": "ä", '"q"\n.yaml': "q" };
    commit();
    const below = (prefix: string) =>
      Object.fromEntries(Object.entries(only).map(([name, text]) => [prefix + name, text]));
    expect(await contentOf(await treeAt("./organizations/one/access/", "main"))).toEqual(
      below("organizations/one/access/"),
    );
    process.chdir(join(folder, "organizations/one/access"));
    expect(await contentOf(await treeAt(".", "main"))).toEqual(below(""));
    process.chdir(join(folder, "organizations"));
    expect(await contentOf(await treeAt("one/access", "HEAD"))).toEqual(below("one/access/"));
  });

  test("are none where the folder was not there yet", async () => {
    await write({ "README.md": "first" });
    const first = commit();
    await write({ "access/a.yaml": "users: {}" });
    commit();
    expect(await contentOf(await treeAt("access", first))).toEqual({});
  });

  test("follow links inside the folder, once, and none that leave it", async () => {
    await write({ "access/policies/base.json": "{}", "access/a.yaml": "a", "secret.yaml": "s" });
    await write({ "access/groups.txt": "g" });
    await symlink("policies/base.json", join(folder, "access/linked.json"));
    await symlink("a.yaml", join(folder, "access/again.yaml"));
    await symlink("groups.txt", join(folder, "access/groups.yaml"));
    const inside = await treeAt("access", commit());
    expect(Object.keys(await contentOf(inside))).toEqual([
      "access/a.yaml",
      "access/groups.txt",
      "access/groups.yaml",
      "access/linked.json",
      "access/policies/base.json",
    ]);
    expect(Buffer.from(await inside.read("access/linked.json")).toString()).toBe("{}");

    await symlink("../secret.yaml", join(folder, "access/out.yaml"));
    const outside = await treeAt("access", commit());
    await expect(contentOf(outside)).rejects.toThrow("access/out.yaml is a link that leaves the folder");
    await expect(outside.read("access/out.yaml")).rejects.toBeInstanceOf(SourceTreeError);
  });

  test("survive links that lead in a circle", async () => {
    await write({ "access/a.yaml": "a" });
    await symlink("two.yaml", join(folder, "access/one.yaml"));
    await symlink("one.yaml", join(folder, "access/two.yaml"));
    await expect(contentOf(await treeAt("access", commit()))).rejects.toBeInstanceOf(SourceTreeError);
  });

  test("are refused one by one: what is missing, what is too large", async () => {
    await write({ "access/a.yaml": "a", "access/big.yaml": new Uint8Array(largestFile + 1).fill(32) });
    const tree = await treeAt("access", commit());
    await expect(tree.read("access/none.yaml")).rejects.toThrow("There is no access/none.yaml.");
    await expect(tree.read("access/big.yaml")).rejects.toThrow("the limit is 5000000");
    expect(Buffer.from(await tree.read("access/a.yaml")).toString()).toBe("a");
  });

  test("keep every byte, empty files and ones that are no text among them", async () => {
    const bytes = Uint8Array.from([0, 10, 13, 255, 254, 10, 10]);
    await write({
      "access/empty.yaml": "",
      "access/odd.yaml": bytes,
      "access/same.yaml": bytes,
      "access/notes.txt": bytes,
    });
    const tree = await treeAt("access", commit());
    expect([...(await tree.read("access/odd.yaml"))]).toEqual([...bytes]);
    expect([...(await tree.read("access/same.yaml"))]).toEqual([...bytes]);
    expect([...(await tree.read("access/notes.txt"))]).toEqual([...bytes]);
    expect([...(await tree.read("access/empty.yaml"))]).toEqual([]);
  });
});

describe("a revision that is not there", () => {
  test("is told apart: no such name, no repository", async () => {
    await write({ "access/a.yaml": "a" });
    commit();
    expect(await revisionOf("access", "no-such-branch")).toEqual({ ok: false, why: "unknown" });
    expect(await revisionOf("access", "--output=/etc/passwd")).toEqual({ ok: false, why: "unknown" });
    expect(await revisionOf("access", "f".repeat(40))).toEqual({ ok: false, why: "unknown" });
    expect(await revisionOf(tmpdir(), "HEAD")).toEqual({ ok: false, why: "outside-git" });
  });

  test("is put down to history that was cut off where it was", async () => {
    await write({ "access/a.yaml": "1" });
    const first = commit();
    await write({ "access/a.yaml": "2" });
    commit();
    const clone = await mkdtemp(join(tmpdir(), "idc-shallow-"));
    execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${folder}`, clone]);
    expect(await revisionOf(join(clone, "access"), first)).toEqual({ ok: false, why: "shallow" });
    expect(await revisionOf(join(clone, "access"), "HEAD^1")).toEqual({ ok: false, why: "shallow" });
    await rm(clone, { recursive: true });
  });
});

test("a clone in part from a place that is gone has the commit, and cannot give its files", async () => {
  await write({ "access/a.yaml": "1" });
  const first = commit();
  await write({ "access/a.yaml": "2" });
  commit();
  gitIn(folder, "config", "uploadpack.allowFilter", "true");
  const clone = await mkdtemp(join(tmpdir(), "idc-partial-"));
  execFileSync("git", ["clone", "--quiet", "--filter=blob:none", `file://${folder}`, clone], {
    stdio: "ignore",
  });
  await rm(join(folder, ".git"), { recursive: true });
  expect(await revisionOf(join(clone, "access"), first)).toEqual({ ok: false, why: "unreadable" });
  await rm(clone, { recursive: true });
});
