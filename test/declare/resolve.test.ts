import { describe, expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { needsDirectory, needsTags, resolve } from "../../src/declare/resolve.js";
import type { Written } from "../../src/declare/written.js";
import type { Declared } from "../../src/model/declared.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import type { Account, Directory } from "../../src/model/directory.js";
import { LiveError } from "../../src/model/live-error.js";
import { memoryTree } from "./memory-tree.js";

const account = (id: string, name: string, ou: string, env: string | null, state = "ACTIVE"): Account => ({
  id: id.padEnd(12, "0"),
  name,
  ou,
  tags: env === null ? {} : { env, "cost center": "1" },
  state,
});
const organization: Directory = {
  kind: "organization",
  managementAccount: "900000000000",
  accounts: [
    account("9", "management", "", "prod"),
    account("1", "sandbox", "Workloads/Dev", "dev"),
    account("2", "payments-dev", "Workloads/Dev/Payments", "dev"),
    account("3", "payments-prod", "Workloads/Prod", "prod"),
    account("4", "closed-dev", "Workloads/Dev", "dev", "SUSPENDED"),
    account("5", "twin", "Workloads-Old", null),
    account("6", "twin", "", null),
  ],
};
const local: Directory = {
  kind: "local",
  managementAccount: "900000000000",
  unread: new LiveError("No permission.", { kind: "denied" }),
};

const base =
  "groups: {devs: {}}\nusers: {ann: {givenName: A, familyName: B}, bob: {givenName: B, familyName: C, status: disabled}}\npermissionSets: {Read: {}}\n";
const rule = (accounts: string, rest = "") =>
  `${base}assignments: [{groups: [devs], permissionSets: [Read], accounts: [${accounts}]${rest}}]\n`;

async function written(text: string, settings = ""): Promise<Written> {
  const { ok, diagnostics, ...rest } = await load(memoryTree({ "settings.yaml": settings, "a.yaml": text }));
  if (!ok || !("value" in rest)) throw new Error(JSON.stringify(diagnostics));
  return rest.value;
}

async function resolved(
  text: string,
  { directory = organization, settings = "" }: { directory?: Directory; settings?: string } = {},
): Promise<{ value: Declared | null; told: readonly string[]; diagnostics: readonly Diagnostic[] }> {
  const result = resolve(await written(text, settings), directory, {
    partition: "aws",
    commit: null,
    now: 0,
  });
  const told = result.diagnostics.map(
    ({ severity, code, source }) => `${source?.line}:${source?.column} ${severity} ${code}`,
  );
  return { value: result.ok ? result.value : null, told, diagnostics: result.diagnostics };
}

async function accountsOf(
  text: string,
  given: Parameters<typeof resolved>[1] = {},
): Promise<readonly string[]> {
  const { value, diagnostics } = await resolved(text, given);
  if (value === null) throw new Error(JSON.stringify(diagnostics));
  return [...value.assignments.values()]
    .map(({ value: { key, spread } }) => `${spread === null ? "=" : ""}${key.account.slice(0, 1)}`)
    .sort();
}

describe("account selectors", () => {
  test.each([
    ['"100000000000"', ["=1"]],
    ["sandbox", ["=1"]],
    ["management", ["=9"]],
    ['"400000000000"', ["=4"]],
    ["{ou: Workloads/Dev}", ["1", "2"]],
    ["{ou: Workloads}", ["1", "2", "3"]],
    ["{tags: {env: dev}}", ["1", "2"]],
    ['{tags: {env: dev, "cost center": "1"}}', ["1", "2"]],
    ['{name: "payments-*"}', ["2", "3"]],
    ['{name: "*"}', ["1", "2", "3", "5", "6"]],
    ["{all: true}", ["1", "2", "3", "5", "6"]],
    ["{all: true}, sandbox, management", ["2", "3", "5", "6", "=1", "=9"]],
    ["sandbox, {all: true}", ["2", "3", "5", "6", "=1"]],
    ["{ou: None, optional: true}, sandbox", ["=1"]],
  ])("%s", async (selectors, expected) => {
    expect(await accountsOf(rule(selectors))).toEqual([...expected].sort());
  });

  test.each([
    ["{all: true}", "[sandbox, {tags: {env: prod}}]", ["2", "5", "6"]],
    ["{all: true}", "[sandbox, {ou: Workloads/Dev}, {ou: Workloads}]", ["5", "6"]],
    ["{all: true}, management", "[{all: true}]", ["=9"]],
    ["{all: true}, management", "[management]", ["1", "2", "3", "5", "6"]],
  ])("%s except %s", async (selectors, except, expected) => {
    const text = rule(selectors, `, except: ${except}`);
    expect(await accountsOf(text)).toEqual([...expected].sort());
    expect((await resolved(text)).told).toEqual([]);
  });

  test.each([
    ['"123400000000"', "4:67 error unknown-account"],
    ["sandbocks", "4:67 error unknown-account"],
    ["twin", "4:67 error ambiguous-account"],
    ["{ou: Workload}", "4:67 error no-account-matches"],
    ["{tags: {env: test}}", "4:67 error no-account-matches"],
    ["{tags: {__proto__: x}}", "4:67 error no-account-matches"],
    ['{name: "closed-*"}', "4:67 error no-account-matches"],
    ["{name: management}", "4:67 error no-account-matches"],
    ["{name: management, optional: true}", "4:67 info no-account-matches"],
  ])("%s tells %s", async (selectors, expected) => {
    expect((await resolved(rule(selectors))).told).toEqual([expected]);
  });

  test("says what was meant, and which accounts share a name", async () => {
    expect((await resolved(rule("sandbocks"))).diagnostics[0]?.message).toContain('Did you mean "sandbox"?');
    expect((await resolved(rule("{ou: Workload/Dev}"))).diagnostics[0]?.message).toContain(
      'Did you mean "Workloads/Dev"?',
    );
    expect((await resolved(rule("twin"))).diagnostics[0]?.message).toContain("500000000000, 600000000000");
  });

  test("an except that leaves out nothing is a warning, one of an unknown account an error", async () => {
    expect((await resolved(rule("sandbox", ", except: [payments-prod]"))).told).toEqual([
      "4:86 warning except-without-effect",
    ]);
    expect((await resolved(rule("sandbox", ", except: [{ou: None}]"))).told).toEqual([
      "4:86 warning except-without-effect",
    ]);
    expect((await resolved(rule("sandbox", ", except: [paiments]"))).told).toEqual([
      "4:86 error unknown-account",
    ]);
  });

  test("names under accounts: add to those of Organizations and may not contradict them", async () => {
    const named = (name: string, id: string, use: string) => `${rule(use)}accounts: {${name}: "${id}"}\n`;
    expect(await accountsOf(named("play", "100000000000", "play"))).toEqual(["=1"]);
    expect(await accountsOf(named("twin", "500000000000", "twin"))).toEqual(["=5"]);
    expect((await resolved(named("sandbox", "200000000000", '"100000000000"'))).told).toEqual([
      "5:21 error account-contradiction",
    ]);
    expect((await resolved(named("gone", "123400000000", '"100000000000"'))).told).toEqual([
      "5:18 error unknown-account",
    ]);
  });
});

describe("without Organizations", () => {
  const names = 'accounts: {sandbox: "100000000000", prod-a: "200000000000", root: "900000000000"}\n';
  const given = { directory: local };

  test("names, globs and all range over accounts:, the management account apart", async () => {
    expect(await accountsOf(rule("sandbox, root") + names, given)).toEqual(["=1", "=9"]);
    expect(await accountsOf(rule("{all: true}") + names, given)).toEqual(["1", "2"]);
    expect(await accountsOf(rule('{name: "prod-*"}') + names, given)).toEqual(["2"]);
    expect(await accountsOf(rule('"777700000000"') + names, given)).toEqual(["=7"]);
  });

  test("units and tags cannot be told, and an unknown name says where to put it", async () => {
    expect((await resolved(rule("{ou: Workloads}") + names, given)).told).toEqual([
      "4:67 error needs-organizations",
    ]);
    expect((await resolved(rule("{tags: {env: dev}}") + names, given)).told).toEqual([
      "4:67 error needs-organizations",
    ]);
    const { told, diagnostics } = await resolved(rule("test") + names, given);
    expect(told).toEqual(["4:67 error unknown-account"]);
    expect(diagnostics[0]?.help).toBe(
      "Give the account's id under accounts.\nAWS Organizations was not read: No permission.",
    );
  });

  test("a wide rule warns, and stays open where the files name no account", async () => {
    const { told, value } = await resolved(rule("{all: true}") + names, given);
    expect(told).toEqual(["4:67 warning organizations-unread"]);
    expect([...(value?.openEnded ?? [])]).toEqual([JSON.stringify(["group", "devs", "Read"])]);
    expect((await resolved(rule("sandbox") + names, given)).value?.openEnded.size).toBe(0);
  });

  test("an exception by glob leaves nobody in of whom it cannot be told", async () => {
    const except = (accounts: string) => rule(accounts, ', except: [{name: "prod-*"}]') + names;
    expect((await resolved(except('"777700000000"'), given)).told).toEqual([
      "4:93 error needs-organizations",
    ]);
    expect(await accountsOf(except("sandbox, prod-a"), given)).toEqual(["=1"]);
  });

  test("what has to be asked of Organizations is known beforehand", async () => {
    const needs = async (text: string) => {
      const files = await written(text);
      return [needsDirectory(files), needsTags(files)];
    };
    expect(await needs(rule('"100000000000"') + names)).toEqual([false, false]);
    expect(await needs(rule("sandbox") + names)).toEqual([false, false]);
    expect(await needs(rule("sandbox"))).toEqual([true, false]);
    expect(await needs(rule("{ou: Dev}"))).toEqual([true, false]);
    expect(await needs(rule("sandbox", ", except: [{tags: {a: b}}]") + names)).toEqual([true, true]);
  });
});

describe("what is ignored", () => {
  const ignore = (what: string) => ({ settings: `identityCenter: {ignore: {${what}}}\n` });

  test("wide selectors pass ignored accounts over, by id and by name, with a note", async () => {
    const given = ignore('accounts: ["payments-*", "1000*"]');
    expect(await accountsOf(rule("{ou: Workloads/Dev}, {all: true}"), given)).toEqual(["5", "6"]);
    expect((await resolved(rule("{all: true}"), given)).told).toEqual(["4:67 info ignored-accounts"]);
    expect((await resolved(rule("sandbox"), given)).told).toEqual(["4:67 error ignored-name"]);
  });

  test("ignored assignments are passed over when wide and refused when named", async () => {
    const given = ignore('assignments: [{principal: "dev*", permissionSet: Read, account: sandbox}]');
    expect(await accountsOf(rule("{ou: Workloads/Dev}"), given)).toEqual(["2"]);
    expect((await resolved(rule("{ou: Workloads/Dev}"), given)).told).toEqual(["4:15 info ignored-accounts"]);
    expect((await resolved(rule("sandbox"), given)).told).toEqual(["4:25 error ignored-name"]);
    expect(await accountsOf(rule("payments-prod"), given)).toEqual(["=3"]);
  });
});

describe("people", () => {
  test("a disabled user keeps neither memberships nor grants, and the rule still owns them", async () => {
    const text = base.replace("{devs: {}}", "{devs: {members: [ann, bob]}}");
    const { value } = await resolved(
      `${text}assignments: [{users: [ann, bob], permissionSets: [Read], accounts: [sandbox]}]\n`,
    );
    expect([...(value?.memberships.keys() ?? [])]).toEqual(["membership:devs/ann"]);
    expect([...(value?.assignments.keys() ?? [])]).toEqual(["assignment:user/ann:Read:100000000000"]);
    expect(value?.ruled.size).toBe(2);
    expect(value?.users.get("bob")?.value.status).toBe("disabled");
  });

  test("names that are not declared may be used where not all is owned", async () => {
    const settings = "identityCenter: {manage: {users: declared, groups: none, permissionSets: declared}}\n";
    const text =
      "assignments: [{users: [zoe], groups: [ops], permissionSets: [Other], accounts: [sandbox]}]\n";
    const { value } = await resolved(text, { settings });
    expect(value?.assignments.size).toBe(2);
  });

  test("attributes are what the file mentions; null removes; the display name has a default", async () => {
    const { value } = await resolved(
      "users:\n  ann:\n    givenName: Ann\n    familyName: Lee\n    title: null\n    address: {locality: Oslo}\n",
    );
    const ann = value?.users.get("ann");
    expect(ann?.value.attributes).toEqual({
      givenName: "Ann",
      familyName: "Lee",
      displayName: "Ann Lee",
      title: null,
      "address.locality": "Oslo",
    });
    expect(ann?.source).toEqual({ file: "access/a.yaml", line: 2, column: 3 });
    expect(ann?.fields.get("address.locality")).toEqual({ file: "access/a.yaml", line: 6, column: 25 });
    expect(ann?.fields.get("title")?.line).toBe(5);
  });
});

describe("permission sets", () => {
  const set = (body: string) => `permissionSets: {Read: {${body}}}\n`;
  const read = async (body: string) => (await resolved(set(body))).value?.permissionSets.get("Read")?.value;

  test("an empty one has the service's defaults", async () => {
    expect(await read("")).toEqual({
      sessionDuration: "PT1H",
      managedPolicies: [],
      customerManagedPolicies: [],
      inlinePolicy: null,
      permissionsBoundary: null,
      tags: {},
    });
  });

  test("short names become ARNs of the partition, lists are sorted, durations have one spelling", async () => {
    const body =
      "sessionDuration: PT90M, managedPolicies: [ReadOnlyAccess, job-function/Billing], permissionsBoundary: PowerUserAccess, customerManagedPolicies: [{name: B}, {name: A, path: /x/}, {name: A}]";
    expect(await read(body)).toMatchObject({
      sessionDuration: "PT1H30M",
      managedPolicies: [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/job-function/Billing",
      ],
      permissionsBoundary: { managedPolicy: "arn:aws:iam::aws:policy/PowerUserAccess" },
      customerManagedPolicies: [
        { name: "A", path: "/" },
        { name: "B", path: "/" },
        { name: "A", path: "/x/" },
      ],
    });
    const { value } = {
      value: resolve(await written(set("managedPolicies: [X]")), organization, {
        now: 0,
        partition: "aws-cn",
        commit: "c",
      }),
    };
    expect(value.ok && value.value.permissionSets.get("Read")?.value.managedPolicies).toEqual([
      "arn:aws-cn:iam::aws:policy/X",
    ]);
    expect(value.ok && value.value.commit).toBe("c");
  });

  test("an ARN of another partition is refused", async () => {
    expect((await resolved(set('managedPolicies: ["arn:aws-cn:iam::aws:policy/X"]'))).told).toEqual([
      "1:43 error wrong-partition",
    ]);
  });

  test("requireMfa adds its condition or its Deny", async () => {
    const policy =
      'inlinePolicy: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}}';
    expect(JSON.stringify(await read(`${policy}, requireMfa: true`))).toContain(
      '"Bool":{"aws:MultiFactorAuthPresent":["true"]}',
    );
    const tagged = JSON.stringify(await read('requireMfa: {sessionTag: {key: mfa, value: "yes"}}'));
    expect(tagged).toContain('"StringNotEquals":{"aws:PrincipalTag/mfa":["yes"]}');
  });
});

describe("rules and removals", () => {
  test("where rules overlap, the first stands for it, and naming an account is stronger than a wide selector", async () => {
    const { value } = await resolved(
      `${base}assignments:\n  - {groups: [devs], permissionSets: [Read], accounts: [{all: true}], reason: first}\n  - {groups: [devs], permissionSets: [Read], accounts: [sandbox], reason: second}\n`,
    );
    const found = value?.assignments.get("assignment:group/devs:Read:100000000000");
    expect(found?.value).toMatchObject({ spread: null, reason: "first" });
    expect(found?.source).toEqual({ file: "access/a.yaml", line: 5, column: 5 });
  });

  test("removals are resolved like rules, and may not name what is declared", async () => {
    const settings = "identityCenter: {manage: {groups: declared, assignments: declared}}\n";
    const removal = (group: string) =>
      `removed: {groups: [old], assignments: [{groups: [${group}], permissionSets: [Read], accounts: [{ou: Workloads/Dev}]}]}\n`;
    const { value } = await resolved(rule("sandbox") + removal("old"), { settings });
    expect([...(value?.removed.groups.keys() ?? [])]).toEqual(["old"]);
    expect([...(value?.removed.assignments.keys() ?? [])]).toEqual([
      "assignment:group/old:Read:100000000000",
      "assignment:group/old:Read:200000000000",
    ]);
    expect((await resolved(rule("sandbox") + removal("devs"), { settings })).told).toEqual([
      "5:40 error removed-and-declared",
    ]);
  });

  test("names of accounts and what is not ACTIVE go along", async () => {
    const { value } = await resolved(rule("sandbox"));
    expect(value?.accountNames.get("100000000000")).toBe("sandbox");
    expect([...(value?.inactiveAccounts ?? [])]).toEqual([["400000000000", "SUSPENDED"]]);
  });
});

describe("the digest", () => {
  const digest = async (files: Readonly<Record<string, string>>) => {
    const loaded = await load(memoryTree(files));
    return loaded.ok ? loaded.value.digest : null;
  };

  test("is over every byte that was read, and over paths", async () => {
    const set = "permissionSets: {Read: {inlinePolicy: p.json}}\n";
    const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
    const first = await digest({ "a.yaml": set, "p.json": policy });
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digest({ "p.json": policy, "a.yaml": set, "notes.txt": "x" })).toBe(first);
    expect(await digest({ "a.yaml": set, "p.json": `${policy}\n` })).not.toBe(first);
    expect(await digest({ "b.yaml": set, "p.json": policy })).not.toBe(first);
  });
});

test("what an alias repeats is told once, and everything in the order of its place", async () => {
  const { told } = await resolved(
    `${base}assignments:\n  - {groups: [devs], permissionSets: [Read], accounts: &where [nowhere]}\n  - {users: [ann], permissionSets: [Read], accounts: *where}\naccounts: {sandbox: "200000000000"}\n`,
  );
  expect(told).toEqual(["5:64 error unknown-account", "7:21 error account-contradiction"]);
});
