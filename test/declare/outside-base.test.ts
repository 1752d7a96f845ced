import { describe, expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { outsideBase } from "../../src/declare/outside-base.js";
import { resolve } from "../../src/declare/resolve.js";
import type { AsRead } from "../../src/declare/written.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import type { Directory } from "../../src/model/directory.js";
import { central, filesOf, inShort, organization, usual } from "./delegated-files.js";
import type { Given } from "./delegated-files.js";
import { memoryTree } from "./memory-tree.js";

const commit = "c".repeat(40);
const local: Directory = { kind: "local", managementAccount: null, unread: null };

async function read(given: Given): Promise<AsRead> {
  return (await load(memoryTree(filesOf(given)))).asRead;
}

/** What the base has against files that have nothing against themselves. */
async function told(
  base: Given,
  now: Given,
  directory: Directory = organization,
): Promise<readonly Diagnostic[]> {
  const loaded = await load(memoryTree(filesOf(now)));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const resolved = resolve(loaded.value, directory, { partition: "aws", commit: null, now: 0 });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.diagnostics));
  return outsideBase(loaded.value, { commit, asRead: await read(base) }, directory);
}

async function shown(base: Given, now: Given, directory?: Directory): Promise<readonly string[]> {
  return inShort(await told(base, now, directory), now);
}

const all =
  '- {files: "teams/payments/**", users: ["*"], groups: ["*"], permissionSets: ["*"], accounts: [{all: true}, management, payments-old]}';
const rule = (groups: string, sets: string, accounts: string): string =>
  `  - {groups: [${groups}], permissionSets: [${sets}], accounts: [${accounts}]}\n`;
const rules = (...given: readonly string[]): string => `assignments:\n${given.join("")}`;
const outside = (what: string) => `error outside-base-delegation of ${what}`;

describe("a delegation that this change widens", () => {
  test.each<readonly [what: string, team: string, told: readonly string[]]>([
    ["and does not use", rules(rule("payments-central", "ReadOnly", "payments-dev")), []],
    ["for a group", "groups: {ops: {}}\n", [outside("ops")]],
    ["for a user", "users: {eve: {givenName: A, familyName: B}}\n", [outside("eve")]],
    ["for a permission set", "permissionSets: {Own: {}}\n", [outside("Own")]],
    ["for whom it assigns", rules(rule("admins", "ReadOnly", "payments-dev")), [outside("admins")]],
    ["for what it assigns", rules(rule("payments-central", "Admin", "payments-dev")), [outside("Admin")]],
    [
      "for where it assigns",
      rules(rule("payments-central", "ReadOnly", "audit, payments-dev")),
      [outside("audit")],
    ],
    [
      "for the management account",
      rules(rule("payments-central", "ReadOnly", "management")),
      [outside("management")],
    ],
  ])("%s", async (_, team, expected) => {
    expect(await shown({ team: "" }, { delegations: all, team })).toEqual(expected);
    // Whatever the base's own files do or do not say, and wherever its delegation has gone.
    const another = all.replace("teams/payments/**", "central.yaml");
    expect(await shown({ team: "groups: {payments-x: {}}\n" }, { delegations: another, team })).toEqual(
      expected,
    );
    expect(await shown({ team: "" }, { delegations: [], team })).toEqual(expected);
  });

  test("for removals", async () => {
    const team =
      "removed:\n  users: [zoe]\n  groups: [ops]\n  permissionSets: [Old]\n  assignments:\n    - {groups: [payments-x], permissionSets: [ReadOnly], accounts: [audit]}\n";
    expect(await shown({ manage: "declared" }, { delegations: all, manage: "declared", team })).toEqual(
      ["zoe", "ops", "Old", "audit"].map(outside),
    );
  });

  test("for a file that no delegation takes in any more, with a key that none may have", async () => {
    const now = { delegations: [], team: 'accounts: {pay: "100000000000"}\n' };
    expect(await shown({}, now)).toEqual([outside("accounts")]);
  });

  test("is told with the commit, what stood there, and what to do", async () => {
    const [fault] = await told({}, { delegations: all, team: "groups: {ops: {}}\n" });
    expect(fault).toEqual({
      code: "outside-base-delegation",
      severity: "error",
      source: { file: "access/teams/payments/a.yaml", line: 1, column: 10 },
      message: `"ops" is not a group that these files may declare yet: at ${commit}, access/settings.yaml:3 delegated payments-* to them.`,
      help: "A delegation does not widen in the same change that makes use of it. Let the change of access/settings.yaml be applied by itself first, then this.",
      change: null,
    });
  });
});

describe("what the base does not hold", () => {
  test("the files of a new team", async () => {
    const now = {
      delegations: [
        usual,
        '- {files: "teams/web/**", groups: ["web-*"], permissionSets: [Admin], accounts: [web-dev]}',
      ],
      files: { "teams/web/a.yaml": `groups: {web-a: {}}\n${rules(rule("web-a", "Admin", "web-dev"))}` },
    };
    expect(await shown({}, now)).toEqual([]);
  });

  test("a file that was moved out of the team's folder: it has other owners now", async () => {
    const text = "groups: {payments-x: {}}\n";
    const moved = {
      team: "",
      files: { "moved.yaml": `${text.trim()}\n${rules(rule("payments-x", "Admin", "audit"))}` },
    };
    expect(await shown({ team: text }, moved)).toEqual([]);
  });

  test("but it holds one that was moved in", async () => {
    const now = { delegations: all, team: "groups: {ops: {}}\n" };
    expect(await shown({ files: { "ops.yaml": "groups: {ops: {}}\n" } }, now)).toEqual([outside("ops")]);
  });

  test("files without a base, and these very files", async () => {
    const written = await read({ delegations: all, team: "groups: {ops: {}}\n" });
    expect(outsideBase(written, { commit, asRead: null }, organization)).toEqual([]);
    expect(outsideBase(written, { commit, asRead: written }, organization)).toEqual([]);
    expect(await shown({ delegations: [] }, { delegations: usual })).toEqual([]);
  });

  test("a name that was declared centrally, while its declaration moves to the team", async () => {
    const without = central.replace("payments-central: {}", "");
    const now = { team: "groups: {payments-central: {}}\n", files: { "central.yaml": without } };
    expect(await shown({}, now)).toEqual([]);
  });
});

describe("an organization that has changed since", () => {
  const moved: Directory = {
    ...organization,
    accounts: organization.accounts.map((one) =>
      one.name === "payments-dev" ? { ...one, ou: "Workloads/Elsewhere" } : one,
    ),
  };
  const team = rules(rule("payments-central", "ReadOnly", "payments-dev, payments-prod"));
  const wider = usual.replace("{ou: Workloads/Payments}", "{ou: Workloads/Payments}, payments-dev");

  test("what the same file asked for already may go on, once the delegation names it", async () => {
    expect(await shown({ team }, { delegations: wider, team }, moved)).toEqual([]);
  });

  test("however it is written now", async () => {
    const other = rules(rule("payments-central", "ReadOnly", '"100000000000"'));
    expect(await shown({ team }, { delegations: wider, team: other }, moved)).toEqual([]);
  });

  test.each<readonly [what: string, now: Given]>([
    ["another permission set", { team: rules(rule("payments-central", "PaymentsDeploy", "payments-dev")) }],
    ["another file of the team", { team: "", files: { "teams/payments/b.yaml": team } }],
    [
      "another group",
      { team: `groups: {payments-x: {}}\n${rules(rule("payments-x", "ReadOnly", "payments-dev"))}` },
    ],
  ])("but not for %s", async (_, now) => {
    const codes = (await told({ team }, { delegations: wider, ...now }, moved)).map(({ code }) => code);
    expect(codes).toEqual(["outside-base-delegation"]);
  });

  test("what was removed before is no grant that was there before", async () => {
    const manage = "declared";
    const removal = `removed:\n  assignments:\n  ${rule("payments-x", "ReadOnly", "payments-dev")}`;
    const grant = rules(rule("payments-x", "ReadOnly", "payments-dev"));
    expect(
      await shown({ manage, team: removal }, { manage, delegations: wider, team: grant }, moved),
    ).toEqual([outside("payments-dev")]);
    expect(
      await shown({ manage, team: removal }, { manage, delegations: wider, team: removal }, moved),
    ).toEqual([]);
  });

  test("a unit that is gone is told of, and only what is delegated now holds", async () => {
    const base = { delegations: usual.replace("Workloads/Payments", "Workloads/Gone") };
    const faults = await told(base, { team });
    expect(faults).toMatchObject([{ code: "base-delegation-unknown", severity: "warning", source: null }]);
    expect(faults[0]?.message).toContain(`access/settings.yaml:3 at ${commit}`);
    const names = await shown(base, { delegations: all, team: rules(rule("admins", "ReadOnly", "audit")) });
    expect(names).toEqual(["warning base-delegation-unknown", outside("admins")]);
  });

  test("a unit that is gone is no matter where nothing is assigned", async () => {
    const base = { delegations: usual.replace("Workloads/Payments", "Workloads/Gone"), team };
    expect(await shown(base, { delegations: usual, team: "groups: {payments-x: {}}\n" })).toEqual([]);
  });

  test("an account that is gone hides nothing: the others hold", async () => {
    const base = { delegations: usual.replace("{ou: Workloads/Payments}", '"123412341234", payments-dev') };
    const now = {
      delegations: all,
      team: rules(rule("payments-central", "ReadOnly", "payments-dev, audit")),
    };
    expect(await shown(base, now)).toEqual([outside("audit")]);
  });
});

test("a name of an account means what it meant at the base", async () => {
  const names = (pay: string) => ({ "names.yaml": `accounts: {pay: "${pay}", web: "400000000000"}\n` });
  const delegations = usual.replace("{ou: Workloads/Payments}", "pay");
  const team = rules(rule("payments-central", "ReadOnly", "pay"));
  const base = { delegations, team, files: names("100000000000") };
  expect(await shown(base, { delegations, team, files: names("100000000000") }, local)).toEqual([]);
  expect(await shown(base, { delegations, team, files: names("500000000000") }, local)).toEqual([
    outside("pay"),
  ]);
});

test("files at the base that are not sound have delegated all the same", async () => {
  const base = { team: "groups: {ops: {}, payments-x: {membrs: []}}\n" };
  expect((await load(memoryTree(filesOf(base)))).ok).toBe(false);
  expect(await shown(base, { delegations: all, team: "groups: {ops: {}}\n" })).toEqual([outside("ops")]);
});

test("and so have settings at the base that a team named as a policy", async () => {
  const team = "permissionSets: {PaymentsOwn: {inlinePolicy: ../../settings.yaml}}\n";
  const base = await load(memoryTree(filesOf({ team })));
  expect(base.ok).toBe(false);
  expect(await shown({ team }, { delegations: all, team: "groups: {ops: {}}\n" })).toEqual([outside("ops")]);
});
