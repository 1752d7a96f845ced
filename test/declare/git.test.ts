import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ancestry, checkoutOf } from "../../src/declare/git.js";
import { revisionOf } from "../../src/declare/git-tree.js";
import { gitIn } from "../support/git.js";

let folder = "";
const git = (...args: readonly string[]) => gitIn(folder, ...args);
const access = () => join(folder, "access");

async function commit(text: string): Promise<string> {
  await writeFile(join(access(), "people.yaml"), text);
  git("add", "--all");
  git("commit", "--quiet", "--message", "change");
  return git("rev-parse", "HEAD");
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "idc-git-"));
  await mkdir(access());
  git("init", "--quiet", "--initial-branch", "main");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("the commit is known when git has exactly these files", async () => {
  const head = await commit("users: {}\n");
  expect(await checkoutOf(access())).toEqual({ head, clean: true });
  await writeFile(join(folder, "README.md"), "outside of access");
  await writeFile(join(access(), "notes.txt~"), "no access file");
  expect(await checkoutOf(access())).toEqual({ head, clean: true });
});

test("edited, staged, new, ignored and removed files are uncommitted", async () => {
  await writeFile(join(folder, ".gitignore"), "*.local.yaml\nhidden/\n");
  const head = await commit("users: {}\n");
  const changes: readonly (readonly [string, () => Promise<void>])[] = [
    ["edited", async () => writeFile(join(access(), "people.yaml"), "users:\n")],
    ["new", async () => writeFile(join(access(), "groups.yaml"), "groups:\n")],
    ["new policy", async () => writeFile(join(access(), "s3.json"), "{}")],
    ["ignored", async () => writeFile(join(access(), "my.local.yaml"), "groups:\n")],
    [
      "in an ignored folder",
      async () => {
        await mkdir(join(access(), "hidden"));
        await writeFile(join(access(), "hidden/groups.yaml"), "groups:\n");
      },
    ],
    ["removed", async () => rm(join(access(), "people.yaml"))],
  ];
  for (const [what, change] of changes) {
    await change();
    expect([what, await checkoutOf(access())]).toEqual([what, { head, clean: false }]);
    git("clean", "-fdxq");
    git("checkout", "--quiet", "--force", "HEAD");
    expect([what, await checkoutOf(access())]).toEqual([what, { head, clean: true }]);
  }
});

test("before the first commit everything is uncommitted", async () => {
  expect(await checkoutOf(access())).toEqual({ head: null, clean: false });
});

test("outside of git, and where there is no folder, there is no checkout", async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), "idc-nogit-"));
  expect(await checkoutOf(elsewhere)).toBeNull();
  expect(await checkoutOf(join(elsewhere, "none"))).toBeNull();
  expect(await ancestry(elsewhere, "0".repeat(40), "1".repeat(40))).toBe("unknown");
  await rm(elsewhere, { recursive: true });
});

test("ancestry is told from history", async () => {
  const first = await commit("users: {}\n");
  const second = await commit("groups: {}\n");
  git("checkout", "--quiet", first);
  const other = await commit("permissionSets: {}\n");
  expect(await ancestry(access(), first, second)).toBe("ancestor");
  expect(await ancestry(access(), first, first)).toBe("ancestor");
  expect(await ancestry(access(), second, first)).toBe("not-ancestor");
  expect(await ancestry(access(), second, other)).toBe("not-ancestor");
  expect(await ancestry(access(), "0".repeat(40), second)).toBe("unknown");
});

test("a shallow history tells nothing of what it has not", async () => {
  const first = await commit("users: {}\n");
  const second = await commit("groups: {}\n");
  git("clone", "--quiet", "--depth", "1", `file://${folder}`, join(folder, "shallow"));
  const shallow = join(folder, "shallow/access");
  expect(await checkoutOf(shallow)).toEqual({ head: second, clean: true });
  expect(await ancestry(shallow, first, second)).toBe("unknown");
  expect(await ancestry(shallow, second, second)).toBe("ancestor");
});

test("a mark that is no commit never reaches git", async () => {
  const head = await commit("users: {}\n");
  for (const mark of [
    "HEAD",
    "main",
    "--all",
    `--output=${folder}/written`,
    `${head}\n`,
    head.slice(0, 7),
    "sha256:00",
  ])
    expect(await ancestry(access(), mark, head)).toBe("unknown");
});

test("files that git does not look at, or does not have, are not what the commit holds", async () => {
  await mkdir(join(access(), "team"));
  await writeFile(join(access(), "team/rules.yaml"), "groups: {}\n");
  const head = await commit("users: {}\n");
  git("sparse-checkout", "set", "--no-cone", "/access/*", "!/access/team/");
  expect(await checkoutOf(access())).toEqual({ head, clean: false });
  git("sparse-checkout", "disable");
  expect(await checkoutOf(access())).toEqual({ head, clean: true });
  git("update-index", "--assume-unchanged", "access/people.yaml");
  await writeFile(join(access(), "people.yaml"), "users: {eve: {}}\n");
  expect(await checkoutOf(access())).toEqual({ head, clean: false });
});

test("what a link leads to counts, whatever its name", async () => {
  await writeFile(join(access(), "data.txt"), "users: {}\n");
  await symlink("data.txt", join(access(), "linked.yaml"));
  const head = await commit("groups: {}\n");
  expect(await checkoutOf(access())).toEqual({ head, clean: true });
  await writeFile(join(access(), "data.txt"), "users: {eve: {}}\n");
  expect(await checkoutOf(access())).toEqual({ head, clean: false });
});

test("a submodule's files are in no commit of this repository", async () => {
  const other = await mkdtemp(join(tmpdir(), "idc-submodule-"));
  gitIn(other, "init", "--quiet");
  await writeFile(join(other, "team.yaml"), "groups: {}\n");
  gitIn(other, "add", "--all");
  gitIn(other, "commit", "--quiet", "--message", "team");
  await commit("users: {}\n");
  git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", other, "access/team");
  const head = await commit("users: {}\n# with a team\n");
  expect(await checkoutOf(access())).toEqual({ head, clean: false });
  const revision = await revisionOf(access(), head);
  const list = async () => {
    if (revision.ok) for await (const _path of revision.tree.list());
  };
  await expect(list()).rejects.toThrow("is a submodule: what is in it is no part of this revision");
  await rm(other, { recursive: true });
});
