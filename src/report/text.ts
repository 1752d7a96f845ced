import type { Change } from "../model/change.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Plan, Withheld } from "../model/plan.js";
import { byText } from "../model/text.js";
import { accessLines } from "./access.js";
import { blank, heading, helpLines, nestedLines, renderLines } from "./lines.js";
import type { Line } from "./lines.js";
import { painter } from "./paint.js";
import { count, listed } from "../model/plural.js";
import { countsWords } from "./summary.js";
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
  return renderPlan(plan, planVoice, options);
}

/** The same plan looked at the other way: what Identity Center has that the files do not say, and what it lacks. */
export function driftText(plan: Plan, options: TextOptions): string {
  return renderPlan(plan, driftVoice, options);
}

function renderPlan(plan: Plan, voice: Voice, options: TextOptions): string {
  const lines = [
    ...changeSections(plan, voice),
    ...accessSection(plan, voice, options.full),
    ...withheldSections(plan, voice, options.full),
    ...remarkSection(plan.notes, "note"),
    ...remarkSection(plan.diagnostics, null),
    ...lastLines(plan, voice, options.dir),
  ];
  return renderLines(lines, { paint: painter(options.color), width: options.width });
}

const sections = [
  { title: "People", kinds: ["user"] },
  { title: "Groups", kinds: ["group", "membership"] },
  { title: "Permission sets", kinds: ["permissionSet", "provisioning"] },
  { title: "Assignments", kinds: ["assignment"] },
] as const satisfies readonly { title: string; kinds: readonly Change["kind"][] }[];

function changeSections(plan: Plan, voice: Voice): readonly Line[] {
  if (plan.changes.length === 0) return [];
  const { identityStoreId, region } = plan.instance;
  const [before, after] = voice.title;
  const name = `Identity Center ${safeText(identityStoreId)} (${safeText(region)})`;
  const body = sections.flatMap(({ title, kinds }) => {
    const changes = plan.changes
      .filter(({ kind }) => kinds.some((one) => one === kind))
      .toSorted(inReadingOrder);
    if (changes.length === 0) return [];
    return [blank, heading(title), ...changes.flatMap((change) => changeLines(change, plan, voice))];
  });
  const legend: readonly Line[] =
    voice.legend === null ? [] : [{ type: "plain", text: voice.legend, style: "dim" }];
  return [heading(`${before} ${name}${after}`), ...legend, ...body, blank];
}

function changeLines(change: Change, plan: Plan, voice: Voice): readonly Line[] {
  const { sign, words } = voice.phrase(change, plan.accounts);
  return [{ type: "change", sign, words, source: change.source }, ...nestedLines(voice.details(change))];
}

/** A group before its members, a permission set before where it is put in force; otherwise by name. */
function inReadingOrder(left: Change, right: Change): number {
  return (
    byText(subjectOf(left), subjectOf(right)) || byText(left.kind, right.kind) || byText(left.id, right.id)
  );
}

function subjectOf(change: Change): string {
  switch (change.kind) {
    case "membership":
      return change.key.group;
    case "assignment":
      return `${change.key.principalType}/${change.key.principal}`;
    case "provisioning":
      return change.key.permissionSet;
    case "user":
    case "group":
    case "permissionSet":
      return change.key.name;
  }
}

function accessSection(plan: Plan, voice: Voice, full: boolean): readonly Line[] {
  const { accounts, access } = plan;
  const limits = full ? { names: Infinity, lines: Infinity } : { names: 6, lines: 40 };
  const lines = (["lost", "gained", "changed"] as const).flatMap((side) =>
    accessLines(access[side], { voice: voice.access[side], accounts, limits }),
  );
  return lines.length === 0 ? [] : [heading(voice.accessTitle), ...lines, blank];
}

/** What is not known to be wanted is told apart, and counted when it is much: one denied list makes everybody unknown. */
function withheldSections(plan: Plan, voice: Voice, full: boolean): readonly Line[] {
  const unknown = plan.withheld.filter(({ code }) => code === "incomplete-read");
  const known = plan.withheld.filter(({ code }) => code !== "incomplete-read");
  const isCounted = !full && unknown.length > mostUnknown;
  return [
    ...withheldSection(voice.withheldTitle, withheldLines(known, plan, voice)),
    ...withheldSection(
      "Not known, and left alone",
      isCounted ? [kindsLine(unknown)] : withheldLines(unknown, plan, voice),
    ),
  ];
}

const mostUnknown = 10;

function withheldSection(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [heading(title), ...lines, blank];
}

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

/** What is withheld for one reason is told under that reason. */
function withheldLines(all: readonly Withheld[], plan: Plan, voice: Voice): readonly Line[] {
  const byReason = new Map<string, Withheld[]>();
  for (const one of all) {
    const alike = byReason.get(one.reason);
    if (alike === undefined) byReason.set(one.reason, [one]);
    else alike.push(one);
  }
  return [...byReason].flatMap(([reason, withheld]): Line[] => [
    { type: "change", sign: "!", words: safeText(reason), source: null },
    ...withheld.map(({ change }): Line => {
      const { sign, words } = voice.phrase(change, plan.accounts);
      return { type: "nested", sign, words };
    }),
  ]);
}

function remarkSection(remarks: readonly Diagnostic[], label: string | null): readonly Line[] {
  if (remarks.length === 0) return [];
  const lines = alike(remarks).flatMap(({ remark, times }): Line[] => {
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

/** One refusal of AWS can hit the reading of every permission set: told once, however often it came. */
function alike(remarks: readonly Diagnostic[]): readonly { remark: Diagnostic; times: number }[] {
  const found = new Map<string, { remark: Diagnostic; times: number }>();
  for (const remark of remarks) {
    const { severity, code, message, help, source } = remark;
    const key = JSON.stringify([severity, code, message, help, source]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { remark, times: 1 });
    else known.times += 1;
  }
  return [...found.values()];
}

function lastLines(plan: Plan, voice: Voice, dir: string): readonly Line[] {
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error").length;
  const unmanaged =
    plan.summary.unmanaged === 0
      ? ""
      : ` ${count(plan.summary.unmanaged, "object")} in Identity Center ${plan.summary.unmanaged === 1 ? "is" : "are"} not managed here.`;
  return [
    ...(plan.live.complete
      ? []
      : [
          plain(
            "Identity Center could not be read whole: what the missing parts hold is unknown and left alone.",
          ),
        ]),
    ...(errors === 0
      ? []
      : [plain(`Refused: ${count(errors, "error")} above. Nothing of this plan is applied.`)]),
    { type: "plain", text: `${lastLine(plan, voice, dir)}${unmanaged}`, style: "bold" },
  ];
}

function lastLine(plan: Plan, voice: Voice, dir: string): string {
  if (plan.changes.length > 0) return voice.summary(plan);
  if (plan.withheld.length > 0) {
    const match = plan.live.complete ? "does not match" : "may or may not match";
    return `${voice.nothing} But ${count(plan.withheld.length, "change")} withheld: Identity Center ${match} ${shownDir(dir)}.`;
  }
  if (!plan.live.complete)
    return `${voice.nothing} But what could not be read may differ from ${shownDir(dir)}.`;
  return `${voice.nothing} Identity Center matches ${shownDir(dir)} (${countsWords(plan.declared.counts)}).`;
}

function shownDir(dir: string): string {
  return `${safeText(dir.replace(/\/+$/, ""))}/`;
}

function plain(text: string): Line {
  return { type: "plain", text };
}
