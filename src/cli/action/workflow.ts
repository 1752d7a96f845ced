import { randomUUID } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { annotations } from "../../github/annotations.js";
import { connectGithub } from "../../github/client.js";
import type { Github } from "../../github/client.js";
import type { Marker } from "../../github/marker.js";
import { outputsText, summaryText } from "../../github/outputs.js";
import { readWorkflowRun } from "../../github/workflow-run.js";
import type { WorkflowRun } from "../../github/workflow-run.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import { systemClock } from "../clock.js";
import type { Context } from "../execute.js";
import { UsageError } from "../failure.js";
import type { Inputs } from "./inputs.js";

/** The workflow run that the Action is a step of, and what it can tell there. */
export type Workflow = {
  readonly run: WorkflowRun;
  /** A folder that ends with the job. */
  readonly temporary: string;
  /** What a comment or an issue of ours is known by: one for each folder, and instance where the input names one. */
  readonly marker: (kind: string) => Marker;
  /** Adds to the summary of the step. */
  readonly summarize: (markdown: string) => Promise<void>;
  readonly output: (values: Readonly<Record<string, string | number>>) => Promise<void>;
  /** Shows diagnostics beside the lines they are about. */
  readonly annotate: (diagnostics: readonly Diagnostic[]) => void;
  /** Throws a UsageError without a token. */
  readonly github: () => Github;
  /** Lets the log be read for workflow commands again. */
  readonly close: () => void;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * From here on nothing in the log is taken for a workflow command but what `annotate` says: names and messages are
 * others' words, and a line that begins with two colons would be an order to the runner.
 */
export async function openWorkflow(context: Context<Inputs>, environment: Environment): Promise<Workflow> {
  const { options, terminal, signal } = context;
  const eventFile = environment["GITHUB_EVENT_PATH"] ?? "";
  const run = readWorkflowRun(environment, eventFile === "" ? null : await readFile(eventFile, "utf8"));
  const resume = randomUUID();
  const hush = (): void => terminal.out(`::stop-commands::${resume}\n`);
  const listen = (): void => terminal.out(`::${resume}::\n`);
  const append = async (variable: string, text: string): Promise<void> => {
    const file = environment[variable] ?? "";
    if (file !== "") await appendFile(file, text);
  };
  hush();
  return {
    run,
    temporary: environment["RUNNER_TEMP"] ?? tmpdir(),
    marker: (kind) => ({ kind, instance: JSON.stringify([options.dir, options.instanceArn ?? null]) }),
    summarize: (markdown) => append("GITHUB_STEP_SUMMARY", summaryText(markdown)),
    output: (values) =>
      append(
        "GITHUB_OUTPUT",
        outputsText(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))),
      ),
    annotate: (diagnostics) => {
      listen();
      terminal.out(annotations(diagnostics));
      hush();
    },
    github: () => {
      if (options.token === null)
        throw new UsageError(
          `The input token is empty, and ${options.command} has something to tell on GitHub.`,
        );
      return connectGithub({
        apiUrl: run.apiUrl,
        token: options.token,
        repository: run.repository,
        clock: systemClock,
        signal,
        onWait: (seconds, why) => terminal.step(`Waiting ${seconds} s: ${why}`),
      });
    },
    close: listen,
  };
}
