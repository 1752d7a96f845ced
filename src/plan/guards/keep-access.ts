import type { Declared } from "../../model/declared.js";
import { diagnostic } from "../../model/diagnostic.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { KeepAccess } from "../../model/guardrails.js";
import { changeId } from "../../model/keys.js";
import type { AccountId, ChangeId } from "../../model/keys.js";
import { count, listed } from "../../model/plural.js";
import { grantKey } from "../../model/reach.js";
import type { Grant } from "../../model/reach.js";
import { byText } from "../../model/text.js";
import { holdersOf, keptGrants } from "../kept-grants.js";
import { countedStatus } from "../revoked.js";
import type { Finding, Judged } from "./judged.js";

/** Accounts are named so many at a time; a guard may be about all there are. */
const accountsShown = 3;

/**
 * Whether so many people as the settings ask for keep a permission set in each of these accounts: after the plan, and at
 * every step of it. Who is disabled does not count. An account with too few already is a warning, unless it gets worse.
 */
export function keepAccess(judged: Judged, guards: readonly KeepAccess[]): readonly Finding[] {
  if (guards.length === 0) return [];
  const { live, held, before, after, declared } = judged;
  const kept = keptGrants(guards);
  const status = countedStatus(live);
  const had = holdersOf(kept, live.state, before, status);
  const have = holdersOf(kept, held, after, status);
  const unkept = new Set(judged.unkept.map(grantKey));
  return guards.flatMap((guard) => {
    const { permissionSet, accounts, atLeast } = guard;
    const seen = accounts.map((account): Seen => {
      const grant = { permissionSet: permissionSet.value, account };
      const key = grantKey(grant);
      return {
        grant,
        had: had.get(key) ?? new Set(),
        have: have.get(key) ?? new Set(),
        isUnkept: unkept.has(key),
      };
    });
    const told = (subject: string, some: readonly Seen[], tell: (some: readonly Seen[]) => Diagnostic) =>
      some.length === 0
        ? []
        : [{ subject: `${permissionSet.value} ${atLeast} ${subject}`, diagnostic: tell(some) }];
    const isShort = ({ have: people }: Seen): boolean => people.size < atLeast;
    const isWorse = ({ had: earlier, have: people }: Seen): boolean =>
      people.size < Math.min(atLeast, earlier.size);
    const worse = seen.filter((one) => isShort(one) && isWorse(one));
    const below = seen.filter((one) => isShort(one) && !isWorse(one));
    const passing = seen.filter((one) => !isShort(one) && lasting(one, judged).length < atLeast);
    return [
      ...told("after", worse, (some) => afterwards(guard, some, judged)),
      ...told(
        "on the way",
        seen.filter((one) => one.isUnkept && !worse.includes(one)),
        (some) => onTheWay(guard, some, declared),
      ),
      // What was not read may hold somebody.
      ...(live.gaps.length > 0 ? [] : told("below", below, (some) => already(guard, some, declared))),
      ...told("ends", passing, (some) => ending(guard, some, judged)),
    ];
  });
}

/** Who holds one grant that is kept, before and after the plan. */
type Seen = {
  readonly grant: Grant;
  readonly had: ReadonlySet<string>;
  readonly have: ReadonlySet<string>;
  readonly isUnkept: boolean;
};

function afterwards(
  { permissionSet, atLeast, source }: KeepAccess,
  some: readonly Seen[],
  { declared, changes, before }: Judged,
): Diagnostic {
  const accounts = accountsWords(some, declared, ({ had, have }) => `${have.size} after, ${had.size} now`);
  const losers = [
    ...new Set(some.flatMap(({ had, have }) => [...had].filter((user) => !have.has(user)))),
  ].sort(byText);
  const [first] = some;
  const [loser = ""] =
    first === undefined ? [] : [...first.had].filter((user) => !first.have.has(user)).sort(byText);
  const ways = first === undefined ? [] : before.via(loser, first.grant);
  const removal = changes.find(
    (change) =>
      change.action === "delete" &&
      ((change.kind === "membership" &&
        change.key.user === loser &&
        ways.includes(`group/${change.key.group}`)) ||
        (change.kind === "assignment" &&
          ways.includes(`${change.key.principalType}/${change.key.principal}`) &&
          change.key.permissionSet === first?.grant.permissionSet &&
          change.key.account === first.grant.account)),
  );
  return diagnostic({
    code: "keep-access",
    severity: "error",
    message: `Too few people would be left with ${permissionSet.value}: at least ${atLeast} are to keep it in ${accounts}. ${listed(losers, 5)} ${losers.length === 1 ? "loses" : "lose"} it.`,
    help: "Give it to somebody else in the same plan, or leave it where it is.",
    source,
    change: removal?.id ?? null,
  });
}

function onTheWay(
  { permissionSet, atLeast, source }: KeepAccess,
  some: readonly Seen[],
  declared: Declared,
): Diagnostic {
  const accounts = accountsWords(some, declared, () => "");
  return diagnostic({
    code: "keep-access",
    severity: "error",
    message: `On the way of this plan fewer than ${count(atLeast, "person", "people")} would hold ${permissionSet.value} in ${accounts}: what replaces them waits for their removal.`,
    help: "Make two plans of it: give it to who shall have it and apply, then take it away.",
    source,
  });
}

function already(
  { permissionSet, atLeast, source }: KeepAccess,
  some: readonly Seen[],
  declared: Declared,
): Diagnostic {
  const accounts = accountsWords(some, declared, ({ have }) => String(have.size));
  return diagnostic({
    code: "keep-access",
    severity: "warning",
    message: `Fewer people than ${atLeast} hold ${permissionSet.value} in ${accounts}, and this plan does not change that.`,
    help: "Give it to more people, or ask for fewer.",
    source,
  });
}

function ending(guard: KeepAccess, some: readonly Seen[], judged: Judged): Diagnostic {
  const { permissionSet, atLeast, source } = guard;
  const ends = some.flatMap((one) => [...one.have].flatMap((user) => endOf(user, one.grant, judged) ?? []));
  const accounts = accountsWords(some, judged.declared, (one) => `${lasting(one, judged).length} to stay`);
  return diagnostic({
    code: "keep-access",
    severity: "warning",
    message: `From ${new Date(Math.min(...ends)).toISOString()} fewer people than ${atLeast} hold ${permissionSet.value} in ${accounts}: the access of others ends by itself, and then no plan passes this guard.`,
    help: "Give it to somebody for good before that, or ask for fewer.",
    source,
  });
}

function lasting({ grant, have }: Seen, judged: Judged): readonly string[] {
  return [...have].filter((user) => endOf(user, grant, judged) === null);
}

/** When somebody's access ends by itself, in milliseconds since the epoch: the last of their ways; null when one does not. */
function endOf(
  user: string,
  { permissionSet, account }: Grant,
  { after, declared: { expiries } }: Judged,
): number | null {
  if (expiries.size === 0) return null;
  let end = 0;
  for (const way of after.via(user, { permissionSet, account })) {
    const principalType = way.startsWith("group/") ? "group" : "user";
    const principal = way.slice(principalType.length + 1);
    const parts: readonly ChangeId[] = [
      changeId.assignment({ principalType, principal, permissionSet, account }),
      ...(principalType === "group" ? [changeId.membership(principal, user)] : []),
    ];
    const first = Math.min(...parts.map((id) => expiries.get(id) ?? Infinity));
    if (first === Infinity) return null;
    end = Math.max(end, first);
  }
  return end;
}

/** `payments-prod (1 after, 3 now), web-prod (0 after, 2 now) and 12 more`. */
function accountsWords(
  some: readonly Seen[],
  { accountNames }: Declared,
  words: (one: Seen) => string,
): string {
  const name = (account: AccountId): string => accountNames.get(account) ?? account;
  return listed(
    some.map((one) => {
      const more = words(one);
      return `${name(one.grant.account)}${more === "" ? "" : ` (${more})`}`;
    }),
    accountsShown,
  );
}
