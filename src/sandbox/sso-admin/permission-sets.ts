import type { SomeHandlers } from "../context.js";
import { conflict, quotaExceeded, validationError } from "../errors.js";
import { nextHex } from "../ids.js";
import { page } from "../page.js";
import { instanceId, type PermissionSet } from "../state.js";
import { edit, requirePermissionSet, requirePermissionSets, requireWritable } from "./common.js";
import { requestsOn } from "./requests.js";
import { withTags } from "./tags.js";

type PermissionSetOperation =
  | "ListPermissionSets"
  | "CreatePermissionSet"
  | "DescribePermissionSet"
  | "UpdatePermissionSet"
  | "DeletePermissionSet";

/** In an instance. */
const maxPermissionSets = 3_500;

export const permissionSetHandlers: SomeHandlers<"sso-admin", PermissionSetOperation> = {
  ListPermissionSets: (context, input) => {
    requirePermissionSets(context, input.InstanceArn);
    const { rows, next } = page(context, input, context.state.permissionSets.sorted(), ({ arn }) => arn);
    return { PermissionSets: rows.map(({ arn }) => arn), ...next };
  },

  CreatePermissionSet: (context, input) => {
    const { state } = context;
    requirePermissionSets(context, input.InstanceArn);
    checkSessionDuration(input.SessionDuration);
    const tags = withTags(new Map(), input.Tags ?? []);
    if (state.permissionSets.countBy("name", input.Name) > 0)
      throw conflict(`PermissionSet with name ${input.Name} already exists.`);
    if (state.permissionSets.size >= maxPermissionSets)
      throw quotaExceeded(`You have exceeded the limit of ${maxPermissionSets} permission sets.`);
    const set: PermissionSet = {
      arn: `arn:aws:sso:::permissionSet/${instanceId(state)}/ps-${nextHex(state, 16)}`,
      name: input.Name,
      createdAt: context.now,
      revision: 1,
      content: {
        description: input.Description ?? null,
        sessionDuration: input.SessionDuration ?? "PT1H",
        relayState: input.RelayState ?? null,
        managedPolicies: [],
        customerManagedPolicies: [],
        inlinePolicy: null,
        permissionsBoundary: null,
      },
    };
    state.permissionSets.set(set.arn, set);
    if (tags.size > 0) state.tags.set(set.arn, tags);
    return { PermissionSet: permissionSetOutput(set) };
  },

  DescribePermissionSet: (context, input) => ({
    PermissionSet: permissionSetOutput(requirePermissionSet(context, input)),
  }),

  /** What is left out stays, but for the relay state, which is then cleared. */
  UpdatePermissionSet: (context, input) => {
    const set = requireWritable(context, input);
    checkSessionDuration(input.SessionDuration);
    edit(context, set, {
      description: input.Description ?? set.content.description,
      sessionDuration: input.SessionDuration ?? set.content.sessionDuration,
      relayState: input.RelayState ?? null,
    });
    return {};
  },

  DeletePermissionSet: (context, input) => {
    const { state } = context;
    const set = requireWritable(context, input);
    if (state.roles.countBy("set", set.arn) > 0 || requestsOn(state, set.arn).length > 0)
      throw conflict("Could not delete because PermissionSet has ApplicationProfile associated with it");
    state.permissionSets.delete(set.arn);
    state.tags.delete(set.arn);
    return {};
  },
};

function permissionSetOutput({ name, arn, createdAt, content }: PermissionSet): object {
  return {
    Name: name,
    PermissionSetArn: arn,
    ...(content.description !== null && { Description: content.description }),
    CreatedDate: createdAt / 1000,
    SessionDuration: content.sessionDuration,
    ...(content.relayState !== null && { RelayState: content.relayState }),
  };
}

/** The model lets any ISO 8601 duration pass; the service documents 1 to 12 hours. */
function checkSessionDuration(duration: string | undefined): void {
  if (duration === undefined) return;
  const seconds = secondsOf(duration);
  if (seconds === null || seconds < 3600 || seconds > 12 * 3600)
    throw validationError(`SessionDuration ${duration} must be between PT1H and PT12H.`);
}

/** Null for a duration with years or months, or one that is negative. */
function secondsOf(duration: string): number | null {
  const [whole, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration) ?? [];
  if (whole === undefined) return null;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
