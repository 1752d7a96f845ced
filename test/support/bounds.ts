import type { SandboxState } from "../../src/sandbox/state.js";
import { observedAccess, observedWays } from "./observed-access.js";

/**
 * The promise about access between two states of a sandbox: whatever happens on the way, nobody reaches what they
 * reach in neither, and what somebody reaches in both in the same way they keep. With `strict` they keep it whatever the
 * way, which is promised where only memberships or only assignments change.
 */
export type Bounds = {
  /** What strays in the state as it is now; empty when nothing does. */
  breaches(state: SandboxState): readonly string[];
};

export function boundsBetween(
  before: SandboxState,
  after: SandboxState,
  { strict }: { readonly strict: boolean },
): Bounds {
  const [reachedBefore, reachedAfter] = [observedAccess(before), observedAccess(after)];
  const lowest = strict ? common(reachedBefore, reachedAfter) : keptWays(before, after);
  return {
    breaches(state) {
      const now = observedAccess(state);
      return [
        ...[...now]
          .filter((access) => !reachedBefore.has(access) && !reachedAfter.has(access))
          .map((access) => `too much: ${access}`),
        ...lowest.filter((access) => !now.has(access)).map((access) => `too little: ${access}`),
      ];
    },
  };
}

function common(left: ReadonlySet<string>, right: ReadonlySet<string>): readonly string[] {
  return [...left].filter((access) => right.has(access));
}

function keptWays(before: SandboxState, after: SandboxState): readonly string[] {
  const later = observedWays(after);
  return [...observedWays(before)].flatMap(([way, access]) => (later.get(way) === access ? [access] : []));
}
