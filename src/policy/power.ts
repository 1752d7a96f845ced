import type { JsonObject, PolicyDocument } from "../model/policy-document.js";
import type { PermissionSet } from "../model/state.js";
import { changeOfAction, isBroader } from "./allowed-actions.js";
import { clausesOf, extentOf, foldedAction, serviceOf, writtenActions } from "./clause.js";
import type { Clause } from "./clause.js";
import { escalationFamilies } from "./escalation.js";
import type { EscalationFamily } from "./escalation.js";
import { isObject, listOf, member } from "./json.js";
import { covers, isPattern, mayMeet } from "./wildcard.js";

// Whoever writes a policy to get past these rules takes off what nobody will miss: one action, one bucket, under some
// condition. So what is denied in part, or left out in part, does not count here: only all of an action's resources, taken off
// whatever the circumstances, do. Only what is allowed under conditions is passed over: what those come to is not known.

/** Whether a policy allows everything or nearly so: all of IAM, and all of most of a few services that have little in common. */
export function allowsEverything(policy: PolicyDocument): boolean {
  const clauses = strictly(policy);
  const allowed = others.filter((service) => isWhollyAllowed(clauses, `${service}:*`));
  return isWhollyAllowed(clauses, "iam:*") && allowed.length > others.length / 2;
}

/**
 * Whether nobody can do anything with a permission set, as far as is certain: no policy of it allows anything, or all is
 * denied whatever the circumstances. What managed policies allow is not known here, but for the one that denies everything.
 */
export function allowsNothing({
  inlinePolicy,
  managedPolicies,
  customerManagedPolicies,
}: Pick<PermissionSet, "inlinePolicy" | "managedPolicies" | "customerManagedPolicies">): boolean {
  if (managedPolicies.some((arn) => arn.endsWith(":aws:policy/AWSDenyAll"))) return true;
  const isManaged = managedPolicies.length + customerManagedPolicies.length > 0;
  const clauses = [...clausesOf(inlinePolicy), ...clausesOf(isManaged ? everything : null)];
  const { patterns, spared } = writtenActions(inlinePolicy);
  const actions = ["*", ...patterns].map(foldedAction);
  return (
    actions.every((action) => extentOf(clauses.filter(({ isAbout }) => isAbout(action))) === null) &&
    !spared.map(foldedAction).some((one) => actions.some((other) => overlap(one, other)))
  );
}

/** Whether two patterns may have a part in common that neither is the whole of (`s3:Get*`, `s3:*Object`). */
function overlap(one: string, other: string): boolean {
  return (
    isPattern(one) && isPattern(other) && mayMeet(one, other) && !covers(one, other) && !covers(other, one)
  );
}

const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

const others = ["cloudformation", "dynamodb", "ec2", "kms", "lambda", "rds", "s3"] as const;

/** The actions among `*` and whole services (`s3:*`) that a policy allows on every resource, and the one before it did not. */
export function newWildcards(before: PolicyDocument, after: PolicyDocument): readonly string[] {
  const [then, now] = [strictly(before), strictly(after)];
  const isNew = (action: string): boolean => isWhollyAllowed(now, action) && !isWhollyAllowed(then, action);
  const { patterns, hasInverse } = writtenActions(after);
  const wide = new Map(patterns.map((written) => [widened(written), written]));
  const whole = wide.get("*") ?? (hasInverse ? "nearly all actions" : undefined);
  if (whole !== undefined && isNew("*")) return [whole];
  return [...wide].flatMap(([action, written]) =>
    action !== "*" && action.endsWith(":*") && !isPattern(serviceOf(action)) && isNew(action)
      ? [written]
      : [],
  );
}

/** Whether a policy comes to allow the action, or on more resources, or under fewer conditions. */
export function isNewlyAllowed(action: string, before: PolicyDocument, after: PolicyDocument): boolean {
  const change = changeOfAction(action, before, after);
  return change !== null && isBroader({ change });
}

/** The known ways of giving oneself more rights that a policy comes to open, each with its first combination of actions. */
export function newEscalations(
  before: PolicyDocument,
  after: PolicyDocument,
): readonly { readonly family: EscalationFamily; readonly by: readonly string[] }[] {
  const clauses = clausesOf(after);
  const isAllowed = (action: string): boolean =>
    extentOf(clauses.filter(({ isAbout }) => isAbout(foldedAction(action)))) !== null;
  return escalationFamilies.flatMap((family) => {
    const by = family.combinations.find(
      (actions) =>
        actions.every(isAllowed) && actions.some((action) => isNewlyAllowed(action, before, after)),
    );
    return by === undefined ? [] : [{ family, by }];
  });
}

/** The statements, with `s3:?*` and the like, where they are allowed, read as `s3:*`. */
function strictly(policy: PolicyDocument): readonly Clause[] {
  const statements = listOf(member(policy, "Statement") ?? []).filter((one) => isObject(one));
  const widenedIn = (statement: JsonObject): JsonObject => {
    const actions = member(statement, "Action");
    if (actions === undefined || member(statement, "Effect") !== "Allow") return statement;
    return {
      ...statement,
      Action: listOf(actions).map((action) => (typeof action === "string" ? widened(action) : action)),
    };
  };
  return clausesOf({ ...policy, Statement: statements.map(widenedIn) });
}

function widened(action: string): string {
  return foldedAction(action.replace(/:[*?]*\*[*?]*$/, ":*"));
}

/** Whether all that a pattern of actions stands for is allowed on all that there is for it, whatever the circumstances. */
function isWhollyAllowed(clauses: readonly Clause[], action: string): boolean {
  const about = clauses.filter(({ isAbout }) => isAbout(action));
  const resources = (allows: boolean) =>
    about
      .filter((clause) => clause.allows === allows)
      .flatMap(({ places }) => places.filter(({ tests }) => tests.size === 0))
      .map(({ resource }) => resource);
  const [allowed, denied] = [resources(true), resources(false)];
  return wholesOf(serviceOf(action)).some(
    (whole) =>
      allowed.some((resource) =>
        typeof resource === "string"
          ? covers(resource, whole)
          : !resource.allBut.some((excluded) => covers(excluded, whole)),
      ) &&
      !denied.some((resource) =>
        typeof resource === "string"
          ? covers(resource, whole)
          : !resource.allBut.some((excluded) => mayMeet(excluded, whole)),
      ),
  );
}

/** How all resources of a service are written, or those of all services (`*`). */
function wholesOf(service: string): readonly string[] {
  return ["aws", "aws-cn", "aws-us-gov"].flatMap((partition) => {
    const beginning = `arn:${partition}:${service}`;
    return [`${beginning}:*:*:*`, `${beginning}::*:*`, `${beginning}:::*`];
  });
}
