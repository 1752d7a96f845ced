import { diagnostic } from "../model/diagnostic.js";
import type { Diagnostic } from "../model/diagnostic.js";
import type { AccountId, Kind } from "../model/keys.js";
import type { LiveError } from "../model/live-error.js";
import { listed } from "../model/plural.js";
import type { Gap, GapScope } from "../model/snapshot.js";

/** How many of the readings that failed in the same way are named: there may be thousands. */
const mostNamed = 5;

/** What could not be read and why, one diagnostic for all readings that failed in the same way. */
export function incomplete(
  gaps: readonly Gap[],
  accountNames: ReadonlyMap<AccountId, string>,
): readonly Diagnostic[] {
  const alike = new Map<string, { error: LiveError; unread: Set<string> }>();
  for (const { covers, error } of gaps) {
    const failure = failureOf(error);
    const same = alike.get(failure) ?? { error, unread: new Set<string>() };
    alike.set(failure, same);
    // What else a gap covers is unknown only because of the first.
    const [scope] = covers;
    if (scope !== undefined) same.unread.add(words(scope, accountNames));
  }
  return [...alike.values()].map(({ error, unread }) =>
    diagnostic({
      code: "incomplete-read",
      severity: "warning",
      message: `Could not read ${listed([...unread], mostNamed)}: ${error.message} What depends on ${unread.size === 1 ? "it" : "them"} is withheld.`,
      help: error.help,
    }),
  );
}

/** In what way a reading failed. AWS's words name the very resource, so they tell apart only what no operation does. */
function failureOf({ kind, operation, code, message }: LiveError): string {
  return JSON.stringify(operation === null ? [kind, code, message] : [kind, code, operation]);
}

const whole = {
  user: "the users",
  group: "the groups",
  membership: "the groups' members",
  permissionSet: "the permission sets",
  assignment: "the assignments",
  applicationAssignment: "the applications of people who leave",
  provisioning: "how far permission sets are provisioned",
} as const satisfies Record<Kind, string>;

function words(scope: GapScope, accountNames: ReadonlyMap<AccountId, string>): string {
  if ("name" in scope) return `${scope.kind} ${scope.name}`;
  if ("group" in scope) return `the members of ${scope.group}`;
  if (!("permissionSet" in scope)) return whole[scope.kind];
  const { permissionSet } = scope;
  switch (scope.kind) {
    case "permissionSet":
      return `the content of ${permissionSet}`;
    case "provisioning":
      return `how far ${permissionSet} is provisioned`;
    case "assignment":
      return scope.account === null
        ? `who holds ${permissionSet}`
        : `who holds ${permissionSet} in ${accountNames.get(scope.account) ?? scope.account}`;
  }
}
