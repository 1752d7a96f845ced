import { LiveError } from "../model/live-error.js";
import { isKind } from "./gaps.js";
import type { Names } from "./identities.js";
import type { Site } from "./site.js";

/** The id of what must be there to be written to. */
export async function mustFind(site: Site, names: Names, noun: string, name: string): Promise<string> {
  const id = await names.find(site, name);
  if (id !== null) return id;
  throw new LiveError(`There is no ${noun} "${name}" in Identity Center.`, {
    kind: "not-found",
    help: "It has gone since the plan was made. Run idc plan again.",
  });
}

/**
 * Creates by `make`, which gives the new id. A conflict may be the echo of our own request, whose answer was lost, or
 * somebody else's work: it is success when an object of that name `isAsWanted`, and otherwise stays a conflict.
 */
export async function createNamed(
  site: Site,
  names: Names,
  name: string,
  make: () => Promise<string | undefined>,
  isAsWanted: (id: string) => Promise<boolean>,
): Promise<void> {
  names.forget(name);
  try {
    const id = await make();
    if (id !== undefined) names.learn(name, id);
  } catch (error) {
    if (!isKind(error, "conflict")) throw error;
    const id = await names.find(site, name);
    if (id === null || !(await isAsWanted(id))) throw error;
  }
}

/** Does `write`; an error of the kind `moot` is success when `isDone` finds that things are as wanted anyway. */
export async function unlessDone(
  write: () => Promise<unknown>,
  moot: "conflict" | "not-found",
  isDone: () => Promise<boolean>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isKind(error, moot) || !(await isDone())) throw error;
  }
}
