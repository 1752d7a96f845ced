import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessFiles, writeFiles } from "./access-files.js";

/** Writes the organization's access files to a folder, hands it to `work`, and clears it away. */
export async function withFolder(organization, work) {
  const folder = await mkdtemp(join(tmpdir(), "idc-bench-"));
  try {
    const files = accessFiles(organization);
    await writeFiles(join(folder, "access"), files);
    const bytes = [...files.values()].reduce((total, text) => total + Buffer.byteLength(text), 0);
    return await work({ folder, access: join(folder, "access"), files: files.size, bytes });
  } finally {
    await rm(folder, { recursive: true });
  }
}
