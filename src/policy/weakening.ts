import type { PermissionSet } from "../model/state.js";
import { catalogueOf } from "./action-catalogue.js";
import { changedActions } from "./allowed-actions.js";
import { broadenings } from "./broadening.js";

/**
 * Whether a permission set comes to allow less than before, or may: a policy or an action goes, something is denied, a
 * boundary is set or changed, a session gets shorter. Less is what would be more the other way round. Actions are
 * compared as they are written, without the catalogue: `s3:*` is more than any list of what S3 has today.
 */
export function isWeakened(before: PermissionSet, after: PermissionSet): boolean {
  const actions = changedActions(after.inlinePolicy, before.inlinePolicy, noCatalogue);
  return (
    broadenings(after, before, actions).length > 0 ||
    (before.permissionsBoundary === null && after.permissionsBoundary !== null)
  );
}

const noCatalogue = catalogueOf({});
