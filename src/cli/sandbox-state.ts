import { existsSync } from "node:fs";
import type { Store } from "../sandbox/store.js";
import { UsageError } from "./failure.js";

/** The sandbox's state from its file. A file that is there and cannot be used stays as it is, and the error says so. */
export async function openState(file: string): Promise<Store> {
  const [{ openStore }, { SandboxStateError }] = await Promise.all([
    import("../sandbox/store.js"),
    import("../sandbox/state.js"),
  ]);
  try {
    return await openStore(file);
  } catch (error) {
    if (!(error instanceof SandboxStateError) || !existsSync(file)) throw error;
    throw new UsageError(
      error.message,
      "The file was left as it is. Name another one with --state, or delete it to start with an empty Identity Center.",
    );
  }
}
