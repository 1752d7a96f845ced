import type { AccessChange, Plan } from "../../model/plan.js";
import { count, digits } from "../../model/plural.js";
import { ofFiles } from "../shares.js";
import { accessWords, countsWords, dirWords, driftAccessWords, outlives, stepsOf } from "../summary.js";
import { cut } from "./escape.js";
import { people } from "./people.js";
import { broadens } from "./permission-sets.js";
import { permissionSetChanges } from "./telling.js";
import type { Telling } from "./telling.js";

/** The first line of a plan's comment: `3 people gain access, 1 loses · 1 change broadens a policy · refused: …`. */
export function planVerdict(telling: Telling, dir: string): string {
  const { plan } = telling;
  if (plan.changes.length === 0) return [nothingWords(telling, dir), ...reservations(telling)].join(" · ");
  const ours = ofFiles(plan);
  const earlier = plan.changes.length - ours.changes.length;
  const broader = permissionSetChanges(ours.changes).filter((change) => broadens(change, telling)).length;
  return [
    ours.changes.length === 0
      ? "This change does nothing in Identity Center"
      : accessWords({ gained: people(ours.access.gained), lost: people(ours.access.lost) }),
    ...(broader === 0 ? [] : [`${count(broader, "change broadens", "changes broaden")} a policy`]),
    ...reservations(telling),
    ...(earlier === 0 ? [] : [earlierWords(earlier, telling)]),
  ].join(" · ");
}

/** Whoever agrees to a plan agrees to these, too, so what they do to people stands in the same line. */
function earlierWords(earlier: number, { plan }: Telling): string {
  const others = (rows: readonly AccessChange[]): number =>
    people(rows.filter(({ cause }) => cause !== "config"));
  const access = { gained: others(plan.access.gained), lost: others(plan.access.lost) };
  const was = `${count(earlier, "difference was", "differences were")} there before this change`;
  return access.gained + access.lost === 0 ? was : `${was}, by which ${accessWords(access)}`;
}

/** `5 changes: 2 to add, 1 to put in force, 2 to remove.`; nothing when there are none. */
export function planCounts({ changes, summary }: Plan): string {
  const told = stepsOf(summary).flatMap(([number, words]) =>
    number === 0 ? [] : [`${digits(number)} ${words}`],
  );
  return told.length === 0 ? "" : `${count(changes.length, "change")}: ${told.join(", ")}.`;
}

/** The first line of a drift issue. */
export function driftVerdict(telling: Telling, dir: string): string {
  const { plan } = telling;
  if (plan.changes.length === 0) return [nothingWords(telling, dir), ...reservations(telling)].join(" · ");
  const broader = permissionSetChanges(plan.changes).filter((change) => broadens(change, telling)).length;
  return [
    count(plan.changes.length, "difference"),
    ...driftAccessWords(plan.summary),
    ...(broader === 0
      ? []
      : [`${count(broader, "permission set allows", "permission sets allow")} more than the files say`]),
    ...reservations(telling),
  ].join(" · ");
}

function nothingWords({ plan, manner }: Telling, dir: string): string {
  const nothing = manner.voice.nothing.replace(/\.$/, "");
  if (plan.withheld.length > 0 || !plan.live.complete) return nothing;
  if (outlives(plan)) return "Access that is over is still in force";
  if (plan.live.targeted) return `${nothing} · What was read matches ${dirWords(dir)}`;
  return `${nothing} · Identity Center matches ${dirWords(dir)} (${countsWords(plan.declared.counts)})`;
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
