import type { Level } from "../../model/guardrails.js";

/** How a finding of a rule is told; null where the rule is off. */
export function severityOf(level: Level): "warning" | "error" | null {
  switch (level) {
    case "off":
      return null;
    case "warn":
      return "warning";
    case "error":
      return "error";
  }
}
