import type { Source } from "../model/diagnostic.js";
import { digits } from "../model/plural.js";
import { error, quoted } from "./fault.js";
import type { Report } from "./fault.js";
import { placeText } from "./lines.js";
import { childOf, entriesOf } from "./node.js";
import type { Entry } from "./node.js";
import type { File } from "./read-files.js";

/** More than Identity Center takes of anything: an identity store has room for 100,000 users and as many groups. */
const mostDeclared = 250_000;

/** What all files together declare under one top-level key, by name. What is declared twice is reported and read once. */
export function collect<T>(
  files: readonly File[],
  section: string,
  read: (entry: Entry, file: File, name: string) => T,
  report: Report,
): ReadonlyMap<string, T> {
  const collected = new Map<string, T>();
  const places = new Map<string, Source>();
  for (const file of files) {
    if (file.root === null) continue;
    for (const [name, entry] of entriesOf(childOf(file.root, section))) {
      const earlier = places.get(name);
      if (earlier !== undefined) {
        const message = `${quoted(name)} is declared here and at ${placeText(earlier)}.`;
        report(error("declared-twice", entry.key, message, "Keep one of the two."));
        continue;
      }
      if (places.size === mostDeclared) {
        const message = `With this, there are more than ${digits(mostDeclared)} ${section}.`;
        report(error("too-many", entry.key, message, "Identity Center has room for fewer."));
        return collected;
      }
      places.set(name, entry.key);
      collected.set(name, read(entry, file, name));
    }
  }
  return collected;
}
