import type { ApplicationAssignment } from "../model/state.js";
import { unreadable } from "./api.js";
import { isKind, orNull } from "./gaps.js";
import { describeUser } from "./principals.js";
import type { Site } from "./site.js";

/** Applications by ARN, with what they are called. */
async function listApplications({ api, instance }: Site): Promise<ReadonlyMap<string, string>> {
  const operation = "sso-admin ListApplications";
  const rows = await api.list(
    operation,
    { InstanceArn: instance.arn, MaxResults: 100 },
    (page) => page.Applications,
  );
  return new Map(
    rows.map(({ ApplicationArn: arn, Name: name }) => {
      if (arn === undefined) throw unreadable(operation, "an application lacks its ARN");
      return [arn, name ?? arn];
    }),
  );
}

/**
 * The applications that a user is assigned to directly; none when the user is gone. The service adds those of the user's
 * groups (model of ListApplicationAssignmentsForPrincipal), so rows of others are passed over.
 */
export async function listApplicationsOf(site: Site, userId: string): Promise<readonly string[]> {
  const { api, instance } = site;
  const operation = "sso-admin ListApplicationAssignmentsForPrincipal";
  const input = {
    InstanceArn: instance.arn,
    PrincipalId: userId,
    PrincipalType: "USER" as const,
    MaxResults: 100,
  };
  try {
    const rows = await api.list(operation, input, (page) => page.ApplicationAssignments);
    return rows.flatMap(({ ApplicationArn: arn, PrincipalId, PrincipalType }) => {
      if (arn === undefined) throw unreadable(operation, "an assignment lacks its application");
      return PrincipalId === userId && PrincipalType === "USER" ? [arn] : [];
    });
  } catch (error) {
    if (!isKind(error, "not-found") || (await orNull(describeUser(site, userId))) !== null) throw error;
    return [];
  }
}

/** The direct application assignments of some users, given by name and id. Nothing is asked where there are no users. */
export async function readApplicationAssignments(
  site: Site,
  users: readonly { readonly name: string; readonly id: string }[],
): Promise<readonly ApplicationAssignment[]> {
  if (users.length === 0) return [];
  const names = await listApplications(site);
  if (names.size === 0) return [];
  const found = await Promise.all(
    users.map(async ({ name, id }) =>
      (await listApplicationsOf(site, id)).map((application) => ({
        user: name,
        application,
        name: names.get(application) ?? application,
      })),
    ),
  );
  return found.flat();
}
