import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createRawServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { createScim } from "../../src/live/scim.js";
import type { Clock } from "../../src/model/clock.js";
import { LiveError, type LiveErrorKind } from "../../src/model/live-error.js";
import type { SandboxOptions } from "../../src/sandbox/sandbox.js";
import { scimPath } from "../../src/sandbox/scim/route.js";
import { serve } from "../../src/sandbox/server.js";
import { faultNames } from "../../src/sandbox/trouble.js";
import { createWorld, type World } from "../sandbox/world.js";
import { failure } from "./live-world.js";
import { notes } from "./notes.js";
import { createVirtualClock } from "./virtual-clock.js";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Scim = ReturnType<typeof createScim>;
type Options = Parameters<typeof createScim>[0];

const token = "secret-token-of-the-test";
const never = new AbortController().signal;

/** A clock that nobody waits for, and what was slept on it. */
function quickClock(): Clock & { readonly slept: number[] } {
  const time = createVirtualClock({ time: Date.UTC(2026, 0, 1) });
  const slept: number[] = [];
  return {
    slept,
    now: () => time.now(),
    sleep: async (milliseconds, signal) => {
      slept.push(milliseconds);
      await time.sleep(milliseconds, signal);
    },
  };
}

async function sandbox(options: Partial<SandboxOptions> = {}): Promise<World & { readonly scim: Scim }> {
  const world = createWorld(options);
  world.sandbox.state.scim = { ...world.sandbox.state.scim, token };
  const server = await serve({ sandbox: world.sandbox });
  closing.push(() => server.close());
  const endpoint = `${server.url}${scimPath(world.sandbox.state.scim)}`;
  return { ...world, scim: createScim({ endpoint, token, clock: quickClock(), signal: never }) };
}

type Seen = {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: string;
};

/** Whoever answers at the endpoint in SCIM's place, and what it was asked. */
async function answering(
  answer: (seen: Seen, response: ServerResponse, count: number) => void,
  options: Partial<Options> = {},
) {
  const requests: Seen[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { method = "", url: path = "" } = request;
    const seen = { method, path, authorization: request.headers.authorization ?? "", body };
    requests.push(seen);
    answer(seen, response, requests.length);
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const clock = quickClock();
  const endpoint = `http://127.0.0.1:${portOf(server.address())}/tenant/scim/v2`;
  const scim = createScim({ endpoint, token, clock, signal: never, ...options });
  return { scim, requests, clock, endpoint };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";
const user = { id: "u-1", userName: "ann", active: false, schemas: [userSchema] };

function list(...Resources: readonly unknown[]): object {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];
  return {
    schemas,
    totalResults: Resources.length,
    itemsPerPage: Resources.length,
    startIndex: 1,
    Resources,
  };
}

function json(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Finds the user, and answers the PATCH with `body`. */
function patched(status: number, body: unknown, headers: object = {}) {
  return ({ method }: Seen, response: ServerResponse): void =>
    method === "GET" ? json(response, 200, list(user)) : json(response, status, body, headers);
}

/** No part of the error says the token, neither to a reader nor to a debugger. */
function expectNoToken(error: LiveError): void {
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
  expect(`${error.message} ${error.stack}`).not.toContain(token);
}

describe("against the sandbox", () => {
  test("disables and enables a user, with one request to find and one to change", async () => {
    const world = await sandbox();
    const id = world.user("ann");
    world.user("ann.b");
    const status = (): unknown => world.store("DescribeUser", { UserId: id })["UserStatus"];
    await world.scim.setActive("ann", false);
    expect(status()).toBe("DISABLED");
    await world.scim.setActive("ann", false);
    expect(status()).toBe("DISABLED");
    await world.scim.setActive("ann", true);
    expect(status()).toBe("ENABLED");
    expect(world.log.filter(({ service }) => service === "scim").map(({ operation }) => operation)).toEqual(
      Array.from({ length: 3 }, () => ["ListUsers", "PatchUser"]).flat(),
    );
    expect(JSON.stringify(world.log)).not.toContain(token);
  });

  test.each(['o"brien', "a\\b", '\\"', "a+b@x", "é🦆", "100%", "a&b=c#d", "a'b"])(
    "finds %s, and nobody else",
    async (name) => {
      const world = await sandbox();
      const [id, other] = [world.user(name), world.user("ann")];
      await world.scim.setActive(name, false);
      expect(world.sandbox.state.users.get(id)?.status).toBe("DISABLED");
      expect(world.sandbox.state.users.get(other)?.status).toBe("ENABLED");
    },
  );

  test("a name that ends the filter and goes on is no more than a name", async () => {
    const world = await sandbox();
    world.user("ann");
    for (const name of ['" or userName eq "ann', 'x" or userName pr or userName eq "y', '" and id eq "'])
      expect((await failure(world.scim.setActive(name, false))).kind).toBe("not-found");
    expect([...world.sandbox.state.users.values()]).toMatchObject([{ status: "ENABLED" }]);
  });

  test("nobody of that name: not-found, and nothing is changed", async () => {
    const world = await sandbox();
    world.user("ann");
    const error = await failure(world.scim.setActive("bob", false));
    expect([error.kind, error.message]).toEqual(["not-found", "SCIM knows no user bob."]);
    expect(world.log.filter(({ operation }) => operation === "PatchUser")).toEqual([]);
  });

  test("a name that differs in case is another user's, though the service finds it", async () => {
    const world = await sandbox();
    const id = world.user("Ann");
    const error = await failure(world.scim.setActive("ann", false));
    expect(error.kind).toBe("unexpected");
    expect(world.sandbox.state.users.get(id)?.status).toBe("ENABLED");
  });

  test("a token that is not good: credentials, at once", async () => {
    const world = await sandbox();
    world.user("ann");
    world.sandbox.state.scim = { ...world.sandbox.state.scim, token: "rotated" };
    const error = await failure(world.scim.setActive("ann", false));
    expect(error).toMatchObject({ kind: "credentials", code: "401", operation: "scim ListUsers" });
    expect(error.help).toContain("access token");
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(world.log.filter(({ service }) => service === "scim")).toHaveLength(1);
    expectNoToken(error);
  });

  test("passing trouble of every kind is waited out", async () => {
    const faults = Object.fromEntries(
      faultNames.filter((name) => name !== "slow").map((name) => [name, 0.25]),
    );
    const calm = createWorld();
    const ids = Array.from({ length: 40 }, (_, count) => calm.user(`user-${count}`));
    const world = await sandbox({ state: calm.sandbox.state, faults, seed: 5 });
    for (const [count, id] of ids.entries()) {
      await world.scim.setActive(`user-${count}`, false);
      expect(world.sandbox.state.users.get(id)?.status).toBe("DISABLED");
    }
    expect(new Set(world.log.map(({ outcome }) => outcome))).toEqual(
      new Set([
        "ok",
        "ThrottlingException",
        "ConflictException",
        "InternalServerException",
        "dropped-before",
        "dropped-after",
      ]),
    );
  });

  test.each([
    ["throttle", "throttled", 12],
    ["error500", "internal", 8],
    ["drop", "unreachable", 8],
  ] as const)("%s that does not pass: %s, after %i attempts", async (fault, kind, attempts) => {
    const world = await sandbox({ faults: { [fault]: 1 } });
    const error = await failure(world.scim.setActive("ann", false));
    expect(error).toMatchObject({ kind, operation: "scim ListUsers" });
    expect(world.log).toHaveLength(attempts);
    expectNoToken(error);
  });

  test("a conflict that does not pass: conflict, after 15 attempts", async () => {
    const calm = createWorld();
    calm.user("ann");
    const world = await sandbox({ state: calm.sandbox.state, faults: { conflict: 1 } });
    const error = await failure(world.scim.setActive("ann", false));
    expect(error).toMatchObject({ kind: "conflict", code: "409", operation: "scim PatchUser" });
    expect(world.log.filter(({ operation }) => operation === "PatchUser")).toHaveLength(15);
  });
});

describe("what is sent", () => {
  test("the filter in JSON's words, the PATCH in those of AWS's example, the token in one header", async () => {
    const { scim, requests } = await answering(patched(200, user));
    await scim.setActive("ann", false);
    const [found, changed] = requests;
    expect(found).toEqual({
      method: "GET",
      path: `/tenant/scim/v2/Users?filter=${encodeURIComponent('userName eq "ann"')}`,
      authorization: `Bearer ${token}`,
      body: "",
    });
    expect(changed).toMatchObject({ method: "PATCH", path: "/tenant/scim/v2/Users/u-1" });
    expect(JSON.parse(changed?.body ?? "")).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value: "false" }],
    });
  });

  test("no redirect is followed: whoever it leads to never sees the token", async () => {
    const elsewhere = await answering((_, response) => json(response, 200, list(user)));
    for (const status of [301, 302, 303, 307, 308]) {
      const { scim, requests } = await answering((_, response) =>
        json(response, status, null, { location: `${elsewhere.endpoint}/Users` }),
      );
      const error = await failure(scim.setActive("ann", false));
      expect([error.kind, error.message]).toEqual(["unexpected", expect.stringContaining(String(status))]);
      expect(requests).toHaveLength(1);
    }
    expect(elsewhere.requests).toEqual([]);
  });
});

describe("on record", () => {
  test("is every attempt to change a user by itself, and what reads is not", async () => {
    const { recorder, lines } = notes();
    const troubles: readonly ((response: ServerResponse) => void)[] = [
      (response) => json(response, 500, { schemas: [errorSchema], detail: "oh" }),
      (response) => json(response, 429, { schemas: [errorSchema], detail: "slowly" }),
      (response) => response.destroy(),
      (response) => response.end("<html>"),
      (response) => json(response, 401, { schemas: [errorSchema], detail: "expired" }),
    ];
    let patches = 0;
    const { scim } = await answering(
      ({ method }, response) => {
        if (method === "GET") json(response, 200, list(user));
        else troubles[patches++]?.(response);
      },
      { recorder },
    );
    expect((await failure(scim.setActive("ann", false))).kind).toBe("credentials");
    expect(lines.filter((line) => line.endsWith(" sending"))).toHaveLength(5);
    expect(lines.filter((line) => !line.endsWith(" sending"))).toEqual([
      "1 unclear 500",
      "2 refused 429",
      "3 unclear",
      "4 unclear",
      "5 refused 401",
    ]);
  });

  test.each([
    ["as asked", user, "1 accepted"],
    ["otherwise", { ...user, active: true }, "1 unclear"],
  ])("an answer with the user %s", async (_, answer, told) => {
    const { recorder, lines } = notes();
    const { scim } = await answering(patched(200, answer), { recorder });
    await scim.setActive("ann", false).catch(() => {});
    expect(lines).toEqual(["1 scim PatchUser sending", told]);
  });

  test("is nothing where the user is not found, and nothing is sent that cannot be recorded", async () => {
    const { recorder, lines } = notes();
    const nobody = await answering((_, response) => json(response, 200, list()), { recorder });
    expect((await failure(nobody.scim.setActive("ann", false))).kind).toBe("not-found");
    expect(lines).toEqual([]);
    const full = notes(0);
    const { scim, requests } = await answering(patched(200, user), { recorder: full.recorder });
    expect((await failure(scim.setActive("ann", false))).kind).toBe("unrecorded");
    expect(requests.map(({ method }) => method)).toEqual(["GET"]);
  });
});

describe("answers that are not to be relied on", () => {
  const strange: readonly (readonly [string, unknown])[] = [
    ["two users", list(user, { ...user, id: "u-2" })],
    ["the same user twice", list(user, user)],
    ["another user", list({ ...user, userName: "bob" })],
    ["a user with a name in another case", list({ ...user, userName: "ANN" })],
    ["a list that is shorter than it says", { ...list(user), totalResults: 2 }],
    ["an empty list that says it is not", { ...list(), totalResults: 1 }],
    ["a list without its schema", { ...list(user), schemas: [] }],
    ["a list without a total", { ...list(user), totalResults: undefined }],
    ["a list of something else", list({ id: "g", displayName: "ann" })],
    ["a user without a schema", list({ ...user, schemas: undefined })],
    ["an id that leads elsewhere", list({ ...user, id: "../Groups/g" })],
    ["an id that leads up", list({ ...user, id: ".." })],
    ["an empty id", list({ ...user, id: "" })],
    ["an id that is no text", list({ ...user, id: 7 })],
    ["resources that are no list", { ...list(user), Resources: { 0: user } }],
    ["one user and null", { ...list(user, null) }],
    ["an error that comes with 200", { schemas: [errorSchema], detail: "no", status: "500" }],
    ["null", null],
    ["a text", "ann"],
  ];
  test.each(strange)("%s: unexpected, and nobody is changed", async (_, answer) => {
    const { scim, requests } = await answering((_, response) => json(response, 200, answer));
    const error = await failure(scim.setActive("ann", false));
    expect([error.kind, error.operation]).toEqual(["unexpected", "scim ListUsers"]);
    expect(requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("a list that says it is empty, and one that leaves its resources out: not-found", async () => {
    for (const answer of [list(), { ...list(), Resources: undefined }]) {
      const { scim } = await answering((_, response) => json(response, 200, answer));
      expect((await failure(scim.setActive("ann", false))).kind).toBe("not-found");
    }
  });

  test.each([
    ["HTML", "<html>Sign in to this network</html>"],
    ["nothing", ""],
    ["cut JSON", '{"schemas": ['],
  ])("%s with status 200 is asked for again, and then unexpected", async (_, body) => {
    const { scim, requests } = await answering((_, response) => response.end(body));
    const error = await failure(scim.setActive("ann", false));
    expect([error.kind, error.code, requests.length]).toEqual(["unexpected", null, 5]);
    expect(error.message).toBe(
      "scim ListUsers got an answer that idc cannot read: HTTP status 200 with something else than what SCIM answers.",
    );
  });

  test.each([
    ["still active", { ...user, active: true }],
    ["with a status as a text", { ...user, active: "false" }],
    ["without a status", { ...user, active: undefined }],
    ["another user", { ...user, id: "u-2" }],
  ])("a PATCH that is answered with a user %s was not seen to be done", async (_, answer) => {
    const { scim } = await answering(patched(200, answer));
    const error = await failure(scim.setActive("ann", false));
    expect([error.kind, error.operation]).toEqual(["unexpected", "scim PatchUser"]);
  });

  test("a PATCH may be answered without a body, by 204 and by nothing else", async () => {
    const done = await answering(({ method }, response) => {
      if (method === "GET") return json(response, 200, list(user));
      response.writeHead(204).end();
    });
    await done.scim.setActive("ann", false);
    const empty = await answering(({ method }, response) =>
      method === "GET" ? json(response, 200, list(user)) : response.end(),
    );
    expect((await failure(empty.scim.setActive("ann", false))).kind).toBe("unexpected");
    const nothing = await answering((_, response) => response.writeHead(204).end());
    expect((await failure(nothing.scim.setActive("ann", false))).kind).toBe("unexpected");
  });

  test("an answer without an end is not read to its end", async () => {
    let sent = 0;
    const { scim } = await answering((_, response) => {
      const chunk = "x".repeat(1024 * 1024);
      const more = (): void => {
        while (!response.destroyed && sent < 4_000) {
          sent += 1;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
      };
      more();
    });
    expect((await failure(scim.setActive("ann", false))).kind).toBe("unexpected");
    expect(sent).toBeLessThan(1_000);
  });
});

describe("errors", () => {
  const scimError = (status: number, detail = "No."): object => ({
    schema: [errorSchema],
    schemas: [errorSchema],
    detail,
    status: String(status),
  });
  const meanings: readonly (readonly [number, unknown, LiveErrorKind, number])[] = [
    [400, scimError(400), "invalid", 1],
    [401, scimError(401), "credentials", 1],
    [401, "Unauthorized", "credentials", 1],
    [403, scimError(403), "credentials", 1],
    [404, scimError(404), "not-found", 1],
    [404, "<html>", "unexpected", 1],
    [404, { message: "Not Found" }, "unexpected", 1],
    [408, "", "unreachable", 8],
    [409, scimError(409), "conflict", 15],
    [418, scimError(418), "unexpected", 1],
    [429, scimError(429), "throttled", 12],
    [429, "Too Many Requests", "throttled", 12],
    [500, scimError(500), "internal", 8],
    [502, "<html>Bad gateway</html>", "internal", 8],
    [503, "", "internal", 8],
  ];
  test.each(meanings)(
    "%i with %j to the PATCH is %s, after %i attempts",
    async (status, body, kind, attempts) => {
      const { scim, requests } = await answering(patched(status, body, { "x-amzn-requestid": "r-1" }));
      const error = await failure(scim.setActive("ann", false));
      expect(error).toMatchObject({ kind, operation: "scim PatchUser", requestId: "r-1" });
      expect(requests.filter(({ method }) => method === "PATCH")).toHaveLength(attempts);
      expect(error.message).toMatch(/[^.]\.$/);
    },
  );

  test("404 to the question who it is says nothing of the user: the endpoint is wrong", async () => {
    const { scim } = await answering((_, response) => json(response, 404, scimError(404)));
    expect((await failure(scim.setActive("ann", false))).kind).toBe("unexpected");
  });

  test.each([
    ["7", 7_000, 8_000],
    [new Date(Date.UTC(2026, 0, 1, 0, 0, 20)).toUTCString(), 20_000, 21_000],
    ["86400", 60_000, 61_000],
    ["-5", 0, 300],
    ["soon", 0, 300],
    [new Date(0).toUTCString(), 0, 300],
  ])("Retry-After: %s is honoured, within reason", async (value, least, most) => {
    const { scim, clock } = await answering((seen, response, count) => {
      if (count === 1) json(response, 429, scimError(429), { "retry-after": value });
      else patched(200, user)(seen, response);
    });
    await scim.setActive("ann", false);
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeGreaterThanOrEqual(least);
    expect(clock.slept[0]).toBeLessThanOrEqual(most);
  });

  test("a long reason is cut, and of many lines the first is told", async () => {
    const { scim } = await answering(patched(400, scimError(400, `${"x".repeat(5_000)}\nmore`)));
    const { message } = await failure(scim.setActive("ann", false));
    expect(message.length).toBeLessThan(400);
    expect(message).toMatch(/x…$/);
    const two = await answering(patched(400, scimError(400, "first\nsecond")));
    expect((await failure(two.scim.setActive("ann", false))).message).toBe(
      "scim PatchUser was refused as invalid: first.",
    );
  });

  test("whoever says the token back does not get it into a message", async () => {
    const saying = (_: Seen, response: ServerResponse): void =>
      json(response, 400, scimError(400, `Bad header: Bearer ${token}`), { "x-amzn-requestid": token });
    const { scim } = await answering(saying);
    const error = await failure(scim.setActive("ann", false));
    expect(error.message).toContain("Bearer [the token]");
    expectNoToken(error);
    const cut = await answering((_, response) =>
      json(response, 400, scimError(400, `${"x".repeat(290)}${token}`)),
    );
    expect((await failure(cut.scim.setActive("ann", false))).message).not.toContain(token.slice(0, 6));
  });

  test("nobody listens: unreachable, with the host and without the path", async () => {
    const server = createRawServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const port = portOf(server.address());
    await new Promise((resolve) => server.close(resolve));
    const { scim, clock } = await answering(() => {}, {
      endpoint: `http://127.0.0.1:${port}/tenant/scim/v2`,
    });
    const error = await failure(scim.setActive("ann", false));
    expect([error.kind, clock.slept.length]).toEqual(["unreachable", 2]);
    expect(error.message).toMatch(/^scim ListUsers could not reach 127\.0\.0\.1:\d+: connect ECONNREFUSED/);
    expect(error.message).not.toContain("tenant");
    expectNoToken(error);
  });

  test("no HTTP at all: unexpected", async () => {
    const server = createRawServer((socket) => {
      socket.on("error", () => {});
      socket.end("SSH-2.0-OpenSSH_9.6\r\n", () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { scim } = await answering(() => {}, { endpoint: `http://127.0.0.1:${portOf(server.address())}/` });
    expect((await failure(scim.setActive("ann", false))).kind).toBe("unexpected");
  });

  test("an answer that does not come, or stops in its middle, is given up: unreachable", async () => {
    for (const begin of [() => {}, (response: ServerResponse) => response.write('{"schemas": [')]) {
      const { scim, clock } = await answering((_, response) => void begin(response), { answerWithin: 40 });
      const error = await failure(scim.setActive("ann", false));
      expect([error.kind, clock.slept.length]).toEqual(["unreachable", 7]);
      expect(error.message).toContain("no whole answer within 0.04 s");
      expectNoToken(error);
    }
  });
});

describe("interrupted", () => {
  test("while it waits for an answer, it rejects with the signal's reason", async () => {
    const stop = new AbortController();
    const { scim } = await answering(() => stop.abort(new Error("Ctrl-C")), { signal: stop.signal });
    await expect(scim.setActive("ann", false)).rejects.toThrow("Ctrl-C");
  });

  test("between attempts, and before the first, nothing more is sent", async () => {
    const stop = new AbortController();
    const { scim, requests } = await answering(
      (_, response) => {
        json(response, 429, {});
        setImmediate(() => stop.abort(new Error("Ctrl-C")));
      },
      { signal: stop.signal, clock: { now: () => 0, sleep: waitForEver } },
    );
    await expect(scim.setActive("ann", false)).rejects.toThrow("Ctrl-C");
    await expect(scim.setActive("ann", false)).rejects.toThrow("Ctrl-C");
    expect(requests).toHaveLength(1);
  });

  function waitForEver(_: number, signal?: AbortSignal): Promise<void> {
    return new Promise((_, reject) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
    });
  }
});

describe("the endpoint and the token", () => {
  const options = { endpoint: "https://scim.eu-west-1.amazonaws.com/t/scim/v2/", token };
  const made = (more: Partial<Options>): (() => Scim) => {
    return () => createScim({ ...options, clock: quickClock(), signal: never, ...more });
  };

  test.each([
    "https://scim.eu-west-1.amazonaws.com/11111111111-2222-3333-4444-555555555555/scim/v2",
    "https://scim.eu-west-1.amazonaws.com/t/scim/v2/",
    "http://127.0.0.1:4100/t/scim/v2/",
    "http://127.9.9.9/",
    "http://localhost:4100/t/scim/v2/",
    "http://[::1]:4100/t/scim/v2/",
  ])("%s is taken", (endpoint) => {
    expect(made({ endpoint })).not.toThrow();
  });

  test.each([
    "http://scim.eu-west-1.amazonaws.com/t/scim/v2/",
    "http://10.0.0.1/t/scim/v2/",
    "http://127.0.0.1.example.com/",
    "http://localhost.example.com/",
    "http://[::ffff:7f00:1]/",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "https://user:password@example.com/",
    "https://127.0.0.1@example.com/",
    "https://example.com/scim/v2?x=1",
    "https://example.com/scim/v2#x",
    "scim.eu-west-1.amazonaws.com/t/scim/v2/",
    "",
    token,
  ])("%s is refused, and not repeated", (endpoint) => {
    const error = thrown(made({ endpoint }));
    expect([error.kind, error.help]).toEqual(["invalid", expect.stringContaining("Automatic provisioning")]);
    expect(inspect(error)).not.toContain(endpoint === "" ? token : endpoint);
  });

  test.each(["", " ", "a b", `${token}\n`, "a\r\nb: c", "é", "\u0000"])(
    "the token %j is refused, and not repeated",
    (bad) => {
      const error = thrown(made({ token: bad }));
      expect(error.kind).toBe("credentials");
      expectNoToken(error);
    },
  );

  function thrown(work: () => unknown): LiveError {
    try {
      work();
    } catch (error) {
      if (error instanceof LiveError) return error;
      throw error;
    }
    throw new Error("it did not fail");
  }
});
