/** The SCIM endpoint of an identity provider: who may use it, and its operations. */
import type { Context } from "../context.js";
import { ServiceError } from "../errors.js";
import type { Reply, SandboxRequest } from "../wire.js";
import { groupOperations } from "./groups.js";
import { scimReply } from "./reply.js";
import type { ScimCall, ScimOperation } from "./route.js";
import { serviceProviderConfig } from "./service-provider-config.js";
import { userOperations } from "./users.js";

/** Some of the operations. `body` null: an answer without one. */
export type ScimHandlers<O extends ScimOperation> = {
  readonly [Name in O]: (
    context: Context,
    call: ScimCall,
    request: SandboxRequest,
  ) => { readonly status: number; readonly body: object | null };
};

/** @throws ServiceError */
export function runScim(context: Context, call: ScimCall, request: SandboxRequest): Reply {
  authenticate(context, call, request);
  const { status, body } = operations[call.operation](context, call, request);
  return scimReply(status, context.requestId, body);
}

/** A wrong tenant is told like a wrong token. */
function authenticate({ state }: Context, { tenantId }: ScimCall, { headers }: SandboxRequest): void {
  const { scim, instance } = state;
  const [, token] = /^Bearer +(.*)$/i.exec(headers["authorization"] ?? "") ?? [];
  if (token === scim.token && tenantId === scim.tenantId && !instance.deleted) return;
  throw new ServiceError(
    "UnauthorizedException",
    "The authorization header is missing or not valid, or the tenant id is not right.",
  );
}

const operations: ScimHandlers<ScimOperation> = {
  ...userOperations,
  ...groupOperations,
  ServiceProviderConfig: () => ({ status: 200, body: serviceProviderConfig }),
};
