/** What the operations on permission sets and assignments share. */
import type { Context } from "../context.js";
import { accessDenied, notFound, validationError } from "../errors.js";
import type { Account } from "../organization.js";
import { type PermissionSet, type PermissionSetContent, roleKey } from "../state.js";

/** @throws ServiceError ResourceNotFoundException for any other instance, or from any other region. */
export function requireInstance(context: Context, arn: string): void {
  const { instance, organization } = context.state;
  if (arn !== instance.arn || context.region !== organization.region)
    throw notFound(`Instance ${arn} does not exist in ${context.region}.`);
}

/** As `requireInstance`, for what an instance without multi-account permissions refuses. */
export function requirePermissionSets(context: Context, instanceArn: string): void {
  requireInstance(context, instanceArn);
  if (!context.state.instance.permissionSetsEnabled)
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
