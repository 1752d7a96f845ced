import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Verdict } from "./exit-code.js";
import type { Told } from "./prepare.js";

/** A run that ended before it began anything. */
type NothingBegun = Told & { readonly verdicts: readonly Verdict[]; readonly result: null };

/** That it ended for a fault, told after what was told so far. */
export function refused(told: Told, fault: Diagnostic): NothingBegun {
  return { ...told, diagnostics: [...told.diagnostics, fault], verdicts: ["invalid"], result: null };
}

export function nobodyThere(help: string): Diagnostic {
  return diagnostic({
    code: "nobody-there",
    severity: "error",
    message: "This is a question with nobody to answer it: there is no terminal. Nothing was changed.",
    help,
  });
}
