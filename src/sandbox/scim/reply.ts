/** Answers in SCIM's form, with the members that AWS's own answers have. */
import type { ServiceError } from "../errors.js";
import type { Reply } from "../wire.js";

/** `body` null: an answer without one. */
export function scimReply(status: number, requestId: string, body: object | null): Reply {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
    body: body === null ? "" : JSON.stringify(body),
  };
}

/** `now`: milliseconds since the epoch. */
export function scimError(error: ServiceError, requestId: string, now: number): Reply {
  const status = statuses.get(error.code) ?? error.status;
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return scimReply(status, requestId, {
    schema: schemas,
    schemas,
    detail: error.message,
    status: String(status),
    exceptionRequestId: requestId,
    timeStamp: new Date(now).toISOString().replace("T", " ").replace("Z", ""),
  });
}

/** HTTP tells here what the other services tell by the error's code. */
const statuses: ReadonlyMap<string, number> = new Map([
  ["UnauthorizedException", 401],
  ["ResourceNotFoundException", 404],
  ["ConflictException", 409],
  ["ThrottlingException", 429],
]);
