import type { Written } from "./written.js";
import { error, quoted, warning } from "./fault.js";
import type { Report } from "./fault.js";
import { childOf, entriesOf, itemsOf, textOf } from "./node.js";
import type { Located, Node } from "./node.js";

/**
 * The instant, in milliseconds since the epoch, from which what `text` limits is over: a date holds through the end of
 * that day, UTC. Null for what the calendar does not have, such as the 30th of February.
 */
export function endOf(text: string): number | null {
  const [date = "", time] = text.split("T");
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes the 31st of April for the 1st of May.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return null;
  const end = time === undefined ? midnight + 24 * 3_600_000 : Date.parse(text);
  return Number.isNaN(end) ? null : Math.min(end, lastInstant);
}

/** After this, years have five digits, which no other program expects. */
const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What stands behind `expires`; null when there is nothing, or what the checks of its file have refused. */
export function readExpiry(node: Node | undefined): Located<number> | null {
  const text = textOf(node);
  const end = text === null ? null : endOf(text);
  return node === undefined || end === null ? null : { value: end, source: node.source };
}

/** Whether it is over at `now`, in milliseconds since the epoch. */
export function isOver({ value }: Located<number>, now: number): boolean {
  return value <= now;
}

/** Reports every `expires` of a file that no calendar has, and those of removals, which have no end. */
export function reportExpiries(root: Node, report: Report): void {
  const members = [...entriesOf(childOf(root, "groups")).values()].flatMap(({ node }) =>
    itemsOf(childOf(node, "members")),
  );
  for (const item of [...members, ...itemsOf(childOf(root, "assignments"))]) {
    const node = childOf(item, "expires");
    const text = textOf(node);
    if (node === undefined || text === null || !writtenMoment.test(text) || endOf(text) !== null) continue;
    report(
      error("date-or-time", node.source, `${quoted(text)} is no day of the calendar, or no time of a day.`),
    );
  }
  for (const rule of itemsOf(childOf(childOf(root, "removed"), "assignments"))) {
    const entry = entriesOf(rule).get("expires");
    if (entry !== undefined)
      report(error("unknown-key", entry.key, `A removal takes no "expires".`, "Take it out."));
  }
}

/** What the schema lets through; the rest is reported as that. */
const writtenMoment = /^\d{4}-\d{2}-\d{2}(T|$)/;

/** Tells of every `expires` that is over: it gives nothing any more, and whoever reads the file may think it does. */
export function reportExpired(
  { groups, assignments }: Omit<Written, "digest">,
  now: number,
  report: Report,
): void {
  const members = [...groups.values()].flatMap((group) => group.members.map(({ expires }) => expires));
  for (const expires of [...members, ...assignments.map((rule) => rule.expires)])
    if (expires !== null && isOver(expires, now))
      report(
        warning(
          "expired",
          expires.source,
          `This has been over since ${new Date(expires.value).toISOString().replace(".000Z", "Z")} and gives nothing any more.`,
          "Take it out, or write a later end.",
        ),
      );
}
