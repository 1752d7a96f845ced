/** Following asynchronous operations: each one described, or many listed with no more than their status. */
import type { Context, SomeHandlers } from "../context.js";
import { notFound } from "../errors.js";
import { page } from "../page.js";
import type { AsyncKind, AsyncRequest } from "../state.js";
import { requirePermissionSets } from "./common.js";
import { requestsOf } from "./requests.js";

type StatusOperation =
  | "DescribeAccountAssignmentCreationStatus"
  | "DescribeAccountAssignmentDeletionStatus"
  | "DescribePermissionSetProvisioningStatus"
  | "ListAccountAssignmentCreationStatus"
  | "ListAccountAssignmentDeletionStatus"
  | "ListPermissionSetProvisioningStatus";

export const requestHandlers: SomeHandlers<"sso-admin", StatusOperation> = {
  DescribeAccountAssignmentCreationStatus: (context, input) => {
    requirePermissionSets(context, input.InstanceArn);
    const request = requireRequest(context, "creation", input.AccountAssignmentCreationRequestId);
    return { AccountAssignmentCreationStatus: assignmentStatusOutput(request) };
  },

  DescribeAccountAssignmentDeletionStatus: (context, input) => {
    requirePermissionSets(context, input.InstanceArn);
    const request = requireRequest(context, "deletion", input.AccountAssignmentDeletionRequestId);
    return { AccountAssignmentDeletionStatus: assignmentStatusOutput(request) };
  },

  DescribePermissionSetProvisioningStatus: (context, input) => {
    requirePermissionSets(context, input.InstanceArn);
    const request = requireRequest(context, "provisioning", input.ProvisionPermissionSetRequestId);
    return { PermissionSetProvisioningStatus: provisioningStatusOutput(request) };
  },

  ListAccountAssignmentCreationStatus: (context, input) => {
    const { rows, next } = list(context, "creation", input);
    return { AccountAssignmentsCreationStatus: rows, ...next };
  },

  ListAccountAssignmentDeletionStatus: (context, input) => {
    const { rows, next } = list(context, "deletion", input);
    return { AccountAssignmentsDeletionStatus: rows, ...next };
  },

  ListPermissionSetProvisioningStatus: (context, input) => {
    const { rows, next } = list(context, "provisioning", input);
    return { PermissionSetsProvisioningStatus: rows, ...next };
  },
};

export function assignmentStatusOutput(request: AsyncRequest): object {
  if (request.kind === "provisioning") throw new Error(`request ${request.id} is about no assignment`);
  const { accountId, permissionSetArn, principalType, principalId } = request.assignment;
  return {
    ...statusOutput(request),
    TargetId: accountId,
    TargetType: "AWS_ACCOUNT",
    PermissionSetArn: permissionSetArn,
    PrincipalType: principalType,
    PrincipalId: principalId,
  };
}

/** A request for all accounts names none. */
export function provisioningStatusOutput(request: AsyncRequest): object {
  if (request.kind !== "provisioning") throw new Error(`request ${request.id} is about an assignment`);
  return {
    ...statusOutput(request),
    ...(!request.all && { AccountId: request.accountIds[0] }),
    PermissionSetArn: request.permissionSetArn,
  };
}

function statusOutput({ status, id, failureReason, createdAt }: AsyncRequest): object {
  return {
    Status: status,
    RequestId: id,
    ...(failureReason !== null && { FailureReason: failureReason }),
    CreatedDate: createdAt / 1000,
  };
}

function requireRequest({ state }: Context, kind: AsyncKind, id: string): AsyncRequest {
  const request = state.requests.get(id);
  if (request?.kind !== kind) throw notFound(`Request ${id} does not exist.`);
  return request;
}

type ListInput = {
  readonly InstanceArn: string;
  readonly Filter?: { readonly Status?: AsyncRequest["status"] };
  readonly MaxResults?: number;
  readonly NextToken?: string;
};

function list(
  context: Context,
  kind: AsyncKind,
  input: ListInput,
): { rows: readonly object[]; next: object } {
  requirePermissionSets(context, input.InstanceArn);
  const asked = input.Filter?.Status;
  const requests = requestsOf(context.state, kind).filter(
    ({ status }) => asked === undefined || status === asked,
  );
  const { rows, next } = page(context, input, requests, ({ id }) => id);
  return {
    rows: rows.map(({ status, id, createdAt }) => ({
      Status: status,
      RequestId: id,
      CreatedDate: createdAt / 1000,
    })),
    next,
  };
}
