import { CreateGroupCommand, GetGroupIdCommand } from "@aws-sdk/client-identitystore";
import { ListInstancesCommand } from "@aws-sdk/client-sso-admin";
import { expect, test } from "vitest";
import type { Terminal } from "../../src/cli/terminal.js";
import { waitTeller } from "../../src/cli/waiting.js";
import type { Principal } from "../../src/plan/missing-principals.js";
import { folderWith, start } from "./idc.js";
import { serveSandbox } from "./sandbox-process.js";

const files = {
  "access/settings.yaml": "identityCenter: {identitySource: external}\n",
  "access/rules.yaml": `permissionSets: {Read: {}}
assignments: [{groups: [late], permissionSets: [Read], accounts: ["111122223333"]}]
`,
};

test("an apply waits for a group that the provider is just making, and then makes what was asked for", async () => {
  const cwd = folderWith(files);
  const sandbox = await serveSandbox(cwd);
  const apply = start(["apply", "--yes", "--wait-for-principals", "10m"], { cwd, env: sandbox.env });
  await apply.told("Waiting for group late to come to Identity Center, 10m left …");
  const { Instances } = await sandbox.ssoAdmin.send(new ListInstancesCommand({}));
  const store = { IdentityStoreId: Instances?.[0]?.IdentityStoreId ?? "" };
  await sandbox.identityStore.send(new CreateGroupCommand({ ...store, DisplayName: "late" }));
  const { code, stdout } = await apply.ended;
  expect(code).toBe(0);
  expect(stdout).toContain("+ group late gets Read in sandbox");
  expect(stdout).toMatch(/Applied: 2 changes, all done\.\n$/);
  await sandbox.stop();
});

test("Ctrl-C ends the waiting at once, and nothing was changed", async () => {
  const cwd = folderWith(files);
  const sandbox = await serveSandbox(cwd);
  const apply = start(["apply", "--yes", "--wait-for-principals", "1h"], { cwd, env: sandbox.env });
  await apply.told("Waiting for group late");
  apply.process.kill("SIGINT");
  const { code, stdout, stderr } = await apply.ended;
  expect([code, stdout]).toEqual([130, ""]);
  expect(stderr).toMatch(/\nInterrupted\. Nothing was changed\.\n$/);
  const { Instances } = await sandbox.ssoAdmin.send(new ListInstancesCommand({}));
  const lookUp = new GetGroupIdCommand({
    IdentityStoreId: Instances?.[0]?.IdentityStoreId ?? "",
    AlternateIdentifier: { UniqueAttribute: { AttributePath: "displayName", AttributeValue: "late" } },
  });
  await expect(sandbox.identityStore.send(lookUp)).rejects.toThrow("not found");
  await sandbox.stop();
});

/** What is said on lines of their own (`+`) and on the live line (`.`) of rounds with so many seconds left. */
function toldOf(rounds: readonly (readonly [late: readonly Principal[], left: number])[]): readonly string[] {
  const said: string[] = [];
  const nothing = (): void => {};
  const terminal: Terminal = {
    out: nothing,
    err: nothing,
    step: (text) => void said.push(`+ ${text}`),
    detail: (text) => void said.push(`. ${text}`),
    rest: nothing,
    color: { out: false, err: false },
    width: 80,
  };
  const tell = waitTeller(terminal);
  for (const [late, left] of rounds) tell(late, left * 1000);
  return said;
}

const groups = (...names: readonly string[]): readonly Principal[] =>
  names.map((name) => ({ type: "group", name }));

test("a waiting is told when it begins, when somebody has come, and once a minute", () => {
  const some = groups("a", "b");
  expect(
    toldOf([
      [some, 600],
      [some, 570],
      [some, 540],
      [groups("b"), 538.5],
      [groups("b"), 500],
      [groups("b"), 478.5],
      [groups("b"), 59.5],
    ]),
  ).toEqual([
    "+ Waiting for group a and group b to come to Identity Center, 10m left …",
    ". Waiting for group a and group b to come to Identity Center, 10m left …",
    "+ Waiting for group a and group b to come to Identity Center, 9m left …",
    "+ Waiting for group b to come to Identity Center, 9m left …",
    ". Waiting for group b to come to Identity Center, 9m left …",
    "+ Waiting for group b to come to Identity Center, 8m left …",
    "+ Waiting for group b to come to Identity Center, 1m left …",
  ]);
});

test("of many who are waited for three are named, so that a terminal does nothing but show them", () => {
  expect(
    toldOf([[[{ type: "user", name: "\u001b]0;x\u0007\n::add-mask::" }, ...groups("b", "c", "d", "e")], 60]]),
  ).toEqual([expect.stringMatching(/^\+ Waiting for user \P{Cc}*, group b, group c and 2 more to come/u)]);
});
