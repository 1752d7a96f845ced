import type { Reader } from "../apply/ports.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { shellWord } from "../model/text.js";

export type FoundPerson =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly fault: Diagnostic };

/** The user of exactly this name. Somebody whose name is nearly the same is told, and never taken for them. */
export async function findPerson(name: string, reader: Reader, signal: AbortSignal): Promise<FoundPerson> {
  const found = await reader.principal("user", name, signal);
  if (found?.name === name) return { ok: true, id: found.id };
  return {
    ok: false,
    fault:
      found === null
        ? diagnostic({
            code: "no-such-user",
            severity: "error",
            message: `There is no user ${JSON.stringify(name)} in Identity Center. Nothing was changed.`,
            help: "Give the user name as the console shows it under Users; it is not the display name, and often an e-mail address.",
          })
        : diagnostic({
            code: "user-name-case",
            severity: "error",
            message: `There is no user ${JSON.stringify(name)} in Identity Center, but ${JSON.stringify(found.name)}. Nothing was changed.`,
            help: `If that is who is meant: idc revoke ${shellWord(found.name)}`,
          }),
  };
}
