import type { ApplyEvent } from "../apply/event.js";
import type { SourceTree } from "../declare/source-tree.js";
import { isOfCredentials } from "../model/apply-result.js";
import type { Clock } from "../model/clock.js";
import type { Settings } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { asLiveError, LiveError } from "../model/live-error.js";
import type { RevokeResult, RevokeStep, Sessions } from "../model/revoke-result.js";
import type { Instance } from "../model/snapshot.js";
import type { Answer, Writable } from "./apply.js";
import { signedInAs } from "../plan/signed-in-as.js";
import { leftByHand } from "./by-hand.js";
import { cutOff, longestSession, setsInUse } from "./cut-off.js";
import type { Verdict } from "./exit-code.js";
import { connectAsRead } from "./files-as-read.js";
import type { FilesAsRead } from "./files-as-read.js";
import { findPerson } from "./person.js";
import type { Told } from "./prepare.js";
import { holdingsOf, portsOf, seeGone, takeAway } from "./take-away.js";
import type { Holdings, Ports, Taken } from "./take-away.js";

export type RevokeStage =
  | "files"
  | "connecting"
  | "looking"
  | "taking"
  | "tagging"
  | "looking-again"
  | "sessions";

export type RevokeOrder = {
  readonly tree: SourceTree;
  readonly user: string;
  /** Whether sessions that are open are to be cut off. */
  readonly sessions: boolean;
  readonly connect: (settings: Settings) => Promise<Writable>;
  /** Shows what will be taken away, and asks. */
  readonly confirm: (preview: RevokePreview, told: Told) => Promise<Answer>;
  /** May stand still while the machine sleeps, unlike `wallClock`. */
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly signal: AbortSignal;
  readonly onStage: (stage: RevokeStage) => void;
  readonly onChange: (event: ApplyEvent) => void;
};

export type RevokePreview = Pick<Holdings, "removals" | "unread"> & {
  readonly user: string;
  readonly userId: string;
  /** Since when they have been revoked; null: they are not. */
  readonly since: string | null;
  readonly instance: Instance;
};

export type RevokeRun = Told & {
  readonly verdicts: readonly Verdict[];
  /** Null when nothing was begun. */
  readonly result: RevokeResult | null;
};

/**
 * The emergency: ends somebody's access at once, whatever the files say and whether or not they can be read. First of all
 * everything is taken away; that plans do not give it back, and that open sessions end, comes after. Nothing is waited
 * for and no more is read than what they hold.
 */
export async function runRevoke(order: RevokeOrder): Promise<RevokeRun> {
  const { user, signal } = order;
  const { files, connected, foreign } = await connectAsRead(order);
  const { reader, instance } = connected;
  const read = { files: files.files, diagnostics: files.diagnostics };
  const refused = (fault: Diagnostic): RevokeRun => ({
    ...read,
    diagnostics: [...read.diagnostics, fault],
    verdicts: ["invalid"],
    result: null,
  });
  if (foreign !== null) return refused(foreign);
  const person = await findPerson(user, reader, signal);
  if (!person.ok) return refused(person.fault);
  const userId = person.id;
  const found = await holdingsOf(user, reader, signal);
  signal.throwIfAborted();

  const since = found.live.revoked.find((one) => one.userId === userId)?.since ?? null;
  const isSelf = signedInAs(found.live.caller)?.user === user;
  const told = isSelf ? { ...read, diagnostics: [...read.diagnostics, yourself(user)] } : read;
  const answer = await order.confirm({ ...found, user, userId, since, instance }, told);
  if (answer === "nobody-there") return refused(nobodyThere);
  if (answer === "no" || signal.aborted) return { ...told, verdicts: ["interrupted"], result: null };

  const ports = portsOf(connected, { clock: order.clock, signal, on: order.onChange });
  const result = await revoke({ order, files, ports, userId, found, since });
  return { ...told, verdicts: verdictsOf(result), result };
}

type Work = {
  readonly order: RevokeOrder;
  readonly files: FilesAsRead;
  readonly ports: Ports;
  readonly userId: string;
  readonly found: Holdings;
  readonly since: string | null;
};

/** Never rejects: what was done is told, whatever comes after it. */
async function revoke(work: Work): Promise<RevokeResult> {
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
      if (signal.aborted && !(error instanceof LiveError)) skipped.push(name);
      else errors.push(asLiveError(error));
    }
  };

  onStage("taking");
  await takeAway(found.removals, taken, ports);
  let { since } = work;
  if (since === null)
    await step("tag", async () => {
      onStage("tagging");
      const now = `${new Date(order.wallClock()).toISOString().slice(0, 19)}Z`;
      await ports.writer.revocation.create(userId, now);
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
    const { sets, unread } = await setsInUse({ user, taken, isWhole }, files, ports);
    errors.push(...unread);
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

function verdictsOf(result: RevokeResult): readonly Verdict[] {
  const { outcomes, since, sessions, skipped, errors, interrupted } = result;
  const isDone =
    since !== null &&
    skipped.length === 0 &&
    errors.length === 0 &&
    outcomes.every(({ outcome }) => outcome.status === "done") &&
    (sessions.cutOff ?? []).every(({ status }) => status === "done");
  return isDone ? [] : interrupted ? ["interrupted", "incomplete"] : ["incomplete"];
}

function yourself(user: string): Diagnostic {
  return diagnostic({
    code: "revoking-yourself",
    severity: "warning",
    message: `You run idc as ${user}, and are about to take your own access away.`,
    help: "Let somebody else do it. With --sessions this very run is cut off before it ends.",
  });
}

export const nobodyThere: Diagnostic = diagnostic({
  code: "nobody-there",
  severity: "error",
  message: "This is a question with nobody to answer it: there is no terminal. Nothing was changed.",
  help: "Give --yes.",
});
