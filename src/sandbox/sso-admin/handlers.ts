import type { Handlers } from "../context.js";
import { accessControlHandlers } from "./access-control-attributes.js";
import { applicationHandlers } from "./applications.js";
import { assignmentHandlers } from "./assignments.js";
import { instanceHandlers } from "./instances.js";
import { permissionSetHandlers } from "./permission-sets.js";
import { policyHandlers } from "./policies.js";
import { provisioningHandlers } from "./provisioning.js";
import { requestHandlers } from "./request-status.js";
import { tagHandlers } from "./tags.js";

export const ssoAdmin: Handlers<"sso-admin"> = {
  ...instanceHandlers,
  ...permissionSetHandlers,
  ...policyHandlers,
  ...tagHandlers,
  ...assignmentHandlers,
  ...provisioningHandlers,
  ...requestHandlers,
  ...accessControlHandlers,
  ...applicationHandlers,
};
