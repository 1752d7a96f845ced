import type { Settings } from "../model/declared.js";
import type { Source } from "../model/diagnostic.js";
import { matchesAnyGlob } from "../model/glob.js";
import { listedTwice } from "./check-permission-set.js";
import { error, quoted, suggester } from "./fault.js";
import type { Report } from "./fault.js";
import { placeText } from "./lines.js";
import { firstDifference, skeleton } from "./look-alikes.js";
import { kindWords, namedKinds } from "./named-kinds.js";
import type { NamedKind } from "./named-kinds.js";
import type { Located } from "./node.js";
import { reportDisguise, twinFault, twinFinder } from "./twins.js";
import type { Written } from "./written.js";

/**
 * Reports names that nothing declares (where everything must be declared), names that are ignored, and removals that
 * contradict what is declared. `isExcused` tells of a name that nothing more shall be said of it.
 */
export function checkReferences(
  written: Omit<Written, "digest">,
  isExcused: (name: Located<string>) => boolean,
  report: Report,
): void {
  const { settings, removed } = written;
  const reportTwin = twinsOf(written, report);
  const alikeOf = alikeAmong(written);
  const suggestion = suggester();
  const check = (kind: NamedKind, named: Located<string>) => {
    const { value: name, source } = named;
    if (reportIgnored(settings, kind, name, source, report)) return;
    if (settings.manage[kind] !== "all") return reportTwin(kind, named);
    if (written[kind].has(name) || isExcused(named)) return;
    const { one, unknown } = kindWords[kind];
    const alike = alikeOf(kind, name);
    const meant = alike === "" ? suggestion(name, () => written[kind].keys()) : alike;
    const help = meant === "" ? `Declare it under ${kind}, or correct the name.` : null;
    report(error(unknown, source, `${quoted(name)} is not a declared ${one}.${meant}`, help));
  };
  const checkList = (kind: NamedKind, list: readonly Located<string>[]) => {
    for (const fault of listedTwice(list)) report(fault);
    for (const name of list) check(kind, name);
  };

  for (const kind of namedKinds)
    for (const [name, { source }] of written[kind]) reportIgnored(settings, kind, name, source, report);
  for (const { members } of written.groups.values()) checkList("users", members);
  for (const rule of [...written.assignments, ...removed.assignments]) {
    checkList("groups", rule.groups);
    checkList("users", rule.users);
    checkList("permissionSets", rule.permissionSets);
  }
  for (const delegation of written.delegations)
    for (const kind of namedKinds)
      checkList(
        kind,
        delegation[kind].filter(({ value }) => !value.includes("*")),
      );
  checkRemovals(written, reportTwin, report);
}

type ReportTwin = (kind: NamedKind, named: Located<string>) => void;

/**
 * Reports a name that could be taken for one that is declared or was used before: where names need not be declared,
 * nothing else would say that two spellings of one name stand for two.
 */
function twinsOf(written: Omit<Written, "digest">, report: Report): ReportTwin {
  const met = perKind((kind) => {
    const twinOf = twinFinder();
    for (const [name, { source }] of written[kind]) twinOf({ name, source });
    return { twinOf, names: new Set<string>() };
  });
  return (kind, { value: name, source }) => {
    const { twinOf, names } = met(kind);
    if (written[kind].has(name)) return;
    const twin = twinOf({ name, source });
    if (twin !== null) report(twinFault({ name, source }, twin, "Write it in the same way everywhere."));
    if (kind !== "permissionSets" && !names.has(name)) reportDisguise({ name, source }, report);
    names.add(name);
  };
}

/** A declared name that looks like one that is not, as a sentence to add: "did you mean" would show the same word twice. */
function alikeAmong(written: Omit<Written, "digest">): (kind: NamedKind, name: string) => string {
  const declared = perKind(
    (kind) => new Map([...written[kind].keys()].map((name) => [skeleton(name), name])),
  );
  return (kind, name) => {
    const alike = declared(kind).get(skeleton(name));
    return alike === undefined || alike.toLowerCase() === name.toLowerCase()
      ? ""
      : ` It looks like ${quoted(alike)}, which is another name: ${firstDifference(name, alike)}.`;
  };
}

/** What is made of each kind when it is first asked for. */
function perKind<T>(make: (kind: NamedKind) => T): (kind: NamedKind) => T {
  const made = new Map<NamedKind, T>();
  return (kind) => {
    const found = made.get(kind) ?? make(kind);
    made.set(kind, found);
    return found;
  };
}

function checkRemovals(written: Omit<Written, "digest">, reportTwin: ReportTwin, report: Report): void {
  const { settings, removed } = written;
  const uses = usesIn(written);
  for (const kind of namedKinds) {
    for (const fault of listedTwice(removed[kind])) report(fault);
    for (const { value: name, source } of removed[kind]) {
      if (
        reportNeedless(settings, kind, source, report) ||
        reportIgnored(settings, kind, name, source, report)
      )
        continue;
      reportTwin(kind, { value: name, source });
      const declared = written[kind].get(name)?.source;
      const used = uses[kind].get(name);
      const place = declared ?? used;
      if (place !== undefined) {
        const how = declared === undefined ? "used" : "declared";
        const message = `${quoted(name)} is to be removed here and ${how} at ${placeText(place)}.`;
        report(error("removed-and-declared", source, message, "Take one of the two out."));
      }
    }
  }
  for (const { source } of removed.assignments) reportNeedless(settings, "assignments", source, report);
}

/** Where each name is used by what shall be: a member list, a rule. */
function usesIn({
  groups,
  assignments,
}: Omit<Written, "digest">): Readonly<Record<NamedKind, ReadonlyMap<string, Source>>> {
  const members = [...groups.values()].flatMap((group) => group.members);
  const places = (names: readonly Located<string>[]) =>
    new Map(names.map(({ value, source }) => [value, source]));
  return {
    users: places([...members, ...assignments.flatMap((rule) => rule.users)]),
    groups: places(assignments.flatMap((rule) => rule.groups)),
    permissionSets: places(assignments.flatMap((rule) => rule.permissionSets)),
  };
}

/** Removal lists are for kinds of which only what is declared is owned: where all is owned, leaving the files is enough. */
function reportNeedless(
  settings: Settings,
  kind: keyof Settings["manage"],
  source: Source,
  report: Report,
): boolean {
  const ownership = settings.manage[kind];
  if (ownership === "declared") return false;
  const isElsewhere =
    settings.identitySource !== "identity-center" && (kind === "users" || kind === "groups");
  const why = isElsewhere
    ? `the identity source is ${settings.identitySource}, where ${kind} are kept`
    : `${kind} are managed as "${ownership}"`;
  const message = `A removal is for kinds managed as "declared", and ${why}.`;
  const help =
    ownership === "all"
      ? "Take it out: what the files do not declare is removed already."
      : "Take it out: what is not managed is never removed.";
  report(error("needless-removal", source, message, help));
  return true;
}

function reportIgnored(
  settings: Settings,
  kind: NamedKind,
  name: string,
  source: Source,
  report: Report,
): boolean {
  if (!matchesAnyGlob(settings.ignore[kind], name)) return false;
  const message = `The ${kindWords[kind].one} ${quoted(name)} is ignored by identityCenter.ignore.${kind}, so nothing may name it.`;
  const byDefault = kind === "users" ? "" : ' (["AWS*"] where nothing is written)';
  const help = `Take it out here, or narrow the ignore list in settings.yaml${byDefault}.`;
  report(error("ignored-name", source, message, help));
  return true;
}
