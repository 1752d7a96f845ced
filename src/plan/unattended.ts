import { isRemoval } from "../model/change.js";
import type { Change } from "../model/change.js";
import type { ChangeId } from "../model/keys.js";

/** What a run that nobody watches may do: end what has run out, or put right what was changed by hand as well. */
export type Unattended = "expiries" | "repairs";

/**
 * The changes towards what was applied last that such a run leaves to somebody, with why. An account that was moved may
 * take a whole team's access along, which only a person can have meant.
 */
export function leftToSomebody(changes: readonly Change[], may: Unattended): ReadonlyMap<ChangeId, string> {
  return new Map(
    changes.flatMap((change) => {
      const why = whyLeft(change, may);
      return why === null ? [] : [[change.id, why] as const];
    }),
  );
}

function whyLeft(change: Change, may: Unattended): string | null {
  if (change.cause === "expiry") return null;
  if (change.cause === "organization" && isRemoval(change))
    return "an account is no longer what a rule selects, and somebody has to say that its access shall go";
  return may === "repairs" ? null : "this run only ends what has run out";
}
