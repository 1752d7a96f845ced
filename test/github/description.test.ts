import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describedOperation } from "../support/github-api-description.js";
import { startGithubWorld, type GithubWorld } from "./world.js";

const issues = "/repos/acme/access/issues";

function described(method: string, path: string, body = ""): ReturnType<typeof describedOperation> {
  return describedOperation(method, new URL(path, "http://github.test"), body);
}

describe("GitHub's description", () => {
  test.each([
    ["an operation that idc does not use", "GET", "/repos/acme/access/pulls", "", "no operation"],
    ["a number that is none", "GET", `${issues}/one/comments`, "", "issue_number must be integer"],
    ["a parameter that there is not", "GET", `${issues}?lables=idc-drift`, "", "additional properties"],
    [
      "a value that a parameter cannot have",
      "GET",
      `${issues}?state=shut`,
      "",
      "state must be equal to one of",
    ],
    ["a body that lacks something", "POST", issues, '{"body":"x"}', "required property 'title'"],
    ["a body of another type", "PATCH", `${issues}/comments/1`, '{"body":1}', "body must be string"],
    [
      "a body with something unknown",
      "POST",
      issues,
      '{"title":"x","lables":[]}',
      "lables, which is not described",
    ],
    ["no body where one is due", "POST", `${issues}/1/comments`, "", "must be object"],
    ["a body where none is due", "DELETE", `${issues}/comments/1`, "{}", "none is described"],
  ])("refuses %s", (_, method, path, body, fault) => {
    expect(described(method, path, body)).toContain(fault);
  });

  test("refuses answers that do not fit", () => {
    const listing = described("GET", `${issues}?state=all&per_page=100`);
    const remove = described("DELETE", `${issues}/comments/1`);
    const faults = [listing, remove].flatMap((one) =>
      typeof one === "string"
        ? [one]
        : [one.faultOf(200, [{ number: 1 }]), one.faultOf(204, {}), one.faultOf(404, { message: 4 })],
    );
    expect(faults).toEqual([
      expect.stringContaining("answer 200/0 must have required property"),
      expect.stringContaining("no answer 204 is described"),
      expect.stringContaining("answer 404/message must be string"),
      expect.stringContaining("no answer 200 is described"),
      expect.stringContaining("answer 204 is described as empty"),
      expect.stringContaining("answer 404/message must be string"),
    ]);
  });
});

describe("the local GitHub", () => {
  let world: GithubWorld;

  beforeEach(async () => {
    world = await startGithubWorld();
  });

  afterEach(async () => {
    await world.api.close();
  });

  test("refuses and remembers a request that the description does not allow", async () => {
    const answer = await fetch(`${world.api.url}${issues}?lables=idc-drift`);
    expect(answer.status).toBe(422);
    expect(world.api.breaches).toEqual([expect.stringContaining("additional properties")]);
  });

  test("remembers an answer of its own that does not fit", async () => {
    world.api.issue({ title: 7 as unknown as string });
    const answer = await fetch(`${world.api.url}${issues}`, { headers: { authorization: "token ghs-bot" } });
    expect(answer.status).toBe(500);
    expect(world.api.breaches).toEqual([expect.stringContaining("title must be string")]);
  });
});
