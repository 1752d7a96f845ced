import { noConsent } from "../../plan/consent.js";
import { planMarkdown } from "../../report/markdown/markdown.js";
import { resultMarkdown } from "../../report/markdown/result.js";
import { resultText } from "../../report/result.js";
import { planText } from "../../report/text.js";
import { runApply } from "../../run/apply.js";
import type { ApplyOrder, ApplyRun } from "../../run/apply.js";
import { exitCode } from "../../run/exit-code.js";
import type { ExitCode } from "../../run/exit-code.js";
import { readPlan } from "../apply.js";
import { auditTrail } from "../audit-file.js";
import { systemClock } from "../clock.js";
import type { Context } from "../execute.js";
import { UsageError } from "../failure.js";
import { preparation } from "../preparation.js";
import { applyTeller } from "../progress.js";
import { tell, textOptions } from "../reporting.js";
import { waitingOf } from "../waiting.js";
import type { Inputs } from "./inputs.js";
import { diagnosticsOf, noPlan, reportOptions, summaryLimit, withFileDiagnostics } from "./publish.js";
import type { Workflow } from "./workflow.js";

/** Applies what the reviewed plan holds, and no more. */
export async function apply(context: Context<Inputs>, workflow: Workflow): Promise<ExitCode> {
  const { planFile } = context.options;
  if (planFile === null)
    throw new UsageError(
      "The input plan-file is empty, and apply does at most what a reviewed plan holds.",
      "Make one in an earlier job with command: plan, and hand it over as an artifact.",
    );
  const saved = await readPlan(planFile);
  if (!saved.ok) {
    tell(context, { diagnostics: saved.diagnostics, files: new Map() });
    const code = exitCode(["invalid"]);
    workflow.annotate(saved.diagnostics);
    await workflow.output({ "exit-code": code });
    await workflow.summarize(await noPlan("Nothing was applied.", saved.diagnostics, workflow)(summaryLimit));
    return code;
  }
  const waiting = waitingOf(context.options.waitForPrincipals, context.terminal);
  const run = await applied(context, { saved: saved.value, unattended: null, waiting }, planText);
  const code = exitCode(run.verdicts);
  const { gained, lost } = (run.result === null ? null : run.plan?.summary) ?? { gained: 0, lost: 0 };
  workflow.annotate(diagnosticsOf(run));
  await workflow.output({
    changes: run.result?.outcomes.length ?? 0,
    "exit-code": code,
    "plan-file": planFile,
    gained,
    lost,
  });
  await workflow.summarize(await appliedMarkdown(run, context, workflow));
  return code;
}

/** Plans and applies without asking, and tells in the log: of the plan, by `planAs`, unless it is out of date. */
export async function applied(
  context: Context<Inputs>,
  given: Pick<ApplyOrder, "saved" | "unattended" | "waiting">,
  planAs: typeof planText,
): Promise<ApplyRun> {
  const { options, terminal } = context;
  const run = await runApply({
    ...preparation(context),
    ...given,
    consent: { ...noConsent, allow: options.allow },
    audit: await auditTrail(options.auditFile, context),
    confirm: async () => "yes",
    clock: systemClock,
    onChange: applyTeller(terminal),
  });
  terminal.rest();
  tell(context, run);
  const { plan, result, verdicts } = run;
  if (plan !== null && !verdicts.includes("stale")) terminal.out(planAs(plan, textOptions(context)));
  if (plan !== null && result !== null)
    terminal.out(
      `\n${resultText(result, { accounts: plan.accounts, isFirstContact: plan.live.mark === null, color: false, width: terminal.width })}`,
    );
  return run;
}

/** What was done, and under it the plan that it was done by. */
async function appliedMarkdown(run: ApplyRun, context: Context<Inputs>, workflow: Workflow): Promise<string> {
  const { plan, result, diagnostics } = run;
  if (plan === null || result === null)
    return noPlan("Nothing was applied.", diagnosticsOf(run), workflow)(summaryLimit);
  const told = withFileDiagnostics(plan, diagnostics);
  const done = resultMarkdown(result, plan);
  const planned = await planMarkdown(told, reportOptions(context, workflow, summaryLimit - done.length));
  return `${done}\n## As it was planned\n\n${planned}`;
}
