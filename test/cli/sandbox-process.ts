import { existsSync } from "node:fs";
import { join } from "node:path";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { idc, start } from "./idc.js";
import type { Ended } from "./idc.js";

/** `idc sandbox serve` in a process of its own, and SDK clients as somebody at the console would use them. */
export type ServedSandbox = {
  /** The environment that it prints to export. */
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  readonly identityStore: IdentitystoreClient;
  readonly ssoAdmin: SSOAdminClient;
  /** By SIGTERM, unless another signal is given, with which it saves everything. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
};

/** Serves the state in sandbox.json, which is made when there is none. */
export async function serveSandbox(cwd: string, ...options: readonly string[]): Promise<ServedSandbox> {
  if (!existsSync(join(cwd, "sandbox.json")))
    await idc(["sandbox", "init", "--state", "sandbox.json"], { cwd });
  const running = start(["sandbox", "serve", "--state", "sandbox.json", ...options], { cwd });
  const printed = await running.printed("AWS_SECRET_ACCESS_KEY");
  const env = Object.fromEntries(
    [...printed.matchAll(/^export ([A-Z_]+)=(\S+)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  const url = /^listening on (\S+)$/m.exec(printed)?.[1] ?? "";
  const client = {
    endpoint: url,
    region: "eu-west-1",
    credentials: { accessKeyId: "console", secretAccessKey: "console" },
  };
  return {
    env,
    url,
    identityStore: new IdentitystoreClient(client),
    ssoAdmin: new SSOAdminClient(client),
    stop: async (signal = "SIGTERM") => {
      running.process.kill(signal);
      return running.ended;
    },
  };
}
