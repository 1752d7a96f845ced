import type { Declared } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { Scope, Snapshot } from "../model/snapshot.js";
import type { Base } from "../plan/causes.js";
import { losesApplications } from "../plan/leaving.js";
import { assumed, targetOf } from "../plan/target.js";

/** What to read of Identity Center, and how what was read becomes the whole that a plan needs. */
export type Aim = {
  readonly scope: Scope;
  readonly complete: (read: Snapshot) => Snapshot;
  readonly diagnostics: readonly Diagnostic[];
};

/** Everything, and the applications of those whom `declared` lets go. */
export function whole(declared: Declared): Aim {
  return {
    scope: { kind: "all", leaves: (user, isDisabled) => losesApplications(declared, user, isDisabled) },
    complete: (read) => read,
    diagnostics: [],
  };
}

/** Only what `declared` asks for otherwise than the base; everything where that cannot be told, with a word on why. */
export function aimAt(declared: Declared, base: Base | null): Aim {
  if (base === null)
    return {
      ...whole(declared),
      diagnostics: [
        diagnostic({
          code: "targeted-without-base",
          severity: "error",
          message: "--targeted reads what these files change, and there is nothing to compare them with.",
          help: "Name a revision with --base. Without it, the commit that was applied last serves, where git has it.",
        }),
      ],
    };
  const before = base.declared;
  if (before === null) return all(declared, "the base has no files to compare with");
  const target = targetOf(declared, before);
  if (target === null) return all(declared, "the settings that say what is managed have changed");
  const ownsAll = Object.values(declared.settings.manage).every((ownership) => ownership === "all");
  return {
    scope: { kind: "targeted", ...target },
    complete: (read) => assumed(before, read, target),
    diagnostics: ownsAll ? [] : [partly],
  };
}

const partly = diagnostic({
  code: "targeted-partly",
  severity: "warning",
  message:
    "With --targeted, what these files do not own was not read: people may hold another way what they gain or lose here, and who holds a permission set by grants of others is not told.",
  help: "Plan without --targeted to see everybody's access.",
});

function all(declared: Declared, why: string): Aim {
  const message = `Everything was read in spite of --targeted: ${why}.`;
  return { ...whole(declared), diagnostics: [diagnostic({ code: "read-whole", severity: "info", message })] };
}
