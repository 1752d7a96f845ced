import { folderTree } from "../../declare/source-tree.js";
import { diagnosticsText, verdictText } from "../../report/diagnostics.js";
import { noPlanMarkdown } from "../../report/markdown/no-plan.js";
import { exitCode } from "../../run/exit-code.js";
import type { ExitCode } from "../../run/exit-code.js";
import { runValidate } from "../../run/validate.js";
import type { Context } from "../execute.js";
import type { Inputs } from "./inputs.js";
import { summaryLimit } from "./publish.js";
import type { Workflow } from "./workflow.js";

/** Checks the files by themselves, and marks what is wrong beside its line: for everybody's pull requests. */
export async function validate(context: Context<Inputs>, workflow: Workflow): Promise<ExitCode> {
  const { options, terminal } = context;
  const { diagnostics, files, verdicts } = await runValidate(folderTree(options.dir), Date.now());
  const verdict = verdictText(diagnostics, { dir: options.dir, files: files.size });
  terminal.out(diagnosticsText(diagnostics, { color: false, width: terminal.width, files }));
  terminal.out(verdict);
  workflow.annotate(diagnostics);
  await workflow.summarize(
    noPlanMarkdown(verdict.trim(), diagnostics, {
      commit: workflow.run.sha,
      run: workflow.run,
      limit: summaryLimit,
    }),
  );
  const code = exitCode(verdicts);
  await workflow.output({ "exit-code": code });
  return code;
}
