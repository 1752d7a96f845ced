import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { mustBeBuilt } from "../cli/idc.js";
import type { GithubApi } from "../support/github-api.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Action = {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly id?: string;
      readonly run: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
};

/** The Action as action.yml describes it. */
const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as Action;

export type Step = {
  readonly inputs: Readonly<Record<string, string>>;
  /** The folder of the checkout. */
  readonly checkout: string;
  readonly github: Pick<GithubApi, "url">;
  readonly event:
    | {
        readonly name: "pull_request";
        readonly number: number;
        readonly head: string;
        readonly base: string;
        readonly fork?: true;
      }
    | { readonly name: "push" | "schedule" | "workflow_dispatch" };
  readonly sha: string;
  readonly run: number;
  readonly env: Readonly<Record<string, string>>;
};

export type StepEnd = {
  readonly code: number;
  readonly log: string;
  /** By the names that action.yml gives them. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
};

/** Runs the step of the Action that runs idc, as a runner would: expressions filled in, files and variables given. */
export async function runAction(step: Step): Promise<StepEnd> {
  mustBeBuilt();
  const temporary = mkdtempSync(join(tmpdir(), "idc-runner-"));
  const file = (name: string, content: string): string => {
    const path = join(temporary, name);
    writeFileSync(path, content);
    return path;
  };
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: otherwise = "" }]) => [
      name,
      step.inputs[name] ?? otherwise,
    ]),
  );
  const expressions: Readonly<Record<string, string>> = {
    "github.token": "token",
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`inputs.${name}`, value])),
  };
  const filled = (text: string): string =>
    text.replace(/\$\{\{ *([\w.-]+) *\}\}/g, (_, name: string) => {
      const value = expressions[name];
      if (value === undefined) throw new Error(`action.yml uses ${name}, which no runner gives here`);
      return filled(value);
    });
  const { run, env = {} } = action.runs.steps.find(({ id }) => id === "idc") ?? { run: "exit 99" };
  const output = file("output", "");
  const summary = file("summary.md", "");
  const child = await new Promise<{ code: number; log: string }>((resolve) => {
    execFile(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", file("step.sh", filled(run))],
      {
        cwd: step.checkout,
        maxBuffer: 64 * 1024 * 1024,
        env: {
          PATH: process.env["PATH"],
          HOME: temporary,
          AWS_EC2_METADATA_DISABLED: "true",
          RUNNER_TEMP: temporary,
          GITHUB_ACTION_PATH: root,
          GITHUB_ACTIONS: "true",
          GITHUB_API_URL: step.github.url,
          GITHUB_EVENT_NAME: step.event.name,
          GITHUB_EVENT_PATH: file("event.json", JSON.stringify(eventOf(step.event))),
          GITHUB_OUTPUT: output,
          GITHUB_REPOSITORY: "acme/access",
          GITHUB_RUN_ATTEMPT: "1",
          GITHUB_RUN_ID: String(step.run),
          GITHUB_RUN_NUMBER: String(step.run),
          GITHUB_SERVER_URL: "https://github.example",
          GITHUB_SHA: step.sha,
          GITHUB_STEP_SUMMARY: summary,
          GITHUB_WORKSPACE: step.checkout,
          ...step.env,
          ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
        },
      },
      (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : typeof error.code === "number" ? error.code : -1,
          log: `${stdout}${stderr}`,
        }),
    );
  });
  const given = outputsIn(readFileSync(output, "utf8"));
  return {
    ...child,
    outputs: Object.fromEntries(
      Object.entries(action.outputs).map(([name, { value }]) => [
        name,
        given[/steps\.idc\.outputs\.([\w-]+)/.exec(value)?.[1] ?? ""] ?? "",
      ]),
    ),
    summary: readFileSync(summary, "utf8"),
  };
}

function eventOf(event: Step["event"]): unknown {
  if (event.name !== "pull_request") return {};
  return {
    pull_request: {
      number: event.number,
      head: { sha: event.head, repo: { full_name: event.fork === true ? "mallory/access" : "acme/access" } },
      base: { sha: event.base, repo: { full_name: "acme/access" } },
    },
  };
}

/** `name<<delimiter`, the lines of the value, the delimiter. */
function outputsIn(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [, name = "", , value = ""] of text.matchAll(/^([\w-]+)<<(.+)\n([^]*?)\n\2$/gm))
    found[name] = value;
  return found;
}
