import { keepComment } from "../../github/comment.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { Plan } from "../../model/plan.js";
import type { MarkdownOptions } from "../../report/markdown/markdown.js";
import { noPlanMarkdown } from "../../report/markdown/no-plan.js";
import type { Context } from "../execute.js";
import { failureOf } from "../failure.js";
import { githubLimit } from "../reporting.js";
import type { Inputs } from "./inputs.js";
import type { Workflow } from "./workflow.js";

/** Some is left for the marker that is put before a comment or an issue. */
export const commentLimit = githubLimit - 200;
/** Of a step's summary GitHub shows a mebibyte; a UTF-16 unit may take three bytes of it. */
export const summaryLimit = 340_000;

/** A report that is as detailed as its limit allows. */
export type Report = (limit: number) => string | Promise<string>;

/**
 * Puts a report into the step's summary and, in a pull request's run, into the one comment there. A fork's pull request
 * gets none: its token may not write.
 */
export async function publish(report: Report, workflow: Workflow): Promise<void> {
  const { run } = workflow;
  await workflow.summarize(await report(summaryLimit));
  if (run.pull === null || run.pull.isFromFork) return;
  const { url } = await keepComment(workflow.github(), {
    pull: run.pull.number,
    marker: workflow.marker("plan"),
    run: run.run,
    body: await report(commentLimit),
  });
  await workflow.output({ "comment-url": url });
}

/** What is told where no plan came about. */
export function noPlan(why: string, diagnostics: readonly Diagnostic[], { run }: Workflow): Report {
  return (limit) => noPlanMarkdown(why, diagnostics, { commit: run.pull?.headSha ?? run.sha, run, limit });
}

/** Does a part; where that fails, it is told before the error goes on: an older report stands there otherwise. */
export async function orTold<T>(
  part: () => Promise<T>,
  tell: (fault: Diagnostic) => Promise<void>,
  { terminal, signal }: Context<Inputs>,
): Promise<T> {
  try {
    return await part();
  } catch (error) {
    const { diagnostic } = failureOf(error, { verbose: false });
    if (!signal.aborted)
      await tell(diagnostic).catch((also: unknown) => terminal.err(failureOf(also, { verbose: false }).text));
    throw error;
  }
}

/** What a run says of its files and of its plan. */
export function diagnosticsOf({
  plan,
  diagnostics,
}: {
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
}): readonly Diagnostic[] {
  return [...diagnostics, ...(plan?.diagnostics ?? [])];
}

/** A plan as it is told: with what was said of its files, too. */
export function withFileDiagnostics(plan: Plan, diagnostics: readonly Diagnostic[]): Plan {
  const told = diagnostics.filter(({ severity }) => severity !== "info");
  return { ...plan, diagnostics: [...plan.diagnostics, ...told] };
}

export function reportOptions(
  { options }: Context<Inputs>,
  { run }: Workflow,
  limit: number,
): MarkdownOptions {
  return {
    limit,
    run: { url: run.url },
    dir: options.dir,
    ...(run.pull !== null && { head: run.pull.headSha }),
  };
}
