import { createServer } from "node:http";
import { createServer as createRawServer, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { connect } from "../../src/live/connect.js";
import type { LiveErrorKind } from "../../src/model/live-error.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, failure, read } from "./live-world.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

/** The URL of a server that says to each request what `answer` writes, and how many requests there were. */
async function rawServer(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const seen = { requests: 0 };
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      if (!data.toString().startsWith("POST")) return;
      seen.requests += 1;
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5000\r\n\r\n";

/** What a user reads when every request of ListInstances goes wrong in this way. */
async function meeting(fault: Fault) {
  const world = createLiveWorld();
  world.faults = ({ operation }) => (operation === "sso-admin ListInstances" ? fault : null);
  const error = await failure(world.connect());
  const tries = world.sent.filter((operation) => operation === "sso-admin ListInstances").length;
  return { error, tries, seconds: (world.clock.time - Date.UTC(2026, 0, 1)) / 1000 };
}

const refusals: readonly (readonly [Fault, LiveErrorKind, string, RegExp])[] = [
  [
    {
      refuse: "AccessDeniedException",
      message:
        "User: arn:aws:sts::1:assumed-role/X/y is not authorized to perform: sso:ListInstances because no identity-based policy allows the sso:ListInstances action",
    },
    "denied",
    "The caller may not use sso-admin ListInstances: User: arn:aws:sts::1:assumed-role/X/y is not authorized to perform: sso:ListInstances because no identity-based policy allows the sso:ListInstances action.",
    /^Grant the IAM action sso:ListInstances to the role or user that runs idc/,
  ],
  [
    { refuse: "AccessDeniedException", message: "" },
    "denied",
    "The caller may not use sso-admin ListInstances: the service gave no reason.",
    /sso:ListInstances/,
  ],
  [
    {
      refuse: "AccessDeniedException",
      message: "not authorized to perform: kms:Decrypt with an explicit deny in a service control policy",
    },
    "denied",
    "The caller may not use sso-admin ListInstances: not authorized to perform: kms:Decrypt with an explicit deny in a service control policy.",
    /^A policy denies kms:Decrypt explicitly/,
  ],
  [
    {
      refuse: "AccessDeniedException",
      message: "You can't delete permission sets provisioned in the management account",
    },
    "denied",
    "The caller may not use sso-admin ListInstances: You can't delete permission sets provisioned in the management account.",
    /role of the management account/,
  ],
  [
    { body: '{"page": "sign in to this network"}', status: 403 },
    "unexpected",
    "sso-admin ListInstances got an answer that idc cannot read: HTTP status 403 without an error code.",
    /http:\/\/sandbox\.invalid is what it should be/,
  ],
  [
    { refuse: "ExpiredTokenException", message: "The security token included in the request is expired" },
    "credentials",
    "The AWS credentials have expired: The security token included in the request is expired.",
    /aws sso login/,
  ],
  [
    {
      refuse: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    },
    "credentials",
    "AWS does not accept the credentials: The security token included in the request is invalid.",
    /AWS_SESSION_TOKEN/,
  ],
  [
    { refuse: "ValidationException", message: "1 validation error detected" },
    "invalid",
    "sso-admin ListInstances was refused as invalid: 1 validation error detected.",
    /./,
  ],
  [
    { refuse: "ServiceQuotaExceededException", message: "too many" },
    "quota",
    "sso-admin ListInstances would pass a quota: too many.",
    /Service Quotas/,
  ],
  [
    { refuse: "ResourceNotFoundException", message: "no such thing" },
    "not-found",
    "sso-admin ListInstances did not find what it was asked for: no such thing.",
    /idc plan again/,
  ],
  [
    { refuse: "NotFound", status: 404 },
    "unexpected",
    "sso-admin ListInstances got an answer that idc cannot read: HTTP status 404 without an error code.",
    /sandbox\.invalid is what it should be/,
  ],
  [
    { refuse: "ConflictException", message: "PermissionSet with name X already exists." },
    "conflict",
    "sso-admin ListInstances met a conflict: PermissionSet with name X already exists.",
    /idc plan again/,
  ],
  [
    { refuse: "SomethingNewException", message: "who knows" },
    "unexpected",
    "sso-admin ListInstances failed with SomethingNewException: who knows.",
    /again later/,
  ],
];

test.each(refusals)("%j is told at once, in plain words", async (fault, kind, message, help) => {
  const { error, tries } = await meeting(fault);
  expect(error.kind).toBe(kind);
  expect(error.message).toBe(message);
  expect(error.help ?? "nothing to do").toMatch(help);
  expect(error.operation ?? "sso-admin ListInstances").toBe("sso-admin ListInstances");
  expect(tries).toBe(1);
});

test("the service's code and request id and the IAM action are kept", async () => {
  const { error } = await meeting({ refuse: "AccessDeniedException", message: "no" });
  expect(error).toMatchObject({
    code: "AccessDeniedException",
    action: "sso:ListInstances",
    requestId: "request-of-a-fault",
  });
});

const troubles: readonly (readonly [Fault, LiveErrorKind, RegExp, number])[] = [
  [
    { refuse: "ThrottlingException", message: "Rate exceeded" },
    "throttled",
    /still throttled after every retry/,
    12,
  ],
  [
    {
      refuse: "ThrottlingException",
      message: "There are too many requests processing. Please try again later.",
    },
    "throttled",
    /still throttled/,
    100,
  ],
  [
    { refuse: "ConflictException", message: "Another operation is in progress" },
    "conflict",
    /met a conflict: Another operation is in progress/,
    15,
  ],
  [{ refuse: "InternalServerException", status: 500 }, "internal", /kept failing inside the service/, 8],
  [
    { body: "<html>Bad gateway</html>", status: 502 },
    "internal",
    /kept failing inside the service: HTTP status 502 with a body that is no JSON\.$/,
    8,
  ],
  [{ drop: "before" }, "unreachable", /could not reach http:\/\/sandbox\.invalid: connect ECONNRESET/, 8],
  [{ unreachable: "ECONNREFUSED" }, "unreachable", /could not reach/, 3],
  [{ unreachable: "ENOTFOUND" }, "unreachable", /could not reach/, 3],
  [{ unreachable: "SELF_SIGNED_CERT_IN_CHAIN" }, "unreachable", /could not reach/, 1],
  [
    { body: "<html>Sign in to the hotel's network</html>" },
    "unexpected",
    /answer that idc cannot read: HTTP status 200 with a body that is no JSON\.$/,
    5,
  ],
  [{ body: '{"Instances": [{"Inst' }, "unexpected", /answer that idc cannot read/, 5],
  [{ unreachable: "HPE_INVALID_CONSTANT" }, "unexpected", /answer that idc cannot read/, 5],
  [{ refuse: "RequestTimeoutException", message: "slow" }, "unreachable", /could not reach/, 8],
  [{ body: "{}", status: 408 }, "unreachable", /could not reach/, 8],
  [{ refuse: "RequestThrottled", message: "slow down" }, "throttled", /still throttled/, 12],
  [{ refuse: "RequestThrottledException", message: "slow down" }, "throttled", /still throttled/, 12],
  [{ refuse: "ThrottledException", message: "slow down" }, "throttled", /still throttled/, 12],
];

test.each(troubles)("%j is tried again before it is told", async (fault, kind, message, attempts) => {
  const { error, tries } = await meeting(fault);
  expect(error.kind).toBe(kind);
  expect(error.message).toMatch(message);
  expect(error.help).not.toBeNull();
  expect(error.message).not.toMatch(/\n|\$response/);
  expect(tries).toBe(attempts);
});

describe("trouble that passes", () => {
  test.each(troubles.filter(([, , , attempts]) => attempts > 1))("%j is overcome", async (fault) => {
    const world = createLiveWorld();
    world.faults = ({ operation, count }) =>
      operation === "sso-admin ListInstances" && count < 3 ? fault : null;
    const connection = await world.connect();
    expect(connection.operations().get("sso-admin ListInstances")).toBe(3);
  });

  test("is waited for longer each time, and as long as the service asks", async () => {
    const waits: number[] = [];
    const world = createLiveWorld();
    const connection = await world.connect({
      onProgress: (event) => {
        if (event.type === "waiting") waits.push(event.milliseconds);
      },
    });
    world.faults = ({ operation, count }) =>
      operation !== "identitystore ListUsers" || count > 4
        ? null
        : {
            refuse: "ThrottlingException",
            message: "Rate exceeded",
            members: count === 4 ? { RetryAfterSeconds: 7 } : {},
          };
    await read(connection);
    expect(waits).toEqual([188, 375, 750, 7500]);
  });

  test("jitter comes from the number given", async () => {
    const fault: Fault = { refuse: "ThrottlingException", message: "Rate exceeded" };
    async function wait(chance: number): Promise<number> {
      const world = createLiveWorld();
      world.faults = ({ operation, count }) =>
        operation === "sso-admin ListInstances" && count === 1 ? fault : null;
      await world.connect({ random: () => chance });
      return world.clock.time - Date.UTC(2026, 0, 1);
    }
    expect([await wait(0), await wait(1)]).toEqual([125, 250]);
  });
});

test("a list that is missing from an answer is no empty list", async () => {
  const { error } = await meeting({ body: "{}" });
  expect(error.message).toBe(
    "sso-admin ListInstances cannot be relied on: its answer lacks the list that was asked for.",
  );
});

test("a page that comes again and again is told, not asked for forever", async () => {
  const { error, tries } = await meeting({ body: '{"Instances": [], "NextToken": "again"}' });
  expect(error.message).toContain("it gives the same page again and again");
  expect(tries).toBe(2);
});

test("a list that does not end is given up, whether its pages are empty or not", async () => {
  for (const [rows, most] of [
    [[], 100],
    [[{}], 10_000],
  ] as const) {
    const world = createLiveWorld();
    world.faults = ({ operation, count }) =>
      operation === "sso-admin ListInstances"
        ? { body: JSON.stringify({ Instances: rows, NextToken: `${count}` }) }
        : null;
    const error = await failure(world.connect());
    expect(error.message).toContain(`its list does not end: ${most} pages`);
    expect(world.sent.filter((operation) => operation === "sso-admin ListInstances")).toHaveLength(most);
  }
});

test.each([7, true, {}, ["next"]])(
  "a NextToken that is no text (%j) is no end of the list",
  async (NextToken) => {
    const { error, tries } = await meeting({ body: JSON.stringify({ Instances: [{}], NextToken }) });
    expect(error).toMatchObject({ kind: "unexpected", operation: "sso-admin ListInstances" });
    expect(error.message).toContain("the token of its next page is no text");
    expect(tries).toBe(1);
  },
);

test.each([null, ""])("a NextToken of %j is the end of the list", async (NextToken) => {
  const world = createLiveWorld();
  world.faults = ({ operation }) =>
    operation === "sso-admin ListInstances" ? { edit: (answer) => ({ ...answer, NextToken }) } : null;
  expect((await world.connect()).operations().get("sso-admin ListInstances")).toBe(1);
});

test.each([{ 0: {} }, "rows", 7, [null]])("a list that is %j is no list", async (Instances) => {
  const { error } = await meeting({ body: JSON.stringify({ Instances }) });
  expect(error.message).toBe(
    "sso-admin ListInstances cannot be relied on: its answer lacks the list that was asked for.",
  );
});

test("an empty page with a token goes on", async () => {
  const world = createLiveWorld();
  const [instance] = world.call("sso-admin", "ListInstances").body["Instances"] as object[];
  world.faults = ({ operation, count }) =>
    operation !== "sso-admin ListInstances"
      ? null
      : {
          body: JSON.stringify(
            count < 3 ? { Instances: [], NextToken: `${count}` } : { Instances: [instance] },
          ),
        };
  expect((await world.connect()).operations().get("sso-admin ListInstances")).toBe(3);
});

test("a clock that is off is put right by the service's own", async () => {
  const world = createLiveWorld();
  const headers = { date: new Date(Date.now() + 3_600_000).toUTCString() };
  world.faults = ({ operation, count }) =>
    operation === "sts GetCallerIdentity" && count === 1
      ? { refuse: "InvalidSignatureException", message: "Signature expired", headers }
      : null;
  const connection = await world.connect();
  expect(connection.operations().get("sts GetCallerIdentity")).toBe(2);
});

test("a service that accepts a connection and never answers is given up", async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const world = createLiveWorld();
  const error = await failure(
    world.connect({
      endpoint: `http://127.0.0.1:${address.port}`,
      requestHandler: { requestTimeout: 30, throwOnRequestTimeout: true },
    }),
  );
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(error).toMatchObject({ kind: "unreachable", operation: "sts GetCallerIdentity" });
  expect(error.message).toMatch(/could not reach http:\/\/127\.0\.0\.1:\d+: no answer within 0\.03 s\.$/);
});

test("an answer that stops in the middle is given up, as often as a lost connection", async () => {
  const { url, seen } = await rawServer((socket) => socket.write(`${head}<GetCaller`));
  const error = await failure(
    createLiveWorld().connect({ endpoint: url, requestHandler: { socketTimeout: 200 } }),
  );
  expect(error).toMatchObject({ kind: "unreachable", operation: "sts GetCallerIdentity" });
  expect(error.message).toMatch(/: no answer within 0\.2 s\.$/);
  await expect.poll(() => seen.requests).toBe(8);
});

test("an answer that never stops is given up as well", async () => {
  const { url, seen } = await rawServer((socket) => {
    socket.write(head);
    const trickle = setInterval(() => socket.write("<"), 10);
    socket.on("close", () => clearInterval(trickle));
  });
  const error = await failure(
    createLiveWorld().connect({ endpoint: url, requestHandler: { socketTimeout: 1_000 }, answerWithin: 200 }),
  );
  expect(error).toMatchObject({ kind: "unreachable", operation: "sts GetCallerIdentity" });
  expect(error.message).toMatch(/: no whole answer within 0\.2 s\.$/);
  await expect.poll(() => seen.requests).toBe(8);
});

test("an answer that does not begin is given up by the same bound", async () => {
  const { url, seen } = await rawServer(() => {});
  const error = await failure(
    createLiveWorld().connect({ endpoint: url, requestHandler: {}, answerWithin: 200 }),
  );
  expect(error.message).toMatch(/: no whole answer within 0\.2 s\.$/);
  await expect.poll(() => seen.requests).toBe(8);
});

test("who stops waiting for an answer is told their own reason, not that time is up", async () => {
  const interrupt = new AbortController();
  const { url, seen } = await rawServer((socket) => {
    socket.write(head);
    interrupt.abort(new Error("Ctrl-C"));
  });
  await expect(
    createLiveWorld().connect({ endpoint: url, requestHandler: {}, signal: interrupt.signal }),
  ).rejects.toThrow("Ctrl-C");
  expect(seen.requests).toBe(1);
});

test("an answer that is no HTTP is asked for again", async () => {
  const { url, seen } = await rawServer((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
  const error = await failure(createLiveWorld().connect({ endpoint: url, requestHandler: {} }));
  expect(error).toMatchObject({ kind: "unexpected", operation: "sts GetCallerIdentity" });
  expect(seen.requests).toBe(5);
});

test("a page of somebody else in the place of STS is asked for again, and is nothing that is not found", async () => {
  const world = createLiveWorld();
  const page = "<!DOCTYPE html><html><body>Sign in<br></body></html>";
  for (const [status, tries] of [
    [200, 5],
    [404, 5],
  ] as const) {
    world.sent.length = 0;
    world.faults = () => ({ body: page, status });
    expect(await failure(world.connect())).toMatchObject({ kind: "unexpected" });
    expect(world.sent).toHaveLength(tries);
  }
  world.faults = () => ({ body: "<html>no such page</html>", status: 404 });
  expect(await failure(world.connect())).toMatchObject({ kind: "unexpected", code: null });
});

test("the endpoint that the environment names is told", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9");
  const error = await failure(createLiveWorld().connect({ endpoint: null, requestHandler: {} }));
  expect(error.message).toContain("could not reach http://127.0.0.1:9: ");
  expect(error.help).toBe("Check that something listens at http://127.0.0.1:9.");
});

test("an answer that is cut in the middle is no answer", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": "1000" });
    response.write('{"Instances": []');
    setTimeout(() => response.destroy(), 5);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const world = createLiveWorld();
  const error = await failure(
    world.connect({ endpoint: `http://127.0.0.1:${address.port}`, requestHandler: {} }),
  );
  await new Promise((resolve) => server.close(resolve));
  expect(error).toMatchObject({ kind: "unreachable", operation: "sts GetCallerIdentity" });
});

test("a port where nobody listens is told in one sentence", async () => {
  const world = createLiveWorld();
  const clock = world.time;
  const error = await failure(
    connect({
      region: "eu-west-1",
      instanceArn: null,
      profile: null,
      endpoint: "http://127.0.0.1:9",
      credentials: { accessKeyId: "AKIDADMIN", secretAccessKey: "secret" },
      limits: { requestsPerSecond: Infinity, operationsInFlight: 10 },
      clock,
    }),
  );
  expect(error.message).toBe(
    "sts GetCallerIdentity could not reach http://127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9.",
  );
  expect(error.help).toBe("Check that something listens at http://127.0.0.1:9.");
});
