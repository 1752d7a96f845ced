/** The sandbox over HTTP, on the loopback interface only. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox, SandboxResponse } from "./sandbox.js";
import { bodyLimit } from "./wire.js";

export type Server = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Stops listening, lets open requests end, and closes all connections. */
  close(): Promise<void>;
};

/** How long a request that is still being sent may take when the server closes. */
const closingGraceMs = 500;

/** `port` 0, the default, takes any free one. Rejects when the port cannot be had. */
export async function serve(options: { readonly sandbox: Sandbox; readonly port?: number }): Promise<Server> {
  const { sandbox, port = 0 } = options;
  const server = createServer((request, response) => {
    respond(sandbox, request, response).catch((error: unknown) => response.destroy(toError(error)));
  });
  // Clients keep connections open between bursts of requests.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const cut = setTimeout(() => server.closeAllConnections(), closingGraceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
    },
  };
}

async function respond(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const answer = sandbox.handle(
    { method: request.method ?? "GET", path: request.url ?? "/", headers: headersOf(request), body },
    Date,
  );
  if (answer.delayMs > 0) await sleep(answer.delayMs);
  if (answer.dropped) response.destroy();
  else send(response, answer);
}

function send(response: ServerResponse, answer: SandboxResponse): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.status !== 204 && { "content-length": Buffer.byteLength(answer.body) }),
    // What follows of a body that is too large is not read.
    ...(answer.status === 413 && { connection: "close" }),
  });
  response.end(answer.body);
}

/** Reads no further than just over the limit, which is enough for the core to refuse it. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    size += chunk.length;
    if (size > bodyLimit) break;
  }
  return Buffer.concat(chunks).toString();
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
