/** What cannot be written to an AWS configuration file, and what to do about it. */
export class ProfilesError extends Error {
  override readonly name = "ProfilesError";
  readonly code: "profile-conflict" | "profiles-block-damaged" | "profile-value";
  readonly help: string;

  constructor(code: ProfilesError["code"], message: string, help: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}

/**
 * An AWS configuration file with `generated` (what `renderProfiles` gives) between two marks of ours: in place of the
 * block that is there, or at the end. Every byte outside the marks stays. Throws a ProfilesError when a section outside
 * has a name that the block needs (the AWS CLI refuses a file with two sections of one name, and other readers join
 * them), or when the marks do not stand in one pair.
 */
export function mergeProfiles(existing: string, generated: string): string {
  const lines = existing.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  const { before, after } = aroundBlock(lines);
  refuseConflicts([...before, ...after], generated);
  refuseStraySettings(after);
  const lineEnd = existing.includes("\r\n") ? "\r\n" : "\n";
  return [separated(before.join(""), lineEnd, after), block(generated, lineEnd), after.join("")].join("");
}

const beginMark = "# >>> idc profiles >>>";
const endMark = "# <<< idc profiles <<<";

function aroundBlock(lines: readonly string[]): { before: readonly string[]; after: readonly string[] } {
  const begins = indexesOf(lines, beginMark);
  const ends = indexesOf(lines, endMark);
  const [begin] = begins;
  const [end] = ends;
  if (begin === undefined && end === undefined) return { before: lines, after: [] };
  if (begin === undefined || end === undefined || begins.length + ends.length > 2 || end < begin) {
    throw new ProfilesError(
      "profiles-block-damaged",
      `The lines "${beginMark}" and "${endMark}" must stand in the file once each, in this order, and they do not.`,
      "Remove both lines and the profiles that idc wrote between them, then write the file again.",
    );
  }
  return { before: lines.slice(0, begin), after: lines.slice(end + 1) };
}

function indexesOf(lines: readonly string[], mark: string): readonly number[] {
  return lines.flatMap((line, index) => (line.trim() === mark ? [index] : []));
}

function refuseConflicts(others: readonly string[], generated: string): void {
  const ours = new Set(generated.split("\n").flatMap(sectionOf));
  const taken = others.flatMap(sectionOf).filter((section) => ours.has(section));
  if (taken.length === 0) return;
  const names = [...new Set(taken)].map((section) => `[${section}]`).join(", ");
  throw new ProfilesError(
    "profile-conflict",
    `The file already has ${names} outside the part that idc wrote, and no name may stand there twice.`,
    "Rename or remove what is there, or write to another file and name that in AWS_CONFIG_FILE.",
  );
}

/**
 * The section that a line opens, as `profile NAME` or `sso-session NAME`. Readers differ in what they make of quotes,
 * backslashes, indentation and text after the bracket; here every doubt counts as a section, since a conflict too many
 * is an error message and one too few breaks the file.
 */
function sectionOf(line: string): readonly string[] {
  const match = /^\[\s*(profile|sso-session)[^\s\]]*\s([^\]]*)\]/.exec(line.trim());
  return match === null ? [] : [`${match[1]} ${(match[2] ?? "").replace(/["'\\]/g, "").trim()}`];
}

/** Settings right after the block would belong to its last profile, and to another one after the next writing. */
function refuseStraySettings(after: readonly string[]): void {
  const next = after.find((line) => !/^\s*(?:[#;]|$)/.test(line));
  if (next === undefined || next.trimStart().startsWith("[")) return;
  throw new ProfilesError(
    "profiles-block-damaged",
    `Settings follow the line "${endMark}" without a section of their own, so they would change the profile above it.`,
    "Put a [profile …] line before them, or remove them.",
  );
}

/** What stands before the block, with the line end that a new block needs, and an empty line where it is appended. */
function separated(before: string, lineEnd: string, after: readonly string[]): string {
  if (before === "" || after.length > 0) return before;
  const ended = /[\r\n]$/.test(before) ? before : before + lineEnd;
  return /(?:^|\n|\r(?!\n))[^\S\r\n]*(?:\r\n|\r|\n)$/.test(ended) ? ended : ended + lineEnd;
}

function block(generated: string, lineEnd: string): string {
  const note = "# Written by idc profiles, which replaces everything between these marks.";
  return [beginMark, note, ...generated.trimEnd().split("\n"), endMark, ""].join(lineEnd);
}
