import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeFileAtomic } from "../../src/cli/atomic-file.js";
import { folderWith } from "./idc.js";

describe("writeFileAtomic", () => {
  it("writes a file with the mode asked for, and leaves nothing beside it", async () => {
    const folder = folderWith({});
    await writeFileAtomic(join(folder, "plan.json"), "{}", 0o600);
    expect(readdirSync(folder)).toEqual(["plan.json"]);
    expect(statSync(join(folder, "plan.json")).mode & 0o777).toBe(0o600);
  });

  it("writes through a link rather than replacing it", async () => {
    const folder = folderWith({ "dotfiles/config": "old" });
    symlinkSync(join(folder, "dotfiles/config"), join(folder, "config"));
    await writeFileAtomic(join(folder, "config"), "new", 0o644);
    expect(lstatSync(join(folder, "config")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "dotfiles/config"), "utf8")).toBe("new");
    expect(readdirSync(join(folder, "dotfiles"))).toEqual(["config"]);
  });

  it("writes to what is no regular file, as /dev/stdout is not, instead of replacing it", async () => {
    const pipe = join(folderWith({}), "pipe");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const [read] = await Promise.all([readFile(pipe, "utf8"), writeFileAtomic(pipe, "{}", 0o600)]);
    expect(read).toBe("{}");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it("leaves what is there when it cannot write, and says why", async () => {
    const folder = folderWith({ "file/inside": "x" });
    await expect(writeFileAtomic(join(folder, "file"), "new", 0o600)).rejects.toThrow(
      "could not be written: it is a folder.",
    );
    await expect(writeFileAtomic(join(folder, "no/where"), "new", 0o600)).rejects.toThrow(
      "there is no such file or folder",
    );
    expect(readdirSync(folder)).toEqual(["file"]);
    writeFileSync(join(folder, "file/inside"), "y");
    expect(readdirSync(join(folder, "file"))).toEqual(["inside"]);
  });
});
