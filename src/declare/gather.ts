import type { Diagnostic } from "../model/diagnostic.js";
import { digits } from "../model/plural.js";
import { byText } from "../model/text.js";
import { note } from "./fault.js";
import type { Report } from "./fault.js";

/** As many errors, and as many of all diagnostics, are kept: more than anybody reads, and what a memory can hold. */
export const mostTold = 1000;

export type Gathered = {
  readonly report: Report;
  /** What was reported so far, by place, each once; errors before all else where it is too much, and how much that is. */
  readonly told: () => readonly Diagnostic[];
};

/**
 * Takes in what is reported. A file may be wrong in each of its half a million words, and an alias shows the same fault
 * wherever it is used: what is kept has a limit.
 */
export function gather(): Gathered {
  const errors = new Map<string, Diagnostic>();
  const others = new Map<string, Diagnostic>();
  let left = 0;
  return {
    report(told) {
      const kept = told.severity === "error" ? errors : others;
      const identity = JSON.stringify([told.code, told.source, told.message]);
      if (kept.has(identity)) return;
      if (kept.size < mostTold) kept.set(identity, told);
      else left += 1;
    },
    told() {
      const all = [...errors.values(), ...others.values()];
      const some = all.slice(0, mostTold);
      const more = left + all.length - some.length;
      return more === 0 ? inOrder(some) : [...inOrder(some), leftOut(more)];
    },
  };
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      byText(a.source?.file ?? "", b.source?.file ?? "") ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0) ||
      (a.source?.column ?? 0) - (b.source?.column ?? 0),
  );
}

/** "Up to": of what comes again through an alias, nothing is kept by which to know it. */
function leftOut(more: number): Diagnostic {
  const message = `Up to ${digits(more)} more are left out: ${digits(mostTold)} are told at a time.`;
  return note("left-out", null, message, "Correct some of these, and look again.");
}
