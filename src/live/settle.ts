import type { Clock } from "../model/clock.js";
import { LiveError } from "../model/live-error.js";
import { patience } from "./follow.js";
import type { ReadProgress } from "./progress.js";
import { listInProgress, requestKinds } from "./request-status.js";
import type { Site } from "./site.js";

/**
 * Waits until nothing is in progress, whoever began it: what is read before would soon be untrue, and what an
 * interrupted run began is finished and not done again.
 */
export async function settle(
  site: Site,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (event: ReadProgress) => void,
): Promise<void> {
  const since = clock.now();
  for (let pause = 250; ; pause = Math.min(pause * 1.5, 5_000)) {
    const lists = await Promise.all(requestKinds.map((kind) => listInProgress(site, kind)));
    const [first, ...others] = lists.flat();
    if (first === undefined) return;
    if (clock.now() - since > patience)
      throw new LiveError(
        `${others.length + 1} assignment or provisioning requests are still in progress after ${patience / 60_000} minutes, among them ${first}.`,
        {
          kind: "failed",
          help: "Look at them in the IAM Identity Center console, and run idc again when they have ended.",
          requestId: first,
        },
      );
    onProgress({ type: "settling", inProgress: others.length + 1 });
    await clock.sleep(pause, signal);
  }
}
