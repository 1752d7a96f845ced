import type { AccountId, PrincipalType } from "../model/keys.js";
import { unreadable } from "./api.js";
import type { Site } from "./site.js";

/** An assignment by ids. */
export type GrantRow = {
  readonly arn: string;
  readonly account: AccountId;
  readonly type: PrincipalType;
  readonly principalId: string;
};

/** The accounts where the set's role exists; with `lagging`, those where it is behind the set's latest edits. */
export function listProvisionedAccounts(
  { api, instance }: Site,
  arn: string,
  which: "all" | "lagging",
): Promise<readonly AccountId[]> {
  return api.list(
    "sso-admin ListAccountsForProvisionedPermissionSet",
    {
      InstanceArn: instance.arn,
      PermissionSetArn: arn,
      MaxResults: 100,
      ...(which === "lagging" && { ProvisioningStatus: "LATEST_PERMISSION_SET_NOT_PROVISIONED" as const }),
    },
    (page) => page.AccountIds,
  );
}

/**
 * What a user or group holds directly, in one account or everywhere. Asked for a user, the service may add what the user's
 * groups hold, so rows of others are passed over. Not every caller may ask.
 */
export async function listGrantsOf(
  { api, instance }: Site,
  type: PrincipalType,
  principalId: string,
  account: AccountId | null = null,
): Promise<readonly GrantRow[]> {
  const operation = "sso-admin ListAccountAssignmentsForPrincipal";
  const rows = await api.list(
    operation,
    {
      InstanceArn: instance.arn,
      PrincipalId: principalId,
      PrincipalType: type === "user" ? "USER" : "GROUP",
      MaxResults: 100,
      ...(account !== null && { Filter: { AccountId: account } }),
    },
    (page) => page.AccountAssignments,
  );
  return rows.flatMap(({ AccountId, PermissionSetArn: arn, PrincipalId, PrincipalType }) => {
    if (
      AccountId === undefined ||
      arn === undefined ||
      PrincipalId === undefined ||
      PrincipalType === undefined
    )
      throw unreadable(operation, "an assignment lacks one of its parts");
    const isOwn = PrincipalId === principalId && PrincipalType === (type === "user" ? "USER" : "GROUP");
    return isOwn ? [{ arn, account: AccountId, type, principalId }] : [];
  });
}

/** Who holds the set in the account. The rows name users and groups as they were assigned, not the groups' members. */
export async function listGrants(
  { api, instance }: Site,
  arn: string,
  account: AccountId,
): Promise<readonly GrantRow[]> {
  const operation = "sso-admin ListAccountAssignments";
  const rows = await api.list(
    operation,
    { InstanceArn: instance.arn, AccountId: account, PermissionSetArn: arn, MaxResults: 100 },
    (page) => page.AccountAssignments,
  );
  return rows.map(({ PrincipalId, PrincipalType }) => {
    if (PrincipalId === undefined || PrincipalType === undefined)
      throw unreadable(operation, "an assignment lacks its principal");
    return { arn, account, type: PrincipalType === "USER" ? "user" : "group", principalId: PrincipalId };
  });
}
