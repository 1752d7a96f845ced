import type { Change } from "../model/change.js";
import type { ChangeId } from "../model/keys.js";
import type { Plan } from "../model/plan.js";
import { RowBuilder } from "../model/reach.js";
import type { Grant, Reach } from "../model/reach.js";
import type { State } from "../model/state.js";

type Held = Pick<State, "memberships" | "assignments">;

/** Memberships and assignments as they will be once `changes` are made and nothing else is. */
export function afterChanges(live: Held, changes: readonly Change[]): Held {
  const memberships = new Map(live.memberships);
  const assignments = new Map(live.assignments);
  for (const change of changes) {
    if (change.kind === "membership")
      put(memberships, change.id, change.action === "create" ? change.key : null);
    if (change.kind === "assignment")
      put(assignments, change.id, change.action === "create" ? change.key : null);
  }
  return { memberships, assignments };
}

/** Who gains, who loses, and who keeps a permission set whose content changes; found by looking only where something changes. */
export function accessChanges(
  changes: readonly Change[],
  live: Held,
  before: Reach,
  after: Reach,
): Plan["access"] {
  const gained = new RowBuilder();
  const lost = new RowBuilder();
  for (const change of changes) {
    if (change.kind !== "membership" && change.kind !== "assignment") continue;
    // What is added may be gained, if it is there in the end; what is removed may be lost, if it was there before.
    if (change.action === "create") {
      for (const [user, grant] of opened(change, after))
        if (!before.reaches(user, grant)) gained.add(user, grant, after.via(user, grant));
    } else
      for (const [user, grant] of opened(change, before))
        if (!after.reaches(user, grant)) lost.add(user, grant, before.via(user, grant));
  }
  return {
    gained: gained.build(),
    lost: lost.build(),
    changed: keptButChanged(changes, live, before, after),
  };
}

/** Who reaches what through a membership or an assignment. */
function* opened(
  { kind, key }: Extract<Change, { kind: "membership" | "assignment" }>,
  reach: Reach,
): Iterable<readonly [string, Grant]> {
  if (kind === "membership") for (const grant of reach.grantsOf("group", key.group)) yield [key.user, grant];
  else for (const user of reach.holdersOf(key)) yield [user, key];
}

function keptButChanged(
  changes: readonly Change[],
  live: Held,
  before: Reach,
  after: Reach,
): Plan["access"]["changed"] {
  const provisioned = new Map<string, ReadonlySet<string>>();
  for (const change of changes)
    if (change.kind === "provisioning") provisioned.set(change.key.permissionSet, new Set(change.accounts));
  const rows = new RowBuilder();
  for (const key of live.assignments.values()) {
    if (provisioned.get(key.permissionSet)?.has(key.account) !== true) continue;
    for (const user of before.holdersOf(key)) {
      const via = after.via(user, key);
      if (via.length > 0) rows.add(user, key, via);
    }
  }
  return rows.build();
}

function put<V>(map: Map<ChangeId, V>, id: ChangeId, value: V | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}
