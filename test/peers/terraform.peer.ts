import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../src/cli/clock.js";
import { connect } from "../../src/live/connect.js";
import type { Snapshot } from "../../src/model/snapshot.js";
import { folderWith } from "../cli/idc.js";
import { serveSandbox, type ServedSandbox } from "../cli/sandbox-process.js";
import { logged, providerCalls } from "./calls.js";
import { providersFolder } from "./machine.js";
import { blocksBelow, commandsOf, onPort } from "./page.js";
import { run, type Output } from "./processes.js";

/** The page's example, with one of each other resource beside it. */
const cwd = folderWith({});
const log = join(cwd, "log.jsonl");
const [example, shell] = blocksBelow("### Terraform");
const [init = "", apply = "", destroy = ""] = commandsOf(shell?.code ?? "");

let sandbox: ServedSandbox;
beforeAll(async () => {
  sandbox = await serveSandbox(cwd, "--settle", "500ms", "--log", log);
  writeFileSync(join(cwd, "main.tf"), onPort(new URL(sandbox.url).port, example?.code ?? ""));
  copyFileSync(new URL("everything.tf", import.meta.url), join(cwd, "everything.tf"));
  writeFileSync(
    join(cwd, "terraform.rc"),
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(providersFolder)}\n  }\n}\n`,
  );
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(cwd, { recursive: true });
});

/** What Terraform has asked so far. */
const asked = new Set<string>();

/** Terraform with nobody there to answer its questions. */
async function terraform(command: string, variables: Readonly<Record<string, string>> = {}): Promise<Output> {
  const [program = "", ...args] = command.split(" ");
  const before = logged(log).length;
  const output = await run(program, [...args, "-no-color"], {
    cwd,
    env: {
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: join(cwd, "terraform.rc"),
      TF_CLI_ARGS_apply: "-auto-approve",
      TF_CLI_ARGS_destroy: "-auto-approve",
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
    },
  });
  for (const call of logged(log).slice(before)) asked.add(call);
  return output;
}

async function snapshot(): Promise<Snapshot> {
  const connection = await connect({
    region: "eu-west-1",
    instanceArn: null,
    profile: null,
    endpoint: sandbox.url,
    credentials: { accessKeyId: "idc", secretAccessKey: "idc" },
    limits: { requestsPerSecond: Infinity, operationsInFlight: 10 },
    clock: systemClock,
  });
  try {
    return await connection.reader.snapshot({ kind: "all" }, new AbortController().signal);
  } finally {
    connection.close();
  }
}

const developer = {
  description: "For s3:ListAllMyBuckets",
  sessionDuration: "PT1H",
  relayState: "https://console.aws.amazon.com/",
  managedPolicies: ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
  customerManagedPolicies: [{ name: "Base", path: "/platform/" }],
  permissionsBoundary: { managedPolicy: "arn:aws:iam::aws:policy/PowerUserAccess" },
  tags: { action: "s3:ListAllMyBuckets" },
};

test("the page's first two commands make what is declared", async () => {
  expect(await terraform(init)).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await terraform(apply);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Apply complete! Resources: 11 added, 0 changed, 0 destroyed.");

  const { state, provisioned, lagging, gaps } = await snapshot();
  expect(state.users).toEqual(new Map([["alice", expect.objectContaining({ title: "Engineer" })]]));
  expect(state.groups).toEqual(
    new Map([["developers", { description: "Build and run with s3:ListAllMyBuckets" }]]),
  );
  expect([...state.memberships.values()]).toEqual([{ group: "developers", user: "alice" }]);
  expect(state.permissionSets.get("ReadOnly")).toMatchObject({ sessionDuration: "PT2H" });
  expect(state.permissionSets.get("Developer")).toMatchObject(developer);
  expect([...state.assignments.values()]).toEqual([
    { principalType: "group", principal: "developers", permissionSet: "Developer", account: "111122223333" },
  ]);
  expect(provisioned.get("Developer")).toEqual(["111122223333"]);
  expect({ lagging: [...lagging.values()].flat(), gaps }).toEqual({ lagging: [], gaps: [] });
});

test("another apply finds all as it was made, and changes what is declared otherwise", async () => {
  const { stdout } = await terraform(apply, { title: "", action: "s3:ListBucket" });
  expect(stdout).toContain("Plan: 0 to add, 3 to change, 0 to destroy.");
  expect(stdout).toContain("Apply complete! Resources: 0 added, 3 changed, 0 destroyed.");

  const { state, lagging } = await snapshot();
  expect(state.users.get("alice")).not.toHaveProperty("title");
  expect(state.groups.get("developers")).toEqual({ description: "Build and run with s3:ListBucket" });
  expect(state.permissionSets.get("Developer")).toMatchObject({
    ...developer,
    description: "For s3:ListBucket",
    tags: { action: "s3:ListBucket" },
  });
  expect([...lagging.values()].flat()).toEqual([]);
});

test("the page's last command takes everything away", async () => {
  const { stdout } = await terraform(destroy);
  expect(stdout).toContain("Destroy complete! Resources: 11 destroyed.");
  const { state } = await snapshot();
  expect({ ...state }).toEqual({
    users: new Map(),
    groups: new Map(),
    permissionSets: new Map(),
    memberships: new Map(),
    assignments: new Map(),
  });
});

test("Terraform has asked nothing that is not checked call by call, but for the organization", () => {
  const checked = new Set(["ListInstances", ...Object.values(providerCalls).flat()]);
  expect([...asked].filter((call) => !checked.has(call)).sort()).toEqual([
    "ListAccountsForParent",
    "ListOrganizationalUnitsForParent",
  ]);
  expect(asked).toContain("DescribeAccountAssignmentDeletionStatus");
});
