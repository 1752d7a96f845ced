import { expect, test } from "vitest";
import { collect } from "../../src/declare/collect.js";
import { pairsOf } from "../../src/declare/delegation-limits.js";
import { load } from "../../src/declare/load.js";
import type { Node } from "../../src/declare/node.js";
import type { AsRead } from "../../src/declare/written.js";
import { resolve } from "../../src/declare/resolve.js";
import type { Checked, Diagnostic } from "../../src/model/diagnostic.js";
import type { Declared } from "../../src/model/declared.js";
import type { Directory } from "../../src/model/directory.js";
import { readsSafely } from "./hostile-law.js";
import { memoryTree } from "./memory-tree.js";

// A few lines that are sound by themselves can stand for more than any machine can do.

function organization(accounts: number): Extract<Directory, { kind: "organization" }> {
  const account = (_: unknown, index: number) => ({
    id: String(100_000_000_000 + index),
    name: `account-${index}`,
    ou: `Unit-${index % 10}`,
    tags: { env: "dev" },
    state: "ACTIVE",
  });
  return {
    kind: "organization",
    managementAccount: "999900001111",
    accounts: Array.from({ length: accounts }, account),
  };
}

const nobody: Directory = { kind: "local", managementAccount: null, unread: null };

async function resolved(
  files: Readonly<Record<string, string>>,
  directory: Directory,
): Promise<Checked<Declared>> {
  const loaded = await load(memoryTree(files));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics.slice(0, 3)));
  return resolve(loaded.value, directory, { partition: "aws", commit: null, now: 0 });
}

function names(prefix: string, times: number): readonly string[] {
  return Array.from({ length: times }, (_, index) => `${prefix}${index}`);
}

function declaring(groups: number, sets: number): string {
  const empty = (list: readonly string[]) => list.map((name) => `${name}: {}`).join(", ");
  return `groups: {${empty(names("g", groups))}}\npermissionSets: {${empty(names("P", sets))}}\n`;
}

const places = ({ diagnostics }: Checked<Declared>) =>
  diagnostics.map(({ code, source }) => `${source?.line} ${code}`);

test("rules that come to more grants than can be kept are refused at the one that is too much", async () => {
  const rule = (accounts: string) =>
    `- {groups: [${names("g", 100).join()}], permissionSets: [${names("P", 100).join()}], accounts: [${accounts}]}\n`;
  const text = `${declaring(100, 100)}assignments:\n${rule("account-1")}${rule("{all: true}")}${rule("{all: true}")}`;
  expect(places(await resolved({ "a.yaml": text }, organization(100)))).toEqual(["5 too-wide"]);
  expect(
    places(await resolved({ "a.yaml": text.replace(rule("account-1"), "") }, organization(101))),
  ).toEqual(["4 too-wide"]);
});

test("pairs of many names are counted where they are in no account, too, whether files are delegated or not", async () => {
  const none = "{name: none, optional: true}";
  const rule = `{groups: [${names("g", 8000).join()}], permissionSets: [${names("P", 8000).join()}], accounts: [${none}]}`;
  const delegation = '- {files: "a.yaml", groups: ["g*"], permissionSets: ["P*"], accounts: [account-1]}';
  for (const list of ["assignments:", "removed:\n assignments:"])
    for (const settings of ["", `delegations:\n${delegation}\n`]) {
      const text = `${declaring(8000, 8000)}${list}\n - ${rule}\n`;
      const { diagnostics } = await readsSafely(memoryTree({ "a.yaml": text, "settings.yaml": settings }));
      expect(diagnostics.map(({ code }) => code)).toContain("too-wide");
    }
});

test("more wide selectors of a delegated file are not held against them either", async () => {
  const wide = names("account-", 20_000).map((name) => `{name: "${name}*"}`);
  const rule = `{groups: [g0], permissionSets: [P0], accounts: [${wide.join()}]}`;
  const settings =
    'delegations: [{files: "t.yaml", groups: [g0], permissionSets: [P0], accounts: [account-1]}]\n';
  const files = {
    "a.yaml": declaring(1, 1),
    "t.yaml": `assignments:\n- ${rule}\n`,
    "settings.yaml": settings,
  };
  let asked = 0;
  const { accounts, ...directory } = organization(20_000);
  const counting = accounts.map((account) => ({
    ...account,
    get name() {
      asked += 1;
      return account.name;
    },
  }));
  expect(places(await resolved(files, { ...directory, accounts: counting }))).toEqual(["2 too-wide"]);
  expect(asked).toBeLessThan(10 * accounts.length);
});

test("more wide selectors than can be held against the accounts are refused; single accounts are not counted", async () => {
  const selectors = names("account-", 20_000);
  const text = (list: readonly string[]) =>
    `${declaring(1, 1)}assignments:\n- {groups: [g0], permissionSets: [P0], accounts: [${list.join()}]}\n`;
  const wide = selectors.map((name) => `{name: "${name}*"}`);
  expect(places(await resolved({ "a.yaml": text(wide) }, organization(20_000)))).toEqual(["4 too-wide"]);
  const single = await resolved({ "a.yaml": text(selectors) }, organization(20_000));
  expect(single.ok && single.value.assignments.size).toBe(20_000);
});

test("guards and delegations count as well, each by itself fine", async () => {
  const wide = names("account-", 4000).map((name) => `{name: "${name}*"}`);
  const settings = `guardrails:
  keepAccess: [{permissionSet: P0, atLeast: 1, accounts: &wide [${wide.join()}]}]
delegations:
  - {files: "team/*", accounts: *wide}
`;
  const rule = `assignments: [{groups: [g0], permissionSets: [P0], accounts: [${wide.join()}]}]\n`;
  const files = { "a.yaml": `${declaring(1, 1)}${rule}`, "team/t.yaml": "{}", "settings.yaml": settings };
  const { diagnostics } = await resolved(files, organization(20_000));
  expect(diagnostics).toMatchObject([
    {
      code: "too-wide",
      source: { file: "access/a.yaml", line: 3 },
      message: expect.stringContaining("20,000"),
    },
  ]);
  expect((await resolved(files, organization(100))).diagnostics).not.toContainEqual(
    expect.objectContaining({ code: "too-wide" }),
  );
});

test("each name is held against delegations once, however many it comes together with, and pairs share what allows them", async () => {
  const delegation = `- {files: "a.yaml", groups: [${names("g*", 20).join()}, "g*"], permissionSets: ["P*"], accounts: [account-1]}\n`;
  const rule = `{groups: [${names("g", 500).join()}], permissionSets: [${names("P", 500).join()}], accounts: [account-1]}`;
  const { asRead } = await load(
    memoryTree({
      "settings.yaml": `delegations:\n${delegation.repeat(50)}`,
      "a.yaml": `assignments:\n- ${rule}\n`,
    }),
  );
  let asked = 0;
  const delegations = asRead.delegations.map((one) => ({
    ...one,
    get groups() {
      asked += 1;
      return one.groups;
    },
    get permissionSets() {
      asked += 1;
      return one.permissionSets;
    },
  }));
  const pairs = asRead.assignments.flatMap((one) => [...pairsOf(one, { delegations, commit: null })]);
  expect(pairs).toHaveLength(500 * 500);
  expect(pairs[0]?.allowing).toEqual(delegations);
  expect(new Set(pairs.map(({ allowing }) => allowing)).size).toBe(1);
  expect(asked).toBeLessThanOrEqual(2 * 50 * (500 + 500));
});

test("what cannot be told of ten thousand accounts is told in a few words", async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `"${100_000_000_000 + index}"`);
  const except = Array.from({ length: 1000 }, (_, index) => `{name: "x${index}"}`);
  const text = `${declaring(1, 1)}assignments:\n- {groups: [g0], permissionSets: [P0], accounts: [${ids.join()}], except: [${except.join()}]}\n`;
  const { diagnostics } = await resolved({ "a.yaml": text }, nobody);
  expect(diagnostics).toHaveLength(1000);
  for (const { message } of diagnostics) {
    expect(message).toContain("100000000009 and 9,990 more cannot be told");
    expect(message.length).toBeLessThan(500);
  }
});

test("names that are near to thousands of others are compared with them only so often", async () => {
  const accounts = Array.from({ length: 20_000 }, (_, index) => `accoumt-${index}`);
  const text = `${declaring(1, 1)}assignments:\n- {groups: [g0], permissionSets: [P0], accounts: [${accounts.join()}]}\n`;
  const { diagnostics } = await resolved({ "a.yaml": text }, organization(1000));
  const meant = diagnostics.filter(({ message }) => message.includes("Did you mean"));
  expect(meant).toHaveLength(100);
});

test("no more globs are held against the names than the schema allows", async () => {
  const globs = names('"*a*b', 100_000).map((glob) => `${glob}"`);
  const people = names("user-", 1000).map((name) => `  ${name}: {givenName: A, familyName: B}\n`);
  const { ok, diagnostics, settings } = await readsSafely(
    memoryTree({
      "settings.yaml": `identityCenter: {ignore: {users: [${globs.join()}]}}\n`,
      "people.yaml": `users:\n${people.join("")}`,
    }),
  );
  expect(ok).toBe(false);
  expect(diagnostics.map(({ code }) => code)).toEqual(["too-many"]);
  expect(settings.ignore.users).toHaveLength(1000);
});

type Listed = readonly [
  what: string,
  settings: (globs: string) => string,
  held: (asRead: AsRead) => readonly unknown[],
];

test.each<Listed>([
  ...(["users", "groups", "permissionSets", "accounts"] as const).map((kind): Listed => [
    `protect.${kind}`,
    (globs) => `guardrails: {protect: {${kind}: ${globs}}}`,
    ({ guardrails }) => guardrails.protect[kind],
  ]),
  ...(["groups", "permissionSets"] as const).map((kind): Listed => [
    `selfLockout.${kind}`,
    (globs) => `guardrails: {selfLockout: {${kind}: ${globs.replaceAll("*", "")}}}`,
    ({ guardrails }) => guardrails.selfLockout[kind],
  ]),
  ...(["users", "groups", "permissionSets"] as const).map((kind): Listed => [
    `a delegation's ${kind}`,
    (globs) => `delegations: [{files: "*", ${kind}: ${globs}}]`,
    ({ delegations }) => delegations[0]?.[kind] ?? [],
  ]),
  [
    "keepAccess",
    (globs) =>
      `guardrails: {keepAccess: ${globs.replaceAll(/"[^"]*"/g, "{permissionSet: P, accounts: [{all: true}], atLeast: 1}")}}`,
    ({ guardrails }) => guardrails.keepAccess,
  ],
  [
    "delegations",
    (globs) => `delegations: ${globs.replaceAll(/"([^"]*)"/g, '{files: "$1"}')}`,
    ({ delegations }) => delegations,
  ],
])("%s holds a thousand items, and no more are read", async (_what, settings, held) => {
  const listOf = (length: number): string => `[${names('"a*', length).join('", ')}"]`;
  const read = async (length: number) =>
    readsSafely(
      memoryTree({ "settings.yaml": `${settings(listOf(length))}\n`, "a.yaml": "permissionSets: {P: {}}\n" }),
    );
  const { diagnostics, asRead } = await read(1001);
  expect(diagnostics.filter(({ code }) => code === "too-many")).toHaveLength(1);
  expect(held(asRead)).toHaveLength(1000);
  expect((await read(1000)).diagnostics.filter(({ code }) => code === "too-many")).toEqual([]);
});

test("no more policy files are looked for than there can be permission sets", async () => {
  const sets = names("P", 10_050).map((name) => `  ${name}: {inlinePolicy: ${name}.json}\n`);
  let asked = 0;
  const tree = memoryTree({ "a.yaml": `permissionSets:\n${sets.join("")}` });
  const { diagnostics } = await readsSafely({
    ...tree,
    async read(path) {
      asked += 1;
      return tree.read(path);
    },
  });
  expect(asked).toBe(10_001);
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["no-such-file", "left-out"]));
});

test("a path that is too long to be one is told, and not looked for", async () => {
  const text = `permissionSets: {A: {inlinePolicy: ${"a/".repeat(40_000)}x.json}}\n`;
  const { diagnostics } = await readsSafely(memoryTree({ "a.yaml": text }));
  expect(diagnostics.map(({ code }) => code)).toEqual(["inline-policy"]);
});

test("while a large file is broken, few of the names that it may declare are looked for in it", async () => {
  const broken = `users: [\n# ${"x".repeat(4_000_000)}\n`;
  const groups = `groups: {devs: {members: [${names("u", 50_000).join()}]}}\n`;
  const { diagnostics } = await readsSafely(memoryTree({ "a.yaml": broken, "b.yaml": groups }));
  const unknown = diagnostics.filter(({ code }) => code === "unknown-user");
  expect(unknown).toHaveLength(100);
});

test("more of a kind than Identity Center has room for is told, once", () => {
  const source = { file: "access/a.yaml", line: 1, column: 1 };
  const node: Node = { kind: "mapping", value: {}, entries: new Map(), source };
  const entries = new Map(names("g", 300_000).map((name) => [name, { key: source, node }]));
  const groups: Node = { ...node, entries };
  const root: Node = { ...node, entries: new Map([["groups", { key: source, node: groups }]]) };
  const path = "access/a.yaml";
  const file = { path, origin: path, bytes: new Uint8Array(), text: "", root, isBroken: false };
  const told: Diagnostic[] = [];
  const found = collect(
    [file, file],
    "groups",
    () => null,
    (one) => told.push(one),
  );
  expect(found.size).toBe(250_000);
  expect(told.map(({ message }) => message)).toEqual(["With this, there are more than 250,000 groups."]);
});
