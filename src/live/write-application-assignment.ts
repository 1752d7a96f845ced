import type { Writer } from "../apply/ports.js";
import { isKind } from "./gaps.js";
import type { Identities } from "./identities.js";
import type { Site } from "./site.js";

export function applicationAssignmentWriter(
  site: Site,
  identities: Identities,
): Writer["applicationAssignment"] {
  return {
    async delete({ user, application }) {
      const id = await identities.users.find(site, user);
      if (id === null) return;
      try {
        await site.api.call("sso-admin DeleteApplicationAssignment", {
          ApplicationArn: application,
          PrincipalId: id,
          PrincipalType: "USER",
        });
      } catch (error) {
        // The application or the assignment is gone already, which is what was wanted.
        if (!isKind(error, "not-found")) throw error;
      }
    },
  };
}
