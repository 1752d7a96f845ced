import { durationWords } from "../model/duration.js";
import { listed } from "../model/plural.js";
import type { Principal } from "../plan/missing-principals.js";
import { safeText } from "../report/untrusted.js";
import type { Waiting } from "../run/late-principals.js";
import { systemClock } from "./clock.js";
import type { Terminal } from "./terminal.js";

/** How long the same is waited for until it is told again where there is no live line, in milliseconds. */
const untilNext = 60_000;
const mostNamed = 3;

/** What `--wait-for-principals` asks for, told on the way; null where it is not given. */
export function waitingOf(most: number | null, terminal: Terminal): Waiting | null {
  if (most === null) return null;
  return { most, clock: systemClock, onWait: waitTeller(terminal), begun: null };
}

/** Tells who is waited for, and how long still: on a live line always, elsewhere when it is news, and every minute. */
export function waitTeller(terminal: Terminal): Waiting["onWait"] {
  let before = "";
  let toldAt = Number.POSITIVE_INFINITY;
  return (late, left) => {
    const who = whoseNames(late);
    const isDue = who !== before || toldAt - left >= untilNext;
    if (isDue) toldAt = left;
    before = who;
    (isDue ? terminal.step : terminal.detail)(
      `Waiting for ${who} to come to Identity Center, ${leftWords(left)} left …`,
    );
  };
}

function leftWords(left: number): string {
  const unit = left > 60_000 ? 60_000 : 1000;
  return durationWords(Math.ceil(left / unit) * unit);
}

function whoseNames(late: readonly Principal[]): string {
  const named = late.map(({ type, name }) => `${type} ${safeText(name)}`);
  return listed(named, mostNamed);
}
