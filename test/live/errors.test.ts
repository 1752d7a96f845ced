import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { connect } from "../../src/live/connect.js";
import type { LiveErrorKind } from "../../src/model/live-error.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, failure, read } from "./live-world.js";

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
    [[{}], 10_001],
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
  expect(error.message).toMatch(/could not reach http:\/\/127\.0\.0\.1:\d+: /);
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
