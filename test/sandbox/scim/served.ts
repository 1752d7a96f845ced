/** A sandbox on a real port, and requests to its SCIM endpoint as an identity provider sends them. */
import type { SandboxOptions } from "../../../src/sandbox/sandbox.js";
import { scimPath } from "../../../src/sandbox/scim/route.js";
import { serve } from "../../../src/sandbox/server.js";
import { createWorld, text, type World } from "../world.js";

type ScimReply = {
  readonly status: number;
  readonly headers: Headers;
  /** Null where the answer has no body. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Of an error, otherwise empty. */
  readonly detail: string;
};

type How = { readonly token?: string | null; readonly tenant?: string; readonly type?: string };

export type Served = World & {
  readonly url: string;
  /** `body`: a text is sent as it is. */
  scim(method: string, path: string, body?: unknown, how?: How): Promise<ScimReply>;
  /** As `scim`, for what must be accepted: its body. */
  did(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
  patch(path: string, ...operations: readonly object[]): Promise<ScimReply>;
  close(): Promise<void>;
};

export async function servedWorld(options: Partial<SandboxOptions> = {}): Promise<Served> {
  const world = createWorld(options);
  const server = await serve({ sandbox: world.sandbox });

  async function scim(method: string, path: string, body?: unknown, how: How = {}): Promise<ScimReply> {
    const access = world.sandbox.state.scim;
    const { token = access.token, tenant = access.tenantId, type = "application/scim+json" } = how;
    const response = await fetch(`${server.url}${scimPath({ ...access, tenantId: tenant })}${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && type !== "" && { "content-type": type }),
      },
      ...(body !== undefined && {
        body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
      }),
    });
    const answer = await response.text();
    const parsed = answer === "" ? null : (JSON.parse(answer) as Record<string, unknown>);
    const detail = response.ok ? "" : String(parsed?.["detail"]);
    return { status: response.status, headers: response.headers, body: parsed, detail };
  }

  return {
    ...world,
    url: server.url,
    scim,
    did: async (method, path, body) => {
      const reply = await scim(method, path, body);
      if (reply.status >= 300) throw new Error(`${reply.status} ${reply.detail}`);
      return reply.body ?? {};
    },
    patch: (path, ...Operations) => scim("PATCH", path, { schemas: [patchSchema], Operations }),
    close: () => server.close(),
  };
}

export const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export function filterOf(filter: string): string {
  return `filter=${encodeURIComponent(filter)}`;
}

/** As much as a user must have. */
export function scimUser(userName: string, more: object = {}): object {
  return { userName, name: { givenName: userName, familyName: "Test" }, displayName: userName, ...more };
}

/** Of the resources in a list, sorted. */
export function names(body: Readonly<Record<string, unknown>>, key = "userName"): readonly string[] {
  const resources = body["Resources"];
  if (!Array.isArray(resources)) throw new Error(`no Resources in ${JSON.stringify(body)}`);
  return resources.map((resource: unknown) => text(resource, key)).sort();
}
