// Makes one plan from files, and from what a bench says that Identity Center holds; tells what each step took, as JSON.
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { deserialize } from "node:v8";
import { load } from "../dist/declare/load.js";
import { resolve } from "../dist/declare/resolve.js";
import { folderTree } from "../dist/declare/source-tree.js";
import { noConsent } from "../dist/plan/consent.js";
import { makePlan } from "../dist/plan/plan.js";

const [access, given] = process.argv.slice(2);
const { directory, state } = deserialize(await readFile(given));

const began = cpuSeconds();
const written = valueOf(await load(folderTree(access)));
const loaded = cpuSeconds();
const declared = valueOf(resolve(written, directory, { partition: "aws", commit: null, now: Date.now() }));
const resolved = cpuSeconds();
const planning = performance.now();
const plan = valueOf(
  makePlan({
    declared,
    base: null,
    live: snapshot(),
    purpose: "plan",
    toolVersion: "bench",
    consent: noConsent,
  }),
);
const clockSeconds = (performance.now() - planning) / 1e3;
const planned = cpuSeconds();

process.stdout.write(
  JSON.stringify({
    changes: plan.changes.length,
    accessRows: plan.access.gained.length + plan.access.lost.length + plan.access.changed.length,
    loadSeconds: loaded - began,
    resolveSeconds: resolved - loaded,
    planSeconds: planned - resolved,
    clockSeconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);

function snapshot() {
  const ownerAccountId = directory.managementAccount;
  return {
    instance: {
      arn: "arn:aws:sso:::instance/ssoins-1111222233334444",
      identityStoreId: "d-1111222233",
      region: "eu-west-1",
      ownerAccountId,
      mark: "bench",
    },
    caller: {
      accountId: ownerAccountId,
      arn: `arn:aws:iam::${ownerAccountId}:role/bench`,
      isManagement: true,
    },
    state,
    status: new Map([...state.users.keys()].map((name) => [name, "ENABLED"])),
    issuers: { users: new Map(), groups: new Map() },
    provisioned: provisioned(),
    lagging: new Map(),
    revoked: [],
    scope: { kind: "all" },
    gaps: [],
    readAt: "2026-01-01T00:00:00.000Z",
    requests: { ssoAdmin: 0, identityStore: 0, organizations: 0, sts: 0 },
  };
}

/** Where there is an assignment, there is a role. */
function provisioned() {
  const accounts = new Map([...state.permissionSets.keys()].map((set) => [set, new Set()]));
  for (const { permissionSet, account } of state.assignments.values())
    accounts.get(permissionSet).add(account);
  return new Map([...accounts].map(([set, ids]) => [set, [...ids]]));
}

/** Of every thread, the collector's too; unlike time on the clock it does not depend on what else the machine does. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function valueOf(checked) {
  if (!checked.ok) throw new Error("the plan cannot be made", { cause: checked.diagnostics });
  return checked.value;
}
