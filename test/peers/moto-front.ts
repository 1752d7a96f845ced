import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type Front = { readonly url: string; stop(): Promise<void> };

/**
 * moto with the two reads that it lacks and that the engine cannot connect without, both about the instance and in the
 * form of the service's model: DescribeInstance, with what moto lists of the instance, and ListTagsForResource of the
 * instance, which has no tags. Everything else is moto's own answer, its answers to what it does not know among it.
 */
export async function putBefore(moto: string): Promise<Front> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const ask = (target: string | undefined, sent: string): Promise<Response> =>
      fetch(moto, { method: "POST", headers: headersOf(request, target), body: sent });
    const operation = request.headers["x-amz-target"];
    const target = typeof operation === "string" ? operation : undefined;
    const input = target === undefined ? {} : (JSON.parse(body) as Record<string, unknown>);
    if (target === "SWBExternalService.DescribeInstance") {
      const listed = await ask("SWBExternalService.ListInstances", "{}");
      const { Instances } = (await listed.json()) as { Instances: readonly Record<string, unknown>[] };
      const found = Instances.find(({ InstanceArn }) => InstanceArn === input["InstanceArn"]);
      return send(response, { ...found, Status: "ACTIVE" });
    }
    if (
      target === "SWBExternalService.ListTagsForResource" &&
      /:::instance\/[^/]+$/.test(String(input["ResourceArn"]))
    )
      return send(response, { Tags: [] });
    const given = await ask(target, body);
    response.writeHead(given.status, Object.fromEntries(given.headers)).end(await given.text());
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function headersOf(request: IncomingMessage, target: string | undefined): Record<string, string> {
  const kept = ["authorization", "content-type", "x-amz-date"].flatMap((name) => {
    const value = request.headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(kept), ...(target !== undefined && { "x-amz-target": target }) };
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
