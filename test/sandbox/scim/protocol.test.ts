import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.js";
import { deserialize, newState, serialize } from "../../../src/sandbox/state.js";
import { exampleOrganization } from "../../../src/sandbox/organization.js";
import { createWorld, text } from "../world.js";
import { enterpriseSchema, filterOf, patchSchema, scimUser, type Served, servedWorld } from "./served.js";

const open: Served[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function world(options: Partial<SandboxOptions> = {}): Promise<Served> {
  const served = await servedWorld(options);
  open.push(served);
  return served;
}

describe("who may use it", () => {
  test.each([
    ["no token", { token: null }],
    ["another token", { token: "guess" }],
    ["the token cut", { token: "idc-sandbox-scim-toke" }],
    ["the token and more", { token: "idc-sandbox-scim-tokens" }],
    ["another tenant", { tenant: "99999999999-2222-3333-4444-555555555555" }],
    ["a tenant of every object", { tenant: "__proto__" }],
  ])("%s: 401 in SCIM's form, and nothing is done", async (_, how) => {
    const served = await world();
    const { status, body } = await served.scim("POST", "Users", scimUser("ann"), how);
    expect(status).toBe(401);
    expect(body).toEqual({
      schema: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      detail: expect.stringMatching(/./),
      status: "401",
      exceptionRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      timeStamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/),
    });
    expect(served.sandbox.state.users.size).toBe(0);
    expect(served.log).toMatchObject([{ operation: "CreateUser", outcome: "UnauthorizedException" }]);
  });

  test("another scheme than Bearer is refused, Bearer in any case is taken", async () => {
    const { url, sandbox } = await world();
    const { token, tenantId } = sandbox.state.scim;
    const ask = async (authorization: string): Promise<number> =>
      (await fetch(`${url}/${tenantId}/scim/v2/Users`, { headers: { authorization } })).status;
    expect(await ask(`Basic ${token}`)).toBe(401);
    expect(await ask(token)).toBe(401);
    expect(await ask(`bearer ${token}`)).toBe(200);
  });

  test("a new token in the state takes the place of the old one", async () => {
    const served = await world();
    const old = served.sandbox.state.scim.token;
    served.sandbox.state.scim = { ...served.sandbox.state.scim, token: "another" };
    expect((await served.scim("GET", "Users")).status).toBe(200);
    expect((await served.scim("GET", "Users", undefined, { token: old })).status).toBe(401);
  });

  test("where the instance was deleted there is nothing to provision", async () => {
    const served = await world();
    served.admin("DeleteInstance");
    expect((await served.scim("GET", "Users")).status).toBe(401);
  });
});

describe("what is asked for", () => {
  test.each([
    ["GET", "Me", 404],
    ["POST", "Bulk", 404],
    ["GET", "", 404],
    ["GET", "Users/", 404],
    ["GET", "Users/a/b", 404],
    ["GET", "/Users", 404],
    ["GET", "users", 404],
    ["GET", "constructor", 404],
    ["DELETE", "Users", 400],
    ["POST", "Users/x", 400],
    ["PUT", "Groups/x", 400],
    ["PUT", "ServiceProviderConfig", 400],
  ])("%s %s is %i, in SCIM's form", async (method, path, status) => {
    const served = await world();
    const reply = await served.scim(method, path, method === "GET" ? undefined : {});
    expect([reply.status, reply.body?.["status"]]).toEqual([status, String(status)]);
    expect(served.log).toMatchObject([{ service: "scim", operation: `${method} /${path}` }]);
  });

  test("ServiceProviderConfig tells what there is", async () => {
    const served = await world();
    expect(await served.did("GET", "ServiceProviderConfig")).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true },
      authenticationSchemes: [{ type: "oauthbearertoken" }],
    });
  });

  test("the other services answer as ever beside it", async () => {
    const served = await world();
    const response = await fetch(served.url, {
      method: "POST",
      headers: { "x-amz-target": "AWSIdentityStore.ListUsers" },
      body: '{"IdentityStoreId": "d-1111222233"}',
    });
    expect(await response.json()).toEqual({ Users: [] });
  });
});

describe("bodies", () => {
  const bad: readonly (readonly [string, string])[] = [
    ["none", ""],
    ["cut JSON", '{"userName": "ann"'],
    ["a list", "[]"],
    ["null", "null"],
    ["a text", '"ann"'],
    ["XML", "<user/>"],
    ["a form", "userName=ann"],
    ["signs that are no JSON", "\u0000\uFFFF"],
    ["deep nesting", "[".repeat(500_000)],
    ["deep nesting in an attribute", `{"userName": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["a number for an object", '{"userName": "ann", "displayName": "ann", "name": 1}'],
  ];
  test.each(bad)("%s is refused", async (_, body) => {
    const served = await world();
    for (const [method, path] of [
      ["POST", "Users"],
      ["PUT", `Users/${served.user("bob")}`],
      ["PATCH", `Users/${served.user("eve")}`],
      ["POST", "Groups"],
      ["PATCH", `Groups/${served.group("g")}`],
    ] as const) {
      const reply = await served.scim(method, path, body);
      expect([method, path, reply.status]).toEqual([method, path, 400]);
    }
    expect([...served.sandbox.state.users.values()].map(({ status }) => status)).toEqual([
      "ENABLED",
      "ENABLED",
    ]);
    expect(served.sandbox.state.groups.size).toBe(1);
  });

  test("__proto__ as an attribute is refused, and gives nobody anything", async () => {
    const served = await world();
    const user = '{"userName":"ann","displayName":"ann","name":{"givenName":"a","familyName":"b"}';
    expect((await served.scim("POST", "Users", `${user},"__proto__":{"active":false}}`)).status).toBe(400);
    expect((await served.scim("POST", "Users", `${user},"constructor":{}}`)).status).toBe(400);
    const inName = user.replace('"givenName":"a"', '"givenName":"a","__proto__":{}');
    expect((await served.scim("POST", "Users", `${inName}}`)).status).toBe(400);
    const inWork = `${user},"${enterpriseSchema}":{"__proto__":{"department":"x"}}}`;
    expect((await served.scim("POST", "Users", inWork)).status).toBe(400);
    expect(Object.hasOwn(Object.prototype, "active")).toBe(false);
    expect(served.sandbox.state.users.size).toBe(0);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"])(
    "the content type %s is refused",
    async (type) => {
      const served = await world();
      expect((await served.scim("POST", "Users", scimUser("ann"), { type })).status).toBe(400);
    },
  );

  test.each([
    "",
    "application/json",
    "application/scim+json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
  ])("the content type %j is taken", async (type) => {
    const served = await world();
    expect((await served.scim("POST", "Users", scimUser("ann"), { type })).status).toBe(201);
  });

  test("one over a MiB is refused with 413 in SCIM's form", async () => {
    const served = await world();
    const { status, body } = await served.scim("POST", "Users", scimUser("x".repeat(1024 * 1024)));
    expect([status, body?.["status"]]).toEqual([413, "413"]);
  });

  test("names come back as they were given, whatever they are", async () => {
    const served = await world();
    const displayName = '"; <script>alert(1)</script> ${x} %00 \\ é 🦆';
    const body = await served.did("POST", "Users", scimUser("ann", { displayName }));
    expect(body["displayName"]).toBe(displayName);
    const { detail } = await served.scim("GET", `Users?${filterOf("<b>")}`);
    expect(detail).not.toContain("<b>");
  });
});

describe("limits and trouble by knob", () => {
  test("--rate: 429 beyond it", async () => {
    const served = await world({ rate: 1 });
    expect((await served.scim("GET", "Users")).status).toBe(200);
    const { status, body } = await served.scim("GET", "Users");
    expect([status, body]).toMatchObject([429, { status: "429", detail: "Rate exceeded" }]);
    expect(served.log.at(-1)).toMatchObject({ outcome: "ThrottlingException" });
  });

  test.each([
    ["throttle", 429, "ThrottlingException"],
    ["conflict", 409, "ConflictException"],
  ] as const)("%s refuses a write with %i before it is done", async (fault, status, outcome) => {
    const served = await world({ faults: { [fault]: 1 } });
    expect((await served.scim("POST", "Users", scimUser("ann"))).status).toBe(status);
    expect(served.sandbox.state.users.size).toBe(0);
    expect(served.log).toMatchObject([{ outcome }]);
  });

  test("conflict leaves reads alone", async () => {
    const served = await world({ faults: { conflict: 1 } });
    expect((await served.scim("GET", "Users")).status).toBe(200);
  });

  test.each(["error500", "drop"] as const)("%s comes before the effect or after it", async (fault) => {
    const made = new Set<number>();
    for (let seed = 1; seed < 9; seed += 1) {
      const served = await world({ faults: { [fault]: 1 }, seed });
      const reply = await served.scim("POST", "Users", scimUser("ann")).catch(() => null);
      expect(reply?.status).toBe(fault === "drop" ? undefined : 500);
      made.add(served.sandbox.state.users.size);
    }
    expect(made).toEqual(new Set([0, 1]));
  });

  test("short-pages: a page with a cursor comes short, one without does not", async () => {
    const calm = createWorld();
    for (let count = 0; count < 20; count += 1) calm.user(`u${count}`);
    const served = await world({ state: calm.sandbox.state, faults: { "short-pages": 1 } });
    expect(await served.did("GET", "Users")).toMatchObject({ itemsPerPage: 20 });
    const body = await served.did("GET", "Users?cursor");
    expect(body["itemsPerPage"]).toBeLessThan(20);
    expect(body).toHaveProperty("nextCursor");
  });

  test("a change tells the one who keeps the state, a reading or a refusal does not", async () => {
    let changes = 0;
    const served = await world({ onChange: () => (changes += 1) });
    const ann = text(await served.did("POST", "Users", scimUser("ann")), "id");
    await served.patch(`Users/${ann}`, { op: "replace", path: "active", value: false });
    await served.did("GET", "Users");
    await served.scim("POST", "Users", {});
    expect(changes).toBe(2);
    await served.did("DELETE", `Users/${ann}`);
    expect(changes).toBe(3);
  });
});

test("every request is in the log by its name, and nowhere the token", async () => {
  const served = await world();
  const ann = text(await served.did("POST", "Users", scimUser("ann")), "id");
  const group = text(await served.did("POST", "Groups", { displayName: "g" }), "id");
  await served.did("GET", `Users/${ann}`);
  await served.did("PUT", `Users/${ann}`, scimUser("ann"));
  await served.patch(`Users/${ann}`, { op: "replace", path: "active", value: false });
  await served.did("GET", `Users?${filterOf('userName eq "ann"')}`);
  await served.did("GET", `Groups/${group}`);
  await served.patch(`Groups/${group}`, { op: "replace", path: "displayName", value: "h" });
  await served.did("GET", "Groups");
  await served.did("DELETE", `Groups/${group}`);
  await served.did("DELETE", `Users/${ann}`);
  await served.did("GET", "ServiceProviderConfig");
  await served.scim("GET", "Users", undefined, { token: "a-wrong-token" });
  expect(served.log.map(({ service, operation, outcome }) => `${service} ${operation} ${outcome}`)).toEqual([
    "scim CreateUser ok",
    "scim CreateGroup ok",
    "scim GetUser ok",
    "scim PutUser ok",
    "scim PatchUser ok",
    "scim ListUsers ok",
    "scim GetGroup ok",
    "scim PatchGroup ok",
    "scim ListGroups ok",
    "scim DeleteGroup ok",
    "scim DeleteUser ok",
    "scim ServiceProviderConfig ok",
    "scim ListUsers UnauthorizedException",
  ]);
  expect(JSON.stringify(served.log)).not.toContain(served.sandbox.state.scim.token);
  expect(JSON.stringify(served.log)).not.toContain("a-wrong-token");
});

describe("the state file", () => {
  test("keeps the token and what SCIM has made", async () => {
    const served = await world();
    served.sandbox.state.scim = { tenantId: "tenant-1", token: "token:1/2+3==" };
    await served.did("POST", "Users", scimUser("ann", { externalId: "1", active: false }));
    const copy = deserialize(serialize(served.sandbox.state));
    expect(copy.scim).toEqual(served.sandbox.state.scim);
    expect(serialize(copy)).toBe(serialize(served.sandbox.state));
  });

  test("one of an earlier idc has the usual token; one that a shell would run is refused", () => {
    const { scim, ...file } = JSON.parse(serialize(newState(exampleOrganization))) as Record<string, unknown>;
    expect(deserialize(JSON.stringify(file)).scim).toEqual(scim);
    for (const token of ["", "a b", "$(id)", "a;b", "`id`", "a\nb"]) {
      const text = JSON.stringify({ ...file, scim: { tenantId: "t", token } });
      expect(() => deserialize(text)).toThrow("scim.token must be");
    }
  });
});

describe("whatever is sent", () => {
  const [tenantId, token] = ["11111111111-2222-3333-4444-555555555555", "idc-sandbox-scim-token"];
  const attribute = fc.constantFrom(
    "userName",
    "active",
    "name",
    "name.givenName",
    "emails",
    'emails[type eq "work"].value',
    "members",
    "externalId",
    "displayName",
    enterpriseSchema,
    `${enterpriseSchema}:manager`,
    "__proto__",
    "schemas",
    "title",
  );
  const value = fc.oneof(
    fc.json(),
    fc.constantFrom(
      "true",
      '"ann"',
      "[]",
      "{}",
      "null",
      '{"toString":1}',
      '{"givenName":null}',
      '{"value":1}',
    ),
  );
  const op = fc.constantFrom('"add"', '"Replace"', '"replace"', '"remove"', "null", '{"toString":1}');
  const operation = fc.tuple(op, attribute, value, fc.boolean()).map(([op, path, json, hasPath]) => {
    const name = JSON.stringify(path);
    return hasPath ? `{"op":${op},"path":${name},"value":${json}}` : `{"op":${op},"value":{${name}:${json}}}`;
  });
  const patch = fc
    .array(operation, { minLength: 1, maxLength: 3 })
    .map((operations) => `{"schemas":["${patchSchema}"],"Operations":[${operations.join(",")}]}`);
  const resource = fc
    .array(fc.tuple(attribute, value), { maxLength: 3 })
    .map((pairs) => pairs.map(([name, json]) => `,${JSON.stringify(name)}:${json}`).join(""))
    .map((more) => JSON.stringify(scimUser("new")).replace(/}$/, `${more}}`));
  const request = fc.oneof(
    fc.tuple(fc.constant("PATCH"), fc.constantFrom("Users/ANN", "Users/nobody", "Groups/GROUP"), patch),
    fc.tuple(fc.constantFrom("POST", "PUT"), fc.constantFrom("Users", "Groups", "Users/ANN"), resource),
    fc.tuple(
      fc.constantFrom("GET", "DELETE"),
      fc
        .tuple(fc.constantFrom("Users", "Groups"), fc.constantFrom("filter", "cursor", "count"), fc.string())
        .map(([collection, name, text]) => `${collection}?${name}=${encodeURIComponent(text)}`),
      fc.string(),
    ),
    fc.tuple(
      fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
      fc.string(),
      fc.oneof(fc.string(), value),
    ),
  );

  test("no answer is a fault of the sandbox, and the state stays whole", () => {
    const statuses = new Map<number, number>();
    fc.assert(
      fc.property(request, ([method, path, body]) => {
        const world = createWorld();
        const ids = { ANN: world.user("ann"), GROUP: world.group("g") };
        world.user("bob", { Emails: [{ Value: "bob@x", Type: "work" }] });
        const { sandbox, clock } = world;
        const { status } = sandbox.handle(
          {
            method,
            path: `/${tenantId}/scim/v2/${path.replace("ANN", ids.ANN).replace("GROUP", ids.GROUP)}`,
            headers: { authorization: `Bearer ${token}` },
            body,
          },
          clock,
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect(status).not.toBe(500);
        const state = serialize(sandbox.state);
        expect(serialize(deserialize(state))).toBe(state);
        for (const { attributes } of sandbox.state.users.values()) {
          const { UserName, DisplayName, Name } = attributes;
          expect([UserName, DisplayName, Name?.GivenName, Name?.FamilyName]).not.toContain(undefined);
        }
      }),
      { numRuns: 3_000 },
    );
    // Not only refusals have been seen.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 404]));
  });
});
