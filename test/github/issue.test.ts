import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Github } from "../../src/github/client.js";
import { keepDriftIssue, type DriftReport, type KeptIssue } from "../../src/github/issue.js";
import { markedText } from "../../src/github/marker.js";
import { bot, failure, stranger } from "../support/github-api.js";
import { githubError, marker, meeting, startGithubWorld, type GithubWorld } from "./world.js";

let world: GithubWorld;
let github: Github;

beforeEach(async () => {
  world = await startGithubWorld();
  github = world.connect();
});

afterEach(async () => {
  await world.close();
});

const first = { id: 100, attempt: 1 };
const second = { id: 200, attempt: 1 };
const label = "idc-drift";

async function keep(
  body: string | null,
  run = first,
  more: Partial<DriftReport> = {},
  by = github,
): Promise<KeptIssue> {
  const closing = "Identity Center matches the files again.";
  return await keepDriftIssue(by, { marker, title: "Drift", body, closing, label, run, ...more });
}

/** `open Drift: Alice lost access.` of every issue that is no pull request. */
function issues(): readonly string[] {
  return world.api.issues
    .filter(({ isPull }) => !isPull)
    .map(({ state, title, body }) => `${state} ${title}: ${body?.replace(/^<!-- idc .*-->\n/, "")}`);
}

function writes(): readonly string[] {
  return world.api.requests.filter((request) => !request.startsWith("GET"));
}

function addressOf(number: number): string {
  return `https://github.com/acme/access/issues/${number}`;
}

describe("one issue", () => {
  test("is opened when there is drift, with a label that is made for it", async () => {
    expect(await keep("Alice lost access.")).toEqual({ url: addressOf(2), action: "opened" });
    expect(issues()).toEqual(["open Drift: Alice lost access."]);
    expect(world.api.issues.at(-1)?.labels).toEqual([label]);
    expect(world.api.labels).toEqual([label]);
  });

  test("is opened with the label that is there, also when somebody makes it at the same moment", async () => {
    world.api.onRequest = (request) => {
      if (request === "POST /repos/acme/access/labels") world.api.labels.push(label);
    };
    expect(await keep("Alice lost access.")).toMatchObject({ action: "opened" });
    expect(world.api.labels).toEqual([label]);
  });

  test("is edited when the drift changes", async () => {
    await keep("Alice lost access.");
    expect(await keep("Bob, too.", second, { title: "More drift" })).toEqual({
      url: addressOf(2),
      action: "updated",
    });
    expect(issues()).toEqual(["open More drift: Bob, too."]);
  });

  test("is left as it is while the drift stays", async () => {
    await keep("Alice lost access.");
    const before = writes().length;
    expect(await keep("Alice lost access.", second)).toEqual({ url: addressOf(2), action: "unchanged" });
    expect(writes()).toHaveLength(before);
  });

  test("is closed with a comment when the drift is gone, and opened anew when it is back", async () => {
    await keep("Alice lost access.");
    expect(await keep(null, second)).toEqual({ url: addressOf(2), action: "closed" });
    expect(issues()).toEqual(["closed Drift: Alice lost access."]);
    expect(world.api.comments).toMatchObject([{ on: 2, body: "Identity Center matches the files again." }]);
    expect(await keep("Bob lost access.", { id: 300, attempt: 1 })).toEqual({
      url: addressOf(3),
      action: "opened",
    });
  });

  test("is none when there is no drift and none is open: nothing is written", async () => {
    expect(await keep(null)).toEqual({ url: null, action: "none" });
    expect(writes()).toEqual([]);
  });

  test("is found behind many pages, and no pull request is taken for it", async () => {
    await keep("Alice lost access.");
    const body = markedText(marker, { run: first, content: "No issue." });
    for (let index = 0; index < 5; index += 1)
      world.api.issue({ labels: [label], body, by: bot, isPull: true });
    world.api.pageSize = 2;
    expect(await keep("Bob, too.", second)).toEqual({ url: addressOf(2), action: "updated" });
    expect(new Set(world.api.issues.map(({ state }) => state))).toEqual(new Set(["open"]));
  });

  test("is our own: a stranger's with our marker and label counts for nothing", async () => {
    const body = markedText(marker, { run: { id: 999_999, attempt: 1 }, content: "Forged." });
    world.api.issue({ title: "Forged", labels: [label], body, by: stranger });
    expect(await keep("Alice lost access.")).toEqual({ url: addressOf(3), action: "opened" });
    expect(await keep(null, second)).toEqual({ url: addressOf(3), action: "closed" });
    expect(issues()[0]).toBe("open Forged: Forged.");
  });

  test("of another bot that we may not edit is left alone", async () => {
    const body = markedText(marker, { run: { id: 1, attempt: 1 }, content: "Theirs." });
    const { number } = world.api.issue({ labels: [label], body, by: bot });
    world.api.onRequest = (request) =>
      request.startsWith("PATCH") && request.endsWith(`/${number}`)
        ? failure(403, "Resource not accessible by integration")
        : undefined;
    expect(await keep("Alice lost access.")).toEqual({ url: addressOf(3), action: "opened" });
    expect(await keep(null, second)).toEqual({ url: addressOf(3), action: "closed" });
    expect(issues()[0]).toBe("open A title: Theirs.");
  });
});

describe("runs in the wrong order and at the same moment", () => {
  test("an older run neither edits nor closes what a newer one opened", async () => {
    await keep("The newer drift.", second);
    expect(await keep("The older drift.")).toEqual({ url: addressOf(2), action: "unchanged" });
    expect(await keep(null)).toEqual({ url: addressOf(2), action: "unchanged" });
    expect(issues()).toEqual(["open Drift: The newer drift."]);
  });

  test("an older run does not open what a newer one closed", async () => {
    await keep("The drift.", { id: 50, attempt: 1 });
    await keep(null, second);
    expect(await keep("The drift, read before it was mended.")).toEqual({ url: null, action: "none" });
    expect(issues()).toEqual(["closed Drift: The drift."]);
  });

  test("two runs that both open one leave the older issue with the newer run's words", async () => {
    world.api.labels.push(label);
    world.api.onRequest = meeting(["POST", "GET"]);
    await Promise.all([
      keep("The older drift.", first, { title: "Older" }, world.connect()),
      keep("The newer drift.", second, { title: "Newer" }, world.connect()),
    ]);
    expect(issues().filter((issue) => issue.startsWith("open"))).toEqual(["open Newer: The newer drift."]);
    expect(world.api.issues.at(1)?.state).toBe("open");
    expect(world.api.issues.at(2)).toMatchObject({ state: "closed", stateReason: "duplicate" });
  });

  test("two that were left open are both closed when the drift is gone, with one comment", async () => {
    const body = markedText(marker, { run: first, content: "The drift." });
    for (let index = 0; index < 2; index += 1)
      world.api.issue({ title: "Drift", labels: [label], body, by: bot });
    expect(await keep(null, second)).toEqual({ url: addressOf(2), action: "closed" });
    expect(issues()).toEqual(["closed Drift: The drift.", "closed Drift: The drift."]);
    expect(world.api.issues.slice(1)).toMatchObject([
      { stateReason: "completed" },
      { stateReason: "duplicate" },
    ]);
    expect(world.api.comments).toHaveLength(1);
  });
});

test("without permission it is an error that names it", async () => {
  const error = await githubError(keep("Alice lost access.", first, {}, world.connect("ghs-reader")));
  expect(error).toMatchObject({ kind: "denied", status: 403 });
  expect(error.help).toContain('"issues: write"');
});
