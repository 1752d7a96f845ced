import { systemClock } from "../dist/cli/clock.js";
import { connect } from "../dist/live/connect.js";
import { noConsent } from "../dist/plan/consent.js";
import { runPlan } from "../dist/run/plan.js";
import { accessFiles, treeOf } from "./access-files.js";
import { createSandbox } from "../dist/sandbox/sandbox.js";
import { serve } from "../dist/sandbox/server.js";
import { filledState, region } from "./fill-sandbox.js";
import { generate } from "./organization.js";
import { pullRequests, withTeam } from "./pull-requests.js";
import { tenthAndTriple } from "./sizes.js";

/**
 * What `idc plan --targeted` asks for in an organization of the size, in one of a tenth, and in one three times as
 * large, for the same pull requests. Throws when a plan is not whole: counts of work that failed would mean nothing.
 * @param {import("./sizes.js").Size} size
 * @returns {Promise<{size: import("./sizes.js").Size, plans: {what: string, touched: number, requests: number}[]}[]>}
 */
export async function measureTargeted(size) {
  const measured = [];
  const [tenth, triple] = tenthAndTriple(size);
  for (const one of [tenth, size, triple]) measured.push({ size: one, plans: await plansOf(one) });
  return measured;
}

async function plansOf(size) {
  const organization = withTeam(generate(size));
  const base = accessFiles(organization);
  const { url, close } = await serve({ sandbox: createSandbox({ state: filledState(organization) }) });
  try {
    const plans = [];
    for (const [what, changed] of pullRequests(organization))
      plans.push({ what, ...(await planned(url, base, accessFiles(changed))) });
    return plans;
  } finally {
    await close();
  }
}

const never = new AbortController().signal;

/**
 * What `idc plan --targeted --base REV` does, with files in memory in the place of a revision. Provisioning a permission
 * set whose content changes is no object of its own.
 */
async function planned(url, base, files) {
  let connection = null;
  const { plan, diagnostics } = await runPlan({
    tree: treeOf(files),
    checkout: async () => null,
    revisionOf: async (commit) => ({ ok: true, commit, tree: treeOf(base) }),
    base: "base",
    targeted: true,
    connect: async () =>
      (connection = await connect({
        region,
        profile: null,
        endpoint: url,
        credentials: { accessKeyId: "AKIAMANAGEMENT", secretAccessKey: "bench" },
        instanceArn: null,
        limits: { requestsPerSecond: Infinity, operationsInFlight: 10 },
        clock: systemClock,
      })),
    toolVersion: "bench",
    consent: noConsent,
    waiting: null,
    wallClock: Date.now,
    signal: never,
    onStage: () => {},
  });
  connection?.close();
  if (plan === null || !plan.live.targeted || !plan.live.complete || plan.withheld.length > 0)
    throw new Error("the plan is not whole, or everything was read", { cause: diagnostics });
  const { ssoAdmin, identityStore } = plan.live.requests;
  return {
    touched: plan.changes.filter(({ kind }) => kind !== "provisioning").length,
    requests: ssoAdmin + identityStore,
  };
}
