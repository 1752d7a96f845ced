import { changeId } from "../model/keys.js";
import type { ChangeId } from "../model/keys.js";
import { grantKey } from "../model/reach.js";
import type { Grant, Reach } from "../model/reach.js";
import { byText } from "../model/text.js";
import { changesOfWay, isKeptAnotherWay, reaches } from "./edges.js";
import type { Edges, Index, OrderInput } from "./edges.js";
import { counted, holdersOf } from "./kept-grants.js";
import type { KeptGrant } from "./kept-grants.js";
import { statusAfter, statusesAfter } from "./status.js";

// Of a grant that n people must keep, at every moment: those who hold it before and after by one way that stays need no
// order. Where they are fewer than n, so many others are missing, and the others are of two kinds: those who hold it
// before, and those who hold it after (some are both, by another way). As many of the first as are missing keep a way
// until as many of the second have theirs:
//
//      others before:   a  b  c        a, b go at once     c waits for ─┐
//      others after:          d  e     d or e ◀─────────────────────────┘      (n = 1)
//
// So at any moment either all that wait are still there, or all that they wait for already are. Whatever fails on the way
// leaves what waits for it undone. Waiting for everybody who comes was rejected: access of people who leave would stay
// longer than the guard needs.

/** What keeping came to: whether anything has to wait for it, and the grants for which it cannot be had. */
export type Keeping = { readonly isOrdered: boolean; readonly unkept: readonly KeptGrant[] };

/** Lets removals wait for what replaces them where a guard keeps a grant, unless what has to come first anyway forbids it. */
export function addKeepAccess(input: OrderInput, index: Index, edges: Edges): Keeping {
  const { all } = index;
  const { kept, live, desired, before, after, status, leavers, changes } = input;
  const unkept: KeptGrant[] = [];
  let isOrdered = false;
  if (kept.size === 0 || all.size === 0) return { isOrdered, unkept };
  const isTouched = touchedBy(index);
  const had = holdersOf(kept, live, before, status);
  const have = holdersOf(kept, desired, after, statusesAfter(changes, status));
  for (const [key, { grant, atLeast }] of [...kept].sort(([left], [right]) => byText(left, right))) {
    const { had: holders, have: future } = counted(had.get(key), have.get(key), leavers);
    const stays = (user: string): boolean =>
      holders.has(user) &&
      future.has(user) &&
      !(isTouched(user, grant) && isKeptAnotherWay(user, grant, before, after));
    const missing =
      Math.min(atLeast, holders.size, future.size) - [...holders].filter((user) => stays(user)).length;
    if (missing <= 0) continue;
    const others = (people: ReadonlySet<string>): readonly string[] =>
      [...people].filter((user) => !stays(user)).sort(byText);
    // Who leaves goes first of all, as far as the guard lets them.
    const waiting = others(holders)
      .toSorted((left, right) => Number(leavers.has(left)) - Number(leavers.has(right)))
      .slice(0, missing);
    const removals = waiting.flatMap((user) => {
      const [way = ""] = before.via(user, grant);
      return changesOfWay(way, user, grant, "delete", all);
    });
    const additions = replacements(others(future), grant, missing, removals, { after, all, edges });
    if (additions === null) unkept.push({ grant, atLeast });
    for (const removal of removals)
      for (const addition of additions ?? []) {
        edges.get(removal)?.add(addition);
        isOrdered = true;
      }
  }
  return { isOrdered, unkept };
}

/** Whether any way by which somebody reaches a grant may go: most people have all of theirs, and are many. */
function touchedBy({ memberships, assignments }: Index): (user: string, grant: Grant) => boolean {
  const left = new Set(memberships.flatMap(({ action, key }) => (action === "delete" ? [key.user] : [])));
  const taken = new Set(
    assignments.flatMap(({ action, key }) => (action === "delete" ? [grantKey(key)] : [])),
  );
  return (user, grant) => left.has(user) || taken.has(grantKey(grant));
}

/** What gives the grant to so many of the people, waiting for none of the removals; null where there are not so many. */
function replacements(
  people: readonly string[],
  grant: Grant,
  number: number,
  removals: readonly ChangeId[],
  { after, all, edges }: { readonly after: Reach; readonly all: Index["all"]; readonly edges: Edges },
): readonly ChangeId[] | null {
  const found: (readonly ChangeId[])[] = [];
  for (const user of people) {
    if (found.length === number) break;
    const ways = after
      .via(user, grant)
      .map((way) => [...changesOfWay(way, user, grant, "create", all), ...enabling(user, all)])
      .sort((left, right) => left.length - right.length);
    const free = ways.find((additions) =>
      additions.every((addition) => removals.every((removal) => !reaches(edges, addition, removal))),
    );
    if (free !== undefined) found.push(free);
  }
  return found.length === number ? found.flat() : null;
}

/** Whoever cannot sign in yet does not count before they can. */
function enabling(user: string, all: Index["all"]): readonly ChangeId[] {
  const change = all.get(changeId.user(user));
  return change !== undefined && statusAfter(change) === "ENABLED" ? [change.id] : [];
}
