import { describe, expect, test } from "vitest";
import { codesOf, readsSafely } from "./hostile-law.js";
import { memoryTree } from "./memory-tree.js";

type Monster = readonly [what: string, text: string | Uint8Array, codes: readonly string[]];

function numbered(times: number, unit: (index: number) => string, head = "", tail = ""): string {
  return `${head}${Array.from({ length: times }, (_, index) => unit(index)).join("")}${tail}`;
}

describe("aliases", () => {
  const laughs = (item: (level: number) => string, ...ends: readonly string[]) =>
    [
      "a: &a0 [x]",
      ...Array.from({ length: 30 }, (_, level) => `b${level}: &a${level + 1} ${item(level)}`),
      ...ends,
    ]
      .join("\n")
      .concat("\n");
  const monsters: readonly Monster[] = [
    ["a billion laughs in lists", laughs((level) => `[${`*a${level},`.repeat(9)}]`), ["alias-expansion"]],
    [
      "a billion laughs in mappings",
      laughs((level) => `{${numbered(9, (index) => `k${index}: *a${level},`)}}`),
      ["alias-expansion"],
    ],
    [
      "aliases to one large list, over and over",
      `x: &a [${"y,".repeat(1000)}]\nz: [${"*a,".repeat(1000)}]\n`,
      ["alias-expansion"],
    ],
    [
      "aliases to one long text",
      `x: &a ${"y".repeat(99_999)}\nz: [${"*a,".repeat(1000)}]\n`,
      ["alias-expansion"],
    ],
    [
      "a policy of aliases to one long text",
      `permissionSets: {A: {description: &a ${"y".repeat(99_999)}, inlinePolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Resource: "*", Action: [${"*a,".repeat(40_000)}]}]}}}\n`,
      ["alias-expansion"],
    ],
    ["an anchor inside itself", "users: &a {alice: *a}\n", ["alias-cycle"]],
    ["anchors inside each other", "users: &a {alice: &b {x: *a, y: *b}}\n", ["alias-cycle"]],
    ["an anchor that moves on", "users: &a\ngroups: &a {devs: &a {members: *a}}\n", ["alias-cycle"]],
    ["an alias as a key", "users: &a alice\n? *a\n: {}\n", ["unknown-key", "wrong-type"]],
    [
      "an alias to a mapping as a key",
      "users: &a {b: c}\n? *a\n: {}\n",
      ["key-not-text", "unknown-key", "wrong-type"],
    ],
    ["an alias to its own key", "? &a [*a]\n: x\n", ["alias-cycle", "key-not-text"]],
    ["a merge", "users: &a {}\ngroups: {<<: *a}\n", ["merge-key"]],
    ["a merge of itself", "users: &a {<<: *a}\n", ["merge-key"]],
    ["merges of a list", "users: &a {}\ngroups: {<<: [*a, *a], <<: *a}\n", ["merge-key"]],
    ["an anchor without an end", `users: &${"a".repeat(4_000_000)}`, []],
    ["an alias without an end", `users: *${"a".repeat(4_000_000)}`, ["unknown-alias"]],
  ];
  test.each(monsters)("%s", async (_, text, codes) => {
    expect(codesOf(await readsSafely(memoryTree({ "a.yaml": text })))).toEqual(codes);
  });

  test("that show one fault in ten thousand places show it once", async () => {
    const text = `users:\n  a: &a {givenNam: 1}\n${numbered(10_000, (index) => `  u${index}: *a\n`)}`;
    const { diagnostics } = await readsSafely(memoryTree({ "a.yaml": text }));
    const unknown = diagnostics.filter(({ code }) => code === "unknown-key");
    expect(unknown.map(({ source }) => source?.line)).toEqual([2]);
  });
});

describe("nesting, a hundred thousand levels deep", () => {
  const levels = 100_000;
  const monsters: readonly Monster[] = [
    ["lists", "[".repeat(levels), ["nested-too-deep"]],
    ["lists that are closed", `users: ${"[".repeat(levels)}${"]".repeat(levels)}`, ["nested-too-deep"]],
    ["mappings", "{a: ".repeat(levels), ["nested-too-deep"]],
    ["both in turn", "[{a: ".repeat(levels), ["nested-too-deep"]],
    ["lists in a block", "- ".repeat(levels), ["nested-too-deep"]],
    ["mappings in a block", numbered(3000, (index) => `${" ".repeat(index)}a:\n`), ["nested-too-deep"]],
    ["keys of keys", "? ".repeat(levels), ["nested-too-deep"]],
    ["values of nothing", ": ".repeat(levels), ["nested-too-deep"]],
    ["JSON", `{"users": ${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`, ["nested-too-deep"]],
  ];
  test.each(monsters)("%s", async (_, text, codes) => {
    expect(codesOf(await readsSafely(memoryTree({ "a.yaml": text })))).toEqual(codes);
  });
});

describe("what other readers of YAML act on", () => {
  const monsters: readonly Monster[] = [
    ["a function", "users: !!js/function 'function () { throw 1 }'\n", ["yaml-syntax"]],
    ["an undefined", "users: !!js/undefined ''\n", ["yaml-syntax"]],
    ["a regular expression", "users: !!js/regexp /x/\n", ["yaml-syntax"]],
    ["a Python object", "users: !!python/object/apply:os.system ['id']\n", ["yaml-syntax"]],
    ["a Ruby object", "users: !ruby/object:Gem::Installer {}\n", ["yaml-syntax"]],
    ["bytes", "users: !!binary aGk=\n", ["yaml-syntax"]],
    ["a set", "users: !!set {a, b}\n", ["yaml-syntax"]],
    ["an ordered mapping", "users: !!omap [a: 1]\n", ["yaml-syntax"]],
    ["a tag of one's own", "%TAG ! tag:example.com,2000:\n---\nusers: !x {}\n", ["yaml-syntax"]],
    ["a tag by its address", "users: !<tag:yaml.org,2002:str> x\n", ["wrong-type"]],
    ["an older YAML", "%YAML 1.1\n---\nusers: {yes: {givenName: no, familyName: 012}}\n", ["wrong-type"]],
    ["a YAML of the future", "%YAML 9.9\n---\nusers: {}\n", ["yaml-syntax"]],
    ["two documents", "users: {}\n---\nusers: {}\n", ["yaml-syntax"]],
    ["a document behind an end", "users: {}\n...\ngroups: {}\n", ["yaml-syntax"]],
    [
      "an infinite number",
      "identityCenter: {limits: {requestsPerSecond: .inf}}\n",
      ["misplaced-key", "wrong-type"],
    ],
    [
      "a number that becomes infinite",
      "identityCenter: {limits: {requestsPerSecond: 1e400}}\n",
      ["misplaced-key", "wrong-type"],
    ],
    ["no number", "identityCenter: {limits: {operationsInFlight: .nan}}\n", ["misplaced-key", "wrong-type"]],
    ["an octal account id", "accounts: {a: 0o111122223333}\n", ["wrong-type"]],
    ["a hexadecimal account id", "accounts: {a: 0x111122223333}\n", ["wrong-type"]],
    ["a negative zero", "accounts: {a: -0}\n", ["wrong-type"]],
    ["an account id at full width", 'accounts: {a: "１１１１２２２２３３３３"}\n', ["account-id"]],
    ["a key of a list", "users: {[a, b]: {}}\n", ["key-not-text", "missing-key", "user-name"]],
    ["a key of nothing", "users: {: {}}\n", ["key-not-text", "missing-key", "user-name"]],
    ["a lone surrogate in a name", 'users: {"a\\ud800": {givenName: A, familyName: B}}\n', ["user-name"]],
    ["a lone surrogate as bytes", Uint8Array.of(0x61, 0xed, 0xa0, 0x80), ["not-utf-8"]],
    ["NUL in a name", 'users: {"a\\0": {givenName: A, familyName: B}}\n', ["user-name"]],
    ["NUL in the file", "users: {a\0: {givenName: A, familyName: B}}\n", ["user-name"]],
    ["a terminal's escapes in a key", '"\\e]0;x\\a\\e[2J": {}\n', ["unknown-key"]],
    ["UTF-16", Buffer.from("\ufeffusers: {}\n", "utf16le"), ["not-utf-8"]],
    ["UTF-16 without a mark", Buffer.from("users: {}\n", "utf16le"), ["wrong-type"]],
    ["UTF-32", Uint8Array.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), ["not-utf-8"]],
    ["two byte order marks", "\ufeff\ufeffusers: {}\n", []],
    ["lines that end as on an old Mac", "users:\r  a:\r    x: y\r", ["yaml-syntax"]],
    ["lines that end as NEL", "users:\u0085  a: {}\u0085", ["yaml-syntax"]],
    [
      "a name that turns the line around",
      'users: {"\u202eecila": {givenName: A, familyName: B}}\n',
      ["invisible-sign", "user-name"],
    ],
  ];
  test.each(monsters)("%s", async (_, text, codes) => {
    expect(codesOf(await readsSafely(memoryTree({ "a.yaml": text })))).toEqual(codes);
  });
});

describe("a policy in a file of its own", () => {
  const whole = '"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]';
  const monsters: readonly Monster[] = [
    ["without end", `{${whole}`, ["yaml-syntax"]],
    ["that says something twice", `{${whole}, "Version": "2008-10-17"}`, ["duplicate-key"]],
    ["that says it twice in other letters", `{${whole}, "version": "2008-10-17"}`, ["policy-unknown-key"]],
    ["that is a list", `[{${whole}}]`, ["policy-type"]],
    ["that is a text", JSON.stringify(`{${whole}}`), ["policy-type"]],
    ["that is nothing", "", ["policy-type"]],
    ["that is two", `{${whole}}\n---\n{${whole}}`, ["yaml-syntax"]],
    ["with a function", `{${whole}, "Id": !!js/function "f"}`, ["yaml-syntax"]],
    ["that merges itself", `&a {<<: *a, ${whole}}`, ["merge-key"]],
    ["that holds itself", `&a {${whole}, "Id": *a}`, ["alias-cycle"]],
    ["a hundred thousand levels deep", `{"Statement": ${"[".repeat(100_000)}`, ["nested-too-deep"]],
    [
      "of keys that every object has",
      `{${whole}, "__proto__": {"Version": 1}, "toString": 1}`,
      ["policy-unknown-key"],
    ],
    [
      "with an operator that every object has",
      '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"__proto__": {"__proto__": 1}}}}',
      ["policy-unknown-key", "policy-value"],
    ],
    [
      "of numbers that are none",
      '{"Version": .nan, "Statement": [1e400, -.inf]}',
      ["policy-type", "policy-value"],
    ],
    ["with NUL", `{${whole}, "Id": "\\u0000"}`, []],
    [
      "in letters that look like others",
      `{${whole.replace("Action", "\u0410ction")}}`,
      ["policy-missing-key", "policy-unknown-key"],
    ],
    ["that turns its lines around", `{${whole.replace('"*"', '"s3:\u202eteG*"')}}`, ["policy-value"]],
    ["in UTF-16", Buffer.from(`\ufeff{${whole}}`, "utf16le"), ["not-utf-8"]],
    ["with a byte order mark", `\ufeff{${whole}}`, []],
    ["of more than a file may have", " ".repeat(5_000_001), ["too-large"]],
    ["of one long text", `{${whole}, "Id": "${"x".repeat(4_000_000)}"}`, ["too-long"]],
    ["that does not fit", `{${whole}, "Id": "${"x".repeat(99_000)}"}`, ["inline-policy-size"]],
  ];
  test.each(monsters)("%s", async (_, text, codes) => {
    const files = {
      "a.yaml": "permissionSets: {A: {inlinePolicy: policies/a.json}}\n",
      "policies/a.json": text,
    };
    expect(codesOf(await readsSafely(memoryTree(files)))).toEqual(codes);
  });
});
