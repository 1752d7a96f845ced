import { describe, expect, it } from "vitest";
import { staleCheckout } from "../../src/run/stale-checkout.js";

const older = "a".repeat(40);
const newer = "b".repeat(40);
const digest = `sha256:${"c".repeat(64)}`;

type Ancestry = "ancestor" | "not-ancestor" | "unknown";

async function codeOf(
  mark: string | null,
  head: string | null,
  ancestry: Ancestry,
  whose: "given" | "applied" = "given",
): Promise<string | null> {
  const found = await staleCheckout({ mark, head, whose, ancestryOf: async () => ancestry });
  return found === null ? null : `${found.severity} ${found.code}`;
}

describe("staleCheckout", () => {
  it.each<[string, string | null, string | null, Ancestry, string | null]>([
    ["nothing was applied yet", null, newer, "unknown", null],
    ["this very commit was applied", newer, newer, "unknown", null],
    ["an ancestor was applied", older, newer, "ancestor", null],
    ["something newer was applied", newer, older, "not-ancestor", "error stale-checkout"],
    ["git cannot tell", older, newer, "unknown", "info unknown-ancestry"],
    ["these files are in no commit", older, null, "ancestor", "info unknown-ancestry"],
    ["what was applied was not committed", digest, newer, "ancestor", "info unknown-ancestry"],
    ["git played no part then and plays none now", digest, null, "unknown", null],
  ])("when %s", async (_when, mark, head, ancestry, code) => {
    expect(await codeOf(mark, head, ancestry)).toBe(code);
  });

  it.each<[string, string, Ancestry, string | null]>([
    ["this history has", older, "ancestor", null],
    ["this history does not have", newer, "not-ancestor", "error stale-checkout"],
    ["git cannot place", older, "unknown", "error unknown-ancestry"],
    ["git never had", digest, "ancestor", "info unknown-ancestry"],
  ])("when going by applied files that %s", async (_which, mark, ancestry, code) => {
    expect(await codeOf(mark, "d".repeat(40), ancestry, "applied")).toBe(code);
  });
});
