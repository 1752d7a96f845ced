import equal from "fast-deep-equal";
import type { Change } from "../model/change.js";
import type { ChangeId } from "../model/keys.js";
import { asLiveError } from "../model/live-error.js";
import type { LiveError } from "../model/live-error.js";
import type { GapScope, Snapshot } from "../model/snapshot.js";
import type { PermissionSet } from "../model/state.js";
import { fieldsOfGroup, fieldsOfPermissionSet, fieldsOfUser } from "../plan/fields.js";
import { statusAfter } from "../plan/status.js";
import { isNewTo, withoutRevocations } from "../policy/revocation.js";
import type { Clock } from "../model/clock.js";
import type { Reader } from "./ports.js";

/** Reads may lag behind writes for a moment, so a change not seen is looked for again after these pauses (ms). */
const pauses = [1000, 3000, 6000];

/**
 * Reads what `changes` touched and says of each why it is not seen as made; a change without an entry was seen.
 * Reads again, with growing pauses, only what was not seen.
 */
export async function readBack(
  changes: readonly Change[],
  reader: Reader,
  clock: Clock,
): Promise<{ readonly unseen: ReadonlyMap<ChangeId, string>; readonly errors: readonly LiveError[] }> {
  let open = changes;
  let unseen = new Map<ChangeId, string>();
  for (let round = 0; open.length > 0; round += 1) {
    const read = await look(open, reader);
    unseen = read.unseen;
    open = open.filter(({ id }) => unseen.has(id));
    const pause = pauses[round];
    if (read.error !== null || pause === undefined || open.length === 0)
      return { unseen, errors: read.error === null ? [] : [read.error] };
    await clock.sleep(pause);
  }
  return { unseen, errors: [] };
}

async function look(
  changes: readonly Change[],
  reader: Reader,
): Promise<{ unseen: Map<ChangeId, string>; error: LiveError | null }> {
  const keys = changes.map(({ id }) => id);
  try {
    // What is under way is finished and seen even when the run was interrupted, so no signal is passed on.
    const seen = await reader.snapshot({ kind: "only", keys }, new AbortController().signal);
    const unseen = new Map<ChangeId, string>();
    for (const change of changes) {
      const isUnread = seen.gaps.some(({ covers }) => covers.some((scope) => concerns(scope, change)));
      const reason = isUnread ? unread : whyUnseen(change, seen);
      if (reason !== null) unseen.set(change.id, reason);
    }
    return { unseen, error: seen.gaps[0]?.error ?? null };
  } catch (error) {
    return { unseen: new Map(changes.map(({ id }) => [id, unread])), error: asLiveError(error) };
  }
}

/** Why a change is not seen when nothing is. */
export const unread = "it could not be read back";

/** Whether what `change` is about may be missing from a reading only because `scope` could not be read. */
function concerns(scope: GapScope, { kind, key }: Change): boolean {
  if (scope.kind !== kind) return false;
  const about: Readonly<Record<string, unknown>> =
    kind === "permissionSet" ? { permissionSet: key.name } : key;
  return Object.entries(scope).every(
    ([part, value]) => part === "kind" || value === null || about[part] === value,
  );
}

function whyUnseen(change: Change, { state, status, lagging }: Snapshot): string | null {
  switch (change.kind) {
    case "user": {
      const wanted = statusAfter(change);
      if (wanted !== null && status.get(change.key.name) !== wanted) return `its status is not ${wanted} yet`;
      return compared(change, state.users.get(change.key.name), fieldsOfUser);
    }
    case "group":
      return compared(change, state.groups.get(change.key.name), fieldsOfGroup);
    case "permissionSet":
      return compared(
        change,
        withoutNews(state.permissionSets.get(change.key.name), change),
        fieldsOfPermissionSet,
      );
    case "membership":
      return presence(change.action, state.memberships.has(change.id));
    case "assignment":
      return presence(change.action, state.assignments.has(change.id));
    case "applicationAssignment":
      return presence(change.action, state.applicationAssignments.has(change.id));
    case "provisioning": {
      const behind = lagging.get(change.key.permissionSet);
      if (behind === undefined) return "its provisioning could not be read back";
      const still = change.accounts.filter((account) => behind.includes(account));
      return still.length === 0 ? null : `still behind in ${still.join(", ")}`;
    }
  }
}

/** The set as seen, without what cuts off somebody's sessions and came while the change was made: the writer leaves it. */
function withoutNews(
  seen: PermissionSet | undefined,
  { before, after }: Extract<Change, { kind: "permissionSet" }>,
): PermissionSet | undefined {
  if (seen === undefined) return undefined;
  const isNew = isNewTo([before?.inlinePolicy ?? null, after?.inlinePolicy ?? null]);
  return { ...seen, inlinePolicy: withoutRevocations(seen.inlinePolicy, isNew) };
}

function compared<V>(
  change: Change & { readonly after: V | null },
  seen: V | undefined,
  fieldsOf: (before: V, after: V) => readonly { readonly path: string }[],
): string | null {
  if (change.after === null) return presence("delete", seen !== undefined);
  if (seen === undefined) return "it is not there when read back";
  if (equal(seen, change.after)) return null;
  const fields = fieldsOf(seen, change.after);
  return fields.length === 0 ? null : `read back, ${fields.map(({ path }) => path).join(", ")} differ`;
}

function presence(action: Change["action"], isThere: boolean): string | null {
  if (action === "create") return isThere ? null : "it is not there when read back";
  return isThere ? "it is still there when read back" : null;
}
