import { InvalidArgumentError, Option } from "commander";
import { durationWords, millisecondsOf } from "../model/duration.js";
import { overridable } from "../plan/consent.js";
import type { Overridable } from "../plan/consent.js";

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

/** A whole number of at least `least`, and at most `most` where there is a limit. */
export function wholeNumber(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It takes a whole number ${range}.`);
  };
}

/** The option of those commands that can wait for who is only late. */
export function waitForPrincipals(): Option {
  return new Option(
    "--wait-for-principals <duration>",
    "wait that long at most for users and groups that are named and not there yet: 90s, 10m",
  ).argParser(waitingTime);
}

/** What a provider of identities needs at most to make somebody, and a run may stand still for, in milliseconds. */
const longestWait = 3_600_000;

/** A time to wait, in milliseconds: long enough to look again once, and no longer than an hour. */
export function waitingTime(text: string): number {
  const milliseconds = millisecondsOf(text);
  if (milliseconds !== null && milliseconds >= 1000 && milliseconds <= longestWait) return milliseconds;
  throw new InvalidArgumentError(
    `It takes a duration from 1s to ${durationWords(longestWait)}, such as 90s or 10m.`,
  );
}

/** As the access files take it; checked before it becomes part of a host name or a state file. */
export function awsRegion(text: string): string {
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) return text;
  throw new InvalidArgumentError("It takes a region as AWS writes it, such as eu-west-1.");
}

/** Which plan is meant: a digest that was cut short agrees to none. */
export function planDigest(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError("It takes the digest of the plan that is meant, sha256: and 64 hex digits.");
}

/** `max-removals=sha256:…`, once for each guard: which guard a plan may break, and which plan. */
export function allowance(
  text: string,
  earlier: ReadonlyMap<Overridable, string> = new Map(),
): ReadonlyMap<Overridable, string> {
  const at = text.indexOf("=");
  const guard = overridable.find((one) => one === text.slice(0, Math.max(at, 0)));
  if (guard === undefined)
    throw new InvalidArgumentError(
      `It takes GUARD=DIGEST with one of the guards ${overridable.join(" and ")}; no other can be overruled.`,
    );
  const digest = planDigest(text.slice(at + 1));
  if (earlier.has(guard))
    throw new InvalidArgumentError(`It names ${guard} a second time; one plan is meant.`);
  return new Map([...earlier, [guard, digest]]);
}

export function instanceArn(text: string): string {
  if (/^arn:aws(-[a-z]+)*:sso:::instance\/(sso)?ins-[a-zA-Z0-9.-]{16}$/.test(text)) return text;
  throw new InvalidArgumentError("It takes an ARN such as arn:aws:sso:::instance/ssoins-1111222233334444.");
}
