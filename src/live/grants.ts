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
