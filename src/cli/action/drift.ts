import { keepDriftIssue } from "../../github/issue.js";
import type { Plan } from "../../model/plan.js";
import { driftMarkdown } from "../../report/markdown/markdown.js";
import { resultMarkdown } from "../../report/markdown/result.js";
import { outlives } from "../../report/summary.js";
import { driftText } from "../../report/text.js";
import { safeText } from "../../report/untrusted.js";
import { leftToSomebody } from "../../plan/unattended.js";
import type { Unattended } from "../../plan/unattended.js";
import type { ApplyRun } from "../../run/apply.js";
import { exitCode } from "../../run/exit-code.js";
import type { ExitCode } from "../../run/exit-code.js";
import { runDrift } from "../../run/plan.js";
import type { PlanRun } from "../../run/plan.js";
import type { Context } from "../execute.js";
import { preparation } from "../preparation.js";
import { tell, textOptions } from "../reporting.js";
import { applied } from "./apply.js";
import type { Inputs } from "./inputs.js";
import {
  commentLimit,
  diagnosticsOf,
  noPlan,
  orTold,
  reportOptions,
  summaryLimit,
  withFileDiagnostics,
} from "./publish.js";
import type { Workflow } from "./workflow.js";

const label = "idc-drift";
/** For what was done; what is left takes the other half. */
const halfOfSummary = summaryLimit / 2;

/**
 * Looks for what differs from what was applied last, puts right what may be put right without anybody watching, and keeps
 * the issue that tells of the rest. What is on the branch by now, approved or not, sound or not, has no part in it.
 */
export async function drift(context: Context<Inputs>, workflow: Workflow): Promise<ExitCode> {
  const found = await orTold(
    async () => look(context),
    async (fault) => workflow.summarize(await noPlan(untold, [fault], workflow)(summaryLimit)),
    context,
  );
  const may: Unattended = context.options.reconcile ? "repairs" : "expiries";
  const repaired = isForUs(found, may)
    ? await applied(context, { saved: null, unattended: may, waiting: null }, driftText)
    : null;
  const left = repaired === null ? found : await lookAgain(repaired, context, workflow);
  const verdicts = [
    ...(repaired?.verdicts ?? []),
    ...(left?.verdicts ?? ["interrupted" as const]),
    ...(left !== null && hasOverdue(left) ? ["incomplete" as const] : []),
  ];
  const code = exitCode(verdicts);
  await workflow.output({ "exit-code": code });
  if (left === null) return code;
  const { plan, diagnostics } = left;
  workflow.annotate(diagnosticsOf(left));
  const limit = repaired === null ? summaryLimit : halfOfSummary;
  const before = repaired === null ? "" : `${await done(repaired, context, workflow)}\n## What is left\n\n`;
  // What differs from files that are older than what was applied, or of which nobody knows, is no drift.
  if (plan === null || left.verdicts.includes("stale")) {
    await workflow.summarize(`${before}${await noPlan(untold, diagnostics, workflow)(limit)}`);
    return code;
  }
  const { gained, lost } = plan.summary;
  await workflow.output({ changes: plan.changes.length, gained, lost });
  await workflow.summarize(`${before}${await told(left, context, workflow, limit)}`);
  await keepIssue(left, context, workflow);
  // Drift is what this run looks for, and the issue tells of it.
  return exitCode(verdicts.filter((verdict) => verdict !== "pending"));
}

const untold = "Whether anything differs could not be told.";

/**
 * Compared with what was applied last; where nothing was, or the mark that says so is gone, with the files as they are, of
 * which nothing is made.
 */
async function look(context: Context<Inputs>): Promise<PlanRun> {
  const { terminal } = context;
  const compared = async (whose: "applied" | "given") => {
    const run = await runDrift({ ...preparation(context), whose, deep: context.options.deep });
    terminal.rest();
    tell(context, run);
    return run;
  };
  const byApplied = await compared("applied");
  const isUnmarked = byApplied.plan === null && byApplied.verdicts.length === 0;
  const byFiles = isUnmarked ? await compared("given") : null;
  // While it is set up, there may be neither a mark nor files.
  const run = byFiles === null || byFiles.files.size === 0 ? byApplied : byFiles;
  if (run.plan !== null && !run.verdicts.includes("stale"))
    terminal.out(driftText(run.plan, textOptions(context)));
  return run === byApplied ? run : { ...run, diagnostics: [...byApplied.diagnostics, ...run.diagnostics] };
}

/** Whether access has run out that this run has not ended: without the mark, it ends nothing. */
function hasOverdue({ plan }: PlanRun): boolean {
  return plan !== null && (plan.changes.some(({ cause }) => cause === "expiry") || outlives(plan));
}

/** What was repaired is told whatever comes of this. Null when somebody wants the run to end. */
async function lookAgain(
  repaired: ApplyRun,
  context: Context<Inputs>,
  workflow: Workflow,
): Promise<PlanRun | null> {
  const { signal } = context;
  try {
    signal.throwIfAborted();
    return await look(context);
  } catch (error) {
    await workflow.summarize(await done(repaired, context, workflow));
    if (!signal.aborted) throw error;
    return null;
  }
}

/** Whether there is something to do for a run that nobody watches. */
function isForUs({ plan, verdicts }: PlanRun, may: Unattended): boolean {
  if (plan === null || plan.live.mark === null || verdicts.includes("stale")) return false;
  return leftToSomebody(plan.changes, may).size < plan.changes.length;
}

/** The issue is there while something differs from what was applied. It is not closed by a run that could not see everything. */
async function keepIssue(run: PlanRun, context: Context<Inputs>, workflow: Workflow): Promise<void> {
  const { plan } = run;
  if (plan === null) return;
  const isDrift = plan.changes.length > 0 || outlives(plan);
  if (!isDrift && !plan.live.complete) return;
  const { url } = await keepDriftIssue(workflow.github(), {
    marker: workflow.marker("drift"),
    title: titleOf(plan, context),
    body: isDrift ? await told(run, context, workflow, commentLimit) : null,
    closing: `Nothing differs any more, as [a later run](${workflow.run.url}) saw.`,
    label,
    run: workflow.run.run,
  });
  await workflow.output({ "issue-url": url ?? "" });
}

async function told(
  { plan, diagnostics }: Pick<PlanRun, "plan" | "diagnostics">,
  context: Context<Inputs>,
  workflow: Workflow,
  limit: number,
): Promise<string> {
  if (plan === null) return "";
  return driftMarkdown(withFileDiagnostics(plan, diagnostics), reportOptions(context, workflow, limit));
}

/** What was put right, and what it was. */
async function done(repaired: ApplyRun, context: Context<Inputs>, workflow: Workflow): Promise<string> {
  const { plan, result } = repaired;
  if (plan === null || result === null)
    return noPlan("Nothing was put right.", diagnosticsOf(repaired), workflow)(halfOfSummary);
  const said = resultMarkdown(result, plan);
  const found = await told(repaired, context, workflow, halfOfSummary - said.length);
  return `${said}\n## What was found\n\n${found}`;
}

function titleOf({ instance }: Plan, { options }: Context<Inputs>): string {
  return `Identity Center ${safeText(instance.identityStoreId)} differs from ${safeText(options.dir)}/`;
}
