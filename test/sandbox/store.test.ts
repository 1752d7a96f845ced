import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import { SandboxStateError, serialize } from "../../src/sandbox/state.js";
import { initStateFile, openStore } from "../../src/sandbox/store.js";
import { createWorld } from "./world.js";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-store-"));
  file = join(folder, "state.json");
});
afterEach(() => rm(folder, { recursive: true }));

async function saved(): Promise<number> {
  return (await openStore(file)).state.groups.size;
}

describe("initStateFile", () => {
  test("makes a state for its owner's eyes, and the folders it needs", async () => {
    file = join(folder, "a", "b", "state.json");
    await initStateFile(file, exampleOrganization);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { state } = await openStore(file);
    expect([...state.organization.accounts.keys()]).toEqual([...exampleOrganization.accounts.keys()]);
  });

  test("overwrites nothing", async () => {
    await writeFile(file, "mine");
    await expect(initStateFile(file, exampleOrganization)).rejects.toThrow(SandboxStateError);
    await expect(initStateFile(file, exampleOrganization)).rejects.toThrow("exists already");
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  test("says where it could not write", async () => {
    await writeFile(file, "mine");
    await expect(initStateFile(join(file, "state.json"), exampleOrganization)).rejects.toThrow(
      SandboxStateError,
    );
  });
});

describe("openStore", () => {
  test("refuses what is missing, unreadable or damaged, and leaves it as it is", async () => {
    await expect(openStore(file)).rejects.toThrow("idc sandbox init");
    await expect(openStore(folder)).rejects.toThrow(/could not be read.*EISDIR/);
    await writeFile(file, '{"format":');
    await expect(openStore(file)).rejects.toThrow(SandboxStateError);
    await expect(openStore(file)).rejects.toThrow(file);
    expect(await readFile(file, "utf8")).toBe('{"format":');
  });
});

describe("a store", () => {
  beforeEach(() => initStateFile(file, exampleOrganization));

  test("is written within 100 ms of a change", async () => {
    const store = await openStore(file);
    const world = createWorld({ state: store.state, onChange: store.changed });
    world.group("g");
    await sleep(100);
    expect(await saved()).toBe(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("is written on demand, and leaves no other file behind", async () => {
    const store = await openStore(file);
    const world = createWorld({ state: store.state, onChange: store.changed });
    for (let index = 0; index < 20; index += 1) {
      world.group(`g${index}`);
      await Promise.all([store.flush(), store.flush()]);
      expect(await saved()).toBe(index + 1);
    }
    expect(await readdir(folder)).toEqual(["state.json"]);
  });

  test("is not written without a change", async () => {
    const store = await openStore(file);
    await rm(file);
    await store.flush();
    expect(await readdir(folder)).toEqual([]);
  });

  test("is whole whenever it is read, however fast it changes", async () => {
    const store = await openStore(file);
    const world = createWorld({ state: store.state, onChange: store.changed });
    for (let index = 0; index < 200; index += 1) {
      world.group(`group ${index} ${"x".repeat(500)}`);
      const flushed = store.flush();
      expect(await saved()).toBeLessThanOrEqual(index + 1);
      await flushed;
    }
    expect(await readFile(file, "utf8")).toBe(serialize(store.state));
  });

  test("tells who waits when it cannot be written, and keeps what was to be written", async () => {
    const store = await openStore(file);
    const world = createWorld({ state: store.state, onChange: store.changed });
    await rm(folder, { recursive: true });
    world.group("g");
    await sleep(80);
    await expect(store.flush()).rejects.toThrow(/could not be written.*ENOENT/);
    await initStateFile(file, exampleOrganization);
    await store.flush();
    expect(await saved()).toBe(1);
  });
});
