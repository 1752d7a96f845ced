import type { ApplyEvent } from "../apply/event.js";
import type { SourceTree } from "../declare/source-tree.js";
import type { Clock } from "../model/clock.js";
import type { Settings } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { RevokeResult } from "../model/revoke-result.js";
import type { Instance } from "../model/snapshot.js";
import { signedInAs } from "../plan/signed-in-as.js";
import type { Answer, Writable } from "./apply.js";
import { endAccess } from "./end-access.js";
import type { Verdict } from "./exit-code.js";
import { connectAsRead } from "./files-as-read.js";
import { nobodyThere, refused } from "./nothing-begun.js";
import { findPerson } from "./person.js";
import type { Told } from "./prepare.js";
import { holdingsOf, portsOf } from "./take-away.js";
import type { Holdings } from "./take-away.js";

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
 * for before that, and no more is read than what they hold.
 */
export async function runRevoke(order: RevokeOrder): Promise<RevokeRun> {
  const { user, signal } = order;
  const { files, connected, foreign } = await connectAsRead(order);
  const { reader, instance } = connected;
  const read = { files: files.files, diagnostics: files.diagnostics };
  if (foreign !== null) return refused(read, foreign);
  const person = await findPerson(user, reader, signal);
  if (!person.ok) return refused(read, person.fault);
  const userId = person.id;
  const found = await holdingsOf(user, reader, signal);
  signal.throwIfAborted();

  const since = found.live.revoked.find((one) => one.userId === userId)?.since ?? null;
  const isSelf = signedInAs(found.live.caller)?.user === user;
  const told = isSelf ? { ...read, diagnostics: [...read.diagnostics, yourself(user)] } : read;
  const answer = await order.confirm({ ...found, user, userId, since, instance }, told);
  if (answer === "nobody-there") return refused(read, nobodyThere("Give --yes."));
  if (answer === "no" || signal.aborted) return { ...told, verdicts: ["interrupted"], result: null };

  const ports = portsOf(connected, { clock: order.clock, signal, on: order.onChange });
  const result = await endAccess({ order, files, ports, userId, found, since });
  return { ...told, verdicts: verdictsOf(result), result };
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
