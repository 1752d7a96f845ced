import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { load } from "../../src/declare/load.js";
import { resolve } from "../../src/declare/resolve.js";
import { folderTree } from "../../src/declare/source-tree.js";
import type { Account } from "../../src/model/directory.js";

const account = (id: string, name: string, ou: string, env: string | null): Account => ({
  id,
  name,
  ou,
  tags: env === null ? {} : { env },
  state: "ACTIVE",
});
const accounts = [
  account("999900001111", "management", "", null),
  account("222200001111", "log-archive", "Security", "security"),
  account("222200002222", "security-tooling", "Security", "security"),
  account("111122223333", "sandbox", "Workloads/Dev", "dev"),
  account("333300001111", "payments-dev", "Workloads/Dev", "dev"),
  account("444455556666", "payments-prod", "Workloads/Prod", "prod"),
  account("555500001111", "web-prod", "Workloads/Prod", "prod"),
];

test("the example organisation is in order; the one warning is the lesson about MFA", async () => {
  const folder = fileURLToPath(new URL("../../access", import.meta.url));
  const loaded = await load(folderTree(folder));
  expect(loaded.diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    "warning mfa-key-absent",
  ]);
  if (!loaded.ok) throw new Error("the example organisation has faults");

  const directory = { kind: "organization" as const, managementAccount: "999900001111", accounts };
  const resolved = resolve(loaded.value, directory, { partition: "aws", commit: null, now: Date.now() });
  expect(resolved.diagnostics).toEqual([]);
  if (!resolved.ok) throw new Error("the example organisation cannot be resolved");
  const { users, groups, permissionSets, memberships, assignments } = resolved.value;
  expect([users, groups, permissionSets, memberships, assignments].map(({ size }) => size)).toEqual([
    10, 4, 5, 13, 29,
  ]);
  expect(permissionSets.get("S3FullAccess")?.value).toMatchObject({
    sessionDuration: "PT2H",
    tags: { team: "platform" },
  });
});
