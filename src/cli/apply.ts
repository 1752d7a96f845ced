import { readFile } from "node:fs/promises";
import { Option } from "commander";
import type { Command } from "commander";
import type { Checked } from "../model/diagnostic.js";
import type { Plan } from "../model/plan.js";
import { noConsent } from "../plan/consent.js";
import type { Consent } from "../plan/consent.js";
import { safeJson, safeText } from "../report/untrusted.js";
import type { ApplyRun } from "../run/apply.js";
import type { ExitCode } from "../run/exit-code.js";
import { fileError } from "./atomic-file.js";
import { ask } from "./ask.js";
import { systemClock } from "./clock.js";
import { execute } from "./execute.js";
import type { Context } from "./execute.js";
import { allowance, planDigest, waitForPrincipals } from "./options.js";

type Options = {
  readonly plan?: string;
  readonly yes?: true;
  readonly adopt?: string;
  readonly allow?: Consent["allow"];
  readonly waitForPrincipals?: number;
  readonly audit?: string;
  readonly format: "text" | "json";
};

export function addApply(program: Command): void {
  program
    .command("apply")
    .description("Make Identity Center as the files say: plan, ask, apply.")
    .argument("[plan]", "a plan that idc plan --out saved: what goes beyond it is not done")
    .option("-y, --yes", "do not ask")
    .option(
      "--adopt <digest>",
      "mean the removals of this plan, on an Identity Center that idc never applied to",
      planDigest,
    )
    .option(
      "--allow <guard=digest>",
      "let just this plan go past a guard (max-removals, empty-declaration); may be given for each",
      allowance,
    )
    .addOption(waitForPrincipals())
    .option(
      "--audit <file>",
      "append to it, for every write, a line before it and one with what became of it",
    )
    .addOption(
      new Option("--format <format>", "how to tell what was done").choices(["text", "json"]).default("text"),
    )
    .addHelpText("after", "\nExample:\n  $ idc apply\n  $ idc apply plan.json --yes")
    .action(async (plan: string | undefined, _options: unknown, command: Command) =>
      execute<Options>(command, async (context) => apply(context, plan)),
    );
}

async function apply(context: Context<Options>, planFile: string | undefined): Promise<ExitCode> {
  const [
    { runApply },
    { auditTrail },
    { exitCode },
    { applyTeller },
    { preparation },
    { noResult, teller },
    { waitingOf },
  ] = await Promise.all([
    import("../run/apply.js"),
    import("./audit-file.js"),
    import("../run/exit-code.js"),
    import("./progress.js"),
    import("./preparation.js"),
    import("./reporting.js"),
    import("./waiting.js"),
  ]);
  const tell = teller(context);
  const saved = planFile === undefined ? null : await readPlan(planFile);
  if (saved !== null && !saved.ok) {
    tell({ diagnostics: saved.diagnostics, files: new Map() });
    noResult(context, saved.diagnostics);
    return exitCode(["invalid"]);
  }
  const { options, terminal, signal } = context;
  const audit = await auditTrail(options.audit ?? null, context);
  let shown: Plan | null = null;
  const run = await runApply({
    ...preparation(context),
    consent: { ...noConsent, adopt: options.adopt ?? null, allow: options.allow ?? noConsent.allow },
    waiting: waitingOf(options.waitForPrincipals ?? null, terminal),
    saved: saved?.value ?? null,
    unattended: null,
    audit,
    confirm: async (plan, told) => {
      shown = plan;
      tell(told);
      if (options.format === "text") await showPlan(plan, context, terminal.out);
      if (options.yes === true) return "yes";
      if (options.format === "json") await showPlan(plan, context, terminal.err);
      return ask(question(plan), signal);
    },
    clock: systemClock,
    onChange: applyTeller(terminal),
  });
  terminal.rest();
  tell(run);
  const code = exitCode(run.verdicts);
  if (options.format === "json") await showJson(run, code, context);
  else await showText(run, shown !== null, context);
  return code;
}

/** A plan as idc plan --out saved it, or what is wrong with the file. */
export async function readPlan(file: string): Promise<Checked<Plan>> {
  const { readPlanFile } = await import("../run/plan-file.js");
  try {
    return readPlanFile(await readFile(file, "utf8"));
  } catch (error) {
    throw fileError(`The plan ${file} could not be read`, error);
  }
}

async function showPlan(plan: Plan, context: Context<Options>, print: (text: string) => void): Promise<void> {
  const [{ planText }, { textOptions }] = await Promise.all([
    import("../report/text.js"),
    import("./reporting.js"),
  ]);
  print(planText(plan, textOptions(context)));
}

function question({ changes, instance }: Plan): string {
  const what = changes.length === 1 ? "this change" : `these ${changes.length} changes`;
  return `\nMake ${what} to Identity Center ${safeText(instance.identityStoreId)} (${safeText(instance.region)})? Only "yes" means yes: `;
}

async function showText(
  { plan, result, verdicts }: ApplyRun,
  alreadyShown: boolean,
  context: Context<Options>,
): Promise<void> {
  const { terminal } = context;
  if (plan !== null && !alreadyShown && !verdicts.includes("stale"))
    await showPlan(plan, context, terminal.out);
  if (verdicts.includes("interrupted") && result === null) terminal.err("Nothing was changed.\n");
  if (plan === null || result === null || (result.outcomes.length === 0 && result.errors.length === 0))
    return;
  const { resultText } = await import("../report/result.js");
  const { color, width } = terminal;
  const isFirstContact = plan.live.mark === null;
  terminal.out(
    `\n${resultText(result, { accounts: plan.accounts, isFirstContact, color: color.out, width })}`,
  );
}

async function showJson(run: ApplyRun, code: ExitCode, { terminal }: Context<Options>): Promise<void> {
  const { resultJson } = await import("../report/result.js");
  const { plan, result, mark, diagnostics } = run;
  terminal.out(
    safeJson({
      formatVersion: "1",
      exitCode: code,
      plan,
      result: result === null ? null : resultJson(result),
      mark,
      diagnostics,
    }),
  );
}
