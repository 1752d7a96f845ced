import type { ChangeId } from "./keys.js";

/** A place in an access file: path as listed (`access/groups.yaml`), line and column from 1. */
export type Source = { readonly file: string; readonly line: number; readonly column: number };

export type Severity = "info" | "warning" | "error";

/** One thing to tell: a stable code, one sentence, and what to do about it. */
export type Diagnostic = {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help: string | null;
  readonly source: Source | null;
  readonly change: ChangeId | null;
};

/** A value with everything there is to say about it; no value when a diagnostic is an error. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A Diagnostic with what is most often absent filled in. */
export function diagnostic(
  given: Pick<Diagnostic, "code" | "severity" | "message"> & Partial<Diagnostic>,
): Diagnostic {
  return {
    code: given.code,
    severity: given.severity,
    message: given.message,
    help: given.help ?? null,
    source: given.source ?? null,
    change: given.change ?? null,
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === "error");
}
