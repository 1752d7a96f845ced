import type { Declared } from "../model/declared.js";
import { matchesAnyGlob } from "../model/glob.js";
import { goes } from "./goes.js";

/** Whether a user of live shall lose every access: disabled in the files, or gone from them where they own people. */
export function leaves({ settings, users, removed }: Declared, name: string): boolean {
  const { manage, ignore, identitySource } = settings;
  // Of people who are kept elsewhere nothing can be declared but that they leave.
  const isKnown = manage.users !== "none" || identitySource !== "identity-center";
  const declaration = isKnown ? users.get(name) : undefined;
  if (declaration !== undefined) return declaration.value.status === "disabled";
  return goes(manage.users, matchesAnyGlob(ignore.users, name), removed.users.has(name));
}

/**
 * Whether a user of live loses their applications. Whoever is DISABLED cannot sign in to anything; of who is deleted,
 * assignments would stay that belong to nobody.
 */
export function losesApplications(declared: Declared, name: string, isDisabled: boolean): boolean {
  return leaves(declared, name) && (!isDisabled || isDeleted(declared, name));
}

/** Whether a user of live who leaves is deleted, not only without any access. */
export function isDeleted({ settings: { manage, onUserRemoval }, users }: Declared, name: string): boolean {
  return onUserRemoval === "delete" && manage.users !== "none" && !users.has(name);
}
