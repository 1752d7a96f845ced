import { Command, CommanderError, Option } from "commander";
import { addApply } from "./apply.js";
import { addDrift } from "./drift.js";
import { awsRegion, instanceArn } from "./options.js";
import { addPermissions } from "./permissions.js";
import { addPlan } from "./plan.js";
import { addProfiles } from "./profiles.js";
import { addRevoke } from "./revoke.js";
import { addSandbox } from "./sandbox.js";
import { addValidate } from "./validate.js";
import { version } from "./version.js";

/** Parses and runs; the exit code is set when it resolves. */
export async function runProgram(args: readonly string[]): Promise<void> {
  watchStdout();
  watchStderr();
  try {
    await program().parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version come as "errors" too, with the code 0; without a command, help is what to do about it.
    process.exitCode = error.exitCode === 0 ? 0 : 3;
  }
}

/**
 * A reader that has seen enough (`idc apply | head`) is no failure, and no reason to leave the work half done. A result
 * that could not be written otherwise, to a full disk for example, is a failure.
 */
function watchStdout(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
    process.stderr.write(`error: The result could not be written: ${error.message}.\n`);
    process.once("exit", () => {
      if (process.exitCode === 0) process.exitCode = 1;
    });
  });
}

/** Nobody reads what is told on the way (`idc apply 2>&1 | head`): no reason to leave the work half done either. */
function watchStderr(): void {
  process.stderr.on("error", () => {});
}

function program(): Command {
  const idc = new Command("idc")
    .description(
      "AWS IAM Identity Center as code: users, groups, permission sets and who may do what where, as YAML.",
    )
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .exitOverride()
    .showHelpAfterError("(--help shows how it is used)")
    .configureHelp({ showGlobalOptions: true })
    .addOption(new Option("--dir <folder>", "the access files").default("access"))
    .option("--sandbox", "use the embedded Identity Center instead of AWS")
    .addOption(
      new Option("--state <file>", "where the embedded Identity Center keeps its state").default(
        ".idc/sandbox.json",
      ),
    )
    .option("--instance-arn <arn>", "the Identity Center instance, where there is more than one", instanceArn)
    .option("--region <region>", "home region of Identity Center", awsRegion)
    .option("--profile <name>", "profile of ~/.aws/config to take credentials from")
    .option("-q, --quiet", "nothing but errors on stderr")
    .option("-v, --verbose", "name everybody in long lists; tell the causes of errors")
    .addHelpText(
      "after",
      "\nExample, which needs no AWS account:\n  $ idc plan --sandbox\n  $ idc apply --sandbox",
    );
  addValidate(idc);
  addPlan(idc);
  addApply(idc);
  addDrift(idc);
  addRevoke(idc);
  addProfiles(idc);
  addPermissions(idc);
  addSandbox(idc);
  return idc;
}
