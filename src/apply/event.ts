import type { Outcome } from "../model/apply-result.js";
import type { Change } from "../model/change.js";

/** What a progress line needs to know while an apply runs. */
export type ApplyEvent =
  | { readonly type: "started"; readonly change: Change }
  | { readonly type: "finished"; readonly change: Change; readonly outcome: Outcome }
  | { readonly type: "reading-back" };
