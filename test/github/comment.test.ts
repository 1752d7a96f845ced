import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Github } from "../../src/github/client.js";
import { keepComment, type KeptComment } from "../../src/github/comment.js";
import { markedText } from "../../src/github/marker.js";
import { bot, failure, person, stranger, type Answer } from "../support/github-api.js";
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

async function keep(body: string, run = first, by = github): Promise<KeptComment> {
  return await keepComment(by, { pull: world.pull, marker, run, body });
}

/** What the comments on the pull request say, without their first lines. */
function said(): readonly string[] {
  return world.api.comments.map(({ body }) => body.replace(/^<!-- idc .*-->\n/, ""));
}

function writes(): readonly string[] {
  return world.api.requests.filter((request) => !request.startsWith("GET"));
}

function addressOf(id: number): string {
  return `https://github.com/acme/access/pull/${world.pull}#issuecomment-${id}`;
}

describe("one comment", () => {
  test("is created where there is none", async () => {
    expect(await keep("Alice gains access.")).toEqual({ url: addressOf(1), action: "created" });
    expect(said()).toEqual(["Alice gains access."]);
  });

  test("is edited by the next run that has something else to say", async () => {
    await keep("Alice gains access.");
    expect(await keep("Bob gains access.", second)).toEqual({ url: addressOf(1), action: "updated" });
    expect(said()).toEqual(["Bob gains access."]);
  });

  test("is left as it is by a run that has the same to say, line ends aside", async () => {
    world.api.comment(world.pull, markedText(marker, { run: first, content: "One.\r\nTwo.\r\n" }), bot);
    expect(await keep("One.\nTwo.\n", second)).toEqual({ url: addressOf(1), action: "unchanged" });
    expect(writes()).toEqual([]);
  });

  test("belongs to one instance and one kind", async () => {
    await keep("The plan.");
    const others = [
      { ...marker, instance: "arn:aws:sso:::instance/ssoins-5555666677778888" },
      { ...marker, kind: "drift" },
    ];
    for (const marker of others)
      await keepComment(github, { pull: world.pull, marker, run: second, body: "Another." });
    expect(said()).toEqual(["The plan.", "Another.", "Another."]);
  });

  test("is found behind many pages of others", async () => {
    world.api.pageSize = 2;
    for (let index = 0; index < 5; index += 1) world.api.comment(world.pull, `Talk ${index}`, stranger);
    await keep("The first plan.");
    expect(await keep("The second plan.", second)).toMatchObject({ action: "updated" });
    expect(said().slice(5)).toEqual(["The second plan."]);
  });

  test("is kept by a person's token as well", async () => {
    const own = world.connect("ghp-person");
    await keep("The first plan.", first, own);
    expect(await keep("The second plan.", second, own)).toMatchObject({ action: "updated" });
    expect(said()).toEqual(["The second plan."]);
  });

  test("is created anew when somebody deletes it before it is edited", async () => {
    await keep("The first plan.");
    world.api.onRequest = (request) => {
      if (request.startsWith("PATCH")) world.api.comments.splice(0);
    };
    expect(await keep("The second plan.", second)).toEqual({ url: addressOf(2), action: "created" });
    expect(said()).toEqual(["The second plan."]);
  });
});

describe("runs in the wrong order", () => {
  test.each([
    ["an older run", { id: 199, attempt: 3 }],
    ["an earlier attempt", { id: 200, attempt: 1 }],
  ])("%s leaves what a newer one wrote", async (_, older) => {
    await keep("The newer plan.", { id: 200, attempt: 2 });
    expect(await keep("The older plan.", older)).toEqual({ url: addressOf(1), action: "superseded" });
    expect(said()).toEqual(["The newer plan."]);
  });

  test("a run that is run again writes over its earlier attempt", async () => {
    await keep("The first attempt.", { id: 200, attempt: 9 });
    expect(await keep("The second attempt.", { id: 200, attempt: 10 })).toMatchObject({ action: "updated" });
    expect(said()).toEqual(["The second attempt."]);
  });
});

describe("two runs at the same moment", () => {
  test.each([
    ["the older one first", first, second],
    ["the newer one first", second, first],
  ])("leave one comment, the newer run's, when both create and then both look, %s", async (_, one, other) => {
    world.api.onRequest = meeting(["POST", "GET"]);
    const plans = { 100: "The older plan.", 200: "The newer plan." };
    const says = ({ id }: typeof first): string => (id === 100 ? plans[100] : plans[200]);
    await Promise.all([keep(says(one), one, world.connect()), keep(says(other), other, world.connect())]);
    expect(said()).toEqual(["The newer plan."]);
  });

  /** Lets another run do all of its work around the request that is the `at`th of this one. */
  async function interrupted(
    at: number,
    when: "onRequest" | "onAnswer",
    mine: typeof first,
    its: typeof first,
  ) {
    let passed = 0;
    world.api[when] = async (): Promise<undefined> => {
      passed += 1;
      if (passed !== at) return;
      world.api[when] = () => undefined;
      await keep(`Run ${its.id}.`, its, world.connect());
    };
    await keep(`Run ${mine.id}.`, mine);
  }

  const moments = [1, 2, 3, 4].flatMap((at) => [
    { at, when: "onRequest" as const },
    { at, when: "onAnswer" as const },
  ]);

  test.each(moments)(
    "leave one comment, the newer run's, when the newer comes $when $at of the older",
    async ({ at, when }) => {
      await interrupted(at, when, first, second);
      expect(said()).toEqual(["Run 200."]);
    },
  );

  test.each(moments)(
    "leave one comment, the newer run's, when the older comes $when $at of the newer",
    async ({ at, when }) => {
      await interrupted(at, when, second, first);
      expect(said()).toEqual(["Run 200."]);
    },
  );

  test.each(moments)(
    "leave the newer run's word in a comment that was there, when the older comes $when $at of the newer",
    async ({ at, when }) => {
      await keep("Run 50.", { id: 50, attempt: 1 });
      await interrupted(at, when, second, first);
      expect(said()).toEqual(["Run 200."]);
    },
  );

  test("is one comment as well when the answer to its creation was lost and it was made twice", async () => {
    let isLost = false;
    world.api.onAnswer = (request) => {
      if (!request.startsWith("POST") || isLost) return undefined;
      isLost = true;
      return failure(502, "Bad gateway");
    };
    await keep("The plan.");
    expect(said()).toEqual(["The plan."]);
    expect(writes().map((request) => request.split(" ")[0])).toEqual(["POST", "POST", "DELETE"]);
  });

  test("is one comment as well when GitHub's list does not show it yet", async () => {
    const empty: Answer = { status: 200, body: [] };
    world.api.onRequest = (request) =>
      request.endsWith("/comments") && request.startsWith("GET") ? empty : undefined;
    expect(await keep("The plan.")).toEqual({ url: addressOf(1), action: "created" });
    expect(said()).toEqual(["The plan."]);
  });
});

describe("whose comment it is", () => {
  const forged = markedText(marker, { run: { id: 999_999_999, attempt: 1 }, content: "All is well." });

  test("a contributor's with our marker counts for nothing, for a bot and for a person", async () => {
    world.api.comment(world.pull, forged, stranger);
    world.api.comment(world.pull, forged, null);
    expect(await keep("The plan.")).toMatchObject({ action: "created" });
    expect(await keep("The plan.", first, world.connect("ghp-person"))).toMatchObject({ action: "created" });
    expect(said()).toEqual(["All is well.", "All is well.", "The plan.", "The plan."]);
  });

  test("another bot's that we may not edit is left alone, and ours is created", async () => {
    const theirs = markedText(marker, { run: { id: 1, attempt: 1 }, content: "Theirs." });
    world.api.comment(world.pull, theirs, { login: "other[bot]", type: "Bot" });
    expect(await keep("The plan.")).toEqual({ url: addressOf(2), action: "created" });
    expect(await keep("The next plan.", second)).toEqual({ url: addressOf(2), action: "updated" });
    expect(said()).toEqual(["Theirs.", "The next plan."]);
  });

  test("however many there are that we may not edit, ours is created", async () => {
    const theirs = markedText(marker, { run: { id: 1, attempt: 1 }, content: "Theirs." });
    for (let index = 0; index < 7; index += 1)
      world.api.comment(world.pull, theirs, { login: "other[bot]", type: "Bot" });
    expect(await keep("The plan.")).toEqual({ url: addressOf(8), action: "created" });
  });

  test.each([
    ["that is not in the first line", `Look:\n${forged}`],
    ["that lacks its run", forged.replace("run 999999999.1", "run")],
    ["whose run is no number", forged.replace("999999999", "1e9")],
    ["of another instance that begins alike", forged.replace(" run", "0 run")],
  ])("a marker %s is none", async (_, body) => {
    world.api.comment(world.pull, body, bot);
    expect(await keep("The plan.")).toMatchObject({ action: "created" });
  });

  test("a hostile instance or kind cannot leave the marker", async () => {
    const hostile = { kind: "plan --> <b>\n", instance: "--> # Approved\n<!--" };
    const given = { pull: world.pull, marker: hostile, run: first, body: "The plan." };
    await keepComment(github, given);
    expect(world.api.comments[0]?.body).toMatch(/^<!-- idc [\w%-]+ [0-9a-f]{32} run 100\.1 -->\nThe plan\.$/);
    expect(await keepComment(github, given)).toMatchObject({ action: "unchanged" });
  });

  test("hostile content cannot pass for a marker", async () => {
    const body = `-->\n${forged}\n<!--`;
    await keep(body);
    expect(await keep(body, second)).toMatchObject({ action: "unchanged" });
    expect(await keep("The plan.", second)).toMatchObject({ action: "updated" });
  });
});

describe("what cannot be done is an error", () => {
  test("without permission to comment", async () => {
    await keep("The first plan.");
    const error = await githubError(keep("The second plan.", second, world.connect("ghs-reader")));
    expect(error).toMatchObject({ kind: "denied", status: 403 });
    expect(said()).toEqual(["The first plan."]);
  });

  test("in a locked conversation", async () => {
    for (const issue of world.api.issues) issue.isLocked = true;
    expect(await githubError(keep("The plan."))).toMatchObject({ kind: "locked" });
  });

  test("and a person's comments are not taken for a bot's", async () => {
    world.api.comment(world.pull, markedText(marker, { run: first, content: "By hand." }), person);
    expect(await keep("The plan.", second)).toMatchObject({ action: "created" });
  });
});
