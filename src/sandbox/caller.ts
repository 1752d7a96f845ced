/** Who calls, and what each kind of caller may do at all. */
import type { Caller } from "./context.js";
import { accessDenied } from "./errors.js";
import type { Organization } from "./organization.js";
import type { Target } from "./wire.js";

export function callerOf(organization: Organization, accessKeyId: string | null): Caller {
  const holder = accessKeyId === null ? undefined : organization.callers.get(accessKeyId);
  const accountId = holder?.account ?? organization.managementAccount;
  return {
    accountId,
    kind: holder?.as ?? "management",
    arn: `arn:aws:sts::${accountId}:assumed-role/sandbox/${accessKeyId ?? "anonymous"}`,
  };
}

/**
 * A member account may read nothing of Identity Center, and of AWS Organizations only that there is one.
 * @throws ServiceError AccessDeniedException
 */
export function authorize(caller: Caller, { service, operation }: Target): void {
  if (caller.kind !== "member" || service === "sts" || operation === "DescribeOrganization") return;
  const prefix = service === "sso-admin" ? "sso" : service;
  throw accessDenied(`User: ${caller.arn} is not authorized to perform: ${prefix}:${operation}`);
}
