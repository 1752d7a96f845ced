import type { Diagnostic, Source } from "../model/diagnostic.js";
import { error, quoted, warning } from "./fault.js";
import type { Report } from "./fault.js";
import { placeText } from "./lines.js";
import { codeOf, firstDifference, foreignLetter, skeleton, unseenSign } from "./look-alikes.js";

type Named = { readonly name: string; readonly source: Source };

type Twin = { readonly earlier: Named; readonly differs: "in-case" | "unseen" };

/** Remembers names, and gives the earlier one that a name could be taken for; null for that name itself. */
export function twinFinder(): (named: Named) => Twin | null {
  const byCase = new Map<string, Named>();
  const byLook = new Map<string, Named>();
  return (named) => {
    const folded = named.name.toLowerCase();
    const same = byCase.get(folded);
    if (same !== undefined) return same.name === named.name ? null : { earlier: same, differs: "in-case" };
    const look = skeleton(named.name);
    const alike = byLook.get(look);
    if (alike !== undefined) return { earlier: alike, differs: "unseen" };
    byCase.set(folded, named);
    byLook.set(look, named);
    return null;
  };
}

/** What to tell of a name that could be taken for an earlier one. */
export function twinFault({ name, source }: Named, { earlier, differs }: Twin, help: string): Diagnostic {
  const there = `${quoted(earlier.name)} at ${placeText(earlier.source)}`;
  switch (differs) {
    case "in-case":
      return error("case-twins", source, `${quoted(name)} differs only in case from ${there}.`, help);
    case "unseen": {
      const where = firstDifference(name, earlier.name);
      const message = `${quoted(name)} looks like ${there} and is another name: ${where}.`;
      return error("look-alikes", source, message, help);
    }
  }
}

/** Reports names that people take for the same, or the service does: those that look alike, and those that differ only in case. */
export function reportTwins(
  declared: ReadonlyMap<string, { readonly source: Source }>,
  report: Report,
  { isCaseTold }: { readonly isCaseTold: boolean },
): void {
  const twinOf = twinFinder();
  for (const [name, { source }] of declared) {
    const twin = twinOf({ name, source });
    if (twin !== null && (isCaseTold || twin.differs === "unseen"))
      report(twinFault({ name, source }, twin, "Give one of them another name."));
  }
}

/**
 * Warns of a name that is not what it seems to be. No more than that: it may be somebody's name in Identity Center, where
 * a user's cannot be changed.
 */
export function reportDisguise({ name, source }: Named, report: Report): void {
  const foreign = foreignLetter(name);
  if (foreign !== null) {
    const message = `${quoted(name)} has Latin letters and ${codeOf(foreign.letter)} among them, which looks like "${foreign.like}".`;
    report(warning("mixed-alphabets", source, message, "Write it in one alphabet, unless this is its name."));
  }
  const sign = unseenSign(name);
  if (sign !== null) {
    const message = `${quoted(name)} holds ${codeOf(sign)}, which nobody sees.`;
    report(warning("invisible-sign", source, message, "Take it out, unless this is its name."));
  }
}
