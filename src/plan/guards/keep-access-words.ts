import type { Declared } from "../../model/declared.js";
import { diagnostic } from "../../model/diagnostic.js";
import type { Diagnostic } from "../../model/diagnostic.js";
import type { KeepAccess } from "../../model/guardrails.js";
import { changeId } from "../../model/keys.js";
import type { AccountId } from "../../model/keys.js";
import { count, listed } from "../../model/plural.js";
import type { Grant } from "../../model/reach.js";
import { byText } from "../../model/text.js";
import { partsOfWay } from "../edges.js";
import type { Judged } from "./judged.js";

/** Accounts are named so many at a time; a guard may be about all there are. */
const accountsShown = 3;

/** Who holds one grant that is kept, before and after the plan, as far as they were seen. */
export type Kept = {
  readonly grant: Grant;
  readonly had: ReadonlySet<string>;
  readonly have: ReadonlySet<string>;
  readonly isUnkept: boolean;
  /** When access of `have` ends by itself; nothing where enough of them keep it. */
  readonly endings: readonly number[];
};

/** How many of `have` keep it without an end, at most. */
export function staying({ have, endings }: Kept): number {
  return have.size - endings.length;
}

export function afterwards(
  guard: KeepAccess,
  some: readonly Kept[],
  { declared, changes, before }: Judged,
): Diagnostic {
  const accounts = accountsWords(some, declared, ({ had, have }) => `${have.size} after, ${had.size} now`);
  const losers = [
    ...new Set(some.flatMap(({ had, have }) => [...had].filter((user) => !have.has(user)))),
  ].sort(byText);
  const [first] = some;
  const [loser = ""] =
    first === undefined ? [] : [...first.had].filter((user) => !first.have.has(user)).sort(byText);
  const parts = new Set(
    first === undefined
      ? []
      : before.via(loser, first.grant).flatMap((way) => partsOfWay(way, loser, first.grant)),
  );
  const removal = changes.find(({ action, id }) => action === "delete" && parts.has(id));
  return told(guard, {
    severity: "error",
    message: `Too few people would be left with ${guard.permissionSet.value}: at least ${guard.atLeast} are to keep it in ${accounts}. ${listed(losers, 5)} ${losers.length === 1 ? "loses" : "lose"} it.`,
    help: "Give it to somebody else in the same plan, or leave it where it is.",
    change: removal?.id ?? null,
  });
}

export function nothingLeft(guard: KeepAccess, some: readonly Kept[], declared: Declared): Diagnostic {
  const { value: set } = guard.permissionSet;
  const accounts = accountsWords(some, declared, ({ had }) => `${had.size} now`);
  return told(guard, {
    severity: "error",
    message: `Nobody could do anything with ${set} any more: ${count(guard.atLeast, "person is", "people are")} to keep it in ${accounts}, and with this plan it comes to allow nothing.`,
    help: "Leave it what it is for.",
    change: changeId.permissionSet(set),
  });
}

export function onTheWay(guard: KeepAccess, some: readonly Kept[], declared: Declared): Diagnostic {
  const accounts = accountsWords(some, declared, () => "");
  return told(guard, {
    severity: "error",
    message: `On the way of this plan fewer than ${count(guard.atLeast, "person", "people")} would hold ${guard.permissionSet.value} in ${accounts}: what replaces them waits for their removal.`,
    help: "Make two plans of it: give it to who shall have it and apply, then take it away.",
  });
}

export function nobodyKnows(guard: KeepAccess, some: readonly Kept[], declared: Declared): Diagnostic {
  const accounts = accountsWords(some, declared, () => "");
  return told(guard, {
    severity: "error",
    message: `Whether at least ${count(guard.atLeast, "person keeps", "people keep")} ${guard.permissionSet.value} in ${accounts} cannot be told: not all who hold it could be read, and this plan takes it from some, or may.`,
    help: "Try again when everything can be read.",
  });
}

export function already(guard: KeepAccess, some: readonly Kept[], declared: Declared): Diagnostic {
  const accounts = accountsWords(some, declared, ({ have }) => String(have.size));
  return told(guard, {
    severity: "warning",
    message: `Fewer people than ${guard.atLeast} hold ${guard.permissionSet.value} in ${accounts}, and this plan does not change that.`,
    help: "Give it to more people, or ask for fewer.",
  });
}

export function ending(guard: KeepAccess, some: readonly Kept[], declared: Declared): Diagnostic {
  const ends = some.map(({ have, endings }) => endings[have.size - guard.atLeast] ?? Infinity);
  const first = ends.reduce((one, other) => Math.min(one, other));
  const accounts = accountsWords(some, declared, (one) => `${staying(one)} to stay`);
  return told(guard, {
    severity: "warning",
    message: `From ${new Date(first).toISOString()} fewer people than ${guard.atLeast} hold ${guard.permissionSet.value} in ${accounts}: the access of others ends by itself, and then no plan passes this guard.`,
    help: "Give it to somebody for good before that, or ask for fewer.",
  });
}

function told(
  { source }: KeepAccess,
  given: Pick<Diagnostic, "severity" | "message" | "help"> & { readonly change?: Diagnostic["change"] },
): Diagnostic {
  return diagnostic({ code: "keep-access", source, ...given });
}

/** `payments-prod (1 after, 3 now), web-prod (0 after, 2 now) and 12 more`. */
function accountsWords(
  some: readonly Kept[],
  { accountNames }: Declared,
  words: (one: Kept) => string,
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
