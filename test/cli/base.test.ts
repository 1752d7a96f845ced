import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { gitIn } from "../support/git.js";
import { accessFiles } from "./files.js";
import { folderWith, idc } from "./idc.js";

// idc plan --base in a real repository: the files are applied once, then edited, moved and committed in many ways.

const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
const files = {
  ...accessFiles,
  "access/sets.yaml": `permissionSets:
  Developer: {sessionDuration: PT2H, inlinePolicy: policies/s3.json}
assignments:
  - {groups: [developers], permissionSets: [Developer], accounts: [{ou: Workloads/Dev}]}
`,
  "access/policies/s3.json": JSON.stringify(policy),
};
let folder = "";
let applied = "";

beforeAll(async () => {
  folder = folderWith({ ...files, ".gitignore": ".idc/\n" });
  gitIn(folder, "init", "--quiet", "--initial-branch", "main");
  commit();
  applied = gitIn(folder, "rev-parse", "HEAD");
  const { code, stderr } = await idc(["apply", "--sandbox", "--yes", "--quiet"], { cwd: folder });
  if (code !== 0) throw new Error(stderr);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  gitIn(folder, "checkout", "--quiet", "--force", "--detach", applied);
  gitIn(folder, "clean", "--quiet", "-fd");
});

function commit(): string {
  gitIn(folder, "add", "--all");
  gitIn(folder, "commit", "--quiet", "--allow-empty", "--message", "change");
  return gitIn(folder, "rev-parse", "HEAD");
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function plan(...options: readonly string[]): Promise<Plan> {
  const { code, stdout, stderr } = await idc(
    ["plan", "--sandbox", "--format", "json", "--quiet", ...options],
    {
      cwd: folder,
    },
  );
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Plan;
}

const told = ({ changes }: Plan): readonly string[] =>
  changes.map(({ cause, action, id }) => `${cause} ${action} ${id}`);

describe("against the files of a revision", () => {
  test("what was only moved, split or spelled otherwise changes nothing", async () => {
    await rename(join(folder, "access/people.yaml"), join(folder, "access/folks.yaml"));
    await mkdir(join(folder, "access/teams"));
    await rename(join(folder, "access/policies"), join(folder, "access/teams/policies"));
    await rename(join(folder, "access/sets.yaml"), join(folder, "access/teams/sets.yaml"));
    commit();
    const moved = await plan("--base", "HEAD^1");
    expect([told(moved), moved.base]).toEqual([[], { commit: applied }]);
    expect(told(await plan("--base", "HEAD^1", "--targeted"))).toEqual([]);
  });

  test("a policy file counts like the file that names it", async () => {
    await write(
      "access/policies/s3.json",
      JSON.stringify({ ...policy, Statement: [{ ...policy.Statement[0], Action: "s3:Get*" }] }),
    );
    commit();
    const changed = ["config update permissionSet:Developer", "config provision provisioning:Developer"];
    expect(told(await plan("--base", "HEAD^1"))).toEqual(changed);
    expect(told(await plan("--base", "HEAD^1", "--targeted"))).toEqual(changed);
    expect(told(await plan("--base", "HEAD"))).toEqual(changed.map((one) => one.replace("config", "drift")));
  });

  test("the work tree is what is planned, with edits that nobody has committed, and git's copy is left alone", async () => {
    await write("access/people.yaml", files["access/people.yaml"].replace("title: Engineer", "title: Lead"));
    expect(told(await plan("--base", "HEAD"))).toEqual(["config update user:alice"]);
    expect(gitIn(folder, "status", "--porcelain")).toBe("M access/people.yaml");
  });

  test("a revision from before there were access files makes all of it new", async () => {
    gitIn(folder, "checkout", "--quiet", "--orphan", "empty");
    gitIn(folder, "rm", "-r", "--quiet", "--cached", "access");
    gitIn(folder, "commit", "--quiet", "--allow-empty", "--message", "nothing yet");
    const before = gitIn(folder, "rev-parse", "HEAD");
    gitIn(folder, "checkout", "--quiet", "--force", "--detach", applied);
    gitIn(folder, "branch", "--quiet", "-D", "empty");
    await write("access/people.yaml", files["access/people.yaml"].replace("title: Engineer", "title: Lead"));
    const { base, changes } = await plan("--base", before);
    expect([base, changes.map(({ cause }) => cause)]).toEqual([{ commit: before }, ["config"]]);
  });

  test("without --base it is what was applied last, where git has it", async () => {
    await write("access/people.yaml", files["access/people.yaml"].replace("title: Engineer", "title: Lead"));
    commit();
    await write("access/more.yaml", "groups: {more: {}}\n");
    commit();
    const { base, changes } = await plan();
    expect([base, changes.map(({ cause, id }) => `${cause} ${id}`).sort()]).toEqual([
      { commit: applied },
      ["config group:more", "config user:alice"],
    ]);
  });
});

describe("a revision that is not there", () => {
  test("is refused with what to do, before anything is read", async () => {
    const { code, stdout, stderr } = await idc(["plan", "--sandbox", "--base", "no-such-branch"], {
      cwd: folder,
    });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain('error base-unknown  git has no revision "no-such-branch" here.');
  });

  test("in a shallow clone: fetch-depth is what to set", async () => {
    commit();
    const clone = join(folder, ".idc/clone");
    execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${folder}`, clone], { stdio: "ignore" });
    const { code, stderr } = await idc(["plan", "--sandbox", "--base", "HEAD^1"], { cwd: clone });
    expect(code).toBe(3);
    expect(stderr).toContain("this clone is shallow");
    expect(stderr).toContain("fetch-depth: 0");
    await rm(clone, { recursive: true });
  });

  test("outside git there is none", async () => {
    const elsewhere = folderWith(files);
    const { code, stderr } = await idc(["plan", "--sandbox", "--base", "HEAD"], { cwd: elsewhere });
    expect([code, stderr]).toEqual([3, expect.stringContaining("--base needs git")]);
    await rm(elsewhere, { recursive: true });
  });

  test("and what is read in part is not to be saved", async () => {
    const { code, stderr } = await idc(["plan", "--sandbox", "--targeted", "--out", "plan.json"], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([3, expect.stringContaining("cannot be used with")]);
  });
});
