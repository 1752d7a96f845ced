import { describe, expect, test } from "vitest";
import { GithubError } from "../../src/github/error.js";
import { readWorkflowRun } from "../../src/github/workflow-run.js";

const sha = (digit: string): string => digit.repeat(40);

const environment = {
  GITHUB_REPOSITORY: "acme/access",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_RUN_ID: "9876543210",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_RUN_NUMBER: "41",
  GITHUB_SHA: sha("a"),
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_WORKSPACE: "/home/runner/access",
};

const pull = {
  number: 7,
  head: { sha: sha("b"), repo: { full_name: "acme/access" } },
  base: { sha: sha("c"), repo: { full_name: "acme/access" } },
};

function eventOf(more: object = {}): string {
  return JSON.stringify({ action: "synchronize", pull_request: { ...pull, ...more } });
}

describe("a workflow run", () => {
  test("is read from its environment and its event", () => {
    expect(readWorkflowRun(environment, eventOf())).toEqual({
      repository: { owner: "acme", name: "access" },
      apiUrl: "https://api.github.com",
      serverUrl: "https://github.com",
      run: { id: 9_876_543_210, attempt: 2, number: 41 },
      url: "https://github.com/acme/access/actions/runs/9876543210/attempts/2",
      sha: sha("a"),
      event: "pull_request",
      pull: { number: 7, headSha: sha("b"), baseSha: sha("c"), isFromFork: false },
      workspace: "/home/runner/access",
    });
  });

  test.each([
    ["from a fork", { full_name: "mallory/access" }],
    ["from a fork that has been deleted", null],
  ])("of a pull request %s says so", (_, repo) => {
    const event = eventOf({ head: { sha: sha("b"), repo } });
    expect(readWorkflowRun(environment, event).pull).toMatchObject({ isFromFork: true });
  });

  test("of another event has no pull request and needs no event file", () => {
    expect(readWorkflowRun({ ...environment, GITHUB_EVENT_NAME: "schedule" }, null).pull).toBeNull();
  });

  test("on an enterprise server keeps its path", () => {
    const enterprise = {
      ...environment,
      GITHUB_API_URL: "https://github.acme.example/api/v3/",
      GITHUB_SERVER_URL: "https://github.acme.example/",
    };
    expect(readWorkflowRun(enterprise, eventOf())).toMatchObject({
      apiUrl: "https://github.acme.example/api/v3",
      url: "https://github.acme.example/acme/access/actions/runs/9876543210/attempts/2",
    });
  });

  test.each(Object.keys(environment))("without %s is refused by its name", (name) => {
    expect(() => readWorkflowRun({ ...environment, [name]: undefined }, eventOf())).toThrow(
      `${name} is not set`,
    );
  });

  test.each([
    ["GITHUB_REPOSITORY", "acme/access/../other"],
    ["GITHUB_API_URL", "file:///etc/passwd"],
    ["GITHUB_RUN_ID", "12; rm"],
    ["GITHUB_RUN_ATTEMPT", "0"],
    ["GITHUB_SHA", "main"],
    ["GITHUB_EVENT_NAME", "pull request\n"],
  ])("whose %s is %j is refused by its name, without the value", (name, value) => {
    expect(() => readWorkflowRun({ ...environment, [name]: value }, eventOf())).toThrow(
      `This does not look like a run of GitHub Actions: ${name} is not what GitHub Actions sets.`,
    );
  });

  test.each([
    ["no file", null, "names no file"],
    ["no JSON", "{", "is no JSON"],
    ["null", "null", "no pull_request"],
    ["another event", '{"issue":{}}', "no pull_request"],
    ["a list", '{"pull_request":[]}', "no pull_request"],
    ["no number", eventOf({ number: "7" }), "pull_request.number"],
    ["no head", eventOf({ head: null }), "no head"],
    ["no base", eventOf({ base: undefined }), "no base"],
    ["no commit", eventOf({ head: { ...pull.head, sha: "--help" } }), "pull_request.head.sha"],
    ["no repository of the base", eventOf({ base: { sha: sha("c") } }), "no repo"],
  ])("of a pull request whose event is %s is refused", (_, event, message) => {
    expect(() => readWorkflowRun(environment, event)).toThrow(message);
    expect(() => readWorkflowRun(environment, event)).toThrow(GithubError);
  });
});
