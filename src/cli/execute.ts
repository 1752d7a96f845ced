import type { Command } from "commander";
import type { ExitCode } from "../run/exit-code.js";
import { failureOf } from "./failure.js";
import { listenForInterrupts } from "./interrupt.js";
import type { CommonOptions } from "./options.js";
import { openTerminal } from "./terminal.js";
import type { Terminal } from "./terminal.js";

/** What a command works with. */
export type Context<Own extends object> = {
  readonly options: CommonOptions & Own;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Called at the end, however it comes, last first. */
  readonly atEnd: (close: () => Promise<void>) => void;
};

/** Runs a command's body, tells its errors, and sets the exit code. */
export async function execute<Own extends object>(
  command: Command,
  body: (context: Context<Own>) => Promise<ExitCode>,
  given: { readonly stopping?: string } = {},
): Promise<void> {
  await perform(command.optsWithGlobals<CommonOptions & Own>(), body, given);
}

/** The same for options from elsewhere than a command line. */
export async function perform<Own extends object>(
  options: CommonOptions & Own,
  body: (context: Context<Own>) => Promise<ExitCode>,
  { stopping = "Stopping: what is under way is brought to its end. Again to stop at once.\n" } = {},
): Promise<void> {
  const terminal = openTerminal({ quiet: options.quiet === true });
  const interrupts = listenForInterrupts(() => terminal.err(`\n${stopping}`));
  const closings: (() => Promise<void>)[] = [];
  const fail = (error: unknown): void => {
    const { text, code } = failureOf(error, { verbose: options.verbose === true });
    terminal.err(text);
    process.exitCode = code;
  };
  const giveUp = async (error: unknown): Promise<void> => {
    fail(error);
    if (!("format" in options) || (options.format !== "json" && options.format !== "sarif")) return;
    // Whoever reads JSON gets JSON, whatever happens, and nothing that passes for a result.
    const { diagnosticsJson } = await import("../report/diagnostics.js");
    terminal.out(diagnosticsJson([failureOf(error, { verbose: false }).diagnostic]));
  };
  try {
    const atEnd = (close: () => Promise<void>): void => void closings.push(close);
    process.exitCode = await body({ options, terminal, signal: interrupts.signal, atEnd });
  } catch (error) {
    await giveUp(error);
  }
  terminal.rest();
  for (const close of closings.toReversed()) await close().catch(fail);
  interrupts.stop();
}
