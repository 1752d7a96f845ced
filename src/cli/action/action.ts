import { annotations } from "../../github/annotations.js";
import type { WorkflowRun } from "../../github/workflow-run.js";
import type { ExitCode } from "../../run/exit-code.js";
import { perform } from "../execute.js";
import type { Context } from "../execute.js";
import { failureOf } from "../failure.js";
import { Interrupted } from "../interrupt.js";
import type { Terminal } from "../terminal.js";
import { apply } from "./apply.js";
import { drift } from "./drift.js";
import { readInputs } from "./inputs.js";
import type { ActionCommand, Inputs } from "./inputs.js";
import { plan } from "./plan.js";
import { validate } from "./validate.js";
import { giveOutputs, openWorkflow, readRun } from "./workflow.js";
import type { Workflow } from "./workflow.js";

const bodies = { validate, plan, apply, drift } satisfies Readonly<
  Record<ActionCommand, (context: Context<Inputs>, workflow: Workflow) => Promise<ExitCode>>
>;

/** The GitHub Action: a command as on the command line, told where people on GitHub look. Sets the exit code. */
export async function runAction(): Promise<void> {
  let inputs: ReturnType<typeof readInputs>;
  let run: WorkflowRun;
  try {
    inputs = readInputs(process.env);
    run = await readRun(process.env);
  } catch (error) {
    const { diagnostic, code } = failureOf(error, { verbose: false });
    // An annotation alone: in any other line, a text from outside could be an order to the runner.
    process.stdout.write(annotations([diagnostic]));
    await giveOutputs(process.env, { "exit-code": code });
    process.exitCode = code;
    return;
  }
  await perform<Inputs>(inputs, async (given) => {
    const context = { ...given, terminal: onOneStream(given.terminal) };
    const workflow = openWorkflow(context, run, process.env);
    context.atEnd(async () => workflow.close());
    try {
      return await bodies[inputs.command](context, workflow);
    } catch (error) {
      const { text, diagnostic, code } = failureOf(error, { verbose: false });
      await workflow.output({ "exit-code": code });
      // What was done before somebody cancelled the run has been told.
      if (error instanceof Interrupted) return code;
      context.terminal.out(text);
      workflow.annotate([diagnostic]);
      return code;
    }
  });
}

/**
 * The runner reads stdout and stderr each for itself: what went to the other stream before could reach it after it was
 * told to listen for commands again, and a name in it would be one.
 */
function onOneStream(terminal: Terminal): Terminal {
  const { out } = terminal;
  return { ...terminal, err: out, step: (text) => out(`${text}\n`), detail: () => {} };
}
