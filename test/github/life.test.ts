import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CreateGroupMembershipCommand,
  GetGroupIdCommand,
  GetUserIdCommand,
} from "@aws-sdk/client-identitystore";
import { ListInstancesCommand } from "@aws-sdk/client-sso-admin";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessFiles } from "../cli/files.js";
import { folderWith, idc } from "../cli/idc.js";
import { serveSandbox } from "../cli/sandbox-process.js";
import type { ServedSandbox } from "../cli/sandbox-process.js";
import { gitIn } from "../support/git.js";
import { bot, startGithubApi } from "../support/github-api.js";
import type { GithubApi } from "../support/github-api.js";
import { runAction } from "./action-runner.js";
import type { Step, StepEnd } from "./action-runner.js";

// The whole life of a change: a branch, a second push to it, the merge, somebody at the console, the scheduled look, the
// repair. Real git, the Action's own step in a process of its own, the sandbox over HTTP, and the local GitHub. What each
// step says is what docs/github.md shows.

const pull = 7;
let folder = "";
let sandbox: ServedSandbox;
let github: GithubApi;
let runs = 0;

beforeAll(async () => {
  folder = folderWith({
    "README.md": "Who may do what.\n",
    ".gitignore": "sandbox.json*\n.idc/\n",
  });
  gitIn(folder, "init", "--quiet", "--initial-branch", "main");
  commit("Begin");
  sandbox = await serveSandbox(folder);
  github = await startGithubApi({ token: bot });
  for (let number = 1; number <= pull; number += 1) github.issue({ isPull: true });
});
afterAll(async () => {
  await sandbox.stop();
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

const git = (...args: readonly string[]): string => gitIn(folder, ...args);

function commit(message: string): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const file = join(folder, path);
  await writeFile(file, change(readFileSync(file, "utf8")));
}

async function step(event: Step["event"], inputs: Readonly<Record<string, string>>): Promise<StepEnd> {
  runs += 1;
  return runAction({
    inputs,
    checkout: folder,
    github,
    event,
    sha: git("rev-parse", "HEAD"),
    run: runs,
    env: sandbox.env,
  });
}

/** What GitHub checks out for a pull request: the branch, merged into main. */
async function pullRequest(branch: string): Promise<StepEnd> {
  git("checkout", "--quiet", "--detach", "main");
  git("merge", "--quiet", "--no-ff", "--message", "Merge for the pull request", branch);
  const [head, base] = [git("rev-parse", branch), git("rev-parse", "main")];
  return step({ name: "pull_request", number: pull, head, base }, { command: "plan", base: "HEAD^1" });
}

/** The two jobs of a push to main: the plan that somebody approves, and what is applied of it. */
async function pushToMain(): Promise<{ planned: StepEnd; applied: StepEnd }> {
  git("checkout", "--quiet", "main");
  const planned = await step({ name: "push" }, { command: "plan" });
  const applied = await step(
    { name: "push" },
    { command: "apply", "plan-file": planned.outputs["plan-file"] ?? "" },
  );
  return { planned, applied };
}

/** What is there to do, as somebody would ask at a terminal. */
async function pending(): Promise<string> {
  const { stdout } = await idc(["plan", "--quiet"], { cwd: folder, env: sandbox.env });
  return stdout;
}

/** Ids, times and counts of requests are different every time. */
function steady(text: string): string {
  return text
    .replace(/sha256:[0-9a-f]{64}/g, "sha256:…")
    .replace(/\b[0-9a-f]{40}\b/g, "0123456…")
    .replace(/\b[0-9a-f]{32}\b/g, "…")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-11-25T09:30:00Z")
    .replace(/with \d+ requests?/g, "with 74 requests")
    .replace(/d-[0-9a-f]{10}/g, "d-1111222233")
    .replace(/Compared with [0-9a-f]{12}/g, "Compared with 0123456…")
    .replace(/run \d+\.1/g, "run 1.1")
    .replace(/runs\/\d+\/attempts/g, "runs/1/attempts")
    .trim();
}

const documentation = readFileSync(fileURLToPath(new URL("../../docs/github.md", import.meta.url)), "utf8");

/** What the documentation shows under the name of a step. */
function shown(name: string): string {
  const [, , text = ""] =
    new RegExp(`<!-- shown: ${name} -->\n(\`{3,})\\w*\n([^]*?)\n\\1`).exec(documentation) ?? [];
  return text;
}

test("the files come, are planned against a revision without any, and applied", async () => {
  await mkdir(join(folder, "access"));
  for (const [path, text] of Object.entries(accessFiles)) await writeFile(join(folder, path), text);
  await edit("access/settings.yaml", (text) => `${text}  limits: {requestsPerSecond: 1000}\n`);
  // Somebody who is in nobody's team.
  await edit("access/people.yaml", (text) =>
    text.replace(
      "groups:",
      "  dora: {givenName: Dora, familyName: Keller, email: dora@example.com}\ngroups:",
    ),
  );
  commit("Declare who may do what");
  const { planned, applied } = await pushToMain();
  expect([planned.code, planned.outputs["exit-code"], applied.code]).toEqual([0, "0", 0]);
  expect(Number(applied.outputs["changes"])).toBeGreaterThan(0);
  expect(await pending()).toContain("No changes. Identity Center matches access/");
  expect(github.requests).toEqual([]);
});

test("a branch that changes a file gets a comment that says who gains what", async () => {
  git("checkout", "--quiet", "-b", "carol", "main");
  await edit("access/people.yaml", (text) =>
    text
      .replace("groups:", "  carol: {givenName: Carol, familyName: Roy, email: carol@example.com}\ngroups:")
      .replace("[alice, bob]", "[alice, bob, carol]"),
  );
  commit("Carol joins");
  const end = await pullRequest("carol");
  expect(end.code).toBe(0);
  expect(github.comments).toHaveLength(1);
  expect(end.outputs).toMatchObject({ changes: "2", gained: "1", lost: "0" });
  expect(end.outputs["comment-url"]).toContain(`/${pull}#issuecomment-`);
  expect(steady(github.comments[0]?.body.replace(/^<!--.*-->\n/, "") ?? "")).toBe(shown("comment"));
});

test("a second push edits the same comment", async () => {
  git("checkout", "--quiet", "carol");
  await edit("access/sets.yaml", (text) => text.replace("PT2H", "PT4H"));
  commit("And everybody for longer");
  const end = await pullRequest("carol");
  expect(end.code).toBe(0);
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain("1 change broadens a policy");
  expect(steady(end.summary)).toContain("sessions last longer");
});

test("the merge is planned again, approved and applied: just that", async () => {
  git("checkout", "--quiet", "main");
  git("merge", "--quiet", "--no-ff", "--message", "Merge pull request #7", "carol");
  const { planned, applied } = await pushToMain();
  expect([planned.code, applied.code]).toEqual([0, 0]);
  expect(steady(applied.summary.split("\n\n")[0] ?? "")).toBe(shown("applied"));
  expect(await pending()).toContain("No changes.");
  expect(github.comments).toHaveLength(1);
});

test("somebody changes something by hand, and the scheduled run opens an issue", async () => {
  await joinByHand("developers", "dora");
  const end = await step({ name: "schedule" }, { command: "drift" });
  expect([end.code, end.outputs["exit-code"]]).toEqual([0, "2"]);
  const open = github.issues.filter(({ isPull, state }) => !isPull && state === "open");
  expect(open).toHaveLength(1);
  expect(end.outputs["issue-url"]).toContain(`/issues/${open[0]?.number}`);
  expect(steady(open[0]?.body?.replace(/^<!--.*-->\n/, "") ?? "")).toBe(shown("issue"));
});

test("a run with reconcile puts it right and closes the issue", async () => {
  const end = await step({ name: "workflow_dispatch" }, { command: "drift", reconcile: "true" });
  expect([end.code, end.outputs["exit-code"]]).toEqual([0, "0"]);
  const [issue] = github.issues.filter(({ isPull }) => !isPull);
  expect([issue?.state, issue?.stateReason]).toEqual(["closed", "completed"]);
  expect(steady(github.comments.at(-1)?.body ?? "")).toBe(shown("closed"));
  expect(await pending()).toContain("No changes.");
  expect(github.breaches).toEqual([]);
});

async function joinByHand(group: string, user: string): Promise<void> {
  const { identityStore, ssoAdmin } = sandbox;
  const { Instances } = await ssoAdmin.send(new ListInstancesCommand({}));
  const store = { IdentityStoreId: Instances?.[0]?.IdentityStoreId ?? "" };
  const named = (AttributePath: string, AttributeValue: string) => ({
    AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
  });
  const { GroupId } = await identityStore.send(
    new GetGroupIdCommand({ ...store, ...named("displayName", group) }),
  );
  const { UserId } = await identityStore.send(new GetUserIdCommand({ ...store, ...named("userName", user) }));
  await identityStore.send(
    new CreateGroupMembershipCommand({ ...store, GroupId, MemberId: { UserId: UserId ?? "" } }),
  );
}
