import { SourceTreeError } from "../../src/declare/source-tree.js";
import type { SourceTree } from "../../src/declare/source-tree.js";

/** A folder `access` that holds these files; keys are paths below it. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): SourceTree {
  const byPath = new Map(Object.entries(files).map(([name, content]) => [`access/${name}`, content]));
  return {
    folder: "access",
    async *list() {
      yield* byPath.keys();
    },
    origin: async (path) => path,
    async read(path) {
      const content = byPath.get(path);
      if (content === undefined) {
        const message = `There is no ${path}.`;
        throw new SourceTreeError([{ path, code: "no-such-file", message, help: null }]);
      }
      return typeof content === "string" ? new TextEncoder().encode(content) : content;
    },
  };
}
