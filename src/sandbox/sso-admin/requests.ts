/**
 * Asynchronous operations: accepted at once, in effect when their time has come. What they do is decided at the
 * end, not at the request: the latest content is provisioned, and what fails, fails late with a reason.
 */
import type { Context } from "../context.js";
import { conflict } from "../errors.js";
import { nextHex, nextUuid } from "../ids.js";
import type { Account } from "../organization.js";
import {
  type Assignment,
  assignmentKey,
  type AsyncKind,
  type AsyncRequest,
  type PermissionSet,
  type PolicyReference,
  roleKey,
  type SandboxState,
} from "../state.js";
import { tooManyInProgress } from "../trouble.js";
import { pathAndName } from "./policies.js";

type Work =
  | { readonly kind: "creation" | "deletion"; readonly assignment: Assignment }
  | {
      readonly kind: "provisioning";
      readonly permissionSetArn: string;
      readonly all: boolean;
      readonly accountIds: readonly string[];
    };

/**
 * Accepts a piece of work.
 * @throws ServiceError ThrottlingException when too much is in progress; ConflictException when something is
 *   in progress for the same permission set in the same account.
 */
export function start(context: Context, work: Work): AsyncRequest {
  const { state, now, settleMs, inFlight } = context;
  if (state.requests.countBy("status", "IN_PROGRESS") >= inFlight) throw tooManyInProgress();
  const { permissionSetArn, accountIds } = reachOf(work);
  const busy = requestsOn(state, permissionSetArn).flatMap((request) => reachOf(request).accountIds);
  const clash = accountIds.find((id) => busy.includes(id));
  if (clash !== undefined)
    throw conflict(
      `Another operation on this permission set is in progress in account ${clash}. Try again later.`,
    );
  const request: AsyncRequest = {
    id: nextUuid(state),
    status: "IN_PROGRESS",
    failureReason: null,
    createdAt: now,
    dueAt: Math.max(now, ...accountIds.map((id) => freeAt(state, id))) + settleMs,
    ...work,
  };
  state.requests.set(request.id, request);
  return request;
}

/** The service changes one role at a time in an account: when what is in progress there will have ended. */
function freeAt(state: SandboxState, accountId: string): number {
  const queued = state.requests
    .by("status", "IN_PROGRESS")
    .filter((request) => reachOf(request).accountIds.includes(accountId));
  return Math.max(0, ...queued.map(({ dueAt }) => dueAt));
}

/** What is in progress for a permission set. */
export function requestsOn(state: SandboxState, permissionSetArn: string): readonly AsyncRequest[] {
  return state.requests
    .by("status", "IN_PROGRESS")
    .filter((request) => reachOf(request).permissionSetArn === permissionSetArn);
}

/** Of one kind, in any order. */
export function requestsOf(state: SandboxState, kind: AsyncKind): readonly AsyncRequest[] {
  return state.requests.by("kind", kind);
}

/**
 * Ends what is due; in any order, since no two operations touch the same role. `mishap` gives the reason why one more
 * account fails, or null. True when anything was due.
 */
export function settleRequests(state: SandboxState, now: number, mishap: () => string | null): boolean {
  if (state.requests.countBy("status", "IN_PROGRESS") === 0) return false;
  const due = state.requests.by("status", "IN_PROGRESS").filter((request) => request.dueAt <= now);
  for (const request of due) {
    const failureReason = finish(state, request, mishap);
    state.requests.set(request.id, {
      ...request,
      status: failureReason === null ? "SUCCEEDED" : "FAILED",
      failureReason,
    });
  }
  return due.length > 0;
}

function reachOf(work: Work): { readonly permissionSetArn: string; readonly accountIds: readonly string[] } {
  return work.kind === "provisioning"
    ? work
    : { permissionSetArn: work.assignment.permissionSetArn, accountIds: [work.assignment.accountId] };
}

/** The reason of the failure, or null. */
function finish(state: SandboxState, request: AsyncRequest, mishap: () => string | null): string | null {
  if (request.kind === "provisioning")
    return provisionAll(state, request.permissionSetArn, request.accountIds, mishap);
  return (
    mishap() ??
    (request.kind === "creation" ? assign(state, request.assignment) : unassign(state, request.assignment))
  );
}

/** The first assignment of a set in an account provisions it there; a later one leaves the role as it is. */
function assign(state: SandboxState, assignment: Assignment): string | null {
  const { accountId, permissionSetArn, principalType, principalId } = assignment;
  const principals = principalType === "USER" ? state.users : state.groups;
  if (!principals.has(principalId)) return `${principalType} ${principalId} does not exist.`;
  const failure = state.roles.has(roleKey(accountId, permissionSetArn))
    ? accountFailure(state, accountId)
    : provision(state, permissionSetArn, accountId);
  if (failure === null) state.assignments.set(assignmentKey(assignment), assignment);
  return failure;
}

/** The role goes with the last assignment. */
function unassign(state: SandboxState, assignment: Assignment): string | null {
  const failure = accountFailure(state, assignment.accountId);
  if (failure !== null) return failure;
  state.assignments.delete(assignmentKey(assignment));
  const key = roleKey(assignment.accountId, assignment.permissionSetArn);
  if (state.assignments.countBy("pair", key) === 0) state.roles.delete(key);
  return null;
}

/** Every account is tried; the first failure is told. */
function provisionAll(
  state: SandboxState,
  permissionSetArn: string,
  accountIds: readonly string[],
  mishap: () => string | null,
): string | null {
  const failures = accountIds.map((accountId) => mishap() ?? provision(state, permissionSetArn, accountId));
  return failures.find((failure) => failure !== null) ?? null;
}

function provision(state: SandboxState, permissionSetArn: string, accountId: string): string | null {
  const set = state.permissionSets.get(permissionSetArn);
  if (set === undefined) return `PermissionSet with ARN ${permissionSetArn} does not exist.`;
  const failure = accountFailure(state, accountId) ?? policyFailure(state, set, accountId);
  if (failure !== null) return failure;
  const key = roleKey(accountId, permissionSetArn);
  if (!state.roles.has(key) && state.roles.countBy("account", accountId) >= roleQuota(state, accountId))
    return `Received a 409 status error: Cannot exceed quota for RolesPerAccount: ${roleQuota(state, accountId)}.`;
  const suffix = state.roles.get(key)?.suffix ?? nextHex(state, 16);
  state.roles.set(key, { accountId, permissionSetArn, suffix, revision: set.revision, content: set.content });
  return null;
}

function accountFailure(state: SandboxState, accountId: string): string | null {
  if (accountOf(state, accountId)?.status === "ACTIVE") return null;
  return (
    "We are unable to complete your request at this time. " +
    `Obtaining permissions to manage your AWS account '${accountId}' takes longer than usual.`
  );
}

function policyFailure(state: SandboxState, { content }: PermissionSet, accountId: string): string | null {
  const existing = accountOf(state, accountId)?.customerManagedPolicies ?? null;
  if (existing === null) return null;
  const boundary: readonly PolicyReference[] =
    content.permissionsBoundary?.kind === "customer" ? [content.permissionsBoundary.policy] : [];
  const missing = [...content.customerManagedPolicies, ...boundary]
    .map(pathAndName)
    .find((name) => !existing.includes(name));
  if (missing === undefined) return null;
  return `Received a 404 status error: Policy arn:aws:iam::${accountId}:policy${missing} does not exist or is not attachable.`;
}

function roleQuota(state: SandboxState, accountId: string): number {
  return accountOf(state, accountId)?.roleQuota ?? Infinity;
}

function accountOf(state: SandboxState, id: string): Account | undefined {
  return state.organization.accounts.get(id);
}
