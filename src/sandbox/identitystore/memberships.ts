import type { Context, SomeHandlers } from "../context.js";
import { notFound, type ServiceError, validationError } from "../errors.js";
import { page } from "../page.js";
import type { Membership } from "../state.js";
import {
  auditOutput,
  duplicate,
  newAudit,
  newId,
  requireGroup,
  requireStore,
  requireUser,
} from "./common.js";

type MembershipOperation =
  | "CreateGroupMembership"
  | "DescribeGroupMembership"
  | "DeleteGroupMembership"
  | "GetGroupMembershipId"
  | "IsMemberInGroups"
  | "ListGroupMemberships"
  | "ListGroupMembershipsForMember";

export const membershipHandlers: SomeHandlers<"identitystore", MembershipOperation> = {
  CreateGroupMembership: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const group = requireGroup(context, input.GroupId);
    const user = requireUser(context, input.MemberId.UserId);
    if (user.status === "DISABLED") throw validationError("A disabled user cannot be added to a group.");
    if (findMembership(context, group.id, user.id) !== null)
      throw duplicate("Member and Group relationship already exists.");
    const { id } = addMembership(context, group.id, user.id);
    return { MembershipId: id, IdentityStoreId: input.IdentityStoreId };
  },

  DescribeGroupMembership: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    return membershipOutput(context, requireMembership(context, input.MembershipId));
  },

  DeleteGroupMembership: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    context.state.memberships.delete(requireMembership(context, input.MembershipId).id);
    return {};
  },

  GetGroupMembershipId: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const group = requireGroup(context, input.GroupId);
    const user = requireUser(context, input.MemberId.UserId);
    const membership = findMembership(context, group.id, user.id);
    if (membership === null) throw membershipNotFound();
    return { MembershipId: membership.id, IdentityStoreId: input.IdentityStoreId };
  },

  IsMemberInGroups: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const user = requireUser(context, input.MemberId.UserId);
    const groups = input.GroupIds.map((id) => requireGroup(context, id));
    return {
      Results: groups.map(({ id }) => ({
        GroupId: id,
        MemberId: { UserId: user.id },
        MembershipExists: findMembership(context, id, user.id) !== null,
      })),
    };
  },

  ListGroupMemberships: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const group = requireGroup(context, input.GroupId);
    const memberships = context.state.memberships.by("group", group.id);
    const { rows, next } = page(context, input, memberships, ({ id }) => id);
    return { GroupMemberships: rows.map((membership) => membershipOutput(context, membership)), ...next };
  },

  ListGroupMembershipsForMember: (context, input) => {
    requireStore(context, input.IdentityStoreId);
    const user = requireUser(context, input.MemberId.UserId);
    const memberships = context.state.memberships.by("user", user.id);
    const { rows, next } = page(context, input, memberships, ({ id }) => id);
    return { GroupMemberships: rows.map((membership) => membershipOutput(context, membership)), ...next };
  },
};

/** For a user who is no member yet. */
export function addMembership(context: Context, groupId: string, userId: string): Membership {
  const membership: Membership = { id: newId(context), groupId, userId, ...newAudit(context) };
  context.state.memberships.set(membership.id, membership);
  return membership;
}

export function findMembership(context: Context, groupId: string, userId: string): Membership | null {
  return context.state.memberships.by("pair", `${groupId}/${userId}`)[0] ?? null;
}

function requireMembership(context: Context, id: string): Membership {
  const membership = context.state.memberships.get(id);
  if (membership === undefined) throw membershipNotFound(id);
  return membership;
}

function membershipNotFound(id?: string): ServiceError {
  return notFound("MEMBERSHIP not found.", {
    ResourceType: "GROUP_MEMBERSHIP",
    ...(id !== undefined && { ResourceId: id }),
  });
}

function membershipOutput(context: Context, membership: Membership): object {
  return {
    IdentityStoreId: context.state.instance.identityStoreId,
    MembershipId: membership.id,
    GroupId: membership.groupId,
    MemberId: { UserId: membership.userId },
    ...auditOutput(membership),
  };
}
