import { LiveError } from "../model/live-error.js";
import type { AccountId } from "../model/keys.js";
import type { Api } from "./api.js";

/** The organization's management account, or why Organizations cannot be read. */
export type Organization =
  | { readonly managementAccount: AccountId }
  | { readonly managementAccount: null; readonly unread: LiveError };

/** Any member account may ask this, unlike the other operations of Organizations. */
export async function readOrganization(api: Api): Promise<Organization> {
  try {
    const { Organization } = await api.call("organizations DescribeOrganization", {});
    return Organization?.MasterAccountId === undefined
      ? { managementAccount: null, unread: noManagementAccount }
      : { managementAccount: Organization.MasterAccountId };
  } catch (error) {
    return { managementAccount: null, unread: whyOutOfReach(error) };
  }
}

/** Why Organizations cannot be read by this caller at all; throws what has only failed just now. */
export function whyOutOfReach(error: unknown): LiveError {
  const isOut =
    error instanceof LiveError &&
    (error.kind === "denied" || error.code === "AWSOrganizationsNotInUseException");
  if (!isOut) throw error;
  return error;
}

const noManagementAccount = new LiveError("AWS Organizations tells no management account.", {
  kind: "unexpected",
});
