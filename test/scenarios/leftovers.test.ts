import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runDrift, runPlan } from "../../src/run/plan.js";
import { driftText } from "../../src/report/text.js";
import { exampleOrganization, type AccountState } from "../../src/sandbox/organization.js";
import { newState, roleKey } from "../../src/sandbox/state.js";
import { createRunWorld, type RunWorld } from "../run/run-world.js";
import { accounts } from "../sandbox/world.js";
import type { Call, Fault } from "../support/faulty-handler.js";

const { dev, prod, management } = accounts;
const web = "555500001111";

const files = ({ users = "", groups = "", rules = "", sets = "", settings = "" } = {}): string => `${settings}
users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
${users}
groups:
  developers: {members: [alice]}
${groups}
permissionSets:
  Read: {}
${sets}
assignments:
  - {groups: [developers], permissionSets: [Read], accounts: [sandbox, payments-prod]}
${rules}
`;

type Case = { readonly world: RunWorld; readonly read: string };

/** An Identity Center as these files say, and the ARN of Read. */
async function createCase(text = files()): Promise<Case> {
  const callers = new Map([
    ["AKIASECURITY", { account: "222200002222", as: "delegated-administrator" }],
  ] as const);
  const world = createRunWorld(
    { "access/settings.yaml": text },
    { state: newState({ ...exampleOrganization, callers }) },
  );
  await applied(world);
  return { world, read: setNamed(world, "Read") };
}

/** Two grants of a user and one of a group, the only holder there, who are gone. */
function orphaned({ world, read }: Case): void {
  const [user, group] = [world.user("mallory"), world.group("old-team")];
  world.assign(read, user, dev, "USER");
  world.assign(read, user, prod, "USER");
  world.assign(read, group, web);
  world.store("DeleteUser", { UserId: user });
  world.store("DeleteGroup", { GroupId: group });
}

describe("grants of deleted users and groups", () => {
  test("are differences, which apply puts right everywhere, with the role that nobody else was assigned", async () => {
    const { world, read } = await createCase();
    const before = held(world);
    orphaned({ world, read });
    const { code, ids, notes, text } = await driftOf(world);
    expect(code).toBe(2);
    expect(notes).toEqual([]);
    expect(ids).toHaveLength(3);
    expect(text).toMatch(/\+ a deleted user \(1111222233-[0-9a-f-]{36}\) has Read in sandbox/);
    expect(text).toMatch(/\+ a deleted group \(1111222233-[0-9a-f-]{36}\) has Read in web-prod/);

    await applied(world);
    expect(held(world)).toEqual(before);
    expect(hasRole(world, read, web)).toBe(false);
    await isClean(world);
  });

  test.each(["none", "declared"])("stay and are told where assignments are managed as %s", async (manage) => {
    const settings = `identityCenter: {manage: {assignments: ${manage}}}`;
    const { world, read } = await createCase(files({ settings }));
    orphaned({ world, read });
    const before = held(world);
    expect(await driftOf(world)).toMatchObject({ code: 0, ids: [], notes: ["orphan", "orphan"] });
    expect((await driftOf(world, false)).notes).toEqual([]);
    await applied(world);
    expect(held(world)).toEqual(before);
  });

  test("are nobody's to take away when they cannot be looked up", async () => {
    const { world, read } = await createCase();
    orphaned({ world, read });
    const before = held(world);
    world.faults = ({ operation }) => (/Describe(User|Group)$/.test(operation) ? denied : null);
    const found = await driftOf(world);
    expect(found).toMatchObject({ code: 1, ids: [], notes: [] });
    expect(found.text).not.toContain("deleted");
    expect((await runApply(world.order())).verdicts).toContain("incomplete");
    expect(held(world)).toEqual(before);
  });
});

describe("a role that nobody is assigned", () => {
  test("is told, which turns no run red, and stays", async () => {
    const { world, read } = await createCase();
    provision(world, read, web);
    expect(await driftOf(world, false)).toMatchObject({ code: 0, notes: [] });
    const { code, notes, text } = await driftOf(world);
    expect([code, notes]).toEqual([0, ["ghost-role"]]);
    expect(text).toContain(
      "note: web-prod (555500001111) has the role of Read, and nobody is assigned it there.",
    );
    await applied(world);
    expect(hasRole(world, read, web)).toBe(true);
  });

  test("goes as its note says: assigned to a group without members, then not any more", async () => {
    const { world, read } = await createCase();
    provision(world, read, web);
    const reached: string[] = [];
    world.faults = () => {
      for (const { accountId, principalId } of world.sandbox.state.assignments.values())
        if (accountId === web) reached.push(...members(world, principalId));
      return null;
    };
    const rules = "  - {groups: [nobody], permissionSets: [Read], accounts: [web-prod]}";
    world.files["access/settings.yaml"] = files({ groups: "  nobody: {}", rules });
    await applied(world);
    expect((await driftOf(world)).notes).toEqual([]);
    world.files["access/settings.yaml"] = files();
    await applied(world);
    expect(hasRole(world, read, web)).toBe(false);
    expect(reached).toEqual([]);
    await isClean(world);
  });

  test("that is behind its set is brought up with it", async () => {
    const { world, read } = await createCase();
    provision(world, read, web);
    world.admin("UpdatePermissionSet", { PermissionSetArn: read, SessionDuration: "PT1H" });
    expect(await driftOf(world)).toMatchObject({
      code: 2,
      ids: ["provisioning:Read"],
      notes: ["ghost-role"],
    });
    await applied(world);
    const { revision } = world.sandbox.state.permissionSets.get(read) ?? {};
    expect(world.sandbox.state.roles.get(roleKey(web, read))?.revision).toBe(revision);
    expect(await driftOf(world)).toMatchObject({ code: 0, ids: [] });
  });

  test("keeps the set that leaves the files, until somebody removes it in the console", async () => {
    const { world } = await createCase();
    const old = world.set("Old");
    provision(world, old, web);
    expect(await driftOf(world)).toMatchObject({
      code: 0,
      ids: [],
      notes: ["ghost-role"],
      withheld: ["in-use"],
    });
    world.sent.length = 0;
    const before = world.clock.time;
    await applied(world);
    expect(world.sent).not.toContain("sso-admin DeletePermissionSet");
    expect(world.clock.time - before).toBeLessThan(60_000);
    expect(setNamed(world, "Old")).toBe(old);

    world.sandbox.state.roles.delete(roleKey(web, old));
    await applied(world);
    expect(world.sandbox.state.permissionSets.get(old)).toBeUndefined();
    await isClean(world);
  });
});

describe("a suspended account", () => {
  test("keeps what is in it, told grant by grant, until it is ACTIVE again", async () => {
    const given = await createCase();
    const { world } = given;
    orphaned(given);
    changeAccount(world, prod, "SUSPENDED");
    await applied(world);
    const before = held(world);
    expect(before).toHaveLength(3);
    const { code, ids, notes, text } = await driftOf(world);
    expect([code, ids, notes]).toEqual([0, [], ["account-inactive"]]);
    expect(text).toMatch(
      /note: payments-prod \(444455556666\) is SUSPENDED.* As the files say: Read of group "developers"\. Beyond the files, and taken away once the account is ACTIVE: Read of a deleted user \(1111222233-[0-9a-f-]{36}\)\.\n/,
    );
    await applied(world);
    expect(held(world)).toEqual(before);

    changeAccount(world, prod, "ACTIVE");
    expect((await driftOf(world)).code).toBe(2);
    await applied(world);
    expect(held(world)).toHaveLength(2);
    await isClean(world);
  });
});

describe("an account that has left the organization", () => {
  /** Organizations does not list it, and Identity Center goes on telling what is in it. */
  const unlisted = ({ operation }: Call): Fault | null =>
    operation === "organizations ListAccounts"
      ? {
          edit: (answer) => ({
            ...answer,
            Accounts: (answer["Accounts"] as readonly { readonly Id: string }[]).filter(
              ({ Id }) => Id !== web,
            ),
          }),
        }
      : null;

  test.each([
    ["does not find it any more", null],
    ["goes on telling what is in it", unlisted],
  ])("stands in nobody's way where Identity Center %s", async (_, faults) => {
    const given = await createCase();
    const { world, read } = given;
    orphaned(given);
    if (faults === null) changeAccount(world, web, "left");
    world.faults = faults;
    expect((await driftOf(world)).ids).toHaveLength(2);
    // A leaver, and a set that is edited: both would wait for ever for what nobody can tell or change.
    world.files["access/settings.yaml"] = files()
      .replace("Read: {}", "Read: {sessionDuration: PT3H}")
      .replace("alice@example.com", "alice@example.com, status: disabled");
    await applied(world);
    expect(world.sandbox.state.memberships.size).toBe(0);
    expect(world.sandbox.state.roles.get(roleKey(dev, read))?.content.sessionDuration).toBe("PT3H");
    expect(world.sandbox.state.roles.get(roleKey(web, read))?.content.sessionDuration).toBe("PT1H");
    expect(held(world).filter((one) => one.startsWith(web))).toHaveLength(1);

    const { code, ids, notes, text } = await driftOf(world);
    expect([code, ids, notes]).toEqual([0, [], ["disable-in-console", "account-inactive"]]);
    expect(text).toContain("555500001111 is not in the organization, and the service refuses changes there.");
    expect((await driftOf(world, false)).notes).toContain("account-inactive");

    // When it is back, what nobody is to have there goes.
    world.faults = null;
    world.sandbox.state.organization = exampleOrganization;
    await applied(world);
    expect(held(world).filter((one) => one.startsWith(web))).toEqual([]);
  });
});

test("a delegated administrator tells of what only the management account can take away, which then does", async () => {
  const { world } = await createCase();
  const [user, set] = [world.user("mallory"), world.set("Root")];
  world.assign(set, user, management, "USER");
  const other = world.set("Billing");
  provision(world, other, management);
  world.store("DeleteUser", { UserId: user });
  world.files["access/settings.yaml"] = files({ sets: "  Root: {}\n  Billing: {}" });
  const credentials = { accessKeyId: "AKIASECURITY", secretAccessKey: "secret" };
  const order = (): ReturnType<RunWorld["order"]> =>
    world.order({
      connect: async () => ({ ...(await world.connect({ credentials })), operationsInFlight: 10 }),
    });
  const before = held(world);
  const { plan, verdicts } = await runDrift({ ...order(), deep: true });
  expect([exitCode(verdicts), plan?.changes]).toEqual([0, []]);
  expect(plan?.notes.map(({ code }) => code)).toEqual(["out-of-reach", "orphan", "ghost-role"]);
  expect(plan?.notes[2]?.help).toContain("From the management account");
  expect(exitCode((await runApply(order())).verdicts)).toBe(0);
  expect(held(world)).toEqual(before);

  await applied(world);
  expect(held(world)).toHaveLength(before.length - 1);
  expect((await driftOf(world)).notes).toEqual(["ghost-role"]);
});

test("looking deeper costs no request", async () => {
  const given = await createCase();
  const { world, read } = given;
  orphaned(given);
  provision(world, read, "333300001111");
  changeAccount(world, prod, "SUSPENDED");
  const requests = async (deep: boolean): Promise<readonly string[]> => {
    world.sent.length = 0;
    expect((await driftOf(world, deep)).code).toBe(2);
    return world.sent.toSorted();
  };
  expect(await requests(true)).toEqual(await requests(false));
});

const denied: Fault = { refuse: "AccessDeniedException", message: "no" };

type Found = {
  readonly code: number;
  readonly ids: readonly string[];
  readonly withheld: readonly string[];
  readonly notes: readonly string[];
  readonly text: string;
};

async function driftOf(world: RunWorld, deep = true): Promise<Found> {
  const { plan, verdicts } = await runDrift({ ...world.order(), deep });
  world.close();
  if (plan === null) throw new Error("the files are at fault");
  return {
    code: exitCode(verdicts),
    ids: plan.changes.map(({ id }) => id),
    withheld: plan.withheld.map(({ code }) => code),
    notes: plan.notes.map(({ code }) => code),
    text: driftText(plan, { color: false, width: 100, dir: "access", full: true }),
  };
}

async function applied(world: RunWorld): Promise<void> {
  const { verdicts, result } = await runApply(world.order());
  world.close();
  expect([exitCode(verdicts), result?.errors]).toEqual([0, []]);
}

/** Nothing to do, and nothing to tell. */
async function isClean(world: RunWorld): Promise<void> {
  const { plan, verdicts } = await runPlan(world.order());
  expect([exitCode(verdicts), plan?.changes]).toEqual([0, []]);
  expect(await driftOf(world)).toMatchObject({ code: 0, ids: [], notes: [], withheld: [] });
}

/** `111122223333 Read 1111222233-…`, for each assignment that is there. */
function held(world: RunWorld): readonly string[] {
  const { assignments, permissionSets } = world.sandbox.state;
  return [...assignments.values()]
    .map(
      ({ accountId, permissionSetArn, principalId }) =>
        `${accountId} ${permissionSets.get(permissionSetArn)?.name} ${principalId}`,
    )
    .sort();
}

function members(world: RunWorld, groupId: string): readonly string[] {
  return [...world.sandbox.state.memberships.values()]
    .filter((membership) => membership.groupId === groupId)
    .map(({ userId }) => userId);
}

function hasRole(world: RunWorld, set: string, account: string): boolean {
  return world.sandbox.state.roles.has(roleKey(account, set));
}

function setNamed(world: RunWorld, name: string): string {
  for (const set of world.sandbox.state.permissionSets.values()) if (set.name === name) return set.arn;
  throw new Error(`there is no set ${name}`);
}

/** What makes a role without an assignment. */
function provision(world: RunWorld, set: string, account: string): void {
  world.admin("ProvisionPermissionSet", {
    PermissionSetArn: set,
    TargetId: account,
    TargetType: "AWS_ACCOUNT",
  });
  world.settle();
}

function changeAccount(world: RunWorld, id: string, to: AccountState | "left"): void {
  const { organization } = world.sandbox.state;
  const changed = new Map(organization.accounts);
  const account = changed.get(id);
  if (account === undefined) throw new Error(`there is no account ${id}`);
  if (to === "left") changed.delete(id);
  else changed.set(id, { ...account, status: to });
  world.sandbox.state.organization = { ...organization, accounts: changed };
}
