import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { gitIn } from "../support/git.js";
import { folderWith, idc } from "./idc.js";

// A team with a folder of its own, in a real repository: what the commands say and end with, and docs/safety.md shows.

const delegating = (sets: string): string => `delegations:
  - files: "teams/payments/**"
    groups: ["payments-*"]
    permissionSets: [${sets}]
    accounts: [payments-dev, payments-prod]
`;
const rules = (set: string, accounts: string): string => `groups:
  payments-devs: {members: [alice]}
assignments:
  - groups: [payments-devs]
    permissionSets: [${set}]
    accounts: [${accounts}]
`;
const settings = "access/settings.yaml";
const team = "access/teams/payments/rules.yaml";
const page = readFileSync(new URL("../../docs/safety.md", import.meta.url), "utf8");
let folder = "";
let applied = "";

beforeAll(async () => {
  folder = folderWith({
    "access/people.yaml": "users:\n  alice: {givenName: Alice, familyName: Nguyen}\n",
    "access/sets.yaml": "permissionSets: {ReadOnly: {}, PaymentsDeploy: {}, AdministratorAccess: {}}\n",
    [settings]: delegating("ReadOnly, PaymentsDeploy"),
    [team]: rules("ReadOnly", "payments-dev"),
    ".gitignore": ".idc/\n",
  });
  gitIn(folder, "init", "--quiet", "--initial-branch", "main");
  applied = commit();
  const { code, stderr } = await run("apply", "--sandbox", "--yes");
  if (code !== 0) throw new Error(stderr);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  gitIn(folder, "checkout", "--quiet", "--force", "--detach", applied);
});

function commit(): string {
  gitIn(folder, "add", "--all");
  gitIn(folder, "commit", "--quiet", "--message", "change");
  return gitIn(folder, "rev-parse", "HEAD");
}

async function run(...args: readonly string[]) {
  return idc([...args, "--quiet"], { cwd: folder });
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(join(folder, path), text);
}

test("the page shows the settings that were tried", () => {
  expect(page).toContain(delegating("ReadOnly, PaymentsDeploy"));
});

test("what is outside by its name is told by validate, with its line and whom to ask", async () => {
  await write(team, rules("AdministratorAccess", "payments-dev"));
  const { code, stdout } = await run("validate");
  expect(code).toBe(3);
  expect(stdout).toMatch(/^access\/teams\/payments\/rules\.yaml:5:22 error outside-delegation {2}"Admin/);
  expect(page).toContain(`$ idc validate\n${stdout}`);
});

test("what is outside by its account is told by plan, and apply writes nothing", async () => {
  await write(team, rules("ReadOnly", "{all: true}"));
  expect(await run("validate")).toMatchObject({ code: 0 });
  for (const command of [["plan"], ["apply", "--yes"]]) {
    const { code, stdout, stderr } = await run(...command, "--sandbox");
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(
      /^access\/teams\/payments\/rules\.yaml:6:16 error outside-delegation {2}111122223333/,
    );
    expect(page).toContain(`$ idc plan\n${stderr}`);
  }
});

test("a delegation that the same change widens is told with the commit at which it was narrower", async () => {
  await write(settings, delegating("ReadOnly, PaymentsDeploy, AdministratorAccess"));
  await write(team, rules("AdministratorAccess", "payments-dev"));
  commit();
  expect(await run("validate")).toMatchObject({ code: 0 });
  for (const command of [["plan"], ["plan", "--base", applied], ["apply", "--yes"], ["drift"]]) {
    const { code, stdout, stderr } = await run(...command, "--sandbox");
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(
      `assign yet: at ${applied}, ${settings}:2 delegated ReadOnly and PaymentsDeploy`,
    );
    expect(page).toContain(
      `$ idc plan\n${stderr.replace(applied, "3f1c9e0a5b7d42c6881e6a1d0f9b2c4e7a6d5c38")}`,
    );
  }
});

test("applied one after the other, it is fine", async () => {
  await write(settings, delegating("ReadOnly, PaymentsDeploy, AdministratorAccess"));
  commit();
  expect(await run("apply", "--sandbox", "--yes")).toMatchObject({ code: 0 });
  await write(team, rules("AdministratorAccess", "payments-dev"));
  commit();
  const { code, stdout } = await run("apply", "--sandbox", "--yes");
  expect(code).toBe(0);
  expect(stdout).toContain("AdministratorAccess");
});
