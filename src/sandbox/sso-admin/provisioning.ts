import type { Input } from "../constraints.js";
import type { Context, SomeHandlers } from "../context.js";
import { validationError } from "../errors.js";
import { page } from "../page.js";
import type { PermissionSet, Role } from "../state.js";
import { requireAccount, requirePermissionSet, requirePermissionSets, requireReach } from "./common.js";
import { provisioningStatusOutput } from "./request-status.js";
import { start } from "./requests.js";

type ProvisioningOperation =
  | "ProvisionPermissionSet"
  | "ListAccountsForProvisionedPermissionSet"
  | "ListPermissionSetsProvisionedToAccount";

export const provisioningHandlers: SomeHandlers<"sso-admin", ProvisioningOperation> = {
  ProvisionPermissionSet: (context, input) => {
    const set = requirePermissionSet(context, input);
    const accountIds = targets(context, set, input);
    requireReach(context, set, input.TargetId);
    const all = input.TargetType === "ALL_PROVISIONED_ACCOUNTS";
    const request = start(context, { kind: "provisioning", permissionSetArn: set.arn, all, accountIds });
    return { PermissionSetProvisioningStatus: provisioningStatusOutput(request) };
  },

  ListAccountsForProvisionedPermissionSet: (context, input) => {
    const set = requirePermissionSet(context, input);
    const roles = context.state.roles.by("set", set.arn).filter((role) => matches(context, role, input));
    const { rows, next } = page(context, input, roles, ({ accountId }) => accountId);
    return { AccountIds: rows.map(({ accountId }) => accountId), ...next };
  },

  ListPermissionSetsProvisionedToAccount: (context, input) => {
    requirePermissionSets(context, input.InstanceArn);
    requireAccount(context, input.AccountId);
    const roles = context.state.roles
      .by("account", input.AccountId)
      .filter((role) => matches(context, role, input));
    const { rows, next } = page(context, input, roles, ({ permissionSetArn }) => permissionSetArn);
    return { PermissionSets: rows.map(({ permissionSetArn }) => permissionSetArn), ...next };
  },
};

function targets(
  context: Context,
  set: PermissionSet,
  { TargetType, TargetId }: Input<"sso-admin", "ProvisionPermissionSet">,
): readonly string[] {
  if (TargetType === "ALL_PROVISIONED_ACCOUNTS") {
    if (TargetId !== undefined)
      throw validationError("TargetId is not allowed with ALL_PROVISIONED_ACCOUNTS.");
    return context.state.roles.by("set", set.arn).map(({ accountId }) => accountId);
  }
  if (TargetId === undefined) throw validationError("TargetId is required with AWS_ACCOUNT.");
  return [requireAccount(context, TargetId).id];
}

type StatusFilter = Input<"sso-admin", "ListAccountsForProvisionedPermissionSet">["ProvisioningStatus"];

function matches(
  context: Context,
  role: Role,
  { ProvisioningStatus: asked }: { readonly ProvisioningStatus?: StatusFilter },
): boolean {
  if (asked === undefined) return true;
  const latest = context.state.permissionSets.get(role.permissionSetArn)?.revision === role.revision;
  return latest === (asked === "LATEST_PERMISSION_SET_PROVISIONED");
}
