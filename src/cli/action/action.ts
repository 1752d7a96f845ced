import type { ExitCode } from "../../run/exit-code.js";
import { perform } from "../execute.js";
import type { Context } from "../execute.js";
import { failureOf } from "../failure.js";
import { apply } from "./apply.js";
import { drift } from "./drift.js";
import { readInputs } from "./inputs.js";
import type { ActionCommand, Inputs } from "./inputs.js";
import { plan } from "./plan.js";
import { validate } from "./validate.js";
import { openWorkflow } from "./workflow.js";
import type { Workflow } from "./workflow.js";

const bodies = { validate, plan, apply, drift } satisfies Readonly<
  Record<ActionCommand, (context: Context<Inputs>, workflow: Workflow) => Promise<ExitCode>>
>;

/** The GitHub Action: a command as on the command line, told where people on GitHub look. Sets the exit code. */
export async function runAction(): Promise<void> {
  let inputs: ReturnType<typeof readInputs>;
  try {
    inputs = readInputs(process.env);
  } catch (error) {
    const { text, code } = failureOf(error, { verbose: false });
    process.stderr.write(text);
    process.exitCode = code;
    return;
  }
  await perform<Inputs>(inputs, async (context) => {
    const workflow = await openWorkflow(context, process.env);
    context.atEnd(async () => workflow.close());
    try {
      return await bodies[inputs.command](context, workflow);
    } catch (error) {
      const { diagnostic, code } = failureOf(error, { verbose: false });
      workflow.annotate([diagnostic]);
      await workflow.output({ "exit-code": code });
      throw error;
    }
  });
}
