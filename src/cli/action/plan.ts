import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { Plan } from "../../model/plan.js";
import { noConsent } from "../../plan/consent.js";
import { planMarkdown } from "../../report/markdown/markdown.js";
import { planText } from "../../report/text.js";
import { safeJson } from "../../report/untrusted.js";
import { exitCode } from "../../run/exit-code.js";
import type { ExitCode } from "../../run/exit-code.js";
import { runPlan } from "../../run/plan.js";
import type { PlanRun } from "../../run/plan.js";
import { writeFileAtomic } from "../atomic-file.js";
import type { Context } from "../execute.js";
import { preparation } from "../preparation.js";
import { tell, textOptions } from "../reporting.js";
import { waitingOf } from "../waiting.js";
import type { Inputs } from "./inputs.js";
import { diagnosticsOf, noPlan, orTold, publish, reportOptions, withFileDiagnostics } from "./publish.js";
import type { Workflow } from "./workflow.js";

/** Plans, says so on the pull request, in the summary and beside the lines, and saves the plan. */
export async function plan(context: Context<Inputs>, workflow: Workflow): Promise<ExitCode> {
  const { terminal } = context;
  const tellFault = async (fault: Diagnostic): Promise<void> =>
    publish(noPlan(noneMade, [fault], workflow), workflow);
  const run = await orTold(async () => planned(context), tellFault, context);
  terminal.rest();
  tell(context, run);
  workflow.annotate(diagnosticsOf(run));
  const code = exitCode(run.verdicts.filter((verdict) => verdict !== "pending"));
  const { plan: made } = run;
  if (made === null) {
    await workflow.output({ "exit-code": code });
    await publish(noPlan(noneMade, run.diagnostics, workflow), workflow);
    return code;
  }
  const { changes, summary } = made;
  const told = withFileDiagnostics(made, run.diagnostics);
  terminal.out(planText(made, textOptions(context)));
  // What was read in part is a preview, and no bound for what may be done.
  const planFile = made.live.targeted
    ? ""
    : await orTold(async () => saved(made, told, context, workflow), tellFault, context);
  await workflow.output({
    changes: changes.length,
    "exit-code": code,
    "plan-file": planFile,
    gained: summary.gained,
    lost: summary.lost,
  });
  await publish((limit) => planMarkdown(told, reportOptions(context, workflow, limit)), workflow);
  return code;
}

const noneMade = "No plan could be made.";

async function planned(context: Context<Inputs>): Promise<PlanRun> {
  const { base, targeted, waitForPrincipals, allow } = context.options;
  const waiting = waitingOf(targeted ? null : waitForPrincipals, context.terminal);
  return runPlan({
    ...preparation(context),
    base,
    targeted,
    consent: { ...noConsent, allow },
    waiting,
  });
}

/**
 * Where the plan is now, with the whole report beside it: in a folder of its own unless a place is named, since a job may
 * plan for several folders.
 */
async function saved(plan: Plan, told: Plan, context: Context<Inputs>, workflow: Workflow): Promise<string> {
  const { planFile } = context.options;
  const file = planFile ?? join(await mkdtemp(join(workflow.temporary, "idc-")), "idc-plan.json");
  await writeFileAtomic(file, safeJson(plan), 0o600);
  const report = await planMarkdown(told, reportOptions(context, workflow, Infinity));
  await writeFileAtomic(`${file.replace(/\.json$/, "")}.md`, report, 0o600);
  return file;
}
