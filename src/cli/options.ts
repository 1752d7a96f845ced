import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

/** The options that every command takes. */
export type CommonOptions = {
  readonly dir: string;
  readonly sandbox?: true;
  readonly state: string;
  readonly instanceArn?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly quiet?: true;
  readonly verbose?: true;
};

/** A command's own options with those that every command takes, as `program.ts` and the command declare them. */
export function optionsOf<Own extends object>(command: Command): CommonOptions & Own {
  return command.optsWithGlobals<CommonOptions & Own>();
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least) return number;
    throw new InvalidArgumentError(`It takes a whole number of at least ${least}.`);
  };
}
