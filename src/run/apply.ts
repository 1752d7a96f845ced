import { applyPlan } from "../apply/apply.js";
import type { InstanceTags, Writer } from "../apply/ports.js";
import type { ApplyEvent } from "../apply/event.js";
import type { Recorder } from "../apply/recorder.js";
import type { ApplyResult } from "../model/apply-result.js";
import type { Clock } from "../model/clock.js";
import { hasErrors } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { LiveError } from "../model/live-error.js";
import type { ChangeId } from "../model/keys.js";
import type { Plan } from "../model/plan.js";
import type { Caller, Snapshot } from "../model/snapshot.js";
import type { Consent } from "../plan/consent.js";
import { missingPrincipals } from "../plan/missing-principals.js";
import type { Principal } from "../plan/missing-principals.js";
import type { PlanInput } from "../plan/plan.js";
import { boundBy, withoutSome } from "../plan/saved.js";
import type { Bounded } from "../plan/saved.js";
import { leftToSomebody } from "../plan/unattended.js";
import type { Unattended } from "../plan/unattended.js";
import { keepAudit } from "./audit.js";
import type { AuditTrail } from "./audit.js";
import type { Verdict } from "./exit-code.js";
import { waitFor } from "./late-principals.js";
import { nobodyThere } from "./nothing-begun.js";
import { prepare } from "./prepare.js";
import type { Connected, Preparation, Prepared, Told } from "./prepare.js";
import { revokedMeanwhile } from "./revoked-meanwhile.js";
import { staleCheckout } from "./stale-checkout.js";
import type { StaleCheckout } from "./stale-checkout.js";
import { unmarked } from "./unmarked.js";
import { verdictsOf } from "./verdicts.js";

/** Identity Center as a run that changes it gets to see it. */
export type Writable = Connected & {
  readonly writer: Writer;
  readonly recordedBy: (recorder: Recorder) => Writer;
  readonly caller: Caller;
  /** How many assignment and provisioning operations may be under way at once. */
  readonly operationsInFlight: number;
};

export type Answer = "yes" | "no" | "nobody-there";

export type ApplyOrder = Omit<Preparation<Writable>, "purpose" | "base" | "targeted" | "whose"> & {
  /** The plan that was reviewed, when there is one: the most that may be done. */
  readonly saved: Plan | null;
  /**
   * What may be done when nobody has asked for these files to be applied; null when somebody has. Then it is the files that
   * were applied last that count, whatever these say.
   */
  readonly unattended: Unattended | null;
  readonly ancestryOf: StaleCheckout["ancestryOf"];
  /** Where every write is recorded; null: nowhere. */
  readonly audit: AuditTrail | null;
  /** Shows what was told so far and the plan, and asks; not called when there is nothing to do. */
  readonly confirm: (plan: Plan, told: Told) => Promise<Answer>;
  /** May stand still while the machine sleeps, unlike `wallClock`. */
  readonly clock: Clock;
  readonly onChange: (event: ApplyEvent, plan: Plan) => void;
};

export type ApplyRun = Told & {
  readonly verdicts: readonly Verdict[];
  /** What was to be done; null when it did not come to a plan. */
  readonly plan: Plan | null;
  /** What was done; null when nothing was begun. */
  readonly result: ApplyResult | null;
  /** The mark that this run set; null when it left it as it was. */
  readonly mark: string | null;
};

/** Plans, asks, applies. Nothing is written before every reason not to has been looked for. */
export async function runApply(order: ApplyOrder): Promise<ApplyRun> {
  const whose = order.unattended === null ? "given" : "applied";
  const prepared = await prepare({ ...order, whose, base: null, targeted: false, purpose: "plan" });
  const end = endOf(prepared);
  if (!prepared.ok) return end(hasErrors(prepared.diagnostics) ? ["invalid"] : []);

  const { input, connected } = prepared;
  const { mark } = prepared.plan.live;
  const stale = await staleCheckout({ mark, head: prepared.head, whose, ancestryOf: order.ancestryOf });
  const notes = stale === null ? [] : [stale];
  if (hasErrors(notes)) return end(["stale"], { notes, plan: prepared.plan });

  const bounded = boundedBy(order, input, prepared.plan);
  if (!bounded.ok) return end(["stale"], { notes: [...notes, ...bounded.diagnostics], plan: prepared.plan });
  const asked = bounded.plan;
  const waited = await waitFor(lateIn(asked, order.saved), order.waiting, connected.reader, order.signal);
  if (waited !== null) return runApply({ ...order, waiting: waited });
  if (hasErrors(asked.diagnostics)) return end(["refused"], { notes, plan: asked });

  const stoodOpen = stopwatch([() => order.clock.now(), order.wallClock]);
  const told = { diagnostics: [...prepared.diagnostics, ...notes], files: prepared.files };
  const answer = asked.changes.length === 0 ? "yes" : await order.confirm(asked, told);
  if (answer === "nobody-there")
    return end(["invalid"], { notes: [...notes, nobodyThere(reviewFirst)], plan: asked });
  if (answer === "no" || order.signal.aborted) return end(["interrupted"], { notes, plan: asked });
  if (stoodOpen() > patience || hasMoved(await connected.reader.tags(order.signal), input.live))
    return runApply({
      ...order,
      saved: asked,
      consent: agreedTo(order.consent, asked, order.saved),
      confirm: async () => "yes",
    });

  const { clock, signal, onChange } = order;
  const audit =
    order.audit === null ? null : keepAudit(order.audit, { ...connected, plan: asked, now: order.wallClock });
  const writerFor = (change: ChangeId): Writer => audit?.writerFor(change) ?? connected.writer;
  const applied = await applyPlan(asked, {
    ...connected,
    writerFor,
    clock,
    signal,
    on: (event) => onChange(event, asked),
  });
  const regained = await revokedMeanwhile(applied, input.live.revoked, connected.reader);
  const result = regained === null ? applied : { ...applied, errors: [...applied.errors, regained] };
  // The mark says that the files were applied, which was not the purpose of a run that only puts things right.
  const { mark: moved, error } =
    order.unattended === null
      ? await moveMark(asked, result, { ...connected, writer: writerFor("mark") })
      : { mark: null, error: null };
  const marked = error === null ? result : { ...result, errors: [...result.errors, unmarked(error)] };
  const whole = audit?.tellIn(marked) ?? marked;
  return end([...verdictsOfResult(whole), ...openIn(asked)], {
    notes,
    plan: asked,
    mark: moved,
    result: whole,
  });
}

function boundedBy({ unattended, saved }: ApplyOrder, input: PlanInput, plan: Plan): Bounded {
  const leaveOut =
    unattended === null ? new Map<ChangeId, string>() : leftToSomebody(plan.changes, unattended);
  const left = withoutSome(input, plan, leaveOut);
  return left.ok && saved !== null ? boundBy({ ...input, leaveOut }, left.plan, saved) : left;
}

/** What was said of `asked`, or of the plan that it stays within, is said of what is left of it later. */
function agreedTo(consent: Consent, { digest }: Plan, saved: Plan | null): Consent {
  const isMeant = (named: string | null): boolean => named !== null && named === saved?.digest;
  return {
    ...consent,
    adopt: isMeant(consent.adopt) ? digest : consent.adopt,
    allow: new Map([...consent.allow].map(([guard, named]) => [guard, isMeant(named) ? digest : named])),
  };
}

/** Those who are worth waiting for: what was not reviewed would not be done for them either. */
function lateIn({ withheld }: Plan, saved: Plan | null): readonly Principal[] {
  const reviewed = saved === null ? null : new Set(saved.changes.map(({ id }) => id));
  return missingPrincipals(withheld.filter(({ change }) => reviewed === null || reviewed.has(change.id)));
}

/**
 * How long a question may stand open, in milliseconds, before what was agreed to is treated like a plan saved long ago:
 * an upper bound for one made now. So it is whenever the tags say that somebody has applied other files since, or has
 * ended a person's access: reading a large organization takes minutes. Otherwise nothing is read again: writes go by natural names, which
 * are looked at once more where they can change, are harmless where already in force, and a second reading would cost as
 * much as the plan did.
 */
const patience = 60_000;

/** Whether something was applied since, or somebody's access was ended or given free again. */
function hasMoved(tags: InstanceTags, { instance, revoked }: Snapshot): boolean {
  const known = new Set(revoked.map(({ userId }) => userId));
  return (
    tags.mark !== instance.mark ||
    tags.revoked.size !== known.size ||
    [...tags.revoked.keys()].some((userId) => !known.has(userId))
  );
}

/** What has passed by now, by whichever clock saw most of it. */
function stopwatch(clocks: readonly (() => number)[]): () => number {
  const since = clocks.map((now) => now());
  return () => Math.max(...clocks.map((now, index) => now() - (since[index] ?? 0)));
}

/**
 * The mark moves when all there was to do is done: it says which files Identity Center was made equal to. That of another
 * run, which has moved it meanwhile, stays: it guards what came later against what was planned before.
 */
async function moveMark(
  plan: Plan,
  result: ApplyResult,
  { reader, writer }: Writable,
): Promise<{ mark: string | null; error: LiveError | null }> {
  const wanted = plan.declared.commit ?? plan.declared.digest;
  const isDone = verdictsOfResult(result).length === 0 && openIn(plan).length === 0;
  if (!isDone || wanted === plan.live.mark) return { mark: null, error: null };
  try {
    const { mark: current } = await reader.tags(new AbortController().signal);
    if (current !== plan.live.mark) return { mark: null, error: movedBy(current) };
    await writer.mark(wanted);
    return { mark: wanted, error: null };
  } catch (error) {
    if (error instanceof LiveError) return { mark: null, error };
    throw error;
  }
}

function movedBy(mark: string | null): LiveError {
  const what = mark === null ? "has taken the mark away" : `has applied ${mark}`;
  return new LiveError(`Another run ${what} meanwhile.`, {
    kind: "conflict",
    help: "Let one run at a time apply. Run idc plan to see what the two together have left to do.",
  });
}

function verdictsOfResult({ outcomes, interrupted, errors }: ApplyResult): readonly Verdict[] {
  const isDone = outcomes.every(({ outcome }) => outcome.status === "done") && errors.length === 0;
  const isCut = interrupted && outcomes.some(({ outcome }) => outcome.status !== "done");
  return [...(isCut ? ["interrupted" as const] : []), ...(isDone ? [] : ["incomplete" as const])];
}

/** What a plan leaves open however well its changes go. */
function openIn(plan: Plan): readonly Verdict[] {
  return verdictsOf(plan).filter((verdict) => verdict === "incomplete");
}

const reviewFirst =
  "Review the plan above, then run idc apply --yes, or save one with idc plan --out FILE and run idc apply FILE --yes.";

function endOf(prepared: Prepared<Writable>) {
  return (
    verdicts: readonly Verdict[],
    given: Partial<Pick<ApplyRun, "plan" | "result" | "mark">> & { notes?: readonly Diagnostic[] } = {},
  ): ApplyRun => ({
    verdicts,
    diagnostics: [...prepared.diagnostics, ...(given.notes ?? [])],
    files: prepared.files,
    plan: given.plan ?? null,
    result: given.result ?? null,
    mark: given.mark ?? null,
  });
}
