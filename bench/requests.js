import { applyPlan } from "../dist/apply/apply.js";
import { systemClock } from "../dist/cli/clock.js";
import { load } from "../dist/declare/load.js";
import { needsTags, resolve } from "../dist/declare/resolve.js";
import { connect } from "../dist/live/connect.js";
import { noConsent } from "../dist/plan/consent.js";
import { makePlan } from "../dist/plan/plan.js";
import { accessFiles, treeOf } from "./access-files.js";
import { edited } from "./edit.js";
import { delegatedKey, region } from "./fill-sandbox.js";
import { generate } from "./organization.js";
import { startSandbox } from "./sandbox.js";
import { terraformRefresh } from "./terraform.js";

/**
 * What planning and applying cost for an organization of some size, through the SDK and over HTTP. Throws when the plan
 * or the apply is not whole: counts of work that failed would mean nothing.
 * @param {import("./sizes.js").Size} size
 */
export async function measureRequests(size) {
  const organization = generate(size);
  const files = accessFiles(edited(organization));
  const sandbox = await startSandbox(size);
  try {
    const delegated = await planned(sandbox.url, files, delegatedKey);
    delegated.connection.close();
    const { connection, phases, plan, found, cost } = await planned(sandbox.url, files, "AKIAMANAGEMENT");
    const counted = counter(connection);
    const { outcomes, errors } = await applyPlan(plan, {
      ...connection,
      writerFor: () => connection.writer,
      clock: systemClock,
      signal: never,
      operationsInFlight,
      on: () => {},
    });
    connection.close();
    for (const { change, outcome } of outcomes)
      if (outcome.status !== "done") throw new Error(`${change.id} is ${outcome.status}`, { cause: outcome });
    if (errors.length > 0) throw errors[0];
    return {
      found,
      changes: plan.changes,
      phases: new Map([...phases, ["applying", counted()]]),
      delegated: delegated.phases,
      terraform: terraformRefresh(organization),
      cost,
    };
  } finally {
    await sandbox.stop();
  }
}

const operationsInFlight = 10;
const never = new AbortController().signal;

/** What `idc plan` does, counted step by step. */
async function planned(url, files, accessKeyId) {
  const before = process.cpuUsage();
  const written = valueOf(await load(treeOf(files)));
  const connection = await connect({
    region,
    profile: null,
    endpoint: url,
    credentials: { accessKeyId, secretAccessKey: "bench" },
    instanceArn: null,
    // As fast as it goes: counts do not depend on it, and time is reckoned from them.
    limits: { requestsPerSecond: Infinity, operationsInFlight },
    clock: systemClock,
  });
  const counted = counter(connection, new Map());
  const phases = new Map([["connecting", counted()]]);
  await connection.reader.settle(never);
  phases.set("settling", counted());
  const directory = await connection.reader.directory({ tags: needsTags(written) }, never);
  phases.set("accounts", counted());
  const live = await connection.reader.snapshot({ kind: "all" }, never);
  phases.set("reading", counted());
  const cpuRead = process.cpuUsage(before);
  const declared = valueOf(resolve(written, directory, { partition: "aws", commit: null, now: Date.now() }));
  const plan = valueOf(
    makePlan({ declared, base: null, live, purpose: "plan", toolVersion: "bench", consent: noConsent }),
  );
  const cpuAll = process.cpuUsage(before);
  if (live.gaps.length > 0 || plan.withheld.length > 0 || plan.diagnostics.length > 0)
    throw new Error("the plan is not whole", {
      cause: [...live.gaps, ...plan.withheld, ...plan.diagnostics],
    });
  const cost = {
    readSeconds: seconds(cpuRead),
    planSeconds: seconds(cpuAll) - seconds(cpuRead),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  return { connection, phases, plan, found: sizeOf(live, directory), cost };
}

/** A function that gives the requests by operation since it was called last; the first time, since `start`. */
function counter(connection, start = new Map(connection.operations())) {
  let seen = start;
  return () => {
    const now = new Map(connection.operations());
    const since = new Map(
      [...now].map(([operation, count]) => [operation, count - (seen.get(operation) ?? 0)]),
    );
    seen = now;
    return new Map([...since].filter(([, count]) => count > 0));
  };
}

/** As the engine found it, which says that the generator and the sandbox kept to the size. */
function sizeOf({ state, provisioned }, directory) {
  return {
    accounts: directory.accounts.length,
    sets: state.permissionSets.size,
    assignments: state.assignments.size,
    pairs: [...provisioned.values()].reduce((total, accounts) => total + accounts.length, 0),
    groups: state.groups.size,
    users: state.users.size,
    memberships: state.memberships.size,
  };
}

function valueOf(checked) {
  if (checked.ok) return checked.value;
  throw new Error("the generated files are refused", { cause: checked.diagnostics });
}

function seconds({ user, system }) {
  return (user + system) / 1e6;
}
