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

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least) return number;
    throw new InvalidArgumentError(`It takes a whole number of at least ${least}.`);
  };
}
