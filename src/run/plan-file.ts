import type { Checked } from "../model/diagnostic.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Plan } from "../model/plan.js";
import { planDigest } from "../plan/digest.js";
import validatePlan from "../plan/plan-schema.generated.js";

const formatVersion = "1";
const again = "Make it again with idc plan --out FILE.";

/**
 * A plan that `idc plan --out` saved. Whatever is wrong with it is one sentence: it may have been cut short by a full
 * disk, come from another version, or have been edited.
 */
export function readPlanFile(text: string): Checked<Plan> {
  const parsed = parse(text);
  if (!parsed.ok) return refused("plan-unreadable", parsed.fault);
  const value = parsed.value;
  const version = formatVersionOf(value);
  if (version === undefined) return refused("plan-unreadable", "This file is no plan that idc saved.");
  if (version !== formatVersion)
    return refused(
      "plan-format",
      `The plan has format version ${JSON.stringify(version)}; this idc reads version "${formatVersion}".`,
    );
  if (!isPlan(value)) return refused("plan-unreadable", `The plan is not as idc writes it: ${firstFault()}.`);
  if (planDigest(value) !== value.digest)
    return refused(
      "plan-digest",
      "The plan's digest does not match its content: it was changed after idc saved it.",
    );
  return { ok: true, value, diagnostics: [] };
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; fault: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const cut = text.trimStart().startsWith("{") && !text.trimEnd().endsWith("}");
    if (text.trim() === "") return { ok: false, fault: "The plan file is empty." };
    return {
      ok: false,
      fault: cut ? "The plan file ends in the middle: it was cut short." : "The plan file is not JSON.",
    };
  }
}

function formatVersionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "formatVersion")
    ? (value as { formatVersion: unknown }).formatVersion
    : undefined;
}

function isPlan(value: unknown): value is Plan {
  return validatePlan(value);
}

function firstFault(): string {
  const fault = validatePlan.errors?.[0];
  if (fault === undefined) return "it does not follow its schema";
  const place = fault.instancePath === "" ? "it" : fault.instancePath;
  return `${place} ${fault.message ?? "is not valid"}`;
}

function refused(code: string, message: string): Checked<Plan> {
  return { ok: false, diagnostics: [diagnostic({ code, severity: "error", message, help: again })] };
}
