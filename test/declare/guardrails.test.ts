import { describe, expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { resolve } from "../../src/declare/resolve.js";
import type { Declared } from "../../src/model/declared.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import type { Directory } from "../../src/model/directory.js";
import { LiveError } from "../../src/model/live-error.js";
import { memoryTree } from "./memory-tree.js";

const declared = `users: {ann: {givenName: A, familyName: B}}
groups: {platform: {members: [ann]}}
permissionSets: {Break: {}, Read: {}}
`;

/** The settings, one guard a line; further files are added or stand for `all.yaml`. */
async function loaded(settings: string, files: Readonly<Record<string, string>> = {}) {
  return await load(memoryTree({ "settings.yaml": settings, "all.yaml": declared, ...files }));
}

function inShort({ severity, code, message, source }: Diagnostic): string {
  const place =
    source === null ? "-" : `${source.file.replace("access/", "")}:${source.line}:${source.column}`;
  return `${place} ${severity} ${code}: ${message}`;
}

async function told(
  settings: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  return (await loaded(settings, files)).diagnostics.map(inShort);
}

function guardrails(...lines: readonly string[]): string {
  return ["guardrails:", ...lines.map((line) => `  ${line}`), ""].join("\n");
}

describe("what is told of guardrails that are wrong", () => {
  test.each<[line: string, told: readonly string[]]>([
    ["maxRemovals: {percent: 101}", ["settings.yaml:2:26 error out-of-range: This value must be <= 100."]],
    ["maxRemovals: {percent: -1}", ["settings.yaml:2:26 error out-of-range: This value must be >= 0."]],
    ['maxRemovals: {percent: "25"}', ["settings.yaml:2:26 error wrong-type: Expected a number, found text."]],
    ["maxRemovals: {percent: 25%}", ["settings.yaml:2:26 error wrong-type: Expected a number, found text."]],
    [
      "maxRemovals: {percent: .nan}",
      ["settings.yaml:2:26 error wrong-type: Expected a number, found the number .nan."],
    ],
    [
      "maxRemovals: {percent: .inf}",
      ["settings.yaml:2:26 error wrong-type: Expected a number, found the number .inf."],
    ],
    [
      "maxRemovals: {percent: null}",
      ["settings.yaml:2:26 error wrong-type: Expected a number, found nothing."],
    ],
    [
      "maxRemovals: {floor: 1.5}",
      ["settings.yaml:2:24 error wrong-type: Expected a whole number, found the number 1.5."],
    ],
    ["maxRemovals: {floor: -1}", ["settings.yaml:2:24 error out-of-range: This value must be >= 0."]],
    [
      "maxRemovals: {count: many}",
      ["settings.yaml:2:24 error wrong-type: Expected a whole number, found text."],
    ],
    [
      "maxRemovals: {precent: 25}",
      [
        'settings.yaml:2:17 error unknown-key: Unknown key "precent" in this removal limit. Did you mean "percent"?',
      ],
    ],
    ["maxRemovals: 25", ["settings.yaml:2:16 error wrong-type: Expected a mapping, found the number 25."]],
    ["protect: {users: ann}", ["settings.yaml:2:20 error wrong-type: Expected a list, found text."]],
    ['protect: {users: [""]}', ["settings.yaml:2:21 error glob: An empty text is not a valid glob."]],
    [
      "protect: {user: [ann]}",
      [
        'settings.yaml:2:13 error unknown-key: Unknown key "user" in this protect block. Did you mean "users"?',
      ],
    ],
    [
      "protect: {accounts: [111122223333]}",
      ["settings.yaml:2:24 error wrong-type: Expected text, found the number 111122223333."],
    ],
    [
      "keepAccess: {permissionSet: Break}",
      ["settings.yaml:2:15 error wrong-type: Expected a list, found a mapping."],
    ],
    [
      "keepAccess: [{permissionSet: Break, accounts: [{all: true}], atLeast: 0}]",
      ["settings.yaml:2:73 error out-of-range: This value must be >= 1."],
    ],
    [
      "keepAccess: [{permissionSet: Break, accounts: [{all: true}], atLeast: 1.5}]",
      ["settings.yaml:2:73 error wrong-type: Expected a whole number, found the number 1.5."],
    ],
    [
      "keepAccess: [{permissionSet: Break, accounts: [], atLeast: 1}]",
      ["settings.yaml:2:39 error empty: This is empty, and at least one entry is needed."],
    ],
    [
      "keepAccess: [{permissionSet: Break, accounts: [{all: true}]}]",
      ['settings.yaml:2:16 error missing-key: "atLeast" is missing from this lock-out check.'],
    ],
    [
      "keepAccess: [{permissionSet: Brake, accounts: [{all: true}], atLeast: 1}]",
      [
        'settings.yaml:2:32 error unknown-permission-set: "Brake" is not a declared permission set, so this guard would hold nothing. Did you mean "Break"?',
      ],
    ],
    [
      "keepAccess: [{permissionSet: constructor, accounts: [{all: true}], atLeast: 1}]",
      [
        'settings.yaml:2:32 error unknown-permission-set: "constructor" is not a declared permission set, so this guard would hold nothing.',
      ],
    ],
    [
      "keepAccess: [{permissionSet: Break, accounts: [{set: nonprod}], atLeast: 1}]",
      ['settings.yaml:2:51 error not-supported-yet: "set" is not supported yet.'],
    ],
    [
      "selfLockout: {groups: [platfrom]}",
      [
        'settings.yaml:2:26 error unknown-group: "platfrom" is not a declared group, so this guard would hold nothing. Did you mean "platform"?',
      ],
    ],
    [
      "selfLockout: {groups: [plat*]}",
      [
        'settings.yaml:2:26 error unknown-group: "plat*" is not a declared group, so this guard would hold nothing.',
      ],
    ],
    [
      "selfLockout: {permissionSets: [toString]}",
      [
        'settings.yaml:2:34 error unknown-permission-set: "toString" is not a declared permission set, so this guard would hold nothing.',
      ],
    ],
    [
      "selfLockout: {managementAccount: warning}",
      ['settings.yaml:2:36 error unknown-value: "warning" is not one of: off, warn, error.'],
    ],
    [
      "rules: {adminAcces: error}",
      [
        'settings.yaml:2:11 error unknown-key: Unknown key "adminAcces" in this rules block. Did you mean "adminAccess"?',
      ],
    ],
    [
      "rules: {constructor: error}",
      ['settings.yaml:2:11 error unknown-key: Unknown key "constructor" in this rules block.'],
    ],
    [
      "rules: {__proto__: error}",
      ['settings.yaml:2:11 error unknown-key: Unknown key "__proto__" in this rules block.'],
    ],
    [
      "rules: {passRole: yes}",
      ['settings.yaml:2:21 error unknown-value: "yes" is not one of: off, warn, error.'],
    ],
    [
      "rules: {passRole: true}",
      ['settings.yaml:2:21 error unknown-value: "true" is not one of: off, warn, error.'],
    ],
    [
      "rules: {passRole: ERROR}",
      [
        'settings.yaml:2:21 error unknown-value: "ERROR" is not one of: off, warn, error. Did you mean "error"?',
      ],
    ],
    [
      "rules: {adminSession: PT30M}",
      [
        "settings.yaml:2:25 error session-duration: No session lasts PT30M: Identity Center takes PT1H to PT12H.",
      ],
    ],
    [
      "rules: {adminSession: PT13H}",
      [
        "settings.yaml:2:25 error session-duration: No session lasts PT13H: Identity Center takes PT1H to PT12H.",
      ],
    ],
    [
      "rules: {adminSession: error}",
      ['settings.yaml:2:25 error longest-session: "error" is not a valid longest session.'],
    ],
    [
      "rules: {adminSession: 4h}",
      ['settings.yaml:2:25 error longest-session: "4h" is not a valid longest session.'],
    ],
    [
      "rules: {adminSession: PT}",
      ['settings.yaml:2:25 error longest-session: "PT" is not a valid longest session.'],
    ],
  ])("%s", async (line, expected) => {
    expect(await told(guardrails(line))).toEqual(expected);
  });

  test("everywhere but in the settings", async () => {
    const other = guardrails("maxRemovals: {percent: 100}");
    expect(await told("", { "zz.yaml": other })).toEqual([
      expect.stringMatching(/^zz\.yaml:1:1 error misplaced-key: "guardrails" .*access\/settings\.yaml/),
    ]);
    expect(await told("", { "teams/settings.yaml": other })).toEqual([
      expect.stringMatching(/^teams\/settings\.yaml:1:1 error misplaced-key/),
    ]);
  });

  test("twice in the settings", async () => {
    expect(await told("guardrails: {}\nguardrails: {maxRemovals: {percent: 100}}\n")).toEqual([
      expect.stringMatching(/^settings\.yaml:2:1 error duplicate-key/),
    ]);
  });
});

describe("guardrails that are sound", () => {
  const sound = guardrails(
    "maxRemovals: {percent: 12.5, floor: 0, count: 0}",
    "protect: {users: [nobody-*], groups: [], permissionSets: [Break], accounts: [log-archive]}",
    "keepAccess: [{permissionSet: Break, accounts: [{all: true}], atLeast: 2}]",
    "selfLockout: {groups: [platform], permissionSets: [Break], managementAccount: off}",
    "rules: {adminAccess: error, wildcardActions: warn, passRole: off, adminSession: PT4H}",
  );

  test("are read with their places, and the rest as it is when nothing is said", async () => {
    const result = await loaded(sound);
    expect(result.ok && result.value.guardrails).toMatchObject({
      maxRemovals: {
        percent: { value: 12.5, source: { file: "access/settings.yaml", line: 2, column: 26 } },
        floor: { value: 0, source: { line: 2, column: 39 } },
        count: { value: 0, source: { line: 2, column: 49 } },
      },
      protect: {
        users: [{ value: "nobody-*", source: { line: 3, column: 21 } }],
        groups: [],
        permissionSets: [{ value: "Break" }],
        accounts: [{ value: "log-archive" }],
      },
      keepAccess: [{ permissionSet: { value: "Break" }, atLeast: 2, source: { line: 4 } }],
      selfLockout: { managementAccount: { value: "off", source: { line: 5 } } },
      rules: {
        adminAccess: { value: "error", source: { line: 6, column: 24 } },
        wildcardActions: { value: "warn" },
        passRole: { value: "off" },
        privilegeEscalation: { value: "off", source: null },
        adminSession: { value: "PT4H" },
      },
    });
  });

  test.each(["", "guardrails:\n", "guardrails: {}\n", guardrails("rules: {adminSession: off}")])(
    "stand at their defaults: %j",
    async (settings) => {
      const result = await loaded(settings);
      expect(result.ok && result.value.guardrails).toMatchObject({
        maxRemovals: { percent: { value: 25 }, floor: { value: 10 }, count: null },
        keepAccess: [],
        selfLockout: { groups: [], permissionSets: [], managementAccount: { value: "error" } },
        rules: { adminAccess: { value: "off" }, adminSession: null },
      });
    },
  );

  test("may name what is not managed here, which is looked for when planning", async () => {
    const settings = (of: string, line: string) => `identityCenter: {manage: {${of}}}\n${guardrails(line)}`;
    expect(await told(settings("groups: declared", "selfLockout: {groups: [elsewhere]}"))).toEqual([]);
    expect(
      await told(
        settings(
          "permissionSets: none",
          "keepAccess: [{permissionSet: Elsewhere, accounts: [{all: true}], atLeast: 1}]",
        ),
        { "all.yaml": "groups: {platform: {}}\n" },
      ),
    ).toEqual([]);
    // Ignored ones are not looked for in the files either.
    expect(await told(guardrails("selfLockout: {groups: [AWSControlTowerAdmins]}"))).toEqual([]);
  });
});

describe("the accounts of a lock-out check", () => {
  const [management, dev, prod, closed] = [
    "900000000000",
    "111111111111",
    "222222222222",
    "333333333333",
  ] as const;
  const account = (id: string, name: string, ou: string, state = "ACTIVE") => ({
    id,
    name,
    ou,
    tags: {},
    state,
  });
  const organization: Directory = {
    kind: "organization",
    managementAccount: management,
    accounts: [
      account(management, "management", ""),
      account(dev, "dev", "Workloads/Dev"),
      account(prod, "prod", "Workloads/Prod"),
      account(closed, "closed", "Workloads/Dev", "SUSPENDED"),
    ],
  };
  const local: Directory = {
    kind: "local",
    managementAccount: management,
    unread: new LiveError("No permission.", { kind: "denied" }),
  };

  const twins = [account(dev, "dev", ""), account(prod, "dev", "")];

  async function resolvedIn(directory: Directory, files: Readonly<Record<string, string>>) {
    const { diagnostics, ...result } = await loaded("", files);
    if (!result.ok) throw new Error(JSON.stringify(diagnostics));
    return resolve(result.value, directory, { partition: "aws", commit: null, now: 0 });
  }

  async function accountsOf(
    selectors: string,
    directory: Directory = organization,
    more = "",
  ): Promise<{ accounts: readonly string[] | null; told: readonly string[] }> {
    const check = guardrails(`keepAccess: [{permissionSet: Break, accounts: [${selectors}], atLeast: 1}]`);
    const resolved = await resolvedIn(directory, { "settings.yaml": `${more}${check}` });
    const value: Declared | null = resolved.ok ? resolved.value : null;
    return {
      accounts: value?.guardrails.keepAccess[0]?.accounts ?? null,
      told: resolved.diagnostics.map(({ severity, code }) => `${severity} ${code}`),
    };
  }

  test.each<[string, readonly string[]]>([
    ["{all: true}", [dev, prod, management]],
    ["{ou: Workloads/Dev}", [dev]],
    ['{name: "*"}', [dev, prod]],
    ["management", [management]],
    [`"${closed}"`, [closed]],
    [`{all: true}, "${dev}", management`, [dev, prod, management]],
    ["{ou: Nowhere, optional: true}, dev", [dev]],
  ])("%s", async (selectors, accounts) => {
    expect(await accountsOf(selectors)).toMatchObject({ accounts });
  });

  test("are held where the settings ignore them", async () => {
    const ignoring = "identityCenter: {ignore: {accounts: [prod]}}\n";
    expect(await accountsOf("{all: true}", organization, ignoring)).toEqual({
      accounts: [dev, prod, management],
      told: [],
    });
    expect(await accountsOf("prod", organization, ignoring)).toEqual({ accounts: [prod], told: [] });
  });

  test.each(["nowhere", '"123412341234"', "{ou: Nowhere}", "{tags: {env: x}}"])(
    "%s is told",
    async (selectors) => {
      const { accounts, told: said } = await accountsOf(selectors);
      expect(accounts).toBeNull();
      expect(said).toEqual([expect.stringMatching(/^error (unknown-account|no-account-matches)$/)]);
    },
  );

  test("are the management account alone where there is no other", async () => {
    const alone: Directory = { ...organization, accounts: [account(management, "management", "")] };
    expect(await accountsOf("{all: true}", alone)).toEqual({ accounts: [management], told: [] });
    expect((await accountsOf("{ou: Workloads}", alone)).accounts).toBeNull();
  });

  test("are only those that the files name where Organizations could not be read, which is told", async () => {
    const named = `accounts: {dev: "${dev}"}\n`;
    expect(await accountsOf("{all: true}", local, named)).toEqual({
      accounts: [dev, management],
      told: ["warning organizations-unread"],
    });
    expect(await accountsOf("dev", local, named)).toEqual({ accounts: [dev], told: [] });
    expect((await accountsOf("{ou: Workloads}", local, named)).accounts).toBeNull();
  });

  test.each<[string, Directory, string, boolean]>([
    ["a name of the files' own", organization, "live", true],
    ["a name that the organization has itself", organization, "dev", false],
    ["a name that two of its accounts have", { ...organization, accounts: twins }, "dev", true],
    ["a name, where Organizations could not be read", local, "dev", true],
    ["an id", organization, `"${dev}"`, false],
  ])("are told when another file says which they are: %s", async (_what, directory, name, isTold) => {
    const settings = guardrails(`keepAccess: [{permissionSet: Break, atLeast: 1, accounts: [${name}]}]`);
    const given = `accounts: {live: "${dev}", dev: "${dev}"}\n`;
    const warnings = async (files: Readonly<Record<string, string>>) =>
      (await resolvedIn(directory, files)).diagnostics.map(inShort);
    const warning = expect.stringMatching(
      /^settings\.yaml:2:62 warning guard-by-given-name: Which account "\w+" is, access\/names\.yaml:1:\d+ says: /,
    );
    expect(await warnings({ "settings.yaml": settings, "names.yaml": given })).toEqual(
      isTold ? [warning] : [],
    );
    expect(await warnings({ "settings.yaml": `${settings}${given}` })).toEqual([]);
  });

  test("that are protected by such a name are told where it alone says which they are", async () => {
    const files = {
      "settings.yaml": guardrails('protect: {accounts: [dev, "d*"]}'),
      "names.yaml": `accounts: {dev: "${dev}"}\n`,
    };
    const codes = async (directory: Directory) =>
      (await resolvedIn(directory, files)).diagnostics.map(({ code }) => code);
    expect(await codes(local)).toEqual(["guard-by-given-name"]);
    expect(await codes(organization)).toEqual([]);
  });
});
