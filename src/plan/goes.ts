import type { Ownership } from "../model/declared.js";

/** Whether a live object that the files do not declare is to go; `named`: it stands in `removed` (or, of assignments, a rule names its ends). */
export function goes(ownership: Ownership, ignored: boolean, named: boolean): boolean {
  if (ignored) return false;
  switch (ownership) {
    case "all":
      return true;
    case "declared":
      return named;
    case "none":
      return false;
  }
}
