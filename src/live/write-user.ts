import equal from "fast-deep-equal";
import type { Writer } from "../apply/ports.js";
import { createNamed, mustFind } from "./found.js";
import { orNull } from "./gaps.js";
import type { Identities } from "./identities.js";
import { describeApiUser, describeGroup, describeUser } from "./principals.js";
import type { UserStatus } from "../model/state.js";
import type { Site } from "./site.js";
import { creation, needsCurrent, updates } from "./user-attributes.js";

export function userWriter(
  site: Site,
  { users }: Identities,
  setStatus: (name: string, status: UserStatus, seen: () => Promise<UserStatus | null>) => Promise<void>,
): Writer["user"] {
  const { api, instance } = site;
  const store = { IdentityStoreId: instance.identityStoreId };
  return {
    async create(name, value) {
      const input = { ...store, UserName: name, ...creation(value) };
      await createNamed(
        site,
        users,
        name,
        async () => (await api.call("identitystore CreateUser", input)).UserId,
        async (id) => equal((await describeUser(site, id)).user, value),
      );
    },
    async update(name, fields) {
      const id = await mustFind(site, users, "user", name);
      const current = needsCurrent(fields) ? await describeApiUser(site, id) : {};
      const Operations = updates(fields, current);
      await api.call("identitystore UpdateUser", { ...store, UserId: id, Operations });
    },
    async delete(name) {
      const id = await users.find(site, name);
      if (id !== null) await orNull(api.call("identitystore DeleteUser", { ...store, UserId: id }));
      users.forget(name);
    },
    async setStatus(name, status) {
      const id = await mustFind(site, users, "user", name);
      await setStatus(name, status, async () => (await describeUser(site, id)).status);
    },
    async groupsOf(name) {
      const id = await users.find(site, name);
      if (id === null) return [];
      const operation = "identitystore ListGroupMembershipsForMember";
      const input = { ...store, MemberId: { UserId: id }, MaxResults: 100 };
      const memberships = await orNull(api.list(operation, input, (page) => page.GroupMemberships));
      const groups = await Promise.all(
        (memberships ?? []).map(({ GroupId }) => orNull(describeGroup(site, GroupId ?? ""))),
      );
      return groups.flatMap((group) => (group === null ? [] : [group.name]));
    },
  };
}
