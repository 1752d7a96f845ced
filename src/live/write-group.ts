import equal from "fast-deep-equal";
import type { Writer } from "../apply/ports.js";
import { createNamed, mustFind } from "./found.js";
import { isKind, orNull } from "./gaps.js";
import { membershipKey, type Identities } from "./identities.js";
import { describeGroup, listMembers } from "./principals.js";
import type { Site } from "./site.js";

export function groupWriter(site: Site, { groups }: Identities): Writer["group"] {
  const { api, instance } = site;
  const store = { IdentityStoreId: instance.identityStoreId };
  return {
    async create(name, { description }) {
      const input = { ...store, DisplayName: name, Description: description };
      await createNamed(
        site,
        groups,
        name,
        async () => (await api.call("identitystore CreateGroup", input)).GroupId,
        // Only a group without members can be the echo of our own request: grants to it are about to begin.
        async (id) =>
          equal((await describeGroup(site, id)).group, description === undefined ? {} : { description }) &&
          (await listMembers(site, id)).length === 0,
      );
    },
    /** An operation without a value removes the attribute. */
    async update(name, fields) {
      const id = await mustFind(site, groups, "group", name);
      const Operations = fields.map(({ path, after }) => ({
        AttributePath: path,
        ...(typeof after === "string" && { AttributeValue: after }),
      }));
      await api.call("identitystore UpdateGroup", { ...store, GroupId: id, Operations });
    },
    async delete(name) {
      const id = await groups.find(site, name);
      if (id !== null) await orNull(api.call("identitystore DeleteGroup", { ...store, GroupId: id }));
      groups.forget(name);
    },
  };
}

export function membershipWriter(site: Site, identities: Identities): Writer["membership"] {
  const { api, instance } = site;
  const { users, groups, memberships } = identities;
  const store = { IdentityStoreId: instance.identityStoreId };

  /** The membership's id as the service has it now; null when there is none. */
  async function look(groupId: string, userId: string): Promise<string | null> {
    const input = { ...store, GroupId: groupId, MemberId: { UserId: userId } };
    const found = await orNull(api.call("identitystore GetGroupMembershipId", input));
    return found?.MembershipId ?? null;
  }

  async function remove(id: string): Promise<"removed" | "gone"> {
    const answer = await orNull(
      api.call("identitystore DeleteGroupMembership", { ...store, MembershipId: id }),
    );
    return answer === null ? "gone" : "removed";
  }

  return {
    async create({ group, user }) {
      const groupId = await mustFind(site, groups, "group", group);
      const userId = await mustFind(site, users, "user", user);
      const input = { ...store, GroupId: groupId, MemberId: { UserId: userId } };
      try {
        const { MembershipId } = await api.call("identitystore CreateGroupMembership", input);
        if (MembershipId !== undefined) memberships.set(membershipKey(groupId, userId), MembershipId);
      } catch (error) {
        const there = isKind(error, "conflict") ? await look(groupId, userId) : null;
        if (there === null) throw error;
        memberships.set(membershipKey(groupId, userId), there);
      }
    },
    async delete({ group, user }) {
      const [groupId, userId] = await Promise.all([groups.find(site, group), users.find(site, user)]);
      if (groupId === null || userId === null) return;
      const key = membershipKey(groupId, userId);
      const remembered = memberships.get(key);
      memberships.delete(key);
      // The one we knew may have been removed and made anew by somebody else.
      if (remembered !== undefined && (await remove(remembered)) === "removed") return;
      const current = await look(groupId, userId);
      if (current !== null) await remove(current);
    },
  };
}
