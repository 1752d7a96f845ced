import { keepDriftIssue } from "../../github/issue.js";
import type { Plan } from "../../model/plan.js";
import { driftMarkdown } from "../../report/markdown/markdown.js";
import { resultMarkdown } from "../../report/markdown/result.js";
import { driftText } from "../../report/text.js";
import { safeText } from "../../report/untrusted.js";
import { leftToSomebody } from "../../plan/unattended.js";
import type { Unattended } from "../../plan/unattended.js";
import type { ApplyRun } from "../../run/apply.js";
import { exitCode } from "../../run/exit-code.js";
import type { ExitCode, Verdict } from "../../run/exit-code.js";
import { runDrift } from "../../run/plan.js";
import type { PlanRun } from "../../run/plan.js";
import type { Context } from "../execute.js";
import { preparation } from "../preparation.js";
import { tell, textOptions } from "../reporting.js";
import { applied } from "./apply.js";
import type { Inputs } from "./inputs.js";
import { commentLimit, noPlan, reportOptions, summaryLimit, withFileDiagnostics } from "./publish.js";
import type { Workflow } from "./workflow.js";

const label = "idc-drift";
/** For what was done; what is left takes the other half. */
const halfOfSummary = summaryLimit / 2;

/** Looks for drift, puts right what may be put right without anybody watching, and keeps the issue that tells of the rest. */
export async function drift(context: Context<Inputs>, workflow: Workflow): Promise<ExitCode> {
  const found = await look(context);
  const may: Unattended = context.options.reconcile ? "repairs" : "expiries";
  const repaired = isForUs(found, may)
    ? await applied(context, { saved: null, unattended: may }, driftText)
    : null;
  const left = repaired === null ? found : await lookAgain(repaired, context, workflow);
  const verdicts = [...(repaired?.verdicts ?? []), ...(left?.verdicts ?? ["interrupted" as const])];
  const code = exitCode(verdicts);
  await workflow.output({ "exit-code": code });
  if (left === null) return code;
  const { plan, diagnostics } = left;
  workflow.annotate([...diagnostics, ...(plan?.diagnostics ?? [])]);
  const limit = repaired === null ? summaryLimit : halfOfSummary;
  const before = repaired === null ? "" : `${await done(repaired, context, workflow)}\n## What is left\n\n`;
  // What differs from files that are older than what was applied is no drift.
  if (plan === null || isStale(left.verdicts)) {
    const nothing = noPlan("Whether anything differs could not be told.", diagnostics, workflow);
    await workflow.summarize(`${before}${await nothing(limit)}`);
    return code;
  }
  const { gained, lost } = plan.summary;
  await workflow.output({ changes: plan.changes.length, gained, lost });
  await workflow.summarize(`${before}${await told(left, context, workflow, limit)}`);
  await keepIssue(left, context, workflow);
  // Drift is what this run looks for, and the issue tells of it.
  return exitCode(verdicts.filter((verdict) => verdict !== "pending"));
}

async function look(context: Context<Inputs>): Promise<PlanRun> {
  const { terminal } = context;
  const run = await runDrift(preparation(context));
  terminal.rest();
  tell(context, run);
  if (run.plan !== null && !isStale(run.verdicts)) terminal.out(driftText(run.plan, textOptions(context)));
  return run;
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

/** Whether there is something to do for a run that nobody watches, which goes by what was applied last. */
function isForUs({ plan, verdicts }: PlanRun, may: Unattended): boolean {
  if (plan === null || isStale(verdicts)) return false;
  const others = plan.changes.filter(({ cause }) => cause !== "config");
  return plan.live.mark !== null && leftToSomebody(others, may).size < others.length;
}

/**
 * The issue is there while something differs that nobody has asked for. Neither is it opened for what the files ask for
 * and somebody has yet to approve, nor is it closed by a run that could not see everything.
 */
async function keepIssue(run: PlanRun, context: Context<Inputs>, workflow: Workflow): Promise<void> {
  const { plan } = run;
  if (plan === null) return;
  const isDrift = plan.changes.some(({ cause }) => cause !== "config");
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

function isStale(verdicts: readonly Verdict[]): boolean {
  return verdicts.includes("stale");
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
  const { plan, result, diagnostics } = repaired;
  if (plan === null || result === null)
    return noPlan(
      "Nothing was put right.",
      [...diagnostics, ...(plan?.diagnostics ?? [])],
      workflow,
    )(halfOfSummary);
  const said = resultMarkdown(result, plan);
  const found = await told(repaired, context, workflow, halfOfSummary - said.length);
  return `${said}\n## What was found\n\n${found}`;
}

function titleOf({ instance }: Plan, { options }: Context<Inputs>): string {
  return `Identity Center ${safeText(instance.identityStoreId)} differs from ${safeText(options.dir)}/`;
}
