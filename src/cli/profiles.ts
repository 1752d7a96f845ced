import { readFile, stat } from "node:fs/promises";
import { Option } from "commander";
import type { Command } from "commander";
import type { ExitCode } from "../run/exit-code.js";
import { fileError, writeFileAtomic } from "./atomic-file.js";
import { execute } from "./execute.js";
import type { Context } from "./execute.js";
import { UsageError } from "./failure.js";
import type { Reached } from "../run/profiles.js";

type Options = {
  readonly user?: string;
  readonly all?: true;
  readonly startUrl?: string;
  readonly sessionName: string;
  readonly write?: string;
};

export function addProfiles(program: Command): void {
  program
    .command("profiles")
    .description(
      "Make an ~/.aws/config: one profile for every account and permission set that somebody can reach.",
    )
    .addOption(new Option("--user <name>", "what this user can reach by the files").conflicts("all"))
    .option("--all", "what anybody can reach")
    .option("--start-url <url>", "the AWS access portal; by default the one of the identity store")
    .addOption(new Option("--session-name <name>", "name of the [sso-session]").default("idc"))
    .option("--write <file>", "put them into this file, leaving alone what idc did not write")
    .addHelpText(
      "after",
      "\nExample:\n  $ idc profiles --user alice --write ~/.aws/config\n  $ aws sso login --sso-session idc",
    )
    .action(async (_options: unknown, command: Command) => execute<Options>(command, profiles));
}

async function profiles(context: Context<Options>): Promise<ExitCode> {
  const { options, signal, terminal } = context;
  if (options.user === undefined && options.all !== true)
    throw new UsageError("Whose profiles?", "Name a user with --user, or make everybody's with --all.");
  const [
    { folderTree },
    { runProfiles },
    { exitCode },
    { renderProfiles },
    { connector },
    { stageTeller },
    { tell },
  ] = await Promise.all([
    import("../declare/source-tree.js"),
    import("../run/profiles.js"),
    import("../run/exit-code.js"),
    import("../report/profiles.js"),
    import("./session.js"),
    import("./progress.js"),
    import("./reporting.js"),
  ]);
  const run = await runProfiles({
    tree: folderTree(options.dir),
    connect: connector(context),
    wallClock: () => Date.now(),
    signal,
    onStage: stageTeller(terminal, options.dir),
    user: options.user ?? null,
    instance: options.startUrl === undefined ? "needed" : "unneeded",
  });
  terminal.rest();
  // Warnings about the files are for who changes them, not for who signs in.
  tell(context, { ...run, diagnostics: run.diagnostics.filter(({ severity }) => severity === "error") });
  if (run.reached !== null) {
    const { rows, accountNames } = run.reached;
    if (rows.length === 0) terminal.err(`${options.user ?? "Nobody"} reaches no account by these files.\n`);
    const session = { name: options.sessionName, ...(await portal(run.reached, options)) };
    const text = renderProfiles({ session, rows, accountNames });
    if (options.write === undefined) terminal.out(text);
    else await merge(options.write, text, context);
  }
  return exitCode(run.verdicts);
}

/** Where people sign in. */
async function portal(
  { settings, instance }: Reached,
  { startUrl, region }: Context<Options>["options"],
): Promise<{ startUrl: string; region: string }> {
  const { startUrlOf } = await import("../report/profiles.js");
  const home = region ?? settings.region ?? instance?.region;
  if (home === undefined)
    throw new UsageError(
      "The home region of Identity Center is not known.",
      "Give it with --region, or as identityCenter.region in settings.yaml.",
    );
  const url = startUrl ?? (instance === null ? undefined : startUrlOf(instance.identityStoreId));
  if (url === undefined) throw new UsageError("The start URL is not known.", "Give it with --start-url.");
  return { startUrl: url, region: home };
}

async function merge(
  file: string,
  profilesText: string,
  { terminal, options }: Context<Options>,
): Promise<void> {
  const { mergeProfiles } = await import("../report/aws-config.js");
  const existing = await readExisting(file);
  const merged = mergeProfiles(existing?.text ?? "", profilesText);
  if (merged === existing?.text) {
    if (options.quiet !== true) terminal.err(`${file} is as it should be already.\n`);
    return;
  }
  let kept = "";
  if (existing !== null) {
    const backup = `${file}.bak-${new Date()
      .toISOString()
      .replace(/[^0-9]/g, "")
      .slice(0, 17)}`;
    await writeFileAtomic(backup, existing.text, existing.mode);
    kept = ` What it was before is in ${backup}.`;
  }
  await writeFileAtomic(file, merged, existing?.mode ?? 0o600);
  if (options.quiet !== true) terminal.err(`Wrote ${file}.${kept}\n`);
}

async function readExisting(file: string): Promise<{ text: string; mode: number } | null> {
  try {
    const { mode } = await stat(file);
    return { text: await readFile(file, "utf8"), mode: mode & 0o777 };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw fileError(`${file} could not be read`, error);
  }
}
