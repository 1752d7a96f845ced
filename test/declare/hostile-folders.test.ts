import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folderTree } from "../../src/declare/source-tree.js";
import type { Loaded } from "../../src/declare/load.js";
import { readsSafely } from "./hostile-law.js";

let folder = "";
let server: Server | null = null;
const people = "users: {alice: {givenName: A, familyName: B}}\n";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "idc-hostile-"));
  await writeFile(join(folder, "people.yaml"), people);
});
afterEach(async () => {
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
  await rm(folder, { recursive: true, force: true });
});

/** Reads the folder under the law of all files, and sees that everything in it is as it was. */
async function read(): Promise<Loaded> {
  const before = await contents();
  const loaded = await readsSafely(folderTree(folder));
  expect(await contents()).toEqual(before);
  return loaded;
}

/** Everything that is there, by names of whatever bytes. */
async function contents(below = Buffer.from(folder)): Promise<readonly unknown[]> {
  const names = await readdir(below, { encoding: "buffer" }).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = Buffer.concat([below, Buffer.from("/"), name]);
      const entry = await lstat(path);
      const { mode, ino, mtimeMs, size } = entry;
      const text = entry.isFile() && size < 1e6 ? await readFile(path, "latin1").catch(String) : null;
      const inside = entry.isDirectory() ? await contents(path) : [];
      return [[path.toString("latin1"), mode, ino, mtimeMs, size, text], ...inside];
    }),
  );
  return found.flat();
}

/** What is told, without the folder's name. */
function inShort({ diagnostics }: Loaded): readonly string[] {
  return diagnostics.map(({ code, source }) => `${source?.file.replace(`${folder}/`, "") ?? "-"} ${code}`);
}

test("a pipe, a socket and a link to one are told for what they are: not waited for, and not passed over", async () => {
  execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
  await symlink("pipe.yaml", join(folder, "link.yaml"));
  execFileSync("mkfifo", [join(folder, "pipe.txt")]);
  server = createServer();
  await new Promise((resolve) => server?.listen(join(folder, "socket.yml"), () => resolve(null)));
  const loaded = await read();
  expect(inShort(loaded).toSorted()).toEqual([
    "link.yaml unreadable",
    "pipe.yaml unreadable",
    "socket.yml unreadable",
  ]);
  expect(loaded.diagnostics[0]?.message).toMatch(/cannot be read: it is no file\.$/);
});

test("a pipe in a policy's place is told, and not waited for", async () => {
  execFileSync("mkfifo", [join(folder, "policy.json")]);
  await writeFile(join(folder, "sets.yaml"), "permissionSets: {A: {inlinePolicy: policy.json}}\n");
  expect(inShort(await read())).toEqual(["sets.yaml unreadable"]);
});

test("links in circles, to devices, to nothing and out of the folder are told, each once", async () => {
  await symlink("two.yaml", join(folder, "one.yaml"));
  await symlink("one.yaml", join(folder, "two.yaml"));
  await symlink("self", join(folder, "self"));
  await symlink("/dev/zero", join(folder, "zero.yaml"));
  await symlink("/proc/self/environ", join(folder, "environ.yaml"));
  await symlink("nowhere.yaml", join(folder, "none.yaml"));
  await symlink("..", join(folder, "up"));
  await symlink(".", join(folder, "here"));
  expect(inShort(await read()).toSorted()).toEqual([
    "environ.yaml link-outside",
    "none.yaml no-such-file",
    "one.yaml unreadable",
    "self unreadable",
    "two.yaml unreadable",
    "up link-outside",
    "zero.yaml link-outside",
  ]);
});

test("folders that are called like files are folders, to any depth", async () => {
  const deep = Array.from({ length: 40 }, (_, level) => `folder-${level}.yaml`).join("/");
  await mkdir(join(folder, deep), { recursive: true });
  await writeFile(join(folder, deep, "groups.yaml"), "groups: {devs: {members: [zoe]}}\n");
  await mkdir(join(folder, "policy.json"));
  await writeFile(join(folder, "sets.yaml"), "permissionSets: {A: {inlinePolicy: policy.json}}\n");
  expect(inShort(await read())).toEqual([`${deep}/groups.yaml unknown-user`, "sets.yaml unreadable"]);
});

test("names of files are told so that they can forge nothing", async () => {
  const names = [
    "\nb.yaml",
    "a\r\n::error::b.yaml",
    "a\u001b[2J.yaml",
    "a\u202elmay.yaml",
    "a%0A::error::.yaml",
    "a:1:1 error x.yaml",
    " .yaml",
    "-rf.yaml",
    "..yaml",
    "__proto__.yaml",
    `${"ä".repeat(125)}.yaml`,
  ];
  for (const name of names)
    await writeFile(join(folder, name), `${people}groups: {devs: {members: [zoe]}}\n`);
  const { diagnostics, files } = await read();
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["declared-twice", "unknown-user"]));
  expect(files.size).toBe(names.length + 1);
  // One user and one group, declared once and then again in every other file.
  expect(diagnostics.filter(({ code }) => code === "declared-twice")).toHaveLength(2 * names.length - 1);
});

test("a name that is no UTF-8 is told, not taken for another", async () => {
  for (const byte of [0xfe, 0xff])
    await writeFile(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(byte), Buffer.from(".yaml")]),
      people,
    );
  const { diagnostics } = await read();
  expect(diagnostics.map(({ code }) => code)).toEqual(["unreadable"]);
  expect(diagnostics[0]?.message).toContain("its name is no UTF-8 text");
});

test("a file of a hundred megabytes is not read at all, nor is a policy of that size", async () => {
  for (const name of ["large.yaml", "policy.json"]) {
    await writeFile(join(folder, name), "");
    await truncate(join(folder, name), 100_000_000);
  }
  await writeFile(join(folder, "sets.yaml"), "permissionSets: {A: {inlinePolicy: policy.json}}\n");
  expect(inShort(await read())).toEqual(["large.yaml too-large", "sets.yaml too-large"]);
});

test("whatever cannot be read is told or read, never passed over", async () => {
  await writeFile(join(folder, "secret.yaml"), "groups: {}\n", { mode: 0 });
  await mkdir(join(folder, "closed"), { mode: 0 });
  // The superuser reads it all the same.
  const isSuperuser = process.getuid?.() === 0;
  expect(inShort(await read())).toEqual(isSuperuser ? [] : ["closed unreadable", "secret.yaml unreadable"]);
});

test("two thousand files in as many folders are read", async () => {
  for (let index = 0; index < 2000; index += 1) {
    await mkdir(join(folder, `${index % 50}/${index}.yaml`), { recursive: true });
    await writeFile(join(folder, `${index % 50}/${index}.yaml/g.yaml`), `groups: {g${index}: {}}\n`);
  }
  const loaded = await read();
  expect(inShort(loaded)).toEqual([]);
  expect(loaded.ok && loaded.value.groups.size).toBe(2000);
});
