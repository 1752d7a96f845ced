import { InvalidArgumentError } from "commander";
import { noConsent } from "../../plan/consent.js";
import type { Consent } from "../../plan/consent.js";
import { UsageError } from "../failure.js";
import { allowance, awsRegion, instanceArn, waitingTime } from "../options.js";
import type { CommonOptions } from "../options.js";

/** What action.yml's inputs ask for, besides what every command takes. */
export type Inputs = {
  readonly command: ActionCommand;
  readonly base: string | null;
  readonly planFile: string | null;
  readonly auditFile: string | null;
  readonly token: string | null;
  readonly targeted: boolean;
  readonly reconcile: boolean;
  readonly allow: Consent["allow"];
  readonly deep: boolean;
  /** Milliseconds. */
  readonly waitForPrincipals: number | null;
};

const commands = ["validate", "plan", "apply", "drift"] as const;
export type ActionCommand = (typeof commands)[number];

/** The inputs, which the runner hands over as `INPUT_…`; an empty one is none. Throws a UsageError. */
export function readInputs(
  environment: Readonly<Record<string, string | undefined>>,
): CommonOptions & Inputs {
  const input = (name: string): string | null => {
    const text = environment[`INPUT_${name.toUpperCase().replaceAll("-", "_")}`]?.trim() ?? "";
    return text === "" ? null : text;
  };
  const flag = (name: string): boolean => {
    const text = input(name) ?? "false";
    if (text !== "true" && text !== "false")
      throw new UsageError(`The input ${name} is true or false, not ${JSON.stringify(text)}.`);
    return text === "true";
  };
  const checked = <T>(name: string, check: (text: string) => T): T | null => {
    const text = input(name);
    try {
      return text === null ? null : check(text);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new UsageError(`The input ${name} is ${JSON.stringify(text)}. ${error.message}`);
    }
  };
  const asked = input("command") ?? "";
  const command = commands.find((one) => one === asked);
  if (command === undefined)
    throw new UsageError(`The input command is one of ${commands.join(", ")}, not ${JSON.stringify(asked)}.`);
  const arn = checked("instance-arn", instanceArn);
  const region = checked("region", awsRegion);
  return {
    command,
    dir: input("dir") ?? "access",
    state: ".idc/sandbox.json",
    ...(arn !== null && { instanceArn: arn }),
    ...(region !== null && { region }),
    base: input("base"),
    planFile: input("plan-file"),
    auditFile: input("audit-file"),
    token: input("token"),
    targeted: flag("targeted"),
    reconcile: flag("reconcile"),
    allow: checked("allow", allowances) ?? noConsent.allow,
    deep: flag("deep"),
    waitForPrincipals: checked("wait-for-principals", waitingTime),
  };
}

/** Several are set apart by spaces. */
function allowances(text: string): Consent["allow"] {
  return text.split(/\s+/).reduce((earlier, one) => allowance(one, earlier), noConsent.allow);
}
