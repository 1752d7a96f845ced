import type { Plan } from "../../model/plan.js";
import { count, digits } from "../../model/plural.js";
import { countsWords } from "../summary.js";
import { safeText } from "../untrusted.js";
import { cut } from "./escape.js";
import { people } from "./people.js";
import { broadens } from "./permission-sets.js";
import { ofFiles, ofOtherCauses, permissionSetChanges } from "./shares.js";
import type { Telling } from "./telling.js";

/** The first line of a plan's comment: `3 people gain access, 1 loses · 1 change broadens a policy · refused: …`. */
export function planVerdict(telling: Telling, dir: string): string {
  const { plan } = telling;
  if (plan.changes.length === 0) return [nothingWords(telling, dir), ...reservations(telling)].join(" · ");
  const ours = ofFiles(plan);
  const earlier = ofOtherCauses(plan).changes.length;
  const broader = permissionSetChanges(ours.changes).filter((change) => broadens(change, telling)).length;
  return [
    peopleWords(people(ours.access.gained), people(ours.access.lost)),
    ...(broader === 0 ? [] : [`${count(broader, "change broadens", "changes broaden")} a policy`]),
    ...reservations(telling),
    ...(earlier === 0
      ? []
      : [`${count(earlier, "difference was", "differences were")} there before this change`]),
  ].join(" · ");
}

/** `5 changes: 2 to add, 1 to put in force, 2 to remove.`; nothing when there are none. */
export function planCounts({ changes, summary }: Plan): string {
  const parts = [
    [summary.create, "to add"],
    [summary.update + summary.rename, "to change"],
    [summary.provision, "to put in force"],
    [summary.disable, "to disable"],
    [summary.delete, "to remove"],
  ] as const;
  const told = parts.flatMap(([number, words]) => (number === 0 ? [] : [`${digits(number)} ${words}`]));
  return told.length === 0 ? "" : `${count(changes.length, "change")}: ${told.join(", ")}.`;
}

/** The first line of a drift issue. */
export function driftVerdict(telling: Telling, dir: string): string {
  const { plan } = telling;
  if (plan.changes.length === 0) return [nothingWords(telling, dir), ...reservations(telling)].join(" · ");
  const broader = permissionSetChanges(plan.changes).filter((change) => broadens(change, telling)).length;
  const { lost, gained } = plan.summary;
  return [
    count(plan.changes.length, "difference"),
    ...(lost === 0 ? [] : [`${count(lost, "person has", "people have")} access that the files do not give`]),
    ...(gained === 0 ? [] : [`${count(gained, "person lacks", "people lack")} access that the files give`]),
    ...(broader === 0
      ? []
      : [`${count(broader, "permission set allows", "permission sets allow")} more than the files say`]),
    ...reservations(telling),
  ].join(" · ");
}

/** The folder of access files, as the user named it. */
export function dirWords(dir: string): string {
  return `${safeText(dir.replace(/\/+$/, ""))}/`;
}

function nothingWords({ plan, manner }: Telling, dir: string): string {
  const nothing = manner.voice.nothing.replace(/\.$/, "");
  if (plan.withheld.length > 0 || !plan.live.complete) return nothing;
  return `${nothing} · Identity Center matches ${dirWords(dir)} (${countsWords(plan.declared.counts)})`;
}

function peopleWords(gained: number, lost: number): string {
  if (gained === 0 && lost === 0) return "Nobody gains or loses access";
  if (lost === 0) return `${count(gained, "person gains", "people gain")} access`;
  if (gained === 0) return `${count(lost, "person loses", "people lose")} access`;
  return `${count(gained, "person gains", "people gain")} access, ${digits(lost)} ${lost === 1 ? "loses" : "lose"}`;
}

/** Why not all of it is done, or not known. */
function reservations({ plan, detail }: Telling): readonly string[] {
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${count(errors.length - 1, "more error")})` : "";
  return [
    ...(first === undefined
      ? []
      : [`refused: ${cut(first.message.trim().replace(/\.$/, ""), Math.min(detail.signs, 300))}${more}`]),
    ...(plan.withheld.length === 0 ? [] : [`${count(plan.withheld.length, "change")} withheld`]),
    ...(plan.live.complete ? [] : ["Identity Center could not be read whole"]),
  ];
}
