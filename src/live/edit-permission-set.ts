import equal from "fast-deep-equal";
import type { CustomerManagedPolicy, PermissionsBoundary, PermissionSet } from "../model/state.js";
import { policyText, samePolicy } from "../policy/normal-form.js";
import { unlessDone } from "./found.js";
import { orNull } from "./gaps.js";
import { readCustomerManagedPolicies, readManagedPolicies } from "./permission-set.js";
import type { Site } from "./site.js";

/** What the service allows of AWS managed and customer managed policies together (service quotas; not adjustable). */
const mostPolicies = 20;

type Edit = {
  readonly site: Site;
  readonly arn: string;
  readonly before: PermissionSet;
  readonly after: PermissionSet;
};

/**
 * Makes `before` into `after`, one facet after the other and only those that differ: the service takes edits of one set
 * one at a time. Nothing of it is in force in an account before the set is provisioned there, except in accounts that
 * get the set only now; so what narrows (a boundary) comes first and what widens (a boundary's end) last.
 */
export async function editPermissionSet(
  site: Site,
  arn: string,
  before: PermissionSet,
  after: PermissionSet,
): Promise<void> {
  const edit = { site, arn, before, after };
  if (after.permissionsBoundary !== null) await editBoundary(edit);
  await editSettings(edit);
  await editInlinePolicy(edit);
  await editPolicies(edit);
  await editTags(edit);
  if (after.permissionsBoundary === null) await editBoundary(edit);
}

/**
 * All three settings go along each time: a relay state that is left out is cleared by the service. A description is
 * removed by a blank one: the service takes no empty one, and whether it clears one that is left out is nowhere
 * documented. Reading takes a blank one for none.
 */
async function editSettings({ site: { api, instance }, arn, before, after }: Edit): Promise<void> {
  const isSame =
    before.description === after.description &&
    before.sessionDuration === after.sessionDuration &&
    before.relayState === after.relayState;
  if (isSame) return;
  await api.call("sso-admin UpdatePermissionSet", {
    InstanceArn: instance.arn,
    PermissionSetArn: arn,
    Description: after.description ?? (before.description === undefined ? undefined : blank),
    SessionDuration: after.sessionDuration,
    RelayState: after.relayState,
  });
}

const blank = " ";

async function editInlinePolicy({ site: { api, instance }, arn, before, after }: Edit): Promise<void> {
  if (samePolicy(before.inlinePolicy, after.inlinePolicy)) return;
  const set = { InstanceArn: instance.arn, PermissionSetArn: arn };
  if (after.inlinePolicy === null)
    await orNull(api.call("sso-admin DeleteInlinePolicyFromPermissionSet", set));
  else
    await api.call("sso-admin PutInlinePolicyToPermissionSet", {
      ...set,
      InlinePolicy: policyText(after.inlinePolicy),
    });
}

async function editBoundary({ site: { api, instance }, arn, before, after }: Edit): Promise<void> {
  if (equal(before.permissionsBoundary, after.permissionsBoundary)) return;
  const set = { InstanceArn: instance.arn, PermissionSetArn: arn };
  if (after.permissionsBoundary === null)
    await orNull(api.call("sso-admin DeletePermissionsBoundaryFromPermissionSet", set));
  else
    await api.call("sso-admin PutPermissionsBoundaryToPermissionSet", {
      ...set,
      PermissionsBoundary: boundaryInput(after.permissionsBoundary),
    });
}

function boundaryInput(boundary: PermissionsBoundary) {
  return "managedPolicy" in boundary
    ? { ManagedPolicyArn: boundary.managedPolicy }
    : { CustomerManagedPolicyReference: reference(boundary.customerManagedPolicy) };
}

/** Attaches before it detaches, so that what is replaced never lacks; unless that would pass the quota for a moment. */
async function editPolicies(edit: Edit): Promise<void> {
  const { before, after } = edit;
  const steps = [
    ...managedPolicySteps(edit, without(after.managedPolicies, before.managedPolicies), "attach"),
    ...customerPolicySteps(
      edit,
      without(after.customerManagedPolicies, before.customerManagedPolicies),
      "attach",
    ),
  ];
  const detaching = [
    ...managedPolicySteps(edit, without(before.managedPolicies, after.managedPolicies), "detach"),
    ...customerPolicySteps(
      edit,
      without(before.customerManagedPolicies, after.customerManagedPolicies),
      "detach",
    ),
  ];
  const attached = before.managedPolicies.length + before.customerManagedPolicies.length;
  const fits = attached + steps.length <= mostPolicies;
  for (const step of fits ? [...steps, ...detaching] : [...detaching, ...steps]) await step();
}

type Step = () => Promise<void>;
type Direction = "attach" | "detach";

function managedPolicySteps({ site, arn }: Edit, policies: readonly string[], direction: Direction): Step[] {
  const { api, instance } = site;
  return policies.map((policy) => async () => {
    const input = { InstanceArn: instance.arn, PermissionSetArn: arn, ManagedPolicyArn: policy };
    const has = async (): Promise<boolean> => (await readManagedPolicies(site, arn)).includes(policy);
    if (direction === "attach")
      await unlessDone(
        () => api.call("sso-admin AttachManagedPolicyToPermissionSet", input),
        "conflict",
        has,
      );
    else
      await unlessDone(
        () => api.call("sso-admin DetachManagedPolicyFromPermissionSet", input),
        "not-found",
        async () => !(await has()),
      );
  });
}

function customerPolicySteps(
  { site, arn }: Edit,
  policies: readonly CustomerManagedPolicy[],
  direction: Direction,
): Step[] {
  const { api, instance } = site;
  return policies.map((policy) => async () => {
    const input = {
      InstanceArn: instance.arn,
      PermissionSetArn: arn,
      CustomerManagedPolicyReference: reference(policy),
    };
    const has = async (): Promise<boolean> =>
      (await readCustomerManagedPolicies(site, arn)).some((one) => equal(one, policy));
    if (direction === "attach")
      await unlessDone(
        () => api.call("sso-admin AttachCustomerManagedPolicyReferenceToPermissionSet", input),
        "conflict",
        has,
      );
    else
      await unlessDone(
        () => api.call("sso-admin DetachCustomerManagedPolicyReferenceFromPermissionSet", input),
        "not-found",
        async () => !(await has()),
      );
  });
}

async function editTags({ site: { api, instance }, arn, before, after }: Edit): Promise<void> {
  const resource = { InstanceArn: instance.arn, ResourceArn: arn };
  const Tags = Object.entries(after.tags)
    .filter(([key, value]) => !Object.hasOwn(before.tags, key) || before.tags[key] !== value)
    .map(([Key, Value]) => ({ Key, Value }));
  const TagKeys = Object.keys(before.tags).filter((key) => !Object.hasOwn(after.tags, key));
  if (Tags.length > 0) await api.call("sso-admin TagResource", { ...resource, Tags });
  if (TagKeys.length > 0) await api.call("sso-admin UntagResource", { ...resource, TagKeys });
}

function reference({ name, path }: CustomerManagedPolicy) {
  return { Name: name, Path: path };
}

function without<T>(from: readonly T[], those: readonly T[]): readonly T[] {
  return from.filter((one) => !those.some((other) => equal(one, other)));
}
