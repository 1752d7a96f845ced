import type { PrincipalType } from "../model/keys.js";
import type { LiveError } from "../model/live-error.js";
import { leavesGap, orNull } from "./gaps.js";
import { describeGroup, describeUser, type GroupRow, type MemberRow, type UserRow } from "./principals.js";
import { listedAgain } from "./listed-again.js";
import { readMembers, type Rows } from "./read-all.js";
import type { Site } from "./site.js";
import type { Tally } from "./tally.js";

/** Users and groups as far as rows name them, with those that no list had. */
export type Principals = {
  readonly users: ReadonlyMap<string, UserRow>;
  readonly groups: ReadonlyMap<string, GroupRow>;
  readonly members: readonly MemberRow[];
  /** Ids of which the service could not say whether there is such a user or group. */
  readonly unclear: ReadonlyMap<string, LiveError>;
};

/**
 * Looks up by id what memberships and assignments name and the lists did not have: somebody who came while the lists
 * were read, or an orphan, whose id the service does not find. Those found join the others, a group with its members.
 */
export async function meetLatecomers(site: Site, rows: Rows, tally: Tally): Promise<Principals> {
  const users = new Map(rows.users);
  const groups = new Map(rows.groups);
  const members = [...rows.members];
  const unclear = new Map<string, LiveError>();
  const reading = { site, tally, gaps: rows.gaps, again: listedAgain(site) };
  const grants = (rows.sets ?? []).flatMap((set) => set.grants);

  if (rows.groups !== null)
    await lookUp(
      "group",
      grants.filter(({ type }) => type === "group").map(({ principalId }) => principalId),
      groups,
      async (id) => {
        const group = await orNull(describeGroup(site, id));
        const found = group === null ? "gone" : await readMembers(reading, group);
        if (group === null || found === "gone") return;
        groups.set(id, group);
        members.push(...found);
      },
    );
  if (rows.users !== null)
    await lookUp(
      "user",
      [
        ...members.map(({ userId }) => userId),
        ...grants.filter(({ type }) => type === "user").map(({ principalId }) => principalId),
      ],
      users,
      async (id) => {
        const user = await orNull(describeUser(site, id));
        if (user !== null) users.set(id, user);
      },
    );
  return { users, groups, members, unclear };

  async function lookUp(
    kind: PrincipalType,
    ids: readonly string[],
    known: ReadonlyMap<string, unknown>,
    look: (id: string) => Promise<void>,
  ): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !known.has(id));
    await Promise.all(
      unknown.map(async (id) => {
        try {
          await look(id);
        } catch (error) {
          if (!leavesGap(error)) throw error;
          unclear.set(id, error);
          // Whoever it is, the files may name them: nobody of that kind is known to be missing.
          rows.gaps.add([{ kind }], error);
        }
      }),
    );
  }
}
