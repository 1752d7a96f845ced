import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SandboxRequest } from "../../src/sandbox/sandbox.js";
import { serve, type Server } from "../../src/sandbox/server.js";
import { createWorld, type World } from "./world.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

function send(part: Partial<SandboxRequest>): {
  status: number;
  type: string;
  requestId: string;
  body: string;
} {
  const response = world.sandbox.handle(
    { method: "POST", path: "/", headers: {}, body: "{}", ...part },
    world.clock,
  );
  return {
    status: response.status,
    type: response.headers["content-type"] ?? "",
    requestId: response.headers["x-amzn-requestid"] ?? "",
    body: response.body,
  };
}

const listInstances = { "x-amz-target": "SWBExternalService.ListInstances" };

describe("AWS JSON 1.1", () => {
  test("answers JSON with a request id of its own", () => {
    const [first, second] = [send({ headers: listInstances }), send({ headers: listInstances })];
    expect(first).toMatchObject({ status: 200, type: "application/x-amz-json-1.1" });
    expect(first.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second.requestId).not.toBe(first.requestId);
    expect(second.body).toBe(first.body);
  });

  test("an operation without an output answers an empty object", () => {
    const set = world.set("S3");
    expect(world.admin("UpdatePermissionSet", { PermissionSetArn: set })).toEqual({});
  });

  test.each([
    [
      "an unknown service",
      { headers: { "x-amz-target": "Nobody.ListInstances" } },
      "UnknownOperationException",
    ],
    ["a target without a dot", { headers: { "x-amz-target": "ListInstances" } }, "UnknownOperationException"],
    ["no target", {}, "UnknownOperationException"],
    [
      "an unknown operation",
      { headers: { "x-amz-target": "SWBExternalService.Guess" } },
      "UnknownOperationException",
    ],
    [
      "an operation that every object has",
      { headers: { "x-amz-target": "SWBExternalService.constructor" } },
      "UnknownOperationException",
    ],
    ["a GET", { method: "GET", headers: listInstances }, "UnknownOperationException"],
    ["a body that is cut", { headers: listInstances, body: '{"MaxResults":' }, "SerializationException"],
    ["a body that is no object", { headers: listInstances, body: "[]" }, "SerializationException"],
    ["a text for a number", { headers: listInstances, body: '{"MaxResults":"1"}' }, "SerializationException"],
    [
      "a fraction for an integer",
      { headers: listInstances, body: '{"MaxResults":1.5}' },
      "SerializationException",
    ],
    ["a number for a text", { headers: listInstances, body: '{"NextToken":1}' }, "SerializationException"],
  ] satisfies [string, Partial<SandboxRequest>, string][])("%s is refused", (_, part, code) => {
    const { status, body } = send(part);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ __type: code, Message: expect.stringMatching(/./) });
  });

  test("an operation of the service that the sandbox does not have is refused by name", () => {
    const { body } = send({ headers: { "x-amz-target": "SWBExternalService.ListTrustedTokenIssuers" } });
    expect(body).toContain("ListTrustedTokenIssuers");
  });

  test("a body over the limit is refused, one below is read", () => {
    const of = (size: number): string => `{"NextToken":"${"a".repeat(size - 16)}"}`;
    expect(send({ headers: listInstances, body: of(1024 * 1024 + 1) }).status).toBe(413);
    expect(JSON.parse(send({ headers: listInstances, body: of(1024 * 1024) }).body)).toMatchObject({
      __type: "ValidationException",
    });
  });

  test("an empty body is an empty input, null is absent, unknown members are passed over", () => {
    expect(send({ headers: listInstances, body: "" }).status).toBe(200);
    expect(send({ headers: listInstances, body: '{"MaxResults":null,"Colour":"red"}' }).status).toBe(200);
  });

  test("errors of identitystore carry the request's id", () => {
    const { requestId, body } = send({ headers: { "x-amz-target": "AWSIdentityStore.ListUsers" } });
    expect(JSON.parse(body)).toMatchObject({ RequestId: requestId });
  });

  test("a fault of the sandbox itself is an internal error, not a crash", () => {
    // A state that the API can never make.
    world.sandbox.state.organization = { ...world.sandbox.state.organization, units: new Map() };
    const reply = world.call("organizations", "ListAccounts");
    expect(reply).toMatchObject({ status: 500, code: "InternalServerException" });
    expect(world.log.at(-1)).toMatchObject({ outcome: "InternalServerException" });
  });
});

describe("STS", () => {
  const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

  test("tells in XML who calls", () => {
    const { type, body } = send({ headers: form, body: "Action=GetCallerIdentity&Version=2011-06-15" });
    expect(type).toBe("text/xml");
    expect(body).toContain("<Account>999900001111</Account>");
  });

  test("refuses other actions in XML, and escapes what was asked for", () => {
    const { status, body } = send({ headers: form, body: "Action=%3CGetSessionToken%3E" });
    expect(status).toBe(400);
    expect(body).toContain("<Code>InvalidAction</Code>");
    expect(body).toContain("&lt;GetSessionToken&gt;");
  });
});

test("every request is logged with the service as the AWS CLI names it and the id that its answer has", () => {
  world.call("sso-admin", "ListInstances");
  world.call("identitystore", "ListUsers");
  const answers = [
    send({
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Action=GetCallerIdentity",
    }),
    send({ method: "GET" }),
  ];
  expect(world.log.slice(2).map(({ requestId }) => requestId)).toEqual(
    answers.map(({ requestId }) => requestId),
  );
  expect(world.log).toMatchObject([
    { time: "2026-01-01T00:00:00.000Z", service: "sso-admin", operation: "ListInstances", outcome: "ok" },
    {
      time: "2026-01-01T00:00:00.000Z",
      service: "identitystore",
      operation: "ListUsers",
      outcome: "ValidationException",
    },
    { time: "2026-01-01T00:00:00.000Z", service: "sts", operation: "GetCallerIdentity", outcome: "ok" },
    {
      time: "2026-01-01T00:00:00.000Z",
      service: "unknown",
      operation: "GET /",
      outcome: "UnknownOperationException",
    },
  ]);
});

describe("over HTTP", () => {
  let server: Server;
  beforeEach(async () => {
    server = await serve({ sandbox: world.sandbox });
  });
  afterEach(() => server.close());

  test("listens on loopback, on a port of its own or the one it is given", async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const port = Number(new URL(server.url).port);
    await expect(serve({ sandbox: world.sandbox, port })).rejects.toThrow("EADDRINUSE");
  });

  test("refuses a body over the limit without reading it to its end", async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(server.url, { method: "POST", headers: listInstances }, (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      request.on("error", reject);
      // The end is never sent.
      request.write("x".repeat(1024 * 1024 + 1));
    });
    expect(status).toBe(413);
  });

  test("closes at once, though a connection is kept open", async () => {
    await (await fetch(server.url, { method: "POST", headers: listInstances, body: "{}" })).text();
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(2_000);
    await expect(fetch(server.url, { method: "POST" })).rejects.toThrow("fetch failed");
  });
});
