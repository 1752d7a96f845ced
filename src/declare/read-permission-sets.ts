import type { Declaration } from "../model/declared.js";
import type { Source } from "../model/diagnostic.js";
import type { PolicyDocument } from "../model/policy-document.js";
import type { CustomerManagedPolicy } from "../model/state.js";
import { childOf, entriesOf, itemsOf, locatedTexts, placeOf, textOf } from "./node.js";
import type { Entry, Located, Node } from "./node.js";
import { textsOf } from "./read-rules.js";
import type { ManagedPolicy, MfaDemand, PolicyPath, WrittenPermissionSet } from "./written.js";

/** A permission set as written. `inlinePolicy` is what stands there or in the file it names, checked already. */
export function readPermissionSet(
  { key, node }: Entry,
  inlinePolicy: PolicyDocument | null,
  policyFile: PolicyPath | null,
): Declaration<WrittenPermissionSet> {
  const fields = new Map<string, Source>();
  for (const [name, entry] of entriesOf(node)) {
    fields.set(name, placeOf(entry));
    if (name === "tags")
      for (const [tag, value] of entriesOf(entry.node)) fields.set(`tags.${tag}`, placeOf(value));
  }
  const value: WrittenPermissionSet = {
    description: textOf(childOf(node, "description")),
    sessionDuration: textOf(childOf(node, "sessionDuration")),
    relayState: textOf(childOf(node, "relayState")),
    managedPolicies: locatedTexts(childOf(node, "managedPolicies")).map(({ value, source }) => ({
      value: managedPolicy(value),
      source,
    })),
    customerManagedPolicies: itemsOf(childOf(node, "customerManagedPolicies")).flatMap(
      (item) => customerManagedPolicy(item) ?? [],
    ),
    inlinePolicy,
    policyFile,
    requireMfa: mfaDemand(childOf(node, "requireMfa")),
    permissionsBoundary: boundary(childOf(node, "permissionsBoundary")),
    tags: textsOf(childOf(node, "tags")),
  };
  return { value, source: key, fields };
}

/** A short name and a full ARN of the same policy are the same. */
function managedPolicy(text: string): ManagedPolicy {
  const [, partition, policy] = /^arn:([^:]+):iam::aws:policy\/(.+)$/.exec(text) ?? [];
  return partition === undefined || policy === undefined
    ? { policy: text, partition: null }
    : { policy, partition };
}

function customerManagedPolicy(node: Node): Located<CustomerManagedPolicy> | null {
  const name = textOf(childOf(node, "name"));
  if (name === null) return null;
  return { value: { name, path: textOf(childOf(node, "path")) ?? "/" }, source: node.source };
}

function boundary(node: Node | undefined): Located<ManagedPolicy | CustomerManagedPolicy> | null {
  if (node === undefined) return null;
  const text = textOf(node);
  return text === null ? customerManagedPolicy(node) : { value: managedPolicy(text), source: node.source };
}

function mfaDemand(node: Node | undefined): MfaDemand | null {
  if (node?.kind === "scalar") return node.value === true ? { kind: "condition" } : null;
  const tag = childOf(node, "sessionTag");
  const key = textOf(childOf(tag, "key"));
  const value = textOf(childOf(tag, "value"));
  return key === null || value === null ? null : { kind: "session-tag", key, value };
}
