import type { Declared } from "../../model/declared.js";
import { diagnostic } from "../../model/diagnostic.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import { matchesGlob } from "../../model/glob.js";
import type { Guardrails, Protectable } from "../../model/guardrails.js";
import type { Finding } from "./judged.js";
import { changeOf, takenWords } from "./taken.js";
import type { Taken, Takings } from "./taken.js";
import { kindWords } from "./words.js";

/** Whether anything is taken from what the settings protect. */
export function protectedObjects(
  takings: Takings,
  protect: Guardrails["protect"],
  declared: Declared,
): readonly Finding[] {
  const found = (["users", "groups", "permissionSets", "accounts"] as const).flatMap((kind) =>
    [...takings[kind]].flatMap(([name, taken]) => {
      const names = namesOf(kind, name, declared);
      const pattern = protect[kind].find(({ value }) => names.some((one) => matchesGlob(value, one)));
      if (pattern === undefined) return [];
      return finding(`${kind} ${name}`, taken, {
        message: `The ${kindWords[kind].one} ${labelOf(names)} is protected, and with this plan it ${takenWords(taken, declared.accountNames)}.`,
        help: "Put back what this takes away. If it is meant, take the name out of guardrails.protect first and apply that by itself.",
        source: pattern.source,
      });
    }),
  );
  const [pattern] = protect.users;
  if (pattern === undefined) return found;
  const unseen = [...takings.unseen].flatMap(([group, taken]) =>
    finding(`members of ${group}`, taken, {
      message: `Whether users who are protected are in the group ${JSON.stringify(group)} cannot be told: its members could not be read, and with this plan it ${takenWords(taken, declared.accountNames)}.`,
      help: "Try again when everything can be read.",
      source: pattern.source,
    }),
  );
  return [...found, ...unseen];
}

function finding(
  subject: string,
  taken: readonly Taken[],
  given: Pick<Diagnostic, "message" | "help" | "source">,
): readonly Finding[] {
  const told = { code: "protected", severity: "error", change: changeOf(taken) } as const;
  return [{ subject, diagnostic: diagnostic({ ...told, ...given }) }];
}

/** `"log-archive" (222200001111)`. */
function labelOf([name = "", id]: readonly string[]): string {
  return `${JSON.stringify(name)}${id === undefined ? "" : ` (${id})`}`;
}

/** What patterns are matched against: an account has an id and a name. */
function namesOf(kind: Protectable, name: string, { accountNames }: Declared): readonly string[] {
  const second = kind === "accounts" ? accountNames.get(name) : undefined;
  return second === undefined ? [name] : [second, name];
}
