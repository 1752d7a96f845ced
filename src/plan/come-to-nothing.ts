import type { Change } from "../model/change.js";
import { allowsNothing } from "../policy/power.js";

/** The permission sets that allowed something, and with these changes nothing. */
export function comeToNothing(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) =>
      change.kind === "permissionSet" &&
      change.action === "update" &&
      allowsNothing(change.after) &&
      !allowsNothing(change.before)
        ? [change.key.name]
        : [],
    ),
  );
}
