import type { Source } from "../model/diagnostic.js";

/**
 * Gives the line of a place, without its end; undefined where there is none. It goes on from the place before: places come
 * by file and line, and a file of a million lines is not gone through for each of its faults.
 */
export function lineFinder(files: ReadonlyMap<string, string>): (source: Source) => string | undefined {
  let at = { file: "", line: 1, start: 0 };
  return ({ file, line }) => {
    const text = files.get(file);
    if (text === undefined) return undefined;
    if (file !== at.file || line < at.line) at = { file, line: 1, start: 0 };
    for (; at.line < line; at.line += 1) {
      const end = text.indexOf("\n", at.start);
      if (end === -1) return undefined;
      at.start = end + 1;
    }
    const end = text.indexOf("\n", at.start);
    const found = text.slice(at.start, end === -1 ? undefined : end);
    return found.endsWith("\r") ? found.slice(0, -1) : found;
  };
}
