/** The sandbox as the `requestHandler` of AWS SDK clients: no sockets, and time only as `clock` tells it. */
import type { Clock } from "../../src/model/clock.js";
import type { Sandbox, SandboxClock } from "../../src/sandbox/sandbox.js";

/** As much of the SDK's requests as the sandbox reads. */
type Request = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};
type Response = { statusCode: number; headers: Record<string, string>; body: Uint8Array };

export type InProcessHandler = {
  handle(request: Request): Promise<{ response: Response }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
  destroy(): void;
};

/** `sleep`: how slow answers are waited for; without it they are not. */
export function inProcessHandler(
  sandbox: Sandbox,
  clock: SandboxClock & Partial<Pick<Clock, "sleep">>,
): InProcessHandler {
  return {
    handle: async ({ method, path, headers, body }) => {
      const response = sandbox.handle(
        { method, path, headers: lowerCase(headers), body: textOf(body) },
        clock,
      );
      if (response.delayMs > 0) await clock.sleep?.(response.delayMs);
      if (response.dropped) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      return {
        response: {
          statusCode: response.status,
          headers: response.headers,
          body: new TextEncoder().encode(response.body),
        },
      };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {},
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new TypeError("the sandbox takes bodies as text or bytes");
}
