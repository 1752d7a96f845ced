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

/** Looks for drift, puts right what may be put right without anybody watching, and keeps the issue that tells of the rest. */
export async function drift(context: Context<Inputs>, workflow: Workflow): Promise<ExitCode> {
  const found = await look(context, workflow);
  const may: Unattended = context.options.reconcile ? "repairs" : "expiries";
  const repaired = isForUs(found, may) ? await applied(context, { saved: null, unattended: may }) : null;
  const left = repaired === null ? found : await look(context, workflow);
  const verdicts = [...(repaired?.verdicts ?? []), ...left.verdicts];
  const code = exitCode(verdicts);
  if (left.plan === null) {
    await workflow.output({ "exit-code": code });
    await workflow.summarize(
      await noPlan(
        "The access files are not sound, so drift cannot be told.",
        left.diagnostics,
        workflow,
      )(summaryLimit),
    );
    return code;
  }
  const { changes, summary } = left.plan;
  await workflow.output({
    changes: changes.length,
    "exit-code": code,
    gained: summary.gained,
    lost: summary.lost,
  });
  const repairs = repaired === null ? "" : doneMarkdown(repaired);
  await workflow.summarize(`${repairs}${await told(left, context, workflow, summaryLimit)}`);
  await keepIssue(left, context, workflow);
  // Drift is what this run looks for, and the issue tells of it.
  return exitCode(verdicts.filter((verdict) => verdict !== "pending"));
}

async function look(context: Context<Inputs>, workflow: Workflow): Promise<PlanRun> {
  const { terminal } = context;
  const run = await runDrift(preparation(context));
  terminal.rest();
  tell(context, run);
  if (run.plan !== null) terminal.out(driftText(run.plan, textOptions(context)));
  workflow.annotate([...run.diagnostics, ...(run.plan?.diagnostics ?? [])]);
  return run;
}

/** Whether there is something to do for a run that nobody watches. */
function isForUs({ plan, verdicts }: PlanRun, may: Unattended): boolean {
  if (plan === null || isStale(verdicts)) return false;
  return leftToSomebody(plan.changes, may).size < plan.changes.length;
}

/**
 * The issue is there while something differs that nobody has asked for. Neither is it opened for what the files ask for
 * and somebody has yet to approve, nor is it closed by a run that could not see everything.
 */
async function keepIssue(run: PlanRun, context: Context<Inputs>, workflow: Workflow): Promise<void> {
  const { plan, verdicts } = run;
  if (plan === null || isStale(verdicts)) return;
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
  { plan, diagnostics }: PlanRun,
  context: Context<Inputs>,
  workflow: Workflow,
  limit: number,
): Promise<string> {
  if (plan === null) return "";
  return driftMarkdown(withFileDiagnostics(plan, diagnostics), reportOptions(context, workflow, limit));
}

function doneMarkdown({ plan, result }: ApplyRun): string {
  return plan === null || result === null ? "" : `${resultMarkdown(result, plan)}\n`;
}

function titleOf({ instance }: Plan, { options }: Context<Inputs>): string {
  return `Identity Center ${safeText(instance.identityStoreId)} differs from ${safeText(options.dir)}/`;
}
