import type { Declared } from "../model/declared.js";
import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import { instant } from "../model/instant.js";
import type { Revoked, Snapshot } from "../model/snapshot.js";
import type { PermissionSet } from "../model/state.js";
import { shellWord } from "../model/text.js";
import { fitsInline, isStanding, revocationsIn, withRevocation } from "../policy/revocation.js";

// What `idc revoke` has done is not for a plan to undo: who is revoked leaves, whatever the files say, and the statements
// that cut off their sessions stay where they are until the last of those sessions has run out. Only what has a tag is
// honoured, and only in the one form and for the time that the command writes: a statement that anybody may have left
// there is a difference like any other.

/** The names of those whose access was ended. */
export function revokedUsers({ revoked }: Pick<Snapshot, "revoked">): ReadonlySet<string> {
  return new Set(revoked.flatMap(({ user }) => (user === null ? [] : [user])));
}

/** By what status people count who are to keep access: nobody is to rely on somebody who is revoked. */
export function countedStatus(live: Snapshot): Snapshot["status"] {
  return new Map([...live.status, ...[...revokedUsers(live)].map((name) => [name, "DISABLED"] as const)]);
}

/** The set as the files want it, with what still cuts off somebody's sessions there. */
export function withStanding(wanted: PermissionSet, name: string, live: Snapshot): PermissionSet {
  const current = live.state.permissionSets.get(name)?.inlinePolicy ?? null;
  if (live.revoked.length === 0 || current === null) return wanted;
  const tagged = new Set(live.revoked.map(({ userId }) => userId));
  const now = Date.parse(live.readAt);
  const standing = revocationsIn(current).filter(
    (revocation) => tagged.has(revocation.userId) && isStanding(revocation, now),
  );
  return { ...wanted, inlinePolicy: standing.reduce(withRevocation, wanted.inlinePolicy) };
}

/** Sets whose new policy the service will refuse for as long as it has to hold what cuts off somebody's sessions as well. */
export function fullSets({ permissionSets }: Declared, live: Snapshot): readonly Diagnostic[] {
  return [...permissionSets].flatMap(([name, { value, source }]) => {
    const { inlinePolicy } = withStanding(value, name, live);
    if (inlinePolicy === value.inlinePolicy || inlinePolicy === null || fitsInline(inlinePolicy)) return [];
    const until = instant(Math.max(...revocationsIn(inlinePolicy).map((one) => one.until)));
    return diagnostic({
      code: "no-room-for-revocation",
      severity: "warning",
      message: `The inline policy of ${name} has no room for what cuts off sessions of somebody who is revoked, until ${until}: Identity Center refuses the two together, and the set stays as it is.`,
      help: "Apply it again after that, or shorten the policy. It is nothing that a higher quota would change.",
      source,
    });
  });
}

/** Who gets nothing for now, and how that ends; and tags that nobody is left for. */
export function revokedNotes(declared: Declared, { revoked, gaps, state }: Snapshot): readonly Diagnostic[] {
  const isLeftFor = ({ user, isGone }: Revoked): boolean =>
    user !== null && (isGone !== true || state.users.has(user) || declared.users.has(user));
  // What could not be found out is told as a reading that failed.
  const areAllKnown = gaps.every(({ covers }) => covers.every(({ kind }) => kind !== "user"));
  const gone = areAllKnown ? revoked.filter((one) => !isLeftFor(one)) : [];
  return [
    ...revoked.filter(isLeftFor).flatMap(({ userId, user, isGone, since }) =>
      user === null
        ? []
        : [
            diagnostic({
              code: "revoked",
              severity: "info",
              message: `${user} is revoked since ${since}, and gets no membership and no grant, whatever the files say.${isGone === true ? ` The user who that was (${userId}) is gone; so it goes for any other of that name, and idc makes none.` : ""}`,
              help: `To give back what the files say: idc revoke ${shellWord(user)} --lift, then apply. If it is for good, write status: disabled, or take the person out of the files.`,
              source: declared.users.get(user)?.source ?? null,
            }),
          ],
    ),
    ...(gone.length === 0
      ? []
      : [
          diagnostic({
            code: "revoked-gone",
            severity: "info",
            message: `The instance has tags of revoked users that are no longer there: ${gone.map(({ userId }) => userId).join(", ")}.`,
            help: `An instance can have only so many tags. To take one away: idc revoke ${shellWord(gone[0]?.userId ?? "")} --lift`,
          }),
        ]),
  ];
}
