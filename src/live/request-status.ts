import type { AccountId } from "../model/keys.js";
import { unreadable } from "./api.js";
import type { OperationName } from "./operations.js";
import type { Site } from "./site.js";

/** What the service does after it has answered; each kind has a list and a description of its own. */
export type RequestKind = "creation" | "deletion" | "provisioning";

export const requestKinds = [
  "creation",
  "deletion",
  "provisioning",
] as const satisfies readonly RequestKind[];

/** How an asynchronous request stands, in one form for all three kinds. */
export type RequestStatus = {
  readonly requestId: string;
  readonly status: "IN_PROGRESS" | "FAILED" | "SUCCEEDED";
  /** The service's FailureReason. */
  readonly reason: string | null;
  /** The account that a provisioning concerns, where the service names one. */
  readonly account: AccountId | null;
  /** The user or group that an assignment is for. */
  readonly principalId: string | null;
};

/** Ids of all requests of a kind that are in progress, whoever made them. */
export async function listInProgress({ api, instance }: Site, kind: RequestKind): Promise<readonly string[]> {
  const input = {
    InstanceArn: instance.arn,
    MaxResults: 100,
    Filter: { Status: "IN_PROGRESS" as const },
  };
  switch (kind) {
    case "creation": {
      const operation = "sso-admin ListAccountAssignmentCreationStatus";
      return idsOf(
        operation,
        await api.list(operation, input, (page) => page.AccountAssignmentsCreationStatus),
      );
    }
    case "deletion": {
      const operation = "sso-admin ListAccountAssignmentDeletionStatus";
      return idsOf(
        operation,
        await api.list(operation, input, (page) => page.AccountAssignmentsDeletionStatus),
      );
    }
    case "provisioning": {
      const operation = "sso-admin ListPermissionSetProvisioningStatus";
      return idsOf(
        operation,
        await api.list(operation, input, (page) => page.PermissionSetsProvisioningStatus),
      );
    }
  }
}

/** Ids of what is in progress; what a service that knows no filter lists besides is not. */
function idsOf(operation: OperationName, listed: readonly Answer[]): readonly string[] {
  return listed.flatMap(({ RequestId, Status }) => {
    if (RequestId === undefined) throw unreadable(operation, "a request lacks its id");
    return (Status ?? "IN_PROGRESS") === "IN_PROGRESS" ? [RequestId] : [];
  });
}

export async function describeRequest(
  { api, instance }: Site,
  kind: RequestKind,
  requestId: string,
): Promise<RequestStatus> {
  const InstanceArn = instance.arn;
  switch (kind) {
    case "creation": {
      const operation = "sso-admin DescribeAccountAssignmentCreationStatus";
      const input = { InstanceArn, AccountAssignmentCreationRequestId: requestId };
      return statusOf(operation, (await api.call(operation, input)).AccountAssignmentCreationStatus);
    }
    case "deletion": {
      const operation = "sso-admin DescribeAccountAssignmentDeletionStatus";
      const input = { InstanceArn, AccountAssignmentDeletionRequestId: requestId };
      return statusOf(operation, (await api.call(operation, input)).AccountAssignmentDeletionStatus);
    }
    case "provisioning": {
      const operation = "sso-admin DescribePermissionSetProvisioningStatus";
      const input = { InstanceArn, ProvisionPermissionSetRequestId: requestId };
      return statusOf(operation, (await api.call(operation, input)).PermissionSetProvisioningStatus);
    }
  }
}

type Answer = {
  readonly RequestId?: string | undefined;
  readonly Status?: RequestStatus["status"] | undefined;
  readonly FailureReason?: string | undefined;
  readonly AccountId?: string | undefined;
  readonly PrincipalId?: string | undefined;
};

/** The status in an answer of the service, which must hold one. */
export function statusOf(operation: OperationName, answer: Answer | undefined): RequestStatus {
  if (answer?.RequestId === undefined || answer.Status === undefined)
    throw unreadable(operation, "its answer lacks the request's id or status");
  return {
    requestId: answer.RequestId,
    status: answer.Status,
    reason: answer.FailureReason ?? null,
    account: answer.AccountId ?? null,
    principalId: answer.PrincipalId ?? null,
  };
}
