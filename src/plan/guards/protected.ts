import type { Declared } from "../../model/declared.js";
import { diagnostic } from "../../model/diagnostic.js";
import { matchesGlob } from "../../model/glob.js";
import type { Guardrails, Protectable } from "../../model/guardrails.js";
import type { Finding } from "./judged.js";
import { takenWords } from "./taken.js";
import type { Taken, Takings } from "./taken.js";
import { kindWords } from "./words.js";

/** Whether anything is taken from what the settings protect. */
export function protectedObjects(
  takings: Takings,
  protect: Guardrails["protect"],
  declared: Declared,
): readonly Finding[] {
  return (["users", "groups", "permissionSets", "accounts"] as const).flatMap((kind) =>
    [...takings[kind]].flatMap(([name, taken]) => {
      const names = namesOf(kind, name, declared);
      const pattern = protect[kind].find(({ value }) => names.some((one) => matchesGlob(value, one)));
      if (pattern === undefined) return [];
      return [
        {
          subject: `${kind} ${name}`,
          diagnostic: diagnostic({
            code: "protected",
            severity: "error",
            message: `The ${kindWords[kind].one} ${names.length > 1 ? `${names[0]} (${name})` : name} is protected, and with this plan it ${takenWords(taken, declared.accountNames)}.`,
            help: "Put back what this takes away. If it is meant, take the name out of guardrails.protect first and apply that by itself.",
            source: pattern.source,
            change: changeOf(taken),
          }),
        },
      ];
    }),
  );
}

export function changeOf(taken: readonly Taken[]): string | null {
  return taken.find(({ change }) => change !== null)?.change?.id ?? null;
}

/** What patterns are matched against: an account has an id and a name. */
function namesOf(kind: Protectable, name: string, { accountNames }: Declared): readonly string[] {
  const second = kind === "accounts" ? accountNames.get(name) : undefined;
  return second === undefined ? [name] : [second, name];
}
