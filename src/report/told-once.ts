import type { Diagnostic } from "../model/diagnostic.js";
import { grouped } from "../model/grouped.js";
import type { Withheld } from "../model/plan.js";

/** One refusal of AWS can hit the reading of every permission set: told once, however often it came. */
export function toldOnce(
  remarks: readonly Diagnostic[],
): readonly { readonly remark: Diagnostic; readonly times: number }[] {
  return grouped(remarks, ({ severity, code, message, help, source }) =>
    JSON.stringify([severity, code, message, help, source]),
  ).map((alike) => ({ remark: alike[0], times: alike.length }));
}

/** What is withheld for one reason is told under that reason. */
export function byReason(withheld: readonly Withheld[]): ReturnType<typeof grouped<Withheld>> {
  return grouped(withheld, ({ reason }) => reason);
}
