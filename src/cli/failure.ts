import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { LiveError } from "../model/live-error.js";
import { safeLines } from "../report/untrusted.js";
import type { ExitCode } from "../run/exit-code.js";
import { Interrupted } from "./interrupt.js";

/** What was typed cannot be done, for a reason that only shows while doing it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly help: string | null;

  constructor(message: string, help: string | null = null) {
    super(message);
    this.help = help;
  }
}

export type Failure = {
  readonly text: string;
  readonly code: ExitCode;
  /** The same for programs. */
  readonly diagnostic: Diagnostic;
};

/**
 * Errors that a person can do something about, by name: naming their classes here would load, for every command, the
 * rooms that throw them.
 */
const known = new Set([
  "UsageError",
  "SandboxStateError",
  "OrganizationFileError",
  "ProfilesError",
  "SourceTreeError",
  "GithubError",
]);

/** What to say of an error, and the exit code: one sentence and what to do, or, of what nobody foresaw, everything. */
export function failureOf(error: unknown, { verbose }: { verbose: boolean }): Failure {
  if (error instanceof Interrupted) {
    const message = "Interrupted. Nothing was changed.";
    return { text: `${message}\n`, code: 130, diagnostic: told("interrupted", message) };
  }
  if (error instanceof LiveError)
    return {
      text: liveErrorText(error, verbose),
      code: 1,
      diagnostic: told(error.kind, error.message, error.help),
    };
  if (error instanceof Error && known.has(error.name)) {
    const { message } = error;
    const help = "help" in error && typeof error.help === "string" ? error.help : null;
    // What GitHub refuses is no fault of the files.
    const isGithubs = error.name === "GithubError" && "kind" in error && error.kind !== "workflow";
    return {
      text: sentence(message, help, causes(error, verbose)),
      code: isGithubs ? 1 : 3,
      diagnostic: told("code" in error ? String(error.code) : "usage", message, help),
    };
  }
  const bug = "This is a bug in idc. Please report it with these lines:";
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `error: ${bug}\n${stack}\n`, code: 1, diagnostic: told("bug", `${bug}\n${stack}`) };
}

function told(code: string, message: string, help: string | null = null): Diagnostic {
  return diagnostic({ code, severity: "error", message, help });
}

function liveErrorText(error: LiveError, verbose: boolean): string {
  const { operation, code, requestId } = error;
  const details = [
    operation === null ? null : `operation ${operation}`,
    code === null ? null : `code ${code}`,
    requestId === null ? null : `request id ${requestId}`,
  ].filter((detail) => detail !== null);
  const more = verbose && details.length > 0 ? [details.join(", ")] : [];
  return sentence(error.message, error.help, [...more, ...causes(error, verbose)]);
}

function sentence(message: string, help: string | null, more: readonly string[]): string {
  const lines = [
    ...indented("error: ", message),
    ...(help === null ? [] : indented("  help: ", help)),
    ...more.flatMap((line) => indented("  ", line)),
  ];
  return `${lines.join("\n")}\n`;
}

/** The text behind a label, further lines under the first. */
function indented(label: string, text: string): readonly string[] {
  return safeLines(text).map((line, index) => `${index === 0 ? label : " ".repeat(label.length)}${line}`);
}

function causes(error: Error, verbose: boolean): readonly string[] {
  if (!verbose) return [];
  const found: string[] = [];
  for (let cause = error.cause; cause instanceof Error && found.length < 5; cause = cause.cause)
    found.push(`caused by ${cause.name}: ${cause.message}`);
  return found;
}
