import { endsRun, type ApplyResult, type Outcome } from "../model/apply-result.js";
import { isRemoval } from "../model/change.js";
import type { LiveError } from "../model/live-error.js";
import type { AccountNames } from "./names.js";
import { blank, heading, helpLines, renderLines } from "./lines.js";
import type { Line } from "./lines.js";
import { painter } from "./paint.js";
import { planPhrase } from "./phrase.js";
import { count, digits } from "../model/plural.js";
import { safeText } from "./untrusted.js";

type ResultOptions = {
  readonly accounts: AccountNames;
  /** Whether idc was never applied here before: what is left to remove is then asked for again. */
  readonly isFirstContact: boolean;
  readonly color: boolean;
  readonly width: number;
};

/** What was not done and why, and a last line that counts; what was done is what the plan said. */
export function resultText(
  { outcomes, interrupted, errors }: ApplyResult,
  { accounts, isFirstContact, color, width }: ResultOptions,
): string {
  const paint = painter(color);
  const changeLine = ({ change }: ApplyResult["outcomes"][number]): Line => ({
    type: "change",
    ...planPhrase(change, accounts),
    source: change.source,
  });
  const open = outcomes.filter(({ outcome }) => !["done", "interrupted"].includes(outcome.status));
  const unstarted = outcomes.filter(({ outcome }) => outcome.status === "interrupted");
  // What ends the run meets everything that is under way: why is told once.
  const ends = open.flatMap(({ outcome }) => (endsRun(outcome) ? [outcome] : []));
  const isToldAlready = (outcome: Outcome): boolean => {
    const same = ends.find(({ error }) => endsRun(outcome) && error.kind === outcome.error.kind);
    return same !== undefined && same !== outcome;
  };
  const asksAgain =
    isFirstContact && outcomes.some(({ change, outcome }) => outcome.status !== "done" && isRemoval(change));
  const told: Line[] = [
    ...section(
      "Not done",
      open.flatMap((one) => [
        changeLine(one),
        ...(isToldAlready(one.outcome) ? [sameLine] : reasonLines(one.outcome)),
      ]),
    ),
    ...section(
      `Not started: ${interrupted ? "the run was interrupted" : whyEnded(ends)}`,
      unstarted.map(changeLine),
    ),
    ...section(null, errors.flatMap(errorLines)),
  ];
  const lines: Line[] = [
    ...told,
    {
      type: "plain",
      text: lastLine(tally(outcomes), { interrupted, errors: errors.length, asksAgain }),
      style: "bold",
    },
  ];
  return renderLines(lines, { paint, width });
}

function whyEnded(ends: readonly { readonly error: LiveError }[]): string {
  return ends.some(({ error }) => error.kind === "unrecorded")
    ? "what is written could not be recorded"
    : "the credentials ended";
}

/** The result as JSON: as it is, with errors as their parts. */
export function resultJson({ outcomes, interrupted, errors }: ApplyResult): unknown {
  return {
    outcomes: outcomesJson(outcomes),
    interrupted,
    errors: errors.map(errorJson),
    summary: tally(outcomes),
  };
}

export function outcomesJson(outcomes: ApplyResult["outcomes"]): unknown {
  return outcomes.map(({ change, outcome }) => ({
    change,
    outcome: outcome.status === "failed" ? { ...outcome, error: errorJson(outcome.error) } : outcome,
  }));
}

/** A LiveError as JSON: its parts, never its stack. */
export function errorJson({ message, kind, code, operation, action, help, requestId }: LiveError): unknown {
  return { message, kind, code, operation, action, help, requestId };
}

function tally(outcomes: ApplyResult["outcomes"]): Readonly<Record<Outcome["status"], number>> {
  const counts = { done: 0, failed: 0, unconfirmed: 0, skipped: 0, interrupted: 0 };
  for (const { outcome } of outcomes) counts[outcome.status] += 1;
  return counts;
}

export function section(title: string | null, lines: readonly Line[]): readonly Line[] {
  if (lines.length === 0) return [];
  return [...(title === null ? [] : [heading(title)]), ...lines, blank];
}

export function reasonLines(outcome: Outcome): readonly Line[] {
  switch (outcome.status) {
    case "done":
    case "interrupted":
      return [];
    case "failed":
      return [
        { type: "plain", text: `    FAILED: ${safeText(outcome.error.message)}`, style: "red" },
        ...helpLines(outcome.error.help, "    "),
      ];
    case "unconfirmed":
      return [{ type: "plain", text: `    UNCONFIRMED: ${safeText(outcome.reason)}`, style: "red" }];
    case "skipped":
      return [
        { type: "plain", text: `    skipped: it needs ${safeText(outcome.because)}, which was not done` },
      ];
  }
}

const sameLine: Line = { type: "plain", text: "    FAILED for the same reason", style: "red" };

export function errorLines(error: LiveError): readonly Line[] {
  return [
    { type: "plain", text: `FAILED: ${safeText(error.message)}`, style: "red" },
    ...helpLines(error.help, "    "),
  ];
}

/** `Applied in part: 3 of 5 changes done, 1 failed, 1 skipped. The next idc apply goes on from here.` */
function lastLine(
  counts: Readonly<Record<Outcome["status"], number>>,
  { interrupted, errors, asksAgain }: { interrupted: boolean; errors: number; asksAgain: boolean },
): string {
  const all = Object.values(counts).reduce((sum, number) => sum + number, 0);
  if (counts.done === all)
    return errors === 0
      ? `Applied: ${count(all, "change")}, all done.`
      : `${all === 0 ? "No changes were left to apply" : `Applied: ${count(all, "change")}`}, with ${count(errors, "error")} above.`;
  const rest = (["failed", "unconfirmed", "skipped", "interrupted"] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `${digits(counts[status])} ${status === "interrupted" ? "not started" : status}`);
  const why = interrupted ? "Interrupted" : "Applied in part";
  const told = [`${digits(counts.done)} of ${count(all, "change")} done`, ...rest].join(", ");
  const next = asksAgain ? ", and asks for --adopt again, for what is left" : "";
  return `${why}: ${told}. The next idc apply goes on from here${next}.`;
}
