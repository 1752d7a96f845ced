import { applyPlan } from "../apply/apply.js";
import type { ApplyPorts } from "../apply/apply.js";
import type { Reader } from "../apply/ports.js";
import type { ApplyResult, Outcome } from "../model/apply-result.js";
import type { Change } from "../model/change.js";
import { changeId } from "../model/keys.js";
import type { ChangeId, Kind } from "../model/keys.js";
import { asLiveError, isOfSignal, LiveError } from "../model/live-error.js";
import { emptyTarget } from "../model/snapshot.js";
import type { Gap, Scope, Snapshot } from "../model/snapshot.js";
import { byText } from "../model/text.js";
import type { Writable } from "./apply.js";

/** What somebody holds themselves, each as the change that takes it away; what their groups hold is not theirs. */
export type Holdings = {
  readonly removals: readonly Change[];
  /** What could not be read of it. */
  readonly unread: readonly LiveError[];
  readonly live: Snapshot;
};

/** What ending access takes: to carry out changes, and to tag the instance. */
export type Ports = ApplyPorts & Pick<Writable, "writer">;

export function portsOf(
  connected: Writable,
  { clock, signal, on }: Pick<ApplyPorts, "clock" | "signal" | "on">,
): Ports {
  return { ...connected, writerFor: () => connected.writer, clock, signal, on };
}

export async function holdingsOf(user: string, reader: Reader, signal: AbortSignal): Promise<Holdings> {
  const live = await reader.snapshot(accessOf(user), signal);
  return { live, removals: removalsOf(user, live), unread: live.gaps.map(({ error }) => error) };
}

/** What tells of somebody's access, but for applications, of which there is but one way to ask. */
const kindsOfAccess: ReadonlySet<Kind> = new Set(["user", "group", "membership", "assignment"]);

/**
 * The same, also where this caller may not ask what one person holds: AWS's documentation keeps that for the management
 * account, and a delegated administrator may have to end access, too. Then everybody's access is read, which takes minutes
 * in a large organization, and what was found without it is not left waiting for it.
 */
async function holdingsByAllMeans(user: string, reader: Reader, signal: AbortSignal): Promise<Holdings> {
  const near = await holdingsOf(user, reader, signal);
  const isDenied = ({ covers, error }: Gap): boolean =>
    error.kind === "denied" && covers.some(({ kind }) => kindsOfAccess.has(kind));
  if (!near.live.gaps.some(isDenied)) return near;
  const live = await reader.snapshot({ kind: "all", leaves: (name) => name === user }, signal);
  const removals = new Map([...near.removals, ...removalsOf(user, live)].map((one) => [one.id, one]));
  const tells = ({ covers }: Gap): boolean =>
    covers.some(({ kind }) => kindsOfAccess.has(kind) || kind === "applicationAssignment");
  return {
    live,
    removals: [...removals.values()],
    unread: live.gaps.filter(tells).map(({ error }) => error),
  };
}

function accessOf(user: string): Scope {
  const leaving = { ...emptyTarget.leaving, users: [user] };
  return { kind: "targeted", ...emptyTarget, keys: [changeId.user(user)], leaving };
}

/** They wait for nothing: neither for each other, nor for what anybody keeps. */
function removalsOf(user: string, { state }: Snapshot): readonly Change[] {
  const common = {
    action: "delete",
    before: {},
    after: null,
    cause: "config",
    source: null,
    dependsOn: [],
  } as const;
  const memberships = [...state.memberships].filter(([, key]) => key.user === user);
  const assignments = [...state.assignments].filter(
    ([, key]) => key.principalType === "user" && key.orphan !== true && key.principal === user,
  );
  return [
    ...memberships.map(([id, key]): Change => ({ ...common, kind: "membership", id, key })).sort(byId),
    ...assignments.map(([id, key]): Change => ({ ...common, kind: "assignment", id, key })).sort(byId),
    ...[...state.applicationAssignments]
      .filter(([, one]) => one.user === user)
      .map(([id, { name, ...key }]): Change => ({
        ...common,
        kind: "applicationAssignment",
        id,
        key,
        before: { name },
      }))
      .sort(byId),
  ];
}

function byId(left: Change, right: Change): number {
  return byText(left.id, right.id);
}

/** What was taken away in the course of a run, each thing as it ended last. */
export type Taken = Map<ChangeId, ApplyResult["outcomes"][number]>;

/** Takes everything away side by side, followed to its end and read back. Never rejects. */
export async function takeAway(removals: readonly Change[], taken: Taken, ports: ApplyPorts): Promise<void> {
  if (removals.length === 0) return;
  const { outcomes } = await applyPlan({ changes: removals }, ports);
  for (const one of outcomes) taken.set(one.change.id, one);
}

/** How often what is there again is taken away again. */
const mostRounds = 3;
/** How long grants that are on their way are waited for (milliseconds), and how often they are looked for. */
const patience = 5 * 60_000;
const pause = 2_000;

/**
 * Looks until nothing is there and nothing is on its way: another run, a request in progress or a hand may have given
 * something back. Each thing ends as it was seen last; what could not be seen is given. Rejects with the signal's reason
 * when that ended it, and never otherwise.
 */
export async function seeGone(
  { user, userId }: { readonly user: string; readonly userId: string },
  taken: Taken,
  ports: ApplyPorts,
): Promise<readonly LiveError[]> {
  const { reader, clock, signal } = ports;
  const since = clock.now();
  try {
    for (let rounds = 0; ;) {
      const { removals, unread } = await holdingsByAllMeans(user, reader, signal);
      judge(taken, removals, unread.length === 0);
      const open = removals.filter((removal) => !isDenied(taken.get(removal.id)?.outcome));
      if (open.length > 0 && rounds < mostRounds) {
        rounds += 1;
        await takeAway(open, taken, ports);
        continue;
      }
      const arriving = open.length > 0 ? 0 : await reader.arriving(userId, signal);
      if (arriving === 0) return unread;
      if (clock.now() - since > patience) return [...unread, onTheirWay(user, arriving)];
      await clock.sleep(pause, signal);
    }
  } catch (error) {
    if (isOfSignal(error, signal)) throw error;
    return [asLiveError(error)];
  }
}

/** What was refused to this caller, it will be refused again. */
function isDenied(outcome: Outcome | undefined): boolean {
  return outcome?.status === "failed" && outcome.error.kind === "denied";
}

/** What is still seen has not gone; what is seen no more has, whatever was said of it, where everything was seen. */
function judge(taken: Taken, seen: readonly Change[], isWhole: boolean): void {
  const there = new Map(seen.map((change) => [change.id, change]));
  for (const [id, { change, outcome }] of taken)
    if (!there.has(id) && isWhole) taken.set(id, { change, outcome: { status: "done" } });
    else if (there.has(id) && outcome.status === "done") taken.set(id, { change, outcome: cameBack });
  for (const [id, change] of there) if (!taken.has(id)) taken.set(id, { change, outcome: cameBack });
}

const cameBack: Outcome = {
  status: "unconfirmed",
  reason: "it is there again: somebody, or another run, gives it back",
};

function onTheirWay(user: string, arriving: number): LiveError {
  return new LiveError(
    `${arriving} assignment requests for ${user} are still in progress after ${patience / 60_000} minutes, and may give something back.`,
    { kind: "failed", help: "Run the same again when they have ended." },
  );
}
