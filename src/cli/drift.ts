import { Option } from "commander";
import type { Command } from "commander";
import type { ExitCode } from "../run/exit-code.js";
import { execute } from "./execute.js";
import type { Context } from "./execute.js";
import type { PlanFormat } from "./reporting.js";

type Options = { readonly format: PlanFormat; readonly deep?: boolean };

export function addDrift(program: Command): void {
  program
    .command("drift")
    .description(
      "Show what Identity Center has that the files do not say, and what it lacks. Exits with 2 when it differs.",
    )
    .addOption(
      new Option("--format <format>", "how to show it").choices(["text", "json", "markdown"]).default("text"),
    )
    .option(
      "--deep",
      "list as well what no apply takes away: grants of deleted users and groups, roles that nobody is assigned, accounts that are not ACTIVE",
    )
    .addHelpText("after", "\nExample, for a schedule:\n  $ idc drift || notify-the-team")
    .action(async (_options: unknown, command: Command) => execute<Options>(command, drift));
}

async function drift(context: Context<Options>): Promise<ExitCode> {
  const [{ runDrift }, { exitCode }, reporting, { preparation }] = await Promise.all([
    import("../run/plan.js"),
    import("../run/exit-code.js"),
    import("./reporting.js"),
    import("./preparation.js"),
  ]);
  const run = await runDrift({
    ...preparation(context),
    whose: "given",
    deep: context.options.deep === true,
  });
  reporting.tell(context, run);
  if (run.plan === null) reporting.noResult(context, run.diagnostics);
  else await reporting.showPlan(context, run.plan, "drift");
  return exitCode(run.verdicts);
}
