import { randomUUID } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { treeFolder } from "../../declare/source-tree.js";
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

/** What GitHub Actions says about this run. Throws a GithubError where that is missing. */
export async function readRun(environment: Environment): Promise<WorkflowRun> {
  const eventFile = environment["GITHUB_EVENT_PATH"] ?? "";
  // A file that is not there is the same as none that is named.
  const event = eventFile === "" ? null : await readFile(eventFile, "utf8").catch(() => null);
  return readWorkflowRun(environment, event);
}

/** Adds outputs of the step; of two with the same name, the later counts. */
export async function giveOutputs(
  environment: Environment,
  values: Readonly<Record<string, string | number>>,
): Promise<void> {
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)]);
  await append(environment["GITHUB_OUTPUT"], outputsText(Object.fromEntries(texts)));
}

async function append(file: string | undefined, text: string): Promise<void> {
  if (file !== undefined && file !== "") await appendFile(file, text);
}

/**
 * From here on nothing in the log is taken for a workflow command but what `annotate` says: names and messages are
 * others' words, and a line that begins with two colons would be an order to the runner.
 */
export function openWorkflow(context: Context<Inputs>, run: WorkflowRun, environment: Environment): Workflow {
  const { options, terminal, signal } = context;
  const resume = randomUUID();
  const hush = (): void => terminal.out(`::stop-commands::${resume}\n`);
  const listen = (): void => terminal.out(`::${resume}::\n`);
  hush();
  return {
    run,
    temporary: environment["RUNNER_TEMP"] || tmpdir(),
    marker: (kind) => ({
      kind,
      instance: JSON.stringify([treeFolder(options.dir), options.instanceArn ?? null]),
    }),
    summarize: async (markdown) => append(environment["GITHUB_STEP_SUMMARY"], summaryText(markdown)),
    output: async (values) => giveOutputs(environment, values),
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
