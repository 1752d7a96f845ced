import type { Counts, Plan } from "../model/plan.js";
import { count, digits } from "../model/plural.js";
import { safeText } from "./untrusted.js";

/** `Plan: 3 to add, 1 to change, 1 to remove. 2 people gain access, 1 loses.` */
export function planSummary({ summary }: Plan): string {
  const steps = stepsOf(summary)
    .filter(([number, words]) => number > 0 || alwaysTold.has(words))
    .map(([number, words]) => `${digits(number)} ${words}`);
  return [`Plan: ${steps.join(", ")}.`, `${accessWords(summary)}.`, withheldSentence(summary)]
    .filter(Boolean)
    .join(" ");
}

const alwaysTold: ReadonlySet<string> = new Set(["to add", "to change", "to remove"]);

/** How much of what there is to do: `[3, "to add"]`. */
export function stepsOf(summary: Plan["summary"]): readonly (readonly [number, string])[] {
  return [
    [summary.create, "to add"],
    [summary.update + summary.rename, "to change"],
    [summary.provision, "to put in force"],
    [summary.disable, "to disable"],
    [summary.delete, "to remove"],
  ];
}

/** `2 people gain access, 1 loses`: how many people gain and how many lose. */
export function accessWords({ gained, lost }: { readonly gained: number; readonly lost: number }): string {
  if (gained === 0 && lost === 0) return "Nobody gains or loses access";
  if (gained === 0) return `${count(lost, "person loses", "people lose")} access`;
  const gains = `${count(gained, "person gains", "people gain")} access`;
  return lost === 0 ? gains : `${gains}, ${digits(lost)} ${lost === 1 ? "loses" : "lose"}`;
}

/** `Drift: 1 in Identity Center beyond the files, 1 different. 2 people have access that the files do not give.` */
export function driftSummary({ summary }: Plan): string {
  const parts = [
    [summary.delete + summary.disable, "in Identity Center beyond the files"],
    [summary.update + summary.rename + summary.provision, "different"],
    [summary.create, "missing in Identity Center"],
  ] as const;
  const told = parts.flatMap(([number, words]) => (number === 0 ? [] : [`${digits(number)} ${words}`]));
  const access = driftAccessWords(summary);
  return [
    `Drift: ${told.join(", ")}.`,
    access.length > 0 ? `${access.join(", ")}.` : "",
    withheldSentence(summary),
  ]
    .filter(Boolean)
    .join(" ");
}

/** How many people have what the files do not give, and how many lack what they give; nothing of neither. */
export function driftAccessWords({ lost, gained }: Plan["summary"]): readonly string[] {
  return [
    ...(lost > 0 ? [`${count(lost, "person has", "people have")} access that the files do not give`] : []),
    ...(gained > 0 ? [`${count(gained, "person lacks", "people lack")} access that the files give`] : []),
  ];
}

/** `12 users, 4 groups, 19 memberships, 5 permission sets, 31 assignments` */
export function countsWords(counts: Counts): string {
  return [
    count(counts.users, "user"),
    count(counts.groups, "group"),
    count(counts.memberships, "membership"),
    count(counts.permissionSets, "permission set"),
    count(counts.assignments, "assignment"),
  ].join(", ");
}

/** Whether somebody still has what the files have ended, and no change can take it away. */
export function outlives({ diagnostics }: Plan): boolean {
  return diagnostics.some(({ code }) => code === "expired-in-force");
}

export const incompleteSentence =
  "Identity Center could not be read whole: what the missing parts hold is unknown and left alone.";

export const targetedSentence =
  "Only what this change touches was read from Identity Center; the rest is taken to be as the base says.";

/** What is there and is none of this repository's; nothing when that is nothing. */
export function unmanagedSentence({ unmanaged }: Plan["summary"]): string {
  return unmanaged === 0
    ? ""
    : `${count(unmanaged, "object")} in Identity Center ${unmanaged === 1 ? "is" : "are"} not managed here.`;
}

/** The folder of access files, as the user named it: `access/`. */
export function dirWords(dir: string): string {
  return `${safeText(dir.replace(/\/+$/, ""))}/`;
}

function withheldSentence({ withheld }: Plan["summary"]): string {
  return withheld === 0 ? "" : `${count(withheld, "change")} withheld.`;
}
