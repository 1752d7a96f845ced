/** What the operations on instances, permission sets and assignments share. */
import { notAuthorized } from "../caller.js";
import type { Context } from "../context.js";
import { accessDenied, notFound, validationError } from "../errors.js";
import type { Account } from "../organization.js";
import {
  type Instance,
  type PermissionSet,
  type PermissionSetContent,
  principalKey,
  type PrincipalType,
  roleKey,
  type SandboxState,
} from "../state.js";

/** Of either kind: the organization's, or an account's own. */
export type AnyInstance = Omit<Instance, "deleted"> & {
  readonly ownerAccountId: string;
  readonly region: string;
};

/** All that there are, whoever sees them. */
export function instancesOf({ instance, organization, accountInstances }: SandboxState): AnyInstance[] {
  const { managementAccount, region } = organization;
  return [
    ...(instance.deleted ? [] : [{ ...instance, ownerAccountId: managementAccount, region }]),
    ...[...accountInstances.values()].map((one) => ({ ...one, permissionSetsEnabled: false })),
  ];
}

export function identityStoreArn({ ownerAccountId, identityStoreId }: AnyInstance): string {
  return `arn:aws:identitystore::${ownerAccountId}:identitystore/${identityStoreId}`;
}

/** The organization's instance is the delegated administrator's too. */
export function sees({ caller, state }: Context, { arn, ownerAccountId }: AnyInstance): boolean {
  if (ownerAccountId === caller.accountId) return true;
  return arn === state.instance.arn && caller.kind === "delegated-administrator";
}

/**
 * @throws ServiceError ResourceNotFoundException for an instance that is not there, or not in this region;
 *   AccessDeniedException for one that the caller does not see.
 */
export function requireInstance(context: Context, arn: string): AnyInstance {
  const found = instancesOf(context.state).find((one) => one.arn === arn && one.region === context.region);
  if (found === undefined) throw notFound(`Instance ${arn} does not exist in ${context.region}.`);
  if (!sees(context, found)) throw notAuthorized(context.caller, context);
  return found;
}

/** As `requireInstance`, for what an account's own instance does not have. */
export function requireOrganizationInstance(context: Context, arn: string): AnyInstance {
  const found = requireInstance(context, arn);
  if (arn !== context.state.instance.arn)
    throw validationError("The operation is not supported for an account instance.");
  return found;
}

/** As `requireOrganizationInstance`, for what an instance without multi-account permissions refuses. */
export function requirePermissionSets(context: Context, instanceArn: string): void {
  if (!requireOrganizationInstance(context, instanceArn).permissionSetsEnabled)
    throw validationError("Permission sets are not enabled for this instance.");
}

export function requirePermissionSet(
  context: Context,
  input: { readonly InstanceArn: string; readonly PermissionSetArn: string },
): PermissionSet {
  requirePermissionSets(context, input.InstanceArn);
  const set = context.state.permissionSets.get(input.PermissionSetArn);
  if (set === undefined) throw notFound(`PermissionSet with ARN ${input.PermissionSetArn} does not exist.`);
  return set;
}

export function requireAccount(context: Context, id: string): Account {
  const account = context.state.organization.accounts.get(id);
  if (account === undefined) throw notFound(`Account ${id} does not exist in the organization.`);
  return account;
}

export function requirePrincipal({ state }: Context, type: PrincipalType, id: string): void {
  if (!(type === "USER" ? state.users : state.groups).has(id))
    throw notFound(`${type} ${id} does not exist.`);
}

/** The principal, and for a user the groups that the user is in: whose assignments reach the principal. */
export function principalsOf(
  { state }: Context,
  { PrincipalType, PrincipalId }: { readonly PrincipalType: PrincipalType; readonly PrincipalId: string },
): readonly string[] {
  const own = principalKey(PrincipalType, PrincipalId);
  if (PrincipalType === "GROUP") return [own];
  const memberships = state.memberships.by("user", PrincipalId);
  return [own, ...memberships.map(({ groupId }) => principalKey("GROUP", groupId))];
}

/**
 * A delegated administrator may not touch what reaches into the management account.
 * @throws ServiceError AccessDeniedException
 */
export function requireReach(context: Context, set: PermissionSet, accountId?: string): void {
  if (context.caller.kind !== "delegated-administrator") return;
  const { managementAccount } = context.state.organization;
  if (accountId === managementAccount || context.state.roles.has(roleKey(managementAccount, set.arn)))
    throw accessDenied(
      "You can't modify or assign access to permission sets provisioned in the management account.",
    );
}

/** The set for an operation that writes it. */
export function requireWritable(
  context: Context,
  input: { readonly InstanceArn: string; readonly PermissionSetArn: string },
): PermissionSet {
  const set = requirePermissionSet(context, input);
  requireReach(context, set);
  return set;
}

/** Every edit leaves the accounts that hold the set behind, until it is provisioned there. */
export function edit(context: Context, set: PermissionSet, change: Partial<PermissionSetContent>): void {
  context.state.permissionSets.set(set.arn, {
    ...set,
    revision: set.revision + 1,
    content: { ...set.content, ...change },
  });
}
