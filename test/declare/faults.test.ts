import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import { memoryTree } from "./memory-tree.js";

type Files = Readonly<Record<string, string | Uint8Array>>;

const alice = "users:\n  alice: {givenName: Alice, familyName: Nguyen}\n";
const lines = (...text: readonly string[]) => `${text.join("\n")}\n`;
const set = (...text: readonly string[]) =>
  lines("permissionSets:", "  Reader:", ...text.map((line) => `    ${line}`));
const rule = (...text: readonly string[]) =>
  lines(
    "permissionSets: {Reader: {}}",
    "groups: {readers: {}}",
    "assignments:",
    ...text.map((line) => `  ${line}`),
  );
const allow = '{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}';

/** Every way of writing files wrongly: what is told, and exactly where. `a.yaml` unless another file is named. */
const faults: readonly (readonly [what: string, files: string | Files, told: readonly string[]])[] = [
  // The file
  ["broken syntax", "users: [\n", ["2:1 error yaml-syntax"]],
  [
    "only the first of what one syntax fault leads to",
    'users:\n  a: "x\n  b: y\n c: z\n',
    ["5:1 error yaml-syntax"],
  ],
  ["a tab as indentation", "users:\n\talice: {}\n", ["2:1 error yaml-syntax"]],
  ["a second document", "users: {}\n---\ngroups: {}\n", ["2:1 error yaml-syntax"]],
  ["a tag", "users: !!binary aGk=\n", ["1:8 error yaml-syntax"]],
  ["deep nesting", `users: ${"[".repeat(4000)}`, ["1:72 error nested-too-deep"]],
  ["bytes that are no UTF-8", { "a.yaml": Uint8Array.of(0x75, 0xff, 0x3a) }, ["1:1 error not-utf-8"]],
  ["a file over 5 MB", { "a.yaml": `# ${"x".repeat(5_000_000)}\n` }, ["1:1 error too-large"]],
  ["a top level that is no mapping", "- users\n", ["1:1 error wrong-type"]],
  ["no files", { "notes.txt": "hello" }, ["- error no-files"]],

  // Aliases, keys
  ["an alias of nothing", "users: *people\n", ["1:8 error unknown-alias"]],
  ["an alias inside itself", "users: &all {a: *all}\n", ["1:17 error alias-cycle"]],
  ["aliases that explode", explosion(), ["6:8 error alias-expansion"]],
  ["a merge key", `${alice}  bob:\n    <<: {givenName: B, familyName: C}\n`, ["4:5 error merge-key"]],
  [
    "a key without quotes that is a number",
    "users:\n  42: {givenName: A, familyName: B}\n",
    ["2:3 error key-not-text"],
  ],
  ["the same key twice", lines("groups:", "  a: {}", "  a: {}"), ["3:3 error duplicate-key"]],
  [
    "the same name in two files",
    { "a.yaml": alice, "b.yaml": `\n${alice}` },
    ["b.yaml:3:3 error declared-twice"],
  ],
  [
    "names that differ in case",
    lines("groups:", "  Developers: {}", "  developers: {}"),
    ["3:3 error case-twins"],
  ],
  [
    "names that look alike",
    lines("groups:", "  developers: {}", "  dev\u0435lopers: {}"),
    ["3:3 error look-alikes", "3:3 warning mixed-alphabets"],
  ],
  [
    "a name with a sign that nobody sees",
    lines("groups:", "  devs\u3164: {}"),
    ["2:3 warning invisible-sign"],
  ],
  ["a text without an end", `users: ${"x".repeat(100_001)}\n`, ["1:8 error too-long"]],
  [
    "more than anybody reads",
    lines("groups:", ...Array.from({ length: 1001 }, (_, index) => `  g${index}: x`)),
    [
      ...Array.from({ length: 1000 }, (_, index) => `${index + 2}:${`${index}`.length + 6} error wrong-type`),
      "- info left-out",
    ],
  ],
  ["prototype keys", "__proto__: {}\nconstructor: {}\n", ["1:1 error unknown-key", "2:1 error unknown-key"]],

  // Structure
  ["an unknown key", "user: {}\n", ["1:1 error unknown-key"]],
  [
    "a misspelt key is not a missing one too",
    lines("users:", "  a: {givenNam: A, familyName: B}"),
    ["2:7 error unknown-key"],
  ],
  ["a missing key", lines("users:", "  a: {givenName: A}"), ["2:3 error missing-key"]],
  ["an empty user", lines("users:", "  a:"), ["2:5 error wrong-type"]],
  ["a list for a mapping", "users: [alice]\n", ["1:8 error wrong-type"]],
  [
    "a number for a text",
    lines("users:", "  a: {givenName: A, familyName: B, title: 7}"),
    ["2:43 error wrong-type"],
  ],
  [
    "a text for a number",
    { "settings.yaml": "identityCenter: {limits: {requestsPerSecond: fast}}\n" },
    ["settings.yaml:1:46 error wrong-type"],
  ],
  [
    "a number out of range",
    { "settings.yaml": "identityCenter: {limits: {requestsPerSecond: 0}}\n" },
    ["settings.yaml:1:46 error out-of-range"],
  ],
  [
    "a value that is none of a few",
    lines("users:", "  a: {givenName: A, familyName: B, status: disable}"),
    ["2:44 error unknown-value"],
  ],
  ["an account id without quotes", "accounts: {sandbox: 012345678901}\n", ["1:21 error wrong-type"]],
  [
    "an account id without quotes in a rule",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [111122223333]}"),
    ["4:62 error wrong-type"],
  ],

  // Names and values that the service refuses
  [
    "a user name with a space",
    lines("users:", "  al ice: {givenName: A, familyName: B}"),
    ["2:3 error user-name"],
  ],
  [
    "a reserved user name",
    lines("users:", "  Administrator: {givenName: A, familyName: B}"),
    ["2:3 error user-name"],
  ],
  ["a group name of control signs", 'groups: {"a\\u0007": {}}\n', ["1:10 error group-name"]],
  [
    "a permission set name with a space",
    "permissionSets: {Read Only: {}}\n",
    ["1:18 error permission-set-name"],
  ],
  [
    "a permission set name that is too long",
    `permissionSets: {${"x".repeat(33)}: {}}\n`,
    ["1:18 error permission-set-name"],
  ],
  ["an empty text", lines("users:", '  a: {givenName: "", familyName: B}'), ["2:18 error attribute-value"]],
  ["an account id that is too short", 'accounts: {sandbox: "1234"}\n', ["1:21 error account-id"]],
  [
    "an account name that is an id",
    'accounts: {"111122223333": "111122223333"}\n',
    ["1:12 error account-name"],
  ],
  [
    "an e-mail address without @",
    lines("users:", "  a: {givenName: A, familyName: B, email: example.com}"),
    ["2:43 error e-mail-address"],
  ],
  [
    "one e-mail address for two",
    lines(
      "users:",
      "  a: {givenName: A, familyName: B, email: x@example.com}",
      "  b: {givenName: A, familyName: B, email: X@example.com}",
    ),
    ["3:43 error duplicate-email"],
  ],
  [
    "a birthdate that is no date",
    lines("users:", "  a: {givenName: A, familyName: B, birthdate: 17.5.1990}"),
    ["2:47 error date"],
  ],
  [
    "birthdates that no calendar has",
    lines(
      "users:",
      "  a: {givenName: A, familyName: B, birthdate: 2001-13-01}",
      "  b: {givenName: A, familyName: B, birthdate: 2001-04-31}",
      "  c: {givenName: A, familyName: B, birthdate: 2004-02-29}",
    ),
    ["2:47 error date", "3:47 error date"],
  ],
  [
    "a display name that becomes too long",
    lines("users:", `  a: {givenName: ${"A".repeat(600)}, familyName: ${"é".repeat(424)}}`),
    ["2:3 error attribute-value"],
  ],
  [
    "reserved names, in any case",
    "users: {administrator: {givenName: A, familyName: B}}\ngroups: {Administrator: {}}\n",
    ["1:9 error user-name", "2:10 error group-name"],
  ],
  [
    "a description with a typographic dash",
    set("description: all – but data"),
    ["3:18 error permission-set-description"],
  ],
  ["a blank description", set('description: " "'), ["3:18 error permission-set-description"]],
  ["a duration in words", set("sessionDuration: 2 hours"), ["3:22 error session-duration"]],
  ["a session that is too short", set("sessionDuration: PT59M"), ["3:22 error session-duration"]],
  ["a session that is too long", set("sessionDuration: PT12H1S"), ["3:22 error session-duration"]],
  [
    "a relay state with a sign the service refuses",
    set('relayState: "https://example.com/<x>"'),
    ["3:17 error relay-state"],
  ],
  ["a tag key of AWS", set('tags: {"aws:team": x}'), ["3:12 error tag-key"]],
  ["a tag value of a sign the service refuses", set("tags: {team: a&b}"), ["3:18 error tag-value"]],
  ["a tag value without quotes", set("tags: {on: true}"), ["3:16 error wrong-type"]],
  [
    "too many tags",
    set(`tags: {${Array.from({ length: 76 }, (_, index) => `t${index}: x`).join(", ")}}`),
    ["3:5 error too-many"],
  ],
  [
    "a region that is none",
    { "settings.yaml": "identityCenter: {region: Ireland}\n" },
    ["settings.yaml:1:26 error aws-region"],
  ],
  [
    "an ARN that is no instance's",
    { "settings.yaml": "identityCenter: {instanceArn: ssoins-1}\n" },
    ["settings.yaml:1:31 error instance-arn"],
  ],
  [
    "an empty glob",
    { "settings.yaml": 'identityCenter: {ignore: {users: [""]}}\n' },
    ["settings.yaml:1:35 error glob"],
  ],
  [
    "a longest session in words",
    { "settings.yaml": "guardrails: {rules: {adminSession: an hour}}\n" },
    ["settings.yaml:1:36 error longest-session"],
  ],

  // Permission sets and policies
  [
    "a customer's policy among AWS's",
    set('managedPolicies: ["arn:aws:iam::111122223333:policy/X"]'),
    ["3:23 error aws-managed-policy"],
  ],
  [
    "the same policy by name and by ARN",
    set("managedPolicies:", "  - ReadOnlyAccess", "  - arn:aws:iam::aws:policy/ReadOnlyAccess"),
    ["5:9 error listed-twice"],
  ],
  [
    "a path that is none",
    set("customerManagedPolicies: [{name: Base, path: platform}]"),
    ["3:50 error policy-path"],
  ],
  ["a policy name that is none", set("customerManagedPolicies: [{name: a/b}]"), ["3:38 error policy-name"]],
  [
    "21 policies",
    set(
      `managedPolicies: [${Array.from({ length: 20 }, (_, index) => `P${index}`).join(", ")}]`,
      "customerManagedPolicies: [{name: One}]",
    ),
    ["3:5 error too-many-policies"],
  ],
  ["a boundary that is none", set("permissionsBoundary: a b"), ["3:26 error permissions-boundary"]],
  [
    "a policy without a version",
    set('inlinePolicy: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}'),
    ["3:5 error policy-missing-key"],
  ],
  [
    "a policy with a misspelt key",
    set(
      'inlinePolicy: {Version: "2012-10-17", Statement: [{Efect: Allow, Effect: Allow, Action: "*", Resource: "*"}]}',
    ),
    ["3:56 error policy-unknown-key"],
  ],
  ["JSON text for a policy", set("inlinePolicy: '{}'"), ["3:19 error inline-policy"]],
  ["a policy file that is not there", set("inlinePolicy: s3.json"), ["3:19 error no-such-file"]],
  [
    "a policy file that is not there hides no other fault",
    set("inlinePolicy: s3.json").concat("groups: {devs: {members: [zoe]}}\n"),
    ["3:19 error no-such-file", "4:27 error unknown-user"],
  ],
  ["a policy file outside the folder", set("inlinePolicy: ../s3.json"), ["3:19 error policy-file-outside"]],
  ["an absolute policy file", set("inlinePolicy: /etc/s3.json"), ["3:19 error policy-file-outside"]],
  [
    "a fault in a policy file",
    {
      "a.yaml": set("inlinePolicy: p/s3.json"),
      "p/s3.json":
        '{"Version": "2012-10-17",\n "Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]}',
    },
    ["p/s3.json:2:27 error policy-value"],
  ],
  [
    "a policy file in YAML is no access file",
    { "a.yaml": set("inlinePolicy: s3.yaml"), "s3.yaml": "Version: 2012\n" },
    ["s3.yaml:1:1 error policy-missing-key", "s3.yaml:1:10 error policy-value"],
  ],
  [
    "a policy file that only a broken file names",
    {
      "a.yaml": set("inlinePolicy: s3.yaml").concat("groups: [\n"),
      "s3.yaml": `${allow}\n`,
    },
    ["5:1 error yaml-syntax"],
  ],
  ["a policy file whose name cannot be one", set('inlinePolicy: "s3\\0.json"'), ["3:19 error inline-policy"]],
  [
    "an empty policy file",
    { "a.yaml": set("inlinePolicy: s3.json"), "s3.json": "" },
    ["s3.json:1:1 error policy-type"],
  ],
  [
    "a policy file cut in half",
    { "a.yaml": set("inlinePolicy: s3.json"), "s3.json": '{"Version": "2012' },
    ["s3.json:1:18 error yaml-syntax"],
  ],
  [
    "a policy that is too large",
    set(
      `inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: [${Array.from({ length: 600 }, (_, index) => `"arn:aws:s3:::${index}"`).join(", ")}]}]}`,
    ),
    ["3:19 error inline-policy-size"],
  ],
  [
    "a policy that just fits, whatever the spelling",
    set(
      `inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::${"x".repeat(10_240 - 100)}"}]}`,
    ),
    [],
  ],
  [
    "a policy that requireMfa makes too large",
    set(
      `inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::${"x".repeat(10_240 - 100)}"}]}`,
      "requireMfa: {sessionTag: {key: mfa, value: 'true'}}",
    ),
    ["3:19 error inline-policy-size"],
  ],
  [
    "a policy of blanks",
    set(
      `inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::${" ".repeat(32_768)}x"}]}`,
    ),
    ["3:19 error inline-policy-size"],
  ],
  [
    "MFA by a tag whose key the service takes in no policy",
    set("requireMfa: {sessionTag: {key: второй, value: 'true'}}"),
    ["3:36 error policy-characters"],
  ],
  [
    "MFA by a tag whose value the service takes in no policy",
    set("requireMfa: {sessionTag: {key: mfa, value: да}}"),
    ["3:48 error policy-characters"],
  ],
  [
    "numbers in a policy that YAML does not read as they are written",
    set(
      "inlinePolicy:",
      '  Version: "2012-10-17"',
      "  Statement:",
      '    - {Effect: Allow, Action: "s3:*", Resource: "*", Condition: {',
      '        StringEquals: {"aws:PrincipalAccount": [012345678901, 111122223333]},',
      '        NumericLessThan: {"s3:max-keys": .nan}}}',
      "    - {Effect: Allow, Action: 0x10}",
    ),
    [
      "7:53 error policy-value",
      "8:46 error policy-value",
      "9:11 error policy-missing-key",
      "9:35 error policy-type",
    ],
  ],
  ["MFA demanded of no policy", set("requireMfa: true"), ["3:17 error mfa-without-policy"]],
  [
    "MFA demanded by a key that is absent",
    set(`inlinePolicy: ${allow}`, "requireMfa: true"),
    ["4:17 warning mfa-key-absent"],
  ],
  [
    "MFA that managed policies escape",
    set("managedPolicies: [ReadOnlyAccess]", `inlinePolicy: ${allow}`, "requireMfa: true"),
    ["3:5 warning mfa-no-effect", "5:17 warning mfa-key-absent"],
  ],
  [
    "MFA conditions written by hand",
    set(
      'inlinePolicy: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "*", Resource: "*", Condition: {Bool: {"aws:MultiFactorAuthPresent": "true"}}}}',
    ),
    ["3:117 warning mfa-key-absent"],
  ],
  ["MFA by a session tag", set("requireMfa: {sessionTag: {key: mfa, value: 'true'}}"), []],
  ["MFA by nothing", set("requireMfa: {}"), ["3:5 error missing-key"]],

  // References
  [
    "a member who is not declared",
    `${alice}groups:\n  devs: {members: [alcie]}\n`,
    ["4:20 error unknown-user"],
  ],
  [
    "a member whose name cannot be one",
    `${alice}groups:\n  devs: {members: [al ice]}\n`,
    ["4:20 error member"],
  ],
  [
    "a member twice",
    `${alice}groups:\n  devs: {members: [alice, {user: alice}]}\n`,
    ["4:34 error listed-twice"],
  ],
  [
    "a group that is not declared",
    rule("- {groups: [raeders], permissionSets: [Reader], accounts: [{all: true}]}"),
    ["4:15 error unknown-group"],
  ],
  [
    "a user that is not declared",
    rule("- {users: [alice], permissionSets: [Reader], accounts: [{all: true}]}"),
    ["4:14 error unknown-user"],
  ],
  [
    "a permission set that is not declared",
    rule("- {groups: [readers], permissionSets: [Read], accounts: [{all: true}]}"),
    ["4:42 error unknown-permission-set"],
  ],
  [
    "a rule for nobody",
    rule("- {permissionSets: [Reader], accounts: [{all: true}]}"),
    ["4:5 error missing-key"],
  ],
  [
    "a rule without accounts",
    rule("- groups: [readers]", "  permissionSets: [Reader]"),
    ["4:5 error missing-key"],
  ],
  [
    "a rule with an empty list",
    rule("- {groups: [readers], permissionSets: [], accounts: [{all: true}]}"),
    ["4:25 error empty"],
  ],
  [
    "a selector that says two things",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{ou: Dev, all: true}]}"),
    ["4:62 error conflicting-keys"],
  ],
  [
    "a selector that says nothing",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{optional: true}]}"),
    ["4:62 error missing-key"],
  ],
  [
    "a selector with a misspelt key",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{tag: {env: dev}}]}"),
    ["4:63 error unknown-key"],
  ],
  [
    "a selector that is empty",
    rule('- {groups: [readers], permissionSets: [Reader], accounts: [""]}'),
    ["4:62 error account-selector"],
  ],
  [
    "a selector of all: false",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{all: false}]}"),
    ["4:68 error unknown-value"],
  ],
  [
    "a unit with a slash at its end",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{ou: Dev/}]}"),
    ["4:67 error unit-path"],
  ],

  // Settings, ownership, removal
  [
    "settings in another file",
    "identityCenter: {}\nguardrails: {}\n",
    ["1:1 error misplaced-key", "2:1 error misplaced-key"],
  ],
  [
    "settings in a folder below",
    { "a.yaml": alice, "team/settings.yaml": "identityCenter: {}\n" },
    ["team/settings.yaml:1:1 error misplaced-key"],
  ],
  [
    "people of an external provider",
    { "settings.yaml": "identityCenter: {identitySource: external}\n", "a.yaml": alice },
    ["1:1 error managed-elsewhere"],
  ],
  [
    "ownership of people who are kept elsewhere, which nothing can give",
    {
      "settings.yaml": lines(
        "identityCenter:",
        "  identitySource: active-directory",
        "  onUserRemoval: delete",
        "  manage: {users: all, groups: declared, permissionSets: all}",
      ),
      "a.yaml": "permissionSets: {Reader: {}}\n",
    },
    [
      "settings.yaml:3:18 warning setting-without-effect",
      "settings.yaml:4:19 warning setting-without-effect",
      "settings.yaml:4:32 warning setting-without-effect",
    ],
  ],
  [
    "settings that say of people who are kept elsewhere what is so",
    {
      "settings.yaml":
        "identityCenter: {identitySource: external, onUserRemoval: disable, manage: {users: none, groups: none}}\n",
      "a.yaml": "permissionSets: {Reader: {}}\n",
    },
    [],
  ],
  [
    "ownership that is misspelt, of people who are kept elsewhere",
    {
      "settings.yaml": "identityCenter: {identitySource: external, manage: {users: al}}\n",
      "a.yaml": "permissionSets: {Reader: {}}\n",
    },
    ["settings.yaml:1:60 error unknown-value"],
  ],
  [
    "the removal of people who are kept elsewhere",
    {
      "settings.yaml": "identityCenter: {identitySource: external}\n",
      "a.yaml": "removed: {users: [mallory], groups: [old team]}\n",
    },
    ["1:19 error needless-removal", "1:38 error needless-removal"],
  ],
  [
    "what is not managed",
    { "settings.yaml": "identityCenter: {manage: {users: none}}\n", "a.yaml": alice },
    ["1:1 warning not-managed"],
  ],
  [
    "a misspelt ownership leads to nothing else",
    {
      "settings.yaml": "identityCenter: {manage: {users: al}}\n",
      "a.yaml": "groups: {devs: {members: [alice]}}\n",
    },
    ["settings.yaml:1:34 error unknown-value"],
  ],
  [
    "names in another case where they need not be declared",
    {
      "settings.yaml":
        "identityCenter: {manage: {users: declared, groups: declared, permissionSets: declared}}\n",
      "a.yaml": lines(
        "users: {alice: {givenName: A, familyName: B}}",
        "groups: {devs: {members: [Alice, bob]}}",
        "assignments: [{users: [Bob], groups: [Devs, carol], permissionSets: [Reader], accounts: [a]}]",
        "removed: {groups: [DEVS], permissionSets: [reader]}",
      ),
    },
    [
      "2:27 error case-twins",
      "3:24 error case-twins",
      "3:39 error case-twins",
      "4:20 error case-twins",
      "4:44 error case-twins",
    ],
  ],
  ["a name that is ignored", "permissionSets: {AWSReadOnly: {}}\n", ["1:18 error ignored-name"]],
  ["a removal where all is owned", "removed: {groups: [old]}\n", ["1:20 error needless-removal"]],
  [
    "a removal of assignments where all is owned",
    rule().replace(
      "assignments:",
      "removed:\n  assignments: [{groups: [readers], permissionSets: [Reader], accounts: [{all: true}]}]",
    ),
    ["4:17 error needless-removal"],
  ],
  [
    "a removal of what is declared",
    {
      "settings.yaml": "identityCenter: {manage: {groups: declared}}\n",
      "a.yaml": "groups: {devs: {}}\nremoved: {groups: [devs]}\n",
    },
    ["2:20 error removed-and-declared"],
  ],
  [
    "a removal of what is used",
    {
      "settings.yaml":
        "identityCenter: {manage: {users: declared, groups: declared, permissionSets: declared}}\n",
      "a.yaml": lines(
        "groups: {devs: {members: [zoe]}}",
        "assignments: [{users: [yan], groups: [ops], permissionSets: [Reader], accounts: [a]}]",
        "removed:",
        "  users: [zoe, yan, will]",
        "  groups: [ops]",
        "  permissionSets: [Reader]",
      ),
    },
    [
      "4:11 error removed-and-declared",
      "4:16 error removed-and-declared",
      "5:12 error removed-and-declared",
      "6:20 error removed-and-declared",
    ],
  ],

  // Not supported yet
  [
    "a member who expires on no day",
    `${alice}groups:\n  devs: {members: [{user: alice, expires: 2026-02-30}]}\n`,
    ["4:43 error date-or-time"],
  ],
  ["groups within groups", "groups: {a: {}, b: {members: [{group: a}]}}\n", ["1:32 error not-supported-yet"]],
  [
    "a grant that expires on no day",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{all: true}], expires: 2026-11-31}"),
    ["4:85 error date-or-time"],
  ],
  [
    "an expiry that is no date",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{all: true}], expires: soon}"),
    ["4:85 error date-or-time"],
  ],
  [
    "a removal that expires",
    {
      "settings.yaml":
        "identityCenter: {manage: {groups: declared, permissionSets: declared, assignments: declared}}",
      "a.yaml":
        'removed: {assignments: [{groups: [a], permissionSets: [B], accounts: ["111122223333"], expires: 2026-12-31}]}',
    },
    ["1:88 error unknown-key"],
  ],
  [
    "keys that are not supported yet and hold nothing yet",
    { "a.yaml": "defaults:\naccountSets:\n" },
    ["1:1 error not-supported-yet", "2:1 error not-supported-yet"],
  ],
  ["account sets", "accountSets: {nonprod: [{ou: Dev}]}\n", ["1:1 error not-supported-yet"]],
  [
    "account sets in rules",
    rule("- {groups: [readers], permissionSets: [Reader], accounts: [{set: nonprod}]}"),
    ["4:63 error not-supported-yet"],
  ],
  ["defaults", "defaults: {permissionSets: {sessionDuration: PT4H}}\n", ["1:1 error not-supported-yet"]],
  [
    "former names of groups",
    "groups: {devs: {previously: [developers]}}\n",
    ["1:17 error not-supported-yet"],
  ],
  ["former names of permission sets", set("previously: [Read]"), ["3:5 error not-supported-yet"]],
  [
    "a guard that names what nothing declares",
    {
      "settings.yaml":
        "guardrails: {keepAccess: [{permissionSet: A, accounts: [{all: true}], atLeast: 2}], selfLockout: {groups: [b], permissionSets: [C]}}\n",
    },
    [
      "settings.yaml:1:43 error unknown-permission-set",
      "settings.yaml:1:108 error unknown-group",
      "settings.yaml:1:129 error unknown-permission-set",
    ],
  ],
  [
    "account sets in delegations",
    { "settings.yaml": 'delegations: [{files: "a.yaml", accounts: [{set: nonprod}]}]\n', "a.yaml": "" },
    ["settings.yaml:1:45 error not-supported-yet"],
  ],
  [
    "attributes for access control",
    {
      "settings.yaml":
        'identityCenter: {attributesForAccessControl: {costCenter: "${path:enterprise.costCenter}"}}\n',
    },
    ["settings.yaml:1:18 error not-supported-yet"],
  ],
  [
    "a SCIM endpoint that would read the token in clear text",
    {
      "settings.yaml":
        'identityCenter: {scim: {endpoint: "http://scim.example.com/scim/v2/", tokenEnv: TOKEN}}\n',
    },
    ["settings.yaml:1:35 error scim-endpoint"],
  ],
  [
    "a SCIM token that is no SCIM token, but what another service is asked with",
    {
      "settings.yaml":
        'identityCenter: {scim: {endpoint: "https://scim.example.com/scim/v2/", tokenEnv: AWS_SECRET_ACCESS_KEY}}\n',
    },
    ["settings.yaml:1:82 error environment-variable-name"],
  ],
  [
    "more of somebody who is kept elsewhere than that they leave",
    {
      "settings.yaml": "identityCenter: {identitySource: external}\n",
      "a.yaml": "users: {ann: {status: disabled}, ben: {status: disabled, title: Gone}}\n",
    },
    ["1:1 error managed-elsewhere"],
  ],

  // Nothing to tell
  [
    "that somebody leaves who is kept elsewhere",
    {
      "settings.yaml":
        'identityCenter: {identitySource: external, scim: {endpoint: "https://scim.example.com/scim/v2/", tokenEnv: TOKEN}}\n',
      "a.yaml": "users: {ann: {status: disabled}}\n",
    },
    [],
  ],
  ["an empty file", "", []],
  ["a file of comments", "# nobody yet\n", []],
  ["sections with nothing in them", "users:\ngroups:\nassignments:\n", []],
  ["honest aliases", set("tags: &tags {team: a}").concat("  Writer: {tags: *tags}\n"), []],
  ["CRLF", `${alice}groups: {devs: {members: [alice]}}\n`.replaceAll("\n", "\r\n"), []],
  ["a byte order mark", `\uFEFF${alice}`, []],
];

function explosion(): string {
  const rows = Array.from(
    { length: 9 },
    (_, level) =>
      `- &a${level} [${Array.from({ length: 9 }, () => (level === 0 ? "x" : `*a${level - 1}`)).join(", ")}]`,
  );
  return lines(...rows);
}

async function told(files: string | Files): Promise<readonly Diagnostic[]> {
  return (await load(memoryTree(typeof files === "string" ? { "a.yaml": files } : files))).diagnostics;
}

function inShort({ source, severity, code }: Diagnostic): string {
  if (source === null) return `- ${severity} ${code}`;
  const place = `${source.file}:${source.line}:${source.column}`.replace(/^access\/(a\.yaml:)?/, "");
  return `${place} ${severity} ${code}`;
}

describe("what is told about files that are wrong", () => {
  test.each(faults)("%s", async (_, files, expected) => {
    const shown = (await told(files)).map(inShort);
    expect(shown.toSorted()).toEqual(expected.toSorted());
  });

  test("is worded for people, in one sentence", async () => {
    for (const [, files] of faults)
      for (const { message, help } of await told(files)) {
        expect(message).toMatch(/^[^\n]{10,400}[.?]$/);
        expect(help ?? "Nothing.").toMatch(/^[^\n]{3,400}[.?]$/);
      }
  });

  test("is listed in docs/access-files.md, code by code", async () => {
    const page = readFileSync(new URL("../../docs/access-files.md", import.meta.url), "utf8");
    const table = page.slice(page.indexOf("## What is told about wrong files"));
    const listed = new Set([...table.matchAll(/`([a-z0-9-]+)`/g)].map(([, code]) => code));
    const codes = new Set(
      (await Promise.all(faults.map(async ([, files]) => await told(files)))).flat().map(({ code }) => code),
    );
    expect([...codes].filter((code) => !listed.has(code))).toEqual([]);
  });
});

test("all faults of all files come in one run, in the order of their places", async () => {
  const diagnostics = await told({
    "b.yaml": "groups:\n  devs:\n    members: [bob, zoe]\n",
    "a.yaml": "users:\n  bob: {givenName: Bob}\n  al ice: {givenName: A, familyName: B}\n",
    "c.yaml": "permissionSets: [\n",
  });
  expect(diagnostics.map(inShort)).toEqual([
    "2:3 error missing-key",
    "3:3 error user-name",
    "b.yaml:3:20 error unknown-user",
    "c.yaml:2:1 error yaml-syntax",
  ]);
});

test("names that a broken file may declare are not reported as unknown", async () => {
  const diagnostics = await told({
    "a.yaml": "users:\n  bob: {givenName: 'Bob}\n",
    "b.yaml": "groups: {devs: {members: [bob]}}\n",
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(["yaml-syntax"]);
});

test("the nearest name is suggested", async () => {
  const messages = (await told(`${alice}groups: {devs: {members: [alcie]}}\n`)).map(({ message }) => message);
  expect(messages).toEqual(['"alcie" is not a declared user. Did you mean "alice"?']);
});

test("leading zeros of an account id without quotes are kept in what to write", async () => {
  const [first] = await told("accounts: {sandbox: 012345678901}\n");
  expect(first).toMatchObject({ help: 'Write "012345678901".' });
});

test("a file that cannot be loaded is still there to show its lines", async () => {
  const { files } = await load(memoryTree({ "a.yaml": "users: [\n" }));
  expect([...files]).toEqual([["access/a.yaml", "users: [\n"]]);
});
