import { describe, expect, test } from "vitest";
import { runApply } from "../../src/run/apply.js";
import { exitCode } from "../../src/run/exit-code.js";
import { runPlan } from "../../src/run/plan.js";
import type { PlanRun } from "../../src/run/plan.js";
import type { Plan } from "../../src/model/plan.js";
import { memoryTree } from "../declare/memory-tree.js";
import { text } from "../sandbox/world.js";
import { createRunWorld } from "./run-world.js";
import type { RunWorld } from "./run-world.js";

const account = "444455556666";
const other = "111122223333";
const applied = "1".repeat(40);
type Files = Readonly<Record<"people" | "groups" | "sets" | "rules" | "settings", string>>;
const files: Files = {
  settings: "identityCenter: {}\n",
  people: `users:
  alice: {givenName: Alice, familyName: Nguyen, email: alice@example.com}
  bob: {givenName: Bob, familyName: Smith, email: bob@example.com}
  cleo: {givenName: Cleo, familyName: Moon, email: cleo@example.com}
`,
  groups: `groups:
  ops: {members: [alice, bob]}
  dev: {members: [alice]}
`,
  sets: "permissionSets:\n  Read: {}\n  Admin: {sessionDuration: PT2H}\n",
  rules: `assignments:
  - {groups: [ops], permissionSets: [Read, Admin], accounts: ["${account}", "${other}"]}
  - {groups: [dev], permissionSets: [Read], accounts: ["${account}"]}
  - {users: [cleo], permissionSets: [Read], accounts: ["${account}"]}
`,
};

const paths = (given: Files) => Object.entries(given).map(([name, yaml]) => [`${name}.yaml`, yaml] as const);

async function established(): Promise<RunWorld> {
  const world = createRunWorld(
    Object.fromEntries(paths(files).map(([path, yaml]) => [`access/${path}`, yaml])),
  );
  world.commit = applied;
  expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
  world.commit = "2".repeat(40);
  return world;
}

/** A plan of `changed` files on top of `files`, reading only what they change, or everything. */
async function planOf(world: RunWorld, changed: Partial<Files>, targeted: boolean): Promise<PlanRun> {
  for (const [path, yaml] of paths({ ...files, ...changed })) world.files[`access/${path}`] = yaml;
  world.sent.length = 0;
  return runPlan(
    world.order({
      targeted,
      revisionOf: async () => ({
        ok: true,
        commit: applied,
        tree: memoryTree(Object.fromEntries(paths(files))),
      }),
    }),
  );
}

/** What a plan means, without when and how it was read. */
function meaning({ plan }: PlanRun): unknown {
  if (plan === null) return null;
  const { live: _live, notes: _notes, ...rest } = plan satisfies Plan;
  return { ...rest, summary: { ...rest.summary, unmanaged: 0 } };
}

const longer = "permissionSets:\n  Read: {}\n  Admin: {sessionDuration: PT8H}\n";
const changes: readonly (readonly [string, Partial<Files>])[] = [
  ["nothing", {}],
  [
    "a joiner",
    {
      people: `${files.people}  dan: {givenName: Dan, familyName: Ray, email: dan@example.com}\n`,
      groups: files.groups.replace("dev: {members: [alice]", "dev: {members: [alice, dan]"),
    },
  ],
  [
    "somebody who moves between teams",
    {
      groups: files.groups
        .replace("[alice, bob]", "[alice]")
        .replace("dev: {members: [alice]", "dev: {members: [alice, bob]"),
    },
  ],
  [
    "an attribute",
    { people: files.people.replace("email: bob@example.com", "email: bob@example.com, title: Lead") },
  ],
  [
    "a leaver who is disabled",
    {
      people: files.people.replace("email: alice@example.com", "email: alice@example.com, status: disabled"),
    },
  ],
  [
    "a leaver who is gone from the files",
    { people: files.people.replace(/ {2}cleo.*\n/, ""), rules: files.rules.replace(/.*cleo.*\n/, "") },
  ],
  ["a longer session", { sets: longer }],
  [
    "a new set, granted",
    {
      sets: `${files.sets}  New: {}\n`,
      rules: `${files.rules}  - {groups: [dev], permissionSets: [New], accounts: ["${other}"]}\n`,
    },
  ],
  [
    "a new group with members and grants",
    {
      groups: `${files.groups}  new: {members: [cleo]}\n`,
      rules: `${files.rules}  - {groups: [new], permissionSets: [Admin], accounts: ["${account}"]}\n`,
    },
  ],
  [
    "a group that goes",
    { groups: files.groups.replace(/ {2}dev.*\n/, ""), rules: files.rules.replace(/.*\[dev\].*\n/, "") },
  ],
  [
    "a set that goes",
    { sets: files.sets.replace(/ {2}Admin.*\n/, ""), rules: files.rules.replace("[Read, Admin]", "[Read]") },
  ],
  ["one account less", { rules: files.rules.replace(`["${account}", "${other}"]`, `["${account}"]`) }],
];

describe("a plan that reads only what the files change", () => {
  test.each(changes)("is the whole plan, where nothing else differs: %s", async (_what, changed) => {
    const world = await established();
    const targeted = await planOf(world, changed, true);
    expect(targeted.plan?.live).toMatchObject({ targeted: true, complete: true });
    expect(world.sent).not.toContain("identitystore ListUsers");
    expect(world.sent).not.toContain("identitystore ListGroups");
    const whole = await planOf(world, changed, false);
    expect(meaning(targeted)).toEqual(meaning(whole));
  });

  test("sees what was changed by hand of what it reads, and nothing of the rest", async () => {
    const world = await established();
    const find = (what: "Group" | "User", path: string, name: string) =>
      text(
        world.store(`Get${what}Id`, {
          AlternateIdentifier: { UniqueAttribute: { AttributePath: path, AttributeValue: name } },
        }),
        `${what}Id`,
      );
    const join = (group: string, user: string) =>
      world.store("CreateGroupMembership", {
        GroupId: find("Group", "displayName", group),
        MemberId: { UserId: find("User", "userName", user) },
      });
    join("dev", "bob");
    join("ops", "cleo");
    const moved = { groups: files.groups.replace("dev: {members: [alice]", "dev: {members: [alice, bob]") };
    const { plan } = await planOf(world, moved, true);
    expect(plan?.changes).toEqual([]);
    const goes = {
      people: files.people.replace("email: cleo@example.com", "email: cleo@example.com, status: disabled"),
    };
    const left = await planOf(world, goes, true);
    expect(left.plan?.changes.map(({ action, id }) => `${action} ${id}`).sort()).toEqual([
      "delete assignment:user/cleo:Read:444455556666",
      "delete membership:ops/cleo",
      "disable user:cleo",
    ]);
  });

  test("reads everything when the settings change, and says so", async () => {
    const world = await established();
    const { plan, diagnostics } = await planOf(
      world,
      { settings: "identityCenter: {onUserRemoval: delete}\n" },
      true,
    );
    expect(plan?.live.targeted).toBe(false);
    expect(diagnostics.map(({ code }) => code)).toEqual(["read-whole"]);
  });

  test("needs something to compare with", async () => {
    const world = createRunWorld({ "access/people.yaml": files.people });
    const run = await runPlan(world.order({ targeted: true }));
    expect(exitCode(run.verdicts)).toBe(3);
    expect(run.diagnostics.map(({ code }) => code)).toEqual(["targeted-without-base"]);
  });

  describe("where not everything is managed", () => {
    const owning = (what: string) => `identityCenter: {manage: {${what}}}\n`;
    const onlyDeclared = owning(
      "users: declared, groups: declared, permissionSets: declared, assignments: declared",
    );
    const keeping = owning("permissionSets: all, assignments: declared, users: declared, groups: declared");
    const granting = owning("permissionSets: none, assignments: declared, users: declared, groups: declared");
    const granted = (accounts: readonly string[]) =>
      `assignments: [{users: [cleo], permissionSets: [Read], accounts: ${JSON.stringify(accounts)}}]\n`;
    const nothing = { people: "", groups: "", sets: "", rules: "" };
    const external = {
      ...nothing,
      settings: "identityCenter: {identitySource: external}\n",
      sets: files.sets,
      rules: `assignments:\n  - {groups: [ops], permissionSets: [Read], accounts: ["${account}", "${other}"]}\n`,
    };
    const adopting = { ...nothing, settings: onlyDeclared };

    /** The plan of `head` after `base` was applied to what `files` made, read in part and whole. */
    async function bothPlans(base: Files, head: Files): Promise<readonly [PlanRun, PlanRun]> {
      const world = await established();
      for (const [path, yaml] of paths(base)) world.files[`access/${path}`] = yaml;
      expect(exitCode((await runApply(world.order())).verdicts)).toBe(0);
      for (const [path, yaml] of paths(head)) world.files[`access/${path}`] = yaml;
      const tree = memoryTree(Object.fromEntries(paths(base)));
      const plan = async (targeted: boolean) =>
        runPlan(
          world.order({
            targeted,
            base: "main",
            revisionOf: async () => ({ ok: true, commit: applied, tree }),
          }),
        );
      return [await plan(true), await plan(false)];
    }

    test.each<[string, Files, Files]>([
      [
        "a grant to a group that nobody declares",
        external,
        { ...external, rules: external.rules.replace("[Read]", "[Read, Admin]") },
      ],
      [
        "new content for a group that nobody declares",
        external,
        { ...external, sets: longer.replace("Read: {}", "Read: {sessionDuration: PT3H}") },
      ],
      [
        "a removal",
        adopting,
        {
          ...adopting,
          rules: `removed: {assignments: [{groups: [ops], permissionSets: [Read], accounts: ["${account}"]}]}\n`,
        },
      ],
      [
        "a group that comes to be declared",
        adopting,
        { ...adopting, groups: "groups: {ops: {members: [alice]}}\n" },
      ],
      [
        "a rule that comes to own what is there",
        adopting,
        {
          ...adopting,
          rules: `assignments: [{groups: [ops], permissionSets: [Read], accounts: ["${account}"]}]\n`,
        },
      ],
      [
        "a set that comes to be declared",
        adopting,
        { ...adopting, sets: "permissionSets: {Admin: {sessionDuration: PT1H}}\n" },
      ],
      [
        "somebody who joins a group with grants of others",
        { ...adopting, groups: "groups: {dev: {members: [alice]}}\n" },
        { ...adopting, groups: "groups: {dev: {members: [alice, bob]}}\n" },
      ],
      [
        "a set that comes to be declared, kept until then by grants of others",
        { ...adopting, settings: keeping, sets: "permissionSets: {Admin: {sessionDuration: PT2H}}\n" },
        { ...adopting, settings: keeping, sets: longer.replace("Read: {}", "Read: {sessionDuration: PT3H}") },
      ],
      [
        "a further grant of a set that others look after",
        { ...adopting, settings: granting, rules: granted([account]) },
        { ...adopting, settings: granting, rules: granted([account, other]) },
      ],
      [
        "something else than a grant of a set that others look after",
        { ...adopting, settings: granting, rules: granted([account]) },
        {
          ...adopting,
          settings: granting,
          rules: granted([account]),
          groups: "groups: {dev: {members: [alice, bob]}}\n",
        },
      ],
      [
        "a name that is nobody's",
        adopting,
        { ...adopting, groups: "groups: {dev: {members: [alice, bob, nobody]}}\n" },
      ],
    ])(
      "it makes the same changes, and warns of what it did not see of people: %s",
      async (_what, base, head) => {
        const [targeted, whole] = await bothPlans(base, head);
        expect(targeted.plan?.live.targeted).toBe(true);
        expect(whole.plan?.changes.length).toBeGreaterThan(0);
        const [{ plan: some }, { plan: all }] = [targeted, whole];
        expect([some?.changes, some?.withheld, some?.diagnostics]).toEqual([
          all?.changes,
          all?.withheld,
          all?.diagnostics,
        ]);
        expect(targeted.diagnostics.map(({ code }) => code)).toEqual(["targeted-partly"]);
      },
    );
  });

  test("who was disabled by hand gains nothing", async () => {
    const world = await established();
    for (const user of world.sandbox.state.users.values())
      if (user.attributes.UserName === "cleo")
        world.sandbox.state.users.set(user.id, { ...user, status: "DISABLED" });
    const joining = {
      groups: files.groups.replace("dev: {members: [alice]", "dev: {members: [alice, cleo]"),
    };
    const { plan } = await planOf(world, joining, true);
    expect([plan?.changes, plan?.access.gained]).toEqual([[], []]);
    expect(plan?.withheld.map(({ code }) => code)).toEqual(["user-disabled"]);
  });
});
