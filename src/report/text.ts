import type { Change } from "../model/change.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Plan, Withheld } from "../model/plan.js";
import { count, listed } from "../model/plural.js";
import { accessLines } from "./access.js";
import { grouped } from "../model/grouped.js";
import { byReason, toldOnce } from "./told-once.js";
import { blank, heading, helpLines, nestedLines, plain, renderLines } from "./lines.js";
import type { Line } from "./lines.js";
import { painter } from "./paint.js";
import { inReadingOrder, sectionTitle } from "./reading-order.js";
import { earlierSentence, earlierShares, earlierTitle, ofFiles, sharesByCause } from "./shares.js";
import type { CauseShare, Share } from "./shares.js";
import {
  countsWords,
  dirWords,
  incompleteSentence,
  outlives,
  targetedSentence,
  unmanagedSentence,
} from "./summary.js";
import { safeText } from "./untrusted.js";
import { driftVoice, planVoice } from "./voice.js";
import type { Voice } from "./voice.js";

export type TextOptions = {
  readonly color: boolean;
  /** Columns to lay the sources out in. */
  readonly width: number;
  /** The folder of access files, as the user named it. */
  readonly dir: string;
  /** Name everybody and every account, however many they are. */
  readonly full: boolean;
};

/** A plan as a person reads it: what will be done, who gains and who loses by it, and what will not be done and why. */
export function planText(plan: Plan, options: TextOptions): string {
  const telling = { plan, voice: planVoice, full: options.full };
  return renderPlan([...shareLines(ofFiles(plan), telling), ...earlierLines(telling)], telling, options);
}

/** The same plan looked at the other way: what Identity Center has that the files do not say, and what it lacks. */
export function driftText(plan: Plan, options: TextOptions): string {
  const telling = { plan, voice: driftVoice, full: options.full };
  const shares = sharesByCause(plan);
  const body = shares.every(({ cause }) => cause === "drift")
    ? shareLines(plan, telling)
    : shares.flatMap((share) => causeLines(share, telling));
  return renderPlan(body, telling, options);
}

/** All that is needed to tell a part of a plan. */
type Telling = { readonly plan: Plan; readonly voice: Voice; readonly full: boolean };

function renderPlan(body: readonly Line[], telling: Telling, options: TextOptions): string {
  const { plan } = telling;
  const lines = [
    ...titleLines(telling),
    ...body,
    ...withheldSections(telling),
    ...remarkSection(plan.notes, "note"),
    ...remarkSection(plan.diagnostics, null),
    ...lastLines(telling, options.dir),
  ];
  return renderLines(lines, { paint: painter(options.color), width: options.width });
}

function titleLines({ plan, voice }: Telling): readonly Line[] {
  if (plan.changes.length === 0) return [];
  const { identityStoreId, region } = plan.instance;
  const [before, after] = voice.title;
  const name = `Identity Center ${safeText(identityStoreId)} (${safeText(region)})`;
  return [
    heading(`${before} ${name}${after}`),
    ...(voice.legend === null ? [] : [aside(voice.legend)]),
    blank,
  ];
}

function shareLines({ changes, access }: Share, telling: Telling): readonly Line[] {
  const sections = grouped(changes.toSorted(inReadingOrder), sectionTitle).flatMap((alike) =>
    section(sectionTitle(alike[0]), changeLines(alike, telling)),
  );
  return [...sections, ...accessSection(access, telling)];
}

function earlierLines(telling: Telling): readonly Line[] {
  const shares = earlierShares(telling.plan);
  if (shares.length === 0) return [];
  return [
    heading(earlierTitle),
    aside(earlierSentence),
    blank,
    ...shares.flatMap((share) => causeLines(share, telling)),
  ];
}

function causeLines({ title, changes, access }: CauseShare, telling: Telling): readonly Line[] {
  return [
    heading(title),
    ...changeLines(changes.toSorted(inReadingOrder), telling),
    blank,
    ...accessSection(access, telling),
  ];
}

function changeLines(changes: readonly Change[], { plan, voice }: Telling): readonly Line[] {
  return changes.flatMap((change) => {
    const { sign, words } = voice.phrase(change, plan.accounts);
    return [{ type: "change", sign, words, source: change.source }, ...nestedLines(voice.details(change))];
  });
}

function accessSection(access: Plan["access"], { plan, voice, full }: Telling): readonly Line[] {
  const limits = full ? { names: Infinity, lines: Infinity } : { names: 6, lines: 40 };
  return section(
    voice.accessTitle,
    (["lost", "gained", "changed"] as const).flatMap((side) =>
      accessLines(access[side], { voice: voice.access[side], accounts: plan.accounts, limits }),
    ),
  );
}

/** What is not known to be wanted is told apart, and counted when it is much: one denied list makes everybody unknown. */
function withheldSections({ plan, voice, full }: Telling): readonly Line[] {
  const unknown = plan.withheld.filter(({ code }) => code === "incomplete-read");
  const known = plan.withheld.filter(({ code }) => code !== "incomplete-read");
  const isCounted = !full && unknown.length > mostUnknown;
  return [
    ...section(voice.withheldTitle, withheldLines(known, plan, voice)),
    ...section(
      "Not known, and left alone",
      isCounted ? [kindsLine(unknown)] : withheldLines(unknown, plan, voice),
    ),
  ];
}

const mostUnknown = 10;

/** `! 14 users, 3 groups and 1 membership (--verbose names them)` */
function kindsLine(withheld: readonly Withheld[]): Line {
  const counts = kinds.flatMap(([kind, singular, plural]) => {
    const number = withheld.filter(({ change }) => change.kind === kind).length;
    return number === 0 ? [] : [count(number, singular, plural)];
  });
  return { type: "change", sign: "!", words: `${listed(counts)} (--verbose names them)`, source: null };
}

const kinds = [
  ["user", "user", "users"],
  ["group", "group", "groups"],
  ["membership", "membership", "memberships"],
  ["permissionSet", "permission set", "permission sets"],
  ["provisioning", "permission set to put in force", "permission sets to put in force"],
  ["assignment", "assignment", "assignments"],
] as const satisfies readonly (readonly [Change["kind"], string, string])[];

function withheldLines(all: readonly Withheld[], plan: Plan, voice: Voice): readonly Line[] {
  return byReason(all).flatMap((withheld): Line[] => [
    { type: "change", sign: "!", words: safeText(withheld[0].reason), source: null },
    ...withheld.map(({ change }): Line => {
      const { sign, words } = voice.phrase(change, plan.accounts);
      return { type: "nested", sign, words };
    }),
  ]);
}

function remarkSection(remarks: readonly Diagnostic[], label: string | null): readonly Line[] {
  if (remarks.length === 0) return [];
  const lines = toldOnce(remarks).flatMap(({ remark, times }): Line[] => {
    const { severity, code, message, help, source } = remark;
    const often = times === 1 ? "" : ` (${count(times, "time")})`;
    return [
      {
        type: "remark",
        severity,
        words: `${label ?? `${severity} ${safeText(code)}`}: ${safeText(message)}${often}`,
        source,
      },
      ...helpLines(help, "  "),
    ];
  });
  return [...lines, blank];
}

function lastLines({ plan, voice }: Telling, dir: string): readonly Line[] {
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error").length;
  const last = [lastLine(plan, voice, dir), unmanagedSentence(plan.summary)].filter(Boolean).join(" ");
  return [
    ...(plan.live.complete ? [] : [plain(incompleteSentence)]),
    ...(plan.live.targeted ? [plain(targetedSentence)] : []),
    ...(errors === 0 ? [] : [plain(voice.refused(count(errors, "error")))]),
    ...(plan.base === null || plan.changes.length === 0 ? [] : [plain(baseSentence(plan.base, plan.live))]),
    { type: "plain", text: last, style: "bold" },
  ];
}

function lastLine(plan: Plan, voice: Voice, dir: string): string {
  if (plan.changes.length > 0) return voice.summary(plan);
  if (plan.withheld.length > 0) {
    const match = plan.live.complete ? "does not match" : "may or may not match";
    return `${voice.nothing} But ${count(plan.withheld.length, "change")} withheld: Identity Center ${match} ${dirWords(dir)}.`;
  }
  if (!plan.live.complete)
    return `${voice.nothing} But what could not be read may differ from ${dirWords(dir)}.`;
  if (outlives(plan)) return `${voice.nothing} But access that is over is still in force.`;
  if (plan.live.targeted) return `${voice.nothing} What was read matches ${dirWords(dir)}.`;
  return `${voice.nothing} Identity Center matches ${dirWords(dir)} (${countsWords(plan.declared.counts)}).`;
}

/** `Compared with 0a1b2c3d4e5f, which was applied last.` */
function baseSentence({ commit }: NonNullable<Plan["base"]>, { mark }: Plan["live"]): string {
  const short = commit.replace(/^(sha256:)?([\da-f]{12})[\da-f]+$/, "$1$2");
  return `Compared with ${safeText(short)}${commit === mark ? ", which was applied last" : ""}.`;
}

/** A title over lines and a blank one below them; nothing when there are none. */
function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [heading(title), ...lines, blank];
}

function aside(text: string): Line {
  return { type: "plain", text, style: "dim" };
}
