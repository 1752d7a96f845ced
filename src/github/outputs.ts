import { randomUUID } from "node:crypto";
import { GithubError } from "./error.js";

/**
 * What to append to the file GITHUB_OUTPUT. A value may be anything, also of several lines; `delimiter` ends each, and is
 * lengthened until no value holds it. Throws a GithubError for a name that is no output's.
 */
export function outputsText(
  values: Readonly<Record<string, string>>,
  delimiter = `idc_${randomUUID()}`,
): string {
  let end = delimiter;
  while (Object.values(values).some((value) => value.includes(end))) end += "_";
  return Object.entries(values)
    .map(([name, value]) => {
      if (!/^[A-Za-z_][\w-]*$/.test(name))
        throw new GithubError(`${JSON.stringify(name)} cannot be the name of an output.`, {
          kind: "workflow",
          help: "Use letters, digits, - and _, and begin with a letter or _.",
        });
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join("");
}

/** Bytes that GitHub shows of what one step appends to GITHUB_STEP_SUMMARY; of more, it shows nothing. */
const summaryLimit = 1024 * 1024;
/** Bytes: more than this is not given up for the end of a line. */
const longLine = 10_000;
const closing = "\n\n**The rest is left out: GitHub shows at most 1 MiB of a summary.**\n";

/** The summary of a step, cut where GitHub would refuse it: at the end of a line, or at least of a character. */
export function summaryText(markdown: string): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= summaryLimit) return markdown;
  let end = summaryLimit - Buffer.byteLength(closing);
  while (isContinuation(bytes[end])) end -= 1;
  const line = bytes.lastIndexOf("\n", end);
  return `${bytes.toString("utf8", 0, end - line < longLine ? line : end)}${closing}`;
}

/** Whether this byte of UTF-8 is a later one of its character. */
function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}
