/** Who calls, and what each kind of caller may do at all. */
import type { Caller } from "./context.js";
import { accessDenied, type ServiceError } from "./errors.js";
import type { Organization } from "./organization.js";
import { type SandboxState, scimIssuer } from "./state.js";
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

/** What GetCallerIdentity tells of a caller. */
export function identityOf({ arn, accountId }: Caller): object {
  return { Arn: arn, UserId: "AROASANDBOX:sandbox", Account: accountId };
}

/** The identity provider: whoever has the token of the SCIM endpoint. What it makes and changes is marked as its own. */
export function providerOf(state: SandboxState): Caller {
  return { accountId: state.organization.managementAccount, kind: "management", arn: scimIssuer(state) };
}

/** What a member account may ask for: that there is an organization, and an instance of its own. */
const memberOperations = new Set([
  "organizations DescribeOrganization",
  "sso-admin ListInstances",
  "sso-admin CreateInstance",
  "sso-admin DescribeInstance",
  "sso-admin UpdateInstance",
  "sso-admin DeleteInstance",
]);

/**
 * Refuses what no member account may do, whatever it is about.
 * @throws ServiceError AccessDeniedException
 */
export function authorize(caller: Caller, target: Target): void {
  if (caller.kind !== "member" || target.service === "sts") return;
  if (!memberOperations.has(`${target.service} ${target.operation}`)) throw notAuthorized(caller, target);
}

export function notAuthorized(caller: Caller, { service, operation }: Target): ServiceError {
  const prefix = service === "sso-admin" ? "sso" : service;
  return accessDenied(`User: ${caller.arn} is not authorized to perform: ${prefix}:${operation}`);
}
