import type { Context, SomeHandlers } from "../context.js";
import { page } from "../page.js";
import { requireInstance } from "./common.js";

export const instanceHandlers: SomeHandlers<"sso-admin", "ListInstances" | "DescribeInstance"> = {
  /** Another region than the home region has no instance to show: an empty list, no error. */
  ListInstances: (context, input) => {
    const { instance, organization } = context.state;
    const found = context.region === organization.region ? [instance] : [];
    const { rows, next } = page(context, input, found, ({ arn }) => arn);
    return { Instances: rows.map(() => instanceOutput(context)), ...next };
  },

  DescribeInstance: (context, input) => {
    requireInstance(context, input.InstanceArn);
    return {
      ...instanceOutput(context),
      PermissionSetsEnabled: context.state.instance.permissionSetsEnabled,
    };
  },
};

function instanceOutput({ state: { instance, organization } }: Context): object {
  const owner = organization.managementAccount;
  const createdAt = instance.createdAt / 1000;
  return {
    InstanceArn: instance.arn,
    IdentityStoreId: instance.identityStoreId,
    IdentityStoreArn: `arn:aws:identitystore::${owner}:identitystore/${instance.identityStoreId}`,
    OwnerAccountId: owner,
    CreatedDate: createdAt,
    Status: "ACTIVE",
    PrimaryRegion: organization.region,
    Regions: [
      { RegionName: organization.region, Status: "ACTIVE", AddedDate: createdAt, IsPrimaryRegion: true },
    ],
  };
}
