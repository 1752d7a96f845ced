import { expect } from "vitest";
import { parseDocument } from "yaml";
import { mostTold } from "../../src/declare/gather.js";
import { load } from "../../src/declare/load.js";
import type { Loaded } from "../../src/declare/load.js";
import { resolve } from "../../src/declare/resolve.js";
import type { SourceTree } from "../../src/declare/source-tree.js";
import type { Written } from "../../src/declare/written.js";
import type { Diagnostic } from "../../src/model/diagnostic.js";
import type { Account, Directory } from "../../src/model/directory.js";
import {
  diagnosticsGithub,
  diagnosticsJson,
  diagnosticsText,
  verdictText,
} from "../../src/report/diagnostics.js";
import { diagnosticsSarif } from "../../src/report/sarif.js";

/**
 * What holds of any files at all: reading them comes to an end and gives diagnostics, each of which stands in a file, says
 * one sentence and can be printed; what is read came from the files; and nothing else in this process is touched.
 */
export async function readsSafely(tree: SourceTree): Promise<Loaded> {
  const before = inherited();
  const loaded = await load(tree);
  const told = [...loaded.diagnostics];
  checkDiagnostics(loaded, loaded.diagnostics);
  if (loaded.ok) {
    checkNames(loaded.value, loaded.files);
    for (const directory of [organization, unread]) {
      const resolved = resolve(loaded.value, directory, { partition: "aws", commit: null, now: 0 });
      expect(resolved.ok).toBe(!resolved.diagnostics.some(isError));
      checkDiagnostics(loaded, resolved.diagnostics);
      told.push(...resolved.diagnostics);
    }
  }
  checkReports(tree.folder, told, loaded.files);
  expect(inherited()).toEqual(before);
  return loaded;
}

/** The codes of what is told, for the cases in which it matters what that is. */
export function codesOf({ diagnostics }: Pick<Loaded, "diagnostics">): readonly string[] {
  return [...new Set(diagnostics.map(({ code }) => code))].sort();
}

const account = (id: string, name: string, ou: string): Account => ({
  id,
  name,
  ou,
  tags: { env: "dev" },
  state: "ACTIVE",
});
const organization: Directory = {
  kind: "organization",
  managementAccount: "999900001111",
  accounts: [
    account("999900001111", "management", ""),
    account("111122223333", "sandbox", "Workloads/Dev"),
    account("444455556666", "web-prod", "Workloads/Prod"),
    account("777788889999", "log-archive", "Security"),
  ],
};
const unread: Directory = { kind: "local", managementAccount: null, unread: null };

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** What every object has from its prototypes, to see that nobody adds to it. */
function inherited(): readonly unknown[] {
  return [Object, Array, Map, Set, String, Number, Function].map(({ prototype }) =>
    Reflect.ownKeys(prototype).map(String),
  );
}

function checkDiagnostics({ ok, diagnostics, files }: Loaded, told: readonly Diagnostic[]): void {
  expect(ok).toBe(!diagnostics.some(isError));
  expect(told.length).toBeLessThanOrEqual(mostTold + 1);
  const lines = new Map([...files].map(([file, text]) => [file, text.split("\n")]));
  const seen = new Set<string>();
  for (const { code, message, help, source } of told) {
    expect(code).toMatch(/^[a-z][a-z0-9-]+$/);
    expect(message).toMatch(/^[^\n]{10,1000}[.?]$/);
    expect(help ?? "Nothing.").toMatch(/^[^\n]{3,1000}[.?]$/);
    seen.add(JSON.stringify([code, source, message]));
    if (source === null) continue;
    expect(source.line).toBeGreaterThan(0);
    expect(source.column).toBeGreaterThan(0);
    // A file that cannot be read has a beginning all the same.
    const found = lines.get(source.file) ?? [""];
    expect(source.line).toBeLessThanOrEqual(found.length);
    expect(source.column).toBeLessThanOrEqual((found[source.line - 1]?.length ?? 0) + 1);
  }
  expect(seen.size).toBe(told.length);
}

/** Whatever a terminal, GitHub or a reader of JSON would act on; line ends stand where the form itself puts them. */
const treacherous = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

function checkReports(folder: string, told: readonly Diagnostic[], files: ReadonlyMap<string, string>): void {
  const text = diagnosticsText(told, { color: false, width: 100, files });
  const github = diagnosticsGithub(told);
  const json = diagnosticsJson(told);
  const sarif = diagnosticsSarif(told, { version: "0", folder, files });
  const verdict = verdictText(told, { dir: folder, files: files.size });
  for (const form of [text, github, json, sarif, verdict]) expect(treacherous.exec(form)).toBeNull();
  // Behind the line at fault with its number, and what is set in, there is one line for each: no file can forge one.
  expect(text.split("\n").filter((line) => /^(?!\d+ \|)[^ ]/.test(line))).toHaveLength(told.length);
  expect(github.split("\n").filter((line) => line !== "")).toHaveLength(told.length);
  expect(github).toMatch(/^(::(error|warning|notice) [^\n]*\n)*$/);
  expect(JSON.parse(json)).toEqual({ ok: !told.some(isError), diagnostics: told });
  const log = JSON.parse(sarif) as { readonly runs: readonly { readonly results: readonly unknown[] }[] };
  expect(log.runs[0]?.results).toHaveLength(told.length);
}

/** Every name that was read stands in a file as the YAML library itself reads it, with aliases and escapes followed. */
function checkNames(written: Written, files: ReadonlyMap<string, string>): void {
  const texts = new Set<unknown>();
  const gather = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) gather(one);
    else if (value instanceof Map) for (const pair of value) gather(pair);
    else texts.add(value);
  };
  for (const text of files.values()) {
    const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
    gather(document.toJS({ mapAsMap: true, maxAliasCount: -1 }));
  }
  const { users, groups, permissionSets, accounts, assignments, removed } = written;
  const rules = [...assignments, ...removed.assignments].flatMap((rule) => [
    ...rule.users,
    ...rule.groups,
    ...rule.permissionSets,
  ]);
  const used = [...groups.values()].flatMap(({ members }) => members);
  const named = [...rules, ...used, ...removed.users, ...removed.groups, ...removed.permissionSets];
  const names = [users, groups, permissionSets, accounts].flatMap((declared) => [...declared.keys()]);
  for (const name of [...names, ...named.map(({ value }) => value)]) expect(texts).toContain(name);
}
