/** The policies of a permission set: AWS managed, customer managed, inline, and the permissions boundary. */
import type { SomeHandlers } from "../context.js";
import { conflict, notFound, quotaExceeded, validationError } from "../errors.js";
import { page } from "../page.js";
import type { Boundary, PermissionSetContent, PolicyReference } from "../state.js";
import { edit, requirePermissionSet, requireWritable } from "./common.js";
import { checkPolicyDocument } from "./policy-document.js";

type PolicyOperation =
  | "AttachManagedPolicyToPermissionSet"
  | "DetachManagedPolicyFromPermissionSet"
  | "ListManagedPoliciesInPermissionSet"
  | "AttachCustomerManagedPolicyReferenceToPermissionSet"
  | "DetachCustomerManagedPolicyReferenceFromPermissionSet"
  | "ListCustomerManagedPolicyReferencesInPermissionSet"
  | "GetInlinePolicyForPermissionSet"
  | "PutInlinePolicyToPermissionSet"
  | "DeleteInlinePolicyFromPermissionSet"
  | "GetPermissionsBoundaryForPermissionSet"
  | "PutPermissionsBoundaryToPermissionSet"
  | "DeletePermissionsBoundaryFromPermissionSet";

export const policyHandlers: SomeHandlers<"sso-admin", PolicyOperation> = {
  AttachManagedPolicyToPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    const { managedPolicies } = set.content;
    if (managedPolicies.includes(input.ManagedPolicyArn)) throw attached(input.ManagedPolicyArn);
    requireRoom(set.content);
    edit(context, set, { managedPolicies: [...managedPolicies, input.ManagedPolicyArn] });
    return {};
  },

  DetachManagedPolicyFromPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    const managedPolicies = set.content.managedPolicies.filter((arn) => arn !== input.ManagedPolicyArn);
    if (managedPolicies.length === set.content.managedPolicies.length)
      throw notAttached(input.ManagedPolicyArn);
    edit(context, set, { managedPolicies });
    return {};
  },

  ListManagedPoliciesInPermissionSet: (context, input) => {
    const { content } = requirePermissionSet(context, input);
    const { rows, next } = page(context, input, content.managedPolicies, (arn) => arn);
    return {
      AttachedManagedPolicies: rows.map((arn) => ({ Name: arn.slice(arn.lastIndexOf("/") + 1), Arn: arn })),
      ...next,
    };
  },

  AttachCustomerManagedPolicyReferenceToPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    const { customerManagedPolicies } = set.content;
    const policy = reference(input.CustomerManagedPolicyReference);
    if (customerManagedPolicies.some((other) => pathAndName(other) === pathAndName(policy)))
      throw attached(pathAndName(policy));
    requireRoom(set.content);
    edit(context, set, { customerManagedPolicies: [...customerManagedPolicies, policy] });
    return {};
  },

  DetachCustomerManagedPolicyReferenceFromPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    const name = pathAndName(reference(input.CustomerManagedPolicyReference));
    const customerManagedPolicies = set.content.customerManagedPolicies.filter(
      (policy) => pathAndName(policy) !== name,
    );
    if (customerManagedPolicies.length === set.content.customerManagedPolicies.length)
      throw notAttached(name);
    edit(context, set, { customerManagedPolicies });
    return {};
  },

  ListCustomerManagedPolicyReferencesInPermissionSet: (context, input) => {
    const { content } = requirePermissionSet(context, input);
    const { rows, next } = page(context, input, content.customerManagedPolicies, pathAndName);
    return {
      CustomerManagedPolicyReferences: rows.map(({ name, path }) => ({ Name: name, Path: path })),
      ...next,
    };
  },

  /** A set without one answers with an empty text, not with an error. */
  GetInlinePolicyForPermissionSet: (context, input) => ({
    InlinePolicy: requirePermissionSet(context, input).content.inlinePolicy ?? "",
  }),

  PutInlinePolicyToPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    checkPolicyDocument(input.InlinePolicy);
    edit(context, set, { inlinePolicy: input.InlinePolicy });
    return {};
  },

  DeleteInlinePolicyFromPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    if (set.content.inlinePolicy === null) throw notFound("The permission set has no inline policy.");
    edit(context, set, { inlinePolicy: null });
    return {};
  },

  /** A set without one is an error here. */
  GetPermissionsBoundaryForPermissionSet: (context, input) => {
    const boundary = requirePermissionSet(context, input).content.permissionsBoundary;
    if (boundary === null) throw noBoundary();
    return { PermissionsBoundary: boundaryOutput(boundary) };
  },

  PutPermissionsBoundaryToPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    const { ManagedPolicyArn: arn, CustomerManagedPolicyReference: customer } = input.PermissionsBoundary;
    if ((arn === undefined) === (customer === undefined))
      throw validationError(
        "PermissionsBoundary must have either ManagedPolicyArn or CustomerManagedPolicyReference.",
      );
    if (arn !== undefined) edit(context, set, { permissionsBoundary: { kind: "aws", arn } });
    if (customer !== undefined)
      edit(context, set, { permissionsBoundary: { kind: "customer", policy: reference(customer) } });
    return {};
  },

  DeletePermissionsBoundaryFromPermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    if (set.content.permissionsBoundary === null) throw noBoundary();
    edit(context, set, { permissionsBoundary: null });
    return {};
  },
};

/** AWS and customer managed policies together; a fixed quota of the service. */
const maxPolicies = 20;

function requireRoom({ managedPolicies, customerManagedPolicies }: PermissionSetContent): void {
  if (managedPolicies.length + customerManagedPolicies.length >= maxPolicies)
    throw quotaExceeded(
      `You have exceeded the limit of ${maxPolicies} managed policies in a permission set.`,
    );
}

function reference({ Name, Path }: { readonly Name: string; readonly Path?: string }): PolicyReference {
  return { name: Name, path: Path ?? "/" };
}

/** As IAM writes it in an ARN: `/platform/DeveloperBase`. */
export function pathAndName({ name, path }: PolicyReference): string {
  return `${path}${name}`;
}

function boundaryOutput(boundary: Boundary): object {
  return boundary.kind === "aws"
    ? { ManagedPolicyArn: boundary.arn }
    : { CustomerManagedPolicyReference: { Name: boundary.policy.name, Path: boundary.policy.path } };
}

function attached(policy: string): Error {
  return conflict(`The permission set already has a typed link attachment to ${policy}.`);
}

function notAttached(policy: string): Error {
  return notFound(`The policy ${policy} is not attached to the permission set.`);
}

function noBoundary(): Error {
  return notFound("The permission set has no permissions boundary.");
}
