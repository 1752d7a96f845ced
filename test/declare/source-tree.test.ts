import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { folderTree, SourceTreeError } from "../../src/declare/source-tree.js";
import { beside } from "../../src/declare/tree-path.js";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "idc-tree-"));
  await mkdir(join(folder, "access/teams/payments"), { recursive: true });
  await writeFile(join(folder, "access/people.yaml"), "users: {}\n");
  await writeFile(join(folder, "access/teams/payments/groups.yml"), "groups: {}\n");
  await writeFile(join(folder, "secret.yaml"), "groups: {outside: {}}\n");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function listed(dir: string): Promise<{ paths: readonly string[]; faults: readonly string[] }> {
  const paths: string[] = [];
  try {
    for await (const path of folderTree(dir).list()) paths.push(path.replace(`${folder}/`, ""));
  } catch (error) {
    if (!(error instanceof SourceTreeError)) throw error;
    return {
      paths: paths.sort(),
      faults: error.faults.map((fault) => `${fault.code} ${fault.path.replace(`${folder}/`, "")}`),
    };
  }
  return { paths: paths.sort(), faults: [] };
}

test("lists every file below, at any depth, as the user would write it", async () => {
  expect(await listed(`${folder}/access/`)).toEqual({
    paths: ["access/people.yaml", "access/teams/payments/groups.yml"],
    faults: [],
  });
  expect(folderTree("./access/").folder).toBe("access");
  expect(folderTree(".").folder).toBe(".");
});

test("a link to a file or folder outside is a fault and is not followed", async () => {
  await symlink("../secret.yaml", join(folder, "access/secret.yaml"));
  await symlink("../..", join(folder, "access/teams/up"));
  expect(await listed(join(folder, "access"))).toEqual({
    paths: ["access/people.yaml", "access/teams/payments/groups.yml"],
    faults: ["link-outside access/secret.yaml", "link-outside access/teams/up"],
  });
  await expect(folderTree(join(folder, "access")).read(join(folder, "access/secret.yaml"))).rejects.toThrow(
    SourceTreeError,
  );
  await expect(
    folderTree(join(folder, "access")).read(join(folder, "access/teams/up/secret.yaml")),
  ).rejects.toThrow(SourceTreeError);
});

test("links inside show no file twice and lead in no circle", async () => {
  await symlink("people.yaml", join(folder, "access/again.yaml"));
  await symlink("payments", join(folder, "access/teams/same"));
  await symlink("loop.yaml", join(folder, "access/loop.yaml"));
  expect(await listed(join(folder, "access"))).toEqual({
    paths: ["access/people.yaml", "access/teams/payments/groups.yml"],
    faults: ["unreadable access/loop.yaml"],
  });
});

test("a link to a file that is not called as an access file is followed", async () => {
  await writeFile(join(folder, "access/groups.txt"), "groups: {}\n");
  await symlink("groups.txt", join(folder, "access/linked.yaml"));
  const { paths } = await listed(join(folder, "access"));
  expect(paths).toContain("access/linked.yaml");
});

test("the origin of a file is its own path, and that of a link where it leads in the end", async () => {
  const access = join(folder, "access");
  await symlink("again.yaml", join(access, "first.yaml"));
  await symlink("teams/payments/groups.yml", join(access, "again.yaml"));
  await symlink("../secret.yaml", join(access, "secret.yaml"));
  const tree = folderTree(access);
  expect(await tree.origin(join(access, "people.yaml"))).toBe(join(access, "people.yaml"));
  expect(await tree.origin(join(access, "first.yaml"))).toBe(join(access, "teams/payments/groups.yml"));
  await expect(tree.origin(join(access, "secret.yaml"))).rejects.toThrow(SourceTreeError);
  await expect(tree.origin(join(access, "none.yaml"))).rejects.toThrow("There is no");
  expect(await folderTree(".").origin("test/../package.json")).toBe("package.json");
});

test("what is no file or is not there cannot be read", async () => {
  const tree = folderTree(join(folder, "access"));
  await expect(tree.read(join(folder, "access/teams"))).rejects.toThrow("it is no file");
  await expect(tree.read(join(folder, "access/none.yaml"))).rejects.toThrow("There is no");
});

test("a folder that is not there is told, not taken for an empty one", async () => {
  const { ok, diagnostics } = await load(folderTree(join(folder, "acess")));
  expect(ok).toBe(false);
  expect(diagnostics.map(({ code }) => code)).toEqual(["no-such-file"]);
});

test("a file in the folder's place is told for what it is", async () => {
  const { diagnostics } = await load(folderTree(join(folder, "access/people.yaml")));
  expect(diagnostics).toMatchObject([
    { code: "unreadable", message: `${join(folder, "access/people.yaml")} is a file, not a folder.` },
  ]);
});

test("a path that no system takes is told, not thrown", async () => {
  const tree = folderTree(join(folder, "access"));
  await expect(tree.read(join(folder, "access", `${"x".repeat(300)}.json`))).rejects.toThrow(
    "its name is too long",
  );
  await expect(tree.read(join(folder, "access/a\0.json"))).rejects.toThrow(SourceTreeError);
});

test("a folder that may not be read is told, with nothing said of names it may declare", async () => {
  await writeFile(join(folder, "access/groups.yaml"), "groups: {devs: {members: [zoe]}}\n");
  await symlink("../../secret.yaml", join(folder, "access/teams/people.yaml"));
  const { diagnostics } = await load(folderTree(join(folder, "access")));
  expect(diagnostics.map(({ code }) => code)).toEqual(["link-outside"]);
});

test("a path beside a file stays in the folder", () => {
  const tree = { folder: "access" };
  expect(beside(tree, "access/sets/dev.yaml", "s3.json")).toBe("access/sets/s3.json");
  expect(beside(tree, "access/sets/dev.yaml", "../policies/s3.json")).toBe("access/policies/s3.json");
  expect(beside(tree, "access/dev.yaml", "../other/s3.json")).toBeNull();
  expect(beside(tree, "access/dev.yaml", "../access2/s3.json")).toBeNull();
  expect(beside(tree, "access/dev.yaml", "/etc/passwd.json")).toBeNull();
  expect(beside({ folder: "." }, "dev.yaml", "../s3.json")).toBeNull();
  expect(beside({ folder: "." }, "sets/dev.yaml", "s3.json")).toBe("sets/s3.json");
});
