import { randomUUID } from "node:crypto";
import { chmod, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { UsageError } from "./failure.js";

/**
 * Writes a file whole or not at all: under another name first, which then takes its place. A link is written through,
 * not replaced, and so is what is no regular file: renaming onto /dev/null would leave the machine without one. Throws
 * a UsageError when it cannot be written.
 */
export async function writeFileAtomic(file: string, content: string, mode: number): Promise<void> {
  const target = await realpath(file).catch(() => file);
  try {
    if (await isDevice(target)) await writeFile(target, content);
    else await writeAndRename(target, content, mode);
  } catch (error) {
    throw fileError(`${file} could not be written`, error);
  }
}

/** A device, a pipe, a socket: something to write to that cannot be replaced. */
async function isDevice(target: string): Promise<boolean> {
  const found = await stat(target).catch(() => null);
  return found !== null && !found.isFile() && !found.isDirectory();
}

async function writeAndRename(target: string, content: string, mode: number): Promise<void> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // The mode given to open() is cut by the umask.
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What the system says of a file, as a sentence. */
export function fileError(what: string, error: unknown): UsageError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EACCES: "permission denied",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of its path is no folder",
    ENOSPC: "the disk is full",
    ENXIO: "nobody reads what is written to it",
    EROFS: "the file system is read-only",
  };
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  return new UsageError(`${what}: ${reason ?? (error instanceof Error ? error.message : String(error))}.`);
}
