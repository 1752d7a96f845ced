import type { Cause } from "../model/change.js";
import type { Plan } from "../model/plan.js";

/** The part of a plan that has some of the causes. */
export type Share = Pick<Plan, "changes" | "access">;

/** With what a plan's files were compared. */
type Compared = Pick<Plan, "base" | "live">;

/** A part of a plan that has one cause, under the words for it. */
export type CauseShare = Share & { readonly cause: Cause; readonly title: string };

/** What the files ask for. */
export function ofFiles(plan: Share): Share {
  return shareOf(plan, (cause) => cause === "config");
}

export const earlierTitle = "Already different before this change";

export const earlierSentence = "Not what this change does; applying it puts these right as well.";

/** What was different already, by cause. */
export function earlierShares(plan: Share & Compared): readonly CauseShare[] {
  const { base, live } = plan;
  return sharesByCause({ ...shareOf(plan, (cause) => cause !== "config"), base, live });
}

/**
 * All of it, by cause; without the causes that nothing has. Compared with other files than those that were applied last,
 * what these asked for and nobody has applied yet looks like something that was changed by hand.
 */
export function sharesByCause(plan: Share & Compared): readonly CauseShare[] {
  const isApplied = plan.base === null || plan.base.commit === plan.live.mark;
  return titles.flatMap(([cause, known]) => {
    const title = cause === "drift" && !isApplied ? `${known}, or merged and not applied yet` : known;
    const share = shareOf(plan, (one) => one === cause);
    const isEmpty = share.changes.length === 0 && Object.values(share.access).flat().length === 0;
    return isEmpty ? [] : [{ ...share, cause, title }];
  });
}

const titles = [
  ["drift", "Changed by hand"],
  ["organization", "Accounts that joined, moved or were tagged anew"],
  ["expiry", "Ran out"],
  ["unsettled", "Not in force everywhere yet"],
  ["config", "Changed in the files and not applied yet"],
] as const satisfies readonly (readonly [Cause, string])[];

function shareOf({ changes, access }: Share, takes: (cause: Cause) => boolean): Share {
  const taken = <T extends { readonly cause: Cause }>(all: readonly T[]): readonly T[] =>
    all.filter(({ cause }) => takes(cause));
  return {
    changes: taken(changes),
    access: { gained: taken(access.gained), lost: taken(access.lost), changed: taken(access.changed) },
  };
}
