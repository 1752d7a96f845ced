import { Agent, createServer, request as ask } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { ServedSandbox } from "./sandbox-process.js";

/** At the request of which it is asked, stop before it is passed on, or after, before its answer is. */
type Stop = "before" | "after" | null;

/** Stands between the command and a served sandbox, and stops everything at a point that is told in requests. */
export type Relay = {
  /** The environment in which a command asks through here. */
  readonly env: Readonly<Record<string, string>>;
  /** Operations that were passed on, in order. */
  readonly passed: readonly string[];
  /** Resolves at the point: all that was passed on has been carried out, and nothing more passes. */
  readonly reached: Promise<void>;
  /** Lets everything pass from here on, what was held first. */
  release(): void;
  /** The same, save that the connections of what was held are cut. */
  cut(): void;
  close(): Promise<void>;
};

export async function relayTo(
  { url, env }: Pick<ServedSandbox, "url" | "env">,
  stopAt: (operation: string) => Stop = () => null,
): Promise<Relay> {
  const agent = new Agent({ keepAlive: true });
  const passed: string[] = [];
  let isHeld = false;
  let underway = 0;
  let reach = (): void => {};
  let end = (_how: "released" | "cut"): void => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const ended = new Promise<"released" | "cut">((resolve) => (end = resolve));

  async function relay(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const operation = operationOf(incoming.headers);
    const stop = isHeld ? "before" : stopAt(operation);
    if (stop !== null) isHeld = true;
    if (stop === "before") {
      if (underway === 0) reach();
      if ((await ended) === "cut") return void outgoing.destroy();
    }
    underway += 1;
    passed.push(operation);
    const answer = await answerTo(incoming, body).finally(() => {
      underway -= 1;
      if (isHeld && underway === 0) reach();
    });
    if (stop === "after" && (await ended) === "cut") return void outgoing.destroy();
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async function answerTo({ method, url: path, headers }: IncomingMessage, body: Buffer) {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      ask(new URL(path ?? "/", url), { method, headers, agent }, resolve)
        .once("error", reject)
        .end(body);
    });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await bodyOf(answer) };
  }

  const server = createServer((incoming, outgoing) => {
    // Nobody there any more looks from the other side as if the connection had been lost.
    relay(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the relay has no port");
  const here = `http://127.0.0.1:${address.port}`;
  const go = (how: "released" | "cut"): void => {
    stopAt = () => null;
    isHeld = false;
    end(how);
  };
  return {
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace(url, here)])),
    passed,
    reached,
    release: () => go("released"),
    cut: () => go("cut"),
    close: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `CreateUser`; STS, whose protocol names it in the body, is asked for one thing only. */
function operationOf(headers: IncomingHttpHeaders): string {
  return String(headers["x-amz-target"] ?? "STS.GetCallerIdentity").replace(/^.*\./, "");
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
