import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateGroupMembershipCommand,
  ListGroupsCommand,
  ListUsersCommand,
} from "@aws-sdk/client-identitystore";
import { CreateUserCommand, UpdateUserCommand } from "@aws-sdk/client-identitystore";
import { describe, expect, it } from "vitest";
import { accessFiles } from "./files.js";
import { folderWith, idc, start } from "./idc.js";
import { serveSandbox } from "./sandbox-process.js";

const store = "d-1111222233";

describe("on the embedded Identity Center", () => {
  it("plans, applies, and then there is nothing to do", async () => {
    const cwd = folderWith(accessFiles);
    const first = await idc(["plan", "--sandbox"], { cwd });
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^Plan for Identity Center d-1111222233 \(eu-west-1\)\n/);
    expect(first.stdout).toMatch(/\nPlan: 8 to add, 0 to change, 0 to remove\. 2 people gain access\.\n$/);
    expect(first.stderr).toContain(".idc/sandbox.json");
    expect(first.stderr).not.toContain("Warning");
    expect((await idc(["plan", "--sandbox", "--detailed-exitcode"], { cwd })).code).toBe(2);

    const applied = await idc(["apply", "--sandbox", "--yes"], { cwd });
    expect(applied.stderr).not.toContain("Warning");
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nApplied: 8 changes, all done\.\n$/),
    });

    expect(await idc(["plan", "--sandbox", "--detailed-exitcode", "--quiet"], { cwd })).toEqual({
      code: 0,
      stdout:
        "No changes. Identity Center matches access/ (2 users, 1 group, 2 memberships, 1 permission set, 2 assignments).\n",
      stderr: "",
    });
    expect(await idc(["drift", "--sandbox", "--quiet"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(await idc(["apply", "--sandbox", "--quiet"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(join(cwd, ".idc"))).toEqual(["sandbox.json"]);
  });

  it("gives JSON on stdout and nothing else", async () => {
    const cwd = folderWith(accessFiles);
    const planned = await idc(["plan", "--sandbox", "--format", "json"], { cwd });
    expect(JSON.parse(planned.stdout)).toMatchObject({ formatVersion: "1", summary: { create: 8 } });
    const drifted = await idc(["drift", "--sandbox", "--format", "json"], { cwd });
    expect(drifted.code).toBe(2);
    expect(JSON.parse(drifted.stdout)).toMatchObject({
      changes: expect.arrayContaining([]),
      summary: { create: 8 },
    });
    const applied = await idc(["apply", "--sandbox", "--yes", "--format", "json"], { cwd });
    expect(JSON.parse(applied.stdout)).toMatchObject({
      formatVersion: "1",
      exitCode: 0,
      plan: { summary: { create: 8 } },
      result: { summary: { done: 8, failed: 0 }, interrupted: false },
      mark: expect.stringMatching(/^sha256:/),
    });
  });

  it("gives JSON also when there is no result", async () => {
    const broken = folderWith({ ...accessFiles, "access/x.yaml": "users: {zed: {givenName: Z}}" });
    for (const args of [["plan"], ["drift"], ["apply", "--yes"], ["validate"]]) {
      const { code, stdout } = await idc([...args, "--sandbox", "--format", "json"], { cwd: broken });
      expect({ args, code }).toEqual({ args, code: 3 });
      expect(JSON.parse(stdout).diagnostics).toMatchObject([{ code: "missing-key", severity: "error" }]);
    }
    const cwd = folderWith({ ...accessFiles, "plan.json": "{" });
    const lost = await idc(["plan", "--format", "json"], { cwd });
    expect(lost.code).toBe(1);
    expect(JSON.parse(lost.stdout)).toMatchObject({ ok: false, diagnostics: [{ code: "credentials" }] });
    const cut = await idc(["apply", "plan.json", "--format", "json"], { cwd });
    expect(cut.code).toBe(3);
    expect(JSON.parse(cut.stdout)).toMatchObject({ ok: false, diagnostics: [{ code: "plan-unreadable" }] });
  });

  it("goes on when nobody reads what it says", async () => {
    const cwd = folderWith(accessFiles);
    const apply = start(["apply", "--sandbox", "--yes"], { cwd });
    apply.process.stdout?.destroy();
    apply.process.stderr?.destroy();
    expect((await apply.ended).code).toBe(0);
    expect((await idc(["plan", "--sandbox", "--detailed-exitcode"], { cwd })).code).toBe(0);
  });

  it("asks nobody: without a terminal and --yes it shows the plan, writes nothing, and says why", async () => {
    const cwd = folderWith(accessFiles);
    const { code, stdout, stderr } = await idc(["apply", "--sandbox"], { cwd });
    expect(code).toBe(3);
    expect(stdout).toContain("Plan: 8 to add");
    expect(stdout).not.toContain("Done");
    expect(stderr).toContain("a question with nobody to answer it");
    expect((await idc(["plan", "--sandbox", "--detailed-exitcode"], { cwd })).code).toBe(2);
  });

  it("leaves a damaged state file as it is", async () => {
    const cwd = folderWith({ ...accessFiles, "state.json": '{"format": "idc-sandbox-state", "vers' });
    const { code, stdout, stderr } = await idc(["plan", "--sandbox", "--state", "state.json", "-q"], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^error: .*state\.json/);
    expect(stderr).toContain("--state");
    expect(stderr).not.toMatch(/\n +at /);
    expect(readFileSync(join(cwd, "state.json"), "utf8")).toBe('{"format": "idc-sandbox-state", "vers');
  });

  it("explains a region where there is no Identity Center", async () => {
    const cwd = folderWith(accessFiles);
    await idc(["plan", "--sandbox"], { cwd });
    const { code, stderr } = await idc(["plan", "--sandbox", "--region", "us-east-1", "-q"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("us-east-1");
    expect(stderr).toContain("identityCenter.region");
  });
});

describe("a saved plan", () => {
  it("is whole, private, and applied as reviewed", async () => {
    const cwd = folderWith(accessFiles);
    const saved = await idc(["plan", "--sandbox", "--out", "plan.json"], { cwd });
    expect(saved.code).toBe(0);
    expect(saved.stderr).toMatch(/ To apply just this: idc apply plan\.json --sandbox\n$/);
    expect(statSync(join(cwd, "plan.json")).mode & 0o777).toBe(0o600);
    expect((await idc(["apply", "plan.json", "--sandbox", "--yes"], { cwd })).code).toBe(0);
    const again = await idc(["apply", "plan.json", "--sandbox", "--yes"], { cwd });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^No changes\./) });
  });

  it("no longer fits when the files ask for more", async () => {
    const cwd = folderWith(accessFiles);
    await idc(["plan", "--sandbox", "--out", "plan.json"], { cwd });
    writeFileSync(join(cwd, "access/more.yaml"), "groups:\n  auditors: {}\n");
    const { code, stderr } = await idc(["apply", "plan.json", "--sandbox", "--yes"], { cwd });
    expect(code).toBe(5);
    expect(stderr).toContain("saved-plan-stale");
    expect((await idc(["plan", "--sandbox"], { cwd })).stdout).toContain("Plan: 9 to add");
  });

  it.each([
    ["cut in half", (text: string) => text.slice(0, text.length / 2), 3, "plan-unreadable"],
    ["edited", (text: string) => text.replace("PT2H", "PT12H"), 3, "plan-digest"],
    [
      "of another format",
      (text: string) => text.replace('"formatVersion": "1"', '"formatVersion": "9"'),
      3,
      "plan-format",
    ],
  ])("that was %s is refused before anything is asked", async (_what, damage, exit, words) => {
    const cwd = folderWith(accessFiles);
    await idc(["plan", "--sandbox", "--out", "plan.json"], { cwd });
    writeFileSync(join(cwd, "plan.json"), damage(readFileSync(join(cwd, "plan.json"), "utf8")));
    const { code, stdout, stderr } = await idc(["apply", "plan.json", "--sandbox", "--yes"], { cwd });
    expect({ code, stdout }).toEqual({ code: exit, stdout: "" });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain("Connecting");
  });

  it("that cannot be read or written is told in a sentence", async () => {
    const cwd = folderWith(accessFiles);
    const missing = await idc(["apply", "plan.json", "--sandbox"], { cwd });
    expect(missing).toMatchObject({ code: 3, stdout: "" });
    expect(missing.stderr).toBe(
      "error: The plan plan.json could not be read: there is no such file or folder.\n",
    );
    const unwritable = await idc(["plan", "--sandbox", "--out", "nowhere/plan.json", "-q"], { cwd });
    expect(unwritable.code).toBe(3);
    expect(unwritable.stderr).toContain("nowhere/plan.json could not be written");
  });
});

describe("with git", () => {
  it("never lets an older checkout undo a newer one", async () => {
    const cwd = folderWith({ ...accessFiles, ".gitignore": ".idc\n" });
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd,
        stdio: "ignore",
      });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "first");
    expect((await idc(["apply", "--sandbox", "--yes"], { cwd })).code).toBe(0);
    writeFileSync(join(cwd, "access/more.yaml"), "groups:\n  auditors: {}\n");
    git("add", ".");
    git("commit", "-qm", "second");
    expect((await idc(["apply", "--sandbox", "--yes"], { cwd })).code).toBe(0);

    git("checkout", "-q", "HEAD~1");
    const older = await idc(["apply", "--sandbox", "--yes", "-q"], { cwd });
    expect(older).toMatchObject({ code: 5, stdout: "" });
    expect(older.stderr).toContain("stale-checkout");
    git("checkout", "-q", "main");
    expect((await idc(["plan", "--sandbox", "--detailed-exitcode"], { cwd })).code).toBe(0);
  });
});

describe("idc sandbox serve", () => {
  it("is drifted from by hand, found out, and put right", async () => {
    const cwd = folderWith(accessFiles);
    const sandbox = await serveSandbox(cwd);
    const given = { cwd, env: sandbox.env };
    expect((await idc(["apply", "--yes"], given)).code).toBe(0);

    const { Users = [] } = await sandbox.identityStore.send(new ListUsersCommand({ IdentityStoreId: store }));
    expect(new Set(Users.map(({ UserName }) => UserName))).toEqual(new Set(["alice", "bob"]));
    const alice = Users.find(({ UserName }) => UserName === "alice")?.UserId;
    await sandbox.identityStore.send(
      new UpdateUserCommand({
        IdentityStoreId: store,
        UserId: alice,
        Operations: [{ AttributePath: "title", AttributeValue: "Boss" }],
      }),
    );
    const drift = await idc(["drift", "-q"], given);
    expect(drift).toMatchObject({ code: 2, stderr: "" });
    expect(drift.stdout).toContain("~ user alice is different");
    expect(drift.stdout).toContain('~ title: "Engineer" -> "Boss"');
    expect(drift.stdout).toMatch(/\nDrift: 1 different\.\n$/);

    const mallory = await sandbox.identityStore.send(
      new CreateUserCommand({
        IdentityStoreId: store,
        UserName: "mallory",
        DisplayName: "M",
        Name: { GivenName: "M", FamilyName: "M" },
      }),
    );
    const { Groups = [] } = await sandbox.identityStore.send(
      new ListGroupsCommand({ IdentityStoreId: store }),
    );
    await sandbox.identityStore.send(
      new CreateGroupMembershipCommand({
        IdentityStoreId: store,
        GroupId: Groups[0]?.GroupId,
        MemberId: { UserId: mallory.UserId ?? "" },
      }),
    );
    const found = await idc(["drift", "-q"], given);
    expect(found.stdout).toContain("+ mallory is in group developers");
    expect(found.stdout).toContain(
      "+ mallory has Developer in payments-dev and sandbox through group developers",
    );
    expect((await idc(["apply", "--yes"], given)).code).toBe(0);
    expect((await idc(["drift"], given)).code).toBe(0);
    expect((await sandbox.stop()).code).toBe(0);
  });

  it("ends cleanly when told to, with everything in its file and its log", async () => {
    const cwd = folderWith(accessFiles);
    const sandbox = await serveSandbox(cwd, "--log", "requests.jsonl");
    expect((await idc(["apply", "--yes"], { cwd, env: sandbox.env })).code).toBe(0);
    expect((await sandbox.stop()).code).toBe(0);
    const requests = readFileSync(join(cwd, "requests.jsonl"), "utf8").trimEnd().split("\n");
    expect(requests.map((line): unknown => JSON.parse(line))).toContainEqual({
      time: expect.any(String),
      service: "identitystore",
      operation: "CreateUser",
      outcome: "ok",
      requestId: expect.any(String),
    });
    const again = await idc(["plan", "--sandbox", "--state", "sandbox.json", "--detailed-exitcode"], { cwd });
    expect(again.code).toBe(0);
  });

  it("does not overwrite a state, and says when a port is taken", async () => {
    const cwd = folderWith(accessFiles);
    const sandbox = await serveSandbox(cwd);
    const init = await idc(["sandbox", "init", "--state", "sandbox.json"], { cwd });
    expect(init.code).toBe(3);
    expect(init.stderr).toContain("exists already");
    const port = new URL(sandbox.url).port;
    const second = await idc(["sandbox", "serve", "--state", "sandbox.json", "--port", port], { cwd });
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`Port ${port} cannot be had`);
    await sandbox.stop();
  });

  it("serves the organization of a file", async () => {
    const organization = `managementAccount: {id: "999900001111", name: management}
region: eu-central-1
accounts:
  - {id: "111122223333", name: only, email: only@example.com, ou: Workloads/Dev, tags: {}, status: ACTIVE}
`;
    const cwd = folderWith({ ...accessFiles, "org.yaml": organization, "bad.yaml": "accounts: 3\n" });
    const bad = await idc(["sandbox", "init", "--state", "bad.json", "--organization", "bad.yaml"], { cwd });
    expect(bad.code).toBe(3);
    expect(bad.stderr).toMatch(/^error: /);
    expect(existsSync(join(cwd, "bad.json"))).toBe(false);
    await idc(["sandbox", "init", "--state", "s.json", "--organization", "org.yaml"], { cwd });
    const plan = await idc(["plan", "--sandbox", "--state", "s.json", "--region", "eu-central-1"], { cwd });
    expect(plan.stdout).toContain("group developers gets Developer in only (111122223333)");
  });
});

describe("interrupted", () => {
  it("brings to an end what is under way, says what is left, and the next run converges", async () => {
    const oneByOne = "identityCenter: {region: eu-west-1, limits: {operationsInFlight: 1}}\n";
    const everywhere = accessFiles["access/sets.yaml"].replace("{ou: Workloads/Dev}", "{all: true}");
    const cwd = folderWith({
      ...accessFiles,
      "access/settings.yaml": oneByOne,
      "access/sets.yaml": everywhere,
    });
    const sandbox = await serveSandbox(cwd, "--settle", "300ms");
    const given = { cwd, env: sandbox.env };
    const apply = start(["apply", "--yes"], given);
    let isSent = false;
    apply.process.stderr?.on("data", (chunk: string) => {
      if (isSent || !chunk.includes("made: + group developers gets")) return;
      isSent = true;
      apply.process.kill("SIGINT");
    });
    const { code, stdout, stderr } = await apply.ended;
    expect(stderr).toContain("Stopping");
    expect(code).toBe(130);
    expect(stdout).toMatch(/\nInterrupted: \d of 12 changes done, \d not started\./);
    expect((await idc(["apply", "--yes"], given)).code).toBe(0);
    expect((await idc(["plan", "--detailed-exitcode"], given)).code).toBe(0);
    await sandbox.stop();
  });
});

describe("AWS that cannot be asked", () => {
  const cwd = folderWith(accessFiles);

  it.each([
    ["no credentials", {}, "--sandbox"],
    [
      "nobody at the address",
      { AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "y", AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
      "ECONNREFUSED",
    ],
  ])("%s: one sentence and what to do", async (_what, env, words) => {
    const { code, stdout, stderr } = await idc(["plan", "-q"], { cwd, env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain("help: ");
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n +at /);
  });
});

describe("idc profiles", () => {
  it("prints what a user can reach, and asks AWS for no more than the files need", async () => {
    const cwd = folderWith({
      ...accessFiles,
      "access/sets.yaml": accessFiles["access/sets.yaml"].replace("{ou: Workloads/Dev}", '"111122223333"'),
    });
    const offline = await idc(
      ["profiles", "--user", "alice", "--start-url", "https://corp.awsapps.com/start"],
      { cwd },
    );
    expect(offline.code).toBe(0);
    expect(offline.stdout).toContain(
      "sso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n",
    );
    expect(offline.stdout).toContain("sso_account_id = 111122223333\nsso_role_name = Developer\n");
    const found = await idc(["profiles", "--all", "--sandbox"], { cwd });
    expect(found.stdout).toContain("sso_start_url = https://d-1111222233.awsapps.com/start");
    const unknown = await idc(["profiles", "--user", "alicia", "--sandbox", "-q"], { cwd });
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toContain("Did you mean alice?");
  });

  it("writes into a file that is not all ours, and keeps what it was", async () => {
    const cwd = folderWith({ ...accessFiles, config: "[profile mine]\nregion = eu-west-1\n" });
    chmodSync(join(cwd, "config"), 0o640);
    const args = ["profiles", "--user", "alice", "--sandbox", "--write", "config", "--session-name", "corp"];
    expect(await idc(args, { cwd })).toMatchObject({ code: 0, stdout: "" });
    const written = readFileSync(join(cwd, "config"), "utf8");
    expect(written).toMatch(/^\[profile mine\]\nregion = eu-west-1\n/);
    expect(written).toContain("[sso-session corp]");
    expect(statSync(join(cwd, "config")).mode & 0o777).toBe(0o640);
    const backups = readdirSync(cwd).filter((name) => name.startsWith("config.bak"));
    expect(backups).toHaveLength(1);
    expect(readFileSync(join(cwd, backups[0] ?? ""), "utf8")).toBe("[profile mine]\nregion = eu-west-1\n");

    await idc(args, { cwd });
    expect(readFileSync(join(cwd, "config"), "utf8")).toBe(written);
    expect(readdirSync(cwd).filter((name) => name.startsWith("config.bak"))).toHaveLength(1);
  });
});
