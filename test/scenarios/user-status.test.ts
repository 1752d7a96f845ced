import { afterEach, describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import type { ApplyOrder, ApplyRun } from "../../src/run/apply.js";
import { runPlan } from "../../src/run/plan.js";
import { planPhrase } from "../../src/report/phrase.js";
import { scimPath } from "../../src/sandbox/scim/route.js";
import { serve } from "../../src/sandbox/server.js";
import type { Server } from "../../src/sandbox/server.js";
import { reopen, suspend } from "../run/revoke-world.js";
import { createRunWorld, type RunWorld } from "../run/run-world.js";

// Where the settings give a SCIM endpoint, the status itself is set: for somebody who leaves after all their access is
// gone, for somebody who comes back before anything is given to them.

const people = (ben: string): string => `
users:
  ann: {givenName: Ann, familyName: Lee, email: ann@example.com}
  ben: {givenName: Ben, familyName: Ray, email: ben@example.com${ben}}
groups:
  dev: {members: [ann, ben]}
permissionSets:
  Deploy: {sessionDuration: PT2H}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: ["111122223333"]}
  - {users: [ben], permissionSets: [Deploy], accounts: ["444455556666"]}
`;
const scim = '{endpoint: "https://scim.example.com/tenant/scim/v2/", tokenEnv: IDC_SCIM_TOKEN}';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

type Provided = RunWorld & {
  apply(): Promise<ApplyRun>;
  asked(): ApplyOrder & Parameters<typeof runPlan>[0];
};

/** Ann and ben are there, enabled, in group dev; SCIM is served on a real port, and the files lead there. */
async function established(token: string | null = "as the sandbox has it"): Promise<Provided> {
  const world = createRunWorld({
    "access/settings.yaml": `identityCenter: {scim: ${scim}}\n`,
    "access/all.yaml": people(""),
  });
  const server = await serve({ sandbox: world.sandbox });
  servers.push(server);
  const access = world.sandbox.state.scim;
  const asked = () =>
    world.order({
      connect: async (settings) => {
        const connection = await world.connect({
          scim: settings.scim && {
            endpoint: `${server.url}${scimPath(access)}`,
            token: token === "as the sandbox has it" ? access.token : token,
            tokenEnv: settings.scim.tokenEnv,
          },
        });
        return { ...connection, operationsInFlight: 10 };
      },
    });
  const provided = Object.assign(world, { apply: async () => runApply(asked()), asked });
  expect((await provided.apply()).verdicts).toEqual([]);
  world.sent.length = 0;
  return provided;
}

function statusOf(world: RunWorld, name: string): unknown {
  const [user] = world.sandbox.state.users.by("name", name);
  return world.store("DescribeUser", { UserId: user?.id ?? "" })["UserStatus"];
}

describe("a user's status", () => {
  test("is DISABLED once the files say disabled, after every access is gone", async () => {
    const world = await established();
    world.files["access/all.yaml"] = people(", status: disabled");
    const { plan } = await runPlan(world.asked());
    expect(plan?.notes).toEqual([]);
    expect(plan?.changes.find(({ kind }) => kind === "user")).toMatchObject({
      action: "disable",
      fields: expect.arrayContaining([{ path: "status", before: "enabled", after: "disabled" }]),
    });
    let left = -1;
    const run = await runApply({
      ...world.asked(),
      onChange: (event) => {
        if (event.type === "started" && event.change.kind === "user")
          left = world.sandbox.state.memberships.size + world.sandbox.state.assignments.size;
      },
    });
    expect(run.verdicts).toEqual([]);
    // Ann's membership and the group's grant.
    expect(left).toBe(2);
    expect(statusOf(world, "ben")).toBe("DISABLED");
    expect((await runPlan(world.asked())).plan).toMatchObject({ changes: [], withheld: [], notes: [] });
  });

  test("is set although nothing is left to take away", async () => {
    const world = await established();
    world.files["access/settings.yaml"] = "identityCenter: {}\n";
    world.files["access/all.yaml"] = people(", status: disabled");
    expect((await world.apply()).verdicts).toEqual([]);
    expect(statusOf(world, "ben")).toBe("ENABLED");

    world.files["access/settings.yaml"] = `identityCenter: {scim: ${scim}}\n`;
    const run = await world.apply();
    expect(run.verdicts).toEqual([]);
    expect(run.result?.outcomes.map(({ change }) => `${change.action} ${change.id}`)).toEqual([
      "disable user:ben",
    ]);
    expect(statusOf(world, "ben")).toBe("DISABLED");
  });

  test("is set although something of theirs cannot be taken away, once, and it is told what stays", async () => {
    const world = await established();
    suspend(world, "444455556666");
    world.files["access/all.yaml"] = people(", status: disabled");
    const run = await world.apply();
    expect(run.verdicts).toEqual([]);
    expect(run.result?.outcomes.map(({ change }) => `${change.action} ${change.id}`)).toEqual([
      "delete membership:dev/ben",
      "disable user:ben",
    ]);
    const disabled = run.plan?.changes.find(({ action }) => action === "disable");
    expect(disabled).toMatchObject({
      dependsOn: ["membership:dev/ben"],
      fields: expect.arrayContaining([
        { path: "assignments", before: ["Deploy in 444455556666"], after: ["Deploy in 444455556666"] },
      ]),
    });
    expect(disabled && planPhrase(disabled, {}).words).toContain("but what is withheld");
    expect(statusOf(world, "ben")).toBe("DISABLED");
    expect((await runPlan(world.asked())).plan).toMatchObject({
      changes: [],
      withheld: [{ code: "account-inactive" }, { code: "depends-on-withheld" }],
    });
  });

  test("is set for who is to be deleted and cannot be yet", async () => {
    const world = await established();
    suspend(world, "444455556666");
    world.files["access/settings.yaml"] = `identityCenter: {onUserRemoval: delete, scim: ${scim}}\n`;
    world.files["access/all.yaml"] = people("")
      .replace(/^ {2}(ben:|- \{users:).*\n/gm, "")
      .replace(", ben", "");
    const { plan, verdicts } = await world.apply();
    expect(verdicts).toEqual([]);
    expect(plan?.notes.map(({ code }) => code)).toEqual(["deletion-waits"]);
    expect(statusOf(world, "ben")).toBe("DISABLED");
    expect((await runPlan(world.asked())).plan?.changes).toEqual([]);

    reopen(world, "444455556666");
    expect((await world.apply()).verdicts).toEqual([]);
    expect(world.sandbox.state.users.by("name", "ben")).toEqual([]);
    expect((await runPlan(world.asked())).plan).toMatchObject({ changes: [], withheld: [], notes: [] });
  });

  test("is ENABLED again before anything is given or edited", async () => {
    const world = await established();
    world.files["access/all.yaml"] = people(", status: disabled");
    await world.apply();
    world.files["access/all.yaml"] = people(", title: Engineer");
    const { plan } = await runPlan(world.asked());
    expect(plan?.withheld).toEqual([]);
    const given = plan?.changes.filter(({ action }) => action === "create") ?? [];
    expect(given.map(({ dependsOn }) => dependsOn)).toEqual(given.map(() => ["user:ben"]));
    expect((await world.apply()).verdicts).toEqual([]);
    expect(statusOf(world, "ben")).toBe("ENABLED");
    expect((await runPlan(world.asked())).plan?.changes).toEqual([]);
  });

  test("of somebody who is kept elsewhere is set as well, and what the provider owns is told", async () => {
    const world = await established();
    world.files["access/settings.yaml"] =
      `identityCenter: {identitySource: external, scim: ${scim}, manage: {permissionSets: none}}\n`;
    world.files["access/all.yaml"] = `
users:
  ben: {status: disabled}
assignments:
  - {groups: [dev], permissionSets: [Deploy], accounts: ["111122223333"]}
`;
    const run = await world.apply();
    expect(run.verdicts).toEqual([]);
    expect(run.plan?.notes.map(({ code }) => code)).toEqual(["leavers-at-provider"]);
    expect(statusOf(world, "ben")).toBe("DISABLED");
    expect(statusOf(world, "ann")).toBe("ENABLED");
    expect(world.sandbox.state.users.size).toBe(2);
    expect(world.sandbox.state.memberships.size + world.sandbox.state.assignments.size).toBe(2);
  });

  test.each([
    [null, "The environment variable IDC_SCIM_TOKEN, which holds the SCIM token, is not set."],
    ["another-token", "SCIM does not accept the token"],
  ])("fails alone with the token %j", async (token, words) => {
    const world = await established(token);
    world.files["access/all.yaml"] = people(", status: disabled").replace("PT2H", "PT4H");
    const run = await world.apply();
    expect(run.verdicts).toEqual(["incomplete"]);
    const failed = run.result?.outcomes.flatMap(({ change, outcome }) =>
      outcome.status === "failed" ? [`${change.id}: ${outcome.error.message}`] : [],
    );
    expect(failed).toEqual([expect.stringContaining(words)]);
    expect(failed?.[0]).toMatch(/^user:ben: /);
    expect(JSON.stringify(run)).not.toContain("another-token");
    expect(world.sandbox.state.memberships.size + world.sandbox.state.assignments.size).toBe(2);
    expect([...world.sandbox.state.permissionSets.values()][0]).toMatchObject({
      content: { sessionDuration: "PT4H" },
    });
  });
});
