// Parses every file of a folder with `yaml` and does nothing with them: what no reader of them can do without.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";

const folder = process.argv[2];
for (const file of await readdir(folder, { recursive: true })) {
  if (!file.endsWith(".yaml")) continue;
  const { errors } = parseDocument(await readFile(join(folder, file), "utf8"));
  if (errors.length > 0) throw errors[0];
}
