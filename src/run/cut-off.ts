import type { ApplyPorts } from "../apply/apply.js";
import { instant } from "../model/instant.js";
import { changeId } from "../model/keys.js";
import type { PolicyDocument } from "../model/policy-document.js";
import type { Sessions } from "../model/revoke-result.js";
import { maximumSession, secondsOf } from "../model/session-duration.js";
import { emptyTarget } from "../model/snapshot.js";
import type { PermissionSet } from "../model/state.js";
import { byText } from "../model/text.js";
import {
  fitsInline,
  isStanding,
  revocationsIn,
  withoutRevocations,
  withRevocation,
} from "../policy/revocation.js";
import type { RevocationStatement } from "../policy/revocation.js";
import { editSets } from "./edit-sets.js";
import type { Wanted } from "./edit-sets.js";
import { setsGivenTo, whyNotOwned } from "./files-as-read.js";
import type { FilesAsRead } from "./files-as-read.js";
import type { Taken } from "./take-away.js";

/** Whose sessions, and what is known of what they could use. */
type Suspect = {
  readonly user: string;
  readonly taken: Taken;
  /** Whether `taken` is all that they had: they were not revoked before, and all of it could be read. */
  readonly isWhole: boolean;
};

/**
 * The permission sets that they could use: what they held and what their groups hold, and what the files give, for a run
 * before this one may have been killed when it had taken a part. Null when that may not be all.
 */
export async function setsInUse(
  { user, taken, isWhole }: Suspect,
  files: FilesAsRead,
  { reader, signal }: ApplyPorts,
): Promise<readonly string[] | null> {
  const changes = [...taken.values()].map(({ change }) => change);
  const groups = changes.flatMap((change) => (change.kind === "membership" ? [change.key.group] : []));
  const direct = changes.flatMap((change) =>
    change.kind === "assignment" ? [change.key.permissionSet] : [],
  );
  const live = await reader.snapshot(
    { kind: "targeted", ...emptyTarget, keys: groups.map(changeId.group), grantsOf: groups },
    signal,
  );
  const granted = [...live.state.assignments.values()].map(({ permissionSet }) => permissionSet);
  const sets = [...new Set([...direct, ...granted, ...setsGivenTo(user, files)])].sort(byText);
  // A group that has got another name meanwhile was not asked for what it holds.
  const areAllAsked = groups.every((group) => live.state.groups.has(group));
  return isWhole && changes.length > 0 && live.gaps.length === 0 && areAllAsked ? sets : null;
}

/** How long the longest session of the sets lasts; null when that cannot be told. */
export async function longestSession(
  sets: readonly string[] | null,
  { reader, signal }: ApplyPorts,
): Promise<string | null> {
  if (sets === null) return null;
  const live = await reader.snapshot({ kind: "only", keys: sets.map(changeId.permissionSet) }, signal);
  if (live.gaps.length > 0) return null;
  const durations = [...live.state.permissionSets.values()].map(({ sessionDuration }) => sessionDuration);
  return durations.toSorted((left, right) => seconds(right) - seconds(left))[0] ?? null;
}

/**
 * Denies them everything in these sets, or in all there are, so that sessions which are open end now; for as long as one
 * may be open. `now`: milliseconds since the epoch.
 */
export async function cutOff(
  userId: string,
  sets: readonly string[] | null,
  files: FilesAsRead,
  now: number,
  ports: ApplyPorts,
): Promise<NonNullable<Sessions["cutOff"]>> {
  const until = new Map<string, string>();
  const names = sets ?? (await ports.reader.permissionSets(null, ports.signal)).toSorted(byText);
  const outcomes = await editSets(
    names,
    (name, set, live) => {
      // Without a role there is no session.
      if (live.provisioned.get(name)?.length === 0) return null;
      const reason = whyNotOwned(name, files);
      if (reason !== null) return { why: "not-owned", reason };
      const { policy, end } = denied(userId, set, now);
      until.set(name, instant(end));
      return fitsInline(policy) ? { policy } : full;
    },
    ports,
  );
  return outcomes.map((one) => ({
    ...one,
    until: one.status === "done" ? (until.get(one.permissionSet) ?? null) : null,
  }));
}

const full: Wanted = {
  why: "full",
  reason: "its inline policy has no room for the statement (10,240 characters without white space)",
};

/** The set's policy with the statement in it, and when that ends; an earlier one that ends later serves as it is. */
function denied(
  userId: string,
  set: PermissionSet,
  now: number,
): { readonly policy: PolicyDocument; readonly end: number } {
  const isTheirs = (one: RevocationStatement): boolean => one.userId === userId;
  const standing = revocationsIn(set.inlinePolicy).filter((one) => isTheirs(one) && isStanding(one, now));
  const end = Math.max(endOf(set, now), ...standing.map((one) => one.until));
  return {
    policy: withRevocation(withoutRevocations(set.inlinePolicy, isTheirs), { userId, until: end }),
    end,
  };
}

/** A session may still be opened for an hour after access has ended (user guide), and lasts as long as its set says. */
function endOf(set: PermissionSet, now: number): number {
  return Math.ceil(now / 1000 + seconds(set.sessionDuration) + 3600) * 1000;
}

function seconds(duration: string): number {
  return secondsOf(duration) ?? maximumSession;
}
