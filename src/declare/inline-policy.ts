import type { PolicyDocument } from "../model/policy-document.js";
import { demandMfa, demandSessionTag } from "../policy/mfa.js";
import type { WrittenPermissionSet } from "./written.js";

/** The inline policy that a permission set ends up with: what is written, and what its `requireMfa` adds. */
export function effectivePolicy({
  inlinePolicy,
  requireMfa,
}: Pick<WrittenPermissionSet, "inlinePolicy" | "requireMfa">): PolicyDocument | null {
  switch (requireMfa?.kind) {
    case undefined:
      return inlinePolicy;
    case "condition":
      return inlinePolicy === null ? null : demandMfa(inlinePolicy);
    case "session-tag":
      return demandSessionTag(inlinePolicy, { key: requireMfa.key, value: requireMfa.value });
  }
}
