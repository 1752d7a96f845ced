import { matchesGlob } from "../model/glob.js";

/**
 * Whether `path` matches `pattern`, both relative to the access folder and with `/` between their segments: `*` stands for
 * any run of characters within a segment, a segment `**` for any number of folders (none, too), and at the end for every
 * file below. Every other character stands for itself, a dot in front is like any other, case counts. Segments between two
 * `**` are taken where they fit first, so nothing is tried twice.
 */
export function matchesFilePattern(pattern: string, path: string): boolean {
  const names = path.split("/");
  const [head = [], ...middle] = runsOf(pattern);
  const tail = middle.pop();
  if (tail === undefined) return head.length === names.length && fits(head, names, 0);
  if (!fits(head, names, 0)) return false;
  let position = head.length;
  for (const run of middle) {
    while (position + run.length <= names.length && !fits(run, names, position)) position += 1;
    position += run.length;
  }
  const start = names.length - tail.length;
  return start >= position && fits(tail, names, start);
}

/**
 * The folders, as a pattern, of which a pattern that ends in `*`, `*.yaml` or `*yaml` means all files; null for one that
 * ends otherwise. It does not take in all: not those in folders below, nor those that end in `.yml`.
 */
export function foldersMeantBy(pattern: string): string | null {
  return /^(.+)\/\*(\.[^/]*|[yaml]*)$/.exec(pattern)?.[1] ?? null;
}

/** The segments before, between and after the `**`. One at the end stands for a file, at least. */
function runsOf(pattern: string): readonly (readonly string[])[] {
  const segments = pattern.split("/");
  if (segments.at(-1) === "**") segments.push("*");
  const runs: string[][] = [[]];
  for (const segment of segments)
    if (segment === "**") runs.push([]);
    else runs.at(-1)?.push(segment);
  return runs;
}

function fits(run: readonly string[], names: readonly string[], start: number): boolean {
  return run.every((glob, index) => {
    const name = names[start + index];
    return name !== undefined && matchesGlob(glob, name);
  });
}
