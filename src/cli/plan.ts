import { Option } from "commander";
import type { Command } from "commander";
import { noConsent } from "../plan/consent.js";
import { safeJson } from "../report/untrusted.js";
import type { ExitCode } from "../run/exit-code.js";
import { writeFileAtomic } from "./atomic-file.js";
import { execute } from "./execute.js";
import type { Context } from "./execute.js";
import { waitForPrincipals } from "./options.js";
import type { PlanFormat } from "./reporting.js";

type Options = {
  readonly out?: string;
  readonly format: PlanFormat;
  readonly detailedExitcode?: true;
  readonly base?: string;
  readonly targeted?: true;
  readonly waitForPrincipals?: number;
};

export function addPlan(program: Command): void {
  program
    .command("plan")
    .description(
      "Show what it takes to make Identity Center as the files say, and who gains and loses access by it.",
    )
    .option("--out <file>", "save the plan, as the most that idc apply FILE may do")
    .addOption(
      new Option("--format <format>", "how to show it").choices(["text", "json", "markdown"]).default("text"),
    )
    .option("--detailed-exitcode", "exit with 2 when there is something to do")
    .option(
      "--base <revision>",
      "tell what these files change from what differs anyway, by the files git has there",
    )
    .addOption(
      new Option(
        "--targeted",
        "read only what these files change since the base: a preview, not to be applied",
      ).conflicts(["out", "waitForPrincipals"]),
    )
    .addOption(waitForPrincipals())
    .addHelpText("after", "\nExample:\n  $ idc plan --out plan.json\n  $ idc apply plan.json")
    .action(async (_options: unknown, command: Command) => execute<Options>(command, plan));
}

async function plan(context: Context<Options>): Promise<ExitCode> {
  const [{ runPlan }, { exitCode }, reporting, { preparation }, { waitingOf }] = await Promise.all([
    import("../run/plan.js"),
    import("../run/exit-code.js"),
    import("./reporting.js"),
    import("./preparation.js"),
    import("./waiting.js"),
  ]);
  const { options, terminal } = context;
  const run = await runPlan({
    ...preparation(context),
    base: options.base ?? null,
    targeted: options.targeted === true,
    consent: noConsent,
    waiting: waitingOf(options.waitForPrincipals ?? null, terminal),
  });
  reporting.tell(context, run);
  if (run.plan === null) reporting.noResult(context, run.diagnostics);
  else {
    if (options.out !== undefined) await writeFileAtomic(options.out, safeJson(run.plan), 0o600);
    await reporting.showPlan(context, run.plan, "plan");
    if (options.out !== undefined && options.quiet !== true)
      terminal.err(
        `Saved to ${options.out}. To apply just this: idc apply ${options.out}${alike(options)}\n`,
      );
  }
  return exitCode(
    options.detailedExitcode === true
      ? run.verdicts
      : run.verdicts.filter((verdict) => verdict !== "pending"),
  );
}

/** The options that apply must be given, too, to mean the same files and the same Identity Center. */
function alike({ dir, sandbox, state }: Context<Options>["options"]): string {
  return [
    dir === "access" ? "" : ` --dir ${dir}`,
    sandbox === true ? " --sandbox" : "",
    sandbox === true && state !== ".idc/sandbox.json" ? ` --state ${state}` : "",
  ].join("");
}
