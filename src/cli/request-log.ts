import { closeSync, openSync, writeSync } from "node:fs";
import type { LogEntry } from "../sandbox/sandbox.js";
import { fileError } from "./atomic-file.js";

/** A file with one JSON line a request. Written at once: whoever made a request can read its line when the answer is there. */
export function openRequestLog(file: string): { write: (entry: LogEntry) => void; close: () => void } {
  const handle = open(file);
  return {
    write: (entry) => void writeSync(handle, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(handle),
  };
}

function open(file: string): number {
  try {
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw fileError(`The log ${file} could not be opened`, error);
  }
}
