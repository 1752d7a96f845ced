import { LiveError } from "../model/live-error.js";
import type { AccountId } from "../model/keys.js";
import type { Api } from "./api.js";

/**
 * The organization's management account; null when Organizations may not be read or is not in use. Any member account
 * may ask this, unlike the other operations of Organizations.
 */
export async function managementAccountOf(api: Api): Promise<AccountId | null> {
  try {
    const { Organization } = await api.call("organizations DescribeOrganization", {});
    return Organization?.MasterAccountId ?? null;
  } catch (error) {
    if (isOutOfReach(error)) return null;
    throw error;
  }
}

/** Whether Organizations cannot be read by this caller at all, as opposed to having failed just now. */
export function isOutOfReach(error: unknown): boolean {
  return (
    error instanceof LiveError &&
    (error.kind === "denied" || error.code === "AWSOrganizationsNotInUseException")
  );
}
