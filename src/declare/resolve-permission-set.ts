import type { Declaration } from "../model/declared.js";
import { canonicalDuration, defaultSessionDuration } from "../model/session-duration.js";
import type { CustomerManagedPolicy, PermissionSet, PermissionsBoundary } from "../model/state.js";
import { byText } from "../model/text.js";
import { normalize } from "../policy/normal-form.js";
import { error } from "./fault.js";
import type { Report } from "./fault.js";
import { effectivePolicy } from "./inline-policy.js";
import type { Located } from "./node.js";
import type { ManagedPolicy, WrittenPermissionSet } from "./written.js";

/** A permission set with full ARNs, sorted lists and its policy in normal form. */
export function resolvePermissionSet(
  { value, source, fields }: Declaration<WrittenPermissionSet>,
  partition: string,
  report: Report,
): Declaration<PermissionSet> {
  const arnOf = (policy: Located<ManagedPolicy>) => managedPolicyArn(policy, partition, report);
  const policy = effectivePolicy(value);
  const set: PermissionSet = {
    ...(value.description === null ? {} : { description: value.description }),
    sessionDuration: canonicalDuration(value.sessionDuration ?? defaultSessionDuration),
    ...(value.relayState === null ? {} : { relayState: value.relayState }),
    managedPolicies: value.managedPolicies.map(arnOf).sort(byText),
    customerManagedPolicies: value.customerManagedPolicies.map((one) => one.value).sort(byPathAndName),
    inlinePolicy: policy === null ? null : normalize(policy),
    permissionsBoundary: boundary(value.permissionsBoundary, arnOf),
    tags: value.tags,
  };
  return { value: set, source, fields };
}

function boundary(
  written: WrittenPermissionSet["permissionsBoundary"],
  arnOf: (policy: Located<ManagedPolicy>) => string,
): PermissionsBoundary | null {
  if (written === null) return null;
  const { value, source } = written;
  return "policy" in value ? { managedPolicy: arnOf({ value, source }) } : { customerManagedPolicy: value };
}

function managedPolicyArn(
  { value, source }: Located<ManagedPolicy>,
  partition: string,
  report: Report,
): string {
  if (value.partition !== null && value.partition !== partition)
    report(
      error(
        "wrong-partition",
        source,
        `This ARN is of the partition ${value.partition}; the instance is in ${partition}.`,
        `Write ${value.policy}, which is right in every partition.`,
      ),
    );
  return `arn:${partition}:iam::aws:policy/${value.policy}`;
}

function byPathAndName(a: CustomerManagedPolicy, b: CustomerManagedPolicy): number {
  return byText(a.path, b.path) || byText(a.name, b.name);
}
