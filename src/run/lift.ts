import type { ApplyPorts } from "../apply/apply.js";
import type { ApplyEvent } from "../apply/event.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { changeId } from "../model/keys.js";
import { asLiveError, isOfSignal } from "../model/live-error.js";
import type { LiftResult, SetOutcome } from "../model/revoke-result.js";
import { emptyTarget } from "../model/snapshot.js";
import { byText } from "../model/text.js";
import { revocationsIn, withoutRevocations } from "../policy/revocation.js";
import type { Answer } from "./apply.js";
import { leftByHandAfterLift } from "./by-hand.js";
import { editSets } from "./edit-sets.js";
import type { Verdict } from "./exit-code.js";
import { connectAsRead } from "./files-as-read.js";
import type { FilesAsRead } from "./files-as-read.js";
import { nobodyThere, refused } from "./nothing-begun.js";
import { findPerson } from "./person.js";
import type { Told } from "./prepare.js";
import type { RevokeOrder } from "./revoke.js";
import { portsOf } from "./take-away.js";
import type { Ports } from "./take-away.js";

export type LiftOrder = Pick<RevokeOrder, "tree" | "user" | "connect" | "clock" | "signal" | "onStage"> & {
  readonly confirm: (preview: LiftPreview, told: Told) => Promise<Answer>;
  readonly onChange: (event: ApplyEvent) => void;
};

type LiftPreview = Pick<LiftResult, "user" | "userId"> & { readonly since: string };

export type LiftRun = Told & {
  readonly verdicts: readonly Verdict[];
  /** Null when nothing was begun. */
  readonly result: LiftResult | null;
};

/**
 * Lets plans give somebody again what the files say: takes away the statements that cut off their sessions, then the tag.
 * It gives nothing back by itself. The tag goes last, so that a run which did not come that far can be taken up again.
 */
export async function runLift(order: LiftOrder): Promise<LiftRun> {
  const { user, signal } = order;
  const { files, connected, foreign } = await connectAsRead(order);
  const { reader } = connected;
  const told = { files: files.files, diagnostics: files.diagnostics };
  if (foreign !== null) return refused(told, foreign);
  const { revoked } = await reader.snapshot({ kind: "targeted", ...emptyTarget }, signal);
  // Several where somebody was revoked, deleted, made anew by the same name and revoked again.
  const named = revoked.filter((one) => one.userId === user || one.user === user);
  // Who they are may not have been found out for all that are tagged.
  const person = named.length > 0 ? null : await findPerson(user, reader, signal);
  if (person?.ok === false) return refused(told, person.fault);
  const tags = person === null ? named : revoked.filter(({ userId }) => userId === person.id);
  const userId = tags[0]?.userId ?? person?.id ?? user;
  const since = tags[0]?.since ?? null;
  const nothing = {
    user,
    userId,
    since,
    isLifted: false,
    sets: [],
    errors: [],
    interrupted: false,
    byHand: [],
  };
  if (since === null)
    return {
      ...told,
      diagnostics: [...told.diagnostics, notRevoked(user)],
      verdicts: [],
      result: nothing,
    };

  const answer = await order.confirm({ user, userId, since }, told);
  if (answer === "nobody-there") return refused(told, nobodyThere("Give --yes."));
  if (answer === "no" || signal.aborted) return { ...told, verdicts: ["interrupted"], result: null };

  const ports = portsOf(connected, { clock: order.clock, signal, on: order.onChange });
  const done = await lift(new Set(tags.map((tag) => tag.userId)), ports, order.onStage);
  const byHand = done.isLifted ? await byHandFor(tags[0]?.user ?? user, files, ports) : [];
  const result = { ...nothing, ...done, interrupted: signal.aborted, byHand };
  return { ...told, verdicts: verdictsOf(result), result };
}

async function byHandFor(
  user: string,
  { settings, written }: FilesAsRead,
  { reader, signal }: Ports,
): Promise<readonly string[]> {
  const scope = { kind: "only", keys: [changeId.user(user)] } as const;
  const live = await reader.snapshot(scope, signal).catch(() => null);
  if (live?.gaps.length === 0 && !live.state.users.has(user)) return [];
  const status = live?.status.get(user) ?? null;
  return leftByHandAfterLift({
    user,
    status,
    wanted: written?.users.get(user)?.value.status ?? null,
    settings,
  });
}

/** Never rejects. */
async function lift(
  userIds: ReadonlySet<string>,
  ports: Ports,
  onStage: LiftOrder["onStage"],
): Promise<Pick<LiftResult, "sets" | "isLifted" | "errors">> {
  const { reader, writer, signal } = ports;
  let sets: readonly SetOutcome[] = [];
  let isLifted = false;
  try {
    onStage("sessions");
    const names = await Promise.all([...userIds].map((id) => reader.permissionSets(id, signal)));
    sets = await withoutStatements([...new Set(names.flat())].sort(byText), userIds, ports);
    const stuck = sets.flatMap(({ status, permissionSet }) => (status === "left" ? [permissionSet] : []));
    if (!signal.aborted && !(await areDenied(stuck, userIds, ports))) {
      onStage("tagging");
      for (const userId of userIds) await writer.revocation.delete(userId);
      isLifted = true;
    }
    return { sets, isLifted, errors: [] };
  } catch (error) {
    return { sets, isLifted, errors: isOfSignal(error, signal) ? [] : [asLiveError(error)] };
  }
}

function withoutStatements(
  names: readonly string[],
  userIds: ReadonlySet<string>,
  ports: Ports,
): Promise<readonly SetOutcome[]> {
  const had = new Set<string>();
  return editSets(
    names,
    (name, { inlinePolicy }) => {
      const policy = withoutRevocations(inlinePolicy, (one) => userIds.has(one.userId));
      if (policy !== inlinePolicy) had.add(name);
      return had.has(name) ? { policy } : null;
    },
    ports,
  );
}

/** Whether a statement about them is still in one of the sets; that an account is behind holds nobody up. */
async function areDenied(
  names: readonly string[],
  userIds: ReadonlySet<string>,
  { reader, signal }: ApplyPorts,
): Promise<boolean> {
  if (names.length === 0) return false;
  const keys = names.map(changeId.permissionSet);
  const { state, gaps } = await reader.snapshot({ kind: "only", keys }, signal);
  const policies = [...state.permissionSets.values()].map(({ inlinePolicy }) => inlinePolicy);
  return gaps.length > 0 || policies.some((one) => revocationsIn(one).some((it) => userIds.has(it.userId)));
}

function verdictsOf({ isLifted, sets, errors, interrupted }: LiftResult): readonly Verdict[] {
  const isDone = isLifted && errors.length === 0 && sets.every(({ status }) => status === "done");
  return isDone ? [] : interrupted ? ["interrupted", "incomplete"] : ["incomplete"];
}

function notRevoked(user: string): Diagnostic {
  return diagnostic({
    code: "not-revoked",
    severity: "info",
    message: `${user} is not revoked: the instance has no tag that says so. Nothing was changed.`,
  });
}
