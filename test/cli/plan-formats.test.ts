import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateGroupMembershipCommand,
  CreateUserCommand,
  GetGroupIdCommand,
} from "@aws-sdk/client-identitystore";
import {
  ListInstancesCommand,
  ListPermissionSetsCommand,
  ProvisionPermissionSetCommand,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { accessFiles } from "./files.js";
import { folderWith, idc } from "./idc.js";
import { serveSandbox } from "./sandbox-process.js";

describe("--format markdown", () => {
  it("gives plan and drift as a comment takes them, and nothing else on stdout", async () => {
    const cwd = folderWith(accessFiles);
    const env = { FORCE_COLOR: "1" };
    const plan = await idc(["plan", "--sandbox", "--format", "markdown", "--detailed-exitcode"], {
      cwd,
      env,
    });
    expect(plan.code).toBe(2);
    expect(plan.stdout).toMatch(/^\*\*2 people gain access\*\*\n\n8 changes: 8 to add\.\n\n### People\n/);
    expect(plan.stdout).toMatch(/\n<sub>Plan `sha256:[\da-f]{64}` .*<\/sub>\n$/);
    expect(plan.stdout).not.toContain("\u001b");
    expect(plan.stderr).toContain("Planning");
    const drift = await idc(["drift", "--sandbox", "--format", "markdown"], { cwd, env });
    expect(drift.code).toBe(2);
    expect(drift.stdout).toMatch(
      /^\*\*8 differences · 2 people lack access that the files give\*\*\n\n### Changed by hand\n/,
    );
  });

  it("tells what is wrong on stderr when there is no plan, as text does", async () => {
    const broken = folderWith({ ...accessFiles, "access/x.yaml": "users: {zed: {givenName: Z}}" });
    const whole = folderWith(accessFiles);
    for (const command of ["plan", "drift"]) {
      const faulty = await idc([command, "--sandbox", "--format", "markdown"], { cwd: broken });
      expect(faulty).toMatchObject({ code: 3, stdout: "" });
      expect(faulty.stderr).toContain("access/x.yaml:1:9 error missing-key");
      const lost = await idc([command, "--format", "markdown"], { cwd: whole });
      expect(lost).toMatchObject({ code: 1, stdout: "" });
      expect(lost.stderr).toContain("error: ");
    }
  });
});

describe("drift --deep", () => {
  it("tells in every format what no apply takes away, and ends as without it", async () => {
    const cwd = folderWith(accessFiles);
    const sandbox = await serveSandbox(cwd);
    const given = { cwd, env: sandbox.env };
    expect((await idc(["apply", "--yes", "-q"], given)).code).toBe(0);
    const { Instances: [{ InstanceArn } = {}] = [] } = await sandbox.ssoAdmin.send(
      new ListInstancesCommand({}),
    );
    const { PermissionSets = [] } = await sandbox.ssoAdmin.send(
      new ListPermissionSetsCommand({ InstanceArn }),
    );
    await sandbox.ssoAdmin.send(
      new ProvisionPermissionSetCommand({
        InstanceArn,
        PermissionSetArn: PermissionSets[0],
        TargetType: "AWS_ACCOUNT",
        TargetId: "555500001111",
      }),
    );

    const shallow = await idc(["drift", "-q"], given);
    expect(shallow).toMatchObject({ code: 0, stderr: "" });
    expect(shallow.stdout).not.toContain("web-prod");
    const text = await idc(["drift", "--deep", "-q"], given);
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toMatch(
      /^note: web-prod \(555500001111\) has the role of Developer, and nobody is assigned it there\.\n {2}help: .*\n +Or in the files: /,
    );
    expect(text.stdout).toMatch(/\nNo drift\. Identity Center matches access\/ \(.*\)\.\n$/);
    const json = await idc(["drift", "--deep", "-q", "--format", "json"], given);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      0,
      { changes: [], notes: [{ code: "ghost-role", severity: "info", source: null, change: null }] },
    ]);
    const markdown = await idc(["drift", "--deep", "-q", "--format", "markdown"], given);
    expect([markdown.code, markdown.stdout]).toEqual([
      0,
      expect.stringContaining("has the role of Developer"),
    ]);
    await sandbox.stop();
  });
});

describe("with a base", () => {
  it("what was changed by hand is told apart from what the files change, in every format", async () => {
    const cwd = folderWith({ ...accessFiles, ".gitignore": "sandbox.json\n" });
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd,
        encoding: "utf8",
      });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "first");
    const sandbox = await serveSandbox(cwd);
    const given = { cwd, env: sandbox.env };
    expect((await idc(["apply", "--yes"], given)).code).toBe(0);

    const IdentityStoreId = "d-1111222233";
    const { UserId = "" } = await sandbox.identityStore.send(
      new CreateUserCommand({
        IdentityStoreId,
        UserName: "mallory",
        DisplayName: "M",
        Name: { GivenName: "M", FamilyName: "M" },
      }),
    );
    const { GroupId } = await sandbox.identityStore.send(
      new GetGroupIdCommand({
        IdentityStoreId,
        AlternateIdentifier: {
          UniqueAttribute: { AttributePath: "displayName", AttributeValue: "developers" },
        },
      }),
    );
    await sandbox.identityStore.send(
      new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId: { UserId } }),
    );
    const people = accessFiles["access/people.yaml"].replace("[alice, bob]", "[alice]");
    writeFileSync(join(cwd, "access/people.yaml"), people);
    git("commit", "-qam", "second");

    const plan = await idc(["plan", "--base", "HEAD~1", "-q"], given);
    const [ours = "", earlier = ""] = plan.stdout.split("\nAlready different before this change\n");
    expect(ours).toContain("\n- bob leaves group developers ");
    expect(ours).not.toContain("mallory");
    expect(earlier).toContain("\nChanged by hand\n- user mallory is disabled: ");
    expect(earlier).toContain("\n- mallory loses Developer in payments-dev and sandbox ");
    expect(earlier).not.toContain("bob");
    const base = git("rev-parse", "--short=12", "HEAD~1").trim();
    expect(earlier).toContain(`\nCompared with ${base}, which was applied last.\nPlan: `);

    const markdown = await idc(["plan", "--base", "HEAD~1", "--format", "markdown", "-q"], given);
    expect(markdown.stdout).toMatch(
      /^\*\*1 person loses access · 2 differences were there before this change, by which 1 person loses access\*\*\n/,
    );
    const targeted = await idc(["plan", "--base", "HEAD~1", "--targeted", "-q"], given);
    expect(targeted.stdout).toContain("\nOnly what this change touches was read from Identity Center;");

    const drift = await idc(["drift", "-q"], given);
    expect(drift.code).toBe(2);
    const [byHand = "", notApplied = ""] = drift.stdout.split("\nChanged in the files and not applied yet\n");
    expect(byHand).toContain("\nChanged by hand\n+ user mallory is to have no access and has some");
    expect(notApplied).toMatch(/^\+ bob is in group developers /);
    await sandbox.stop();
  });
});
