import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bot, failure, primaryLimit, secondaryLimit, type Answer, type Cut } from "../support/github-api.js";
import { githubError, startGithubWorld, type GithubWorld } from "./world.js";

let world: GithubWorld;

beforeEach(async () => {
  world = await startGithubWorld();
});

afterEach(async () => {
  await world.close();
});

/** Answers the first requests in this way, and the others as they should be. */
function firstAnswers(...answers: readonly (Answer | Cut)[]): void {
  const left = [...answers];
  world.api.onRequest = () => left.shift();
}

/** A wait that nothing else would end. */
async function untilAborted(_: number, signal?: AbortSignal): Promise<void> {
  await new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

describe("waiting", () => {
  test("a rate limit that ends within two minutes is waited for, and told", async () => {
    firstAnswers(secondaryLimit(60), secondaryLimit(45));
    expect(await world.connect().comments(world.pull)).toEqual([]);
    expect(world.waits).toEqual(["60 GitHub's secondary rate limit", "45 GitHub's secondary rate limit"]);
  });

  test("the hour's limit is waited for until its reset", async () => {
    firstAnswers(primaryLimit(-1));
    expect(await world.connect().comments(world.pull)).toEqual([]);
    expect(world.waits).toEqual(["0 GitHub's rate limit"]);
  });

  test("a rate limit that would take more than two minutes altogether is an error", async () => {
    firstAnswers(secondaryLimit(60), secondaryLimit(61), primaryLimit(3_000));
    const github = world.connect();
    expect(await githubError(github.comments(world.pull))).toMatchObject({ kind: "rate-limit", status: 403 });
    expect(await githubError(github.comments(world.pull))).toMatchObject({
      kind: "rate-limit",
      message:
        "idc could not read the comments of acme/access#1: GitHub's rate limit is used up, and waiting for it would take too long.",
    });
    expect(world.waits).toEqual(["60 GitHub's secondary rate limit"]);
  });

  test("a rate limit on the question whose the token is makes nobody a bot", async () => {
    firstAnswers(primaryLimit(3_000));
    expect(await githubError(world.connect("ghp-person").login())).toMatchObject({ kind: "rate-limit" });
  });

  test("a server in trouble is asked again, a little later each time", async () => {
    firstAnswers(failure(502, "Bad gateway"), "before", failure(503, "Busy"));
    expect(await world.connect().comments(world.pull)).toEqual([]);
    expect(world.waits).toEqual([
      "1 GitHub answered 502",
      "4 GitHub was not reached",
      "9 GitHub answered 503",
    ]);
  });

  test("a server that says when to come back is asked again then", async () => {
    firstAnswers({ ...failure(503, "Busy"), headers: { "retry-after": "30" } });
    expect(await world.connect().comments(world.pull)).toEqual([]);
    expect(world.waits).toEqual(["30 GitHub answered 503"]);
  });

  test("a server that stays in trouble is an error", async () => {
    world.api.onRequest = () => failure(500, "Oops");
    expect(await githubError(world.connect().comments(world.pull))).toMatchObject({
      kind: "server",
      status: 500,
      message: "idc could not read the comments of acme/access#1: GitHub answered 500: Oops.",
    });
    expect(world.api.requests).toHaveLength(4);
  });

  test("a connection that stays lost is an error", async () => {
    world.api.onRequest = () => "before";
    expect(await githubError(world.connect().comments(world.pull))).toMatchObject({
      kind: "unreachable",
      status: null,
    });
  });

  test("a wait ends when the run is interrupted, with the reason", async () => {
    world.api.onRequest = () => secondaryLimit(60);
    const stop = new AbortController();
    const reason = new Error("interrupted by hand");
    const github = world.connect("ghs-bot", {
      signal: stop.signal,
      clock: { now: () => 0, sleep: untilAborted },
      onWait: () => void setImmediate(() => stop.abort(reason)),
    });
    await expect(github.comments(world.pull)).rejects.toBe(reason);
    await expect(github.comments(world.pull)).rejects.toBe(reason);
    expect(world.api.requests).toHaveLength(1);
  });
});

describe("a reading that failed is never an empty list", () => {
  beforeEach(() => {
    world.api.comment(world.pull, "Hello", bot);
  });

  test("when the answer breaks off", async () => {
    firstAnswers("amid");
    expect(await world.connect().comments(world.pull)).toHaveLength(1);
    expect(world.waits).toEqual(["1 GitHub was not reached"]);
  });

  test.each([
    ["a conflict", failure(409, "Conflict"), "invalid"],
    ["an empty answer", { status: 200, body: null }, "unexpected"],
    [
      "a proxy's page",
      { status: 200, body: "<html>", headers: { "content-type": "text/html" } },
      "unexpected",
    ],
  ])("when it is %s", async (_, answer, kind) => {
    world.api.onRequest = () => answer;
    expect(await githubError(world.connect().comments(world.pull))).toMatchObject({ kind });
    expect(world.api.requests).toHaveLength(1);
  });
});

describe("errors say what to do", () => {
  test("a workflow's token without permission", async () => {
    const error = await githubError(world.connect("ghs-reader").addComment(world.pull, "Hello"));
    expect(error).toMatchObject({
      kind: "denied",
      status: 403,
      message: "idc could not comment on acme/access#1: Resource not accessible by integration.",
    });
    expect(error.help).toContain('"pull-requests: write"');
  });

  test("a personal token without permission for issues", async () => {
    const github = world.connect("ghp-reader");
    const error = await githubError(github.openIssue({ title: "Drift", body: "", label: "idc-drift" }));
    expect(error).toMatchObject({ kind: "denied" });
    expect(error.help).toContain('"issues: write"');
  });

  test("a pull request that is not there, or not shown", async () => {
    const error = await githubError(world.connect().comments(99));
    expect(error).toMatchObject({ kind: "not-found", status: 404 });
    expect(error.message).toContain("acme/access#99");
    expect(error.help).toContain('"pull-requests: write"');
  });

  test("a locked conversation", async () => {
    const { number } = world.api.issue({ isPull: true, isLocked: true });
    expect(await githubError(world.connect().addComment(number, "Hello"))).toMatchObject({
      kind: "locked",
      help: "Unlock the conversation, then run the job again.",
    });
  });

  test("a repository without issues", async () => {
    firstAnswers(failure(410, "Issues has been disabled in this repository."));
    expect(await githubError(world.connect().issues("idc-drift"))).toMatchObject({
      kind: "disabled",
      status: 410,
    });
  });

  test("a text that is too long", async () => {
    expect(await githubError(world.connect().addComment(world.pull, "x".repeat(65_537)))).toMatchObject({
      kind: "too-long",
      status: 422,
    });
  });

  test("a label that GitHub left out", async () => {
    world.api.onRequest = (request) => {
      if (!request.startsWith("POST") || !request.endsWith("/issues")) return undefined;
      const { number } = world.api.issue({ title: "Drift", by: bot });
      world.api.onRequest = () => undefined;
      return world.api.opened(number);
    };
    const opened = world.connect().openIssue({ title: "Drift", body: "", label: "idc-drift" });
    expect(await githubError(opened)).toMatchObject({
      kind: "denied",
      message: "acme/access#2 was opened, but without its label.",
    });
  });
});

describe("the token", () => {
  test("that GitHub does not accept is an error, also when it is asked whose it is", async () => {
    const github = world.connect("ghp-unknown");
    expect(await githubError(github.comments(world.pull))).toMatchObject({
      kind: "credentials",
      status: 401,
    });
    expect(await githubError(github.login())).toMatchObject({ kind: "credentials" });
  });

  test("names a person, or a bot that GitHub does not name", async () => {
    expect(await world.connect("ghp-person").login()).toBe("robin");
    expect(await world.connect("ghs-bot").login()).toBeNull();
  });

  test.each([
    ["in no error of GitHub's", "ghp-unknown-secret", undefined],
    ["in none that repeats it", "ghp-unknown-secret", failure(400, "What is ghp-unknown-secret?")],
    ["in none of the network's", "ghp-unknown-secret", "before"],
    ["in none of what cannot be sent", "token ghp-unknown\n-secret", undefined],
  ] as const)("stands %s", async (_, token, answer) => {
    world.api.onRequest = () => answer;
    const error = await githubError(world.connect(token).comments(world.pull));
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/unknown\W*-?secret|-secret/);
  });
});
