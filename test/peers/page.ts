import { readFileSync } from "node:fs";
import { idc, start, type Ended } from "../cli/idc.js";
import { freePort } from "./processes.js";

/** The code of a section of docs/sandbox.md, block by block: `sh`, `python`, … as the page marks them. */
export type Block = { readonly language: string; readonly code: string };

/** The blocks below a heading, as far as the next heading. */
export function blocksBelow(heading: string): readonly Block[] {
  const page = readFileSync(new URL("../../docs/sandbox.md", import.meta.url), "utf8");
  const start = page.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`docs/sandbox.md has no heading ${heading}`);
  const [section = ""] = page.slice(start + heading.length + 2).split(/^#{2,3} /m);
  return [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}

/** The commands of a shell's block, each with its continued lines. */
export function commandsOf(code: string): readonly string[] {
  return code
    .split(/(?<!\\)\n/)
    .map((command) => command.trim())
    .filter((command) => command !== "");
}

/** The sandbox as the page's first block makes and serves it, on a free port instead of the page's. */
export type ServedPage = {
  /** The page's code with the port that is served instead of the page's. */
  as(code: string): string;
  /** What `serve` prints. */
  readonly printed: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<Ended>;
};

/** The page's code with another port than the page's. */
export function onPort(port: string, code: string): string {
  return code.replaceAll("4100", port);
}

export async function servePage(cwd: string): Promise<ServedPage> {
  const console = blocksBelow("## Try it").find(({ language }) => language === "console");
  const port = String(await freePort());
  const as = (code: string): string => onPort(port, code);
  const commands = commandsOf(as(console?.code ?? "")).filter((line) => line.startsWith("$ idc "));
  const [init, serve] = commands.map((command) => command.split(" ").slice(2));
  if (init === undefined || serve === undefined) throw new Error("the page's first block does not serve");
  const made = await idc(init, { cwd });
  if (made.code !== 0) throw new Error(made.stderr);
  const running = start(serve, { cwd });
  const printed = await running.printed("AWS_SECRET_ACCESS_KEY");
  const env = Object.fromEntries(
    [...printed.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  return {
    as,
    printed,
    env,
    stop: async () => {
      running.process.kill("SIGTERM");
      return running.ended;
    },
  };
}
