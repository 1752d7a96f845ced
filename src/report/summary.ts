import type { Counts, Plan } from "../model/plan.js";
import { count, digits } from "../model/plural.js";

/** `Plan: 3 to add, 1 to change, 1 to remove. 2 people gain access, 1 loses.` */
export function planSummary({ summary }: Plan): string {
  const parts = [
    `${digits(summary.create)} to add`,
    `${digits(summary.update + summary.rename)} to change`,
    ...(summary.provision > 0 ? [`${digits(summary.provision)} to put in force`] : []),
    ...(summary.disable > 0 ? [`${digits(summary.disable)} to disable`] : []),
    `${digits(summary.delete)} to remove`,
  ];
  return [`Plan: ${parts.join(", ")}.`, accessSentence(summary), withheldSentence(summary)]
    .filter(Boolean)
    .join(" ");
}

/** `Drift: 1 only in Identity Center, 1 different, 1 only in the files. 2 people have access beyond the files.` */
export function driftSummary({ summary }: Plan): string {
  const parts = [
    ...(summary.delete + summary.disable > 0
      ? [`${digits(summary.delete + summary.disable)} in Identity Center beyond the files`]
      : []),
    ...(summary.update + summary.rename + summary.provision > 0
      ? [`${digits(summary.update + summary.rename + summary.provision)} different`]
      : []),
    ...(summary.create > 0 ? [`${digits(summary.create)} missing in Identity Center`] : []),
  ];
  const access = [
    ...(summary.lost > 0
      ? [`${count(summary.lost, "person has", "people have")} access that the files do not give`]
      : []),
    ...(summary.gained > 0
      ? [`${count(summary.gained, "person lacks", "people lack")} access that the files give`]
      : []),
  ];
  return [
    `Drift: ${parts.join(", ")}.`,
    access.length > 0 ? `${access.join(", ")}.` : "",
    withheldSentence(summary),
  ]
    .filter(Boolean)
    .join(" ");
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

function accessSentence({ gained, lost }: Plan["summary"]): string {
  if (gained === 0 && lost === 0) return "Nobody gains or loses access.";
  const gains = gained === 0 ? [] : [`${count(gained, "person gains", "people gain")} access`];
  const subject =
    gained === 0
      ? count(lost, "person loses", "people lose")
      : `${digits(lost)} ${lost === 1 ? "loses" : "lose"}`;
  const loses = lost === 0 ? [] : [gained === 0 ? `${subject} access` : subject];
  return `${[...gains, ...loses].join(", ")}.`;
}

function withheldSentence({ withheld }: Plan["summary"]): string {
  return withheld === 0 ? "" : `${count(withheld, "change")} withheld.`;
}
