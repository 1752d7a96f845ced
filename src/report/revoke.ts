import type { Change } from "../model/change.js";
import type { LiveError } from "../model/live-error.js";
import { count, digits } from "../model/plural.js";
import type { RevokeResult, RevokeStep, SetOutcome } from "../model/revoke-result.js";
import { secondsOf } from "../model/session-duration.js";
import type { Instance } from "../model/snapshot.js";
import { shellWord } from "../model/text.js";
import { heading, plain, renderLines } from "./lines.js";
import type { Line } from "./lines.js";
import { painter } from "./paint.js";
import { planPhrase } from "./phrase.js";
import { errorJson, errorLines, outcomesJson, reasonLines, section } from "./result.js";
import { safeText, shownName } from "./untrusted.js";

export type Layout = { readonly color: boolean; readonly width: number };

/** What somebody is about to lose, before the question. */
export function revokePreview(
  {
    user,
    userId,
    since,
    removals,
    unread,
    instance,
  }: {
    readonly user: string;
    readonly userId: string;
    readonly since: string | null;
    readonly removals: readonly Change[];
    readonly unread: readonly LiveError[];
    readonly instance: Pick<Instance, "identityStoreId" | "region">;
  },
  { color, width }: Layout,
): string {
  const lines: Line[] = [
    heading(
      `Revoke ${shownName(user)} (${safeText(userId)}) in Identity Center ${safeText(instance.identityStoreId)} (${safeText(instance.region)})`,
    ),
    ...(since === null ? [] : [plain(`Revoked before, ${safeText(since)}.`)]),
    ...(removals.length === 0 ? [plain("They have no membership and no grant of their own.")] : []),
    ...removals.map(changeLine),
    ...unread.flatMap(errorLines),
  ];
  return renderLines(lines, { paint: painter(color), width });
}

/** What was done, what was not and why, and what is left for a person to do. */
export function revokeText(result: RevokeResult, { color, width }: Layout): string {
  const { user, outcomes, errors, byHand } = result;
  const lines: Line[] = [
    ...section(
      `Taken from ${shownName(user)}`,
      outcomes.flatMap((one) => [changeLine(one.change), ...reasonLines(one.outcome)]),
    ),
    ...section("Role sessions that are open", sessionLines(result)),
    ...section(null, errors.flatMap(errorLines)),
    ...byHandLines(byHand),
    { type: "plain", text: revokeEnd(result), style: "bold" },
  ];
  return renderLines(lines, { paint: painter(color), width });
}

export function byHandLines(byHand: readonly string[]): readonly Line[] {
  return section(
    "Left for a person to do",
    byHand.map((words, index) => plain(`${index + 1}. ${safeText(words)}`)),
  );
}

function sessionLines({ user, sessions, skipped }: RevokeResult): readonly Line[] {
  const { sets, longest, cutOff } = sessions;
  if (cutOff === null || skipped.includes("sessions")) {
    if (sets?.length === 0) return [plain("None: they could use no permission set.")];
    const most = longest === null ? "12 hours" : hours(longest);
    return [
      plain(
        `Not cut off. They last as long as their permission set says, at most ${most}; and for up to an hour Identity Center may still open one.`,
      ),
      plain(`To cut them off now: idc revoke ${safeText(shellWord(user))} --sessions`),
    ];
  }
  return [
    ...(sets === null
      ? [plain("What they could use is not known for certain, so all permission sets were gone through.")]
      : []),
    ...(cutOff.length === 0
      ? [plain("None: no permission set that they could use is in force anywhere.")]
      : []),
    ...cutOff.map((one): Line =>
      one.status === "done"
        ? change(
            "-",
            `sessions of ${shownName(one.permissionSet)} are cut off, until ${safeText(one.until ?? "")}`,
          )
        : leftLine("sessions of", one),
    ),
  ];
}

function hours(duration: string): string {
  return count(Math.ceil((secondsOf(duration) ?? 0) / 3600), "hour");
}

const stepWords = {
  tag: "the tag on the instance that keeps plans from giving anything back",
  look: "the look whether something is there again",
  sessions: "the sessions",
} as const satisfies Record<RevokeStep, string>;

function revokeEnd({ user, outcomes, since, sessions, skipped, errors, interrupted }: RevokeResult): string {
  const name = shownName(user);
  const done = outcomes.filter(({ outcome }) => outcome.status === "done").length;
  const isSeen = errors.length === 0 && !skipped.includes("look");
  const isGone = done === outcomes.length && isSeen;
  const all = count(outcomes.length, "membership or grant", "memberships and grants");
  const gone = isGone
    ? outcomes.length === 0
      ? `${name} was seen to hold nothing`
      : `everything of ${name} is taken away, and was seen to be gone`
    : `${digits(done)} of ${all} of ${name} taken away${isSeen ? "" : ", and more may be left"}`;
  const tag =
    since === null
      ? "Plans are not kept from giving it back."
      : "Plans give nothing back until it is lifted.";
  const left = (sessions.cutOff ?? []).filter(({ status }) => status === "left").length;
  const rest = [
    ...(left > 0 ? [`sessions of ${count(left, "permission set")} are not cut off`] : []),
    ...(skipped.length > 0 ? [`not begun: ${skipped.map((step) => stepWords[step]).join(", ")}`] : []),
  ];
  const isDone = isGone && since !== null && rest.length === 0;
  const begin = interrupted && !isDone ? "Interrupted" : isDone ? "Revoked" : "Revoked in part";
  return [
    `${begin}: ${[gone, ...rest].join("; ")}.`,
    tag,
    ...(isDone ? [] : ["Run the same again when what stood in the way is gone."]),
  ].join(" ");
}

/** The result as JSON: as it is, with errors as their parts. */
export function revokeJson(result: RevokeResult): unknown {
  return {
    ...result,
    outcomes: outcomesJson(result.outcomes),
    errors: result.errors.map(errorJson),
  };
}

function changeLine(one: Change): Line {
  return { type: "change", ...planPhrase(one, {}), source: null };
}

export function change(sign: "-" | "~" | "!", words: string): Line {
  return { type: "change", sign, words, source: null };
}

/** A permission set that was left as it is, and why. */
export function leftLine(what: string, one: Extract<SetOutcome, { status: "left" }>): Line {
  const words = `${what} ${shownName(one.permissionSet)}: ${one.why}, ${safeText(one.reason)}`;
  return change("!", words.trim());
}
