import type { Reader } from "../apply/ports.js";
import type { ApplyResult } from "../model/apply-result.js";
import { asLiveError, LiveError } from "../model/live-error.js";
import { listed } from "../model/plural.js";
import type { Revoked } from "../model/snapshot.js";
import { receiverOf } from "../plan/missing-principals.js";

/**
 * Whether this run has given something to somebody whose access was ended while it was under way: whoever ended it had
 * looked before it came. Null when it has not. Asked only when a person was given something.
 */
export async function revokedMeanwhile(
  { outcomes }: ApplyResult,
  revoked: readonly Revoked[],
  reader: Reader,
): Promise<LiveError | null> {
  const people = new Set(
    outcomes.flatMap(({ change, outcome }) => {
      const receiver = isBegun(outcome) ? receiverOf(change) : null;
      return receiver?.type === "user" ? [receiver.name] : [];
    }),
  );
  if (people.size === 0) return null;
  const never = new AbortController().signal;
  try {
    const known = new Set(revoked.map(({ userId }) => userId));
    const news = new Set([...(await reader.tags(never)).revoked.keys()].filter((id) => !known.has(id)));
    if (news.size === 0) return null;
    const found = await Promise.all([...people].map((name) => reader.principal("user", name, never)));
    const names = found.flatMap((user) => (user !== null && news.has(user.id) ? [user.name] : []));
    return names.length === 0 ? null : given(names);
  } catch (error) {
    return asLiveError(error);
  }
}

function isBegun({ status }: ApplyResult["outcomes"][number]["outcome"]): boolean {
  return status !== "skipped" && status !== "interrupted";
}

function given(names: readonly string[]): LiveError {
  return new LiveError(
    `The access of ${listed(names)} was ended by idc revoke while this ran, and this run may have given something back.`,
    { kind: "conflict", help: "Run idc apply again: it takes away what they have." },
  );
}
