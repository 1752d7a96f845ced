/**
 * A sandbox's state in a file: read once, then written whole after changes, by way of a second file that takes
 * the first one's place, so that whoever reads it never sees half a state.
 */
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Organization } from "./organization.js";
import { newState, type SandboxState } from "./state.js";
import { deserialize, SandboxStateError, serialize } from "./state-file.js";

export type Store = {
  readonly state: SandboxState;
  /** To be called after a change: the file is written within 100 ms. */
  readonly changed: () => void;
  /** Writes what is not written yet; rejects with a SandboxStateError when that fails. */
  flush(): Promise<void>;
};

/** Well within the 100 ms that are promised, so that the writing itself fits too. */
const delayMs = 50;

/** @throws SandboxStateError with one sentence for a file that is missing, unreadable or damaged. */
export async function openStore(file: string): Promise<Store> {
  const state = await readState(file);
  let dirty = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  /** One writing at a time; what changes meanwhile is written by the next one. */
  async function write(): Promise<void> {
    if (!dirty) return;
    dirty = false;
    try {
      await replaceFile(file, serialize(state));
    } catch (error) {
      dirty = true;
      throw stateError(`The sandbox's state could not be written to ${file}`, error);
    }
  }

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.catch(ignore).then(write);
    await writing;
  }

  return {
    state,
    changed() {
      dirty = true;
      // A failure in the background keeps the state dirty: the next change or flush tries again, and tells.
      timer ??= setTimeout(() => void flush().catch(ignore), delayMs);
    },
    flush,
  };
}

/**
 * Makes a state file for an empty Identity Center.
 * @throws SandboxStateError when the file exists: a state is never overwritten.
 */
export async function initStateFile(file: string, organization: Organization): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, serialize(newState(organization)), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (errorCode(error) === "EEXIST")
      throw new SandboxStateError(`${file} exists already: choose another file, or delete it first.`);
    throw stateError(`The sandbox's state could not be written to ${file}`, error);
  }
}

async function readState(file: string): Promise<SandboxState> {
  let stateText: string;
  try {
    stateText = await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT")
      throw new SandboxStateError(`There is no sandbox state in ${file}: make one with "idc sandbox init".`);
    throw stateError(`The sandbox's state could not be read from ${file}`, error);
  }
  try {
    return deserialize(stateText);
  } catch (error) {
    if (error instanceof SandboxStateError) throw new SandboxStateError(`${file}: ${error.message}`);
    throw error;
  }
}

async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function stateError(what: string, cause: unknown): SandboxStateError {
  const problem = errorCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new SandboxStateError(`${what}: ${problem}.`);
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

function ignore(): void {
  // The failure is kept and told where somebody waits for it.
}
