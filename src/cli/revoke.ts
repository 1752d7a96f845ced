import { Option } from "commander";
import type { Command } from "commander";
import type { ApplyEvent } from "../apply/event.js";
import { safeJson, safeText, shownName } from "../report/untrusted.js";
import type { ExitCode } from "../run/exit-code.js";
import type { LiftRun } from "../run/lift.js";
import type { RevokeRun, RevokeStage } from "../run/revoke.js";
import { ask } from "./ask.js";
import { systemClock } from "./clock.js";
import { execute } from "./execute.js";
import type { Context } from "./execute.js";
import type { Terminal } from "./terminal.js";

type Options = {
  readonly sessions?: true;
  readonly lift?: true;
  readonly yes?: true;
  readonly format: "text" | "json";
};

export function addRevoke(program: Command): void {
  program
    .command("revoke")
    .description("The emergency: take everything away from somebody, at once and whatever the files say.")
    .argument("<user>", "the user name, exactly as Identity Center has it")
    .option("--sessions", "also cut off role sessions that are open, in every permission set they could use")
    .addOption(new Option("--lift", "let plans give them again what the files say").conflicts("sessions"))
    .option("-y, --yes", "do not ask")
    .addOption(
      new Option("--format <format>", "how to tell what was done").choices(["text", "json"]).default("text"),
    )
    .addHelpText("after", "\nExample:\n  $ idc revoke bob --sessions --yes\n  $ idc revoke bob --lift")
    .action(async (user: string, _options: unknown, command: Command) =>
      execute<Options>(command, async (context) =>
        context.options.lift === true ? lift(context, user) : revoke(context, user),
      ),
    );
}

async function revoke(context: Context<Options>, user: string): Promise<ExitCode> {
  const [{ runRevoke }, { exitCode }, { revokeJson, revokePreview, revokeText }, given] = await Promise.all([
    import("../run/revoke.js"),
    import("../run/exit-code.js"),
    import("../report/revoke.js"),
    parts(context, user),
  ]);
  const { options, terminal, signal } = context;
  const sessions = options.sessions === true;
  const run = await runRevoke({
    ...given.order,
    sessions,
    confirm: async (preview, told) => {
      given.tell(told);
      if (options.yes === true) return "yes";
      terminal.err(revokePreview(preview, { color: terminal.color.err, width: terminal.width }));
      const then = sessions ? "Take it away, and cut off open sessions?" : "Take it away?";
      return ask(`\n${then} Only "yes" means yes: `, signal);
    },
  });
  const json = run.result === null ? null : revokeJson(run.result);
  const text = run.result === null ? null : revokeText(run.result, layout(terminal));
  return given.end(run, exitCode(run.verdicts), { json, text });
}

async function lift(context: Context<Options>, user: string): Promise<ExitCode> {
  const [{ runLift }, { exitCode }, { liftJson, liftText }, given] = await Promise.all([
    import("../run/lift.js"),
    import("../run/exit-code.js"),
    import("../report/lift.js"),
    parts(context, user),
  ]);
  const { options, terminal, signal } = context;
  const run = await runLift({
    ...given.order,
    confirm: async ({ since }, told) => {
      given.tell(told);
      if (options.yes === true) return "yes";
      terminal.rest();
      return ask(
        `Let plans give ${shownName(user)} again what the files say (revoked since ${safeText(since)})? Only "yes" means yes: `,
        signal,
      );
    },
  });
  const json = run.result === null ? null : liftJson(run.result);
  const text = run.result === null ? null : liftText(run.result, layout(terminal));
  return given.end(run, exitCode(run.verdicts), { json, text });
}

/** What both have in common: how to reach Identity Center, and how to tell what was done. */
async function parts(context: Context<Options>, user: string) {
  const { options, terminal, signal } = context;
  const [{ folderTree }, { applyTeller }, { teller }, { connector }] = await Promise.all([
    import("../declare/source-tree.js"),
    import("./progress.js"),
    import("./reporting.js"),
    import("./session.js"),
  ]);
  const tell = teller(context);
  const onChange = applyTeller(terminal);
  return {
    tell,
    order: {
      tree: folderTree(options.dir),
      user,
      connect: connector(context),
      clock: systemClock,
      wallClock: () => Date.now(),
      signal,
      onStage: stageTeller(terminal, options.dir),
      onChange: (event: ApplyEvent) => onChange(event, { accounts: {} }),
    },
    end(run: RevokeRun | LiftRun, code: ExitCode, told: { json: unknown; text: string | null }): ExitCode {
      terminal.rest();
      tell(run);
      if (run.verdicts.includes("interrupted") && run.result === null) terminal.err("Nothing was changed.\n");
      const { diagnostics } = run;
      if (options.format === "json")
        terminal.out(safeJson({ formatVersion: "1", exitCode: code, result: told.json, diagnostics }));
      else if (told.text !== null) terminal.out(told.text);
      return code;
    },
  };
}

function layout({ color, width }: Terminal): { readonly color: boolean; readonly width: number } {
  return { color: color.out, width };
}

function stageTeller(terminal: Terminal, dir: string): (stage: RevokeStage) => void {
  const words = {
    files: `Reading ${dir} …`,
    connecting: "Connecting to Identity Center …",
    looking: "Looking what they hold …",
    taking: "Taking it away …",
    tagging: "Tagging the instance …",
    "looking-again": "Looking whether anything is there again …",
    sessions: "Looking after permission sets and sessions …",
  } as const satisfies Record<RevokeStage, string>;
  return (stage) => {
    terminal.step(words[stage]);
    if (stage === "looking") terminal.rest();
  };
}
