import { join } from "node:path";
import { planMarkdown } from "../../report/markdown/markdown.js";
import { planText } from "../../report/text.js";
import { safeJson } from "../../report/untrusted.js";
import { exitCode } from "../../run/exit-code.js";
import type { ExitCode } from "../../run/exit-code.js";
import { runPlan } from "../../run/plan.js";
import type { PlanRun } from "../../run/plan.js";
import { writeFileAtomic } from "../atomic-file.js";
import type { Context } from "../execute.js";
import { failureOf } from "../failure.js";
import { preparation } from "../preparation.js";
import { tell, textOptions } from "../reporting.js";
import type { Inputs } from "./inputs.js";
import { noPlan, publish, reportOptions, withFileDiagnostics } from "./publish.js";
import type { Workflow } from "./workflow.js";

/** Plans, says so on the pull request, in the summary and beside the lines, and saves the plan. */
export async function plan(context: Context<Inputs>, workflow: Workflow): Promise<ExitCode> {
  const { options, terminal } = context;
  const run = await planned(context, workflow);
  terminal.rest();
  tell(context, run);
  workflow.annotate([...run.diagnostics, ...(run.plan?.diagnostics ?? [])]);
  const code = exitCode(run.verdicts.filter((verdict) => verdict !== "pending"));
  if (run.plan === null) {
    await workflow.output({ "exit-code": code });
    await publish(
      noPlan("The access files are not sound, so there is no plan.", run.diagnostics, workflow),
      workflow,
    );
    return code;
  }
  const { changes, summary } = run.plan;
  const told = withFileDiagnostics(run.plan, run.diagnostics);
  terminal.out(planText(run.plan, textOptions(context)));
  // What was read in part is a preview, and no bound for what may be done.
  const planFile = run.plan.live.targeted
    ? null
    : (options.planFile ?? join(workflow.temporary, "idc-plan.json"));
  if (planFile !== null) await writeFileAtomic(planFile, safeJson(run.plan), 0o600);
  await workflow.output({
    changes: changes.length,
    "exit-code": code,
    "plan-file": planFile ?? "",
    gained: summary.gained,
    lost: summary.lost,
  });
  await publish((limit) => planMarkdown(told, reportOptions(context, workflow, limit)), workflow);
  return code;
}

/** The plan; where none could be made, the comment says so before the error goes on: an older plan stands there otherwise. */
async function planned(context: Context<Inputs>, workflow: Workflow): Promise<PlanRun> {
  const { options, terminal, signal } = context;
  try {
    return await runPlan({
      ...preparation(context),
      base: options.base,
      targeted: options.targeted,
      adopt: null,
    });
  } catch (error) {
    const { diagnostic } = failureOf(error, { verbose: false });
    if (!signal.aborted)
      await publish(noPlan("No plan could be made.", [diagnostic], workflow), workflow).catch(
        (also: unknown) => terminal.err(failureOf(also, { verbose: false }).text),
      );
    throw error;
  }
}
