import { isRemoval } from "../model/change.js";
import type { Change } from "../model/change.js";
import type { ChangeId } from "../model/keys.js";

/** What a run that nobody watches may do: end what has run out, or put right what was changed by hand as well. */
export type Unattended = "expiries" | "repairs";

/**
 * The changes that such a run leaves to somebody, with why. What the files ask for is applied with the files, by whoever
 * approves it; and an account that was moved may take a whole team's access along, which only a person can have meant.
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
  switch (change.cause) {
    case "expiry":
      return null;
    case "config":
      return "the files ask for it, and it is applied with them once it is approved";
    case "organization":
      if (isRemoval(change))
        return "an account is no longer what a rule selects, and somebody has to say that its access shall go";
      break;
    case "drift":
    case "unsettled":
      break;
  }
  return may === "repairs" ? null : "this run only ends what has run out";
}
