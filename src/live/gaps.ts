import { LiveError, type LiveErrorKind } from "../model/live-error.js";
import type { Gap, GapScope } from "../model/snapshot.js";
import { NetworkGone, whoElseAnswers } from "./api.js";

/** What is unknown when a list of a kind could not be read: the kind, and what only has a name through it. */
export const whole = {
  user: [{ kind: "user" }, { kind: "membership" }, { kind: "assignment" }],
  group: [{ kind: "group" }, { kind: "membership" }, { kind: "assignment" }],
  permissionSet: [{ kind: "permissionSet" }, { kind: "provisioning" }, { kind: "assignment" }],
} as const satisfies Record<string, readonly GapScope[]>;

/** Collects what could not be read, so that a failed read is never mistaken for nothing being there. */
export type Gaps = {
  readonly all: readonly Gap[];
  add(covers: readonly GapScope[], error: LiveError): void;
  /** What `read` gives, or null and a gap. Rejects when the rest of the reading cannot succeed either. */
  guard<T>(covers: readonly GapScope[], read: () => Promise<T>): Promise<T | null>;
};

export function createGaps(): Gaps {
  const all: Gap[] = [];
  function add(covers: readonly GapScope[], error: LiveError): void {
    all.push({ covers, error });
  }
  return {
    all,
    add,
    async guard(covers, read) {
      try {
        return await read();
      } catch (error) {
        const failed = isStumble(error) ? nonsense(error) : error;
        if (!leavesGap(failed)) throw failed;
        add(covers, failed);
        return null;
      }
    },
  };
}

/** Whether the rest of a reading can go on without what failed in this way. */
export function leavesGap(error: unknown): error is LiveError {
  return error instanceof LiveError && error.kind !== "credentials" && !(error instanceof NetworkGone);
}

/**
 * An error of the language: an answer of another shape than the service documents was taken for one. Whatever else is no
 * LiveError is the reason why somebody has ended the reading.
 */
function isStumble(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function nonsense(error: Error): LiveError {
  return new LiveError(`An answer makes no sense to idc: ${error.message}`, {
    kind: "unexpected",
    help: whoElseAnswers,
    cause: error,
  });
}

export function isKind(error: unknown, kind: LiveErrorKind): error is LiveError {
  return error instanceof LiveError && error.kind === kind;
}

/**
 * What `read` gives of an object that was listed; null when the object is gone. "Not found" is believed only when the list
 * does not have it any more either; where the two contradict each other, the read has failed.
 */
export async function unlessGone<T>(
  read: () => Promise<T>,
  isListed: () => Promise<boolean>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!isKind(error, "not-found") || (await isListed())) throw error;
    return null;
  }
}

/** The answer, or null when the service says that there is no such object. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isKind(error, "not-found")) return null;
    throw error;
  }
}
