import type { Input } from "../constraints.js";
import type { Context, SomeHandlers } from "../context.js";
import { accessDenied, notFound } from "../errors.js";
import { page } from "../page.js";
import { type Assignment, assignmentKey, roleKey } from "../state.js";
import {
  principalsOf,
  requireAccount,
  requirePermissionSet,
  requirePermissionSets,
  requirePrincipal,
  requireReach,
} from "./common.js";
import { assignmentStatusOutput } from "./request-status.js";
import { start } from "./requests.js";

type AssignmentOperation =
  | "CreateAccountAssignment"
  | "DeleteAccountAssignment"
  | "ListAccountAssignments"
  | "ListAccountAssignmentsForPrincipal";

export const assignmentHandlers: SomeHandlers<"sso-admin", AssignmentOperation> = {
  /** One that exists already is accepted, and changes nothing. */
  CreateAccountAssignment: (context, input) => {
    const assignment = assignmentOf(context, input);
    requirePrincipal(context, assignment.principalType, assignment.principalId);
    const request = start(context, { kind: "creation", assignment });
    return { AccountAssignmentCreationStatus: assignmentStatusOutput(request) };
  },

  /** The principal need not exist any more: this is how orphans are removed. */
  DeleteAccountAssignment: (context, input) => {
    const assignment = assignmentOf(context, input);
    if (!context.state.assignments.has(assignmentKey(assignment)))
      throw notFound("The account assignment does not exist.");
    const request = start(context, { kind: "deletion", assignment });
    return { AccountAssignmentDeletionStatus: assignmentStatusOutput(request) };
  },

  ListAccountAssignments: (context, input) => {
    const set = requirePermissionSet(context, input);
    requireAccount(context, input.AccountId);
    const assignments = context.state.assignments.by("pair", roleKey(input.AccountId, set.arn));
    const { rows, next } = page(context, input, assignments, assignmentKey);
    return { AccountAssignments: rows.map(assignmentOutput), ...next };
  },

  /** For a user, the rows of the groups that the user is in are among them. */
  ListAccountAssignmentsForPrincipal: (context, input) => {
    requirePermissionSets(context, input.InstanceArn);
    if (context.caller.kind !== "management")
      throw accessDenied("This operation can only be called from the management account.");
    requirePrincipal(context, input.PrincipalType, input.PrincipalId);
    const accountId = input.Filter?.AccountId;
    const assignments = principalsOf(context, input)
      .flatMap((principal) => context.state.assignments.by("principal", principal))
      .filter((row) => accountId === undefined || row.accountId === accountId);
    const { rows, next } = page(context, input, assignments, assignmentKey);
    return { AccountAssignments: rows.map(assignmentOutput), ...next };
  },
};

type AssignmentInput = Input<"sso-admin", "CreateAccountAssignment">;

function assignmentOf(context: Context, input: AssignmentInput): Assignment {
  const set = requirePermissionSet(context, input);
  requireAccount(context, input.TargetId);
  requireReach(context, set, input.TargetId);
  return {
    accountId: input.TargetId,
    permissionSetArn: set.arn,
    principalType: input.PrincipalType,
    principalId: input.PrincipalId,
  };
}

function assignmentOutput(row: Assignment): object {
  return {
    AccountId: row.accountId,
    PermissionSetArn: row.permissionSetArn,
    PrincipalType: row.principalType,
    PrincipalId: row.principalId,
  };
}
