import { execFile, execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openAuditFile } from "../../src/cli/audit-file.js";
import type { AuditLine } from "../../src/run/audit.js";
import { folderWith } from "./idc.js";

afterEach(() => vi.restoreAllMocks());

function line(write: number, change = "user:alice"): AuditLine {
  return {
    time: "2026-03-01T09:30:00.000Z",
    run: "7f1c",
    write,
    outcome: "sending",
    code: null,
    operation: "identitystore CreateUser",
    requestId: null,
    change,
    plan: "sha256:0",
    commit: null,
    instance: "arn:aws:sso:::instance/ssoins-1111222233334444",
    caller: { account: "999900001111", arn: "arn:aws:sts::999900001111:assumed-role/idc-apply/run" },
  };
}

function linesIn(file: string): readonly AuditLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((text) => JSON.parse(text) as AuditLine);
}

/** Appends one line by an audit file of its own, as a run does. */
async function appendOnce(file: string, one: AuditLine): Promise<void> {
  const audit = await openAuditFile(file);
  await audit.append(one);
  await audit.close();
}

describe("an audit file", () => {
  it("is made readable for its owner alone, and has each line when it is appended", async () => {
    const file = join(folderWith({}), "audit.jsonl");
    const audit = await openAuditFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await audit.append(line(1));
    expect(linesIn(file)).toEqual([line(1)]);
    await audit.append(line(2));
    expect(linesIn(file)).toEqual([line(1), line(2)]);
    await audit.close();
  });

  it("keeps what is there, and the mode that somebody has given it", async () => {
    const file = join(folderWith({ "audit.jsonl": "" }), "audit.jsonl");
    chmodSync(file, 0o640);
    await appendOnce(file, line(1));
    await appendOnce(file, line(2));
    expect(linesIn(file)).toEqual([line(1), line(2)]);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it("begins a new line after one that was cut short", async () => {
    const file = join(folderWith({}), "audit.jsonl");
    await appendOnce(file, line(1));
    const whole = readFileSync(file, "utf8");
    for (const length of [1, 20, whole.length - 1]) {
      writeFileSync(file, whole + whole.slice(0, length));
      await appendOnce(file, line(2));
      const [first, part, last, end, ...more] = readFileSync(file, "utf8").split("\n");
      expect([`${first}\n`, part]).toEqual([whole, whole.slice(0, length)]);
      expect(JSON.parse(last ?? "")).toEqual(line(2));
      expect([end, more]).toEqual(["", []]);
    }
  });

  it("looks for the cut only when it writes, so that a run in between does no harm", async () => {
    const file = join(folderWith({ "audit.jsonl": '{"cut' }), "audit.jsonl");
    const waiting = await openAuditFile(file);
    expect(readFileSync(file, "utf8")).toBe('{"cut');
    await appendOnce(file, line(1));
    await waiting.append(line(2));
    await waiting.close();
    expect(readFileSync(file, "utf8").split("\n").length).toBe(4);
  });

  it("begins a new line after one that another run was cut short in meanwhile", async () => {
    const file = join(folderWith({}), "audit.jsonl");
    const audit = await openAuditFile(file);
    await audit.append(line(1));
    appendFileSync(file, '{"cut');
    await audit.append(line(2));
    await audit.close();
    const [, part, last] = readFileSync(file, "utf8").split("\n");
    expect(part).toBe('{"cut');
    expect(JSON.parse(last ?? "")).toEqual(line(2));
  });

  it("loses, doubles and mixes up none of many that come at once, and keeps their order", async () => {
    const file = join(folderWith({}), "audit.jsonl");
    const [one, other] = await Promise.all([openAuditFile(file), openAuditFile(file)]);
    const all = Array.from({ length: 500 }, (_, index) => line(index + 1, "x".repeat((index * 37) % 900)));
    const sent = (audit: typeof one, run: string) => all.map(async (text) => audit.append({ ...text, run }));
    await Promise.all([...sent(one, "one"), ...sent(other, "other")]);
    await Promise.all([one.close(), other.close()]);
    const found = linesIn(file);
    expect(found).toHaveLength(1000);
    for (const run of ["one", "other"])
      expect(found.filter((text) => text.run === run)).toEqual(all.map((text) => ({ ...text, run })));
  });

  it("has a line on the disk before it says so", async () => {
    const file = join(folderWith({}), "audit.jsonl");
    const handle = await open(file, "a");
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    let onDisk = 0;
    const sync: FileHandle["sync"] = Reflect.get(prototype, "sync");
    vi.spyOn(prototype, "sync").mockImplementation(async function (this: FileHandle) {
      const { size } = await this.stat();
      await sync.call(this);
      onDisk = size;
    });
    const audit = await openAuditFile(file);
    const check = async (number: number): Promise<void> => {
      await audit.append(line(number));
      const known = readFileSync(file).subarray(0, onDisk).toString();
      expect(known.includes(`"write":${number},`)).toBe(true);
    };
    await Promise.all(Array.from({ length: 50 }, async (_, index) => check(index + 1)));
    await audit.close();
  });

  it("shows nothing that a terminal would act on, and one line is one line", async () => {
    const file = join(folderWith({}), "audit.jsonl");
    const change = "group:a\u001b[2Jb\nc\u2028d\u202ee";
    await appendOnce(file, line(1, change));
    expect(readFileSync(file, "utf8")).toMatch(/^[\x20-\x7e]+\n$/);
    expect(linesIn(file)).toEqual([line(1, change)]);
  });
});

describe("an audit file that cannot be had", () => {
  it.each([
    ["in a folder that is not there", "no/audit.jsonl", "there is no such file or folder"],
    ["that is a folder", ".", "it is a folder"],
    ["behind a file", "file/audit.jsonl", "a part of its path is no folder"],
  ])("%s is told when it is opened", async (_what, path, reason) => {
    const file = join(folderWith({ file: "" }), path);
    await expect(openAuditFile(file)).rejects.toThrow(
      `The audit file ${file} could not be opened: ${reason}.`,
    );
  });

  it("as a pipe that nobody reads is told, and is not waited for without end", async () => {
    const pipe = join(folderWith({}), "pipe");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    await expect(openAuditFile(pipe)).rejects.toThrow(
      `The audit file ${pipe} could not be opened: nobody reads what is written to it.`,
    );
  }, 30_000);

  it("on a full disk takes no line, and none afterwards", async () => {
    const audit = await openAuditFile("/dev/full");
    const said = "The audit file /dev/full could not be written: the disk is full.";
    await expect(audit.append(line(1))).rejects.toThrow(said);
    const more = await Promise.allSettled([audit.append(line(2)), audit.append(line(3))]);
    expect(more.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await audit.close();
  });

  it("takes no line after one that is lost, even where the next could be written", async () => {
    const pipe = join(folderWith({}), "pipe");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const reader = promisify(execFile)("head", ["-n1", pipe]);
    const audit = await openAuditFile(pipe);
    await audit.append(line(1));
    expect(JSON.parse((await reader).stdout)).toEqual(line(1));
    await expect(audit.append(line(2))).rejects.toThrow("could not be written");
    const again = await open(pipe, "r+");
    await expect(audit.append(line(3))).rejects.toThrow("could not be written");
    await again.write("nothing before this");
    const { buffer, bytesRead } = await again.read({ buffer: Buffer.alloc(4096) });
    expect(buffer.subarray(0, bytesRead).toString()).toBe("nothing before this");
    await again.close();
    await audit.close();
  });
});
