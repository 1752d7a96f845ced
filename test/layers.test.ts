import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const run = promisify(execFile);
const project = process.cwd();

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "idc-layers-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function plant(file: string, text: string): Promise<void> {
  await mkdir(join(folder, dirname(file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

async function output(command: string, args: readonly string[], cwd = project): Promise<string> {
  return await run(command, args, { cwd }).then(
    ({ stdout }) => `clean ${stdout}`,
    (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
  );
}

describe("the layers", () => {
  const layers = async (): Promise<string> =>
    await output(process.execPath, [join(project, "scripts/check-layers.js"), join(folder, "src")]);

  test("hold in this project", async () => {
    expect(await output(process.execPath, [join(project, "scripts/check-layers.js")])).toMatch(/^clean/);
  });

  const breaches = [
    ["an import against the direction", "plan/a.ts", 'import "../run/b.js";', "plan/ must not import run/"],
    [
      "a re-export against the direction",
      "model/a.ts",
      'export { b } from "../plan/b.js";',
      "model/ must not import plan/",
    ],
    [
      "a dynamic import against the direction",
      "live/a.ts",
      'await import("../cli/b.js");',
      "live/ must not import cli/",
    ],
    [
      "the sandbox knowing the engine",
      "sandbox/a.ts",
      'import type { A } from "../model/a.js";',
      "sandbox/ must not import model/",
    ],
    [
      "an AWS client outside live/",
      "run/a.ts",
      'import "@aws-sdk/client-sts";',
      "only live/ imports an AWS client",
    ],
    [
      "a GitHub client outside github/",
      "report/a.ts",
      'import "@octokit/core";',
      "only github/ imports a GitHub client",
    ],
    ["GitHub knowing the engine", "github/a.ts", 'import "../plan/b.js";', "github/ must not import plan/"],
    [
      "the process outside cli/",
      "run/a.ts",
      'import { env } from "node:process";',
      "only cli/ knows the process",
    ],
    ["printing outside cli/", "run/a.ts", 'import { log } from "node:console";', "only cli/ prints"],
    ["a hidden import", "run/a.ts", 'import { createRequire } from "node:module";', "for all to see"],
    ["an import out of src/", "run/a.ts", 'import "../../bench/a.js";', "src/ stands by itself"],
    ["input or output in a pure room", "plan/a.ts", 'import "node:fs";', "plan/ is pure"],
    ["a room that is not in the picture", "misc/a.ts", "", '"misc" is no room'],
  ] as const;

  test.each(breaches)("refuse %s", async (_, file, text, message) => {
    await plant(`src/${file}`, text);
    expect(await layers()).toContain(message);
  });
});

describe("the linter", () => {
  const lint = async (): Promise<string> =>
    await output(join(project, "node_modules/.bin/oxlint"), ["."], folder);

  beforeEach(async () => {
    await cp(join(project, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  });

  test("refuses printing and reading the environment outside cli/, and the clock in the core", async () => {
    await plant("src/run/a.ts", 'export const a = () => console.log("x");\n');
    await plant("src/live/b.ts", "export const b = () => process.env;\n");
    await plant("src/plan/c.ts", "export const c = () => Date.now();\n");
    const said = await lint();
    expect(said).toContain("no-console");
    expect(said).toContain("no-restricted-globals");
    expect(said).toContain("The core reads no clock");
  });

  test.each(["process.env", "console.log"])("refuses %s by way of globalThis", async (what) => {
    await plant("src/run/a.ts", `export const a = () => globalThis.${what};\n`);
    expect(await lint()).toContain("The way round to process and console is closed");
  });

  test("lets cli/ do what it is for", async () => {
    await plant("src/cli/a.ts", "export const a = () => console.log(process.argv);\n");
    expect(await lint()).toMatch(/^clean/);
  });
});
