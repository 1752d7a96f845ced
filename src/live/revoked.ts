import type { InstanceTags } from "../apply/ports.js";
import type { Revoked, Snapshot } from "../model/snapshot.js";
import { byText } from "../model/text.js";
import { isUserId } from "../policy/revocation.js";
import type { Content } from "./assemble.js";
import { createGaps, orNull } from "./gaps.js";
import type { Identities } from "./identities.js";
import { describeUser } from "./principals.js";
import type { Site } from "./site.js";

/**
 * What was read, and whose access has ended by the tags, which name users by their ids. Where it cannot be found out who
 * one of them is, it may be anybody, and nobody shall be given anything.
 */
export async function withRevoked(
  site: Site,
  identities: Identities,
  content: Content,
  tagged: InstanceTags["revoked"],
): Promise<Content & Pick<Snapshot, "revoked">> {
  const read = new Map([...content.state.users.keys()].map((name) => [identities.users.known(name), name]));
  const gaps = createGaps();
  const revoked = await Promise.all(
    [...tagged].map(async ([userId, { since, user: was }]): Promise<Revoked> => {
      const there = read.get(userId);
      const found = there === undefined ? await look(userId) : { name: there };
      const isGone = found?.name === null && was !== null;
      return { userId, user: isGone ? was : (found?.name ?? null), since, ...(isGone && { isGone }) };
    }),
  );
  return {
    ...content,
    revoked: revoked.sort((left, right) => byText(left.userId, right.userId)),
    gaps: [...content.gaps, ...gaps.all],
  };

  /** Null when it cannot be found out; without a name where there is no such user. */
  async function look(id: string): Promise<{ readonly name: string | null } | null> {
    if (!isUserId(id)) return { name: null };
    return gaps.guard([{ kind: "user" }], async () => {
      const user = await orNull(describeUser(site, id));
      return { name: user?.name ?? null };
    });
  }
}
