import { isRemoval } from "../../model/change.js";
import type { Change } from "../../model/change.js";
import { diagnostic } from "../../model/diagnostic.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { RemovalLimit, Setting } from "../../model/guardrails.js";
import type { Kind } from "../../model/keys.js";
import { digits, listed } from "../../model/plural.js";
import type { OwnedKind } from "../tally.js";
import { emptiedBy } from "./emptied.js";
import type { Finding, Judged } from "./judged.js";
import { accessLost, accessOwned, accessOwnedAtLeast, accessToNothing } from "./owned-access.js";
import { renamedIn } from "./renamed.js";
import { changeOf } from "./taken.js";
import type { Takings } from "./taken.js";

/**
 * Whether too much goes at once: of each kind, and of what people reach (a person, a permission set and an account each).
 * Counted are what is removed, who is disabled, what is left with nothing, and what comes to allow nothing, out of what this
 * repository owns. What only gets another name goes from nobody.
 */
export function maxRemovals(judged: Judged, limit: RemovalLimit, takings: Takings): readonly Finding[] {
  if (!judged.changes.some(mayTake)) return [];
  const found = removalsIn(judged).flatMap((removals) => {
    const over = excess(removals, limit);
    return over === null ? [] : [{ subject: removals.of, diagnostic: told(removals, over) }];
  });
  return [...found, ...uncounted(limit, takings)];
}

/** Any number of people may lose what is taken from a group whose members nobody could see. */
function uncounted({ percent, floor, count }: RemovalLimit, { unseen }: Takings): readonly Finding[] {
  const isLimited = count !== null || percent.value < 100;
  if (!isLimited || unseen.size === 0) return [];
  const groups = [...unseen.keys()].map((group) => JSON.stringify(group));
  const diagnosed = diagnostic({
    code: "max-removals",
    severity: "error",
    message: `How many accesses of people this plan takes away cannot be told: it takes permission sets from ${listed(groups, 3)}, and who is a member there could not be read.`,
    help: "Try again when everything can be read.",
    source: count?.source ?? percent.source ?? floor.source,
    change: [...unseen.values()].map(changeOf)[0] ?? null,
  });
  return [{ subject: "unseen", diagnostic: diagnosed }];
}

/** Whether anything may go by it; an edited set may come to allow nothing. */
function mayTake(change: Change): boolean {
  return isRemoval(change) || change.kind === "permissionSet";
}

/** How much of a kind goes. How much there is of it is asked only when it matters: what people reach takes long to count. */
type Removals = {
  readonly of: string;
  readonly verb: string;
  readonly removed: number;
  /** How much of that is with permission sets that stay, and come to allow nothing: the plan shows nobody who loses it. */
  readonly bare?: { readonly lost: number; readonly sets: readonly string[] };
  readonly owned: () => number;
  /** No more than that, and sooner known. */
  readonly ownedAtLeast: () => number;
};

function removalsIn(judged: Judged): readonly Removals[] {
  const { live, owned, changes } = judged;
  const renamed = renamedIn(judged);
  const emptied = emptiedBy(judged);
  const lost = accessLost(judged, renamed);
  const gone = (kind: Kind): number =>
    changes.filter(
      (change) =>
        change.kind === kind &&
        (change.action === "disable" || change.action === "delete") &&
        !renamed.isTakenOver(change),
    ).length;
  const ofKind = (kind: OwnedKind, of: string, verb: string, removed: number): Removals => {
    const all = (): number => live.state[kind].size - owned.leftAlone[kind].size;
    return { of, verb, removed, owned: all, ownedAtLeast: all };
  };
  return [
    ofKind("users", "users", "removes, disables or strips", gone("user") + emptied.users),
    ofKind("groups", "groups", "removes or empties", gone("group") + emptied.groups),
    ofKind("memberships", "memberships", "removes", gone("membership")),
    ofKind(
      "permissionSets",
      "permission sets",
      "removes, empties or takes from everybody",
      gone("permissionSet") + emptied.permissionSets,
    ),
    ofKind("assignments", "assignments", "removes", gone("assignment")),
    {
      of: "accesses of people",
      verb: "takes away",
      removed: lost,
      bare: accessToNothing(judged),
      // With what an owned set allows may go what others were given by grants that are not owned.
      owned: () => Math.max(accessOwned(judged), lost),
      ownedAtLeast: () => accessOwnedAtLeast(judged),
    },
  ];
}

type Excess = { readonly limit: string; readonly share: string; readonly source: Setting<number>["source"] };

function excess(
  { removed, owned, ownedAtLeast }: Removals,
  { percent, floor, count }: RemovalLimit,
): Excess | null {
  if (count !== null && removed > count.value)
    return { limit: digits(count.value), share: "", source: count.source };
  if (removed <= floor.value) return null;
  // 0.57 % of 10,000 are 57, and a little less in binary fractions.
  const isWithin = (all: number): boolean => removed * 100 <= percent.value * all + 1e-6;
  if (isWithin(ownedAtLeast())) return null;
  const all = owned();
  if (isWithin(all)) return null;
  return {
    limit: `${percent.value} % (${digits(floor.value)} always pass)`,
    share: ` (${shareOf(removed, all, percent.value)} %)`,
    source: percent.source ?? floor.source,
  };
}

/** With as many decimals as it takes to be seen beyond the limit. */
function shareOf(removed: number, owned: number, limit: number): string {
  const share = (removed * 100) / Math.max(owned, 1);
  const decimals = [1, 2, 3, 4, 5].find((digitsAfter) => Number(share.toFixed(digitsAfter)) > limit);
  return String(Number(share.toFixed(decimals ?? 6)));
}

function told({ of, verb, removed, bare, owned }: Removals, { limit, share, source }: Excess): Diagnostic {
  return diagnostic({
    code: "max-removals",
    severity: "error",
    message: `This plan ${verb} ${digits(removed)} of ${digits(owned())} ${of}${share}; the limit is ${limit}.${bareWords(bare)}`,
    source,
  });
}

/** Whom it is taken from stands in the plan as keeping a set whose content changes. */
function bareWords(bare: Removals["bare"]): string {
  if (bare === undefined || bare.lost === 0) return "";
  const sets = listed(
    bare.sets.map((set) => JSON.stringify(set)),
    3,
  );
  const come = bare.sets.length === 1 ? "comes" : "come";
  return ` ${digits(bare.lost)} of them with ${sets}, which ${come} to allow nothing.`;
}
