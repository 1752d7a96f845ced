import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deserialize } from "../../src/sandbox/state.js";
import type { SandboxState } from "../../src/sandbox/state.js";
import { isWrite } from "../../src/sandbox/trouble.js";
import { folderWith, idc, start } from "./idc.js";
import type { Ended } from "./idc.js";
import { accessFiles } from "./files.js";
import { relayTo } from "./relay.js";
import { serveSandbox } from "./sandbox-process.js";
import type { ServedSandbox } from "./sandbox-process.js";

// The real command in processes of its own, over HTTP: as somebody would run it whose colleague's laptop was stolen.

let cwd: string;
let sandbox: ServedSandbox;

beforeAll(async () => {
  cwd = folderWith(accessFiles);
  sandbox = await serveSandbox(cwd, "--settle", "80ms", "--log", "requests.jsonl");
  const { code } = await run("apply", "--yes", "--quiet");
  if (code !== 0) throw new Error("the company could not be founded");
});

afterAll(async () => {
  await sandbox.stop();
});

function run(...args: readonly string[]): Promise<Ended> {
  return idc(args, { cwd, env: sandbox.env });
}

type Logged = { readonly service: string; readonly operation: string; readonly outcome: string };

function logged(): readonly Logged[] {
  const lines = readFileSync(join(cwd, "requests.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Logged);
}

describe.sequential("idc revoke", () => {
  it("asks, and does nothing where nobody can answer", async () => {
    const { code, stdout, stderr } = await run("revoke", "bob");
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain("- bob leaves group developers");
    expect(stderr).toContain("error nobody-there");
    expect(logged().filter(({ operation }) => operation === "DeleteGroupMembership")).toEqual([]);
  });

  it("takes no name for another, and says what is wrong with a command line", async () => {
    expect(await run("revoke", "Bob", "--yes")).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining(
        'error user-name-case  There is no user "Bob" in Identity Center, but "bob"',
      ),
    });
    const json = await run("revoke", "nobody", "--yes", "--format", "json");
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      exitCode: 3,
      result: null,
      diagnostics: [{ code: "no-such-user" }],
    });
    expect((await run("revoke")).code).toBe(3);
    expect((await run("revoke", "bob", "--lift", "--sessions")).code).toBe(3);
  });

  it("ends access first of all, with files that nobody can read, by the log of the service", async () => {
    writeFileSync(join(cwd, "access/people.yaml"), "users: {bob: [\n");
    const before = logged().length;
    const { code, stdout, stderr } = await run("revoke", "bob", "--sessions", "--yes");
    expect(stderr).toContain("warning files-unsound");
    expect(stdout).toContain("- bob leaves group developers\n");
    expect(stdout).toMatch(/- sessions of Developer are cut off, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n/);
    expect(stdout).toContain('Users, bob, "Disable user access"');
    expect(stdout).toMatch(/\nRevoked: everything of bob is taken away, and was seen to be gone\. [^\n]*\n$/);
    expect(code).toBe(0);
    const writes = logged().slice(before).filter(isWrite);
    expect(writes.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
      "DeleteGroupMembership ok",
      "TagResource ok",
      "PutInlinePolicyToPermissionSet ok",
      "ProvisionPermissionSet ok",
    ]);
    writeFileSync(join(cwd, "access/people.yaml"), accessFiles["access/people.yaml"]);
  });

  it("holds against the files", async () => {
    const plan = await run("plan", "--detailed-exitcode");
    expect(plan.stdout).toContain("bob is revoked since");
    expect(plan.code).toBe(0);
    expect((await run("apply", "--yes")).stdout).toContain("No changes.");
  });

  it("is lifted, and then the files count again", async () => {
    const lifted = await run("revoke", "bob", "--lift", "--yes", "--format", "json");
    expect(lifted.code).toBe(0);
    expect(JSON.parse(lifted.stdout)).toMatchObject({
      formatVersion: "1",
      exitCode: 0,
      result: { user: "bob", isLifted: true, sets: [{ permissionSet: "Developer", status: "done" }] },
    });
    expect((await run("apply", "--yes")).stdout).toContain("+ bob joins group developers");
    const again = await run("revoke", "bob", "--lift", "--yes");
    expect(again).toMatchObject({ code: 0, stdout: "bob is not revoked: there is nothing to lift.\n" });
  });

  /** A run that stands still when it is about to tag the instance, and then gets the signal. */
  async function stopped(signal: NodeJS.Signals): Promise<Ended> {
    const relay = await relayTo(sandbox, (operation) => (operation === "TagResource" ? "before" : null));
    const running = start(["revoke", "bob", "--yes", "--sessions"], { cwd, env: relay.env });
    await relay.reached;
    running.process.kill(signal);
    if (signal === "SIGINT") await running.told("Stopping");
    relay.release();
    const ended = await running.ended;
    await relay.close();
    return ended;
  }

  async function takenUp(): Promise<void> {
    const again = await run("revoke", "bob", "--yes", "--sessions");
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining("- sessions of Developer are cut off"),
    ]);
    expect((await run("revoke", "bob", "--yes", "--lift")).code).toBe(0);
    expect((await run("apply", "--yes", "--quiet")).code).toBe(0);
  }

  it("by Ctrl-C stops safely and says what was not begun; the same once more ends it", async () => {
    const { code, stdout } = await stopped("SIGINT");
    expect(code).toBe(130);
    expect(stdout).toContain("- bob leaves group developers");
    expect(stdout).toMatch(
      /\nInterrupted: .*not begun: the look whether something is there again, the sessions\./,
    );
    await takenUp();
  });

  it("that is killed is ended by the same once more", async () => {
    expect((await stopped("SIGKILL")).code).toBeNull();
    await takenUp();
  });

  it("needs no folder", async () => {
    const empty = folderWith({});
    const { code, stderr } = await idc(["revoke", "alice", "--yes"], { cwd: empty, env: sandbox.env });
    expect([code, stderr]).toEqual([0, expect.stringContaining("warning files-unsound")]);
    await sandbox.stop();
    const state: SandboxState = deserialize(readFileSync(join(cwd, "sandbox.json"), "utf8"));
    const [alice] = state.users.by("name", "alice");
    expect(state.memberships.by("user", alice?.id ?? "")).toEqual([]);
  });
});
