import { notAuthorized } from "../caller.js";
import type { Input } from "../constraints.js";
import type { Context, SomeHandlers } from "../context.js";
import { conflict, ServiceError, validationError } from "../errors.js";
import { nextHex } from "../ids.js";
import { page } from "../page.js";
import type { AccountInstance, SandboxState } from "../state.js";
import { type AnyInstance, identityStoreArn, instancesOf, requireInstance, sees } from "./common.js";
import { withTags } from "./tags.js";

type InstanceOperation =
  | "ListInstances"
  | "CreateInstance"
  | "DescribeInstance"
  | "UpdateInstance"
  | "DeleteInstance"
  | "ListRegions";

export const instanceHandlers: SomeHandlers<"sso-admin", InstanceOperation> = {
  /** A region without an instance is an empty list, no error. */
  ListInstances: (context, input) => {
    const found = instancesOf(context.state).filter(
      (one) => one.region === context.region && sees(context, one),
    );
    const { rows, next } = page(context, input, found, ({ arn }) => arn);
    return { Instances: rows.map(instanceOutput), ...next };
  },

  CreateInstance: (context, input) => {
    const { state, caller, region, now } = context;
    if (caller.kind === "management")
      throw validationError("Organization management account is not allowed to perform the operation.");
    const existing = state.accountInstances.get(caller.accountId);
    if (existing !== undefined) return { InstanceArn: repeated(context, input, existing).arn };
    const tags = withTags(new Map(), input.Tags ?? []);
    const instance: AccountInstance = {
      arn: `arn:aws:sso:::instance/ssoins-${nextHex(state, 16)}`,
      identityStoreId: `d-${nextHex(state, 10)}`,
      ownerAccountId: caller.accountId,
      region,
      name: input.Name ?? null,
      createdAt: now,
      request: input,
    };
    state.accountInstances.set(caller.accountId, instance);
    if (tags.size > 0) state.tags.set(instance.arn, tags);
    return { InstanceArn: instance.arn };
  },

  DescribeInstance: (context, input) => {
    const instance = requireInstance(context, input.InstanceArn);
    return {
      ...instanceOutput(instance),
      EncryptionConfigurationDetails: { KeyType: "AWS_OWNED_KMS_KEY", EncryptionStatus: "ENABLED" },
      PermissionSetsEnabled: instance.permissionSetsEnabled,
    };
  },

  UpdateInstance: (context, input) => {
    const { state } = context;
    const { arn, ownerAccountId } = requireOwn(context, input.InstanceArn);
    checkUpdate(input);
    const { Name: name, PermissionSetsEnabled: enabled } = input;
    const { instance } = state;
    const own = state.accountInstances.get(ownerAccountId);
    if (own?.arn === arn) {
      if (enabled !== undefined)
        throw validationError("Permission sets cannot be enabled for an account instance.");
      state.accountInstances.set(ownerAccountId, { ...own, name: name ?? own.name });
    } else
      state.instance = {
        ...instance,
        name: name ?? instance.name,
        permissionSetsEnabled: enabled ?? instance.permissionSetsEnabled,
      };
    return {};
  },

  DeleteInstance: (context, input) => {
    const { state } = context;
    const { arn, ownerAccountId } = requireOwn(context, input.InstanceArn);
    if (arn === state.instance.arn) deleteEverything(state);
    else state.accountInstances.delete(ownerAccountId);
    state.tags.delete(arn);
    return {};
  },

  ListRegions: (context, input) => {
    const instance = requireInstance(context, input.InstanceArn);
    const { rows, next } = page(context, input, regionsOf(instance), ({ RegionName }) => RegionName);
    return { Regions: rows, ...next };
  },
};

/** Seeing an instance is not enough to change it. */
function requireOwn(context: Context, arn: string): AnyInstance {
  const instance = requireInstance(context, arn);
  if (instance.ownerAccountId !== context.caller.accountId) throw notAuthorized(context.caller, context);
  return instance;
}

/** The account's instance, for a request that has come before. */
function repeated(
  { region }: Context,
  input: Input<"sso-admin", "CreateInstance">,
  existing: AccountInstance,
): AccountInstance {
  const token = input.ClientToken;
  if (token === undefined || token !== existing.request.ClientToken || region !== existing.region)
    throw conflict("An instance of IAM Identity Center already exists in this account.");
  if (JSON.stringify(input) !== JSON.stringify(existing.request))
    throw new ServiceError(
      "IdempotentParameterMismatch",
      "The ClientToken was used before, with other parameters.",
    );
  return existing;
}

/** There is no KMS here that could hold a customer's key. */
function checkUpdate(input: Input<"sso-admin", "UpdateInstance">): void {
  const { EncryptionConfiguration: encryption, PermissionSetsEnabled: enabled } = input;
  if (encryption !== undefined && enabled !== undefined)
    throw validationError("EncryptionConfiguration and PermissionSetsEnabled cannot be set in one request.");
  if (enabled === false) throw validationError("PermissionSetsEnabled can only be set to true.");
  if (encryption?.KeyType === "CUSTOMER_MANAGED_KEY")
    throw validationError("The sandbox has no KMS: the only KeyType here is AWS_OWNED_KMS_KEY.");
  if (encryption?.KmsKeyArn !== undefined)
    throw validationError("KmsKeyArn cannot be specified when KeyType is AWS_OWNED_KMS_KEY.");
}

/** Of the organization's instance; what accounts have made for themselves stays. */
function deleteEverything(state: SandboxState): void {
  for (const arn of state.permissionSets.keys()) state.tags.delete(arn);
  const { users, groups, memberships, permissionSets, roles, assignments, requests } = state;
  for (const table of [users, groups, memberships, permissionSets, roles, assignments, requests])
    table.clear();
  state.applicationAssignments.clear();
  state.accessControlAttributes = null;
  state.instance = { ...state.instance, deleted: true };
}

function instanceOutput(instance: AnyInstance): object {
  const { arn, identityStoreId, ownerAccountId, name, createdAt, region } = instance;
  return {
    InstanceArn: arn,
    IdentityStoreId: identityStoreId,
    IdentityStoreArn: identityStoreArn(instance),
    OwnerAccountId: ownerAccountId,
    ...(name !== null && { Name: name }),
    CreatedDate: createdAt / 1000,
    Status: "ACTIVE",
    PrimaryRegion: region,
    Regions: regionsOf(instance),
  };
}

/** The home region; there are no others. */
function regionsOf({ region, createdAt }: AnyInstance): readonly { readonly RegionName: string }[] {
  const home = { RegionName: region, Status: "ACTIVE", AddedDate: createdAt / 1000, IsPrimaryRegion: true };
  return [home];
}
