import type { Diagnostic } from "../../model/diagnostic.js";
import type { KeepAccess } from "../../model/guardrails.js";
import { grantKey } from "../../model/reach.js";
import { counted, holdersOf, keptGrants } from "../kept-grants.js";
import { endingsOf } from "./endings.js";
import { countedStatus } from "../revoked.js";
import { statusesAfter } from "../status.js";
import type { Finding, Judged } from "./judged.js";
import {
  afterwards,
  already,
  ending,
  nobodyKnows,
  nothingLeft,
  onTheWay,
  staying,
} from "./keep-access-words.js";
import type { Kept } from "./keep-access-words.js";
import { unseenIn } from "./unseen.js";

/**
 * Whether so many people as the settings ask for keep a permission set in each of these accounts: after the plan, and at
 * every step of it. Who is disabled does not count, nor does anybody who holds a set that comes to allow nothing. An
 * account with too few already is a warning, unless it gets worse.
 */
export function keepAccess(judged: Judged, guards: readonly KeepAccess[]): readonly Finding[] {
  if (guards.length === 0) return [];
  const { live, held, before, after, declared, bare } = judged;
  const kept = keptGrants(guards);
  // Who is revoked is nobody to rely on, and yet loses what they hold: a forged tag shall not get past this.
  const had = holdersOf(kept, live.state, before, live.status);
  const have = holdersOf(kept, held, after, statusesAfter(judged.changes, countedStatus(live)));
  const unkept = new Map(judged.unkept.map(({ grant, atLeast }) => [grantKey(grant), atLeast]));
  const unseen = unseenIn(judged);
  return guards.flatMap((guard) => {
    const { permissionSet, accounts, atLeast } = guard;
    const all = accounts.map((account): Kept => {
      const grant = { permissionSet: permissionSet.value, account };
      const key = grantKey(grant);
      const people = counted(had.get(key), have.get(key), judged.owned.leavers);
      return {
        grant,
        ...people,
        isUnkept: unkept.get(key) === atLeast,
        endings: endingsOf(people.have, grant, atLeast, judged),
      };
    });
    const told = (what: string, some: readonly Kept[], tell: (some: readonly Kept[]) => Diagnostic) =>
      some.length === 0 ? [] : [{ subject: subjectOf(guard, what, some), diagnostic: tell(some) }];
    const isShort = (one: Kept): boolean => one.have.size < atLeast;
    const isWorse = (one: Kept): boolean => one.have.size < Math.min(atLeast, one.had.size);
    const isMissed = (one: Kept): boolean =>
      unseen.isTaken(one.grant) && Math.min(one.had.size, one.have.size) < atLeast;
    const seen = all.filter(({ grant }) => !unseen.isHeld(grant));
    const others = all.filter(({ grant }) => unseen.isHeld(grant));
    return [
      ...told(
        "nothing",
        all.filter(({ had: people }) => bare.has(permissionSet.value) && people.size > 0),
        (some) => nothingLeft(guard, some, declared),
      ),
      ...told("after", seen.filter(isWorse), (some) => afterwards(guard, some, judged)),
      ...told(
        "on the way",
        seen.filter((one) => one.isUnkept && !isWorse(one)),
        (some) => onTheWay(guard, some, declared),
      ),
      ...told(
        "unseen",
        others.filter((one) => isMissed(one) || isWorse(one) || one.isUnkept),
        (some) => nobodyKnows(guard, some, declared),
      ),
      ...told(
        "below",
        seen.filter((one) => isShort(one) && !isWorse(one)),
        (some) => already(guard, some, declared),
      ),
      ...told(
        "ends",
        seen.filter((one) => !isShort(one) && staying(one) < atLeast),
        (some) => ending(guard, some, declared),
      ),
    ];
  });
}

/** Of two guards on one permission set each tells of the accounts that it alone is about. */
function subjectOf({ permissionSet, atLeast }: KeepAccess, what: string, some: readonly Kept[]): string {
  const accounts = some.map(({ grant: { account } }) => account);
  return JSON.stringify([permissionSet.value, atLeast, what, accounts.sort()]);
}
