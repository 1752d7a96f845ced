import type { Diagnostic } from "../model/diagnostic.js";
import type { Withheld } from "../model/plan.js";

/** What has the same key together, in the order in which the keys first come. */
export function grouped<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): readonly (readonly [T, ...(readonly T[])])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

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
