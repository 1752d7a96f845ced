import type { Source } from "../model/diagnostic.js";

/** Tells the place of an offset in a text: line and column from 1, columns in UTF-16 units as editors count them. */
export function placesIn(file: string, text: string): (offset: number) => Source {
  const starts = [0];
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** A place as people write it: `access/groups.yaml:14:9`. */
export function placeText(source: Source): string {
  return `${pathText(source.file)}:${source.line}:${source.column}`;
}

/** A path as a sentence holds it: a line end in a file's name must not end the line. */
export function pathText(path: string): string {
  return path.replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}
