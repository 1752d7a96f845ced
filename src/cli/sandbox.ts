import { readFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { parseDuration } from "../sandbox/duration.js";
import { type Faults, faultNames } from "../sandbox/trouble.js";
import type { ExitCode } from "../run/exit-code.js";
import { fileError } from "./atomic-file.js";
import { execute } from "./execute.js";
import type { Context } from "./execute.js";
import { wholeNumber } from "./options.js";
import { openRequestLog } from "./request-log.js";
import { openState } from "./sandbox-state.js";

type InitOptions = { readonly organization?: string };

type ServeOptions = {
  readonly port: number;
  readonly settle: number;
  readonly log?: string;
  readonly rate?: number;
  readonly inFlight?: number;
  readonly fault: Faults;
  readonly seed: number;
};

export function addSandbox(program: Command): void {
  const sandbox = program
    .command("sandbox")
    .description("A local Identity Center that the AWS CLI and every AWS SDK can talk to.")
    .addHelpText(
      "after",
      "\nExample:\n  $ idc sandbox init --state sandbox.json\n  $ idc sandbox serve --state sandbox.json",
    );
  sandbox
    .command("init")
    .description("Make the state file of an Identity Center with nothing in it yet.")
    .option("--organization <file>", "the accounts there are; by default those of the example organization")
    .addHelpText("after", "\nExample:\n  $ idc sandbox init --state sandbox.json --organization ORG.yaml")
    .action(async (_options: unknown, command: Command) => execute<InitOptions>(command, init));
  sandbox
    .command("serve")
    .description("Serve it on loopback until Ctrl-C.")
    .addOption(
      new Option("--port <number>", "port to listen on; 0 takes any free one")
        .argParser(wholeNumber(0, 65_535))
        .default(0),
    )
    .addOption(
      new Option("--settle <duration>", "how long an asynchronous operation takes: 50ms, 2s, 1m")
        .argParser(duration)
        .default(0, "0ms"),
    )
    .option("--log <file>", "append one JSON line for every request")
    .addOption(
      new Option("--rate <number>", "throttle past this many requests a second").argParser(wholeNumber(1)),
    )
    .addOption(
      new Option("--in-flight <number>", "throttle past this many asynchronous operations at once").argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option("--fault <name=probability>", `what goes wrong, repeatable: ${faultNames.join(", ")}`)
        .argParser(fault)
        .default({}, "none"),
    )
    .addOption(
      new Option("--seed <number>", "the same seed, the same faults").argParser(wholeNumber(0)).default(1),
    )
    .addHelpText(
      "after",
      "\nExample:\n  $ idc sandbox serve --state sandbox.json --settle 2s --fault throttle=0.2 --fault drop=0.05",
    )
    .action(async (_options: unknown, command: Command) =>
      execute<ServeOptions>(command, serveUntilTold, { stopping: "" }),
    );
}

async function init({ options, terminal }: Context<InitOptions>): Promise<ExitCode> {
  const [{ initStateFile }, { exampleOrganization, parseOrganization }] = await Promise.all([
    import("../sandbox/store.js"),
    import("../sandbox/organization.js"),
  ]);
  const organization =
    options.organization === undefined
      ? exampleOrganization
      : parseOrganization(await readText(options.organization));
  await initStateFile(options.state, organization);
  if (options.quiet !== true)
    terminal.err(`Made ${options.state}. To use it: idc sandbox serve --state ${options.state}\n`);
  return 0;
}

async function serveUntilTold({
  options,
  terminal,
  signal,
  atEnd,
}: Context<ServeOptions>): Promise<ExitCode> {
  const [{ createSandbox }, { serve }, { scimPath }] = await Promise.all([
    import("../sandbox/sandbox.js"),
    import("../sandbox/server.js"),
    import("../sandbox/scim/route.js"),
  ]);
  const store = await openState(options.state);
  atEnd(async () => store.flush());
  const log = options.log === undefined ? null : openRequestLog(options.log);
  if (log !== null) atEnd(async () => log.close());
  const { rate, inFlight } = options;
  const sandbox = createSandbox({
    state: store.state,
    settleMs: options.settle,
    ...(rate !== undefined && { rate }),
    ...(inFlight !== undefined && { inFlight }),
    faults: options.fault,
    seed: options.seed,
    ...(log !== null && { onRequest: log.write }),
    onChange: () => store.changed(),
  });
  const server = await serve({ sandbox, port: options.port }).catch((error: unknown) => {
    throw fileError(`Port ${options.port} cannot be had`, error);
  });
  atEnd(async () => server.close());
  const { organization, scim } = store.state;
  const provider = { endpoint: `${server.url}${scimPath(scim)}`, token: scim.token };
  terminal.out(`listening on ${server.url}\n${environment(server.url, provider, organization.region)}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await store.flush();
  if (options.quiet !== true) terminal.err(`Stopped listening; the state is saved in ${options.state}.\n`);
  return 0;
}

/** What makes the AWS CLI, the SDKs and an identity provider talk to the sandbox, to be pasted into a shell. */
function environment(
  url: string,
  provider: { readonly endpoint: string; readonly token: string },
  region: string,
): string {
  const services = ["SSO_ADMIN", "IDENTITYSTORE", "ORGANIZATIONS", "STS"];
  return [
    ...services.map((service) => `AWS_ENDPOINT_URL_${service}=${url}`),
    `IDC_SCIM_ENDPOINT=${provider.endpoint}`,
    `IDC_SCIM_TOKEN=${provider.token}`,
    `AWS_REGION=${region}`,
    `AWS_DEFAULT_REGION=${region}`,
    "AWS_ACCESS_KEY_ID=sandbox",
    "AWS_SECRET_ACCESS_KEY=sandbox",
  ]
    .map((line) => `export ${line}\n`)
    .join("");
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw fileError(`${file} could not be read`, error);
  }
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) throw new InvalidArgumentError("It takes a duration such as 50ms, 2s or 1m.");
  return milliseconds;
}

function fault(text: string, earlier: Faults): Faults {
  const [, name = "", probability = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const known = faultNames.find((one) => one === name);
  if (known === undefined)
    throw new InvalidArgumentError(`It takes NAME=PROBABILITY, the names being ${faultNames.join(", ")}.`);
  if (!/^(0|1|0?\.\d+|1\.0+)$/.test(probability))
    throw new InvalidArgumentError("A probability is a number from 0 to 1.");
  return { ...earlier, [known]: Number(probability) };
}
