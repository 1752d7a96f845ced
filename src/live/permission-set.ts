import { canonicalDuration, defaultSessionDuration } from "../model/session-duration.js";
import type { JsonValue, PolicyDocument } from "../model/policy-document.js";
import { LiveError } from "../model/live-error.js";
import type { CustomerManagedPolicy, PermissionsBoundary, PermissionSet } from "../model/state.js";
import { byText } from "../model/text.js";
import { isObject } from "../policy/json.js";
import { normalize } from "../policy/normal-form.js";
import { unreadable } from "./api.js";
import { orNull } from "./gaps.js";
import type { Site } from "./site.js";

/** What DescribePermissionSet tells. */
export type Settings = Pick<PermissionSet, "description" | "sessionDuration" | "relayState"> & {
  readonly name: string;
};

export function listPermissionSets({ api, instance }: Site): Promise<readonly string[]> {
  return api.list(
    "sso-admin ListPermissionSets",
    { InstanceArn: instance.arn, MaxResults: 100 },
    (page) => page.PermissionSets,
  );
}

export async function isPermissionSetListed(site: Site, arn: string): Promise<boolean> {
  return (await listPermissionSets(site)).includes(arn);
}

/** Rejects with `not-found` when there is no such permission set. */
export async function describePermissionSet({ api, instance }: Site, arn: string): Promise<Settings> {
  const operation = "sso-admin DescribePermissionSet";
  const { PermissionSet: set } = await api.call(operation, {
    InstanceArn: instance.arn,
    PermissionSetArn: arn,
  });
  if (set?.Name === undefined) throw unreadable(operation, "a permission set lacks its name");
  return {
    name: set.Name,
    sessionDuration: canonicalDuration(set.SessionDuration ?? defaultSessionDuration),
    // A blank description is none: it is how one is removed (edit-permission-set.ts).
    ...(isSaid(set.Description?.trim()) && { description: set.Description }),
    ...(isSaid(set.RelayState) && { relayState: set.RelayState }),
  };
}

/** The facets that five more operations tell, added to the settings. */
export async function readPermissionSet(
  site: Site,
  arn: string,
  { name, ...settings }: Settings,
): Promise<PermissionSet> {
  const [managedPolicies, customerManagedPolicies, inlinePolicy, permissionsBoundary, tags] =
    await Promise.all([
      readManagedPolicies(site, arn),
      readCustomerManagedPolicies(site, arn),
      readInlinePolicy(site, arn, name),
      readBoundary(site, arn),
      readTags(site, arn),
    ]);
  return { ...settings, managedPolicies, customerManagedPolicies, inlinePolicy, permissionsBoundary, tags };
}

export async function readManagedPolicies({ api, instance }: Site, arn: string): Promise<readonly string[]> {
  const operation = "sso-admin ListManagedPoliciesInPermissionSet";
  const attached = await api.list(
    operation,
    { InstanceArn: instance.arn, PermissionSetArn: arn, MaxResults: 100 },
    (page) => page.AttachedManagedPolicies,
  );
  return attached
    .map(({ Arn }) => {
      if (Arn === undefined) throw unreadable(operation, "a policy lacks its ARN");
      return Arn;
    })
    .sort(byText);
}

export async function readCustomerManagedPolicies(
  { api, instance }: Site,
  arn: string,
): Promise<readonly CustomerManagedPolicy[]> {
  const operation = "sso-admin ListCustomerManagedPolicyReferencesInPermissionSet";
  const references = await api.list(
    operation,
    { InstanceArn: instance.arn, PermissionSetArn: arn, MaxResults: 100 },
    (page) => page.CustomerManagedPolicyReferences,
  );
  return references
    .map(({ Name, Path }) => {
      if (Name === undefined) throw unreadable(operation, "a policy lacks its name");
      return { name: Name, path: Path ?? "/" };
    })
    .sort((left, right) => byText(left.path, right.path) || byText(left.name, right.name));
}

/** The text of the inline policy as the service has it; empty when there is none. */
export async function readInlineText({ api, instance }: Site, arn: string): Promise<string> {
  const { InlinePolicy: text } = await api.call(inlineOperation, {
    InstanceArn: instance.arn,
    PermissionSetArn: arn,
  });
  if (text === undefined) throw unreadable(inlineOperation, "its answer lacks the policy that was asked for");
  return text;
}

const inlineOperation = "sso-admin GetInlinePolicyForPermissionSet";

export async function readInlinePolicy(
  site: Site,
  arn: string,
  name: string,
): Promise<PolicyDocument | null> {
  const text = await readInlineText(site, arn);
  if (text === "") return null;
  const document = parse(text);
  if (isObject(document)) return normalize(document);
  throw new LiveError(`The inline policy of the permission set ${name} is no JSON policy document.`, {
    kind: "unexpected",
    operation: inlineOperation,
    help: "Correct or remove it in the IAM Identity Center console; idc leaves the permission set alone until then.",
  });
}

/** That there is no boundary is told as ResourceNotFoundException, or (as others have seen) as an answer without one. */
async function readBoundary({ api, instance }: Site, arn: string): Promise<PermissionsBoundary | null> {
  const operation = "sso-admin GetPermissionsBoundaryForPermissionSet";
  const answer = await orNull(api.call(operation, { InstanceArn: instance.arn, PermissionSetArn: arn }));
  const boundary = answer?.PermissionsBoundary;
  if (boundary === undefined) return null;
  if (boundary.ManagedPolicyArn !== undefined) return { managedPolicy: boundary.ManagedPolicyArn };
  const reference = boundary.CustomerManagedPolicyReference;
  if (reference?.Name === undefined) throw unreadable(operation, "the permissions boundary names no policy");
  return { customerManagedPolicy: { name: reference.Name, path: reference.Path ?? "/" } };
}

/** Without the tags that AWS itself puts on (`aws:…`): nobody else can set or remove those. */
async function readTags({ api, instance }: Site, arn: string): Promise<Readonly<Record<string, string>>> {
  const tags = await api.list(
    "sso-admin ListTagsForResource",
    { InstanceArn: instance.arn, ResourceArn: arn },
    (page) => page.Tags,
  );
  return Object.fromEntries(
    tags
      .map(({ Key, Value }) => [Key ?? "", Value ?? ""] as const)
      .filter(([key]) => !key.startsWith("aws:"))
      .sort(([left], [right]) => byText(left, right)),
  );
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}
