import { noConsent } from "../../src/plan/consent.js";
import type { Consent } from "../../src/plan/consent.js";
/** People who are kept elsewhere: what idc does with them, and what it leaves to whoever keeps them. */
import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import type { ApplyRun } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runDrift, runPlan } from "../../src/run/plan.js";
import { setUserStatus } from "../../src/sandbox/state.js";
import { createRunWorld } from "../run/run-world.js";
import type { RunWorld } from "../run/run-world.js";
import { accounts, text } from "../sandbox/world.js";

const { dev } = accounts;

/** The same company, with the names as each source gives them. */
const sources = [
  {
    source: "external",
    issuer: "https://scim.eu-west-1.amazonaws.com/tenant/scim/v2/",
    alice: "alice@example.com",
    bob: "bob@example.com",
    team: "Cloud Developers",
    admins: "SEC/Cloud: Admins (#1)",
  },
  {
    source: "active-directory",
    issuer: "d-9067000000",
    alice: "alice@corp.example.com",
    bob: "CORP\\bob",
    team: "Cloud Developers@corp.example.com",
    admins: "SEC/Cloud: Admins (#1)@corp.example.com",
  },
] as const;

type Company = (typeof sources)[number];

/** A company whose people the source has put there: alice is in the team, bob is an administrator. */
function companyOf({ source, alice, bob, team, admins, issuer }: Company): RunWorld {
  const world = createRunWorld({
    "access/settings.yaml": `identityCenter: {identitySource: ${source}}\n`,
    "access/rules.yaml": `permissionSets: {Read: {}, Admin: {}}
assignments:
  - {groups: [${JSON.stringify(team)}], permissionSets: [Read], accounts: ["${dev}"]}
  - groups: [${JSON.stringify(admins)}]
    users: [${JSON.stringify(alice)}]
    permissionSets: [Admin]
    accounts: ["${dev}"]
`,
  });
  world.member(provided(world, "group", team, issuer), provided(world, "user", alice, issuer));
  world.member(provided(world, "group", admins, issuer), provided(world, "user", bob, issuer));
  return world;
}

/** What the source makes in Identity Center, as SCIM or the synchronisation does. */
function provided(world: RunWorld, type: "user" | "group", name: string, Issuer: string): string {
  const id = type === "user" ? world.user(name) : world.group(name);
  const { users, groups } = world.sandbox.state;
  const externalIds = [{ Issuer, Id: id }];
  const [user, group] = [users.get(id), groups.get(id)];
  if (user !== undefined) users.set(id, { ...user, externalIds });
  if (group !== undefined) groups.set(id, { ...group, externalIds });
  return id;
}

function groupId(world: RunWorld, name: string): string {
  const alternate = { UniqueAttribute: { AttributePath: "displayName", AttributeValue: name } };
  return text(world.store("GetGroupId", { AlternateIdentifier: alternate }), "GroupId");
}

async function applied(
  world: RunWorld,
  allow: Consent["allow"] = noConsent.allow,
): Promise<ApplyRun & { readonly code: number }> {
  const run = await runApply(world.order({ consent: { ...noConsent, allow } }));
  return { ...run, code: exitCode(run.verdicts) };
}

/** Everything that the source keeps. */
function people({ sandbox: { state } }: RunWorld): string {
  return JSON.stringify([state.users, state.groups, state.memberships].map((table) => [...table.values()]));
}

/** Who holds what, by the ids' names; `#` for who is not there any more. */
function grants({ sandbox: { state } }: RunWorld): readonly string[] {
  const sets = new Map([...state.permissionSets.values()].map(({ arn, name }) => [arn, name]));
  return [...state.assignments.values()]
    .map(({ principalId, permissionSetArn }) => {
      const user = state.users.get(principalId)?.attributes.UserName;
      return `${user ?? state.groups.get(principalId)?.displayName ?? "#"}: ${sets.get(permissionSetArn)}`;
    })
    .sort();
}

function edit(world: RunWorld, from: string, to: string): void {
  for (const [path, yaml] of Object.entries(world.files)) world.files[path] = yaml.replace(from, to);
}

describe.each(sources)("people who are kept elsewhere: $source", (company) => {
  const { alice, team, admins, issuer, source } = company;

  test("get what rules give their groups and them; nothing of them is changed, and then nothing is to do", async () => {
    const world = companyOf(company);
    const before = people(world);
    const { code, plan, diagnostics } = await applied(world);
    expect(code).toBe(0);
    expect(grants(world)).toEqual([`${admins}: Admin`, `${alice}: Admin`, `${team}: Read`].toSorted());
    expect(people(world)).toBe(before);
    expect([diagnostics, plan?.diagnostics]).toEqual([[], []]);
    expect(plan?.access.gained.map(({ user, via }) => `${user} ${via.join()}`)).toContain(
      `${alice} group/${team}`,
    );
    const next = await runPlan(world.order());
    expect([next.plan?.changes, next.plan?.withheld, next.verdicts]).toEqual([[], [], []]);
  });

  test("are no drift, whatever their source does with them", async () => {
    const world = companyOf(company);
    await applied(world);
    world.member(groupId(world, team), provided(world, "user", "carol", issuer));
    provided(world, "group", "New Team", issuer);
    for (const { id } of world.sandbox.state.memberships.by("group", groupId(world, admins)))
      world.store("DeleteGroupMembership", { MembershipId: id });
    const { plan, verdicts } = await runDrift(world.order());
    expect([plan?.changes, verdicts]).toEqual([[], []]);
  });

  test("lose what nobody gives them, by hand or no longer", async () => {
    const world = companyOf(company);
    await applied(world);
    const [admin] = [...world.sandbox.state.permissionSets.values()].filter(({ name }) => name === "Admin");
    world.assign(admin?.arn ?? "", groupId(world, team));
    edit(world, `    users: [${JSON.stringify(alice)}]\n`, "");
    expect((await applied(world)).code).toBe(0);
    expect(grants(world)).toEqual([`${admins}: Admin`, `${team}: Read`].toSorted());
  });

  test("who are gone are missing, and what they held goes; made anew, they get it again", async () => {
    const world = companyOf(company);
    await applied(world);
    world.store("DeleteGroup", { GroupId: groupId(world, team) });
    expect(grants(world)).toContain("#: Read");
    const gone = await applied(world);
    expect(gone.code).toBe(1);
    expect(gone.plan?.withheld).toMatchObject([
      { code: "principal-missing", change: { source: { file: "access/rules.yaml", line: 3 } } },
    ]);
    expect(gone.plan?.diagnostics).toMatchObject([
      { code: "principal-missing", message: expect.stringContaining(`The identity source is ${source}`) },
    ]);
    expect(grants(world)).not.toContain("#: Read");
    provided(world, "group", team, issuer);
    expect((await applied(world)).code).toBe(0);
    expect(grants(world)).toContain(`${team}: Read`);
  });

  test("whose group gets another name lose nothing by it where the files follow before anything is applied", async () => {
    const world = companyOf(company);
    await applied(world);
    const held = grants(world);
    const rename = [{ AttributePath: "displayName", AttributeValue: "Engineers" }];
    world.store("UpdateGroup", { GroupId: groupId(world, team), Operations: rename });
    const between = await runPlan(world.order());
    expect(between.plan?.changes.map(({ action, id }) => `${action} ${id}`)).toEqual([
      `delete assignment:group/Engineers:Read:${dev}`,
    ]);
    expect(between.plan?.withheld.map(({ code }) => code)).toEqual(["principal-missing"]);
    edit(world, JSON.stringify(team), "Engineers");
    expect((await applied(world)).code).toBe(0);
    expect(grants(world)).toEqual(held.map((one) => one.replace(`${team}:`, "Engineers:")).toSorted());
  });

  test("who are named in another case are told, with the place, before anything is changed", async () => {
    const world = companyOf(company);
    edit(world, JSON.stringify(team), JSON.stringify(team.toUpperCase()));
    edit(world, JSON.stringify(alice), JSON.stringify(alice.toUpperCase()));
    const run = await applied(world);
    expect([run.code, run.result]).toEqual([3, null]);
    expect(run.diagnostics.map(({ code, source: place }) => [code, place?.line])).toEqual([
      ["user-name-case", 4],
      ["group-name-case", 3],
    ]);
    for (const { help } of run.diagnostics)
      expect(help).toMatch(/, or rename it where it comes from first\.$/);
    expect(grants(world)).toEqual([]);
  });

  test("whom their source has disabled get nothing directly, which nobody here can mend", async () => {
    const world = companyOf(company);
    for (const { id, attributes } of world.sandbox.state.users.values())
      if (attributes.UserName === alice) setUserStatus(world.sandbox.state, id, "DISABLED");
    const { code, plan } = await applied(world);
    expect(code).toBe(0);
    expect(plan?.withheld.map(({ code: why }) => why)).toEqual(["user-disabled"]);
    expect(grants(world)).toEqual([`${admins}: Admin`, `${team}: Read`].toSorted());
  });

  test("whom an ignore pattern matches keep what they hold, and no rule may name them", async () => {
    const world = companyOf(company);
    await applied(world);
    const settings = `identityCenter: {identitySource: ${source}, ignore: {groups: ["SEC/*"], users: ["alice@*"]}}\n`;
    world.files["access/settings.yaml"] = settings;
    const named = await applied(world);
    expect(named.diagnostics.map(({ code }) => code)).toEqual(["ignored-name", "ignored-name"]);
    edit(world, world.files["access/rules.yaml"] ?? "", "permissionSets: {Read: {}, Admin: {}}\n");
    const digest = (await applied(world)).plan?.digest ?? "";
    expect((await applied(world, new Map([["empty-declaration", digest]]))).code).toBe(0);
    expect(grants(world)).toEqual([`${admins}: Admin`, `${alice}: Admin`].toSorted());
  });

  test.each([
    ["users: {zoe: {givenName: Zoe, familyName: Z}}\n", "managed-elsewhere"],
    ["users: {zoe: {givenName: Zoe, familyName: Z, status: disabled}}\n", "managed-elsewhere"],
    ["groups: {ops: {members: [zoe]}}\n", "managed-elsewhere"],
    ["removed: {groups: [ops]}\n", "needless-removal"],
  ])("cannot be declared or removed here: %s", async (yaml, code) => {
    const world = companyOf(company);
    world.files["access/more.yaml"] = yaml;
    const run = await applied(world);
    expect([run.code, run.diagnostics.map((told) => told.code)]).toEqual([3, [code]]);
    expect(run.diagnostics[0]?.message).toContain(`dentity source is ${source}`);
    expect(world.sent).toEqual([]);
  });

  test("are not owned by settings that say so, which is told", async () => {
    const world = companyOf(company);
    const settings = `identityCenter: {identitySource: ${source}, onUserRemoval: delete, manage: {users: all, groups: all}}\n`;
    world.files["access/settings.yaml"] = settings;
    const before = people(world);
    const { code, diagnostics } = await applied(world);
    expect([code, diagnostics.map((told) => [told.code, told.severity])]).toEqual([
      0,
      Array.from({ length: 3 }, () => ["setting-without-effect", "warning"]),
    ]);
    expect(people(world)).toBe(before);
  });
});

test.each(["identitySource: active-directory", "manage: {users: declared}"])(
  "somebody who leaves by a name that is not there is told, with the one that may be meant: %s",
  async (setting) => {
    const world = createRunWorld({
      "access/settings.yaml": `identityCenter: {${setting}}\n`,
      "access/people.yaml": "users:\n  alice: {status: disabled}\n",
    });
    if (setting.startsWith("manage"))
      world.files["access/people.yaml"] =
        "users:\n  alice: {givenName: A, familyName: B, email: a@example.com, status: disabled}\n";
    world.user("alice@corp.example.com");
    const { plan } = await runPlan(world.order());
    expect(plan?.changes).toEqual([]);
    expect(plan?.notes).toMatchObject([
      {
        code: "leaver-unknown",
        message:
          'Disabled in the files, and not in Identity Center by that name, so nothing is taken from anybody: alice (did you mean "alice@corp.example.com"?).',
        source: { file: "access/people.yaml", line: 2 },
      },
    ]);
    world.faults = ({ operation }) =>
      operation === "identitystore ListUsers" ? { refuse: "AccessDeniedException" } : null;
    expect((await runPlan(world.order())).plan?.notes).toEqual([]);
  },
);

test("a group of Active Directory without its domain is missing, and told with it", async () => {
  const [, company] = sources;
  const world = companyOf(company);
  edit(world, JSON.stringify(company.team), '"cloud developers"');
  const { code, plan } = await applied(world);
  expect(code).toBe(1);
  expect(plan?.withheld.map(({ reason }) => reason)).toEqual([
    `the group cloud developers is not in the identity store yet, and is not managed here; did you mean "${company.team}"?`,
  ]);
});

describe("people whom these files own and a provider makes as well", () => {
  test("are warned of with every plan, and applied all the same", async () => {
    const world = createRunWorld({
      "access/people.yaml": `users: {ann: {givenName: Ann, familyName: A}, ben: {givenName: Ben, familyName: B}}
groups: {devs: {members: [ann]}}
`,
    });
    provided(world, "user", "ann", "https://idp.example.com");
    provided(world, "group", "devs", "https://idp.example.com");
    const { code, plan } = await applied(world);
    expect(code).toBe(0);
    expect(plan?.diagnostics.map(({ severity, message }) => [severity, message.slice(0, 113)])).toEqual([
      [
        "warning",
        '1 of the users that these files own is provisioned by another source as well ("https://idp.example.com"): ann. It',
      ],
      [
        "warning",
        '1 of the groups that these files own is provisioned by another source as well ("https://idp.example.com"): devs. ',
      ],
    ]);
    const drift = await runDrift(world.order());
    expect(drift.verdicts).toEqual([]);
    expect(drift.plan?.diagnostics.map((told) => told.code)).toEqual([
      "provisioned-elsewhere",
      "provisioned-elsewhere",
    ]);
  });
});
