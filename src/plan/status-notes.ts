import type { Declared } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { listed } from "../model/plural.js";
import type { Snapshot } from "../model/snapshot.js";
import type { State } from "../model/state.js";
import { byText } from "../model/text.js";
import { namesakesAmong } from "./missing-principals.js";
import { revokedUsers } from "./revoked.js";
import { shortened } from "./tally.js";

/** How many grants of a person are named: the plan lists all as withheld. */
const mostGrants = 5;

type People = {
  /** Those who stay, leavers among them. */
  readonly users: State["users"];
  readonly leavers: ReadonlySet<string>;
  /** By user, grants of their own that cannot be taken away now. */
  readonly bound: ReadonlyMap<string, readonly string[]>;
};

/** What only a person can do: no public API sets a user's status. */
export function statusNotes(
  declared: Declared,
  live: Snapshot,
  { users, leavers, bound }: People,
): readonly Diagnostic[] {
  const notes: Diagnostic[] = [];
  const { scim, identitySource } = declared.settings;
  if (identitySource !== "identity-center" && leavers.size > 0)
    notes.push(
      diagnostic({
        code: "leavers-at-provider",
        severity: "info",
        message: `The identity provider (${identitySource}) owns memberships and users: what is taken from ${shortened([...leavers].sort(byText))} here comes back with its next synchronisation, unless it is taken away there as well.`,
        help: "Disable the person at the identity provider, and take them out of its groups.",
      }),
    );
  notes.push(...unknownLeavers(declared, live));
  if (scim !== null) return notes;
  const revoked = revokedUsers(live);
  // Whom the files want enabled may soon be let in again.
  const isForNow = (name: string): boolean =>
    revoked.has(name) && declared.users.get(name)?.value.status === "enabled";
  const enabled = [...leavers]
    .filter((name) => users.has(name) && live.status.get(name) !== "DISABLED" && !isForNow(name))
    .sort(byText);
  const tell = (names: readonly string[], what: string): void => {
    notes.push(
      diagnostic({
        code: "disable-in-console",
        severity: "info",
        message: `To be disabled, and still able to sign in, ${what}. No API can set a user's status.`,
        help: 'In the IAM Identity Center console: Users, the user\'s name, "Disable user access".',
        source: names.length === 1 ? (declared.users.get(names[0] ?? "")?.source ?? null) : null,
      }),
    );
  };
  const free = enabled.filter((name) => !bound.has(name));
  if (free.length > 0)
    tell(free, `though without memberships and grants there is nothing to reach: ${shortened(free)}`);
  const rest = enabled.filter((name) => bound.has(name));
  if (rest.length > 0)
    tell(
      rest,
      `with what cannot be taken away here and is withheld: ${shortened(rest.map((name) => `${name} (${listed(bound.get(name) ?? [], mostGrants)})`))}`,
    );
  for (const [name, { value, source }] of declared.users)
    if (value.status === "enabled" && live.status.get(name) === "DISABLED" && !revoked.has(name))
      notes.push(
        diagnostic({
          code: "user-disabled",
          severity: "info",
          message: `${name} is DISABLED in Identity Center and enabled in the files; changes to them are withheld.`,
          help: `In the IAM Identity Center console: Users, ${name}, "Enable user access"; or write status: disabled.`,
          source,
        }),
      );
  return notes;
}

/**
 * Where the files do not own everybody, a slip of the pen in the name of who leaves would take nothing from anybody, and
 * say nothing. Nobody can tell it from somebody who is gone for good.
 */
function unknownLeavers({ settings, users }: Declared, { state, gaps }: Snapshot): readonly Diagnostic[] {
  const areRead = gaps.every(({ covers }) => covers.every(({ kind }) => kind !== "user"));
  if (settings.manage.users === "all" || !areRead) return [];
  const unknown = [...users]
    .filter(([name, { value }]) => value.status === "disabled" && !state.users.has(name))
    .sort(([left], [right]) => byText(left, right));
  const [first] = unknown;
  if (first === undefined) return [];
  const namesake = namesakesAmong(state.users);
  const words = unknown.map(([name]) => {
    const meant = namesake(name);
    return meant === null ? name : `${name} (did you mean ${JSON.stringify(meant)}?)`;
  });
  return [
    diagnostic({
      code: "leaver-unknown",
      severity: "info",
      message: `Disabled in the files, and not in Identity Center by that name, so nothing is taken from anybody: ${shortened(words)}.`,
      help: "Correct the name; or take out who is gone for good.",
      source: unknown.length === 1 ? first[1].source : null,
    }),
  ];
}
