import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const command = join(root, "bin/idc.js");

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Running = {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with what was printed on stdout once that contains `text`; rejects when the process ends before. */
  printed(text: string): Promise<string>;
  /** The same for stderr. */
  told(text: string): Promise<string>;
};

export type Given = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: readonly string[];
};

/** The real command in a process of its own, with nothing of this machine's AWS configuration. */
export function start(args: readonly string[], { cwd, env = {}, node = [] }: Given): Running {
  mustBeBuilt();
  const child = spawn(process.execPath, [...node, command, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (chunk: string) => (said[stream] += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
  const heard = async (stream: "stdout" | "stderr", text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (said[stream].includes(text)) resolve(said[stream]);
      };
      look();
      child[stream].on("data", look);
      child.once("close", () =>
        reject(new Error(`it ended without saying ${text}: ${said.stdout}${said.stderr}`)),
      );
    });
  return {
    process: child,
    ended,
    printed: async (text) => heard("stdout", text),
    told: async (text) => heard("stderr", text),
  };
}

export async function idc(args: readonly string[], given: Given): Promise<Ended> {
  return start(args, given).ended;
}

/** A folder of its own with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "idc-test-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

let isChecked = false;

/** Testing what was built an hour ago would prove nothing of the sources as they are. */
export function mustBeBuilt(): void {
  if (isChecked) return;
  const built = newest(join(root, "dist"));
  if (built < newest(join(root, "src"))) throw new Error("dist/ is older than src/: run npm run build first");
  isChecked = true;
}

function newest(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const times = entries
    .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !entry.name.includes(".generated."))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...times);
}
