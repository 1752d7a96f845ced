import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { safeJsonLine } from "../report/untrusted.js";
import type { AuditTrail } from "../run/audit.js";
import { fileError } from "./atomic-file.js";
import type { Context } from "./execute.js";

type Waiting = {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

/** The file that is asked for, until the command ends; null when none is. Throws a UsageError when it cannot be opened. */
export async function auditTrail(
  file: string | null,
  { atEnd }: Pick<Context<object>, "atEnd">,
): Promise<AuditTrail | null> {
  if (file === null) return null;
  const opened = await openAuditFile(file);
  atEnd(opened.close);
  return opened;
}

/**
 * A file to which lines are appended, each on the disk before `append` resolves. Those that come while others are being
 * written wait and go together, in their order. After a line that could not be written none is: the file would have a hole.
 */
export async function openAuditFile(file: string): Promise<AuditTrail & { close: () => Promise<void> }> {
  const { handle, isRegular } = await opened(file);
  let waiting: Waiting[] = [];
  let isWriting = false;
  let failure: Error | null = null;

  async function write(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await put(batch.map(({ text }) => text).join(""));
      for (const { resolve, reject } of batch)
        if (failure === null) resolve();
        else reject(failure);
    }
    isWriting = false;
  }

  async function put(text: string): Promise<void> {
    if (failure !== null) return;
    try {
      const isBehindPart = isRegular && (await endsInPart(handle));
      await handle.appendFile(isBehindPart ? `\n${text}` : text);
      // What is no regular file, such as a pipe to somebody who keeps the lines, has no disk to be on.
      if (isRegular) await handle.sync();
    } catch (error) {
      failure = fileError(`The audit file ${file} could not be written`, error);
    }
  }

  return {
    run: randomUUID(),
    append: async (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ text: safeJsonLine(line), resolve, reject });
        if (!isWriting) void write();
      }),
    close: async () => handle.close(),
  };
}

async function opened(file: string): Promise<{ readonly handle: FileHandle; readonly isRegular: boolean }> {
  try {
    // Somebody who reads a pipe must be seen to leave it, as is not by one who could read it, too.
    const isPipe = (await stat(file).catch(() => null))?.isFIFO() === true;
    const handle = isPipe ? await openPipe(file) : await open(file, "a+", 0o600);
    return { handle, isRegular: (await handle.stat()).isFile() };
  } catch (error) {
    throw fileError(`The audit file ${file} could not be opened`, error);
  }
}

/** How often, and with what pauses (ms), a pipe is looked at that nobody reads: somebody may be about to. */
const looks = 50;
const pause = 100;

/** Opening a pipe that nobody reads would wait for as long as that is so, and no Ctrl-C would end it. */
async function openPipe(file: string): Promise<FileHandle> {
  for (let look = 1; ; look += 1) {
    try {
      const probe = await open(file, constants.O_WRONLY | constants.O_NONBLOCK);
      try {
        return await open(file, "a");
      } finally {
        await probe.close();
      }
    } catch (error) {
      const isUnread = error instanceof Error && "code" in error && error.code === "ENXIO";
      if (!isUnread || look === looks) throw error;
      await setTimeout(pause);
    }
  }
}

/** Whether its last line has no end: whoever wrote it was stopped in the middle, and what follows must not join it. */
async function endsInPart(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer.toString() !== "\n";
}
