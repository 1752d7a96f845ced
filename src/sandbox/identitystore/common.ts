/** What the operations on users, groups and memberships share. */
import type { Context } from "../context.js";
import { conflict, notFound, type ServiceError, validationError } from "../errors.js";
import { nextUuid } from "../ids.js";
import { type Audit, type ExternalId, foldName, type Group, type User } from "../state.js";

/** @throws ServiceError ResourceNotFoundException for any other store, or from any other region. */
export function requireStore(context: Context, id: string): void {
  const { instance, organization } = context.state;
  const known = id === instance.identityStoreId && !instance.deleted;
  if (known && context.region === organization.region) return;
  throw notFound("IdentityStore not found.", { ResourceType: "IDENTITY_STORE", ResourceId: id });
}

export function requireUser(context: Context, id: string): User {
  const user = context.state.users.get(id);
  if (user === undefined) throw notFound("USER not found.", { ResourceType: "USER", ResourceId: id });
  return user;
}

export function requireGroup(context: Context, id: string): Group {
  const group = context.state.groups.get(id);
  if (group === undefined) throw notFound("GROUP not found.", { ResourceType: "GROUP", ResourceId: id });
  return group;
}

/** The user or group that an external identity provider knows by this id; null when there is none. */
export function withExternalId<Row extends { readonly externalIds: readonly ExternalId[] }>(
  rows: Iterable<Row>,
  { Issuer, Id }: ExternalId,
): Row | null {
  for (const row of rows) if (row.externalIds.some((id) => id.Issuer === Issuer && id.Id === Id)) return row;
  return null;
}

/** Users, groups and memberships have ids of one form: ten digits of the store's id and a UUID. */
export function newId(context: Context): string {
  return `${context.state.instance.identityStoreId.slice(2)}-${nextUuid(context.state)}`;
}

export function newAudit(context: Context): Audit {
  const { now, caller } = context;
  return { createdAt: now, createdBy: caller.arn, updatedAt: now, updatedBy: caller.arn };
}

export function touched(context: Context): { updatedAt: number; updatedBy: string } {
  return { updatedAt: context.now, updatedBy: context.caller.arn };
}

/** Times go over the wire as seconds. */
export function auditOutput(row: Audit): object {
  return {
    CreatedAt: row.createdAt / 1000,
    CreatedBy: row.createdBy,
    UpdatedAt: row.updatedAt / 1000,
    UpdatedBy: row.updatedBy,
  };
}

export function duplicate(message: string): ServiceError {
  return conflict(message, { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" });
}

/** The service tells the last part of an attribute's path, in lower case. */
export function requiredAttribute(path: string): ServiceError {
  const name = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return validationError(`${name}: The attribute ${name} is required`);
}

const reservedNames = new Set(["administrator", "awsadministrators"]);

/** The service keeps two names for itself, for users and groups alike. */
export function refuseReservedName(name: string): void {
  if (reservedNames.has(foldName(name))) throw validationError(`${name} is a reserved name`);
}

/** Removes the memberships of a user or group that goes. Its account assignments stay, as orphans. */
export function removeMemberships(context: Context, end: "user" | "group", id: string): void {
  const { memberships } = context.state;
  for (const membership of memberships.by(end, id)) memberships.delete(membership.id);
}
