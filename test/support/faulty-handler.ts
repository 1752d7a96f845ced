/** Trouble between the SDK and the sandbox: refusals, broken answers and lost connections, where a test wants them. */
import type { InProcessHandler } from "./sandbox-handler.js";

/** A request about to be sent. */
export type Call = {
  /** `sso-admin ListInstances`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** How many requests of this operation there were, this one included. */
  readonly count: number;
};

export type Fault =
  /** The service's refusal, before any effect. */
  | {
      readonly refuse: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly message?: string;
      readonly status?: number;
      readonly members?: object;
    }
  /** The connection is lost before the request arrives, or after its effect. */
  | { readonly drop: "before" | "after" }
  /** Whoever asked is gone before the request arrives, or once it has: nothing is heard any more. */
  | { readonly silence: "before" | "after" }
  /** Nobody listens. */
  | { readonly unreachable: string }
  /** An answer of this text instead of the sandbox's. */
  | { readonly body: string; readonly status?: number }
  /** The sandbox's answer, edited. */
  | { readonly edit: (answer: Record<string, unknown>) => object };

/** `faultOf` says what shall go wrong with a request; null: nothing. */
export function faultyHandler(
  handler: InProcessHandler,
  faultOf: (call: Call) => Fault | null,
): InProcessHandler {
  const counts = new Map<string, number>();
  return {
    ...handler,
    async handle(request) {
      const operation = operationOf(request.headers, textOf(request.body));
      const count = (counts.get(operation) ?? 0) + 1;
      counts.set(operation, count);
      const fault = faultOf({ operation, input: inputOf(request.body), count });
      if (fault === null) return handler.handle(request);
      if ("refuse" in fault) {
        const { refuse, message = "", status = 400, members = {}, headers = {} } = fault;
        return answered(status, JSON.stringify({ __type: refuse, Message: message, ...members }), headers);
      }
      if ("unreachable" in fault) throw networkError(fault.unreachable);
      if ("body" in fault) return answered(fault.status ?? 200, fault.body);
      if ("drop" in fault) {
        if (fault.drop === "after") await handler.handle(request);
        throw networkError("ECONNRESET");
      }
      if ("silence" in fault) {
        if (fault.silence === "after") await handler.handle(request);
        return new Promise(() => {});
      }
      const { response } = await handler.handle(request);
      const told = JSON.parse(new TextDecoder().decode(response.body)) as Record<string, unknown>;
      return answered(response.statusCode, JSON.stringify(fault.edit(told)));
    },
  };
}

function answered(
  statusCode: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Awaited<ReturnType<InProcessHandler["handle"]>> {
  return {
    response: {
      statusCode,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": "request-of-a-fault",
        ...headers,
      },
      body: new TextEncoder().encode(body),
    },
  };
}

function networkError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });
}

const services: Readonly<Record<string, string>> = {
  SWBExternalService: "sso-admin",
  AWSIdentityStore: "identitystore",
  AWSOrganizationsV20161128: "organizations",
};

function operationOf(headers: Readonly<Record<string, string>>, body: string): string {
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === "x-amz-target")?.[1];
  if (target === undefined) return `sts ${new URLSearchParams(body).get("Action") ?? ""}`;
  const [service = "", operation = ""] = target.split(".");
  return `${services[service] ?? service} ${operation}`;
}

function inputOf(body: unknown): Readonly<Record<string, unknown>> {
  const text = textOf(body);
  return text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
}

function textOf(body: unknown): string {
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  return typeof body === "string" ? body : "";
}
