import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { revisionOf } from "../../src/declare/git-tree.js";
import { load } from "../../src/declare/load.js";
import { folderTree } from "../../src/declare/source-tree.js";
import type { SourceTree } from "../../src/declare/source-tree.js";
import type { Directory } from "../../src/model/directory.js";
import { gitIn } from "../support/git.js";
import { central, filesOf, inShort, organization, toldOf } from "./delegated-files.js";
import type { Given } from "./delegated-files.js";

// What somebody may try who can change the files of teams/payments, and nothing else. Each has to end in an error, or to
// gain nothing.

const policy = '{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}\n';
const give = (groups: string, sets: string, accounts: string): string =>
  `assignments:\n  - {groups: [${groups}], permissionSets: [${sets}], accounts: [${accounts}]}\n`;

describe("in a file of the team", () => {
  test.each<readonly [what: string, given: Given, told: readonly string[]]>([
    [
      "a central group, declared once more with other members",
      { team: "groups: {payments-central: {members: [bob]}}\n" },
      ["error declared-twice of payments-central"],
    ],
    [
      "a central permission set, declared once more with another policy",
      { team: `permissionSets: {ReadOnly: {inlinePolicy: ${policy.trim()}}}\n` },
      ["error declared-twice of ReadOnly"],
    ],
    [
      "a central group in another case",
      { team: "groups: {payments-Central: {members: [bob]}}\n" },
      ["error case-twins of payments-Central"],
    ],
    [
      "a central group in other letters that look the same",
      { team: "groups: {рayments-central: {}}\n" },
      ["error look-alikes of рayments-central", "warning mixed-alphabets of рayments-central"],
    ],
    [
      "a group that takes over another by its former name",
      { team: "groups: {payments-x: {previously: [admins]}}\n" },
      ["error not-supported-yet of previously"],
    ],
    [
      "a permission set that takes over another by its former name",
      {
        team: "permissionSets: {PaymentsDeploy: {previously: [Admin]}}\n",
        files: { "central.yaml": central.replace("  PaymentsDeploy: {}\n", "") },
      },
      ["error not-supported-yet of previously"],
    ],
    [
      "another account under the name of one of its own",
      {
        team: `accounts: {payments-dev: "500000000000"}\n${give("payments-central", "ReadOnly", "payments-dev")}`,
      },
      ["outside of accounts"],
    ],
    [
      "a delegation of its own",
      {
        team: "",
        files: { "teams/payments/settings.yaml": 'delegations: [{files: "**", groups: ["*"]}]\n' },
      },
      ["error misplaced-key of delegations in teams/payments/settings.yaml"],
    ],
    [
      "a grant behind an alias",
      {
        team: `groups: {payments-x: {description: &a Admin}, payments-y: {description: &b admins}}\nassignments:\n  - {groups: [*b], permissionSets: [*a], accounts: [payments-dev]}\n`,
      },
      ["outside of Admin", "outside of admins"],
    ],
    [
      "names that are keys of every object",
      { team: "groups: {__proto__: {}, constructor: {}}\n" },
      ["outside of __proto__", "outside of constructor"],
    ],
    [
      "a grant that a central rule makes already, in an account of others",
      {
        team: give("payments-central", "ReadOnly", "audit"),
        files: { "rules.yaml": give("payments-central", "ReadOnly", "audit") },
      },
      ["outside of audit"],
    ],
    [
      "the same by a rule that comes first",
      {
        team: give("payments-central", "ReadOnly", "audit"),
        files: { "z.yaml": give("payments-central", "ReadOnly", "{all: true}") },
      },
      ["outside of audit"],
    ],
    [
      "a removal of what is declared elsewhere",
      { manage: "declared", team: "removed: {groups: [payments-central]}\n" },
      ["error removed-and-declared of payments-central"],
    ],
    [
      "a removal of what a central rule gives",
      {
        manage: "declared",
        team: `removed:\n  ${give("payments-central", "ReadOnly", "payments-dev").replace("\n", "\n  ")}`,
        files: { "rules.yaml": give("payments-central", "ReadOnly", "payments-dev") },
      },
      [
        "error removed-and-declared of {groups: [payments-central], permissionSets: [ReadOnly], accounts: [payments-dev]}",
      ],
    ],
    [
      "the settings, taken for a policy so that they are none",
      {
        team: "permissionSets: {PaymentsDeploy: {inlinePolicy: ../../settings.yaml}}\ngroups: {ops: {}}\n",
        files: { "central.yaml": central.replace("  PaymentsDeploy: {}\n", "") },
      },
      [
        "error policy-missing-key of # All is managed. in settings.yaml",
        "error policy-missing-key of # All is managed. in settings.yaml",
        "error policy-unknown-key of delegations in settings.yaml",
        "outside of ops",
      ],
    ],
    [
      "a selection that holds nobody else today",
      { team: give("payments-central", "ReadOnly", 'payments-dev, {name: "new-*", optional: true}') },
      ['info no-account-matches of {name: "new-*", optional: true}'],
    ],
  ])("%s", async (_, given, told) => {
    expect(inShort(await toldOf(given), given)).toEqual(told);
  });

  test("a selection that holds nobody else today is told of the day it does", async () => {
    const joined: Directory = {
      ...organization,
      accounts: [
        ...organization.accounts,
        { id: "700000000000", name: "new-vault", ou: "Security", tags: {}, state: "ACTIVE" },
      ],
    };
    const team = give("payments-central", "ReadOnly", 'payments-dev, {name: "new-*", optional: true}');
    expect(inShort(await toldOf({ team }, joined), { team })).toEqual([
      'outside of {name: "new-*", optional: true}',
    ]);
  });

  test.each([
    "teams/payments/.hidden.yaml",
    "teams/payments/b.yml",
    "teams/payments/B.YAML",
    "teams/payments/a b\u202e/…/c.yaml",
    "teams/payments/a.yaml/b.yaml",
    "teams/payments/**/c.yaml",
  ])("another file, %j", async (path) => {
    const given = { files: { [path]: "groups: {ops: {}}\n" } };
    expect(inShort(await toldOf(given), given)).toEqual([`outside of ops in ${path}`]);
  });
});

describe("in a policy file of the team", () => {
  const names = (path: string, name = "Admin"): string =>
    central.replace(`  ${name}: {}\n`, `  ${name}: {inlinePolicy: ${path}}\n`);

  test("the policy of a set that it may not declare", async () => {
    const given = {
      files: { "central.yaml": names("teams/payments/admin.json"), "teams/payments/admin.json": policy },
    };
    const told = await toldOf(given);
    expect(inShort(told, given)).toEqual(["outside of teams/payments/admin.json in central.yaml"]);
    expect(told[0]?.message).toBe(
      'access/teams/payments/admin.json holds the policy of "Admin", which is not a permission set that these files may declare: access/settings.yaml:3 delegates ReadOnly and PaymentsDeploy to them.',
    );
  });

  test("of one that it may declare, it may hold the policy", async () => {
    const files = {
      "central.yaml": names("teams/payments/deploy.json", "PaymentsDeploy"),
      "teams/payments/deploy.json": policy,
    };
    expect(await toldOf({ files })).toEqual([]);
  });

  test("of its own sets the policy may stand in a central file, which it cannot change", async () => {
    const files = {
      "central.yaml": central.replace("  PaymentsDeploy: {}\n", ""),
      "policies/p.json": policy,
    };
    const team = "permissionSets: {PaymentsDeploy: {inlinePolicy: ../../policies/p.json}}\n";
    expect(await toldOf({ team, files })).toEqual([]);
  });

  test("but not in a file of another team", async () => {
    const given = {
      delegations: [
        '- {files: "teams/payments/**", permissionSets: [PaymentsDeploy]}',
        '- {files: "teams/web/**", permissionSets: [ReadOnly]}',
      ],
      team: "permissionSets: {PaymentsDeploy: {inlinePolicy: ../web/p.yaml}}\n",
      files: { "central.yaml": central.replace("  PaymentsDeploy: {}\n", ""), "teams/web/p.yaml": policy },
    };
    expect(inShort(await toldOf(given), given)).toEqual(["outside of ../web/p.yaml"]);
  });

  test("a set that its own file may not declare is told of once", async () => {
    const given = {
      team: "permissionSets: {Own: {inlinePolicy: own.json}}\n",
      files: { "teams/payments/own.json": policy },
    };
    expect(inShort(await toldOf(given), given)).toEqual(["outside of Own"]);
  });
});

describe("behind links", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "idc-links-"));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  /** The files on disk and in git, with links at these paths to what they name. */
  async function trees(
    given: Given,
    links: Readonly<Record<string, string>>,
  ): Promise<readonly SourceTree[]> {
    const access = join(folder, "access");
    const place = async (path: string): Promise<string> => {
      await mkdir(dirname(join(access, path)), { recursive: true });
      return join(access, path);
    };
    for (const [path, text] of Object.entries<string>(filesOf(given)))
      await writeFile(await place(path), text);
    for (const [path, target] of Object.entries(links)) await symlink(target, await place(path));
    gitIn(folder, "init", "--quiet");
    gitIn(folder, "add", "--all");
    gitIn(folder, "commit", "--quiet", "--message", "files");
    const revision = await revisionOf(access, "HEAD");
    if (!revision.ok) throw new Error(revision.why);
    return [folderTree(access), revision.tree];
  }

  async function told(tree: SourceTree): Promise<readonly string[]> {
    return (await load(tree)).diagnostics.map(
      ({ code, source }) => `${code} ${source?.file.replace(`${folder}/access/`, "")}`,
    );
  }

  test("an access file counts where it lies, whatever leads to it", async () => {
    const given = { files: { "ops.yaml": "groups: {ops: {}}\n" } };
    const links = { "teams/payments/ops.yaml": "../../ops.yaml", "also.yaml": "teams/payments/a.yaml" };
    for (const tree of await trees({ ...given, team: "groups: {payments-a: {}}\n" }, links))
      expect(await told(tree)).toEqual([]);
  });

  test("and so does one that a central name leads to", async () => {
    const links = { "ops.yaml": "teams/payments/a.yaml" };
    for (const tree of await trees({ team: "groups: {ops: {}}\n" }, links))
      expect(await told(tree)).toEqual(["outside-delegation teams/payments/a.yaml"]);
  });

  test.each<readonly [what: string, links: Readonly<Record<string, string>>, told: string]>([
    [
      "a central name that leads to a text of the team's",
      { "ops.yaml": "teams/payments/ops.txt" },
      "file-behind-link ops.yaml",
    ],
    [
      "one that leads there by a link of the team's",
      { "ops.yaml": "teams/payments/link", "teams/payments/link": "ops.txt" },
      "file-behind-link ops.yaml",
    ],
    [
      "a name of the team's that leads to a central text",
      { "teams/payments/b.yaml": "../../notes.txt" },
      "file-behind-link teams/payments/b.yaml",
    ],
  ])("what is not called like an access file: %s", async (_, links, expected) => {
    const files = {
      "teams/payments/ops.txt": "groups: {ops: {}}\n",
      "notes.txt": "groups: {payments-x: {}}\n",
    };
    for (const tree of await trees({ files }, links)) expect(await told(tree)).toEqual([expected]);
    await writeFile(join(folder, "access/settings.yaml"), "");
    expect(await told(folderTree(join(folder, "access")))).toEqual([]);
  });

  const named = (path: string) => central.replace("  Admin: {}\n", `  Admin: {inlinePolicy: ${path}}\n`);

  test.each<readonly [what: string, path: string, file: string, links: Readonly<Record<string, string>>]>([
    [
      "a central name that leads to the team's file",
      "policies/a.json",
      "teams/payments/p.json",
      { "policies/a.json": "../teams/payments/p.json" },
    ],
    [
      "a name of the team's that leads to a central file, and could lead elsewhere",
      "teams/payments/a.json",
      "policies/p.json",
      { "teams/payments/a.json": "../../policies/p.json" },
    ],
    [
      "a central name that leads to a central file by way of the team's",
      "policies/a.json",
      "policies/p.json",
      { "policies/a.json": "../teams/payments/b.json", "teams/payments/b.json": "../../policies/p.json" },
    ],
  ])("a policy: %s", async (_, path, file, links) => {
    const files = { "central.yaml": named(path), [file]: policy };
    const both = await trees({ files }, links);
    for (const tree of both) expect(await told(tree)).toContain("policy-behind-link central.yaml");
    const without = { ...filesOf({ files }), "settings.yaml": "" };
    for (const [at, text] of Object.entries<string>(without))
      await writeFile(join(folder, "access", at), text);
    expect(await told(folderTree(join(folder, "access")))).toEqual([]);
  });

  test("a policy in a folder behind a link", async () => {
    const files = { "central.yaml": named("policies/p.json"), "teams/payments/p.json": policy };
    const [onDisk, inGit] = await trees({ files }, { policies: "teams/payments" });
    if (onDisk === undefined || inGit === undefined) throw new Error("two trees");
    expect(await told(onDisk)).toEqual(["policy-behind-link central.yaml"]);
    // Of a revision, no folder behind a link is looked into.
    expect(await told(inGit)).toEqual(["no-such-file central.yaml"]);
  });
});
