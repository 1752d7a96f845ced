import type { InstanceMetadata } from "@aws-sdk/client-sso-admin";
import type { InstanceTags } from "../apply/ports.js";
import type { AccountId } from "../model/keys.js";
import { LiveError, type LiveErrorKind } from "../model/live-error.js";
import type { Instance } from "../model/snapshot.js";
import { unreadable, type Api } from "./api.js";
import { readRevokedValue, revokedTag } from "./revoked-tag.js";

/** The tag on the instance that remembers what was applied last. */
export const markTag = "idc:applied";

type Question = {
  readonly api: Api;
  readonly region: string;
  /** The instance that the settings name; null: the only organization instance there is. */
  readonly instanceArn: string | null;
  /** Null when Organizations cannot be read: then account instances cannot be told from organization instances. */
  readonly managementAccount: AccountId | null;
};

/** Finds the Identity Center to work on, with whose access was ended there, or explains why there is none that idc can manage. */
export async function findInstance(
  question: Question,
): Promise<{ readonly instance: Instance; readonly revoked: InstanceTags["revoked"] }> {
  const { api, region } = question;
  const listed = await api.list("sso-admin ListInstances", { MaxResults: 100 }, (page) => page.Instances);
  const found = choose(listed, question);
  const { InstanceArn: arn, IdentityStoreId: identityStoreId, OwnerAccountId: ownerAccountId } = found;
  if (arn === undefined || identityStoreId === undefined || ownerAccountId === undefined)
    throw unreadable("sso-admin ListInstances", "an instance lacks its ARN, identity store or owner");
  mustBeHome(found, region);
  await mustTakePermissionSets(api, arn);
  const { mark, revoked } = await readTags(api, arn);
  return { instance: { arn, identityStoreId, region, ownerAccountId, mark }, revoked };
}

function choose(listed: readonly InstanceMetadata[], question: Question): InstanceMetadata {
  const { region, instanceArn, managementAccount } = question;
  if (listed.length === 0)
    throw problem("not-found", `There is no IAM Identity Center in the region ${region}.`, homeRegionHelp);
  if (instanceArn !== null) {
    const named = listed.find((one) => one.InstanceArn === instanceArn);
    if (named === undefined)
      throw problem(
        "not-found",
        `There is no instance ${instanceArn} in the region ${region}.`,
        `There is ${arns(listed)}. Correct identityCenter.instanceArn or --instance-arn, or the region.`,
      );
    mustBeOrganizationInstance(named, managementAccount);
    return named;
  }
  const candidates =
    managementAccount === null ? listed : listed.filter((one) => one.OwnerAccountId === managementAccount);
  const [only, ...others] = candidates;
  if (only === undefined) {
    for (const one of listed) mustBeOrganizationInstance(one, managementAccount);
    throw problem("not-found", `There is no organization instance in the region ${region}.`, homeRegionHelp);
  }
  if (others.length > 0)
    throw problem(
      "invalid",
      `There are ${candidates.length} instances of IAM Identity Center in the region ${region}.`,
      `Name the one to manage with identityCenter.instanceArn or --instance-arn: ${arns(candidates)}.`,
    );
  return only;
}

/** An organization has one instance, owned by its management account; a member account's own cannot hold permission sets. */
function mustBeOrganizationInstance(one: InstanceMetadata, managementAccount: AccountId | null): void {
  if (managementAccount === null || one.OwnerAccountId === managementAccount) return;
  throw problem(
    "invalid",
    `${one.InstanceArn} is an account instance of the account ${one.OwnerAccountId}: it has no permission sets and no account assignments.`,
    "idc manages the organization instance. Run it with a role of the management account or of the delegated administrator, in the home region of IAM Identity Center.",
  );
}

function mustBeHome(one: InstanceMetadata, region: string): void {
  if (one.PrimaryRegion === undefined || one.PrimaryRegion === region) return;
  throw problem(
    "invalid",
    `${region} is an additional region of this IAM Identity Center; its home region, where changes are made, is ${one.PrimaryRegion}.`,
    `Set identityCenter.region in access/settings.yaml to ${one.PrimaryRegion}, or use --region ${one.PrimaryRegion}.`,
  );
}

async function mustTakePermissionSets(api: Api, arn: string): Promise<void> {
  const { Status, StatusReason, PermissionSetsEnabled } = await api.call("sso-admin DescribeInstance", {
    InstanceArn: arn,
  });
  if (Status !== "ACTIVE")
    throw problem(
      "invalid",
      `The instance ${arn} is not ACTIVE but ${Status ?? "of unknown status"}${StatusReason === undefined ? "" : `: ${StatusReason}`}.`,
      "Wait until the IAM Identity Center console shows it as enabled, or enable it there.",
    );
  if (PermissionSetsEnabled === false)
    throw problem(
      "invalid",
      `The instance ${arn} has multi-account permissions switched off: it takes no permission sets and no account assignments.`,
      "Switch them on in the IAM Identity Center console (Settings), or with: aws sso-admin update-instance --permission-sets-enabled. This cannot be undone.",
    );
}

export async function readTags(api: Api, arn: string): Promise<InstanceTags> {
  const tags = await api.list(
    "sso-admin ListTagsForResource",
    { InstanceArn: arn, ResourceArn: arn },
    (page) => page.Tags,
  );
  return {
    mark: tags.find((tag) => tag.Key === markTag)?.Value ?? null,
    revoked: new Map(
      tags.flatMap(({ Key = "", Value = "" }) =>
        Key.startsWith(revokedTag) ? [[Key.slice(revokedTag.length), readRevokedValue(Value)] as const] : [],
      ),
    ),
  };
}

const homeRegionHelp =
  "IAM Identity Center answers only in its home region: the console shows it under Settings, and so does the address of the console page. " +
  "Set it as identityCenter.region in access/settings.yaml, or with --region or AWS_REGION. If IAM Identity Center is not enabled yet, enable it for the organization in the console of the management account.";

function arns(instances: readonly InstanceMetadata[]): string {
  return instances.map((one) => one.InstanceArn).join(", ");
}

function problem(kind: LiveErrorKind, message: string, help: string): LiveError {
  return new LiveError(message, { kind, help });
}
