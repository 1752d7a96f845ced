import type { Change, Field } from "../model/change.js";
import type { Declared } from "../model/declared.js";
import type { Snapshot } from "../model/snapshot.js";
import type { UserStatus } from "../model/state.js";

// The Identity Store API tells a user's status and sets it nowhere (facts: only SCIM and the console do). So it is a
// difference only where the settings give a SCIM endpoint; elsewhere it is a note with the console's words.

const path = "status";

/** The status as a field of a user's change; none where it is as it shall be, cannot be set, or is not told by the service. */
export function statusField(
  name: string,
  isLeaving: boolean,
  declared: Pick<Declared, "settings" | "users">,
  { status }: Pick<Snapshot, "status">,
): readonly Field[] {
  if (declared.settings.scim === null) return [];
  const current = status.get(name);
  if (isLeaving && current === "ENABLED") return [{ path, before: "enabled", after: "disabled" }];
  const isWanted = !isLeaving && declared.users.get(name)?.value.status === "enabled";
  return isWanted && current === "DISABLED" ? [{ path, before: "disabled", after: "enabled" }] : [];
}

/** The status that a change of a user sets; null when it sets none. */
export function statusAfter(change: Change): UserStatus | null {
  if (change.kind !== "user" || !("fields" in change)) return null;
  const field = change.fields.find((one) => one.path === path);
  if (field === undefined) return null;
  return field.after === "disabled" ? "DISABLED" : "ENABLED";
}

/** What statuses come to with these changes. */
export function statusesAfter(
  changes: readonly Change[],
  before: ReadonlyMap<string, UserStatus>,
): ReadonlyMap<string, UserStatus> {
  const after = new Map(before);
  for (const change of changes) {
    const status = statusAfter(change);
    if (change.kind === "user" && status !== null) after.set(change.key.name, status);
  }
  return after;
}
