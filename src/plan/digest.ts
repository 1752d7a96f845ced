import { createHash } from "node:crypto";
import type { Plan } from "../model/plan.js";
import { byText } from "../model/text.js";

/**
 * `sha256:…` over what a plan means: the instance, and every change without its cause and what the files say about it
 * (place, reason, expiry). Two plans with one digest do the same to the same Identity Center.
 */
export function planDigest({ instance, changes }: Pick<Plan, "instance" | "changes">): string {
  const meant = changes
    .map(({ cause: _cause, source: _source, reason: _reason, expires: _expires, ...change }) => change)
    .sort((left, right) => byText(left.id, right.id));
  const text = canonicalJson({
    arn: instance.arn,
    identityStoreId: instance.identityStoreId,
    changes: meant,
  });
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** JSON with sorted keys, so that equal values give equal texts. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([left], [right]) => byText(left, right));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
}
