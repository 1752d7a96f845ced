import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const here = import.meta.dirname;

export type Output = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program with `input` on its standard input and nothing of this machine's AWS configuration. */
export async function run(
  command: string,
  args: readonly string[],
  given: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly input?: string;
  } = {},
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { cwd: given.cwd ?? here, env: withoutAws(given.env), maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        if (typeof error?.code === "string") reject(error);
        else resolve({ code: error === null ? 0 : (error.code ?? -1), stdout, stderr });
      },
    );
    child.stdin?.end(given.input ?? "");
  });
}

/** What one of the Python scripts here prints, as JSON. */
export async function python<T>(
  script: string,
  given: {
    readonly env: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    readonly input?: string;
  },
): Promise<T> {
  const { args = [] } = given;
  const { code, stdout, stderr } = await run("python3", [join(here, script), ...args], given);
  if (code !== 0) throw new Error(`${[script, ...args].join(" ")} ended with ${code}:\n${stderr}${stdout}`);
  return JSON.parse(stdout) as T;
}

export type Moto = {
  readonly url: string;
  /** Those of sso-admin and identitystore that it has, as `sso-admin ListInstances`. */
  readonly operations: readonly string[];
  stop(): Promise<void>;
};

export async function serveMoto(): Promise<Moto> {
  const child = spawn("python3", [join(here, "moto_serve.py")], {
    env: withoutAws(),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([
    once(lines, "line"),
    ended.then(() => Promise.reject(new Error("moto_serve.py ended without serving"))),
  ])) as [string];
  const { url, operations } = JSON.parse(line) as Pick<Moto, "url" | "operations">;
  return {
    url,
    operations,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** What makes boto3 and the AWS CLI talk to the server at `url`, as `idc sandbox serve` prints it for itself. */
export function environmentFor(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_SSO_ADMIN: url,
    AWS_ENDPOINT_URL_IDENTITYSTORE: url,
    AWS_ENDPOINT_URL_ORGANIZATIONS: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function withoutAws(env: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|^TF_|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    PYTHONDONTWRITEBYTECODE: "1",
    ...env,
  };
}
