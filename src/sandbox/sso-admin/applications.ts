/** The applications of the organization file, and who may use them. */
import type { Input } from "../constraints.js";
import type { Context, SomeHandlers } from "../context.js";
import { conflict, notFound } from "../errors.js";
import { page } from "../page.js";
import { applicationArn, type ApplicationAssignment, applicationAssignmentKey } from "../state.js";
import { identityStoreArn, principalsOf, requireOrganizationInstance, requirePrincipal } from "./common.js";

type ApplicationOperation =
  | "ListApplications"
  | "ListApplicationAssignmentsForPrincipal"
  | "CreateApplicationAssignment"
  | "DeleteApplicationAssignment";

/** Whatever MaxResults says. */
const applicationsPerPage = 50;

/** That of all applications here: they are customers' own. */
const provider = "arn:aws:sso::aws:applicationProvider/custom";

export const applicationHandlers: SomeHandlers<"sso-admin", ApplicationOperation> = {
  ListApplications: (context, input) => {
    const { state } = context;
    const instance = requireOrganizationInstance(context, input.InstanceArn);
    const { ApplicationAccount: account, ApplicationProvider: from } = input.Filter ?? {};
    const found = state.organization.applications.filter(
      (application) =>
        (account === undefined || application.account === account) && (from ?? provider) === provider,
    );
    const MaxResults = Math.min(input.MaxResults ?? applicationsPerPage, applicationsPerPage);
    const { rows, next } = page(context, { ...input, MaxResults }, found, ({ id }) => id);
    const applications = rows.map((application) => ({
      ApplicationArn: applicationArn(state, application),
      ApplicationProviderArn: provider,
      Name: application.name,
      ApplicationAccount: application.account,
      InstanceArn: instance.arn,
      IdentityStoreArn: identityStoreArn(instance),
      Status: "ENABLED",
      PortalOptions: { Visibility: "ENABLED" },
      CreatedDate: instance.createdAt / 1000,
      CreatedFrom: instance.region,
    }));
    return { Applications: applications, ...next };
  },

  /** For a user, the rows of the groups that the user is in are among them. */
  ListApplicationAssignmentsForPrincipal: (context, input) => {
    requireOrganizationInstance(context, input.InstanceArn);
    requirePrincipal(context, input.PrincipalType, input.PrincipalId);
    const arn = input.Filter?.ApplicationArn;
    const assignments = principalsOf(context, input)
      .flatMap((principal) => context.state.applicationAssignments.by("principal", principal))
      .filter((row) => arn === undefined || row.applicationArn === arn);
    const { rows, next } = page(context, input, assignments, applicationAssignmentKey);
    return {
      ApplicationAssignments: rows.map(({ applicationArn, principalType, principalId }) => ({
        ApplicationArn: applicationArn,
        PrincipalType: principalType,
        PrincipalId: principalId,
      })),
      ...next,
    };
  },

  CreateApplicationAssignment: (context, input) => {
    const { applicationAssignments } = context.state;
    const assignment = assignmentOf(context, input);
    requirePrincipal(context, assignment.principalType, assignment.principalId);
    const key = applicationAssignmentKey(assignment);
    if (applicationAssignments.has(key)) throw conflict("The application assignment already exists.");
    applicationAssignments.set(key, assignment);
    return {};
  },

  /** Neither the assignment nor the principal need exist any more. */
  DeleteApplicationAssignment: (context, input) => {
    const assignment = assignmentOf(context, input);
    context.state.applicationAssignments.delete(applicationAssignmentKey(assignment));
    return {};
  },
};

type AssignmentInput = Input<"sso-admin", "CreateApplicationAssignment">;

function assignmentOf(context: Context, input: AssignmentInput): ApplicationAssignment {
  requireApplication(context, input.ApplicationArn);
  return {
    applicationArn: input.ApplicationArn,
    principalType: input.PrincipalType,
    principalId: input.PrincipalId,
  };
}

function requireApplication(context: Context, arn: string): void {
  const { state } = context;
  requireOrganizationInstance(context, state.instance.arn);
  if (!state.organization.applications.some((one) => applicationArn(state, one) === arn))
    throw notFound(`Application ${arn} does not exist.`);
}
