import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accessFiles } from "./files.js";
import { folderWith, idc } from "./idc.js";

const cwd = folderWith(accessFiles);

describe("idc --version", () => {
  it("prints the package's version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    for (const args of [["--version"], ["-V"], ["plan", "--version"]])
      expect(await idc(args, { cwd })).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("loads nothing else, and validate loads no AWS code", async () => {
    expect(await loadedBy(["--version"])).toEqual([]);
    const packages = await loadedBy(["validate"]);
    expect(packages).toContain("yaml");
    expect(packages.filter((name) => /aws|smithy/.test(name))).toEqual([]);
    expect(await loadedBy(["plan", "--sandbox"])).toContain("@aws-sdk/client-sso-admin");
  });
});

describe("idc --help", () => {
  it.each([
    "validate",
    "plan",
    "apply",
    "drift",
    "profiles",
    "permissions",
    "sandbox",
    "sandbox init",
    "sandbox serve",
  ])("shows an example for %s, and the options that every command takes", async (name) => {
    const { code, stdout, stderr } = await idc([...name.split(" "), "--help"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Example");
    expect(stdout).toContain(`$ idc ${name}`);
    for (const option of ["--dir", "--sandbox", "--state", "--instance-arn", "--region", "--profile"])
      expect(stdout).toContain(option);
  });
});

describe("what was not meant", () => {
  it.each([
    ["plna", "Did you mean plan?"],
    ["plan --detailed-exitcod", "Did you mean --detailed-exitcode?"],
    ["plan --sandbxo", "Did you mean --sandbox?"],
    ["plan --format sarif", "Allowed choices are text, json, markdown."],
    ["drift --format html", "Allowed choices are text, json, markdown."],
    ["apply --format markdown", "Allowed choices are text, json."],
    ["plan --targeted --out plan.json", "cannot be used with"],
    ["plan --targeted --wait-for-principals 10m", "cannot be used with"],
    ["plan --wait-for-principals 10", "It takes a duration from 1s to 1h, such as 90s or 10m."],
    ["apply --wait-for-principals 61m", "It takes a duration from 1s to 1h, such as 90s or 10m."],
    ["apply --wait-for-principals 999ms", "It takes a duration from 1s to 1h, such as 90s or 10m."],
    ["apply --wait-for-principals -1m", "It takes a duration from 1s to 1h, such as 90s or 10m."],
    ["drift --wait-for-principals 10m", "unknown option"],
    ["validate --format xml", "Allowed choices are text, json, github, sarif."],
    ["apply one two", "too many arguments"],
    ["apply --adopt", "argument missing"],
    [
      "apply --adopt sha256:0123",
      "It takes the digest of the plan that is meant, sha256: and 64 hex digits.",
    ],
    ["profiles", "Whose profiles?"],
    ["profiles --user alice --all", "cannot be used with"],
    ["sandbox serve --settle soon", "It takes a duration such as 50ms, 2s or 1m."],
    ["sandbox serve --port -1", "It takes a whole number from 0 to 65535."],
    ["sandbox serve --port 65536", "It takes a whole number from 0 to 65535."],
    ["plan --sandbox --region eu_west/1", "It takes a region as AWS writes it, such as eu-west-1."],
    ["plan --sandbox --instance-arn ssoins-1", "It takes an ARN such as arn:aws:sso:::instance/"],
    ["sandbox serve --rate 0", "It takes a whole number of at least 1."],
    [
      "sandbox serve --fault throtle=1",
      "the names being throttle, conflict, error500, drop, slow, short-pages, fail-async.",
    ],
    ["sandbox serve --fault throttle=20", "A probability is a number from 0 to 1."],
    ["sandbox serve --fault throttle", "It takes NAME=PROBABILITY"],
    ["sandbox serve --seed one", "It takes a whole number of at least 0."],
    ["sandbox serve --state nowhere.json", "idc sandbox init"],
    ["sandbox init --organization nowhere.yaml", "there is no such file"],
    ["sandbox", "Usage: idc sandbox"],
    ["", "Usage: idc"],
  ])("idc %s: exit 3, and a way on", async (line, text) => {
    const { code, stdout, stderr } = await idc(line.split(" ").filter(Boolean), { cwd });
    expect(code).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n +at /);
  });
});

describe("idc validate", () => {
  const broken = folderWith({
    ...accessFiles,
    "access/people.yaml": accessFiles["access/people.yaml"].replace("[alice, bob]", "[alcie, bob]"),
  });

  it("is content with good files", async () => {
    expect(await idc(["validate"], { cwd })).toEqual({
      code: 0,
      stdout: "access/: 3 files, no errors.\n",
      stderr: "",
    });
  });

  it("shows the line and what was meant", async () => {
    const { code, stdout, stderr } = await idc(["validate"], { cwd: broken });
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout).toMatch(/^access\/people\.yaml:5:54 error unknown-user {2}/);
    expect(stdout).toContain("    5 |   developers: {description: Build and run, members: [alcie, bob]}\n");
    expect(stdout).toContain("alice");
    expect(stdout).toMatch(/access\/: 3 files, 1 error\.\n$/);
  });

  it("tells programs and GitHub the same", async () => {
    const json = await idc(["validate", "--format", "json"], { cwd: broken });
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      diagnostics: [{ code: "unknown-user", source: { file: "access/people.yaml", line: 5, column: 54 } }],
    });
    const github = await idc(["validate", "--format", "github"], { cwd: broken });
    expect(github.stdout).toMatch(/^::error file=access\/people\.yaml,line=5,col=54,title=unknown-user::/);
  });

  it("says that there is no such folder", async () => {
    const { code, stdout, stderr } = await idc(["validate", "--dir", "nowhere"], { cwd });
    expect(code).toBe(3);
    expect(stdout + stderr).toContain("nowhere");
    expect(stdout + stderr).not.toMatch(/\n +at /);
  });

  it("colours only what somebody looks at, or asks to", async () => {
    const forced = await idc(["validate"], { cwd: broken, env: { FORCE_COLOR: "1" } });
    expect(forced.stdout).toContain("\u001b[31merror\u001b[39m");
    const never = await idc(["validate"], { cwd: broken, env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(never.stdout).not.toContain("\u001b");
  });
});

/** The packages below node_modules that a command loads. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(`
    import { writeSync } from "node:fs";
    export async function load(url, context, next) {
      writeSync(2, "LOADED " + url + "\\n");
      return next(url, context);
    }`)}`;
  const register = `data:text/javascript,${encodeURIComponent(
    `import { register } from "node:module"; register(${JSON.stringify(hook)});`,
  )}`;
  const { code, stderr } = await idc(args, { cwd, node: ["--import", register] });
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  const urls = stderr.split("\n").filter((line) => line.startsWith("LOADED "));
  expect(urls.length).toBeGreaterThan(0);
  const names = urls.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
