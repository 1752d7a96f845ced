/** Attributes for access control: which of a user's attributes go into a session as tags. */
import type { Context, SomeHandlers } from "../context.js";
import { conflict, notFound, validationError } from "../errors.js";
import type { AccessControlAttribute } from "../state.js";
import { requireOrganizationInstance } from "./common.js";

type AccessControlOperation =
  | "CreateInstanceAccessControlAttributeConfiguration"
  | "DescribeInstanceAccessControlAttributeConfiguration"
  | "UpdateInstanceAccessControlAttributeConfiguration"
  | "DeleteInstanceAccessControlAttributeConfiguration";

export const accessControlHandlers: SomeHandlers<"sso-admin", AccessControlOperation> = {
  /** Enables the feature, be it with no attribute at all. */
  CreateInstanceAccessControlAttributeConfiguration: (context, input) => {
    requireOrganizationInstance(context, input.InstanceArn);
    const attributes = checkedAttributes(input);
    if (context.state.accessControlAttributes !== null)
      throw conflict("Attributes for access control are already enabled for this instance.");
    context.state.accessControlAttributes = attributes;
    return {};
  },

  DescribeInstanceAccessControlAttributeConfiguration: (context, input) => ({
    Status: "ENABLED",
    InstanceAccessControlAttributeConfiguration: {
      AccessControlAttributes: requireEnabled(context, input.InstanceArn),
    },
  }),

  /** Puts the given attributes in the place of all that there are. */
  UpdateInstanceAccessControlAttributeConfiguration: (context, input) => {
    requireEnabled(context, input.InstanceArn);
    context.state.accessControlAttributes = checkedAttributes(input);
    return {};
  },

  DeleteInstanceAccessControlAttributeConfiguration: (context, input) => {
    requireEnabled(context, input.InstanceArn);
    context.state.accessControlAttributes = null;
    return {};
  },
};

type AttributesInput = {
  readonly InstanceAccessControlAttributeConfiguration: {
    readonly AccessControlAttributes: readonly AccessControlAttribute[];
  };
};

/** How many there may be, the model has checked. */
function checkedAttributes(input: AttributesInput): readonly AccessControlAttribute[] {
  const { AccessControlAttributes: attributes } = input.InstanceAccessControlAttributeConfiguration;
  if (new Set(attributes.map(({ Key }) => Key)).size < attributes.length)
    throw validationError("The key of an attribute for access control is given twice.");
  return attributes;
}

function requireEnabled(context: Context, instanceArn: string): readonly AccessControlAttribute[] {
  requireOrganizationInstance(context, instanceArn);
  const attributes = context.state.accessControlAttributes;
  if (attributes === null) throw notFound("Attributes for access control are not enabled for this instance.");
  return attributes;
}
