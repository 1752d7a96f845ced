/**
 * The protocols: AWS JSON 1.1 with the operation in `X-Amz-Target`, the query protocol with XML answers for STS, and
 * SCIM with the operation in method and path. Signatures are not checked; who calls and where from is read from the
 * `Authorization` header.
 */
import { constraints } from "./constraints.generated.js";
import type { Constraints, Service } from "./constraints.js";
import { ServiceError } from "./errors.js";
import { scimError } from "./scim/reply.js";
import { type ScimCall, scimCall, scimOperation } from "./scim/route.js";

export type SandboxRequest = {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type SandboxResponse = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** How long the answer takes, in milliseconds. */
  readonly delayMs: number;
  /** The connection closes instead of bringing this answer. */
  readonly dropped: boolean;
};

/** What is sent back, however it gets there. */
export type Reply = Pick<SandboxResponse, "status" | "headers" | "body">;

/** Largest body that is read, in bytes. */
export const bodyLimit = 1024 * 1024;

export type Call =
  | { readonly service: Service; readonly operation: string; readonly shape: string }
  | { readonly service: "sts"; readonly operation: "GetCallerIdentity" }
  | ScimCall;

/** What the protocol's errors and the log need to know of a request that may be no call at all. */
export type Target = { readonly service: Service | "sts" | "scim" | "unknown"; readonly operation: string };

export function targetOf(request: SandboxRequest): Target {
  const scim = scimOperation(request);
  if (scim !== null) return { service: "scim", operation: scim };
  const target = request.headers["x-amz-target"];
  if (target === undefined) return queryTarget(request);
  const [prefix = "", operation = ""] = split(target);
  for (const service of services) if (table[service].target === prefix) return { service, operation };
  return { service: "unknown", operation: target };
}

/** @throws ServiceError for what is no call of a known operation. */
export function callOf(request: SandboxRequest, target: Target): Call {
  const { service, operation } = target;
  if (Buffer.byteLength(request.body) > bodyLimit)
    throw new ServiceError("RequestEntityTooLargeException", `The body is over ${bodyLimit} bytes`, {}, 413);
  if (service === "scim") return scimCall(request);
  if (request.method !== "POST" || service === "unknown")
    throw new ServiceError(
      "UnknownOperationException",
      "POST with the X-Amz-Target of a known service is expected",
    );
  if (service === "sts") {
    if (operation === "GetCallerIdentity") return { service, operation };
    throw new ServiceError("InvalidAction", `Could not find operation ${operation} for version 2011-06-15`);
  }
  const { operations, refused } = table[service];
  const shape = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (shape === undefined)
    throw new ServiceError(
      "UnknownOperationException",
      refused.includes(operation)
        ? `The sandbox does not have the operation ${operation} of ${service}`
        : `${service} has no operation ${operation}`,
    );
  return { service, operation, shape };
}

/** @throws ServiceError SerializationException for a body that is no JSON object. */
export function inputOf(request: SandboxRequest): unknown {
  try {
    return request.body === "" ? {} : JSON.parse(request.body);
  } catch {
    throw new ServiceError("SerializationException", "The body is not valid JSON");
  }
}

/** Access key id and region of the credential scope; null where the request is not signed. */
export function credentialOf(
  request: SandboxRequest,
): { readonly accessKeyId: string; readonly region: string } | null {
  const [, accessKeyId, region] =
    /\bCredential=([^/,\s]+)\/\d+\/([^/,\s]+)\//.exec(request.headers["authorization"] ?? "") ?? [];
  return accessKeyId === undefined || region === undefined ? null : { accessKeyId, region };
}

export function answer(target: Target, requestId: string, output: object): Reply {
  if (target.service === "sts") return xml(200, requestId, identityXml(output, requestId));
  return json(200, requestId, output);
}

export function errorAnswer(target: Target, requestId: string, error: ServiceError, now: number): Reply {
  if (target.service === "scim") return scimError(error, requestId, now);
  if (target.service === "sts") return xml(error.status, requestId, errorXml(error, requestId));
  const members =
    target.service === "identitystore" ? { ...error.members, RequestId: requestId } : error.members;
  return json(error.status, requestId, { __type: error.code, Message: error.message, ...members });
}

const table: Constraints & Record<Service, Constraints[string]> = constraints;
const services = Object.keys(constraints) as Service[];

function queryTarget(request: SandboxRequest): Target {
  const form = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  if (!form) return { service: "unknown", operation: `${request.method} ${request.path}` };
  return { service: "sts", operation: new URLSearchParams(request.body).get("Action") ?? "" };
}

function split(target: string): readonly string[] {
  const dot = target.lastIndexOf(".");
  return [target.slice(0, Math.max(dot, 0)), target.slice(dot + 1)];
}

export function json(status: number, requestId: string, body: object): Reply {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId },
    body: JSON.stringify(body),
  };
}

function xml(status: number, requestId: string, body: string): Reply {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

function identityXml(output: object, requestId: string): string {
  const members = Object.entries(output).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return (
    `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>${members.join("")}` +
    `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
    `</GetCallerIdentityResponse>`
  );
}

function errorXml(error: ServiceError, requestId: string): string {
  return (
    `<ErrorResponse xmlns="${namespace}"><Error><Type>${error.status < 500 ? "Sender" : "Receiver"}</Type>` +
    `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
