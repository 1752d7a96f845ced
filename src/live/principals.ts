import type { DescribeGroupResponse } from "@aws-sdk/client-identitystore";
import type { Group, User, UserStatus } from "../model/state.js";
import { unreadable } from "./api.js";
import type { OperationName } from "./operations.js";
import type { Site } from "./site.js";
import { enterpriseExtension, userOf, type ApiUser } from "./user-attributes.js";

export type UserRow = {
  readonly id: string;
  readonly name: string;
  readonly user: User;
  readonly status: UserStatus | null;
  /** Who says to have made it, where that is not Identity Center itself. */
  readonly issuer: string | null;
};
export type GroupRow = {
  readonly id: string;
  readonly name: string;
  readonly group: Group;
  readonly issuer: string | null;
};
export type MemberRow = { readonly groupId: string; readonly userId: string; readonly membershipId: string };

export async function listUsers({ api, instance }: Site): Promise<readonly UserRow[]> {
  const operation = "identitystore ListUsers";
  const users = await api.list(
    operation,
    { IdentityStoreId: instance.identityStoreId, Extensions: [enterpriseExtension], MaxResults: 100 },
    (page) => page.Users,
  );
  return users.map((user) => userRow(operation, user));
}

/** Rejects with `not-found` when there is no such user. */
export async function describeUser(site: Site, id: string): Promise<UserRow> {
  return userRow("identitystore DescribeUser", await describeApiUser(site, id));
}

export function describeApiUser({ api, instance }: Site, id: string): Promise<ApiUser> {
  return api.call("identitystore DescribeUser", {
    IdentityStoreId: instance.identityStoreId,
    UserId: id,
    Extensions: [enterpriseExtension],
  });
}

export async function listGroups({ api, instance }: Site): Promise<readonly GroupRow[]> {
  const operation = "identitystore ListGroups";
  const groups = await api.list(
    operation,
    { IdentityStoreId: instance.identityStoreId, MaxResults: 100 },
    (page) => page.Groups,
  );
  return groups.map((group) => groupRow(operation, group));
}

/** Rejects with `not-found` when there is no such group. */
export async function describeGroup({ api, instance }: Site, id: string): Promise<GroupRow> {
  const operation = "identitystore DescribeGroup";
  return groupRow(
    operation,
    await api.call(operation, { IdentityStoreId: instance.identityStoreId, GroupId: id }),
  );
}

export async function listMembers({ api, instance }: Site, groupId: string): Promise<readonly MemberRow[]> {
  const operation = "identitystore ListGroupMemberships";
  const memberships = await api.list(
    operation,
    { IdentityStoreId: instance.identityStoreId, GroupId: groupId, MaxResults: 100 },
    (page) => page.GroupMemberships,
  );
  return memberships.map(({ MemberId, MembershipId }) => {
    if (MemberId?.UserId === undefined || MembershipId === undefined)
      throw unreadable(operation, "a membership lacks its id or its user");
    return { groupId, userId: MemberId.UserId, membershipId: MembershipId };
  });
}

/** The groups that a user is in. */
export async function listMembershipsOf(
  { api, instance }: Site,
  userId: string,
): Promise<readonly MemberRow[]> {
  const operation = "identitystore ListGroupMembershipsForMember";
  const memberships = await api.list(
    operation,
    { IdentityStoreId: instance.identityStoreId, MemberId: { UserId: userId }, MaxResults: 100 },
    (page) => page.GroupMemberships,
  );
  return memberships.map(({ GroupId: groupId, MembershipId: membershipId }) => {
    if (groupId === undefined || membershipId === undefined)
      throw unreadable(operation, "a membership lacks its id or its group");
    return { groupId, userId, membershipId };
  });
}

function userRow(operation: OperationName, user: ApiUser): UserRow {
  if (user.UserId === undefined || user.UserName === undefined)
    throw unreadable(operation, "a user lacks its id or its name");
  return {
    id: user.UserId,
    name: user.UserName,
    user: userOf(user),
    status: user.UserStatus ?? null,
    issuer: issuerOf(user),
  };
}

function groupRow(operation: OperationName, given: Partial<DescribeGroupResponse>): GroupRow {
  const { GroupId: id, DisplayName: name, Description: description } = given;
  if (id === undefined || name === undefined) throw unreadable(operation, "a group lacks its id or its name");
  const group = description === undefined || description === "" ? {} : { description };
  return { id, name, group, issuer: issuerOf(given) };
}

/** The issuer of the first external id, which SCIM and the synchronisation of a directory give; the API never does. */
function issuerOf({ ExternalIds }: Pick<ApiUser, "ExternalIds">): string | null {
  return ExternalIds?.[0]?.Issuer ?? null;
}
