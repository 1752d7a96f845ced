import { matchesGlob } from "../model/glob.js";
import { limitsByFile, lineOf } from "./delegation-limits.js";
import { error, quoted, warning } from "./fault.js";
import type { Report } from "./fault.js";
import { foldersMeantBy, matchesFilePattern } from "./file-pattern.js";
import { kindWords, namedKinds } from "./named-kinds.js";
import type { NamedKind } from "./named-kinds.js";
import { startOf } from "./read-files.js";
import type { AsRead } from "./written.js";

/** Reports delegations that do not hold what they seem to hold: a team that nothing limits is not seen otherwise. */
export function checkDelegationSettings(written: AsRead, settingsPath: string, report: Report): void {
  const held = limitsByFile(written.files, { delegations: written.delegations, commit: null });
  for (const { files, source } of written.delegations) {
    const pattern = files.value;
    const matching = [...written.files].filter(([, { name }]) => matchesFilePattern(pattern, name));
    if (matching.length === 0)
      report(
        error(
          "delegation-without-files",
          files.source,
          `${quoted(pattern)} matches no file, so this delegation limits nobody.`,
          "Correct the pattern. It is relative to the access folder, and teams/payments/** means all files below teams/payments. For a team that has no file yet, add an empty one.",
        ),
      );
    if (matching.some(([path]) => path === settingsPath))
      report(
        error(
          "delegated-settings",
          files.source,
          `${quoted(pattern)} matches ${settingsPath}, which says what is delegated.`,
          "Write a narrower pattern, such as teams/payments/**.",
        ),
      );
    reportUndelegated(written.files, held, { pattern, place: lineOf(source) }, report);
  }
  reportIdleGlobs(written, report);
}

/**
 * Files beside those that a delegation means. Whoever owns a folder may add a file to it; one that a pattern such as *.yaml
 * leaves out would be free to declare anything.
 */
function reportUndelegated(
  files: AsRead["files"],
  held: ReadonlyMap<string, unknown>,
  { pattern, place }: { readonly pattern: string; readonly place: string },
  report: Report,
): void {
  const folders = foldersMeantBy(pattern);
  if (folders === null) return;
  for (const [path, { name }] of files)
    if (!held.has(path) && matchesFilePattern(`${folders}/**`, name))
      report(
        error(
          "undelegated-file",
          startOf(path),
          `This file lies in a folder of which ${place} delegates ${quoted(pattern)}, and no delegation takes it in: nothing would limit it.`,
          `Write ${quoted(`${folders}/**`)} there, or move the file to another folder.`,
        ),
      );
}

/** Globs that match no name the files declare or use. Names without a glob have to be there, which references tell. */
function reportIdleGlobs(written: AsRead, report: Report): void {
  const names = namesIn(written);
  for (const delegation of written.delegations)
    for (const kind of namedKinds)
      for (const { value, source } of delegation[kind])
        if (value.includes("*") && !names[kind].some((name) => matchesGlob(value, name)))
          report(
            warning(
              "delegation-without-effect",
              source,
              `${quoted(value)} matches no ${kindWords[kind].one} that any file names.`,
            ),
          );
}

function namesIn(written: AsRead): Readonly<Record<NamedKind, readonly string[]>> {
  const { assignments, removed, groups } = written;
  const rules = [...assignments, ...removed.assignments];
  const members = [...groups.values()].flatMap((group) => group.members);
  const used = {
    users: [...members, ...rules.flatMap((rule) => rule.users), ...removed.users],
    groups: [...rules.flatMap((rule) => rule.groups), ...removed.groups],
    permissionSets: [...rules.flatMap((rule) => rule.permissionSets), ...removed.permissionSets],
  };
  const all = (kind: NamedKind): readonly string[] => [
    ...new Set([...written[kind].keys(), ...used[kind].map(({ value }) => value)]),
  ];
  return { users: all("users"), groups: all("groups"), permissionSets: all("permissionSets") };
}
