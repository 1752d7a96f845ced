import { fileURLToPath } from "node:url";
import { alternate } from "./alternate.js";
import { withFolder } from "./folder.js";
import { generate } from "./organization.js";
import { idc } from "./start.js";

const parseOnly = fileURLToPath(new URL("parse-yaml.js", import.meta.url));

/**
 * `idc validate` of a generated organization's files, beside what `yaml` alone takes to parse the same files; both are
 * whole processes, from start to end. Times in milliseconds.
 * @param {import("./sizes.js").Size} size
 */
export async function measureValidate(size) {
  return withFolder(generate(size), async ({ access, files, bytes }) => ({
    files,
    bytes,
    ...alternate({ yaml: [parseOnly, access], validate: [idc, "validate", "--dir", access] }, 5),
  }));
}
