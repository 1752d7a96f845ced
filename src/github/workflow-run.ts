import type { Repository } from "./client.js";
import { GithubError } from "./error.js";
import type { Run } from "./marker.js";

/** What GitHub Actions says about the run that idc is part of. */
export type WorkflowRun = {
  readonly repository: Repository;
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly run: Run & { readonly number: number };
  /** Where people see it. */
  readonly url: string;
  readonly sha: string;
  /** `pull_request`, `push`, `schedule`, … */
  readonly event: string;
  /** Null when the event is about none. */
  readonly pull: PullRequest | null;
  /** The folder of the checkout. */
  readonly workspace: string;
};

type PullRequest = {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  /** Then the token only reads, and what the pull request brings is a stranger's. */
  readonly isFromFork: boolean;
};

/** `environment` as the process has it; `eventText` is what the file that GITHUB_EVENT_PATH names holds, null without one. */
export function readWorkflowRun(
  environment: Readonly<Record<string, string | undefined>>,
  eventText: string | null,
): WorkflowRun {
  const variable = (name: string, form: RegExp): string => {
    const value = environment[name] ?? "";
    if (form.test(value)) return value;
    throw wrong(value === "" ? `${name} is not set` : `${name} is not what GitHub Actions sets`);
  };
  const number = (name: string): number => Number(variable(name, wholeNumber));
  const [owner = "", name = ""] = variable("GITHUB_REPOSITORY", /^[\w.-]+\/[\w.-]+$/).split("/");
  const serverUrl = variable("GITHUB_SERVER_URL", webAddress).replace(/\/+$/, "");
  const run = {
    id: number("GITHUB_RUN_ID"),
    attempt: number("GITHUB_RUN_ATTEMPT"),
    number: number("GITHUB_RUN_NUMBER"),
  };
  const event = variable("GITHUB_EVENT_NAME", /^[a-z_]+$/);
  return {
    repository: { owner, name },
    apiUrl: variable("GITHUB_API_URL", webAddress).replace(/\/+$/, ""),
    serverUrl,
    run,
    url: `${serverUrl}/${owner}/${name}/actions/runs/${run.id}/attempts/${run.attempt}`,
    sha: variable("GITHUB_SHA", commit),
    event,
    pull: event.startsWith("pull_request") ? pullRequestIn(eventText) : null,
    workspace: variable("GITHUB_WORKSPACE", /./),
  };
}

const wholeNumber = /^[1-9]\d{0,14}$/;
const webAddress = /^https?:\/\/[^\s/]+(\/\S*)?$/;
const commit = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

function pullRequestIn(eventText: string | null): PullRequest {
  if (eventText === null) throw wrong("GITHUB_EVENT_PATH names no file");
  const pull = part(parsed(eventText), "pull_request");
  const head = part(pull, "head");
  const base = part(pull, "base");
  const { number } = pull;
  if (typeof number !== "number" || !wholeNumber.test(String(number)))
    throw wrong("pull_request.number in the event is no number");
  // A fork that has been deleted is null.
  const from = head["repo"] === null ? null : part(head, "repo")["full_name"];
  return {
    number,
    headSha: shaOf(head, "head"),
    baseSha: shaOf(base, "base"),
    isFromFork: from !== part(base, "repo")["full_name"],
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong("the file that GITHUB_EVENT_PATH names is no JSON");
  }
}

function part(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const found: unknown =
    typeof value === "object" && value !== null
      ? Object.entries(value).find(([key]) => key === name)?.[1]
      : null;
  if (typeof found === "object" && found !== null && !Array.isArray(found))
    return found as Readonly<Record<string, unknown>>;
  throw wrong(`the event has no ${name} where a pull request has it`);
}

function shaOf(end: Readonly<Record<string, unknown>>, name: string): string {
  const { sha } = end;
  if (typeof sha === "string" && commit.test(sha)) return sha;
  throw wrong(`pull_request.${name}.sha in the event is no commit`);
}

function wrong(what: string): GithubError {
  return new GithubError(`This does not look like a run of GitHub Actions: ${what}.`, {
    kind: "workflow",
    help: "Run this in a workflow, and leave the variables that begin with GITHUB_ as they are.",
  });
}
