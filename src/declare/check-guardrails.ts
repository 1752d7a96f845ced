import { matchesAnyGlob } from "../model/glob.js";
import type { Setting } from "../model/guardrails.js";
import { maximumSession, minimumSession, secondsOf } from "../model/session-duration.js";
import { didYouMean, error, quoted } from "./fault.js";
import type { Report } from "./fault.js";
import { kindWords } from "./named-kinds.js";
import type { Located } from "./node.js";
import type { Written } from "./written.js";

/**
 * Reports a guard that could never hold anything: one that names what nothing declares (where everything is declared), or
 * a session that no permission set can have. What only live can tell is told when planning.
 */
export function reportGuardrailFaults(
  { guardrails, settings, groups, permissionSets }: Omit<Written, "digest">,
  isExcused: (name: Located<string>) => boolean,
  report: Report,
): void {
  const { keepAccess, selfLockout, rules } = guardrails;
  const known = { groups, permissionSets };
  const check = (kind: keyof typeof known, { value: name, source }: Setting<string>): void => {
    if (source === null || settings.manage[kind] !== "all" || known[kind].has(name)) return;
    if (matchesAnyGlob(settings.ignore[kind], name) || isExcused({ value: name, source })) return;
    const { one, unknown } = kindWords[kind];
    const message = `${quoted(name)} is not a declared ${one}, so this guard would hold nothing.${didYouMean(name, known[kind].keys())}`;
    report(error(unknown, source, message));
  };
  for (const { permissionSet } of keepAccess) check("permissionSets", permissionSet);
  for (const name of selfLockout.permissionSets) check("permissionSets", name);
  for (const name of selfLockout.groups) check("groups", name);

  const { adminSession } = rules;
  const seconds = adminSession === null ? null : secondsOf(adminSession.value);
  if (adminSession !== null && seconds !== null && (seconds < minimumSession || seconds > maximumSession))
    report(
      error(
        "session-duration",
        adminSession.source,
        `No session lasts ${adminSession.value}: Identity Center takes PT1H to PT12H.`,
      ),
    );
}
