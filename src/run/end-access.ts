import { isOfCredentials } from "../model/apply-result.js";
import { instant } from "../model/instant.js";
import { asLiveError, isOfSignal } from "../model/live-error.js";
import type { LiveError } from "../model/live-error.js";
import type { RevokeResult, RevokeStep, Sessions } from "../model/revoke-result.js";
import { leftByHand } from "./by-hand.js";
import { cutOff, longestSession, setsInUse } from "./cut-off.js";
import type { FilesAsRead } from "./files-as-read.js";
import type { RevokeOrder } from "./revoke.js";
import { seeGone, takeAway } from "./take-away.js";
import type { Holdings, Ports, Taken } from "./take-away.js";

type Work = {
  readonly order: Pick<RevokeOrder, "user" | "sessions" | "wallClock" | "signal" | "onStage">;
  readonly files: FilesAsRead;
  readonly ports: Ports;
  readonly userId: string;
  readonly found: Holdings;
  readonly since: string | null;
};

/**
 * Takes everything away, first of all; then marks the person as revoked, looks again, and cuts off sessions. Never rejects:
 * what was done is told, whatever comes after it.
 */
export async function endAccess(work: Work): Promise<RevokeResult> {
  const { order, files, ports, userId, found } = work;
  const { user, onStage, signal } = order;
  const taken: Taken = new Map();
  const errors: LiveError[] = [];
  const skipped: RevokeStep[] = [];
  // Stopped, or with credentials that have ended, nothing more is begun.
  const isOver = (): boolean =>
    signal.aborted || [...taken.values()].some(({ outcome }) => isOfCredentials(outcome));
  const step = async (name: RevokeStep, take: () => Promise<void>): Promise<void> => {
    if (isOver()) return void skipped.push(name);
    try {
      await take();
    } catch (error) {
      const isStopped = isOfSignal(error, signal);
      if (!isStopped) errors.push(asLiveError(error));
      // What fails here of the sessions fails before any are cut off: nobody shall take them for looked after.
      if (isStopped || name === "sessions") skipped.push(name);
    }
  };

  onStage("taking");
  await takeAway(found.removals, taken, ports);
  let { since } = work;
  if (since === null)
    await step("tag", async () => {
      onStage("tagging");
      const now = instant(order.wallClock());
      await ports.writer.revocation.create(userId, { since: now, user });
      since = now;
    });
  await step("look", async () => {
    onStage("looking-again");
    errors.push(...(await seeGone({ user, userId }, taken, ports)));
  });
  let sessions: Sessions = { sets: null, longest: null, cutOff: order.sessions ? [] : null };
  await step("sessions", async () => {
    onStage("sessions");
    const isWhole = work.since === null && found.unread.length === 0;
    const sets = await setsInUse({ user, taken, isWhole }, files, ports);
    sessions = order.sessions
      ? { sets, longest: null, cutOff: await cutOff(userId, sets, files, order.wallClock(), ports) }
      : { sets, longest: await longestSession(sets, ports), cutOff: null };
  });
  return {
    user,
    userId,
    outcomes: [...taken.values()],
    since,
    sessions,
    skipped,
    errors: once(skipped.includes("look") ? [...found.unread, ...errors] : errors),
    interrupted: signal.aborted,
    byHand: leftByHand({
      user,
      status: found.live.status.get(user) ?? null,
      identitySource: files.settings.identitySource,
      isTagged: since !== null,
    }),
  };
}

/** The same trouble may be met by every reading. */
function once(errors: readonly LiveError[]): readonly LiveError[] {
  return [...new Map(errors.map((error) => [error.message, error])).values()];
}
